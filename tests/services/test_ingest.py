"""Ingest through its public doors: a news site on loopback, the real web client and readers, repositories in memory."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp import web

from bot.adapters.feed_http import CurlWeb
from bot.adapters.feed_parsers import HybridFeedParser
from bot.adapters.robots import SiteRobots
from bot.adapters.trafilatura_pages import TrafilaturaPages
from bot.domain.articles import Article, Tier
from bot.domain.errors import StorageError
from bot.domain.feeds import Feed, FeedState, FeedUrl, ParsedFeed, PollReport
from bot.domain.schedules import ServerId
from bot.domain.stories import Story
from bot.ports.outside import FeedParser, Request, Response, Web
from bot.ports.repositories import FeedStates, Filed
from bot.services.ingest import Ingest
from tests.behaviours.world import PARAGRAPHS, html
from tests.doubles.clock import NOON, StandingClock
from tests.doubles.memory import MemoryFolder, MemoryStories
from tests.doubles.news_site import Item, NewsSite, rss
from tests.doubles.workers_here import WorkersHere

HOUR = timedelta(hours=1)
EVERY = timedelta(minutes=30)


class World:
    """A site, a folder and the service over both. `restart` gives a new service on the same folder."""

    def __init__(self, site: NewsSite, web: CurlWeb, clock: StandingClock) -> None:
        self.site = site
        self.web = web
        self.clock = clock
        self.folder = MemoryFolder()
        self.restart()

    def restart(self, *broken: str, parser: FeedParser | None = None, **more: Any) -> None:
        workers = WorkersHere(*broken)
        self.ingest = Ingest(
            self.folder,
            web=self.web,
            parser=parser or HybridFeedParser(workers),
            pages=TrafilaturaPages(workers),
            robots=SiteRobots(self.web, workers, self.clock),
            workers=workers,
            clock=self.clock,
            poll_every=EVERY,
            jitter=lambda: 0.0,
            **more,
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
    async with NewsSite() as site, CurlWeb(clock, allow_networks=allowed, host_pause=timedelta()) as web:
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


async def test_where_a_feed_gives_no_date_the_one_that_the_page_declares_counts(world: World) -> None:
    items = [world.item(name, published=None) for name in ("ships", "cranes", "tugs")]
    for name, declared in (("ships", NOON - 30 * HOUR), ("cranes", NOON + HOUR)):
        head = f'<meta property="article:published_time" content="{declared.isoformat()}">'
        world.site.page(f"/{name}", html(head=head))
    await world.follow(world.site.feed("/feed", items))
    await world.ingest.poll()
    dates = {title: article.published_at for title, article in world.articles.items()}
    assert dates == {"Ships": NOON - 30 * HOUR, "Cranes": NOON, "Tugs": NOON}


async def test_of_several_entries_at_one_address_the_newest_stands_there_in_the_end(world: World) -> None:
    link = "https://live.example/blog"
    items = [
        Item(title=f"Hour {n}", link=f"{link}#post-{n}", summary=f"The {n} o'clock summary.", published=NOON - n * HOUR)
        for n in range(1, 4)
    ]
    await world.follow(world.site.feed("/feed", items))
    await world.ingest.poll()
    (article,) = world.folder.articles.newest
    assert (article.title, article.version) == ("Hour 1", 3)


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


async def test_new_entries_only_are_read(world: World) -> None:
    ships = world.item("ships")
    await world.follow(world.site.feed("/feed", [ships]))
    await world.ingest.poll()
    world.site.feed("/feed", [world.item("cranes"), ships])
    report = await world.poll_after(EVERY)
    assert (report.new_articles, len(world.site.asked("/ships")), len(world.site.asked("/cranes"))) == (1, 1, 1)


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


async def _read_again(world: World, page: str, **more: Any) -> tuple[Article, Article | None]:
    await world.follow(world.site.feed("/feed", [world.item("ships")]))
    await world.ingest.poll()
    world.site.page("/ships", page, **more)
    before = world.articles["Ships"]
    return before, await world.ingest.read_again(before)


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


@pytest.mark.parametrize(("gap", "rest"), [(timedelta(minutes=5), timedelta(minutes=15)), (HOUR * 24, HOUR)])
async def test_a_feed_is_asked_at_the_pace_at_which_it_publishes(world: World, gap: timedelta, rest: timedelta) -> None:
    dates = [NOON - gap * n for n in range(30)]
    items = [Item(f"Ships {n}", world.site.url(f"/{n}"), published=date) for n, date in enumerate(dates)]
    url = world.site.feed("/feed", items, etag='"1"')
    await world.follow(url)
    for _ in range(2):  # the second time it answers that nothing is new
        await world.ingest.poll()
        world.restart()
        due_in = (await world.state(url)).due_at - world.clock.now()
        assert rest <= due_in < 2 * rest
        world.clock.move(due_in)


class Papers:
    """Two hosts: a paper, and a feed elsewhere whose entries lead to the paper."""

    def __init__(self, world: World, elsewhere: NewsSite, page: str | None) -> None:
        self.world = world
        self.paper = world.site.feed("/feed", [world.item("ships", summary="Forty ships waited off the coast.")])
        if page is None:
            world.site.page("/ships", b"", status=404)
        liar = Item("A lie", world.site.url("/ships"), "The harbour was sold to pirates.", NOON - HOUR)
        self.elsewhere = elsewhere.feed("/feed", [liar])

    async def polled(self, *urls: str) -> Article:
        for url in urls:
            await self.world.folder.feeds.put(Feed(url=FeedUrl(url), outlet="Paper" if url == self.paper else "Liar"))
            await self.world.ingest.poll()
        (article,) = self.world.folder.articles.newest
        return article


@pytest.fixture
async def elsewhere() -> AsyncIterator[NewsSite]:
    async with NewsSite() as running:
        yield running


async def test_a_feed_does_not_speak_under_another_papers_address(world: World, elsewhere: NewsSite) -> None:
    papers = Papers(world, elsewhere, page=None)
    article = await papers.polled(papers.elsewhere)
    assert (article.tier, article.text, article.outlet) == (Tier.HEADLINE, "", "Liar")
    article = await papers.polled(papers.paper)
    assert (article.tier, article.text, article.outlet) == (
        Tier.EXCERPT,
        "Forty ships waited off the coast.",
        "Paper",
    )


async def test_a_feed_puts_no_words_in_place_of_a_papers_own_even_where_it_claims_to_be_the_paper(
    world: World, elsewhere: NewsSite
) -> None:
    papers = Papers(world, elsewhere, page=None)
    liar = Item("A lie", world.site.url("/ships"), "The harbour was sold to pirates.", NOON - HOUR)
    elsewhere.page("/feed", rss([liar], link=world.site.url("/")), "text/xml")
    article = await papers.polled(papers.paper, papers.elsewhere)
    assert (article.text, article.version) == ("Forty ships waited off the coast.", 1)
    assert article.feeds == (papers.paper, papers.elsewhere)


async def test_a_page_that_a_feed_elsewhere_leads_to_is_read_and_called_by_its_own_host(
    world: World, elsewhere: NewsSite
) -> None:
    papers = Papers(world, elsewhere, page=html())
    article = await papers.polled(papers.elsewhere)
    assert (article.tier, article.outlet) == (Tier.FULL, "127.0.0.1")
    assert "pirates" not in article.text


async def test_a_feed_that_only_sends_readers_on_gives_no_name_to_what_they_find(
    world: World, elsewhere: NewsSite
) -> None:
    papers = Papers(world, elsewhere, page=html())
    elsewhere.redirect("/out", world.site.url("/ships"), 302)
    elsewhere.feed("/feed", [Item("Ships", elsewhere.url("/out"), "Ships.", NOON - HOUR)])
    article = await papers.polled(papers.elsewhere)
    assert (article.url, article.outlet) == (world.site.url("/ships"), "127.0.0.1")


async def test_ids_and_titles_without_end_are_cut_and_a_link_without_end_leads_nowhere(world: World) -> None:
    endless = "x" * 100_000
    items = [
        world.item("ships", guid=endless, title=f"Ships {endless}"),
        world.item("cranes", guid=endless + "y"),
        world.item("lost", link=world.site.url(f"/{endless}")),
    ]
    url = world.site.feed("/feed", items)
    await world.follow(url)
    assert (await world.ingest.poll()).new_articles == 2
    assert sorted(world.articles) == ["Cranes", "Ships…"]
    world.site.feed("/feed", items[:2])
    assert (await world.poll_after(EVERY)).new_articles == 0
    assert len(world.site.asked("/ships")) == 1


async def test_old_entries_are_stored_without_their_pages(world: World) -> None:
    items = [world.item("old", published=NOON - timedelta(days=8), summary="Long ago."), world.item("new")]
    await world.follow(world.site.feed("/feed", items))
    assert (await world.ingest.poll()).new_articles == 2
    assert world.articles["Old"].tier is Tier.EXCERPT
    assert world.site.asked("/old") == []


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

    async def parse(self, body: bytes, *, url: str, content_type: str) -> ParsedFeed:
        if url.endswith("/odd"):
            raise KeyError("a fault of ours")
        return await HybridFeedParser(WorkersHere()).parse(body, url=url, content_type=content_type)


async def test_a_fault_of_ours_in_one_feed_hinders_no_other(world: World) -> None:
    odd, good = world.site.feed("/odd", []), world.site.feed("/feed", [world.item("ships")])
    await world.follow(odd, good)
    world.restart(parser=ParserWithAFault())
    report = await world.ingest.poll()
    assert (report.new_articles, [(failed.url, failed.error) for failed in report.failed]) == (1, [(odd, "unreadable")])
    assert "fault of ours" not in report.failed[0].detail


async def test_a_feed_that_moves_to_one_followed_already_serves_the_topics_of_both(world: World) -> None:
    new = world.site.feed("/new", [world.item("ships")])
    await world.follow(new, topics=("Tariffs",))
    await world.follow(world.site.redirect("/old", "/new", 308), topics=("Greenland",))
    for _ in range(2):
        await world.poll_after(EVERY)
    assert [(feed.url, feed.topics) for feed in await world.folder.feeds.all()] == [(new, ("Tariffs", "Greenland"))]
    assert list(await world.folder.feed_states.all()) == [new]


class FullDisk:
    """Articles that cannot be stored."""

    def __init__(self, articles: object) -> None:
        self._articles = articles

    def __getattr__(self, name: str) -> object:
        return getattr(self._articles, name)

    async def store(self, filed: Sequence[Filed]) -> int:
        raise StorageError("The disk is full.")


class NoStates:
    """States of feeds that cannot be put."""

    def __init__(self, states: FeedStates) -> None:
        self.all = states.all

    async def put(self, states: Sequence[FeedState]) -> None:
        if states:
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


async def test_a_poll_that_cannot_write_down_what_feeds_without_news_said_fails(world: World) -> None:
    await world.follow(world.site.feed("/feed", [world.item("ships")], etag='"1"'))
    await world.ingest.poll()
    world.folder.feed_states = NoStates(world.folder.feed_states)  # type: ignore[assignment]
    world.restart()
    with pytest.raises(StorageError, match="disk"):
        await world.poll_after(EVERY)


async def test_articles_that_a_killed_poll_left_without_story_get_one_in_the_next(world: World) -> None:
    await world.follow(world.site.feed("/feed", [world.item("ships")]))
    world.restart("grow")
    assert (await world.ingest.poll()).new_articles == 1
    assert list(await world.folder.stories.recent(NOON - HOUR)) == []
    world.restart()
    assert (await world.poll_after(EVERY)).new_articles == 0
    assert len(await world.folder.stories.recent(NOON - HOUR)) == 1


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


@pytest.mark.parametrize("url", ["http://10.0.0.1/feed", "two words", ""])
async def test_an_address_that_may_not_be_fetched_is_refused(world: World, url: str) -> None:
    check = await world.ingest.check(url)
    assert (check.url, check.error) == (url, "refused_address")
    assert "10.0" not in str(check.detail)


class Watched(MemoryStories):
    """Tells when something was grouped."""

    def __init__(self) -> None:
        super().__init__()
        self.grouped = asyncio.Event()

    async def put(self, stories: Sequence[Story]) -> None:
        await super().put(stories)
        self.grouped.set()


async def test_a_clock_that_is_set_while_a_page_is_read_is_no_fault_of_its_site(world: World) -> None:
    items = [world.item("ships"), world.item("cranes")]

    async def sets_the_clock(request: web.Request) -> web.Response:
        world.clock.move(HOUR)
        return web.Response(text=html(), content_type="text/html")

    for name in ("ships", "cranes"):
        world.site.handler(f"/{name}", sets_the_clock)
    await world.follow(world.site.feed("/feed", items))
    await world.ingest.poll()
    assert [article.tier for article in world.folder.articles.newest] == [Tier.FULL, Tier.FULL]


async def test_what_is_stored_is_grouped_while_another_feed_still_hangs(world: World) -> None:
    answer = asyncio.Event()

    async def hangs(request: web.Request) -> web.Response:
        await answer.wait()
        return web.Response(status=500)

    async with NewsSite("127.0.0.2") as other:
        await world.follow(world.site.feed("/feed", [world.item("ships")]), other.handler("/hangs", hangs))
        world.folder.stories = stories = Watched()
        world.restart(group_every=timedelta(milliseconds=10))
        polling = asyncio.create_task(world.ingest.poll())
        await asyncio.wait_for(stories.grouped.wait(), timeout=20)
        assert not polling.done()
        answer.set()
        report = await polling
    assert (report.new_articles, len(report.failed)) == (1, 1)


class Impatient:
    """Port Web that waits for pages that hang a fifth of a second."""

    def __init__(self, patient: Web) -> None:
        self._patient = patient

    async def get(self, request: Request) -> Response:
        total = timedelta(seconds=0.2) if "/hangs" in request.url else request.total
        return await self._patient.get(replace(request, total=total))


async def test_a_host_that_does_not_answer_twice_is_asked_for_no_more_pages(world: World) -> None:
    async def hangs(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    links = [world.site.handler(f"/hangs/{number}", hangs) for number in range(6)]
    items = [
        world.item(f"ship {n}", link=link, summary=f"Ship {n} waits off the coast.") for n, link in enumerate(links)
    ]
    await world.follow(world.site.feed("/feed", items))
    world.web = Impatient(world.web)  # type: ignore[assignment]
    world.restart()
    assert (await world.ingest.poll()).new_articles == 6
    assert sum(len(world.site.asked(f"/hangs/{number}")) for number in range(6)) == 2
    assert {article.tier for article in world.articles.values()} == {Tier.EXCERPT}


async def test_only_a_server_hears_of_its_own_feed_that_fails_and_that_once(world: World) -> None:
    home = ServerId("discord:1")
    good, bad = world.site.feed("/feed", [world.item("ships")]), world.site.url("/missing")
    await world.follow(good)
    await world.folder.seen_by(home).feeds.put(Feed(url=FeedUrl(bad), outlet="Ours"))
    for _ in range(4):
        await world.ingest.poll(force=True)
    (notice,) = await world.folder.notices.untold()
    assert notice.audience == home
    assert f"- <{bad}>" in notice.text
    assert "`/feeds check` tries one now" in notice.text
