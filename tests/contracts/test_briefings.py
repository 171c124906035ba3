"""The contract of Briefings."""

from datetime import UTC, datetime

import pytest

from bot.domain.briefings import BriefingId
from bot.domain.deliveries import MessageId, Pending, Rejected, Sent
from bot.domain.errors import NotFoundError
from bot.domain.schedules import Destination
from bot.ports.repositories import Repositories
from tests.contracts.samples import NOW, article, briefing, delivery, telling

ONE, TWO, THREE = article("one"), article("two"), article("three")
HERE = Destination("discord:1")


async def test_a_briefing_comes_back_whole(folder: Repositories) -> None:
    whole = briefing("b1", telling("s1", ONE, TWO, cites=(ONE,)))
    await folder.briefings.put(whole)
    assert await folder.briefings.get(whole.id) == whole


async def test_storing_the_same_id_again_changes_nothing(folder: Repositories) -> None:
    first = briefing("b1", telling("s1", ONE))
    await folder.briefings.put(first)
    await folder.briefings.put(briefing("b1"))
    assert await folder.briefings.get(first.id) == first


async def test_an_unknown_briefing_is_not_found(folder: Repositories) -> None:
    with pytest.raises(NotFoundError):
        await folder.briefings.get(BriefingId("b0"))


async def test_a_telling_is_kept_under_its_key_and_replaced(folder: Repositories) -> None:
    assert await folder.briefings.telling("k") is None
    await folder.briefings.keep_telling("k", telling("s1", ONE))
    later = telling("s1", ONE, TWO, cites=(TWO,))
    await folder.briefings.keep_telling("k", later)
    await folder.briefings.keep_telling("other", telling("s2"))
    assert await folder.briefings.telling("k") == later


async def test_told_joins_what_the_deliveries_to_a_destination_showed(folder: Repositories) -> None:
    await folder.briefings.put(briefing("b1", telling("s1", ONE), telling("s2", THREE)))
    await folder.briefings.put(briefing("b2", telling("s1", ONE, TWO)))
    await folder.outbox.open(delivery("d1", day=1, of="b1"))
    await folder.outbox.open(delivery("d2", day=2, of="b2"))
    told = await folder.briefings.told(HERE, datetime(2026, 3, 1, tzinfo=UTC))
    assert told == {"s1": frozenset({ONE.id, TWO.id}), "s2": frozenset({THREE.id})}
    assert await folder.briefings.told(HERE, datetime(2026, 3, 2, tzinfo=UTC)) == {"s1": frozenset({ONE.id, TWO.id})}


async def test_a_delivery_refused_before_anything_stood_told_nothing(folder: Repositories) -> None:
    await folder.briefings.put(briefing("b1", telling("s1", ONE)))
    refused, sent = Rejected(reason="No access.", rejected_at=NOW), Sent(message=MessageId("1"), sent_at=NOW)
    await folder.outbox.open(delivery("d1", refused, Pending(), of="b1"))
    assert await folder.briefings.told(HERE, datetime(2026, 1, 1, tzinfo=UTC)) == {}
    await folder.outbox.open(delivery("d2", sent, refused, day=2, of="b1"))
    assert await folder.briefings.told(HERE, datetime(2026, 1, 1, tzinfo=UTC)) == {"s1": frozenset({ONE.id})}


async def test_what_was_told_elsewhere_or_not_delivered_does_not_count(folder: Repositories) -> None:
    await folder.briefings.put(briefing("b1", telling("s1", ONE)))
    await folder.briefings.put(briefing("b2", telling("s2", TWO)))
    await folder.outbox.open(delivery("d1", of="b1", to="discord:2"))
    assert await folder.briefings.told(HERE, datetime(2026, 1, 1, tzinfo=UTC)) == {}
