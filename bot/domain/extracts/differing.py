"""Differing: sentences of two outlets about the same thing whose figures disagree. Standard library only, no I/O.

Precise rather than eager: two true sentences set against each other look foolish, so every doubt speaks for peace.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date
from fractions import Fraction
from functools import cached_property
from itertools import combinations

from bot.domain.articles import Article
from bot.domain.drafts import SourceId
from bot.domain.evidence import keys
from bot.domain.extracts.facts import ANYBODY, Fact, facts
from bot.domain.extracts.sentences import Sentence
from bot.domain.gate import dates, figures
from bot.domain.gate.dates import Date
from bot.domain.gate.readings import Reading

_HAS_FIGURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundred|dozen)\b",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r",? (?:according to|citing)\b[^,;]*"
    r"|, [^,;\"]{0,60}\b(?:said|says|reported|reports|told|wrote|announced|added|confirmed)\b[^,;]*"
    r"|^[^,;\"]{0,60}\b(?:said|says|reported|reports)\b(?: \w+day)?(?: that)?"
)
_PERIOD = re.compile(r"\b(?:day|week|month|quarter|half|year|decade|annual|daily|weekly|monthly)", re.IGNORECASE)
_ALIKE = 0.3
"""Cosine of two sentences below which they are not of the same thing."""
_ALIKE_OF_DISASTERS = 0.15
"""The same where both count the dead, the hurt and the like."""
_ALIKE_OF_PLACES = 0.25
"""The same where each names a place that the other does not, besides one that both name."""
_MATTER = 0.5
"""Share of the words around a figure that must stand around the other one."""
_DAYS_MATTER = 0.7
"""Share of a sentence's words that must stand in the other one where they name other days."""
_MIN_SHARED = 2
_MIN_SHARED_OF_DAYS = 4
_FARTHEST = 10
"""Two counts of one thing are not further apart than this many times."""
_NEAR = Fraction(1, 10)
"""Figures given as `about` are the same within this share."""
_EXACT_BELOW = 100
"""Smaller counts are not rounded."""


def disputes(
    sentences: Sequence[Sentence],
    good: Sequence[int],
    likeness: Sequence[Mapping[int, float]],
    sources: Mapping[SourceId, Article],
) -> Iterator[tuple[int, int]]:
    """Pairs of `good` sentences of different articles that give different figures, or days, for the same thing.

    `likeness` holds, for each sentence, the cosines with others. No pair is given where one of the articles knows the
    other's figure as well: then both are true of something; nor of articles that one outlet published at once.
    """
    desk = _Desk(sentences, sources)
    figured = [n for n in good if _HAS_FIGURE.search(sentences[n].text)]
    for n, m in combinations(figured, 2):
        one, other = sentences[n].source, sentences[m].source
        like = likeness[n].get(m, 0.0)
        if like < _ALIKE_OF_DISASTERS or _at_once(sources[one], sources[other]):
            continue
        mine, theirs = desk.said(n), desk.said(m)
        pairs = [(a, b) for a, b in _disagreeing(mine, theirs, like) if a.kind or like >= _ALIKE]
        days = list(_disputed_days(mine, theirs)) if like >= _ALIKE else []
        unknown = any(not desk.knows(other, a) and not desk.knows(one, b) for a, b in pairs)
        if unknown or any(not desk.knows_day(other, a) and not desk.knows_day(one, b) for a, b in days):
            yield n, m


def _at_once(one: Article, other: Article) -> bool:
    return one.outlet == other.outlet and one.published_at == other.published_at


def same_figures(one: str, other: str, published: date) -> bool:
    """Whether every figure and day of `one` stands in `other`, so that it backs the whole; both read on `published`."""
    said, given = Reading(one), Reading(other)
    return all(any(figures.agree(each, figure) for figure in given.figures) for each in said.figures) and all(
        any(dates.stands(each, day, published) for day in given.dates) for each in said.dates
    )


