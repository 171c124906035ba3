"""Schedules: when, which topics, where to; and the slots in which a briefing is due.

Standard library only, no I/O, no clock: `now` is an argument.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NewType
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.errors import InputError
from bot.domain.wording import refusals

ScheduleId = NewType("ScheduleId", str)
ServerId = NewType("ServerId", str)
MemberId = NewType("MemberId", str)  # "discord:<user id>"
Destination = NewType("Destination", str)  # "discord:<channel id>", or a person's direct messages: see `direct`

PUBLIC = ServerId("")
"""In the place of a server: everyone's."""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY_DAY = "every day"
_DAY_GROUPS = {
    **dict.fromkeys(("all", "daily", "everyday", "alldays"), range(7)),
    **dict.fromkeys(("weekday", "weekdays", "workdays", "workingdays"), range(5)),
    **dict.fromkeys(("weekend", "weekends"), range(5, 7)),
}
_TWO_WORDS = re.compile(r"\b(every|all|working)\s+(days?)\b")
_UNTIL = re.compile(r"\s*(?:[-–—]|\bto\b|\bthrough\b)\s*")
_BETWEEN = re.compile(r"(?:[\s,.;&+/]|\band\b)+")
_SHORTEST_DAY = 2  # letters: Mo
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?", re.ASCII | re.IGNORECASE)
_NOT_PLACES = frozenset({"localtime", "Factory"})  # what an operating system adds to the IANA names


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A briefing on `topics` (none: all of them), every day at `at` in `zone` (an IANA name), to `destination`.

    Only slots after `counts_from` are its own; None: after it was made. `weekdays` are those it comes on (0 is Monday;
    none: every day). A `paused` one has no editions. `says_quiet`: an edition without news is posted and says so.

    A `member`'s own goes to his direct messages, belongs to no server (`PUBLIC`), and may be on one `story` alone.
    """

    id: ScheduleId
    server: ServerId
    destination: Destination
    at: time
    zone: str
    topics: tuple[str, ...]
    created_at: datetime
    counts_from: datetime | None = None
    weekdays: tuple[int, ...] = ()
    paused: bool = False
    says_quiet: bool = True
    member: MemberId | None = None
    story: str | None = None  # a StoryId: stories know nothing of schedules, and schedules nothing of stories

    @property
    def since(self) -> datetime:
        """After when its slots are its own."""
        return self.counts_from or self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One planned edition; (schedule, local_date, planned) is unique.

    `local_date` and `planned` are those of `zone`; `due_at` is in UTC.
    """

    schedule: ScheduleId
    local_date: date
    planned: time
    due_at: datetime
    zone: str = "UTC"


@cache
def zones() -> tuple[str, ...]:
    """All IANA names of time zones, in alphabetical order."""
    return tuple(sorted(available_timezones() - _NOT_PLACES))


@cache
def _zones_by_folded_name() -> dict[str, str]:
    return {name.casefold(): name for name in zones()}


def check_zone(name: str) -> str:
    """The IANA name meant by `name`, whatever its case and with spaces for underscores. Raises InputError."""
    found = _zones_by_folded_name().get(name.strip().replace(" ", "_").casefold())
    if found is None:
        raise InputError(refusals.NOT_A_ZONE)
    return found


def parse_time(text: str) -> time:
    """A time of day as people write it: 8:00, 08.30, 8, 8pm, 8:30 pm. Raises InputError."""
    match = _TIME.fullmatch(text.strip())
    hour, minute = (int(match["hour"]), int(match["minute"] or 0)) if match else (24, 0)
    half = match["half"] if match else None
    if half:
        hour = hour % 12 + (12 if half[0] in "pP" else 0) if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise InputError(refusals.NOT_A_TIME)
    return time(hour, minute)


def parse_times(text: str) -> tuple[time, ...]:
    """Times of day with commas between them, each once, in order. Raises InputError."""
    return tuple(sorted({parse_time(each) for each in text.split(",")}))


def parse_weekdays(text: str) -> tuple[int, ...]:
    """Days of the week as people write them: Mon-Fri, weekdays, Sat and Sun; none for all of them. Raises InputError.

    A span may go over the end of the week.
    """
    found: set[int] = set()
    joined = _UNTIL.sub("-", _TWO_WORDS.sub(r"\1\2", text.casefold()))
    for each in _BETWEEN.split(joined.strip(" ,.")):
        first, dash, last = each.partition("-")
        if each in _DAY_GROUPS:
            found.update(_DAY_GROUPS[each])
        else:
            start = _weekday(first)
            found.update((start + days) % 7 for days in range((_weekday(last if dash else first) - start) % 7 + 1))
    return () if len(found) == len(_WEEKDAYS) else tuple(sorted(found))


def _weekday(name: str) -> int:
    """The day that begins so, or that is meant by its plural."""
    meant = [n for n, day in enumerate(_WEEKDAYS) if f"{day.casefold()}s".startswith(name)]
    if len(name) < _SHORTEST_DAY or len(meant) != 1:
        raise InputError(refusals.NOT_DAYS)
    return meant[0]


def direct(member: MemberId) -> Destination:
    """The direct messages of a member."""
    platform, _, number = member.partition(":")
    return Destination(f"{platform}:user:{number}")


def person(destination: Destination) -> MemberId | None:
    """Whose direct messages these are; None for a channel."""
    platform, _, place = destination.partition(":")
    kind, _, number = place.partition(":")
    return MemberId(f"{platform}:{number}") if kind == "user" else None


def slots(schedule: Schedule, after: datetime, until: datetime) -> list[Slot]:
    """The slots of the schedule due in `(after, until]`, oldest first; one on each of its days.

    Where clocks go back and the time of day comes twice, the slot is the first; where they go forward over it, the
    next minute of that date that exists. A date that a zone left out altogether (Pacific/Apia, 2011-12-30) has none.
    """
    zone = ZoneInfo(check_zone(schedule.zone))
    after = max(after, schedule.since)
    day, last = after.astimezone(zone).date() - timedelta(days=1), until.astimezone(zone).date()
    found: list[Slot] = []
    while day <= last:
        comes = not schedule.weekdays or day.weekday() in schedule.weekdays
        due_at = _moment(day, schedule.at, zone) if comes else None
        if due_at is not None and after < due_at <= until:
            found.append(
                Slot(schedule=schedule.id, local_date=day, planned=schedule.at, due_at=due_at, zone=schedule.zone)
            )
        day += timedelta(days=1)
    return found


def next_slot(schedule: Schedule, after: datetime) -> Slot:
    """The first slot after `after`."""
    # No zone ever left out more than one date, so a slot that is left out is followed by one that is not.
    reach = timedelta(days=15 if schedule.weekdays else 3)
    return slots(schedule, after, max(after, schedule.since) + reach)[0]


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The first time in UTC at which clocks in `zone` show `at` on `day`, or the next minute they do show."""
    wanted = datetime.combine(day, at)
    while wanted.date() == day:
        moment = wanted.replace(tzinfo=zone, fold=0).astimezone(UTC)
        # A local time that does not exist comes back from UTC as another one (PEP 495).
        if moment.astimezone(zone).replace(tzinfo=None) == wanted:
            return moment
        wanted += timedelta(minutes=1)
    return None
