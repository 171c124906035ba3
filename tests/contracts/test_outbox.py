"""The contract of Outbox."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.deliveries import DeliveryId, Failed, MessageId, PartState, Pending, Rejected, Sent, ThreadId
from bot.domain.errors import NotFoundError
from bot.domain.schedules import ScheduleId
from bot.ports.repositories import Repositories
from tests.contracts.samples import HOUR, NOW, delivery

SENT = Sent(message=MessageId("m1"), sent_at=NOW)
FAILED = Failed(reason="Discord was busy.", attempts=2, tried_at=NOW, retry_at=NOW + HOUR)
REJECTED = Rejected(reason="The channel is gone.", rejected_at=NOW)
LEFT_OUT = replace(REJECTED, ends=False)
STATES = [Pending(), Pending(tried_at=NOW), SENT, FAILED, REJECTED, LEFT_OUT]


async def test_an_opened_delivery_comes_back_whole(folder: Repositories) -> None:
    whole = delivery("d1", *STATES)
    assert await folder.outbox.open(whole) == whole
    assert await folder.outbox.get(whole.id) == whole
    assert await folder.outbox.find(ScheduleId("s1"), "2026-03-01", "07:30") == whole


async def test_a_schedules_earlier_deliveries_come_latest_first(folder: Repositories) -> None:
    for day in (2, 4, 1, 3):
        await folder.outbox.open(delivery(f"d{day}", SENT, day=day))
    other = delivery("d9", SENT, day=2)
    await folder.outbox.open(replace(other, slot=replace(other.slot, schedule=ScheduleId("s2"))))
    before = delivery("d4", day=4).slot.due_at
    found = await folder.outbox.earlier(ScheduleId("s1"), before)
    assert [each.id for each in found] == ["d3", "d2", "d1"]
    assert [each.id for each in await folder.outbox.earlier(ScheduleId("s1"), before, limit=1)] == ["d3"]


async def test_a_slot_has_one_delivery_and_it_stands_as_it_is(folder: Repositories) -> None:
    await folder.outbox.open(delivery("d1", Pending()))
    await folder.outbox.record(DeliveryId("d1"), 0, SENT)
    standing = await folder.outbox.open(delivery("d2", Pending(), Pending(), of="b2"))
    assert standing == delivery("d1", SENT)
    with pytest.raises(NotFoundError):
        await folder.outbox.get(DeliveryId("d2"))


async def test_an_edition_that_was_skipped_takes_its_slot_and_waits_for_nothing(folder: Repositories) -> None:
    skipped = replace(delivery("d1"), parts=())
    assert await folder.outbox.open(skipped) == skipped
    assert await folder.outbox.open(delivery("d2", Pending())) == skipped
    assert await folder.outbox.get(DeliveryId("d1")) == skipped
    assert await folder.outbox.find(ScheduleId("s1"), "2026-03-01", "07:30") == skipped
    assert list(await folder.outbox.earlier(ScheduleId("s1"), NOW + 24 * HOUR)) == [skipped]
    assert await folder.outbox.unfinished() == []


async def test_of_deliveries_that_share_direct_messages_the_latest_is_the_one_asked_about(
    folder: Repositories,
) -> None:
    for day in (1, 2, 3):
        await folder.outbox.open(delivery(f"d{day}", SENT, replace(SENT, message=MessageId("dm")), day=day))
    found = await folder.outbox.by_thread(ThreadId("dm"))
    assert found is not None
    assert found.id == "d3"


async def test_of_many_that_open_one_slot_at_once_all_get_the_same(folder: Repositories) -> None:
    opened = await asyncio.gather(*(folder.outbox.open(delivery(f"d{number}")) for number in range(10)))
    assert len({each.id for each in opened}) == 1


async def test_opening_the_same_delivery_again_changes_nothing(folder: Repositories) -> None:
    await folder.outbox.open(delivery("d1"))
    await folder.outbox.record(DeliveryId("d1"), 0, SENT)
    assert await folder.outbox.open(delivery("d1")) == delivery("d1", SENT)


async def test_a_slot_without_delivery_has_none(folder: Repositories) -> None:
    await folder.outbox.open(delivery("d1"))
    assert await folder.outbox.find(ScheduleId("s1"), "2026-03-01", "07:31") is None
    assert await folder.outbox.find(ScheduleId("s1"), "2026-03-02", "07:30") is None
    assert await folder.outbox.find(ScheduleId("s2"), "2026-03-01", "07:30") is None


@pytest.mark.parametrize("state", STATES)
async def test_a_recorded_state_replaces_the_one_before(folder: Repositories, state: PartState) -> None:
    await folder.outbox.open(delivery("d1", FAILED, Pending()))
    await folder.outbox.record(DeliveryId("d1"), 0, state)
    assert await folder.outbox.get(DeliveryId("d1")) == delivery("d1", state, Pending())


async def test_a_part_or_delivery_that_is_not_there_is_not_found(folder: Repositories) -> None:
    await folder.outbox.open(delivery("d1"))
    with pytest.raises(NotFoundError):
        await folder.outbox.record(DeliveryId("d1"), 1, SENT)
    with pytest.raises(NotFoundError):
        await folder.outbox.record(DeliveryId("d0"), 0, SENT)
    with pytest.raises(NotFoundError):
        await folder.outbox.get(DeliveryId("d0"))


async def test_unfinished_are_those_with_something_left_to_post_oldest_first(folder: Repositories) -> None:
    left = [
        delivery("z", SENT, Pending(), day=2),
        delivery("a", SENT, FAILED, day=3),
        delivery("b", SENT, SENT, LEFT_OUT, Pending(), day=4),
    ]
    ended = [
        delivery("sent", SENT, SENT, day=5),
        delivery("rejected", SENT, REJECTED, Pending(), day=6),
        delivery("but one", SENT, SENT, SENT, LEFT_OUT, day=7),
        delivery("without access", SENT, SENT, LEFT_OUT, REJECTED, Pending(), day=8),
    ]
    for each in (*ended, *reversed(left)):
        await folder.outbox.open(each)
    assert await folder.outbox.unfinished() == left


async def test_a_thread_leads_to_its_delivery(folder: Repositories) -> None:
    thread = Sent(message=MessageId("t1"), sent_at=NOW)
    await folder.outbox.open(delivery("d1", SENT, thread, Pending()))
    await folder.outbox.open(delivery("d2", thread, replace(thread, message=MessageId("t2")), day=2))
    assert await folder.outbox.by_thread(ThreadId("t1")) == delivery("d1", SENT, thread, Pending())
    assert await folder.outbox.by_thread(ThreadId("m1")) is None


async def test_a_thread_not_yet_sent_leads_nowhere(folder: Repositories) -> None:
    await folder.outbox.open(delivery("d1", SENT, Pending()))
    assert await folder.outbox.by_thread(ThreadId("t1")) is None
