"""Stories: articles about one event, whichever outlets report it.

Standard library only, no I/O. `grow` is the grouping, `voices` tells near-copies apart. Pure and CPU-bound: services
run them in a worker.
"""

import hashlib
import math
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NewType

from bot.domain.articles import Article, ArticleId, Lead
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.text import marked_stems, words

StoryId = NewType("StoryId", str)
Vector = Mapping[str, float]

SAME_EVENT = 0.28
"""Cosine with a story's centroid from which an article joins it; on ECB+ any value from .22 to .30 does as well."""
SHARED_WORDS = 3
"""Fewer in common say nothing: headlines that share "Greenland" and one word more report as many events."""
QUIET_AFTER = timedelta(hours=72)
"""A story that nobody reported on for this long takes no new members."""
_MARKED = 2.0
"""How much more a name or a figure weighs than another word: events of one kind differ in little else."""
_KEY_WORDS = 50
"""Of an article those that weigh most are compared; more of them cost time and tell no more."""
_BACKGROUND = 60
"""Articles that every day's articles are thought to stand among, so that the first ten of a folder weigh words too."""
_COMPARED_CHARS = 8_000
_NOTHING = 1e-9
SAME_VOICE = 0.5
"""Share of the shorter text's five-word runs found in the other from which two articles are one voice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles about one event, in the order in which they joined. Members join later, none ever leaves.

    `server` is whose articles they are: a server's own group among themselves, and everyone's among themselves.
    """

    id: StoryId
    articles: tuple[ArticleId, ...]
    created_at: datetime
    updated_at: datetime
    server: ServerId = PUBLIC


def is_quiet(story: Story, now: datetime) -> bool:
    """Whether nobody reported on it for so long that it takes no new members."""
    return now - story.updated_at > QUIET_AFTER


def grow(
    stories: Sequence[Story], leads: Sequence[Lead], now: datetime, server: ServerId = PUBLIC
) -> tuple[Story, ...]:
    """Puts every lead that is in no story into the nearest one, or into a new one; returns new and changed stories.

    `leads` hold the members of `stories` too, as far as they are recent: they weigh the words, and make the
    centroids. Two passes in order of publication, so the same input gives the same stories, in whatever order it is.
    """
    vectors = _vectors(leads)
    groups = _Groups(stories, {lead.id: lead for lead in leads}, vectors)
    known = {article for story in stories for article in story.articles}
    new = sorted((lead for lead in leads if lead.id not in known), key=lambda each: (each.published_at, each.id))
    home: dict[ArticleId, int] = {}
    for lead in new:
        home[lead.id] = groups.join(vectors[lead.id], lead.published_at)
    for lead in new:  # the first ones had little to be compared with
        groups.leave(home[lead.id], vectors[lead.id], lead.published_at)
        home[lead.id] = groups.join(vectors[lead.id], lead.published_at)
    joined: dict[int, list[ArticleId]] = {}
    for lead in new:
        joined.setdefault(home[lead.id], []).append(lead.id)
    return tuple(
        replace(stories[number], articles=(*stories[number].articles, *articles), updated_at=now)
        if number < len(stories)
        else Story(id=_story_id(articles[0]), articles=tuple(articles), created_at=now, updated_at=now, server=server)
        for number, articles in joined.items()
    )


def voices(articles: Sequence[Article]) -> tuple[tuple[Article, ...], ...]:
    """Groups near-copies (an agency's text in several papers): one tuple a voice, in the order given."""
    found: list[list[tuple[Article, frozenset[tuple[str, ...]]]]] = []
    for article in articles:
        runs = _runs(article.text)
        for voice in found:
            if any(_contained(runs, other) >= SAME_VOICE for _, other in voice):
                voice.append((article, runs))
                break
        else:
            found.append([(article, runs)])
    return tuple(tuple(article for article, _ in voice) for voice in found)


