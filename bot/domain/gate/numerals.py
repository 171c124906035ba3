"""Numerals: what digits with points and commas mean, and numbers spelled out in English (part of rule 3).

Standard library only, no I/O. Units are not read here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

SMALL_MAX: Final = 12  # counts spelled out up to here say little and are written freely

_UNITS: Final = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS: Final = {
    word: number * 10
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_SCALES: Final = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ORDINALS: Final = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        start=1,
    )
} | {word.replace("y", "ieth"): number for word, number in _TENS.items()}
_PARTS: Final = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {
    word + plural: _ORDINALS[word]
    for word in "third fourth fifth sixth seventh eighth ninth tenth".split()
    for plural in ("", "s")
}
_MAX_RUN: Final = 12
_VAGUE: Final = {word + "s": size for word, size in ({"dozen": 12, "hundred": 100} | _SCALES).items()} | {"tens": 10}

_WORD = re.compile(r"[A-Za-z]+")
_NUMERAL = re.compile(
    r"\b(?:"
    + "|".join({**_UNITS, **_TENS, **_SCALES, **_ORDINALS, **_PARTS, **_VAGUE} | {"hundred": 0, "dozen": 0})
    + r")\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number spelled out. `sort` is number, ordinal or vague; `small` ones need no support in a quote."""

    start: int
    end: int
    value: Fraction
    sort: str = "number"
    small: bool = False
    fraction: bool = False


def readings(digits: str) -> Iterator[Fraction]:
    """All that digits with points and commas can mean: `1.200` is 1.2 in English and 1200 in German."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        last = max(digits.rfind("."), digits.rfind(","))
        yield Fraction(re.sub("[.,]", "", digits[:last]) + "." + digits[last + 1 :])
        return
    mark = "." if points else ","
    parts = digits.split(mark)
    grouped = len(parts) > 1 and 1 <= len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:])
    thousands = grouped and parts[0] != "0"
    if len(parts) == 1 or thousands:
        yield Fraction("".join(parts))
    if len(parts) > 2 and not thousands:
        yield Fraction(parts[0] + "." + "".join(parts[1:]))
    if len(parts) == 2 and (mark == "." or not thousands):
        yield Fraction((parts[0] or "0") + "." + parts[1])


def ends_in_number(text: str) -> bool:
    """Whether the last word of `text` is a number or part of one, so that what follows may carry it on."""
    word = text.rpartition(" ")[2].rpartition("-")[2].casefold()
    return text[-1:].isdigit() or word in _UNITS or word in _TENS or word in _SCALES or word == "hundred"


def find(folded: str) -> Iterator[Numeral]:
    """The numbers spelled out in a folded text, in order, the longest reading of each."""
    position = 0
    while match := _NUMERAL.search(folded, position):
        run = _Run(folded, match.start())
        numeral = _vague(run) or _fraction(run) or _ordinal(run) or _number(run)
        yield numeral
        position = numeral.end


class _Run:
    """Words that stand side by side, one space or hyphen between them, from a number word on."""

    __slots__ = ("_ends", "before", "start", "words")

    def __init__(self, folded: str, start: int) -> None:
        self.start = start
        self.before = folded[max(0, start - 5) : start].casefold()
        self.words: list[str] = []
        self._ends: list[int] = []
        position = start
        while len(self.words) < _MAX_RUN and (match := _WORD.match(folded, position)):
            self.words.append(match.group().casefold())
            self._ends.append(match.end())
            if folded[match.end() : match.end() + 1] not in (" ", "-"):
                break
            position = match.end() + 1
        self.words += [""] * 4  # so that looking ahead needs no bounds

    def numeral(self, used: int, value: Fraction | int, sort: str = "number", **flags: bool) -> Numeral:
        """The first `used` words as a number."""
        return Numeral(start=self.start, end=self._ends[used - 1], value=Fraction(value), sort=sort, **flags)


def _vague(run: _Run) -> Numeral | None:
    """`thousands`, `tens of thousands`, and a bare `million` as in `several million`."""
    first, used = run.words[0], 1
    if first in _SCALES or first == "hundred":
        if re.search(r"\b(?:an?|per|1)[ -]$", run.before):
            return None
        return run.numeral(1, _SCALES.get(first, 100), "vague")
    if first not in _VAGUE:
        return None
    size = _VAGUE[first]
    while run.words[used] == "of" and run.words[used + 1] in _VAGUE:
        size *= _VAGUE[run.words[used + 1]]
        used += 2
    return run.numeral(used, size, "vague", small=size == _VAGUE["tens"])


def _fraction(run: _Run) -> Numeral | None:
    """`half a million`, `two-thirds`, `three quarters`, `a third of`; `a third` of something unsaid is an ordinal."""
    first, second, third = run.words[:3]
    if first == "half":
        scale = 1 if second in _SCALES else 2 if second == "a" and third in _SCALES else 0
        if scale:
            return run.numeral(scale + 1, Fraction(_SCALES[run.words[scale]], 2))
        return run.numeral(1, Fraction(1, 2), small=True, fraction=True)
    if first in _PARTS:
        share = second == "of" and re.search(r"\ba[ -]$", run.before)
        if share or first.startswith("quarter"):
            return run.numeral(1, Fraction(1, _PARTS[first]), small=second != "of", fraction=True)
        return None
    over = _UNITS.get(first)
    if over and second in _PARTS and (second.endswith("s") or over == 1):
        return run.numeral(2, Fraction(over, _PARTS[second]), small=_PARTS[second] == 2, fraction=True)
    return None


def _ordinal(run: _Run) -> Numeral | None:
    first, second = run.words[:2]
    if first in _TENS and 0 < _ORDINALS.get(second, 0) < 10:
        return run.numeral(2, _TENS[first] + _ORDINALS[second], "ordinal")
    if first in _ORDINALS:
        return run.numeral(1, _ORDINALS[first], "ordinal", small=_ORDINALS[first] <= SMALL_MAX)
    return None


def _number(run: _Run) -> Numeral:
    """The longest number from the first word on; every other kind was tried before."""
    words, total, used = run.words, Fraction(0), 0
    while True:
        value, end = _below_thousand(words, used)
        if words[end : end + 3] == ["and", "a", "half"]:
            value, end = value + Fraction(1, 2), end + 3
        if words[end] not in _SCALES or end == used > 0:
            total, used = total + value, end
            break
        total, used = total + (value or 1) * _SCALES[words[end]], end + 1
    if not used:  # "thirds" without their number
        return run.numeral(1, 0, small=True)
    return run.numeral(used, total, small=used == 1 and total <= SMALL_MAX)


def _below_thousand(words: list[str], at: int) -> tuple[Fraction, int]:
    value, end = _below_hundred(words, at)
    if words[end] == "dozen":
        return Fraction(max(value, 1) * 12), end + 1
    if words[end] == "hundred":
        value, end = max(value, 1) * 100, end + 1
        rest, rest_end = _below_hundred(words, end + (words[end] == "and"))
        if rest:
            value, end = value + rest, rest_end
    return Fraction(value), end


def _below_hundred(words: list[str], at: int) -> tuple[int, int]:
    """The value from `at` and where it ends; 0 and `at` when no such number stands there."""
    if words[at] in _TENS:
        if 0 < _UNITS.get(words[at + 1], 0) < 10:
            return _TENS[words[at]] + _UNITS[words[at + 1]], at + 2
        return _TENS[words[at]], at + 1
    return (_UNITS[words[at]], at + 1) if words[at] in _UNITS else (0, at)
