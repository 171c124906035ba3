"""Figures: finds numbers, amounts and percentages in folded text and compares them (rule 3; dates are in `dates`).

Standard library only, no I/O. A figure keeps every value and unit it can mean, so that `10 to 15 million` and
`1.200` are understood without guessing; two figures agree when they can mean the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final

from bot.domain.gate import foreign_numerals, numerals, units

_MAX_DIGITS: Final = 30


class Sort(StrEnum):
    """What a figure is; only figures of one sort are compared, vague ones with numbers too."""

    NUMBER = "number"
    ORDINAL = "ordinal"
    DECADE = "decade"
    CLOCK = "clock"
    QUARTER = "quarter"
    VAGUE = "vague"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number between `start` and `end` of the folded text, with all that it can mean.

    `units` holds the empty string where it may have none. `exempt` figures need not stand in a quote. `name` is
    the capitalised word right before a bare number, as in `Nasdaq 100`; `percent` is what a fraction is in percent.
    """

    start: int
    end: int
    text: str
    values: frozenset[Fraction]
    sort: Sort = Sort.NUMBER
    units: frozenset[str] = frozenset({""})
    exempt: bool = False
    name: str = ""
    percent: Fraction | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What it means, whatever the spelling."""
        return (self.sort, self.values, self.units)


_CLOCK = re.compile(
    r"(?<![\w.,:])(?:(?P<h12>\d\d?)(?:[:.](?P<m12>[0-5]\d))? ?(?P<half>[ap])\.?m\b\.?"
    r"|(?P<h24>[01]?\d|2[0-3])(?::| ?h ?|\.(?=\d\d (?:Uhr|heures|horas)\b)|(?<=kl\. \d\d)\.|(?<=kl\. \d)\.)"
    r"(?P<m24>[0-5]\d))(?![\w:])",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"\b(?:(?P<word>first|second|third|fourth|[1-4](?:st|nd|rd|th))[ -]quarters?|Q(?P<digit>[1-4]))\b",
    re.IGNORECASE,
)
_ONE_TO_TWELVE: Final = "one two three four five six seven eight nine ten eleven twelve".split()
_RATIO = re.compile(
    rf"(?<![\w.,])(?P<share>\d\d?|{'|'.join(_ONE_TO_TWELVE)}) (?:in|out of)(?: every)? "
    rf"(?P<all>\d\d|100|[2-9]|{'|'.join(_ONE_TO_TWELVE[1:])})(?= [a-z]|[.,;]? )"
    r"(?! (?:years?|months?|weeks?|days?|hours?|minutes?)\b)",
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?<![\d])(?:(?P<mixed>\d{1,4} [1-9]/\d{1,2})(?!\d)"
    r"|(?P<slash>\d+(?:/\d+)+)"
    r"|(?P<spaced>[1-9]\d{0,2}(?:[ ']\d{3})+(?:[.,]\d+)?)(?!\d)"
    r"|(?P<number>\d+(?:[.,]\d+)*|(?<!\w)\.\d+))"
)
# Letters joined to the digits make a name of them (G7, F-35, COVID-19, 5G) unless they are one of these.
_JOINED_BEFORE = re.compile(r"(?P<word>[A-Za-z]+)-?$")
_PLAIN_PREFIXES = frozenset("mid post pre sub early late ex non under over nearly about top to and all".split())
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_PLURAL = re.compile(r"'?s\b")
_CODE_ENDING = re.compile(r"[A-Z]{1,3}\d*(?!\w)")
_NAME_BEFORE = re.compile(r"([^\W\d_][\w&.]*) $")
_CHAIN = re.compile(r" ?(?:-|to|and|or|bis|und|oder|a|et|ou|til|og|eller|y|o|,|/) ?$", re.IGNORECASE)
_SCALES: Final = frozenset(units.SCALES.values())
_QUARTERS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4}


def find(folded: str) -> list[Figure]:
    """The figures of a folded text whose dates are blanked, in order."""
    found: list[Figure] = []
    text = folded
    for pattern, read in ((_CLOCK, _clock), (_QUARTER, _quarter), (_RATIO, _ratio)):
        for match in pattern.finditer(text):
            found.append(read(match))
        text = blank(text, [(figure.start, figure.end) for figure in found])
    found += _digits(text)
    text = blank(text, [(figure.start, figure.end) for figure in found])
    found += _spelled(text)
    return _chained(sorted(found, key=lambda figure: figure.start), folded)


def blank(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with the characters of `spans` replaced by a mark that is part of no word and no number."""
    for start, end in spans:
        text = text[:start] + "\x00" * (end - start) + text[end:]
    return text


