"""What members follow by direct message and mute for themselves, and the sentences they get when it cannot be."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.articles import article_id
from bot.domain.briefings import Engine, Form, Telling
from bot.domain.errors import InputError, NotFoundError
from bot.domain.schedules import PUBLIC, MemberId, ServerId, direct, person
from bot.domain.stories import Story, StoryId
from bot.domain.topics import Topic
from bot.services.access import Access
from bot.services.follow import MAX_FOLLOWS, At, Follow
from bot.services.notify import Notify
from tests.contracts.samples import briefing
from tests.doubles.clock import NOON, StandingClock
from tests.doubles.memory import MemoryFolder
from tests.doubles.platform import People, Platform

ANNA, BEN = MemberId("discord:7"), MemberId("discord:8")
AT = At(default_zone="Europe/Berlin")
TELLING = Telling(
    story_id=StoryId("s1"),
    topic="Greenland",
    headline="Envoys meet in Nuuk",
    form=Form.WRITTEN,
    claims=(),
    sources=(),
    engine=Engine(name="extractive"),
)


class Desk:
    """The service over registers in memory, with one story that everyone may read and one of a server's own."""

    def __init__(self) -> None:
        topics = [Topic(name=name, words=(name,)) for name in ("tariffs", "AI stocks", "Greenland")]
        self.folder = MemoryFolder(topics=topics)
        self.clock = StandingClock()
        notify = Notify(notices=self.folder.notices, notifier=People(clock=self.clock), clock=self.clock)
        access = Access(
            pauses=self.folder.pauses, deliverer=Platform(clock=self.clock), notify=notify, clock=self.clock
        )
        self.follow = Follow(self.folder, access=access, clock=self.clock)

    async def file(self) -> None:
        story = Story(id=StoryId("s1"), articles=(article_id("https://a.example/1"),), created_at=NOON, updated_at=NOON)
        own = replace(story, id=StoryId("s2"), server=ServerId("discord:1"))
        await self.folder.stories.put([story])
        await self.folder.seen_by(ServerId("discord:1")).stories.put([own])
        await self.folder.briefings.put(replace(briefing("b1"), tellings=(TELLING,)))


@pytest.fixture
async def desk() -> Desk:
    made = Desk()
    await made.file()
    return made


async def test_a_topic_is_followed_at_eight_in_the_servers_zone_unless_something_else_is_asked_for(desk: Desk) -> None:
    schedule = await desk.follow.topic(ANNA, " greenland", AT)
    assert (schedule.at, schedule.zone, schedule.topics) == (time(8), "Europe/Berlin", ("Greenland",))
    assert (schedule.server, schedule.member, schedule.says_quiet) == (PUBLIC, ANNA, False)
    assert person(schedule.destination) == ANNA
    assert person(direct(BEN)) == BEN
    other = await desk.follow.topic(ANNA, "tariffs", At(at="8 pm", zone="america/new york"))
    assert (other.at, other.zone) == (time(20), "America/New_York")
    assert (await desk.follow.topic(ANNA, "AI stocks", AT)).zone == "America/New_York"
    assert [each.name for each in await desk.follow.follows(ANNA)] == ["Greenland", "tariffs", "AI stocks"]
    assert await desk.follow.follows(BEN) == ()


async def test_what_is_followed_again_comes_when_it_is_asked_for_now_and_once(desk: Desk) -> None:
    first = await desk.follow.topic(ANNA, "Greenland", AT)
    desk.clock.move(timedelta(days=2))
    assert await desk.follow.topic(ANNA, "Greenland", AT) == first
    moved = await desk.follow.topic(ANNA, "Greenland", At(at="9"))
    assert (moved.id, moved.at, moved.zone, moved.since) == (first.id, time(9), first.zone, desk.clock.now())
    assert len(await desk.follow.follows(ANNA)) == 1


async def test_a_story_is_followed_and_named_by_its_headline(desk: Desk) -> None:
    schedule = await desk.follow.story(ANNA, TELLING, AT)
    (followed,) = await desk.follow.follows(ANNA)
    assert (followed.name, followed.schedule) == ("Envoys meet in Nuuk", schedule)
    assert (schedule.story, schedule.topics) == ("s1", ())
    assert await desk.follow.find(ANNA, StoryId("s1")) == schedule
    assert await desk.follow.find(BEN, StoryId("s1")) is None


