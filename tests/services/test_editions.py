"""Editions are written side by side and once each, also when clocks and schedules change under them."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from bot.domain.briefings import Briefing, Window
from bot.domain.errors import InputError
from bot.domain.schedules import PUBLIC, Destination, MemberId, Schedule, ServerId, next_slot
from bot.domain.topics import Topic
from bot.services import editions
from bot.services.plan import Plan
from tests.doubles.clock import NOON
from tests.doubles.memory import MemoryFolder
from tests.services.test_deliver import DAY, ELSEWHERE, HOUR, MINUTE, NEWS, WHOLE, Newsroom, daily

HOME = ServerId("discord:1")


class Desks(Newsroom):
    """Writing takes until its place is released, and what is written at once is counted."""

    def __init__(self, *schedules: Schedule) -> None:
        super().__init__(*schedules)
        self.folder = MemoryFolder(schedules=schedules or (daily(),), topics=[Topic(name="Greenland", words=())])
        self.start()
        self.notes: tuple[str, ...] = ()
        self.is_last = False
        self.released: dict[Destination | None, asyncio.Event] = {}
        self.writing: Counter[Destination | None] = Counter()
        self.most_at_once = 0

    def hold(self, place: Destination) -> asyncio.Event:
        return self.released.setdefault(place, asyncio.Event())

    async def brief(self, schedule: Schedule, window: Window) -> Briefing:
        destination = schedule.destination
        self.writing[destination] += 1
        self.most_at_once = max(self.most_at_once, self.writing.total())
        try:
            assert self.writing[destination] == 1, "one place has two editions written at once"
            if destination in self.released:
                await self.released[destination].wait()
            return replace(await super().brief(schedule, window), notes=self.notes, is_last=self.is_last)
        finally:
            self.writing[destination] -= 1

    async def until(self, condition: Callable[[], object]) -> None:
        for _ in range(500):
            if condition():
                return
            await asyncio.sleep(0.002)
        raise TimeoutError

    def office(self) -> Plan:
        """Where the schedules are changed."""
        return Plan(self.folder, clock=self.clock)

    async def edit(self, **changes: Any) -> Schedule:
        (schedule,) = await self.folder.schedules.all()
        return await self.office().edit(HOME, schedule.id, **changes)

    async def quarters(self, hours: int) -> list[datetime]:
        """When editions were written, looking every quarter of an hour."""
        written = []
        for _ in range(hours * 4):
            self.clock.move(15 * MINUTE)
            before = len(self.asked)
            await self.run_due()
            written += [self.clock.now()] * (len(self.asked) - before)
        return written


# --- side by side ---------------------------------------------------------------------------------------------------


async def test_an_edition_that_takes_long_delays_none_that_is_due_or_comes_due_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(editions, "LOOK_EVERY", timedelta(milliseconds=10))
    third = Destination("discord:4")
    room = Desks(daily(), daily(name="tovika", place=ELSEWHERE), daily(at=time(12, 1), name="vozamu", place=third))
    slow = room.hold(NEWS)
    running = asyncio.create_task(room.editions.run_due())
    await room.until(lambda: room.writing[NEWS])
    room.clock.move(MINUTE)
    await room.until(lambda: (room.stands(ELSEWHERE), room.stands(third)) == (WHOLE, WHOLE))
    assert not running.done()
    slow.set()
    await running
    await room.deliver.settled()
    assert room.stands(NEWS) == WHOLE
    assert len(room.asked) == 3


async def test_many_editions_due_at_once_are_written_a_few_at_a_time_and_all_of_them() -> None:
    places = [Destination(f"discord:{number}") for number in range(1_000, 1_200)]
    room = Desks(*(daily(name=f"s{place[-4:]}", place=place) for place in places))
    await room.run_due()
    assert room.most_at_once == editions.AT_ONCE == 4
    assert len(room.asked) == 200
    assert all(room.stands(place) == WHOLE for place in places)


async def test_two_editions_for_one_channel_are_written_one_after_the_other() -> None:
    room = Desks(daily(), daily(name="tovika"), daily(name="vozamu", place=ELSEWHERE))
    running = asyncio.create_task(room.run_due())
    room.hold(NEWS).set()
    await running
    assert len(room.asked) == 3
    assert room.most_at_once == 2


async def test_a_look_that_is_called_off_leaves_nothing_half_done_and_the_next_one_writes_it() -> None:
    room = Desks(daily(), daily(name="tovika", place=ELSEWHERE))
    slow = room.hold(NEWS)
    running = asyncio.create_task(room.editions.run_due())
    await room.until(lambda: room.writing[NEWS])
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert room.writing.total() == 0
    slow.set()
    await room.minutes(3)
    assert (room.stands(NEWS), room.stands(ELSEWHERE)) == (WHOLE, WHOLE)


# --- the clock ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [HOUR, DAY, 400 * DAY])
async def test_a_clock_that_was_ahead_and_is_set_right_leaves_no_schedule_unseen(wrong: timedelta) -> None:
    room = Desks(daily(at=time(13)))
    room.clock.set(NOON + wrong + 2 * HOUR)
    await room.run_due()
    room.clock.set(NOON)
    await room.quarters(50)
    due = [NOON + HOUR + number * DAY for number in {0, 1, 2, wrong.days}]
    assert {each.slot.due_at for each in room.folder.outbox.deliveries} == set(due)
    assert len(room.asked) == len(due)


# --- quiet days and pauses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("says_quiet", [True, False])
async def test_an_edition_with_nothing_new_is_said_or_skipped_and_written_once_either_way(says_quiet: bool) -> None:
    room = Desks(replace(daily(), says_quiet=says_quiet))
    await room.minutes(60)
    room.start()
    await room.minutes(60)
    assert len(room.asked) == 1
    assert room.stands(NEWS) == (WHOLE if says_quiet else ([], []))
    assert await room.folder.outbox.unfinished() == []
    assert room.people.told == []


async def test_a_skipped_edition_is_no_end_of_what_the_next_one_covers() -> None:
    room = Desks(replace(daily(), says_quiet=False))
    room.notes = ("A source corrected itself.",)
    await room.run_due()
    room.notes = ()
    await room.quarters(24)
    room.notes = ("A source corrected itself.",)
    await room.quarters(24)
    assert [window.until - window.since for _, window, _ in room.asked] == [7 * DAY, DAY, 2 * DAY]
    assert len(room.folder.outbox.deliveries) == 3
    assert room.stands(NEWS)[0] == ["front", "front"]


async def test_a_paused_schedule_has_no_editions_and_nobody_hears_of_it() -> None:
    room = Desks(replace(daily(), paused=True))
    assert await room.quarters(50) == []
    assert room.people.told == []


async def test_a_schedule_whose_story_is_over_ends_with_its_last_word() -> None:
    room = Desks(daily())
    room.is_last = True
    await room.minutes(60)
    assert room.stands(NEWS) == WHOLE
    assert await room.folder.schedules.all() == ()


async def test_what_a_person_missed_is_nobodys_to_mend() -> None:
    room = Desks(replace(daily(place=Destination("discord:user:7")), member=MemberId("discord:7"), server=PUBLIC))
    room.clock.move(13 * HOUR)
    await room.minutes(5)
    assert (room.asked, room.people.told) == ([], [])


# --- a schedule that is changed ---------------------------------------------------------------------------------------


async def test_a_changed_time_counts_from_when_it_comes_next() -> None:
    room = Desks(daily())
    await room.run_due()
    room.clock.move(HOUR)
    await room.edit(at="11:00")
    assert await room.quarters(21) == []
    edited = await room.edit(at="11:30")
    assert await room.quarters(22) == [NOON + 23 * HOUR + 30 * MINUTE]
    assert len(room.asked) == 2
    assert edited.created_at == NOON - 30 * DAY


async def test_a_time_moved_to_later_the_same_day_comes_that_day() -> None:
    room = Desks(daily())
    await room.run_due()
    await room.edit(at="18:00")
    assert await room.quarters(24) == [NOON + 6 * HOUR]


async def test_in_another_zone_the_same_date_and_time_bring_no_second_edition() -> None:
    room = Desks(daily())
    await room.run_due()
    edited = await room.edit(zone="America/New_York")  # noon comes there five hours later
    assert edited.since == NOON + 5 * HOUR
    edited = await room.edit(zone="America/Los_Angeles")
    assert edited.since == NOON + 8 * HOUR
    assert await room.quarters(40) == [NOON + DAY + 8 * HOUR]


async def test_a_time_changed_there_and_back_brings_no_second_edition() -> None:
    room = Desks(daily())
    await room.run_due()
    await room.edit(at="20:00")
    await room.edit(at="12:00", zone="America/New_York")
    assert await room.quarters(30) == [NOON + DAY + 5 * HOUR]


async def test_in_another_zone_todays_edition_still_comes_where_it_was_not_had() -> None:
    room = Desks(daily(at=time(13)))
    await room.edit(zone="America/New_York")
    assert await room.quarters(24) == [NOON + 6 * HOUR]


async def test_in_another_zone_no_edition_comes_for_a_time_that_is_past() -> None:
    room = Desks(daily(at=time(13)))
    await room.edit(zone="Asia/Kolkata")  # where it is 17:30
    assert await room.quarters(24) == [NOON + 19 * HOUR + 30 * MINUTE]


async def test_what_is_due_and_not_written_yet_goes_where_a_changed_schedule_points() -> None:
    room = Desks(daily())
    await room.edit(destination=ELSEWHERE)
    await room.run_due()
    assert (room.stands(NEWS), room.stands(ELSEWHERE)) == (([], []), WHOLE)


@pytest.mark.parametrize("ended", [False, True], ids=["moved", "ended"])
async def test_a_schedule_changed_while_its_edition_is_written_posts_nothing_where_it_pointed(ended: bool) -> None:
    room = Desks(daily())
    slow = room.hold(NEWS)
    running = asyncio.create_task(room.run_due())
    await room.until(lambda: room.writing[NEWS])
    if ended:
        await room.office().remove(HOME, "bakotu")
    else:
        await room.edit(destination=ELSEWHERE)
    slow.set()
    await running
    await room.minutes(1)
    assert (room.stands(NEWS), room.stands(ELSEWHERE)) == (([], []), ([], []) if ended else WHOLE)


@pytest.mark.parametrize(
    ("changes", "covered"),
    [({"at": "20:00"}, 8 * HOUR), ({"zone": "America/New_York"}, DAY + 5 * HOUR), ({"topics": ["Greenland"]}, DAY)],
    ids=str,
)
async def test_the_first_edition_after_a_change_covers_what_came_since_the_last(
    changes: dict[str, Any], covered: timedelta
) -> None:
    room = Desks(daily())
    await room.run_due()
    await room.edit(**changes)
    await room.quarters(30)
    assert [window.until - window.since for _, window, _ in room.asked] == [7 * DAY, covered]


@pytest.mark.parametrize("seed", range(4))
async def test_after_a_change_the_next_edition_comes_when_it_was_said(seed: int) -> None:
    dice = random.Random(seed)
    room = Desks(daily())
    for _ in range(12):
        zone = dice.choice(["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Honolulu"])
        at = f"{dice.choice([0, 6, 12, 12, 12, 18])}:{dice.choice(['00', '45'])}"
        with suppress(InputError):  # where nothing changes
            await room.edit(at=at, zone=zone)
        (schedule,) = await room.folder.schedules.all()
        said = next_slot(schedule, room.clock.now()).due_at
        wait = (said - room.clock.now()) // (15 * MINUTE)
        assert await room.quarters(2 * 24) == [said + number * DAY for number in range(2) if wait + number * 96 <= 192]
        await room.quarters(dice.randrange(20))
    assert len({delivery.id for delivery in room.folder.outbox.deliveries}) == len(room.asked)
