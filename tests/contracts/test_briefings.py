"""The contract of Briefings."""

from datetime import UTC, datetime

import pytest

from bot.domain.briefings import BriefingId
from bot.domain.deliveries import Failed, MessageId, PartState, Pending, Rejected, Sent
from bot.domain.errors import NotFoundError
from bot.domain.schedules import Destination
from bot.ports.repositories import Repositories
from tests.contracts.samples import NOW, article, briefing, delivery, telling

ONE, TWO, THREE = article("one"), article("two"), article("three")
HERE = Destination("discord:1")
SENT = Sent(message=MessageId("1"), sent_at=NOW)
FAILED = Failed(reason="Discord was busy.", attempts=2, tried_at=NOW, retry_at=NOW)
REFUSED = Rejected(reason="No access.", rejected_at=NOW)
LEFT_OUT = Rejected(reason="Not acceptable.", rejected_at=NOW, ends=False)


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
    await folder.outbox.open(delivery("d1", SENT, SENT, SENT, SENT, day=1, of="b1"))
    await folder.outbox.open(delivery("d2", SENT, SENT, SENT, day=2, of="b2"))
    told = await folder.briefings.told(HERE, datetime(2026, 3, 1, tzinfo=UTC))
    assert told == {"s1": frozenset({ONE.id, TWO.id}), "s2": frozenset({THREE.id})}
    assert await folder.briefings.told(HERE, datetime(2026, 3, 2, tzinfo=UTC)) == {"s1": frozenset({ONE.id, TWO.id})}


@pytest.mark.parametrize(
    ("states", "stories"),
    [
        ((Pending(), Pending(), Pending(), Pending()), {"s1", "s2"}),
        ((SENT, SENT, SENT, FAILED), {"s1", "s2"}),
        ((REFUSED, Pending(), Pending(), Pending()), set()),
        ((SENT, REFUSED, Pending(), Pending()), set()),
        ((SENT, SENT, LEFT_OUT, Pending()), {"s2"}),
        ((SENT, SENT, LEFT_OUT, SENT), {"s2"}),
        ((SENT, SENT, SENT, LEFT_OUT), {"s1"}),
        ((SENT, SENT, SENT, REFUSED), {"s1"}),
        ((SENT, SENT, REFUSED, Pending()), set()),
        ((SENT, SENT), set()),
    ],
)
async def test_a_story_is_told_where_its_own_message_stands_or_will(
    folder: Repositories, states: tuple[PartState, ...], stories: set[str]
) -> None:
    await folder.briefings.put(briefing("b1", telling("s1", ONE), telling("s2", TWO)))
    await folder.outbox.open(delivery("d1", *states, of="b1"))
    told = await folder.briefings.told(HERE, datetime(2026, 1, 1, tzinfo=UTC))
    assert set(told) == stories


async def test_what_was_told_elsewhere_or_not_delivered_does_not_count(folder: Repositories) -> None:
    await folder.briefings.put(briefing("b1", telling("s1", ONE)))
    await folder.briefings.put(briefing("b2", telling("s2", TWO)))
    await folder.outbox.open(delivery("d1", SENT, SENT, SENT, of="b1", to="discord:2"))
    assert await folder.briefings.told(HERE, datetime(2026, 1, 1, tzinfo=UTC)) == {}
