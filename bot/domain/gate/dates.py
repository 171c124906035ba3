"""Dates: finds them in folded text and says whether one date stands in another (part of rule 3).

Standard library only, no I/O. A date is compared by what it says (`13 January`) and by the days it can mean, seen
from the day its article was published: `on Tuesday` may be the last one or the next.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.gate.date_words import AWAY, COUNTS, DATE, DAYS_AWAY, MONTHS, UNIT_NAMES, UNITS_AWAY, WEEKDAYS

Span = tuple[date, date]  # first and last day

# Days that are names: they move with the name, not with the calendar.
_NAMED = re.compile(r"(?:black|bloody|good|super|palm|ash|easter|cyber|holy|shrove) $", re.IGNORECASE)
_PAPER = re.compile(r" (?:Times|Telegraph|Mirror|Mail|Express|People|World|Post)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date as it was written, between `start` and `end` of the folded text; what is not said is None.

    `swapped` holds month and day the other way round for `3/4/2026`; `away` is a number of days, weeks, months or
    years (`unit`) from the day of publication.
    """

    start: int
    end: int
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    swapped: tuple[int, int] | None = None
    weekday: int | None = None
    away: int | None = None
    unit: str = ""

    @property
    def only_year(self) -> bool:
        """A bare `2026`: it is a number as well, so the text around it may still be read for figures."""
        return self.year is not None and self.month is None

    @property
    def key(self) -> tuple[object, ...]:
        """What it says, whatever the spelling."""
        return (self.year, self.month, self.day, self.weekday, self.away, self.unit)


def find(folded: str) -> list[Date]:
    """The dates of a folded text, in order; a range `13-15 January` gives both its days."""
    dates: list[Date] = []
    for match in DATE.finditer(folded):
        if not _is_name_or_verb(match, folded):
            dates += _read(match)
    return dates


def stands(wanted: Date, given: Date, published: date) -> bool:
    """Whether `wanted` says no more than `given`, both read on the day `published`.

    `January` stands in `13 January`, `13 January 2026` in `Tuesday` where that can be the day; not the other way.
    """
    if wanted.key == given.key or _says_less(wanted, given):
        return True
    if wanted.only_year:
        return wanted.year == (published.year + (given.away or 0) if given.unit == "year" else given.year)
    spans = list(_spans(given, published))
    return any(first <= start and end <= last for first, last in _spans(wanted, published) for start, end in spans)


def _is_name_or_verb(match: re.Match[str], folded: str) -> bool:
    if match["weekday"]:
        named = _NAMED.search(folded, max(0, match.start() - 10), match.start())
        return named is not None or _PAPER.match(folded, match.end()) is not None
    month = match["m1"] or match["m2"] or match["m3"] or match["m4"]
    return month in ("may", "march")