def agree(wanted: Figure, given: Figure) -> bool:
    """Whether both can mean the same number of the same thing."""
    if wanted.sort is Sort.VAGUE and given.sort in (Sort.NUMBER, Sort.VAGUE):
        floor = min(wanted.values)
        return not given.units & units.STRICT and any(floor <= value < floor * 1000 for value in given.values)
    for share, other in ((wanted, given), (given, wanted)):
        if share.percent in other.values and "percent" in other.units:
            return True
    if wanted.sort is not given.sort or not wanted.values & given.values:
        return False
    return units.agree(wanted.units, given.units)


def _clock(match: re.Match[str]) -> Figure:
    if match["half"]:
        hour = int(match["h12"])
        hour = hour % 12 + (12 if match["half"].casefold() == "p" else 0) if hour <= 12 else hour
        minutes = {hour * 60 + int(match["m12"] or 0)}
    else:
        hour, minute = int(match["h24"]), int(match["m24"])
        minutes = {hour * 60 + minute} | ({(hour % 12 + 12) * 60 + minute} if hour <= 12 else set())
    return _figure(match, map(Fraction, minutes), Sort.CLOCK)


def _quarter(match: re.Match[str]) -> Figure:
    said = match["digit"] or match["word"].casefold()
    number = _QUARTERS.get(said) or int(said[0])
    return _figure(match, [Fraction(number)], Sort.QUARTER)


def _ratio(match: re.Match[str]) -> Figure:
    """`one in five`, which is 20 per cent."""
    said = (each.casefold() for each in match.group("share", "all"))
    share, whole = (int(each) if each.isdigit() else _ONE_TO_TWELVE.index(each) + 1 for each in said)
    value = Fraction(share, whole)
    return replace(_figure(match, [value], Sort.NUMBER), percent=value * 100)


def _figure(match: re.Match[str], values: Iterator[Fraction] | list[Fraction], sort: Sort) -> Figure:
    return Figure(start=match.start(), end=match.end(), text=match.group(), values=frozenset(values), sort=sort)


def _digits(text: str) -> Iterator[Figure]:
    for match in _DIGITS.finditer(text):
        if len(match.group()) > _MAX_DIGITS:
            continue
        before = text[max(0, match.start() - 24) : match.start()]
        currency, start = units.currency_before(text, match.start())
        joined = _JOINED_BEFORE.search(before)
        if joined and not currency and _is_code(joined["word"], hyphen=before[-1] == "-"):
            continue
        figure = Figure(
            start=start,
            end=match.end(),
            text=text[start : match.end()],
            values=frozenset(_values(match)),
            units=currency or frozenset({""}),
        )
        figure = _with_ending(figure, text)
        if not _CODE_ENDING.match(text, figure.end) or figure.end > match.end():
            name = _NAME_BEFORE.search(before)
            bare = figure.units == frozenset({""}) and name is not None and name[1][0].isupper()
            yield replace(figure, name=name[1] if name and bare else "")


def _is_code(word: str, *, hyphen: bool) -> bool:
    return word.casefold() not in _PLAIN_PREFIXES and (word[0].isupper() or not hyphen)


