"""Contexts: whether a figure or date is told of what the quotes tell it of (rule 3).

Standard library only, no I/O. A figure that stands somewhere in the quotes may still be told of the wrong thing, in
words that are not those of the quote. What a figure is told of are the words around it: where they stand around another
figure of the quotes, which the claim does not tell at all, and hardly around its own, the claim is wrong.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final, Generic, TypeVar

from bot.domain.gate import dates, figures
from bot.domain.gate.dates import Date
from bot.domain.gate.figures import Figure
from bot.domain.gate.numerals import SMALL_MAX
from bot.domain.gate.readings import NAME, WORD, Reading, Token
from bot.domain.text import STOP_WORDS, stem

_REACH: Final = 7  # words that say something, on either side, within the sentence
_PREFIX_CHARS: Final = 6
# Figures of a sentence are its surest context.
_WORD_WEIGHT: Final = 2.0
_NUMBER_WEIGHT: Final = 6.0
# Measured on news summaries: no good claim is refused with it, and hardly a swapped figure passes.
_MIN_MORE: Final = 0.1
SENTENCE_END: Final = re.compile(r"[.!?;]['\")]*\s")

Said = TypeVar("Said")
Number = Figure | Date


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistold:
    """What the claim says, and the figure of the quotes that its words stand around."""

    said: str
    quoted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Generic[Said]):
    """Something where it is told: what it is, its sentence as stems and numbers, and its place in it."""

    said: Said
    text: str
    sentence: Sequence[object]
    at: int


def find(claim: Reading, quotes: Iterable[tuple[Reading, date]]) -> Mistold | None:
    """The first figure of `claim` told of what the quotes tell another of; quotes come with their articles' days."""
    told = list(_numbers(claim))
    given = [(place, published) for quote, published in quotes for place in _numbers(quote)]
    pairs = _pairs(told, given)
    own = {index: closeness(told[index], place) for index, place in pairs.items()}
    others = [place for place, published in given if not any(_same(each.said, place.said, published) for each in told)]
    for index, place in enumerate(told):
        if isinstance(place.said, Figure) and place.said.exempt:
            continue
        for other in others:
            if _alike(place.said, other.said) and is_closer(closeness(place, other), own.get(index, 0)):
                return Mistold(said=place.text, quoted=other.text)
    return _crossed(told, pairs, own)


def _crossed(
    told: Sequence[Place[Number]], pairs: Mapping[int, Place[Number]], own: Mapping[int, float]
) -> Mistold | None:
    """The first of two figures of the claim that have changed places; of dates too many stand beside anything."""
    counted = [index for index in sorted(pairs) if _is_counted(told[index].said)]
    for one, other in combinations(counted, 2):
        if told[one].text == told[other].text or not _alike(told[one].said, told[other].said):
            continue
        mine, theirs = (told[one], told[other]), (pairs[one], pairs[other])
        across = closeness(mine[0], theirs[1]) + closeness(mine[1], theirs[0])
        if is_closer(across, own[one] + own[other]) or _introduced_across(mine, theirs):
            return Mistold(said=told[one].text, quoted=told[other].text)
    return None


def _introduced_across(mine: tuple[Place[Number], Place[Number]], theirs: tuple[Place[Number], Place[Number]]) -> bool:
    """Whether what leads to either figure leads to the other one in the quotes: `profit of 3` and `sales of 5`."""
    said, given = _leading(*mine), _leading(*theirs)
    given = (given[0] - given[1], given[1] - given[0])
    across = (len(said[0] & given[1]), len(said[1] & given[0]))
    straight = len(said[0] & given[0]) + len(said[1] & given[1])
    # "3 in profit and 5 in sales"
    behind = all(not words.isdisjoint(_behind(place)) for words, place in zip(said, theirs, strict=True))
    return min(across) > 0 and sum(across) > straight + 1 and not behind


def _leading(one: Place[Number], other: Place[Number]) -> tuple[set[object], set[object]]:
    """The words of the sentence before each of two figures, back to the other."""
    return _words_before(one, other.said.key), _words_before(other, one.said.key)


def _words_before(place: Place[Number], end: object) -> set[object]:
    before = list(place.sentence[max(0, place.at - _REACH) : place.at])
    start = max((at + 1 for at, key in enumerate(before) if key == end), default=0)
    return {key for key in before[start:] if isinstance(key, str)}


