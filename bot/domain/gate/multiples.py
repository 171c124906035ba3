"""Multiples and shares told of a change: `tripled`, `tenfold`, `by a third` (part of rule 3).

Standard library only, no I/O. `doubled` and `halved` say as little as the small counts and are read nowhere. A multiple
stands where the quotes say it, in whatever form, or have the two figures that give it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Final

from bot.domain.gate.figures import Figure, Sort
from bot.domain.text import STOP_WORDS

_COUNTS: Final = {
    word: number
    for number, word in enumerate("three four five six seven eight nine ten eleven twelve".split(), start=3)
} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "thousand": 1000}
_VERBS: Final = {"tripl": 3, "trebl": 3, "quadrupl": 4, "quintupl": 5}
_PARTS: Final = {
    word: number for number, word in enumerate("third quarter fifth sixth seventh eighth ninth tenth".split(), start=3)
}
_COUNT: Final = "|".join(_COUNTS)
# "Triple" alone may be a jump or a murder.
_MULTIPLE: Final = re.compile(
    rf"\b(?:(?P<verb>{'|'.join(_VERBS)})(?:ed|es|ing)\b"
    rf"|(?:to|will|would|could|may|might|than|nearly|almost|about) (?P<bare>{'|'.join(_VERBS)})e\b(?! [A-Z])"
    rf"|(?P<fold>{_COUNT}|\d{{1,4}})[ -]?fold\b"
    rf"|(?P<times>{_COUNT}|\d{{1,4}}) times (?=over\b|the\b|as\b|more\b|its\b|\w+er (?:than)\b))",
    re.IGNORECASE,
)
_SHARE: Final = re.compile(
    r"\b(?:by|nearly|almost|about|over|than|roughly|around|up|down) (?:(?:nearly|almost|about|over|more than) )?"
    rf"(?P<said>an? (?P<part>{'|'.join(_PARTS)}))(?! of\b)(?=(?: (?P<next>[a-z]+))?)",
    re.IGNORECASE,
)
_COMPARED: Final = frozenset("higher lower larger smaller bigger fewer cheaper since last compared today".split())
_NEAR: Final = Fraction(1, 10)  # "a third" is written of 31 per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiple:
    """How many times as much, or, below one, what share of it a change is; `text` as it is written."""

    value: Fraction
    text: str


def find(folded: str) -> Iterator[Multiple]:
    """The multiples, then the shares, of a folded text."""
    for match in _MULTIPLE.finditer(folded):
        said = next(filter(None, match.group("verb", "bare", "fold", "times"))).casefold()
        value = _VERBS.get(said) or _COUNTS.get(said) or int(said)
        if value > 2:
            yield Multiple(value=Fraction(value), text=match.group().strip())
    for match in _SHARE.finditer(folded):
        follows = (match["next"] or "").casefold()
        # "By a third man" counts him.
        if not follows or follows in STOP_WORDS or follows in _COMPARED or folded[match.end()] != " ":
            yield Multiple(value=Fraction(1, _PARTS[match["part"].casefold()]), text=match["said"])


def stands(wanted: Multiple, given: Iterable[Multiple], figures: Iterable[Figure]) -> bool:
    """Whether quotes with these multiples and figures say it or give it."""
    held = [figure for figure in figures if figure.sort in (Sort.NUMBER, Sort.ORDINAL)]
    if any(wanted.value == other.value for other in given):
        return True
    if any(_says(wanted.value, figure) for figure in held):
        return True
    counted = [figure for figure in held if figure.sort is Sort.NUMBER and not figure.exempt]
    return any(
        _is_change(wanted.value, before, after)
        for one, other in permutations(counted, 2)
        if not one.units.isdisjoint(other.units)
        for before in one.values
        for after in other.values
    )


def _says(value: Fraction, figure: Figure) -> bool:
    if figure.sort is Sort.ORDINAL:
        return value < 1 and 1 / value in figure.values
    if value in figure.values and "" in figure.units:
        return True
    percent = figure.values if "percent" in figure.units else frozenset({figure.percent} - {None})
    if value < 1:
        return any(abs(said / 100 - value) <= value * _NEAR for said in percent if said is not None)
    return any(value - 1 <= said / 100 <= value for said in percent if said is not None)


def _is_change(value: Fraction, before: Fraction, after: Fraction) -> bool:
    """Whether the second is the first multiplied, or the first with that share added or taken away."""
    if before <= 0:
        return False
    if value < 1:
        return abs(abs(after - before) / before - value) <= value * _NEAR
    return value * (1 - _NEAR) <= after / before < value + 1
