"""A year of every schedule, on a machine that sleeps, restarts and has a clock that is set about: once each, on time.

What is due is worked out here a second time, by looking at the wall clock of each place every quarter of an hour.
"""

import asyncio
import random
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.briefings import Briefing, BriefingId, Counts, Engine, Window
from bot.domain.deliveries import (
    NEWS_FOR,
    Delivery,
    DeliveryId,
    MessageId,
    Part,
    PartKind,
    Post,
    Sent,
    delivery_id,
)
from bot.domain.notices import Audience, NoticeId
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId, Slot
from bot.services.access import Access
from bot.services.editions import Editions
from tests.doubles.clock import StandingClock
from tests.doubles.memory import MemoryFolder, MemoryPauses
from tests.doubles.platform import Platform

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
FURTHEST = timedelta(days=60)  # that the clock is ever wrong by
MONDAY_AND_FRIDAY = (0, 4)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

TIMES = [time(hour) for hour in range(0, 24, 2)] + [time(0, 30), time(1, 30), time(2, 15), time(2, 30), time(23, 45)]
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour
    "America/Santiago",  # at midnight
    "Asia/Kolkata",  # none
]

Key = tuple[ScheduleId, str, str]


class Room:
    """Register, outbox, writer and delivery in one: keeps only which slots were written and started, and when."""

    def __init__(self, schedules: Sequence[Schedule]) -> None:
        self.clock = StandingClock(START)
        self.schedules = tuple(schedules)
        self.kept: dict[Key, Delivery] = {}
        self.of: dict[ScheduleId, list[Delivery]] = defaultdict(list)
        self.missed: set[NoticeId] = set()
        self.written = 0
        self.started: Counter[DeliveryId] = Counter()
        self.opened_at: dict[Key, datetime] = {}
        self.restart()

    def restart(self) -> None:
        notify: Any = self
        platform = Platform(clock=self.clock)
        self.editions = Editions(
            schedules=self,  # type: ignore[arg-type]
            servers=MemoryFolder().servers,
            outbox=self,  # type: ignore[arg-type]
            brief=self._brief,
            render=_render,
            deliver=self,  # type: ignore[arg-type]
            access=Access(pauses=MemoryPauses(), deliverer=platform, notify=notify, clock=self.clock),
            notify=notify,
            clock=self.clock,
        )

    async def all(self) -> tuple[Schedule, ...]:
        return self.schedules

    async def find(self, schedule: ScheduleId, local_date: str, planned: str) -> Delivery | None:
        return self.kept.get((schedule, local_date, planned))

    async def earlier(self, schedule: ScheduleId, before: datetime, limit: int = 10) -> Sequence[Delivery]:
        recent = [each for each in self.of[schedule][-limit:] if each.slot.due_at < before]
        return sorted(recent, key=lambda each: each.slot.due_at, reverse=True)

    async def open(self, delivery: Delivery) -> Delivery:
        key = _key(delivery.slot)
        if key not in self.kept:
            self.opened_at[key] = self.clock.now()
            self.of[delivery.slot.schedule].append(delivery)
        return self.kept.setdefault(key, delivery)

    async def raise_(self, audience: Audience, identity: NoticeId, text: str) -> None:
        self.missed.add(identity)

    def start(self, delivery: DeliveryId) -> None:
        self.started[delivery] += 1

    async def _brief(self, schedule: Schedule, window: Window) -> Briefing:
        self.written += 1
        assert window.since < window.until == self.clock.now()
        nothing = Counts(feeds=1, articles=1, stories=1, claims_posted=0, claims_withheld=0)
        return Briefing(
            id=BriefingId(f"b{self.written}"),
            created_at=self.clock.now(),
            window=window,
            topics=schedule.topics,
            engine=Engine(name="extractive"),
            counts=nothing,
            tellings=(),
        )


def _render(briefing: Briefing, delivery: DeliveryId, zone: str) -> tuple[Part, ...]:
    sent = Sent(message=MessageId("1"), sent_at=briefing.created_at)
    return (Part(index=0, kind=PartKind.FRONT, post=Post(content="front"), state=sent),)


def _key(slot: Slot) -> Key:
    return slot.schedule, slot.local_date.isoformat(), f"{slot.planned:%H:%M}"


def machine(rng: random.Random) -> Iterator[tuple[datetime, bool]]:
    """What the clock shows whenever the machine looks, and whether it was just restarted."""
    truth, wrong = START, timedelta()
    while truth < END:
        restarted = rng.random() < 0.005
        event = rng.random()
        if event < 0.004:  # asleep, or off
            truth += rng.choice([2, 7, 11, 13, 26, 50]) * HOUR * rng.uniform(0.8, 1.1)
            restarted |= rng.random() < 0.5
        elif event < 0.012:  # set back, or forward; minutes, hours, days
            wrong += rng.choice([-5 * MINUTE, -HOUR, -3 * HOUR, -DAY, -4 * DAY, 20 * MINUTE, 5 * HOUR, DAY, 6 * DAY])
        elif event < 0.0125:
            wrong = 40 * DAY
        elif event < 0.03:
            wrong = timedelta()
        truth += MINUTE * rng.uniform(0.1, 70)
        yield truth + max(-FURTHEST, min(wrong, FURTHEST)), restarted


def due_times(zone: str) -> dict[time, dict[datetime, date]]:
    """For each planned time when it comes on each date: as soon as the wall clock shows it, or shows a later one."""
    place = ZoneInfo(zone)
    seen: dict[time, dict[datetime, date]] = {at: {} for at in TIMES}
    moment, last = START - FURTHEST - DAY, dict.fromkeys(TIMES, date.min)
    while moment < END + FURTHEST + DAY:
        wall = moment.astimezone(place)
        day, shown = wall.date(), wall.time()
        for at in TIMES:
            if shown >= at and last[at] < day:
                last[at] = day
                seen[at][moment] = day
        moment += timedelta(minutes=15)
    return seen


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_brings_each_edition_once_and_as_soon_as_it_is_due(zone: str) -> None:
    schedules = [
        Schedule(
            id=ScheduleId(f"s{at:%H%M}"),
            server=ServerId("discord:1"),
            destination=Destination("discord:2"),
            at=at,
            zone=zone,
            topics=(),
            created_at=START - 2 * FURTHEST,
            weekdays=MONDAY_AND_FRIDAY if at == time(10) else (),
        )
        for at in TIMES
    ]
    room, known = Room(schedules), due_times(zone)
    moments = {at: list(days) for at, days in known.items()}
    expected: dict[Key, datetime] = {}

    async def year() -> None:
        for now, restarted in machine(random.Random(zone)):
            room.clock.set(now)
            if restarted:
                room.restart()
            await room.editions.run_due()
            for schedule in schedules:
                due_at = moments[schedule.at][bisect_right(moments[schedule.at], now) - 1]
                day = known[schedule.at][due_at]
                if now - due_at < NEWS_FOR and (not schedule.weekdays or day.weekday() in schedule.weekdays):
                    expected.setdefault((schedule.id, day.isoformat(), f"{schedule.at:%H:%M}"), now)

    asyncio.run(year())
    assert room.opened_at == expected
    assert room.written == len(expected) > 300 * sum(not each.weekdays for each in schedules)
    assert room.started == Counter({delivery_id(each.slot): 1 for each in room.kept.values()})
