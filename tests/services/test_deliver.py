"""Nothing is posted twice and nothing is lost, whatever the platform does and whenever the process dies."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import time, timedelta
from typing import Any

import pytest

from bot.domain.briefings import Briefing, BriefingId, Counts, Engine, Window
from bot.domain.deliveries import (
    Button,
    Delivery,
    DeliveryId,
    Failed,
    Part,
    PartKind,
    Pending,
    Post,
    Rejected,
    Sent,
    custom_id,
    delivery_id,
)
from bot.domain.errors import DeferredError, RefusedError, StorageError
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId, Slot
from bot.services.deliver import Deliver
from bot.services.editions import Editions
from tests.doubles.clock import NOON, StandingClock
from tests.doubles.memory import MemoryFolder
from tests.doubles.platform import Platform, Trouble, busy

NEWS = Destination("discord:2")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WHOLE = ["front"], ["story 2", "story 3"]


class KilledError(BaseException):
    """The process ends at this point."""


def render(briefing: Briefing, delivery: DeliveryId, zone: str) -> tuple[Part, ...]:
    def part(index: int, kind: PartKind, title: str) -> Part:
        button = Button(label="Ask", custom_id=custom_id(delivery, index, "ask"))
        post = Post(content=zone, title=title, buttons=(button,))
        return Part(index=index, kind=kind, post=post, state=Pending())

    stories = (part(index, PartKind.STORY, f"story {index}") for index in (2, 3))
    return (part(0, PartKind.FRONT, "front"), part(1, PartKind.THREAD, "thread"), *stories)


def daily(at: time = time(12), zone: str = "UTC", name: str = "bakotu", place: Destination = NEWS) -> Schedule:
    return Schedule(
        id=ScheduleId(name),
        server=ServerId("discord:1"),
        destination=place,
        at=at,
        zone=zone,
        topics=("tariffs",),
        created_at=NOON - 30 * DAY,
    )


class Newsroom:
    """A bot without Discord: services over a memory that outlives them, and a platform that a test scripts."""

    def __init__(self, *schedules: Schedule, **script: list[Trouble | None]) -> None:
        self.clock = StandingClock()
        self.folder = MemoryFolder(schedules=schedules or (daily(),))
        self.platform = Platform(clock=self.clock, script=script)
        self.asked: list[tuple[Sequence[str], Window, Destination | None]] = []
        self.start()

    def start(self, outbox: Any = None, platform: Any = None) -> None:
        """A new process over what the last one left."""
        box = outbox or self.folder.outbox
        self.deliver = Deliver(outbox=box, deliverer=platform or self.platform, clock=self.clock)
        self.editions = Editions(
            schedules=self.folder.schedules,
            outbox=box,
            brief=self.brief,
            render=render,
            deliver=self.deliver,
            clock=self.clock,
        )

    async def brief(self, topics: Sequence[str], window: Window, destination: Destination | None) -> Briefing:
        self.asked.append((topics, window, destination))
        await asyncio.sleep(0)
        nothing = Counts(feeds=1, articles=1, stories=1, claims_posted=0, claims_withheld=0)
        return Briefing(
            id=BriefingId(f"b{len(self.asked)}"),
            created_at=self.clock.now(),
            window=window,
            topics=tuple(topics),
            engine=Engine(name="extractive"),
            counts=nothing,
            tellings=(),
        )

    async def minutes(self, count: int) -> None:
        """Lets that many minutes pass, with what the alarm clock runs in each."""
        for _ in range(count):
            self.clock.move(MINUTE)
            await self.editions.run_due()
            await self.deliver.resume()

    def stands(self, place: Destination = NEWS) -> tuple[list[str], list[str]]:
        """The fronts in a channel, and everything in their threads."""
        fronts = [each for each in self.platform.standing if each.place == place]
        inside = [title for front in fronts for title in self.platform.titles(front.id)]
        return [front.post.title for front in fronts], inside

    @property
    def only(self) -> Delivery:
        (delivery,) = self.folder.outbox.deliveries
        return delivery


async def test_a_due_briefing_is_posted_front_thread_stories_in_order_and_once() -> None:
    room = Newsroom()
    await room.editions.run_due()
    await room.minutes(3)
    assert room.stands() == WHOLE
    assert room.platform.calls == ["post_front", "open_thread", "post_part", "post_part"]
    assert all(isinstance(part.state, Sent) for part in room.only.parts)
    assert len(room.asked) == 1


@pytest.mark.parametrize("method", ["post_front", "open_thread", "post_part"])
@pytest.mark.parametrize("after", [False, True], ids=["before it was taken", "after it was taken"])
async def test_a_connection_lost_leaves_each_message_standing_once(method: str, after: bool) -> None:
    room = Newsroom(**{method: [busy(after=after), busy(after=after)]})
    await room.editions.run_due()
    assert isinstance(next(part.state for part in room.only.parts if not isinstance(part.state, Sent)), Failed)
    await room.minutes(10)
    assert room.stands() == WHOLE


async def test_a_message_taken_in_a_forum_is_found_and_not_posted_again() -> None:
    room = Newsroom(post_front=[busy(after=True)])
    room.platform.forums = frozenset({NEWS})
    await room.editions.run_due()
    await room.minutes(5)
    assert room.stands() == WHOLE


async def test_a_failed_part_rests_as_long_as_it_was_asked_to() -> None:
    wait = Trouble(DeferredError("Discord asks to wait.", retry_after=timedelta(minutes=7)))
    room = Newsroom(post_part=[wait])
    await room.editions.run_due()
    await room.minutes(6)
    assert room.platform.calls.count("post_part") == 1
    await room.minutes(2)
    assert room.stands() == WHOLE


async def test_a_refusal_ends_the_delivery_and_is_not_repeated() -> None:
    room = Newsroom(post_front=[Trouble(RefusedError("The channel is gone."))])
    await room.editions.run_due()
    await room.minutes(30)
    assert room.platform.calls == ["post_front"]
    state = room.only.parts[0].state
    assert isinstance(state, Rejected)
    assert state.reason == "The channel is gone."


async def test_a_refusal_of_one_part_leaves_the_others_unposted_and_said_why() -> None:
    room = Newsroom(open_thread=[Trouble(RefusedError("The bot lacks a permission in that channel."))])
    await room.editions.run_due()
    await room.minutes(3)
    assert room.stands() == (["front"], [])
    assert isinstance(room.only.parts[1].state, Rejected)


async def test_a_briefing_that_cannot_begin_for_half_a_day_is_given_up() -> None:
    room = Newsroom(post_front=[busy() for _ in range(99)])
    await room.editions.run_due()
    await room.minutes(13 * 60)
    assert isinstance(room.only.parts[0].state, Rejected)
    assert room.stands() == ([], [])


async def test_a_front_that_was_taken_at_last_is_found_even_when_it_is_too_late_to_post() -> None:
    room = Newsroom(post_front=[busy(after=True)], find=[busy() for _ in range(30)])
    await room.editions.run_due()
    room.clock.move(13 * HOUR)
    room.platform.script["find"].clear()  # type: ignore[index]
    await room.deliver.resume()
    assert room.stands() == WHOLE


async def test_two_calls_at_once_write_and_post_nothing_twice() -> None:
    room = Newsroom(post_front=[busy()])
    room.platform.forums = frozenset({NEWS})
    await asyncio.gather(*(room.editions.run_due() for _ in range(3)))
    assert len(room.asked) == 1
    room.clock.move(MINUTE)
    await asyncio.gather(*(room.deliver.resume() for _ in range(3)), room.deliver.deliver(room.only))
    assert room.stands() == WHOLE
    assert room.platform.calls.count("post_front") == 2


async def test_two_processes_that_open_one_slot_share_its_delivery() -> None:
    room = Newsroom()
    await room.editions.run_due()
    room.start()
    await room.editions.run_due()
    assert len(room.folder.outbox.deliveries) == 1
    assert len(room.asked) == 1


async def test_one_destination_that_fails_delays_no_other() -> None:
    elsewhere = Destination("discord:3")
    room = Newsroom(daily(), daily(name="tovika", place=elsewhere), post_front=[busy()])
    await room.editions.run_due()
    assert sorted([room.stands(NEWS), room.stands(elsewhere)]) == sorted([([], []), WHOLE])


async def test_an_error_in_one_edition_is_reported_after_the_others_were_posted() -> None:
    class Broken(Newsroom):
        async def brief(self, topics: Sequence[str], window: Window, destination: Destination | None) -> Briefing:
            if destination == "discord:3":
                raise StorageError("The data folder cannot be read.")
            return await super().brief(topics, window, destination)

    room = Broken(daily(name="tovika", place=Destination("discord:3")), daily())
    with pytest.raises(ExceptionGroup) as raised:
        await room.editions.run_due()
    assert [type(error) for error in raised.value.exceptions] == [StorageError]
    assert room.stands() == WHOLE


async def test_an_edition_that_cannot_be_written_is_tried_again_after_two_minutes() -> None:
    class Failing(Newsroom):
        async def brief(self, topics: Sequence[str], window: Window, destination: Destination | None) -> Briefing:
            briefing = await super().brief(topics, window, destination)
            if len(self.asked) == 1:
                raise StorageError("The data folder cannot be read.")
            return briefing

    room = Failing()
    with pytest.raises(ExceptionGroup):
        await room.editions.run_due()
    await room.minutes(1)
    assert room.stands() == ([], [])
    await room.minutes(1)
    assert room.stands() == WHOLE


# --- the process dies ---------------------------------------------------------------------------------------------


class Dying:
    """Lets calls through to `target` until a number is used up; then the process dies before or after that call."""

    def __init__(self, target: Any, countdown: Iterator[bool | None]) -> None:
        self._target = target
        self._countdown = countdown

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._target, name)

        async def call(*args: Any) -> Any:
            dies_after = next(self._countdown)
            if dies_after is False:
                raise KilledError
            result = await method(*args)
            if dies_after:
                raise KilledError
            return result

        return call


async def dies(step: Callable[[], Awaitable[None]]) -> bool:
    died = False
    try:
        await step()
    except* KilledError:
        died = True
    return died


def countdown(calls: int, after: bool) -> Iterator[bool | None]:
    for _ in range(calls):
        yield None
    while True:
        yield after


@pytest.mark.parametrize("gap", [timedelta(0), 2 * MINUTE, 3 * HOUR], ids=["at once", "in minutes", "in hours"])
@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("forum", [False, True], ids=["channel", "forum"])
async def test_a_process_killed_at_any_call_leaves_each_message_standing_once(
    gap: timedelta, after: bool, forum: bool
) -> None:
    for calls in range(40):
        room = Newsroom()
        room.platform.forums = frozenset({NEWS}) if forum else frozenset()
        clock = countdown(calls, after)
        room.start(outbox=Dying(room.folder.outbox, clock), platform=Dying(room.platform, clock))
        died = await dies(room.editions.run_due)
        room.clock.move(gap)
        room.start()
        await room.deliver.resume()
        await room.minutes(2)
        assert room.stands() == WHOLE, f"killed at call {calls}"
        if not died:
            break
    assert not died, "the delivery needs more calls than were tried"
    assert calls > 10


async def test_a_process_killed_again_and_again_gets_there() -> None:
    room = Newsroom()
    room.platform.forums = frozenset({NEWS})
    for after in [True, False] * 15:
        clock = countdown(5, after)
        room.start(outbox=Dying(room.folder.outbox, clock), platform=Dying(room.platform, clock))
        if not await dies(room.editions.run_due):
            await dies(room.deliver.resume)
    room.start()
    await room.minutes(2)
    assert room.stands() == WHOLE


# --- which slots, which window -------------------------------------------------------------------------------------


async def test_of_several_missed_slots_only_the_latest_is_posted_after_a_start() -> None:
    room = Newsroom()
    room.clock.set(NOON + 3 * DAY + 2 * HOUR)
    await room.editions.run_due()
    await room.minutes(2)
    assert room.stands() == WHOLE
    assert room.only.slot.due_at == NOON + 3 * DAY


async def test_a_slot_missed_by_more_than_half_a_day_is_not_posted() -> None:
    room = Newsroom()
    room.clock.set(NOON + 13 * HOUR)
    await room.editions.run_due()
    assert room.folder.outbox.deliveries == []


async def test_a_schedule_made_after_todays_time_begins_tomorrow() -> None:
    room = Newsroom()
    await room.folder.schedules.remove(ScheduleId("bakotu"))
    late = Schedule(
        id=ScheduleId("tovika"),
        server=ServerId("discord:1"),
        destination=NEWS,
        at=time(11),
        zone="UTC",
        topics=(),
        created_at=NOON,
    )
    await room.folder.schedules.put(late)
    await room.editions.run_due()
    assert room.asked == []
    room.clock.set(NOON + 23 * HOUR)
    await room.editions.run_due()
    assert room.stands() == WHOLE


async def test_an_edition_covers_what_came_since_the_last_one_that_was_posted() -> None:
    room = Newsroom(post_front=[None, Trouble(RefusedError("No access."))])
    for day in range(3):
        room.clock.set(NOON + day * DAY + 5 * MINUTE)
        await room.editions.run_due()
    windows = [window for _, window, _ in room.asked]
    assert [window.until for window in windows] == [NOON + day * DAY + 5 * MINUTE for day in range(3)]
    assert windows[0].since == NOON + 5 * MINUTE - 7 * DAY
    assert [window.since for window in windows[1:]] == [NOON, NOON]


async def test_an_edition_is_asked_for_with_its_topics_and_destination_and_told_in_its_zone() -> None:
    room = Newsroom(daily(at=time(13), zone="Europe/Berlin"))
    await room.editions.run_due()
    assert [(topics, destination) for topics, _, destination in room.asked] == [(("tariffs",), NEWS)]
    assert room.platform.standing[0].post.content == "Europe/Berlin"


async def test_an_outbox_is_not_asked_about_a_schedule_until_it_is_due_again() -> None:
    room = Newsroom()
    asked: list[str] = []

    class Listening:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(room.folder.outbox, name)

    room.start(outbox=Listening())
    await room.editions.run_due()
    assert "find" in asked
    asked.clear()
    await room.minutes(30)
    assert "find" not in asked
    await room.minutes(24 * 60)
    assert "find" in asked


async def test_a_delivery_that_another_process_finished_is_left_alone() -> None:
    room = Newsroom()
    await room.editions.run_due()
    stale = Slot(schedule=ScheduleId("bakotu"), local_date=NOON.date(), planned=time(12), due_at=NOON)
    old = Delivery(
        id=delivery_id(stale),
        slot=stale,
        destination=NEWS,
        briefing=BriefingId("b1"),
        created_at=NOON,
        parts=render(await room.brief((), Window(since=NOON, until=NOON), None), delivery_id(stale), "UTC"),
    )
    room.clock.move(HOUR)
    done = await room.deliver.deliver(old)
    assert all(isinstance(part.state, Sent) for part in done.parts)
    assert room.stands() == WHOLE
