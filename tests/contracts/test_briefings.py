"""The contract of Briefings."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.briefings import BriefingId, Told
from bot.domain.deliveries import Failed, MessageId, PartState, Pending, Rejected, Sent
from bot.domain.errors import NotFoundError
from bot.domain.schedules import Destination
from bot.domain.stories import StoryId
from bot.ports.repositories import Repositories
from tests.contracts.samples import DAY, NOW, article, briefing, claim, delivery, telling

ONE, TWO, THREE = article("one"), article("two"), article("three")
HERE, THERE = Destination("discord:1"), Destination("discord:2")
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
    await folder.briefings.put(briefing("b1", telling("s1", ONE, cites=(ONE,)), telling("s2", THREE)))
    second = replace(telling("s1", ONE, TWO, cites=(TWO,)), headline="Later", topic="Greenland")
    await folder.briefings.put(briefing("b2", second))
    await folder.outbox.open(delivery("d1", SENT, SENT, SENT, SENT, day=1, of="b1"))
    await folder.outbox.open(delivery("d2", SENT, SENT, SENT, day=2, of="b2"))
    whole = await folder.briefings.told(HERE, datetime(2026, 3, 1, tzinfo=UTC))
    assert set(whole) == {"s1", "s2"}
    assert whole[StoryId("s1")] == Told(
        articles=frozenset({ONE.id, TWO.id}),
        claims=(claim(ONE), claim(TWO)),
        at=datetime(2026, 3, 2, 6, 31, tzinfo=UTC),
        headline="Later",
        topic="Greenland",
        published={ONE.id: ONE.published_at, TWO.id: TWO.published_at},
    )
    latest = await folder.briefings.told(HERE, datetime(2026, 3, 2, tzinfo=UTC))
    assert {story: each.claims for story, each in latest.items()} == {"s1": (claim(TWO),)}


async def test_the_tellings_of_a_story_come_oldest_first_delivered_or_not(folder: Repositories) -> None:
    first, second, third = (replace(telling("s1", ONE), headline=name) for name in ("First", "Second", "Third"))
    await folder.briefings.put(replace(briefing("b2", telling("s2", TWO), second), created_at=NOW + DAY))
    await folder.briefings.put(briefing("b1", first))
    await folder.briefings.put(replace(briefing("b3", third), created_at=NOW + 2 * DAY))
    await folder.outbox.open(delivery("d1", SENT, SENT, SENT, of="b1"))
    every = await folder.briefings.of_story(StoryId("s1"))
    assert [(past.briefing, past.at, past.telling) for past in every] == [
        ("b1", NOW, first),
        ("b2", NOW + DAY, second),
        ("b3", NOW + 2 * DAY, third),
    ]
    assert [past.briefing for past in await folder.briefings.of_story(StoryId("s1"), limit=2)] == ["b2", "b3"]
    assert await folder.briefings.of_story(StoryId("s3")) == []


async def test_a_telling_that_many_places_share_comes_once_so_that_they_push_none_out(folder: Repositories) -> None:
    first, second = telling("s1", ONE, cites=(ONE,)), telling("s1", TWO, cites=(TWO,))
    for day, shared in enumerate((first, second)):
        for place in range(3):
            told_here = replace(shared, since=NOW + place * DAY)
            at = NOW + day * DAY + place * DAY / 24
            await folder.briefings.put(replace(briefing(f"b{day}{place}", told_here), created_at=at))
    every = await folder.briefings.of_story(StoryId("s1"), limit=2)
    assert [(past.briefing, past.telling.claims) for past in every] == [("b02", first.claims), ("b12", second.claims)]


async def test_of_each_story_told_in_some_places_the_newest_telling_is_known(folder: Repositories) -> None:
    await _three_places(folder)
    march = datetime(2026, 3, 1, tzinfo=UTC)
    told = await folder.briefings.stories_told([HERE, THERE], march)
    assert [(past.telling.story_id, past.briefing, past.destination) for past in told] == [
        ("s1", "b2", THERE),
        ("s2", "b1", HERE),
    ]
    assert [past.briefing for past in await folder.briefings.stories_told([HERE], march)] == ["b1", "b1"]
    assert await folder.briefings.stories_told([], march) == []
    latest = await folder.briefings.stories_told([HERE, THERE], march, limit=1)
    assert [(past.telling.story_id, past.briefing) for past in latest] == [("s1", "b2")]
    assert await folder.briefings.stories_told([HERE], march + 20 * DAY) == []


async def test_each_time_that_a_story_was_told_in_some_places_is_known(folder: Repositories) -> None:
    await _three_places(folder)
    told = await folder.briefings.told_in([HERE, THERE], StoryId("s1"))
    assert [(past.briefing, past.destination, past.at.day) for past in told] == [("b1", HERE, 1), ("b2", THERE, 2)]
    assert [past.briefing for past in await folder.briefings.told_in([HERE], StoryId("s2"))] == ["b1"]
    assert await folder.briefings.told_in([HERE], StoryId("s3")) == []


async def _three_places(folder: Repositories) -> None:
    """Stories s1 and s2 told HERE, s1 a day later THERE, all of them refused elsewhere."""
    await folder.briefings.put(briefing("b1", telling("s1", ONE), telling("s2", TWO)))
    await folder.briefings.put(briefing("b2", telling("s1", ONE), telling("s3", THREE)))
    await folder.outbox.open(delivery("d1", SENT, SENT, SENT, SENT, of="b1"))
    await folder.outbox.open(delivery("d2", SENT, SENT, SENT, LEFT_OUT, day=2, of="b2", to=THERE))
    await folder.outbox.open(delivery("d3", SENT, REFUSED, Pending(), Pending(), day=3, of="b1", to="discord:3"))


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