@pytest.mark.parametrize(
    ("telling", "after", "said"),
    [
        (replace(TELLING, story_id=StoryId("s2")), timedelta(), "what everyone may read"),
        (replace(TELLING, topic="Our town"), timedelta(), "what everyone may read"),
        (replace(TELLING, story_id=StoryId("gone")), timedelta(), "what everyone may read"),
        (TELLING, timedelta(days=4), "nothing left to follow"),
    ],
)
async def test_a_story_that_cannot_come_by_direct_message_is_refused_with_the_reason(
    desk: Desk, telling: Telling, after: timedelta, said: str
) -> None:
    desk.clock.move(after)
    with pytest.raises(InputError, match=said):
        await desk.follow.story(ANNA, telling, AT)
    assert await desk.follow.follows(ANNA) == ()


@pytest.mark.parametrize(
    ("name", "when", "said"),
    [
        ("football", AT, "no topic called “football” that everyone has"),
        ("tariffs", At(at="25:00"), "not a time of day"),
        ("tariffs", At(zone="Moon/Base"), "not a time zone"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_stored(desk: Desk, name: str, when: At, said: str) -> None:
    with pytest.raises(InputError, match=said):
        await desk.follow.topic(ANNA, name, when)
    assert await desk.folder.schedules.all() == await desk.folder.members.all() == ()


async def test_a_topic_of_a_servers_own_is_not_followed_by_direct_message(desk: Desk) -> None:
    await desk.folder.seen_by(ServerId("discord:1")).topics.put(
        Topic(name="Our town", words=("town",), server=ServerId("discord:1"))
    )
    with pytest.raises(NotFoundError):
        await desk.follow.topic(ANNA, "Our town", AT)


async def test_follows_are_ended_by_id_or_name_and_by_nobody_else(desk: Desk) -> None:
    topic, story = await desk.follow.topic(ANNA, "tariffs", AT), await desk.follow.story(ANNA, TELLING, AT)
    with pytest.raises(NotFoundError, match="follow nothing of that name"):
        await desk.follow.end(BEN, topic.id)
    assert (await desk.follow.end(ANNA, topic.id)).schedule == topic
    assert (await desk.follow.end(ANNA, "envoys meet in nuuk")).schedule == story
    assert await desk.follow.follows(ANNA) == ()


async def test_a_member_has_a_limit_of_follows(desk: Desk) -> None:
    names = [f"topic {number}" for number in range(MAX_FOLLOWS + 1)]
    await desk.folder.topics.put(*(Topic(name=name, words=(name,)) for name in names))
    for name in names[:-1]:
        await desk.follow.topic(ANNA, name, AT)
    with pytest.raises(InputError, match="`/unfollow` one first"):
        await desk.follow.topic(ANNA, names[-1], AT)
    await desk.follow.topic(ANNA, names[0], At(at="9"))
    await desk.follow.topic(BEN, names[-1], AT)


async def test_a_muted_topic_is_remembered_once_until_it_is_unmuted_or_followed(desk: Desk) -> None:
    for topic in ("tariffs", "Greenland", "Tariffs"):
        await desk.follow.mute(ANNA, topic)
    assert (await desk.follow.member(ANNA)).muted == ("tariffs", "Greenland")
    assert (await desk.follow.member(BEN)).muted == ()
    assert await desk.follow.unmute(ANNA, "TARIFFS") is True
    assert await desk.follow.unmute(ANNA, "tariffs") is False
    await desk.follow.topic(ANNA, "Greenland", AT)
    assert (await desk.follow.member(ANNA)).muted == ()


async def test_a_followed_story_comes_although_its_topic_was_muted_before(desk: Desk) -> None:
    await desk.follow.mute(ANNA, "Tariffs")
    await desk.follow.mute(ANNA, "Greenland")
    await desk.follow.story(ANNA, TELLING, AT)
    assert (await desk.follow.member(ANNA)).muted == ("Tariffs",)
