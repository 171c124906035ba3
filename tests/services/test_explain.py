"""What is on record of a story and of an article is found, and put into sentences."""

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

import pytest

from bot.domain.articles import Article, Tier
from bot.domain.briefings import Briefing, BriefingId, Counts, Telling, Window, Withheld
from bot.domain.deliveries import Delivery, DeliveryId
from bot.domain.errors import NotFoundError
from bot.domain.feeds import EntryId, Feed, FeedUrl
from bot.domain.reasons import Outcome, outcome
from bot.domain.rendering import CONTENT_CHARS, moment, parts, reasons_posts
from bot.domain.schedules import PUBLIC, Destination, Schedule, ScheduleId, ServerId, Slot
from bot.domain.stories import Story, StoryId
from bot.domain.topics import Topic
from bot.ports.repositories import Filed
from bot.services.explain import RECENT, Explain
from tests.contracts.samples import claim, telling
from tests.domain.samples import NOW, article
from tests.doubles.clock import StandingClock
from tests.doubles.memory import MemoryFolder
from tests.doubles.workers import SameProcess

HOUR = timedelta(hours=1)
HERE, THERE = Destination("discord:1"), Destination("discord:2")
SERVER = ServerId("discord:9")
FEED = FeedUrl("https://ledger.example/feed")
TARIFF = article("Tariff on UK goods", "A tariff of 10% was announced.")
NO_NEWS = Counts(feeds=1, articles=1, stories=0, claims_posted=0, claims_withheld=0)
SCHEDULE = Schedule(
    id=ScheduleId("bakotu"), server=SERVER, destination=HERE, at=time(8), zone="UTC", topics=(), created_at=NOW
)


@dataclass
class Record:
    """A folder with one article in one story, and the service over it."""

    folder: MemoryFolder = field(
        default_factory=lambda: MemoryFolder(
            topics=[Topic(name="Tariffs", words=("tariff*",)), Topic(name="Greenland", words=("greenland*",))],
            feeds=[Feed(url=FEED, outlet="Harbour Ledger", topics=("Tariffs",))],
            schedules=[SCHEDULE],
        )
    )
    clock: StandingClock = field(default_factory=lambda: StandingClock(NOW + 48 * HOUR))

    def __post_init__(self) -> None:
        self.explain = Explain(self.folder, workers=SameProcess(), clock=self.clock)

    async def file(self, *articles: Article, story: str = "s1") -> None:
        await self.folder.articles.store([Filed(article=each, feed=FEED, entry=EntryId(each.id)) for each in articles])
        ids = tuple(each.id for each in articles)
        await self.folder.stories.put([Story(id=StoryId(story), articles=ids, created_at=NOW, updated_at=NOW)])

    async def edition(self, *tellings: Telling, at: datetime, place: Destination = HERE, left_out: int = 0) -> Delivery:
        briefing = Briefing(
            id=BriefingId(f"b{at:%d%H}-{place}"),
            created_at=at,
            window=Window(since=at - 24 * HOUR, until=at),
            topics=("Tariffs",),
            engine=telling("s1").engine,
            counts=replace(NO_NEWS, stories_left_out=left_out),
            tellings=tellings,
        )
        await self.folder.briefings.put(briefing)
        schedule = SCHEDULE.id if place == HERE else ScheduleId("other")
        slot = Slot(schedule=schedule, local_date=at.date(), planned=at.time(), due_at=at)
        identity = DeliveryId(f"d{at:%d%H}-{place.replace(':', '-')}")
        delivery = Delivery(
            id=identity,
            slot=slot,
            destination=place,
            briefing=briefing.id,
            created_at=at,
            parts=parts(briefing, identity, "UTC"),
        )
        return await self.folder.outbox.open(delivery)

    async def why(self, text: str = TARIFF.url, server: ServerId | None = SERVER) -> tuple[Outcome, str]:
        facts = await self.explain.why(text, server, [HERE] if server else [])
        posts = reasons_posts(facts)
        assert all(len(post.content) <= CONTENT_CHARS for post in posts)
        return outcome(facts), "\n".join(post.content for post in posts)


