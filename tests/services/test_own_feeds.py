"""What only some servers follow is read once, and by nobody else: from the feed to the briefing and the answer."""

from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_network

import pytest

from bot.adapters.extractive_writer import ExtractiveWriter
from bot.adapters.feed_http import CurlWeb
from bot.domain.articles import Article
from bot.domain.briefings import Window
from bot.domain.conversations import ConversationId, Status
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.topics import Topic
from bot.services.answer import Answering
from bot.services.compose import Compose
from bot.services.forget import Forget
from bot.services.settings import ServerSettings
from tests.doubles.clock import NOON, StandingClock
from tests.doubles.news_site import NewsSite
from tests.doubles.workers import SameProcess
from tests.services.test_ingest import HOUR, World

OURS, THEIRS = ServerId("discord:1"), ServerId("discord:2")


@pytest.fixture
async def world() -> AsyncIterator[World]:
    clock = StandingClock()
    allowed = (ip_network("127.0.0.0/8"),)
    async with NewsSite() as site, CurlWeb(clock, allow_networks=allowed, host_pause=timedelta()) as web:
        yield World(site, web, clock)


async def follow(world: World, url: str, *servers: ServerId) -> None:
    for server in servers:
        await world.folder.seen_by(server).feeds.put(Feed(url=FeedUrl(url), outlet="The Example"))


async def read_by(world: World, server: ServerId) -> list[Article]:
    return list(await world.folder.seen_by(server).articles.published(NOON - 48 * HOUR, NOON + HOUR))


async def test_a_feed_of_two_servers_is_asked_once_and_read_by_both_of_them_alone(world: World) -> None:
    url = world.site.feed("/feed", [world.item("ships")])
    await follow(world, url, OURS, THEIRS)
    report = await world.ingest.poll()
    assert (report.feeds, len(world.site.asked("/feed")), len(world.site.asked("/ships"))) == (1, 1, 1)
    (ours,), (theirs,) = await read_by(world, OURS), await read_by(world, THEIRS)
    assert (ours.text, ours.url) == (theirs.text, theirs.url)
    assert (ours.server, theirs.server) == (OURS, THEIRS)
    assert await read_by(world, PUBLIC) == await read_by(world, ServerId("discord:3")) == []


async def test_a_server_that_comes_later_gets_what_the_feed_still_holds(world: World) -> None:
    url = world.site.feed("/feed", [world.item("ships")])
    await follow(world, url, OURS)
    await world.ingest.poll()
    await follow(world, url, THEIRS)
    world.site.feed("/feed", [world.item("ships"), world.item("cranes")])
    await world.poll_after(24 * HOUR)
    assert {article.title for article in await read_by(world, THEIRS)} == {"Ships", "Cranes"}
    assert len(await read_by(world, OURS)) == 2


async def test_what_everyone_follows_is_everyones_also_where_a_server_follows_it_too(world: World) -> None:
    url = world.site.feed("/feed", [world.item("ships")])
    await follow(world, url, PUBLIC, OURS)
    await world.ingest.poll()
    assert [article.server for article in await read_by(world, OURS)] == [PUBLIC]
    assert await read_by(world, THEIRS) == await read_by(world, OURS)


async def test_a_servers_articles_make_stories_among_themselves(world: World) -> None:
    await follow(world, world.site.feed("/own", [world.item("ships")]), OURS)
    await follow(world, world.site.feed("/feed", [world.item("ships-again")]), PUBLIC)
    await world.ingest.poll()
    own, everyones = world.folder.seen_by(OURS).stories, world.folder.stories
    assert [len(story.articles) for story in await own.recent(NOON - HOUR)] == [1]
    assert [len(story.articles) for story in await everyones.recent(NOON - HOUR)] == [1]


async def test_briefings_and_answers_tell_a_servers_own_articles_there_alone(world: World) -> None:
    await world.folder.topics.put(Topic(name="Harbours", words=("harbour", "port", "ships", "cranes")))
    await follow(world, world.site.feed("/own", [world.item("ships")]), OURS)
    await world.ingest.poll()
    workers = SameProcess()
    writer = ExtractiveWriter(workers)
    parts = {"writer": writer, "fallback": writer, "workers": workers, "clock": world.clock}
    compose, answering = Compose(world.folder, **parts), Answering(world.folder, **parts)
    window = Window(since=NOON - 24 * HOUR, until=NOON + HOUR)
    (article,) = await read_by(world, OURS)
    question = article.text.split("\n\n")[0]
    for server, sees in ((OURS, True), (THEIRS, False), (PUBLIC, False)):
        briefing = await compose.brief((), window, server=server)
        assert bool(briefing.tellings) is sees
        answer = await answering.ask(question, conversation=ConversationId(f"c{server}"), server=server)
        assert (answer.status is Status.ANSWERED) is sees
        assert sees or not answer.sources


async def test_an_address_that_moved_is_adopted_for_all_who_follow_it(world: World) -> None:
    old = world.site.url("/old")
    new = world.site.feed("/new", [world.item("ships")])
    world.site.redirect("/old", new, status=301)
    await follow(world, old, OURS, THEIRS)
    for _ in range(2):
        await world.poll_after(24 * HOUR)
    assert {(feed.server, feed.url) for feed in await world.folder.all_feeds.all()} == {(OURS, new), (THEIRS, new)}
    assert len(await read_by(world, OURS)) == 1


async def test_the_feeds_of_a_server_that_removed_the_bot_rest_until_it_is_back(world: World) -> None:
    shared, own = (world.site.feed(path, [world.item(f"in{path[1:]}")]) for path in ("/shared", "/own"))
    await follow(world, shared, OURS, THEIRS)
    await follow(world, own, OURS)
    forget = Forget(world.folder, ServerSettings(world.folder.servers), clock=world.clock)
    await forget.left(OURS)
    await world.ingest.poll()
    assert (world.site.asked("/own"), len(world.site.asked("/shared"))) == ([], 1)
    assert (await read_by(world, OURS), len(await read_by(world, THEIRS))) == ([], 1)
    await forget.joined(OURS)
    await world.poll_after(HOUR)
    assert [article.feeds for article in await read_by(world, OURS)] == [(own,)]