class _Said:
    """A sentence, or a whole article, taken apart as far as asked for; `around` are the names in all its article."""

    def __init__(self, text: str, published: date, around: frozenset[str]) -> None:
        self._text = text
        self.published = published
        self.around = around

    @cached_property
    def reading(self) -> Reading:
        return Reading(self._text)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(facts(self.reading))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names in it, but for those who are said to have said it."""
        return frozenset(_names(_ATTRIBUTED.sub(" ", self.reading.wordly)))

    @cached_property
    def periods(self) -> frozenset[str]:
        return frozenset(match.casefold() for match in _PERIOD.findall(self._text))


class _Desk:
    """Takes sentences and articles apart, each once and only when asked for: most never are."""

    def __init__(self, sentences: Sequence[Sentence], sources: Mapping[SourceId, Article]) -> None:
        self._sentences = sentences
        self._sources = sources
        self._said: dict[int, _Said] = {}
        self._articles: dict[SourceId, _Said] = {}

    def said(self, n: int) -> _Said:
        """The sentence `n`."""
        if n not in self._said:
            sentence = self._sentences[n]
            article = self._article(sentence.source)
            self._said[n] = _Said(sentence.text, article.published, article.around)
        return self._said[n]

    def knows(self, source: SourceId, fact: Fact) -> bool:
        """Whether an article gives this figure somewhere, of the same thing as far as one can tell."""
        return any(
            figures.agree(fact.figure, each.figure)
            and (fact.kind == each.kind if fact.kind else bool(fact.figure.units - {""} or fact.nouns & each.nouns))
            for each in self._article(source).facts
        )

    def knows_day(self, source: SourceId, day: Date) -> bool:
        """Whether an article names this day somewhere."""
        article = self._article(source)
        return any(dates.stands(day, each, article.published) for each in article.reading.dates)

    def _article(self, source: SourceId) -> _Said:
        if source not in self._articles:
            article = self._sources[source]
            published = article.published_at.astimezone(UTC).date()
            self._articles[source] = _Said(article.text, published, frozenset(_names(article.text)))
        return self._articles[source]


def _disagreeing(one: _Said, other: _Said, like: float) -> Iterator[tuple[Fact, Fact]]:
    if _other_days(one, other):
        return
    for mine in one.facts:
        for theirs in other.facts:
            if not (mine.whole and theirs.whole) or _other_names(
                one, other, one_event=bool(mine.kind) and like >= _ALIKE_OF_PLACES
            ):
                continue
            if not mine.kind and one.periods != other.periods:
                continue
            if _same_thing(mine, theirs) and _disagree(mine, theirs):
                of_it = sum(_same_thing(mine, each) for each in (*one.facts, *other.facts))
                if of_it == 2:  # each sentence has one figure of this thing, so no part is taken for the whole
                    yield mine, theirs


def _disputed_days(one: _Said, other: _Said) -> Iterator[tuple[Date, Date]]:
    """The days that two sentences name where all else they say is the same: `starts on February 1`, `on March 1`."""
    mine, theirs = one.reading.dates, other.reading.dates
    if len(mine) != 1 or len(theirs) != 1 or not (mine[0].month and mine[0].day and theirs[0].month and theirs[0].day):
        return
    said, heard = one.reading.content, other.reading.content
    shared = len(said & heard)
    if shared < max(_MIN_SHARED_OF_DAYS, _DAYS_MATTER * max(len(said), len(heard))):
        return
    if _other_days(one, other) and not _other_names(one, other, one_event=False):
        yield mine[0], theirs[0]


def _other_names(one: _Said, other: _Said, *, one_event: bool) -> bool:
    """Whether each names what the other does not; of one event each may name more than the place they share."""
    mine, theirs = one.names - other.names - other.around, other.names - one.names - one.around
    if not one_event:
        mine, theirs = one.names - other.names, other.names - one.names
    return bool(mine and theirs) and not (one_event and one.names & other.names)


def _other_days(one: _Said, other: _Said) -> bool:
    """Whether both name days, and none of one can be one of the other."""
    mine, theirs = one.reading.dates, other.reading.dates
    return bool(mine and theirs) and not any(
        dates.stands(a, b, other.published) or dates.stands(b, a, one.published) for a in mine for b in theirs
    )


def _same_thing(one: Fact, other: Fact) -> bool:
    if one.kind or other.kind:
        vague = (one.nouns | other.nouns) & ANYBODY or not one.nouns or not other.nouns
        return one.kind == other.kind and bool(vague or one.nouns & other.nouns)
    if (one.figure.units | other.figure.units) - {""}:
        if not (one.figure.units & other.figure.units) - {""}:
            return False
    elif not one.nouns & other.nouns:
        return False
    shared = len(one.matter & other.matter)
    return shared >= max(_MIN_SHARED, _MATTER * min(len(one.matter), len(other.matter)))


def _disagree(one: Fact, other: Fact) -> bool:
    mine, theirs = one.value, other.value
    if not mine or not theirs:
        return False
    low, high = min(mine, theirs), max(mine, theirs)
    if low == high or high > _FARTHEST * low or _rounded(mine, theirs):
        return False
    if "~" in (one.loose, other.loose) and high - low <= _NEAR * high:
        return False
    if one.loose == other.loose:
        return one.loose in ("", "~") or (one.loose == "+" and bool(one.kind))
    for fact, said, bound in ((one, theirs, mine), (other, mine, theirs)):
        if fact.loose in ("+", ">"):
            return said < bound
        if fact.loose == "<":
            return said > bound
    return True


def _rounded(one: Fraction, other: Fraction) -> bool:
    """Whether one is the other, rounded: 1.23 million is 1.2 million, 12.6 is 13; small counts are not rounded."""
    if one.denominator == other.denominator == 1 and max(one, other) < _EXACT_BELOW:
        return False
    return any(abs(a - b) * 2 <= _step(a) for a, b in ((one, other), (other, one)))


def _step(value: Fraction) -> Fraction:
    """The size of the last digit that `value` says: 0.1 for 1.2, 100,000 for 1.2 million, 10 for 730."""
    step = Fraction(1)
    while (value / step).denominator != 1 and step > Fraction(1, 1000):
        step /= 10
    while step >= 1 and (value / (step * 10)).denominator == 1:
        step *= 10
    return step


def _names(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?<!^)(?<![.!?] )\b[A-Z][\w'-]+", text):
        yield from keys(match.group())