async def test_what_was_told_is_said_with_when_where_and_how_often_it_is_cited() -> None:
    record = Record()
    await record.file(TARIFF)
    await record.edition(telling("s1", TARIFF, cites=(TARIFF,)), at=NOW + HOUR)
    found, text = await record.why()
    assert found is Outcome.TOLD
    assert text.startswith("**[Tariff on UK goods](<https://harbour-ledger.example/tariff-on-uk-goods>)** (Harbour")
    at = moment(TARIFF.published_at)
    assert f"- Published {at}, found {at} in the feed of Harbour Ledger. Its page was read in full." in text
    assert "- Its story has 1 article and was last told as “Headline”." in text
    assert f"- Told in discord:1 on {moment(NOW + HOUR)}; 1 claim cites it." in text
    assert "What was told is not told again there." in text


async def test_what_was_told_elsewhere_alone_is_not_said_to_be_told_here() -> None:
    record = Record()
    await record.file(TARIFF)
    await record.edition(telling("s1", TARIFF), at=NOW + HOUR, place=THERE)
    found, text = await record.why()
    assert (found, "discord:2" in text) == (Outcome.NO_EDITION, False)
    assert "No briefing was written here since it was found." in text


async def test_nothing_is_said_of_briefings_in_a_channel_that_the_asker_may_not_read() -> None:
    record = Record()
    await record.file(TARIFF)
    await record.folder.schedules.put(replace(SCHEDULE, id=ScheduleId("other"), destination=THERE))
    await record.edition(telling("s1", TARIFF), at=NOW + HOUR, place=THERE)
    found, text = await record.why()
    assert (found, "discord:2" in text) == (Outcome.NO_EDITION, False)


@pytest.mark.parametrize(
    ("title", "hours_old", "left_out", "wanted", "said"),
    [
        ("Whales sing", 3, 0, Outcome.OFF_TOPIC, "it is on none of its topics (Tariffs)"),
        (
            "Tariff on tea",
            60,
            0,
            Outcome.OUTSIDE,
            f"outside its time, {moment(NOW - 23 * HOUR)} to {moment(NOW + HOUR)}",
        ),
        ("Tariff on tea", 3, 2, Outcome.CROWDED_OUT, "it did not fit: 2 stories were left out"),
        ("Tariff on tea", 3, 0, Outcome.NOT_CHOSEN, "its story as a whole may have counted too little"),
    ],
)
async def test_what_was_left_out_is_said_with_the_reason(
    title: str, hours_old: int, left_out: int, wanted: Outcome, said: str
) -> None:
    record = Record()
    await record.file(article(title, "Nothing else.", hours_old=hours_old))
    await record.edition(at=NOW + HOUR, left_out=left_out)
    found, text = await record.why(title)
    assert found is wanted
    assert f"The first briefing since then was written {moment(NOW + HOUR)} for discord:1." in text
    assert said in text


async def test_a_copy_of_what_was_told_before_had_nothing_new() -> None:
    record = Record()
    later = article("Tariff on UK goods again", "A tariff was announced.", hours_old=-20)
    await record.edition(telling("s1", TARIFF, cites=(TARIFF,)), at=NOW + HOUR)
    await record.file(TARIFF, later)
    await record.edition(at=NOW + 25 * HOUR)
    found, text = await record.why(later.url)
    assert found is Outcome.UNCHANGED
    assert "its story was told before and had nothing new" in text


async def test_the_scores_are_those_of_the_topics_that_the_feed_serves() -> None:
    record = Record()
    await record.file(article("Tariff on Greenland", "Greenland, Greenland."))
    assert "Tariffs 3.0, Greenland 0.0. From 3 up it is on the topic." in (await record.why("tariff greenland"))[1]


