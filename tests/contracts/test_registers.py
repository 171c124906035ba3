"""The contract of Register."""

from datetime import time

import pytest

from bot.domain.errors import NotFoundError
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.schedules import PUBLIC, Destination, MemberId, Schedule, ScheduleId, ServerId, direct
from bot.domain.servers import Member
from bot.domain.topics import Topic
from bot.ports.repositories import Repositories
from tests.contracts.samples import FEED, NOW

TARIFFS = Topic(name="Tariffs", words=("tariff*", "duty + import"), exclusions=("sport",))
GREENLAND = Topic(name="Greenland", words=("grønland", "greenland"))
AI = Topic(name="AI stocks", words=("nvidia",))


async def test_an_empty_register_holds_nothing(folder: Repositories) -> None:
    assert await folder.topics.all() == ()


async def test_items_keep_the_order_in_which_they_were_first_put(folder: Repositories) -> None:
    await folder.topics.put(TARIFFS, GREENLAND)
    await folder.topics.put(AI)
    changed = Topic(name="Tariffs", words=("levy",))
    await folder.topics.put(changed)
    assert await folder.topics.all() == (changed, GREENLAND, AI)


async def test_topics_are_found_whatever_the_case_and_replaced_whatever_the_case(folder: Repositories) -> None:
    await folder.topics.put(TARIFFS)
    assert await folder.topics.get("tARIFFS") == TARIFFS
    renamed = Topic(name="TARIFFS", words=("levy",))
    await folder.topics.put(renamed)
    assert await folder.topics.all() == (renamed,)


async def test_feeds_are_told_apart_by_case(folder: Repositories) -> None:
    feeds = tuple(Feed(url=FeedUrl(url), outlet="X") for url in ("https://x.example/A", "https://x.example/a"))
    await folder.feeds.put(*feeds)
    assert await folder.feeds.all() == feeds


async def test_the_last_of_two_put_at_once_under_one_key_stands(folder: Repositories) -> None:
    await folder.feeds.put(Feed(url=FEED, outlet="Old"), Feed(url=FEED, outlet="New"))
    assert await folder.feeds.all() == (Feed(url=FEED, outlet="New"),)


async def test_every_field_comes_back(folder: Repositories) -> None:
    schedule = Schedule(
        id=ScheduleId("s1"),
        server=ServerId("discord:9"),
        destination=Destination("discord:1"),
        at=time(7, 30),
        zone="Europe/Berlin",
        topics=("Tariffs",),
        created_at=NOW,
    )
    feed = Feed(url=FEED, outlet="Außenpolitik “daily”", topics=("Tariffs", "AI stocks"))
    await folder.schedules.put(schedule)
    await folder.feeds.put(feed)
    assert await folder.schedules.get(ScheduleId("s1")) == schedule
    assert await folder.feeds.get(FEED) == feed


async def test_what_was_removed_is_gone_and_comes_back_at_the_end(folder: Repositories) -> None:
    await folder.topics.put(TARIFFS, GREENLAND)
    await folder.topics.remove("tariffs")
    assert await folder.topics.all() == (GREENLAND,)
    await folder.topics.put(TARIFFS)
    assert await folder.topics.all() == (GREENLAND, TARIFFS)


async def test_what_is_not_there_is_named_in_the_error(folder: Repositories) -> None:
    await folder.topics.put(TARIFFS)
    with pytest.raises(NotFoundError, match="topic “Sport”"):
        await folder.topics.get("Sport")
    with pytest.raises(NotFoundError, match="topic “Sport”"):
        await folder.topics.remove("Sport")
    assert await folder.topics.all() == (TARIFFS,)


async def test_what_a_member_follows_and_what_is_known_of_him_come_back_whole(folder: Repositories) -> None:
    anna = MemberId("discord:7")
    follow = Schedule(
        id=ScheduleId("f1"),
        server=PUBLIC,
        destination=direct(anna),
        at=time(8),
        zone="Europe/Berlin",
        topics=(),
        created_at=NOW,
        counts_from=NOW,
        weekdays=(0, 4),
        paused=True,
        says_quiet=False,
        member=anna,
        story="s1",
    )
    member = Member(id=anna, muted=("Tariffs", "AI stocks"), zone="Europe/Berlin", told_of=NOW)
    await folder.schedules.put(follow)
    await folder.members.put(member)
    assert await folder.schedules.get(follow.id) == follow
    assert await folder.members.get(anna) == member
