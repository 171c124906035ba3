"""Stories: articles about one event, whichever outlets report it.

Standard library only, no I/O. `grow` is the one-pass grouping, `voices` tells near-copies apart.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NewType

from bot.domain.articles import Article, ArticleId, Lead
from bot.domain.wording import stems, words

StoryId = NewType("StoryId", str)
Vector = Mapping[str, float]

SAME_EVENT = 0.2
"""Cosine with a story's centroid from which an article joins it; on ECB+ any value from .18 to .22 does as well."""
QUIET_AFTER = timedelta(hours=72)
"""A story that nobody reported on for this long takes no new members."""
_COMPARED_CHARS = 4_000
SAME_VOICE = 0.5
"""Share of the shorter text's five-word runs found in the other from which two articles are one voice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles about one event, in the order in which they joined. Members join later, none ever leaves."""

    id: StoryId
    articles: tuple[ArticleId, ...]
    created_at: datetime
    updated_at: datetime


def grow(stories: Sequence[Story], leads: Sequence[Lead], now: datetime) -> tuple[Story, ...]:
    """Puts every lead that is in no story into the nearest one, or into a new one; returns new and changed stories.

    `leads` hold the members of `stories` too, as far as they are recent: they weigh the words, and make the
    centroids. One pass in order of publication, so the same input gives the same stories.
    """
    vectors = _vectors(leads)
    by_id = {lead.id: lead for lead in leads}
    home = {article for story in stories for article in story.articles}
    groups = [_Group.of(story, by_id, vectors) for story in stories]
    for lead in sorted(leads, key=lambda each: (each.published_at, each.id)):
        if lead.id in home:
            continue
        near = max(groups, key=lambda group: group.nearness(vectors[lead.id], lead.published_at), default=None)
        if near is None or near.nearness(vectors[lead.id], lead.published_at) < SAME_EVENT:
            near = _Group(Story(id=_story_id(lead.id), articles=(), created_at=now, updated_at=now))
            groups.append(near)
        near.add(lead, vectors[lead.id])
    return tuple(replace(group.story, updated_at=now) for group in groups if group.changed)


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


class _Group:
    """A story while it grows, with the sum of its members' vectors."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.changed = False
        self._sum: Counter[str] = Counter()
        self._norm = 0.0
        self._newest: datetime | None = None
        self._oldest: datetime | None = None

    @classmethod
    def of(cls, story: Story, leads: Mapping[ArticleId, Lead], vectors: Mapping[ArticleId, Vector]) -> "_Group":
        group = cls(story)
        for article in story.articles:
            if article in leads:
                group._take(vectors[article], leads[article].published_at)
        return group

    def add(self, lead: Lead, vector: Vector) -> None:
        self.story = replace(self.story, articles=(*self.story.articles, lead.id))
        self.changed = True
        self._take(vector, lead.published_at)

    def nearness(self, vector: Vector, at: datetime) -> float:
        """Cosine with the centroid; 0 where the story is quiet by then, or begins too long after."""
        if self._newest is None or self._oldest is None or not self._norm:
            return 0.0
        if at - self._newest > QUIET_AFTER or self._oldest - at > QUIET_AFTER:
            return 0.0
        return sum(weight * self._sum[word] for word, weight in vector.items() if word in self._sum) / self._norm

    def _take(self, vector: Vector, at: datetime) -> None:
        self._sum.update(dict(vector))
        self._norm = math.sqrt(sum(weight * weight for weight in self._sum.values()))
        self._newest = at if self._newest is None else max(self._newest, at)
        self._oldest = at if self._oldest is None else min(self._oldest, at)


def _vectors(leads: Sequence[Lead]) -> dict[ArticleId, Vector]:
    """Unit TF-IDF vectors over title (counted twice) and opening."""
    counts = {lead.id: Counter(stems(f"{lead.title} {lead.title} {lead.opening}")) for lead in leads}
    spread = Counter(word for count in counts.values() for word in count)
    return {article: _unit(count, spread, len(leads)) for article, count in counts.items()}


def _unit(count: Counter[str], spread: Mapping[str, int], total: int) -> Vector:
    weights = {w: (1 + math.log(n)) * math.log(1 + total / spread[w]) for w, n in count.items()}
    norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {word: weight / norm for word, weight in weights.items()}


def _story_id(first: ArticleId) -> StoryId:
    return StoryId("s" + hashlib.sha256(first.encode()).hexdigest()[:11])


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    tokens = words(text[:_COMPARED_CHARS])
    return frozenset(zip(*(tokens[start:] for start in range(5)), strict=False))


def _contained(one: Iterable[tuple[str, ...]], other: Iterable[tuple[str, ...]]) -> float:
    first, second = frozenset(one), frozenset(other)
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0