def _values(match: re.Match[str]) -> Iterator[Fraction]:
    said = match.group()
    if match["mixed"]:
        whole, over, under = re.split("[ /]", said)
        if int(under):
            yield int(whole) + Fraction(int(over), int(under))
    elif match["slash"]:
        parts = [int(part) for part in said.split("/")]
        yield Fraction(parts[0], parts[1]) if len(parts) == 2 and parts[1] else Fraction(parts[0])
    else:
        yield from numerals.readings(re.sub("[ ']", "", said) if match["spaced"] else said)


def _with_ending(figure: Figure, text: str) -> Figure:
    """`figure` with the ordinal, decade, scale and unit that follow it."""
    end, values = figure.end, figure.values
    if match := _ORDINAL.match(text, end):
        return _ending_at(replace(figure, sort=Sort.ORDINAL), match.end(), text)
    if match := _PLURAL.match(text, end):
        value = min(values)
        if value % 10 == 0 and (value < 100 or 1000 <= value < 3000):
            years = frozenset({value, *((1900 + value, 2000 + value) if value < 100 else ())})
            return _ending_at(replace(figure, sort=Sort.DECADE, values=years), match.end(), text)
        return _ending_at(figure, match.end(), text)
    while match := units.SCALE.match(text, end):
        scale = units.SCALES[match.group().strip(" -.").casefold()]
        scaled = frozenset(value * scale for value in values)
        sure = not match["short"] or len(match["short"]) > 1 or figure.units != frozenset({""})
        values = scaled if sure else scaled | values
        end = match.end()
    unit, end = units.unit_after(text, end)
    if unit and figure.units != frozenset({""}):
        unit = figure.units & unit or figure.units
    return _ending_at(replace(figure, values=values, units=unit or figure.units), end, text)


def _ending_at(figure: Figure, end: int, text: str) -> Figure:
    return replace(figure, end=end, text=text[figure.start : end])


def _spelled(text: str) -> Iterator[Figure]:
    abroad = list(foreign_numerals.find(text))
    rest = blank(text, [(numeral.start, numeral.end) for numeral in abroad])
    for numeral in [*abroad, *numerals.find(rest)]:
        figure = Figure(
            start=numeral.start,
            end=numeral.end,
            text=text[numeral.start : numeral.end],
            values=frozenset({numeral.value}),
            sort=Sort(numeral.sort),
            exempt=numeral.small,
        )
        if numeral.fraction:
            figure = replace(figure, percent=numeral.value * 100)
        elif figure.sort is Sort.NUMBER:
            unit, end = units.unit_after(text, figure.end)
            amount = bool(unit & (units.STRICT | units.CURRENCIES))
            # "three won medals": won and its like are a currency only behind a sum.
            if unit and not (numeral.small and unit == frozenset({"krw"})):
                figure = _ending_at(figure, end, text)
                figure = replace(figure, units=unit, exempt=figure.exempt and not amount)
        yield figure


def _chained(found: list[Figure], text: str) -> list[Figure]:
    """`found`, where `10` in `10 to 15 per cent` and in `10, 12 and 15 million` may share scale and unit."""
    result: list[Figure] = []
    for figure in reversed(found):
        result.append(_sharing(figure, result[-1]) if result and _leads(figure, result[-1], text) else figure)
    return result[::-1]


def _leads(figure: Figure, after: Figure, text: str) -> bool:
    return (
        figure.sort is after.sort is Sort.NUMBER
        and not figure.exempt
        and figure.end <= after.start
        and _CHAIN.fullmatch(text, figure.end, after.start) is not None
    )


def _sharing(figure: Figure, after: Figure) -> Figure:
    shared = figure.units | after.units if figure.units == frozenset({""}) else figure.units
    if figure.values <= (said := frozenset(_unscaled(figure))):
        scales = {value / least for value in after.values for least in _unscaled(after)}
        said |= {value * scale for value in figure.values for scale in scales if scale in _SCALES}
        return replace(figure, values=said, units=shared)
    return replace(figure, units=shared)


def _unscaled(figure: Figure) -> Iterator[Fraction]:
    """What the digits of `figure` say before its scale."""
    match = _DIGITS.search(figure.text)
    if match is not None:
        yield from (value for value in _values(match) if value)
