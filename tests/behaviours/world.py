"""What the behaviours are tried on: news sites on loopback, and the program's own parts over a data folder on disk.

Real are the web client, the readers, the storage and the services; the clock stands until a test moves it.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Self

from bot.adapters.extractive_writer import ExtractiveWriter
from bot.adapters.feed_http import CurlWeb
from bot.adapters.feed_parsers import HybridFeedParser
from bot.adapters.robots import SiteRobots
from bot.adapters.trafilatura_pages import TrafilaturaPages
from bot.domain.articles import Article
from bot.domain.briefings import Briefing, Window
from bot.domain.feeds import Feed, FeedState, FeedUrl, PollReport
from bot.domain.topics import Topic
from bot.ports.outside import Request, Response
from bot.ports.repositories import Repositories
from bot.services.compose import Compose
from bot.services.ingest import Ingest
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.doubles.clock import NOON, StandingClock
from tests.doubles.news_site import Item, NewsSite
from tests.doubles.workers_here import WorkersHere

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY = timedelta(minutes=30)
LOOPBACK = "127.0.0.1/32"
PARAGRAPHS = (
    "Forty ships waited off the coast on Monday morning, more than the harbour has seen since the strike of 2019.",
    "The queue grew by a third within a day, because two of the five cranes have stood still since Saturday night.",
    "Importers expect to pay 12.5 per cent more for each container until the cranes run again, their union said.",
)
PRESETS = Presets(topics=(Topic(name="Ships", words=("ship*", "harbour*")),))


def html(*paragraphs: str, head: str = "") -> str:
    """A page with an article of these paragraphs, or of PARAGRAPHS."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or PARAGRAPHS)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>Ships</title>{head}</head>'
        f"<body><main><article><h1>Ships</h1>{body}</article></main></body></html>"
    )


class Hasty:
    """A web whose deadlines pass in a fraction of their time. `asked` holds the requests as they were meant."""

    def __init__(self, web: CurlWeb, *, share: float) -> None:
        self.asked: list[Request] = []
        self._web = web
        self._share = share

    async def get(self, request: Request) -> Response:
        self.asked.append(request)
        return await self._web.get(replace(request, total=request.total * self._share))


class World:
    """`async with`: a site, a folder and the services over both. `begin` makes all but sites and files anew."""

    def __init__(self, path: Path) -> None:
        self.clock = StandingClock()
        self.luck: Callable[[], float] = lambda: 0.0
        self._path = path
        self._sites = AsyncExitStack()
        self._program = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.site = await self.another_site()
        await self.begin()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._program.aclose()
        await self._sites.aclose()

    async def another_site(self) -> NewsSite:
        """A site on a port of its own, which makes it another host."""
        return await self._sites.enter_async_context(NewsSite())

    async def begin(self, *, share: float = 1, allow: Sequence[str] = (LOOPBACK,), **web: Any) -> None:
        """Starts the program, after it was ended as a restart would; `web` are options of CurlWeb."""
        await self._program.aclose()
        self._program = stack = AsyncExitStack()
        self.folder: Repositories = await stack.enter_async_context(
            open_folder(self._path, presets=PRESETS, writes=True, now=self.clock.now())
        )
        options = {"allow_networks": [ip_network(block) for block in allow], "host_pause": timedelta()} | web
        opened = await stack.enter_async_context(CurlWeb(self.clock, **options))
        self.web = Hasty(opened, share=share)
        self.workers = WorkersHere()
        self.ingest = Ingest(
            self.folder,
            web=self.web,
            parser=HybridFeedParser(self.workers),
            pages=TrafilaturaPages(self.workers),
            robots=SiteRobots(self.web, self.workers, self.clock),
            workers=self.workers,
            clock=self.clock,
            poll_every=EVERY,
            jitter=self._drawn,
        )
        writer = ExtractiveWriter(self.workers)
        self.compose = Compose(self.folder, writer=writer, fallback=writer, workers=self.workers, clock=self.clock)

    async def follow(self, *urls: str, topics: tuple[str, ...] = ()) -> None:
        await self.folder.feeds.put(*(Feed(url=FeedUrl(url), outlet="The Example", topics=topics) for url in urls))

    async def followed(self) -> list[str]:
        return [feed.url for feed in await self.folder.feeds.all()]

    async def poll_after(self, span: timedelta = timedelta()) -> PollReport:
        self.clock.move(span)
        return await self.ingest.poll()

    async def asked_after(self, span: timedelta) -> bool:
        """Whether a poll asks anything after that time."""
        return (await self.poll_after(span)).feeds > 0

    async def state(self, url: str) -> FeedState:
        return (await self.folder.feed_states.all())[FeedUrl(url)]

    async def rest(self, url: str) -> timedelta:
        """How long it is until the feed is asked again."""
        return (await self.state(url)).due_at - self.clock.now()

    async def articles(self) -> dict[str, Article]:
        """Every article by its title."""
        far = timedelta(days=10_000)
        return {each.title: each for each in await self.folder.articles.published(NOON - far, NOON + far)}

    async def told(self) -> list[str]:
        """What the operator is told, oldest first."""
        return [notice.text for notice in await self.folder.notices.untold()]

    async def brief(self, hours: int = 24) -> Briefing:
        now = self.clock.now()
        return await self.compose.brief((), Window(since=now - hours * HOUR, until=now + MINUTE))

    def _drawn(self) -> float:
        return self.luck()

    def item(self, name: str, **more: object) -> Item:
        """An entry with a page of its own, published an hour ago."""
        self.site.page(f"/{name}", html())
        fields = {"title": name.title(), "link": self.site.url(f"/{name}"), "published": NOON - HOUR}
        return Item(**(fields | more))


class Inside:
    """A server on an address that nobody gave leave for. `visits` counts the connections to it."""

    def __init__(self) -> None:
        self.visits = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._visited, "127.0.0.2", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        self.url = f"http://127.0.0.2:{self.port}/secret-place"
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.close()
