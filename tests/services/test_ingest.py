"""Ingest through its public doors: a news site on loopback, the real web client and readers, repositories in memory."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from bot.adapters.feed_http import AiohttpWeb
from bot.adapters.feed_parsers import HybridFeedParser
from bot.adapters.robots import SiteRobots
from bot.adapters.trafilatura_pages import TrafilaturaPages
from bot.domain.articles import Article, Tier
from bot.domain.errors import StorageError
from bot.domain.feeds import EntryId, Feed, FeedState, FeedUrl, ParsedFeed, PollReport
from bot.ports.outside import FeedParser
from bot.ports.repositories import Filed
from bot.services.ingest import Ingest
from tests.doubles.clock import NOON, StandingClock
from tests.doubles.memory import MemoryFolder
from tests.doubles.news_site import Item, NewsSite
from tests.doubles.workers_here import WorkersHere

HOUR = timedelta(hours=1)
EVERY = timedelta(minutes=30)
PARAGRAPHS = (
    "Forty ships waited off the coast on Monday morning, more than the harbour has seen since the strike of 2019.",
    "The queue grew by a third within a day, because two of the five cranes have stood still since Saturday night.",
    "Importers expect to pay 12.5 per cent more for each container until the cranes run again, their union said.",
)


def html(*paragraphs: str, head: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or PARAGRAPHS)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>Ships</title>{head}</head>'
        f"<body><main><article><h1>Ships</h1>{body}</article></main></body></html>"
    )


class World:
    """A site, a folder and the service over both. `restart` gives a new service on the same folder."""

    def __init__(self, site: NewsSite, web: AiohttpWeb, clock: StandingClock) -> None:
        self.site = site
        self.web = web
        self.clock = clock
        self.folder = MemoryFolder()
        self.restart()

    def restart(self, *broken: str, parser: FeedParser | None = None) -> None:
        workers = WorkersHere(*broken)
        self.ingest = Ingest(
            feeds=self.folder.feeds,
            feed_states=self.folder.feed_states,
            articles=self.folder.articles,
            stories=self.folder.stories,
            notices=self.folder.notices,
            web=self.web,
            parser=parser or HybridFeedParser(workers),
            pages=TrafilaturaPages(workers),
            robots=SiteRobots(self.web, workers, self.clock),
            workers=workers,
            clock=self.clock,
            poll_every=EVERY,
            jitter=lambda: 0.0,
        )

    async def follow(self, *urls: str, topics: tuple[str, ...] = ()) -> None:
        await self.folder.feeds.put(*(Feed(url=FeedUrl(url), outlet="The Example", topics=topics) for url in urls))

    async def poll_after(self, span: timedelta) -> PollReport:
        self.clock.move(span)
        return await self.ingest.poll()

    async def state(self, url: str) -> FeedState:
        return (await self.folder.feed_states.all())[FeedUrl(url)]

    @property
    def articles(self) -> dict[str, Article]:
        return {article.title: article for article in self.folder.articles.newest}

    def item(self, name: str, **more: object) -> Item:
        """An entry with a page of its own, published an hour ago."""
        self.site.page(f"/{name}", html())
        fields = {"title": name.title(), "link": self.site.url(f"/{name}"), "published": NOON - HOUR}
        return Item(**(fields | more))


@pytest.fixture
async def world() -> AsyncIterator[World]:
    clock = StandingClock()
    allowed = (ip_network("127.0.0.0/8"),)
    async with NewsSite() as site, AiohttpWeb(clock, allow_networks=allowed, host_pause=timedelta()) as web:
        yield World(site, web, clock)


async def test_a_first_poll_stores_articles_with_the_text_of_their_pages(world: World) -> None:
    url = world.site.feed("/feed", [world.item("ships", summary="Short."), world.item("cranes", summary="Short.")])
    await world.follow(url)
    heard: list[tuple[int, int]] = []
    report = await world.ingest.poll(progress=lambda done, total: heard.append((done, total)))
    assert (report.feeds, report.new_articles, report.failed, report.not_modified) == (1, 2, (), 0)
    assert heard == [(1, 1)]
    article = world.articles["Ships"]
    assert (article.tier, article.text.split("\n\n")) == (Tier.FULL, list(PARAGRAPHS))
    assert (article.url, article.outlet, article.feeds) == (world.site.url("/ships"), "The Example", (url,))
    assert (article.published_at, article.seen_at, article.language) == (NOON - HOUR, NOON, "en")


async def test_articles_of_one_event_end_in_one_story(world: World) -> None:
    world.site.page(
        "/other", html("The league begins on Sunday with a match between the two oldest clubs of the city. " * 2)
    )
    items = [world.item("ships"), world.item("ships-again"), world.item("league", link=world.site.url("/other"))]
    await world.follow(world.site.feed("/feed", items))
    await world.ingest.poll()
    stories = await world.folder.stories.recent(NOON - HOUR)
    assert sorted(len(story.articles) for story in stories) == [1, 2]


async def test_what_a_new_feed_brings_from_last_week_is_put_into_stories_too(world: World) -> None:
    await world.follow(world.site.feed("/feed", [world.item("ships")]))
    await world.ingest.poll()
    week_ago = NOON - timedelta(days=7)
    await world.follow(world.site.feed("/archive", [world.item("cranes", published=week_ago)]))
    await world.poll_after(HOUR)
    assert len(await world.folder.stories.of_articles([each.id for each in world.articles.values()])) == 2


async def test_the_next_poll_sends_the_validators_and_a_304_costs_nothing(world: World) -> None:
    modified = "Sun, 18 Jan 2026 11:00:00 GMT"
    url = world.site.feed("/feed", [world.item("ships")], etag='W/"1 "', last_modified=modified)
    await world.follow(url)
    await world.ingest.poll()
    world.restart()
    report = await world.poll_after(EVERY)
    assert (report.feeds, report.not_modified, report.new_articles) == (1, 1, 0)
    first, second = (asked.headers for asked in world.site.asked("/feed"))
    assert "If-None-Match" not in first
    assert (second["If-None-Match"], second["If-Modified-Since"]) == ('W/"1 "', modified)
    assert len(world.site.asked("/ships")) == 1


async def test_the_same_body_again_is_unchanged(world: World) -> None:
    await world.follow(world.site.feed("/feed", [world.item("ships")]))
    await world.ingest.poll()
    world.restart("read_fast")  # whoever parses it now loses a worker
    report = await world.poll_after(EVERY)
    assert (report.not_modified, report.failed) == (1, ())


async def test_a_restart_inside_the_interval_asks_nothing_unless_forced(world: World) -> None:
    await world.follow(world.site.feed("/feed", [world.item("ships")]))
    await world.ingest.poll()
    world.restart()
    assert (await world.poll_after(EVERY - timedelta(seconds=1))).feeds == 0
    assert (await world.ingest.poll(force=True)).feeds == 1


async def test_a_feeds_wishes_hold_after_a_304_and_a_restart(world: World) -> None:
    url = world.site.feed("/feed", [world.item("ships")], etag='"1"', markup="<ttl>120</ttl>")
    await world.follow(url)
    await world.ingest.poll()
    for _ in range(2):
        world.restart()
        assert (await world.poll_after(HOUR)).feeds == 0
        assert (await world.poll_after(HOUR)).feeds == 1


async def test_new_entries_only_are_read(world: World) -> None:
    ships = world.item("ships")
    await world.follow(world.site.feed("/feed", [ships]))
    await world.ingest.poll()
    world.site.feed("/feed", [world.item("cranes"), ships])
    report = await world.poll_after(EVERY)
    assert (report.new_articles, len(world.site.asked("/ships")), len(world.site.asked("/cranes"))) == (1, 1, 1)


async def test_ids_that_all_change_at_once_bring_no_flood(world: World) -> None:
    items = [world.item(name) for name in ("ships", "cranes")]
    await world.follow(world.site.feed("/feed", items))
    await world.ingest.poll()
    world.site.feed("/feed", [Item(i.title, i.link, published=i.published, guid=f"new-{i.link}") for i in items])
    report = await world.poll_after(EVERY)
    assert (report.new_articles, len(world.site.asked("/ships"))) == (0, 1)


async def test_spellings_of_an_address_are_one_article_even_in_one_poll(world: World) -> None:
    ships = world.item("ships")
    spelled = [ships.link + "?utm_source=rss", ships.link + "/", ships.link + "#top", ships.link]
    world.site.page("/ships/", html())
    urls = [world.site.feed(f"/feed{n}", [world.item("x", title="Ships", link=link)]) for n, link in enumerate(spelled)]
    await world.follow(*urls)
    report = await world.ingest.poll()
    assert report.new_articles == 1
    assert set(world.articles["Ships"].feeds) == set(urls)
    assert len(world.site.asked("/ships") + world.site.asked("/ships/")) == 1


async def test_a_page_names_its_own_address(world: World) -> None:
    item = world.item("ships", link=world.site.url("/r?id=7"))
    world.site.page("/r", html(head='<link rel="canonical" href="/news/ships">'))
    await world.follow(world.site.feed("/feed", [item]))
    await world.ingest.poll()
    assert world.articles["Ships"].url == world.site.url("/news/ships")


async def test_an_address_that_redirects_is_stored_where_it_leads(world: World) -> None:
    ships = world.item("ships")
    world.site.redirect("/short", "/ships", 302)
    urls = [
        world.site.feed("/one", [ships]),
        world.site.feed("/two", [world.item("x", title="Ships", link=world.site.url("/short"))]),
    ]
    await world.follow(urls[0])
    await world.ingest.poll()
    await world.follow(urls[1])
    assert (await world.ingest.poll()).new_articles == 0
    assert world.articles["Ships"].feeds == tuple(urls)


@pytest.mark.parametrize(
    "page",
    [
        html("Please accept cookies to continue reading."),
        html("We value your privacy."),
        html(head='<meta name="tdm-reservation" content="1">'),
        html(head='<script type="application/ld+json">{"isAccessibleForFree": false}</script>'),
        html("Short."),
        "",
    ],
)
async def test_where_the_page_may_not_serve_the_feeds_text_does(world: World, page: str) -> None:
    space = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    whole = f"<content:encoded {space}>{' '.join(PARAGRAPHS)}</content:encoded>"
    items = [
        world.item("excerpt", summary="Forty ships waited off the coast on Monday."),
        world.item("feed", summary="Forty ships.", markup=whole),
        world.item("headline"),
    ]
    for item in items:
        world.site.page(item.link.removeprefix(world.site.url("")), page)
    await world.follow(world.site.feed("/feed", items))
    await world.ingest.poll()
    tiers = {title: article.tier for title, article in world.articles.items()}
    assert tiers == {"Excerpt": Tier.EXCERPT, "Feed": Tier.FEED, "Headline": Tier.HEADLINE}
    assert world.articles["Headline"].text == ""


async def test_a_header_may_reserve_rights_too(world: World) -> None:
    item = world.item("ships", summary="Forty ships waited off the coast.")
    world.site.page("/ships", html(), headers={"TDM-Reservation": "1"})
    await world.follow(world.site.feed("/feed", [item]))
    await world.ingest.poll()
    assert world.articles["Ships"].tier is Tier.EXCERPT


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/robots.txt", "User-agent: Newsthread\nDisallow: /ships"),
        ("/.well-known/tdmrep.json", '[{"location": "/ships", "tdm-reservation": 1}]'),
    ],
)
async def test_a_page_that_robots_may_not_read_is_not_fetched(world: World, path: str, text: str) -> None:
    world.site.page(path, text, "text/plain")
    item = world.item("ships", summary="Forty ships waited off the coast.")
    await world.follow(world.site.feed("/feed", [item, world.item("cranes")]))
    await world.ingest.poll()
    assert world.articles["Ships"].tier is Tier.EXCERPT
    assert world.site.asked("/ships") == []
    assert world.articles["Cranes"].tier is Tier.FULL


async def _read_again(world: World, page: str, **more: Any) -> tuple[Article, Article | None]:
    await world.follow(world.site.feed("/feed", [world.item("ships")]))
    await world.ingest.poll()
    world.site.page("/ships", page, **more)
    before = world.articles["Ships"]
    return before, await world.ingest.read_again(before)


async def test_an_article_read_again_is_a_new_version_where_its_words_changed(world: World) -> None:
    other = (PARAGRAPHS[0], PARAGRAPHS[1], PARAGRAPHS[2].replace("12.5", "13.5"))
    before, now = await _read_again(world, html(*other))
    assert now == replace(before, version=2, text="\n\n".join(other))
    assert world.articles["Ships"] == now
    assert await world.folder.articles.text(before.id, 1) == "\n\n".join(PARAGRAPHS)
    assert len(world.site.asked("/ships")) == 2


async def test_an_article_read_again_that_says_the_same_is_the_same(world: World) -> None:
    before, now = await _read_again(world, html(*(each.replace(" ", "  ") for each in PARAGRAPHS)))
    assert now == before


@pytest.mark.parametrize(
    ("page", "more"),
    [
        (html("Please accept cookies to continue reading."), {}),
        (html(head='<meta name="tdm-reservation" content="1">'), {}),
        (html(head='<script type="application/ld+json">{"isAccessibleForFree": false}</script>'), {}),
        (html(), {"status": 503}),
        (
            html(
                *(
                    f"{n} is another story of which nobody has heard before today, however far they came."
                    for n in range(9)
                )
            ),
            {},
        ),
        ("", {}),
    ],
)
async def test_what_is_no_article_any_more_is_not_read_and_leaves_the_text(
    world: World, page: str, more: dict[str, Any]
) -> None:
    before, now = await _read_again(world, page, **more)
    assert now is None
    assert world.articles["Ships"] == before


async def test_an_article_that_robots_may_not_read_any_more_is_not_read_again(world: World) -> None:
    world.site.page("/robots.txt", "User-agent: *\nDisallow: /cranes", "text/plain")
    before, now = await _read_again(world, html())
    assert now == before
    world.site.page("/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    world.clock.move(timedelta(days=2))
    assert await world.ingest.read_again(before) is None


async def test_old_entries_are_stored_without_their_pages(world: World) -> None:
    items = [world.item("old", published=NOON - timedelta(days=8), summary="Long ago."), world.item("new")]
    await world.follow(world.site.feed("/feed", items))
    assert (await world.ingest.poll()).new_articles == 2
    assert world.articles["Old"].tier is Tier.EXCERPT
    assert world.site.asked("/old") == []


async def test_dates_that_cannot_be_believed_become_the_time_seen_for_good(world: World) -> None:
    items = [
        world.item("none", published=None),
        world.item("future", published=NOON + timedelta(days=2)),
        world.item("epoch", published=datetime(1970, 1, 1, tzinfo=UTC)),
    ]
    await world.follow(world.site.feed("/feed", items))
    await world.ingest.poll()
    assert {article.published_at for article in world.articles.values()} == {NOON}


async def test_a_feed_that_fails_hinders_no_other(world: World) -> None:
    good = world.site.feed("/feed", [world.item("ships")])
    bad = {
        world.site.page("/page", html(), etag='"1"'): "not_a_feed",
        world.site.page("/gone", b"", status=410): "gone",
        world.site.page("/broken", b"", status=500): "http_status",
        world.site.drops("/drops"): "unreachable",
        world.site.endless("/endless", b"x" * 100_000): "too_large",
        "http://10.0.0.1/feed": "refused_address",
    }
    await world.follow(good, *bad)
    report = await world.ingest.poll()
    assert {failed.url: failed.error for failed in report.failed} == bad
    assert all(failed.detail.endswith(".") for failed in report.failed)
    assert report.new_articles == 1
    page = await world.state(world.site.url("/page"))
    assert (page.failures, page.etag, page.body_hash) == (1, None, None)


async def test_a_feed_that_no_reader_gets_through_is_unreadable(world: World) -> None:
    await world.follow(world.site.page("/feed", "<rss><oops", "text/xml"))
    world.restart("read_tolerant")
    report = await world.ingest.poll()
    assert [failed.error for failed in report.failed] == ["unreadable"]


class ParserWithAFault:
    """Port FeedParser, broken in a way that nobody foresaw for one address."""

    async def parse(self, body: bytes, *, url: str, content_type: str, known: Collection[EntryId] = ()) -> ParsedFeed:
        if url.endswith("/odd"):
            raise KeyError("a fault of ours")
        return await HybridFeedParser(WorkersHere()).parse(body, url=url, content_type=content_type, known=known)


async def test_a_fault_of_ours_in_one_feed_hinders_no_other(world: World) -> None:
    odd, good = world.site.feed("/odd", []), world.site.feed("/feed", [world.item("ships")])
    await world.follow(odd, good)
    world.restart(parser=ParserWithAFault())
    report = await world.ingest.poll()
    assert (report.new_articles, [(failed.url, failed.error) for failed in report.failed]) == (1, [(odd, "unreadable")])
    assert "fault of ours" not in report.failed[0].detail


async def test_when_every_feed_fails_at_once_none_is_penalised(world: World) -> None:
    urls = [world.site.drops(f"/{n}") for n in range(3)]
    await world.follow(*urls)
    assert len((await world.ingest.poll()).failed) == 3
    states = [await world.state(url) for url in urls]
    assert [state.failures for state in states] == [0, 0, 0]
    assert all(state.due_at < NOON + EVERY for state in states)


async def test_a_feed_that_is_gone_is_not_asked_again(world: World) -> None:
    url = world.site.page("/gone", b"", status=410)
    await world.follow(url)
    await world.ingest.poll()
    assert (await world.state(url)).gone
    assert (await world.ingest.poll(force=True)).feeds == 0


async def test_a_busy_host_rests_with_all_its_feeds(world: World) -> None:
    busy = world.site.page("/busy", b"", status=429)
    other = world.site.feed("/feed", [world.item("ships")])
    await world.follow(other)
    await world.ingest.poll()
    await world.follow(busy)
    world.clock.move(EVERY - timedelta(minutes=5))
    await world.ingest.poll()
    assert (await world.state(other)).due_at == world.clock.now() + timedelta(minutes=10)


async def test_a_permanent_redirect_is_adopted_the_second_time(world: World) -> None:
    new = world.site.feed("/new", [world.item("ships")])
    old = world.site.redirect("/old", "/new", 301)
    await world.follow(old)
    await world.ingest.poll()
    assert [feed.url for feed in await world.folder.feeds.all()] == [old]
    await world.poll_after(EVERY)
    assert [feed.url for feed in await world.folder.feeds.all()] == [new]
    assert list(await world.folder.feed_states.all()) == [new]
    report = await world.poll_after(EVERY)
    assert (report.new_articles, report.failed) == (0, ())


async def test_a_feed_that_moves_to_one_followed_already_serves_the_topics_of_both(world: World) -> None:
    new = world.site.feed("/new", [world.item("ships")])
    await world.follow(new, topics=("Tariffs",))
    await world.follow(world.site.redirect("/old", "/new", 308), topics=("Greenland",))
    for _ in range(2):
        await world.poll_after(EVERY)
    assert [(feed.url, feed.topics) for feed in await world.folder.feeds.all()] == [(new, ("Tariffs", "Greenland"))]
    assert list(await world.folder.feed_states.all()) == [new]


async def test_a_temporary_redirect_or_one_to_a_web_page_is_not(world: World) -> None:
    world.site.feed("/new", [world.item("ships")])
    world.site.page("/login", html())
    urls = [world.site.redirect("/for-now", "/new", 302), world.site.redirect("/captive", "/login", 301)]
    await world.follow(*urls)
    for _ in range(3):
        await world.poll_after(timedelta(days=3))
    assert [feed.url for feed in await world.folder.feeds.all()] == urls


class FullDisk:
    """Articles that cannot be stored."""

    def __init__(self, articles: object) -> None:
        self._articles = articles

    def __getattr__(self, name: str) -> object:
        return getattr(self._articles, name)

    async def store(self, filed: Sequence[Filed]) -> int:
        raise StorageError("The disk is full.")


async def test_an_entry_is_known_only_after_it_is_stored(world: World) -> None:
    url = world.site.feed("/feed", [world.item("ships")], etag='"1"')
    await world.follow(url)
    articles = world.folder.articles
    world.folder.articles = FullDisk(articles)  # type: ignore[assignment]
    world.restart()
    with pytest.raises(StorageError, match="disk"):
        await world.ingest.poll()
    assert await world.folder.feed_states.all() == {}
    world.folder.articles = articles
    world.restart()
    assert (await world.ingest.poll()).new_articles == 1


async def test_articles_that_a_killed_poll_left_without_story_get_one_in_the_next(world: World) -> None:
    await world.follow(world.site.feed("/feed", [world.item("ships")]))
    world.restart("grow")
    assert (await world.ingest.poll()).new_articles == 1
    assert list(await world.folder.stories.recent(NOON - HOUR)) == []
    world.restart()
    assert (await world.poll_after(EVERY)).new_articles == 0
    assert len(await world.folder.stories.recent(NOON - HOUR)) == 1


async def test_two_polls_at_once_ask_each_feed_once(world: World) -> None:
    await world.follow(world.site.feed("/feed", [world.item("ships")]))
    reports = await asyncio.gather(world.ingest.poll(), world.ingest.poll())
    assert [report.feeds for report in reports] == [1, 0]


async def test_an_aggregators_token_is_a_headline_and_not_followed(world: World) -> None:
    item = Item("Ships", "https://news.google.com/rss/articles/CBMiX?oc=5", "Ships  The Example", NOON - HOUR)
    await world.follow(world.site.feed("/feed", [item]))
    await world.ingest.poll()
    assert (world.articles["Ships"].tier, world.articles["Ships"].text) == (Tier.HEADLINE, "")


async def test_a_feeds_address_with_credentials_shows_none(world: World) -> None:
    url = world.site.page("/feed", b"", status=500).replace("http://", "http://me:hunter2@")
    await world.follow(url)
    (failed,) = (await world.ingest.poll()).failed
    assert "hunter2" not in failed.detail


async def test_checking_a_good_feed_tells_what_it_holds_and_stores_nothing(world: World) -> None:
    url = world.site.feed("/feed", [world.item("ships")], title="The Example")
    check = await world.ingest.check(url)
    assert (check.url, check.feed_url, check.title, check.format) == (url, url, "The Example", "rss")
    assert (check.status, check.error, [entry.title for entry in check.entries]) == (200, None, ["Ships"])
    assert await world.folder.articles.count() == 0


async def test_checking_a_sites_address_finds_its_feed(world: World) -> None:
    feed = world.site.feed("/deep/feed", [world.item("ships")])
    front = world.site.page("/", html(head='<link rel="alternate" type="application/rss+xml" href="deep/feed">'))
    check = await world.ingest.check(front)
    assert (check.url, check.feed_url, check.error) == (front, feed, None)


async def test_checking_a_site_that_names_no_feed_tries_the_usual_places(world: World) -> None:
    feed = world.site.feed("/rss.xml", [world.item("ships")])
    named = '<link rel="alternate" type="application/rss+xml" href="/nothing">'
    check = await world.ingest.check(world.site.page("/", html(head=named)))
    assert (check.feed_url, check.error) == (feed, None)


async def test_a_check_reports_the_address_that_a_feed_has_moved_to(world: World) -> None:
    feed = world.site.feed("/new", [world.item("ships")])
    assert (await world.ingest.check(world.site.redirect("/old", "/new", 308))).feed_url == feed
    old = world.site.redirect("/for-now", "/new", 302)
    assert (await world.ingest.check(old)).feed_url == old


@pytest.mark.parametrize(
    ("path", "error", "status"),
    [
        ("/page", "not_a_feed", 200),
        ("/gone", "gone", 410),
        ("/missing", "http_status", 404),
        ("/huge", "too_large", 200),
        ("/drops", "unreachable", None),
    ],
)
async def test_a_bad_feed_is_a_result_with_a_plain_sentence(
    world: World, path: str, error: str, status: int | None
) -> None:
    world.site.page("/page", html())
    world.site.page("/gone", b"", status=410)
    world.site.endless("/huge", b"<item><title>x</title></item>" * 5_000, head=b"<rss><channel>")
    world.site.drops("/drops")
    check = await world.ingest.check(world.site.url(path))
    assert (check.error, check.status, check.feed_url, check.entries) == (error, status, None, ())
    assert check.detail is not None
    assert check.detail.endswith(".")


@pytest.mark.parametrize("url", ["http://10.0.0.1/feed", "file:///etc/passwd", "http://2130706433/", "two words", ""])
async def test_an_address_that_may_not_be_fetched_is_refused(world: World, url: str) -> None:
    check = await world.ingest.check(url)
    assert (check.url, check.error) == (url, "refused_address")
    assert "10.0" not in str(check.detail)


async def test_sixty_megabytes_of_xml_are_too_large_and_hardly_fetched(world: World) -> None:
    url = world.site.endless("/huge", b"<item><title>x</title></item>" * 2_000, max_bytes=60_000_000)
    assert (await world.ingest.check(url)).error == "too_large"
    await world.site.asked("/huge")[0].done.wait()
    assert world.site.asked("/huge")[0].sent_bytes < 30_000_000