def _behind(place: Place[Number]) -> Sequence[object]:
    return place.sentence[place.at + 1 : place.at + 3]


def _is_counted(said: Number) -> bool:
    return isinstance(said, Figure) and not said.exempt


def places(reading: Reading, wanted: Callable[[Token], Said | None]) -> Iterator[Place[Said]]:
    """Every token of `reading` that is `wanted`, in order."""
    sentence: list[object] = []
    found: list[tuple[Said, str, int]] = []
    last = 0
    for token in reading.tokens:
        if last and SENTENCE_END.search(reading.folded, last - 1, token.said.start):
            yield from (Place(said=said, text=text, sentence=sentence, at=at) for said, text, at in found)
            sentence, found = [], []
        last = token.said.end
        said = wanted(token)
        if said is not None:
            found.append((said, token.text, len(sentence)))
        if isinstance(token.said, Figure | Date):
            sentence.append(token.key)
        elif said is not None or token.kind == NAME or token.key not in STOP_WORDS:
            sentence.append(stem(str(token.key)))
    yield from (Place(said=said, text=text, sentence=sentence, at=at) for said, text, at in found)


def closeness(one: Place[Said], other: Place[Said]) -> float:
    """How much of what stands around one stands around the other, the nearer to both the more."""
    total = 0.0
    for at, key in _around(one):
        far = min((away for away, given in _around(other) if _is_same_key(key, given)), default=0)
        if far:
            total += (_WORD_WEIGHT if isinstance(key, str) else _NUMBER_WEIGHT) / (at + far)
    return total


def is_closer(other: float, own: float) -> bool:
    """Whether the closeness to another place is surely more than to its own."""
    return other > own + _MIN_MORE


def _numbers(reading: Reading) -> Iterator[Place[Number]]:
    return places(reading, _number)


def _number(token: Token) -> Number | None:
    return token.said if token.kind != WORD and isinstance(token.said, Figure | Date) else None


def _pairs(told: Sequence[Place[Number]], given: Sequence[tuple[Place[Number], date]]) -> dict[int, Place[Number]]:
    """The place where the quotes tell each told figure, the closest; one place of the quotes backs one figure."""
    close = [
        (closeness(place, other), index, number)
        for index, place in enumerate(told)
        for number, (other, published) in enumerate(given)
        if _same(place.said, other.said, published)
    ]
    found: dict[int, Place[Number]] = {}
    used: set[int] = set()
    for _, index, number in sorted(close, reverse=True):
        if index not in found and number not in used:
            found[index] = given[number][0]
            used.add(number)
    return found


def _around(place: Place[Said]) -> Iterator[tuple[int, object]]:
    for at in range(max(0, place.at - _REACH), min(len(place.sentence), place.at + _REACH + 1)):
        if at != place.at:
            yield abs(at - place.at), place.sentence[at]


def _is_same_key(key: object, other: object) -> bool:
    if key == other:
        return True
    return (
        isinstance(key, str)
        and isinstance(other, str)
        and len(key) >= _PREFIX_CHARS
        and key[:_PREFIX_CHARS] == other[:_PREFIX_CHARS]
    )


def _same(one: Number, other: Number, published: date) -> bool:
    if isinstance(one, Figure) and isinstance(other, Figure):
        return figures.agree(one, other) or figures.agree(other, one)
    if isinstance(one, Date) and isinstance(other, Date):
        return dates.stands(one, other, published) or dates.stands(other, one, published)
    year, figure = (one, other) if isinstance(one, Date) else (other, one)
    return isinstance(year, Date) and isinstance(figure, Figure) and year.only_year and year.year in figure.values


def _alike(one: Number, other: Number) -> bool:
    """Whether one could have been written for the other: the same kind of date, or numbers of the same unit."""
    if isinstance(one, Date) and isinstance(other, Date):
        return _form(one) == _form(other)
    return (
        isinstance(one, Figure)
        and isinstance(other, Figure)
        and one.sort is other.sort
        and not one.units.isdisjoint(other.units)
        and (not other.exempt or max(one.values) <= SMALL_MAX)
    )


def _form(said: Date) -> tuple[bool, ...]:
    of_the_week = said.weekday is not None or said.unit == "day"
    return (of_the_week, said.day is not None, said.month is not None, said.only_year, bool(said.unit) > of_the_week)