@pytest.mark.parametrize(
    ("tier", "said"),
    [
        (Tier.FULL, "read in full"),
        (Tier.FEED, "its page was not read"),
        (Tier.EXCERPT, "Only an excerpt"),
        (Tier.HEADLINE, "Only its headline is known"),
    ],
)
async def test_how_much_was_read_is_said(tier: Tier, said: str) -> None:
    record = Record()
    await record.file(article("Tariff on tea", "" if tier is Tier.HEADLINE else "Text.", tier=tier))
    assert said in (await record.why("tea tariff"))[1]


async def test_what_was_withheld_is_said_with_its_rule_and_nothing_in_it_works_as_mark_up() -> None:
    record = Record()
    await record.file(TARIFF)
    refusal = Withheld(text="**99%** @everyone", rule="figure", reason="The figure “99%” stands nowhere.")
    await record.edition(replace(telling("s1", TARIFF), refusals=(refusal,) * 14), at=NOW + HOUR)
    text = (await record.why())[1]
    assert "- Withheld by the rule *figure*: “\\*\\*99%\\*\\* @\u200beveryone” The figure “99%” stands nowhere." in text
    assert text.count("Withheld by") == 1


async def test_an_article_is_found_by_any_spelling_of_its_address_and_by_half_its_headline() -> None:
    record = Record()
    await record.file(TARIFF)
    for text in (
        f"<{TARIFF.url}/?utm_source=x#y>",
        TARIFF.url.replace("https", "http"),
        TARIFF.url[8:],
        "UK tariff football",
    ):
        assert "Tariff on UK goods" in (await record.why(text))[1]
    for text in ("https://harbour-ledger.example/other", "football match results tariff", "?", "the of and"):
        with pytest.raises(NotFoundError):
            await record.why(text)


async def test_stories_told_lately_are_named_where_they_were_told_newest_first() -> None:
    record = Record()
    await record.file(TARIFF)
    await record.file(article("talks"), story="s2")
    await record.edition(replace(telling("s1", TARIFF), headline="First"), at=NOW)
    await record.edition(replace(telling("s2", TARIFF), headline="Second"), at=NOW + HOUR)
    await record.edition(replace(telling("s3", TARIFF), headline="Third"), at=NOW + HOUR, place=THERE)
    assert [past.telling.headline for past in await record.explain.recent(frozenset({HERE}))] == ["Second", "First"]
    assert [past.telling.headline for past in await record.explain.recent(None)] == ["Second", "First"]
    record.clock.move(RECENT)
    assert await record.explain.recent(frozenset({HERE})) == []


async def test_a_story_of_a_servers_own_articles_is_found_by_its_id_there_alone() -> None:
    record = Record()
    ours, theirs = ServerId("discord:1"), ServerId("discord:2")
    own = Story(id=StoryId("s1"), articles=(TARIFF.id,), created_at=NOW, updated_at=NOW, server=ours)
    await record.folder.stories.put([own])
    await record.edition(telling("s1", TARIFF, cites=(TARIFF,)), at=NOW)
    assert (await record.explain.story("s1", frozenset(), ours)).entries
    for elsewhere in (theirs, PUBLIC):
        with pytest.raises(NotFoundError):
            await record.explain.story("s1", frozenset({THERE}), elsewhere)
    await record.folder.schedules.put(SCHEDULE)
    assert await record.explain.recent(None) == []
    with pytest.raises(NotFoundError):
        await record.explain.story("headline", None, PUBLIC)


async def test_a_story_is_found_by_id_by_words_and_by_the_message_that_tells_it() -> None:
    record = Record()
    await record.file(TARIFF)
    delivery = await record.edition(telling("s1", TARIFF, cites=(TARIFF,)), at=NOW)
    by_id = await record.explain.story("s1", frozenset())
    assert [entry.claim.text for entry in by_id.entries] == [claim(TARIFF).text]
    assert await record.explain.story("headline", frozenset({HERE})) == by_id
    assert await record.explain.story_of(delivery.id, 2) == by_id
    for wrong in (
        record.explain.story("headline", frozenset({THERE})),
        record.explain.story("", frozenset({HERE})),
        record.explain.story_of(delivery.id, 0),
        record.explain.story_of(DeliveryId("d0"), 2),
    ):
        with pytest.raises(NotFoundError):
            await wrong
