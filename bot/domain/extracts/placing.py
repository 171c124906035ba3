"""Places: sentences where they stand, and how far they speak of what a question asks.

Standard library only, no I/O. Nothing is chosen here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.articles import Article
from bot.domain.drafts import SourceId
from bot.domain.evidence.passages import share, words_of
from bot.domain.evidence.queries import Name, Query
from bot.domain.extracts.leaning import leans
from bot.domain.extracts.sentences import Sentence
from bot.domain.synonyms import NATIONS, initialisms, keys, meanings

_BESIDE = 0.5
"""What a word counts for that stands in the sentence before, in the title or in the article's opening."""
_NAME_BESIDE, _NAME_ELSEWHERE = 0.7, 0.3
"""What a name counts for that stands there, or only somewhere in the article: it is named once, and then meant."""

_BEFORE = 3
"""How many sentences before one say what it speaks of."""
_SHORT = 5
"""Words of a sentence that says too little to be told without the one before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A sentence where it stands, with the one that it leans on, if it leans and that one is there.

    `around` are the words of the sentences that precede it, which name what it calls by a pronoun or a noun; `rank` is
    its article's place among those found.

    `together` says that these two can be quoted as one stretch of one paragraph.

    `words` are its own and those of what it leans on, `beside` those of the sentence before and of the article's
    `head`, its title and opening, `article` all of the article; `month` is that of publication, `age` how long before
    the question that was.
    """

    sentence: Sentence
    leaning: bool
    anchor: Sentence | None
    together: bool
    words: frozenset[str]
    beside: frozenset[str]
    around: frozenset[str]
    rank: int
    head: frozenset[str]
    article: frozenset[str]
    month: frozenset[str]
    age: timedelta


@dataclass(frozen=True, slots=True)
class _Whole:
    """What is the same for all sentences of an article."""

    head: frozenset[str]
    article: frozenset[str]
    month: frozenset[str]
    age: timedelta


def places_of(
    sources: Mapping[SourceId, Article], sentences: Sequence[Sentence], asked_at: datetime
) -> tuple[Place, ...]:
    """One place for each of `sentences`, which stand together by article and in order."""
    wholes = {n: _whole(each, asked_at) for n, each in sources.items()}
    ranks = {source: rank for rank, source in enumerate(sources)}
    read = [meanings(each.text).union(initialisms(each.text)) for each in sentences]
    leaning = [leans(each.text) or len(each.text.split()) <= _SHORT for each in sentences]
    nothing: frozenset[str] = frozenset()
    places = []
    for n, each in enumerate(sentences):
        whole = wholes[each.source]
        anchor = _anchor(n, sentences, leaning) if leaning[n] else None
        before = read[n - 1] if n and _follows(sentences[n - 1], each) else nothing
        near = range(max(0, n - _BEFORE), n)
        place = Place(
            sentence=each,
            leaning=leaning[n],
            anchor=None if anchor is None else sentences[anchor],
            together=anchor is not None and f"{sentences[anchor].text} {each.text}" in sources[each.source].text,
            words=read[n] if anchor is None else read[n] | read[anchor],
            beside=whole.head | before,
            around=whole.head.union(*(read[m] for m in near if sentences[m].source == each.source)),
            rank=ranks[each.source],
            head=whole.head,
            article=whole.article,
            month=whole.month,
            age=whole.age,
        )
        places.append(place)
    return tuple(places)


def held(asked: Query, sought: frozenset[str], place: Place) -> float:
    """Share of the weight of the words `sought` that a sentence holds, half of it for what stands beside; 0 to 1."""
    own = share(asked, sought, place.words)
    return own + _BESIDE * (share(asked, sought, place.words | place.beside) - own)


def named(names: Sequence[Name], place: Place) -> float:
    """How near names are to a sentence, on average: 1 inside it, less beside it or only in its article."""
    return sum(_nearness(name, place) for name in names) / len(names) if names else 1.0


def names_one(names: Sequence[Name], place: Place) -> bool:
    """Whether one of `names` stands in the sentence itself."""
    return any(_has(place.words, name) for name in names)


def _nearness(name: Name, place: Place) -> float:
    if _has(place.words, name):
        return 1.0
    return _NAME_BESIDE if _has(place.around, name) else _NAME_ELSEWHERE if place.article.issuperset(name) else 0.0


def _has(words: frozenset[str], name: Name) -> bool:
    """Whether a name is there or enough of it: a surname for the full name, `the committee` for the whole of it."""
    here = [word for word in name if word in words]
    if len(here) == len(name):
        return True
    return bool(here) and (2 * len(here) >= len(name) or here[-1] == name[-1]) and not NATIONS.issuperset(here)


def _whole(article: Article, asked_at: datetime) -> _Whole:
    opening = article.text.partition("\n")[0]
    return _Whole(
        head=meanings(f"{article.title}\n{opening}").union(initialisms(opening)),
        article=words_of(article),
        month=frozenset(keys(f"{article.published_at:%B}")),
        age=max(asked_at - article.published_at, timedelta(0)),
    )


def _follows(one: Sentence, other: Sentence) -> bool:
    return one.source == other.source and one.place + 1 == other.place


def _anchor(n: int, sentences: Sequence[Sentence], leaning: Sequence[bool]) -> int | None:
    """The sentence that sentence `n` leans on: the one before, or what those before it lean on by the same word."""
    first = sentences[n].text.split()[0]
    for before in range(n - 1, -1, -1):
        if not _follows(sentences[before], sentences[before + 1]):
            return None
        if not leaning[before]:
            return before
        if sentences[before].text.split()[0] != first:
            return None
    return None