class _Groups:
    """Stories while they grow, numbered, the given ones first; of each the sum of its members' vectors.

    The sums are kept by word, so that an article is compared only with stories that share one of its words.
    """

    def __init__(
        self, stories: Sequence[Story], leads: Mapping[ArticleId, Lead], vectors: Mapping[ArticleId, Vector]
    ) -> None:
        self._sums: defaultdict[str, dict[int, float]] = defaultdict(dict)
        self._squares: defaultdict[int, float] = defaultdict(float)
        self._moments: defaultdict[int, list[datetime]] = defaultdict(list)
        self._next = len(stories)
        for number, story in enumerate(stories):
            for article in story.articles:
                if article in leads:
                    self._take(number, vectors[article], leads[article].published_at)

    def join(self, vector: Vector, at: datetime) -> int:
        """The number of the story that the article is put into: the nearest one, or a new one."""
        number = self._nearest(vector, at)
        if number is None:
            number, self._next = self._next, self._next + 1
        self._take(number, vector, at)
        return number

    def leave(self, number: int, vector: Vector, at: datetime) -> None:
        """Undoes that a member was taken in."""
        self._moments[number].remove(at)
        self._squares[number] += 1 - 2 * sum(weight * self._sums[word][number] for word, weight in vector.items())
        alone = not self._moments[number]
        for word, weight in vector.items():
            self._sums[word][number] -= weight
            if alone or self._sums[word][number] < _NOTHING:
                del self._sums[word][number]

    def _nearest(self, vector: Vector, at: datetime) -> int | None:
        products: defaultdict[int, float] = defaultdict(float)
        for word, weight in vector.items():
            for number, total in self._sums.get(word, {}).items():
                products[number] += weight * total
        near = (
            (product / math.sqrt(self._squares[number]), -number)
            for number, product in products.items()
            if product >= SAME_EVENT * math.sqrt(self._squares[number])
            and self._is_open(number, at)
            and sum(number in self._sums[word] for word in vector) >= SHARED_WORDS
        )
        nearest = max(near, default=None)
        return None if nearest is None else -nearest[1]

    def _is_open(self, number: int, at: datetime) -> bool:
        """Whether the story is neither quiet by then, nor begins too long after."""
        oldest, newest = self._moments[number][0], self._moments[number][-1]
        return at - newest <= QUIET_AFTER and oldest - at <= QUIET_AFTER

    def _take(self, number: int, vector: Vector, at: datetime) -> None:
        insort(self._moments[number], at)
        for word, weight in vector.items():
            before = self._sums[word].get(number, 0.0)
            self._sums[word][number] = before + weight
            self._squares[number] += (2 * before + weight) * weight


def _vectors(leads: Sequence[Lead]) -> dict[ArticleId, Vector]:
    """Unit TF-IDF vectors over title (counted twice) and opening, of the words that weigh most."""
    counts: dict[ArticleId, Counter[str]] = {}
    marked: dict[ArticleId, set[str]] = {}
    for lead in leads:
        title, opening = marked_stems(lead.title), marked_stems(lead.opening)
        counts[lead.id] = Counter(stem for stem, _ in (*title, *title, *opening))
        marked[lead.id] = {stem for stem, is_marked in (*title, *opening) if is_marked}
    spread = Counter(word for count in counts.values() for word in count)
    rarity = {word: math.log(1 + (len(leads) + _BACKGROUND) / (1 + held)) for word, held in spread.items()}
    return {article: _unit(count, marked[article], rarity) for article, count in counts.items()}


def _unit(count: Counter[str], marked: set[str], rarity: Mapping[str, float]) -> Vector:
    weights = {w: (1 + math.log(n)) * rarity[w] * (_MARKED if w in marked else 1) for w, n in count.items()}
    heaviest = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:_KEY_WORDS]
    length = math.sqrt(sum(weight * weight for _, weight in heaviest))
    return {word: weight / length for word, weight in heaviest}


def _story_id(first: ArticleId) -> StoryId:
    return StoryId("s" + hashlib.sha256(first.encode()).hexdigest()[:11])


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    tokens = words(text[:_COMPARED_CHARS])
    return frozenset(zip(*(tokens[start:] for start in range(5)), strict=False))


def _contained(one: Iterable[tuple[str, ...]], other: Iterable[tuple[str, ...]]) -> float:
    first, second = frozenset(one), frozenset(other)
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0
