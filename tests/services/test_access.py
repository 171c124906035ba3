"""A place that refuses the bot is paused, told once, not hammered, and resumes with what waited for it."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.deliveries import Pending, Rejected
from bot.domain.destinations import Pause
from bot.domain.errors import ClosedError
from bot.domain.schedules import ScheduleId
from bot.services.editions import RETRY
from tests.doubles.clock import NOON
from tests.doubles.platform import Trouble
from tests.services.test_deliver import DAY, ELSEWHERE, HOUR, MINUTE, NEWS, WHOLE, Newsroom, daily

ADMIN = "discord:1"


def closed(*, gone: bool = False) -> Trouble:
    return Trouble(ClosedError("The bot lacks a permission in that channel.", gone=gone))


async def passed(room: Newsroom, span: timedelta) -> None:
    """What the bot does by itself in that time."""
    end = room.clock.now() + span
    while room.clock.now() < end:
        room.clock.move(min(RETRY, end - room.clock.now()))
        await room.run_due()
        await room.resume()


def requests(room: Newsroom) -> int:
    return len(room.platform.calls)


@pytest.mark.parametrize("method", ["post_front", "open_thread", "post_part"])
async def test_a_refusal_pauses_a_destination_until_it_seems_open_and_loses_nothing(method: str) -> None:
    room = Newsroom(**{method: [closed()]})
    room.platform.seems_open[NEWS] = False
    await room.run_due()
    before = requests(room)
    await passed(room, 6 * HOUR)
    assert requests(room) == before
    room.platform.seems_open[NEWS] = True
    await passed(room, RETRY)
    assert (room.platform.titles(NEWS), room.platform.titles("100")) == WHOLE
    assert not await room.folder.pauses.standing()
    await room.notify.tell()
    assert [audience for audience, _ in room.people.told] == [ADMIN]


async def test_nothing_is_written_for_a_paused_destination_and_what_was_due_comes_when_it_is_open_again() -> None:
    early, late = daily(time(12)), daily(time(14), name="rimolu")
    room = Newsroom(early, late, post_front=[closed()])
    room.platform.seems_open[NEWS] = False
    await room.run_due()
    assert len(room.asked) == 1
    await passed(room, 4 * HOUR)
    assert len(room.asked) == 1
    room.platform.seems_open[NEWS] = True
    await passed(room, 2 * RETRY)
    assert len(room.asked) == 2
    assert room.platform.titles(NEWS) == ["front", "front"]


@pytest.mark.parametrize(
    ("seems_open", "asked"), [(None, 4), (True, 5)], ids=["unknown", "seems open and is not, which is doubted once"]
)
async def test_what_can_only_be_tried_is_asked_once_an_hour(seems_open: bool | None, asked: int) -> None:
    room = Newsroom(post_front=[closed()] * 9)
    room.platform.seems_open[NEWS] = seems_open
    await room.run_due()
    await passed(room, 3 * HOUR + 4 * MINUTE)
    assert room.platform.calls.count("post_front") == asked
    assert len(await room.folder.notices.untold()) == 1


async def test_access_lost_for_a_moment_before_word_of_it_came_is_back_at_once() -> None:
    room = Newsroom(post_front=[closed()])
    await room.run_due()
    await passed(room, RETRY)
    assert room.stands() == WHOLE


async def test_two_schedules_of_one_place_are_refused_together_and_told_once_in_hours() -> None:
    room = Newsroom(daily(), daily(name="rimolu"), post_front=[closed()] * 4)
    room.platform.seems_open[NEWS] = None
    await room.run_due()
    await passed(room, HOUR - MINUTE)
    assert room.platform.calls.count("post_front") <= 2
    assert len(await room.folder.notices.untold()) == 1


async def test_a_restart_knows_what_was_paused() -> None:
    room = Newsroom(post_front=[closed()])
    room.platform.seems_open[NEWS] = False
    await room.run_due()
    before = requests(room)
    room.start()
    await passed(room, HOUR)
    assert requests(room) == before
    assert await room.access.closed(NEWS) is not None


async def test_another_destination_is_served_meanwhile() -> None:
    room = Newsroom(daily(), daily(name="rimolu", place=ELSEWHERE), post_front=[closed()])
    room.platform.seems_open[NEWS] = False
    await room.run_due()
    assert room.platform.titles(ELSEWHERE) == ["front"]


async def test_what_was_given_up_in_a_pause_is_not_told_again_and_the_next_one_is_posted() -> None:
    later = replace(daily(time(13), name="rimolu"), created_at=NOON)
    room = Newsroom(daily(), later, post_front=[closed()])
    room.platform.seems_open[NEWS] = False
    await room.run_due()
    await passed(room, 14 * HOUR)
    (delivery,) = room.folder.outbox.deliveries
    assert isinstance(delivery.parts[0].state, Rejected)
    room.platform.seems_open[NEWS] = True
    await passed(room, DAY - 13 * HOUR)
    assert room.platform.titles(NEWS) == ["front", "front"]
    assert len(await room.folder.notices.untold()) == 1


async def test_a_second_pause_is_told_anew() -> None:
    room = Newsroom(post_front=[closed(), None, closed()])
    await room.run_due()
    await passed(room, HOUR)
    await passed(room, DAY)
    assert len(await room.folder.notices.untold()) == 2


async def test_a_locked_thread_holds_up_its_own_delivery_alone() -> None:
    room = Newsroom(daily(), daily(time(13), name="rimolu"), post_part=[closed()])
    await room.run_due()
    (place,) = [pause.place for pause in await room.folder.pauses.standing()]
    assert place.thread
    room.platform.seems_open[place.thread] = None
    await passed(room, HOUR + 2 * RETRY)
    assert room.platform.titles(NEWS) == ["front", "front"]
    assert room.platform.titles(place.thread) == WHOLE[1]
    assert not await room.folder.pauses.standing()


async def test_a_thread_that_is_gone_ends_its_delivery_and_pauses_nothing() -> None:
    room = Newsroom(post_part=[closed(gone=True)])
    await room.run_due()
    assert not await room.folder.pauses.standing()
    assert isinstance(room.folder.outbox.deliveries[0].parts[2].state, Rejected)
    assert len(await room.folder.notices.untold()) == 1


async def test_a_part_that_was_refused_stays_recorded_as_tried() -> None:
    room = Newsroom(post_front=[closed()])
    await room.run_due()
    assert room.folder.outbox.deliveries[0].parts[0].state == Pending(tried_at=room.clock.now())


async def test_a_place_that_seems_open_again_is_shown_as_paused_no_more() -> None:
    room = Newsroom(post_front=[closed()])
    room.platform.seems_open[NEWS] = False
    await room.run_due()
    pause = await room.access.closed(NEWS)
    assert isinstance(pause, Pause)
    assert pause.reason == "The bot lacks a permission in that channel."
    room.platform.seems_open[NEWS] = True
    assert await room.access.closed(NEWS) is None
    assert await room.access.last(NEWS) == pause


async def test_a_schedule_moved_to_another_channel_is_posted_there_at_once() -> None:
    room = Newsroom(post_front=[closed()])
    room.platform.seems_open[NEWS] = False
    await room.run_due()
    await room.folder.schedules.put(replace(daily(), destination=ELSEWHERE))
    await passed(room, DAY)
    assert room.platform.titles(ELSEWHERE) == ["front"]
    assert ScheduleId("bakotu") in {delivery.slot.schedule for delivery in room.folder.outbox.deliveries}