def _read(match: re.Match[str]) -> Iterator[Date]:
    start, end, text = match.start(), match.end(), match.group()
    part = match.groupdict()
    if part["iso"]:
        yield from _calendar(match, part["id"], int(part["im"]), part["iy"])
    elif part["n1"]:
        first, second = int(part["n1"]), int(part["n2"])
        year = int(part["ny"])
        if second <= 12 and part["mark"] == "/" and first <= 12:
            yield Date(start=start, end=end, text=text, year=year, month=second, day=first, swapped=(first, second))
        elif second <= 12 or first <= 12:
            day, month = (first, second) if second <= 12 else (second, first)
            yield Date(start=start, end=end, text=text, year=year, month=month, day=day)
    elif name := part["m1"] or part["m2"] or part["m3"] or part["m4"] or part["m5"] or part["m6"]:
        month = MONTHS[name.rstrip(".").casefold()]
        days = [part[d] for d in ("d0", "d1", "d2", "d3") if part[d]]
        for said in days or [None]:
            yield from _calendar(match, said, month, part["y1"] or part["y2"] or part["y3"])
    elif part["weekday"]:
        yield Date(start=start, end=end, text=text, weekday=WEEKDAYS[part["weekday"].casefold()])
    elif part["day"]:
        yield Date(start=start, end=end, text=text, away=DAYS_AWAY[part["day"].casefold()], unit="day")
    elif part["unit"]:
        unit = part["unit"].casefold()
        yield Date(start=start, end=end, text=text, away=AWAY[part["away"].casefold()], unit=unit)
    elif count := part["count1"] or part["count2"]:
        number = int(count) if count.isdigit() else COUNTS[count.casefold()]
        name = part["name1"] or part["name2"]
        yield Date(start=start, end=end, text=text, away=-number, unit=UNIT_NAMES[name.casefold()])
    elif part["dn"]:
        yield from _calendar(match, part["dn"], int(part["dm"]), None)
    elif part["hm"]:
        yield from _calendar(match, part["hd"], int(part["hm"]), part["hy"])
    elif match.lastgroup and match.lastgroup.startswith("away"):
        away, unit, _ = UNITS_AWAY[int(match.lastgroup.removeprefix("away"))]
        yield Date(start=start, end=end, text=text, away=away, unit=unit)
    else:
        yield Date(start=start, end=end, text=text, year=int(part["y4"]))


def _calendar(match: re.Match[str], day: str | None, month: int, year: str | None) -> Iterator[Date]:
    said_day, said_year = int(day) if day else None, int(year) if year else None
    yield Date(start=match.start(), end=match.end(), text=match.group(), year=said_year, month=month, day=said_day)


def _says_less(wanted: Date, given: Date) -> bool:
    """Whether everything that `wanted` says of year, month and day is said by `given` too."""
    return (
        wanted.month is not None
        and wanted.month == given.month
        and wanted.day in (None, given.day)
        and wanted.year in (None, given.year)
    )


def _spans(said: Date, published: date) -> Iterator[Span]:
    """The days that `said` can mean."""
    if said.weekday is not None:
        back = (published.weekday() - said.weekday) % 7
        for days in (-back, 7 - back, -7) if back == 0 else (-back, 7 - back):
            weekday = published + timedelta(days=days)
            yield weekday, weekday
    elif said.away is not None:
        yield _away_span(said.away, said.unit, published)
        if said.unit == "week" and said.away < -1:
            yield _away_span(7 * said.away, "day", published)
    elif said.month is not None:
        readings: set[tuple[int, int | None]] = {(said.month, said.day), said.swapped or (said.month, said.day)}
        for month, day in readings:
            yield from _month_spans(said.year, month, day, published)
    elif said.year is not None:
        yield date(said.year, 1, 1), date(said.year, 12, 31)


def _month_spans(year: int | None, month: int, day: int | None, published: date) -> Iterator[Span]:
    for likely in (year,) if year else _likely_years(month, day, published):
        if day is None:
            yield _month_span(likely, month)
        elif day <= calendar.monthrange(likely, month)[1]:
            yield date(likely, month, day), date(likely, month, day)


def _likely_years(month: int, day: int | None, published: date) -> set[int]:
    """The year of publication, and the year in which the day lies nearest to it."""
    middle = min(day or 15, 28)
    years = (published.year - 1, published.year, published.year + 1)
    return {published.year, min(years, key=lambda year: abs((date(year, month, middle) - published).days))}


def _month_span(year: int, month: int) -> Span:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _away_span(away: int, unit: str, published: date) -> Span:
    if unit == "day":
        day = published + timedelta(days=away)
        return day, day
    if unit == "week":
        monday = published + timedelta(days=7 * away - published.weekday())
        return monday, monday + timedelta(days=6)
    if unit == "month":
        index = published.year * 12 + published.month - 1 + away
        return _month_span(index // 12, index % 12 + 1)
    return date(published.year + away, 1, 1), date(published.year + away, 12, 31)
