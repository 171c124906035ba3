"""Nothing is posted twice and nothing is lost, whatever the platform does and whenever the process dies."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import time, timedelta
from functools import partial
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
    PartState,
    Pending,
    Post,
    Rejected,
    Sent,
    custom_id,
    delivery_id,
)
from bot.domain.errors import DeferredError, RefusedError, StorageError, UnacceptableError
from bot.domain.notices import OPERATOR
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId, Slot
from bot.ports.outside import Posted
from bot.services.access import Access
from bot.services.deliver import Deliver
from bot.services.editions import Editions
from bot.services.notify import Notify
from tests.doubles.clock import NOON, StandingClock
from tests.doubles.memory import MemoryFolder
from tests.doubles.platform import People, Platform, Trouble, busy

NEWS, ELSEWHERE = Destination("discord:2"), Destination("discord:3")
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


class KilledWhenRecording:
    """An outbox under which the process ends before a state of this kind is recorded."""

    def __init__(self, outbox: Any, kind: type) -> None:
        self._outbox = outbox
        self._kind = kind

    def __getattr__(self, name: str) -> Any:
        return getattr(self._outbox, name)

    async def record(self, delivery: DeliveryId, part: int, state: PartState) -> None:
        if isinstance(state, self._kind):
            raise KilledError
        await self._outbox.record(delivery, part, state)


class Newsroom:
    """A bot without Discord: services over a memory that outlives them, and a platform that a test scripts."""

    def __init__(self, *schedules: Schedule, **script: list[Trouble | None]) -> None:
        self.clock = StandingClock()
        self.folder = MemoryFolder(schedules=schedules or (daily(),))
        self.platform = Platform(clock=self.clock, script=script)
        self.people = People(clock=self.clock)
        self.seen: list[Part] = []
        self.asked: list[tuple[Sequence[str], Window, Destination | None]] = []
        self.start()

    def start(self, outbox: Any = None, platform: Any = None) -> None:
        """A new process over what the last one left."""
        box = outbox or self.folder.outbox
        self.notify = Notify(notices=self.folder.notices, notifier=self.people, clock=self.clock)
        deliverer = platform or self.platform
        self.access = Access(pauses=self.folder.pauses, deliverer=deliverer, notify=self.notify, clock=self.clock)
        self.deliver = Deliver(
            outbox=box,
            deliverer=deliverer,
            access=self.access,
            notify=self.notify,
            clock=self.clock,
            watch=lambda _, part: self.seen.append(part),
        )
        self.editions = Editions(
            schedules=self.folder.schedules,
            servers=self.folder.servers,
            outbox=box,
            brief=self.brief,
            render=render,
            deliver=self.deliver,
            access=self.access,
            notify=self.notify,
            clock=self.clock,
        )

    async def brief(self, schedule: Schedule, window: Window) -> Briefing:
        self.asked.append((schedule.topics, window, schedule.destination))
        await asyncio.sleep(0)
        nothing = Counts(feeds=1, articles=1, stories=1, claims_posted=0, claims_withheld=0)
        return Briefing(
            id=BriefingId(f"b{len(self.asked)}"),
            created_at=self.clock.now(),
            window=window,
            topics=schedule.topics,
            engine=Engine(name="extractive"),
            counts=nothing,
            tellings=(),
        )

    async def run_due(self) -> None:
        """Opens what is due, and sees it posted as far as it goes now."""
        try:
            await self.editions.run_due()
        finally:
            await self.deliver.settled()

    async def resume(self) -> None:
        """Carries on with what rests no more, as far as it goes now."""
        await self.deliver.resume()
        await self.deliver.settled()

    async def minutes(self, count: int) -> None:
        """Lets that many minutes pass, with what the alarm clock runs in each."""
        for _ in range(count):
            self.clock.move(MINUTE)
            await self.run_due()
            await self.resume()

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
    await room.run_due()
    await room.minutes(3)
    assert room.stands() == WHOLE
    assert room.platform.calls == ["post_front", "open_thread", "post_part", "post_part"]
    assert all(isinstance(part.state, Sent) for part in room.only.parts)
    assert len(room.asked) == 1


@pytest.mark.parametrize("method", ["post_front", "open_thread", "post_part"])
@pytest.mark.parametrize("after", [False, True], ids=["before it was taken", "after it was taken"])
async def test_a_connection_lost_leaves_each_message_standing_once(method: str, after: bool) -> None:
    room = Newsroom(**{method: [busy(after=after), busy(after=after)]})
    await room.run_due()
    assert isinstance(next(part.state for part in room.only.parts if not isinstance(part.state, Sent)), Failed)
    await room.minutes(10)
    assert room.stands() == WHOLE


async def test_a_message_taken_in_a_forum_is_found_and_not_posted_again() -> None:
    room = Newsroom(post_front=[busy(after=True)])
    room.platform.forums = frozenset({NEWS})
    await room.run_due()
    await room.minutes(5)
    assert room.stands() == WHOLE


async def test_a_failed_part_rests_as_long_as_it_was_asked_to() -> None:
    wait = Trouble(DeferredError("Discord asks to wait.", retry_after=timedelta(minutes=7)))
    room = Newsroom(post_part=[wait])
    await room.run_due()
    await room.minutes(6)
    assert room.platform.calls.count("post_part") == 1
    await room.minutes(2)
    assert room.stands() == WHOLE


async def test_a_refusal_ends_the_delivery_and_is_not_repeated() -> None:
    room = Newsroom(post_front=[Trouble(RefusedError("The channel is gone."))])
    await room.run_due()
    await room.minutes(30)
    assert room.platform.calls == ["post_front"]
    state = room.only.parts[0].state
    assert isinstance(state, Rejected)
    assert state.reason == "The channel is gone."


async def test_the_admin_of_the_server_hears_of_a_refusal_once() -> None:
    room = Newsroom(post_front=[Trouble(RefusedError("The channel is gone."))])
    await room.run_due()
    for _ in range(3):
        await room.minutes(3)
        await room.notify.tell()
    ((audience, text),) = room.people.told
    assert audience == "discord:1"
    assert text.startswith(
        "The briefing planned for 2026-01-18 12:00 UTC was not posted in discord:2: The channel is gone."
    )


async def test_a_process_that_dies_before_it_recorded_a_refusal_has_noticed_it() -> None:
    room = Newsroom(post_front=[Trouble(RefusedError("The channel is gone.")) for _ in range(2)])
    room.start(outbox=KilledWhenRecording(room.folder.outbox, Rejected))
    with suppress(KilledError):
        await room.run_due()
    await room.notify.tell()
    room.start()
    await room.resume()
    await room.notify.tell()
    assert len(room.people.told) == 1
    assert isinstance(room.only.parts[0].state, Rejected)


async def test_a_refusal_of_one_part_leaves_the_others_unposted_and_said_why() -> None:
    room = Newsroom(open_thread=[Trouble(RefusedError("The bot lacks a permission in that channel."))])
    await room.run_due()
    await room.minutes(3)
    assert room.stands() == (["front"], [])
    assert isinstance(room.only.parts[1].state, Rejected)


async def test_a_story_that_is_not_acceptable_is_left_out_and_the_next_one_is_posted() -> None:
    room = Newsroom(post_part=[Trouble(UnacceptableError("Discord blocked a link in it."))])
    await room.run_due()
    await room.minutes(3)
    assert room.stands() == (["front"], ["story 3"])
    assert room.platform.calls.count("post_part") == 2
    assert await room.folder.outbox.unfinished() == []


async def test_a_delivery_that_loses_access_between_two_stories_is_not_carried_on() -> None:
    room = Newsroom(post_part=[Trouble(RefusedError("The bot has no access to that channel."))])
    await room.run_due()
    await room.minutes(3)
    assert room.stands() == (["front"], [])
    assert room.platform.calls.count("post_part") == 1


async def test_a_briefing_that_cannot_begin_for_half_a_day_is_given_up() -> None:
    room = Newsroom(post_front=[busy() for _ in range(99)])
    await room.run_due()
    await room.minutes(13 * 60)
    assert isinstance(room.only.parts[0].state, Rejected)
    assert room.stands() == ([], [])
    await room.notify.tell()
    assert ["could not be posted while it was news" in text for _, text in room.people.told] == [True]


async def test_what_was_posted_before_a_refusal_is_said_to_stand() -> None:
    room = Newsroom(post_part=[None, Trouble(RefusedError("The bot lacks a permission in that channel."))])
    await room.run_due()
    await room.notify.tell()
    ((_, text),) = room.people.told
    assert "was posted in part only in discord:2" in text


async def test_a_story_left_out_is_the_operators_to_hear_of() -> None:
    room = Newsroom(post_part=[Trouble(UnacceptableError("Discord blocked a link in it."))])
    await room.run_due()
    await room.notify.tell()
    ((audience, text),) = room.people.told
    assert audience == OPERATOR
    assert "stands without its story 1: Discord blocked a link in it." in text


async def test_a_clock_set_back_does_not_hold_a_part_up() -> None:
    room = Newsroom(post_part=[busy()])
    await room.run_due()
    room.clock.move(-DAY)
    await room.resume()
    assert room.stands() == WHOLE


async def test_what_stands_is_found_by_a_process_whose_clock_was_set_back() -> None:
    room = Newsroom()
    room.clock.move(400 * DAY)
    room.platform.clock = StandingClock()
    room.start(outbox=KilledWhenRecording(room.folder.outbox, Sent))
    with suppress(KilledError):
        await room.run_due()
    room.clock.move(-400 * DAY)
    room.platform.clock.move(HOUR)
    room.start()
    await room.resume()
    assert room.stands() == WHOLE


@pytest.mark.parametrize("ahead", [timedelta(minutes=20), 7 * HOUR, 400 * DAY])
async def test_what_a_process_posted_whose_clock_was_ahead_is_found(ahead: timedelta) -> None:
    room = Newsroom()
    room.platform.clock = StandingClock(NOON - 20 * DAY)
    room.clock.set(NOON - 20 * DAY + ahead)
    room.start(outbox=KilledWhenRecording(room.folder.outbox, Sent))
    with suppress(KilledError):
        await room.run_due()
    room.clock.move(HOUR - ahead)
    room.platform.clock.move(HOUR)
    room.start()
    await room.resume()
    fronts, _ = room.stands()
    assert fronts == ["front"]


async def test_what_can_never_be_looked_for_is_given_up_and_said() -> None:
    room = Newsroom(post_front=[busy()], find=[busy() for _ in range(999)])
    await room.run_due()
    await room.minutes(13 * 60)
    assert isinstance(room.only.parts[0].state, Rejected)
    assert await room.folder.outbox.unfinished() == []
    await room.notify.tell()
    assert len(room.people.told) == 1


async def test_a_slot_that_came_to_nothing_for_half_a_day_is_said_once_to_the_admin() -> None:
    room = Newsroom(daily(at=time(8)))
    room.clock.set(NOON + 9 * HOUR)
    for _ in range(3):
        room.start()
        await room.run_due()
        await room.notify.tell()
    assert room.asked == []
    ((audience, text),) = room.people.told
    assert audience == "discord:1"
    assert text.startswith(
        "There is no record that the briefing planned for 2026-01-18 08:00 UTC was posted in discord:2"
    )


async def test_a_briefing_that_is_late_says_so() -> None:
    room = Newsroom(post_front=[busy() for _ in range(6)])
    await room.run_due()
    await room.minutes(60)
    (front,) = [each for each in room.platform.standing if each.place == NEWS]
    assert "Planned 12:00, posted 12:" in front.post.content


async def test_what_is_recorded_is_told_to_whoever_watches() -> None:
    room = Newsroom(post_part=[busy()])
    await room.run_due()
    assert [(part.index, type(part.state)) for part in room.seen] == [(0, Sent), (1, Sent), (2, Failed)]


async def test_a_front_that_was_taken_at_last_is_found_even_when_it_is_too_late_to_post() -> None:
    room = Newsroom(post_front=[busy(after=True)], find=[busy() for _ in range(30)])
    await room.run_due()
    room.clock.move(13 * HOUR)
    room.platform.script["find"].clear()  # type: ignore[index]
    await room.resume()
    assert room.stands() == WHOLE


async def test_two_calls_at_once_write_and_post_nothing_twice() -> None:
    room = Newsroom(post_front=[busy()])
    room.platform.forums = frozenset({NEWS})
    await asyncio.gather(*(room.run_due() for _ in range(3)))
    assert len(room.asked) == 1
    room.clock.move(MINUTE)
    await asyncio.gather(*(room.resume() for _ in range(3)), room.deliver.deliver(room.only.id))
    assert room.stands() == WHOLE
    assert room.platform.calls.count("post_front") == 2


async def test_two_processes_that_open_one_slot_share_its_delivery() -> None:
    room = Newsroom()
    await room.run_due()
    room.start()
    await room.run_due()
    assert len(room.folder.outbox.deliveries) == 1
    assert len(room.asked) == 1


async def test_one_destination_that_fails_delays_no_other() -> None:
    room = Newsroom(daily(), daily(name="tovika", place=ELSEWHERE), post_front=[busy()])
    await room.run_due()
    assert sorted([room.stands(NEWS), room.stands(ELSEWHERE)]) == sorted([([], []), WHOLE])


class Hanging:
    """A platform where posting a front to one place takes until `released`."""

    def __init__(self, platform: Platform, place: Destination) -> None:
        self._platform = platform
        self._place = place
        self.released = asyncio.Event()
        self.reached = asyncio.Event()

    async def post_front(self, destination: Destination, post: Post, key: str) -> Posted:
        if destination == self._place:
            self.reached.set()
            await self.released.wait()
        return await self._platform.post_front(destination, post, key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)


async def test_a_channel_that_hangs_delays_no_edition_that_comes_due_meanwhile() -> None:
    room = Newsroom(daily(), daily(at=time(12, 1), name="tovika", place=ELSEWHERE))
    hanging = Hanging(room.platform, NEWS)
    room.start(platform=hanging)
    for _ in range(3):
        await asyncio.wait_for(room.editions.run_due(), 1)
        await asyncio.wait_for(room.deliver.resume(), 1)
        await hanging.reached.wait()
        room.clock.move(MINUTE)
        await asyncio.sleep(0.01)
    assert (room.stands(NEWS), room.stands(ELSEWHERE)) == (([], []), WHOLE)
    hanging.released.set()
    await room.deliver.settled()
    assert room.stands(NEWS) == WHOLE
    assert room.platform.calls.count("post_front") == 2


async def test_a_delivery_under_way_is_not_begun_a_second_time() -> None:
    room = Newsroom()
    hanging = Hanging(room.platform, NEWS)
    room.start(platform=hanging)
    await room.editions.run_due()
    await hanging.reached.wait()
    assert room.deliver.start(room.only.id) is room.deliver.start(room.only.id)
    await room.deliver.resume()
    hanging.released.set()
    assert all(isinstance(part.state, Sent) for part in (await room.deliver.deliver(room.only.id)).parts)
    assert room.stands() == WHOLE


async def test_stopping_finishes_and_records_the_message_in_flight_and_begins_no_other() -> None:
    room = Newsroom()
    hanging = Hanging(room.platform, NEWS)
    room.start(platform=hanging)
    await room.editions.run_due()
    await hanging.reached.wait()
    stopping = asyncio.create_task(room.deliver.stop(timedelta(seconds=5)))
    await asyncio.sleep(0)
    hanging.released.set()
    await stopping
    assert room.platform.calls == ["post_front"]
    assert [type(part.state) for part in room.only.parts] == [Sent, Pending, Pending, Pending]


async def test_stopping_waits_no_longer_than_it_was_told_to() -> None:
    room = Newsroom()
    hanging = Hanging(room.platform, NEWS)
    room.start(platform=hanging)
    await room.editions.run_due()
    await hanging.reached.wait()
    await asyncio.wait_for(room.deliver.stop(timedelta(milliseconds=10)), 1)
    room.start()
    await room.minutes(1)
    assert room.stands() == WHOLE


async def test_a_delivery_that_could_not_be_recorded_is_logged_and_carried_on_later(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Full:
        async def record(self, *args: Any) -> None:
            raise StorageError("The disk is full.")

        def __getattr__(self, name: str) -> Any:
            return getattr(room.folder.outbox, name)

    room = Newsroom()
    room.start(outbox=Full())
    await room.run_due()
    assert "delivery_interrupted" in capsys.readouterr().out
    room.start()
    await room.minutes(1)
    assert room.stands() == WHOLE


async def test_an_error_in_one_edition_is_reported_after_the_others_were_posted() -> None:
    class Broken(Newsroom):
        async def brief(self, schedule: Schedule, window: Window) -> Briefing:
            if schedule.destination == ELSEWHERE:
                raise StorageError("The data folder cannot be read.")
            return await super().brief(schedule, window)

    room = Broken(daily(name="tovika", place=ELSEWHERE), daily())
    with pytest.raises(ExceptionGroup) as raised:
        await room.run_due()
    assert [type(error) for error in raised.value.exceptions] == [StorageError]
    assert room.stands() == WHOLE


async def test_an_edition_that_cannot_be_written_is_tried_again_after_two_minutes() -> None:
    class Failing(Newsroom):
        async def brief(self, schedule: Schedule, window: Window) -> Briefing:
            briefing = await super().brief(schedule, window)
            if len(self.asked) == 1:
                raise StorageError("The data folder cannot be read.")
            return briefing

    room = Failing()
    with pytest.raises(ExceptionGroup):
        await room.run_due()
    await room.minutes(1)
    assert room.stands() == ([], [])
    await room.minutes(1)
    assert room.stands() == WHOLE


# --- the process dies ---------------------------------------------------------------------------------------------


class Life:
    """A process's: after so many calls it ends, before or after the next one takes effect."""

    def __init__(self, calls: int, *, after: bool) -> None:
        self._calls = calls
        self._after = after
        self.ended = False

    async def call(self, method: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        self._calls -= 1
        self.ended |= self._calls < 0
        if self.ended and not self._after:
            raise KilledError
        result = await method(*args)
        if self.ended:
            raise KilledError
        return result


class Dying:
    """Lets calls through to `target` as long as the process lives."""

    def __init__(self, target: Any, life: Life) -> None:
        self._target = target
        self._life = life

    def __getattr__(self, name: str) -> Any:
        return partial(self._life.call, getattr(self._target, name))


def start_dying(room: Newsroom, life: Life) -> None:
    room.start(outbox=Dying(room.folder.outbox, life), platform=Dying(room.platform, life))


@pytest.mark.parametrize("gap", [timedelta(0), 2 * MINUTE, 3 * HOUR], ids=["at once", "in minutes", "in hours"])
@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("forum", [False, True], ids=["channel", "forum"])
async def test_a_process_killed_at_any_call_leaves_each_message_standing_once(
    gap: timedelta, after: bool, forum: bool
) -> None:
    for calls in range(40):
        room = Newsroom()
        room.platform.forums = frozenset({NEWS}) if forum else frozenset()
        life = Life(calls, after=after)
        start_dying(room, life)
        with suppress(KilledError):
            await room.run_due()
        room.clock.move(gap)
        room.start()
        await room.resume()
        await room.minutes(2)
        assert room.stands() == WHOLE, f"killed at call {calls}"
        if not life.ended:
            break
    assert not life.ended, "the delivery needs more calls than were tried"
    assert calls > 10


async def test_a_process_killed_again_and_again_gets_there() -> None:
    room = Newsroom()
    room.platform.forums = frozenset({NEWS})
    for after in [True, False] * 15:
        start_dying(room, Life(5, after=after))
        with suppress(KilledError):
            await room.run_due()
            await room.resume()
    room.start()
    await room.minutes(2)
    assert room.stands() == WHOLE


# --- which slots, which window -------------------------------------------------------------------------------------


async def test_of_several_missed_slots_only_the_latest_is_posted_after_a_start() -> None:
    room = Newsroom()
    room.clock.set(NOON + 3 * DAY + 2 * HOUR)
    await room.run_due()
    await room.minutes(2)
    assert room.stands() == WHOLE
    assert room.only.slot.due_at == NOON + 3 * DAY


async def test_a_slot_missed_by_more_than_half_a_day_is_not_posted() -> None:
    room = Newsroom()
    room.clock.set(NOON + 13 * HOUR)
    await room.run_due()
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
    await room.run_due()
    assert room.asked == []
    room.clock.set(NOON + 23 * HOUR)
    await room.run_due()
    assert room.stands() == WHOLE


async def test_an_edition_covers_what_came_since_the_last_one_that_was_posted() -> None:
    room = Newsroom(post_front=[None, Trouble(RefusedError("No access."))])
    for day in range(3):
        room.clock.set(NOON + day * DAY + 5 * MINUTE)
        await room.run_due()
    windows = [window for _, window, _ in room.asked]
    assert [window.until for window in windows] == [NOON + day * DAY + 5 * MINUTE for day in range(3)]
    assert windows[0].since == NOON + 5 * MINUTE - 7 * DAY
    assert [window.since for window in windows[1:]] == [NOON, NOON]


async def test_an_edition_covers_what_one_that_ended_early_did_not_tell() -> None:
    room = Newsroom(post_part=[None, Trouble(RefusedError("No access."))])
    for day in range(3):
        room.clock.set(NOON + day * DAY + 5 * MINUTE)
        await room.run_due()
    assert [window.since for _, window, _ in room.asked] == [
        NOON + 5 * MINUTE - 7 * DAY,
        NOON + DAY + 5 * MINUTE - 7 * DAY,
        NOON + DAY,
    ]


async def test_an_edition_is_asked_for_with_its_topics_and_destination_and_told_in_its_zone() -> None:
    room = Newsroom(daily(at=time(13), zone="Europe/Berlin"))
    await room.run_due()
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
    await room.run_due()
    assert "find" in asked
    asked.clear()
    await room.minutes(30)
    assert "find" not in asked
    await room.minutes(24 * 60)
    assert "find" in asked


async def test_a_delivery_that_another_process_finished_is_left_alone() -> None:
    room = Newsroom()
    await room.run_due()
    stale = Slot(schedule=ScheduleId("bakotu"), local_date=NOON.date(), planned=time(12), due_at=NOON)
    old = Delivery(
        id=delivery_id(stale),
        slot=stale,
        destination=NEWS,
        briefing=BriefingId("b1"),
        created_at=NOON,
        parts=render(await room.brief(daily(), Window(since=NOON, until=NOON)), delivery_id(stale), "UTC"),
    )
    room.clock.move(HOUR)
    done = await room.deliver.deliver(old.id)
    assert all(isinstance(part.state, Sent) for part in done.parts)
    assert room.stands() == WHOLE
