"""Days, several times, pauses and what comes next: what people decide about schedules."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from bot.domain.deliveries import DeliveryId, MessageId, Sent
from bot.domain.errors import InputError, NotFoundError
from bot.domain.schedules import PUBLIC, MemberId, Schedule, ScheduleId, next_slot
from tests.contracts.samples import delivery
from tests.doubles.clock import NOON
from tests.services.test_subscribe import HOME, NEWS, OTHER, Desk

DAY = timedelta(days=1)
SENT = Sent(message=MessageId("1"), sent_at=NOON)


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def one(desk: Desk, **options: Any) -> Schedule:
    (schedule,) = await desk.plan.add(HOME, NEWS, **{"at": "13:00", "zone": "UTC"} | options)
    return schedule


async def test_each_of_several_times_becomes_a_schedule_of_its_own(desk: Desk) -> None:
    added = await desk.plan.add(
        HOME, NEWS, at="8:00, 6 pm, 08.00", zone="UTC", topics=["tariffs"], days="Mon-Fri", says_quiet=False
    )
    assert [each.at for each in added] == [time(8), time(18)]
    assert len({each.id for each in added}) == 2
    assert all(each.weekdays == (0, 1, 2, 3, 4) and not each.says_quiet for each in added)
    assert await desk.plan.schedules(HOME) == added


async def test_of_several_times_either_all_are_stored_or_none(desk: Desk) -> None:
    await one(desk, at="18:00")
    with pytest.raises(InputError, match="the same schedule already"):
        await desk.plan.add(HOME, NEWS, at="8:00, 18:00", zone="UTC")
    with pytest.raises(InputError, match="at most"):
        await desk.plan.add(HOME, NEWS, at=", ".join(f"9:{minute:02}" for minute in range(25)), zone="UTC")
    assert len(await desk.plan.schedules(HOME)) == 1


@pytest.mark.parametrize(("days", "fits"), [("Sat, Sun", True), ("Fri-Sun", False), ("every day", False)])
async def test_one_channel_may_have_other_days_at_the_same_time(desk: Desk, days: str, fits: bool) -> None:
    await one(desk, days="weekdays")
    if fits:
        await one(desk, days=days)
    else:
        with pytest.raises(InputError, match="the same schedule already"):
            await one(desk, days=days)


async def test_days_that_are_none_are_refused(desk: Desk) -> None:
    with pytest.raises(InputError, match="not days of the week"):
        await one(desk, days="someday")
    schedule = await one(desk)
    with pytest.raises(InputError, match="not days of the week"):
        await desk.plan.edit(HOME, schedule.id, days="someday")


async def test_changed_days_count_from_now_and_what_is_not_named_stays(desk: Desk) -> None:
    schedule = await one(desk, at="11:00", days="Sun", says_quiet=False)
    changed = await desk.plan.edit(HOME, schedule.id, days="all")
    assert (changed.weekdays, changed.says_quiet, changed.since) == ((), False, NOON)
    assert next_slot(changed, NOON - DAY).due_at == NOON + timedelta(hours=23)
    assert (await desk.plan.edit(HOME, schedule.id, says_quiet=True)) == replace(changed, says_quiet=True)


async def test_a_paused_schedule_goes_on_from_now_and_nothing_of_meanwhile_comes(desk: Desk) -> None:
    schedule = await one(desk)
    paused = await desk.plan.pause(HOME, schedule.id)
    assert paused == replace(schedule, paused=True)
    with pytest.raises(InputError, match="paused already"):
        await desk.plan.pause(HOME, schedule.id)
    desk.clock.move(3 * DAY + timedelta(hours=2))
    resumed = await desk.plan.resume(HOME, schedule.id)
    assert (resumed.paused, resumed.since) == (False, desk.clock.now())
    assert next_slot(resumed, NOON).due_at == NOON + 4 * DAY + timedelta(hours=1)
    with pytest.raises(InputError, match="not paused"):
        await desk.plan.resume(HOME, schedule.id)


async def test_a_server_cannot_pause_resume_or_look_at_the_schedule_of_another(desk: Desk) -> None:
    schedule = await one(desk)
    for act in (desk.plan.pause, desk.plan.resume, desk.plan.find):
        with pytest.raises(NotFoundError):
            await act(OTHER, schedule.id)
    assert await desk.plan.schedules(HOME) == (schedule,)


async def test_what_an_edition_would_cover_now_begins_with_the_last_that_was_posted(desk: Desk) -> None:
    schedule = await one(desk)
    assert (await desk.plan.window(schedule)).since == NOON - DAY
    told = delivery("d1")
    slot = replace(told.slot, schedule=schedule.id, local_date=date(2026, 1, 1), due_at=NOON - 2 * DAY)
    await desk.folder.outbox.open(replace(told, slot=slot, parts=()))
    assert (await desk.plan.window(schedule)).since == NOON - DAY
    sent = replace(told.parts[0], state=SENT)
    other = replace(slot, due_at=NOON - 3 * DAY, planned=time(9))
    await desk.folder.outbox.open(replace(told, id=DeliveryId("d2"), slot=other, parts=(sent,)))
    window = await desk.plan.window(schedule)
    assert (window.since, window.until) == (NOON - 3 * DAY, NOON)


async def test_what_members_follow_is_none_of_a_servers_schedules(desk: Desk) -> None:
    schedule = await one(desk)
    await desk.folder.schedules.put(replace(schedule, id=ScheduleId("f1"), server=PUBLIC, member=MemberId("discord:7")))
    assert await desk.plan.schedules(PUBLIC) == ()
    with pytest.raises(NotFoundError):
        await desk.plan.remove(PUBLIC, "f1")
