"""The program as the demonstration runs it. Everything but clock, feeds and leave to read from loopback is as usual."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from bot.bootstrap import App, Overrides, open_app, read_presets
from bot.config import Settings
from bot.demo.edition import load_edition
from bot.demo.site import EDITION_NOW, LOOPBACK, DemoFeed, DemoSite
from bot.domain.errors import InputError
from bot.domain.feeds import Feed, FeedUrl
from storage.state.registers import STATE_FOLDER, Presets, open_state


class EditionClock:
    """A clock that stands at the demonstration edition's own date when it starts, and runs from there."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def now(self) -> datetime:
        """See `ports.outside.Clock`."""
        return EDITION_NOW + timedelta(seconds=time.monotonic() - self._started)

    async def sleep(self, span: timedelta) -> None:
        """See `ports.outside.Clock`."""
        await asyncio.sleep(max(span.total_seconds(), 0))


@asynccontextmanager
async def serve_demo(settings: Settings) -> AsyncIterator[DemoSite]:
    """The demonstration's site, on the port that the data folder knows from an earlier run, where that is free.

    Raises InputError where the folder follows other feeds.
    """
    port = await _earlier_port(settings.newsthread_data_dir)
    async with AsyncExitStack() as stack:
        try:
            site = await stack.enter_async_context(DemoSite(port))
        except OSError:  # somebody else has it now: `open_demo` begins anew on another
            site = await stack.enter_async_context(DemoSite())
        yield site


@asynccontextmanager
async def open_demo(settings: Settings, feeds: Sequence[DemoFeed]) -> AsyncIterator[App]:
    """The program on the demonstration's feeds: the usual one, but for the clock and leave to read from loopback.

    Raises InputError, with nothing touched, where the data folder follows other feeds: their times would be those of
    the edition's clock.
    """
    current = tuple(Feed(url=FeedUrl(each.url), outlet=each.outlet) for each in feeds)
    await _earlier_port(settings.newsthread_data_dir)
    presets = replace(read_presets(), feeds=current)
    loopback = (ip_network("127.0.0.0/8"),)
    changed = settings.model_copy(update={"newsthread_allow_networks": loopback, "newsthread_host_pause_seconds": 0.0})
    overrides = Overrides(clock=EditionClock(), presets=presets)
    async with open_app(changed, writes=True, overrides=overrides) as app:
        await _take_over(app, current)
        yield app


async def _earlier_port(path: Path) -> int:
    """The port of the site that the data folder follows; 0 for a folder that follows nothing yet.

    Raises InputError for a folder that was not a demonstration's.
    """
    edition = await asyncio.to_thread(load_edition)
    paths = {outlet.feed.path for outlet in edition.outlets}
    unset = tuple(Feed(url=FeedUrl(f"http://{LOOPBACK}:0{feed}"), outlet="") for feed in paths)
    state = await open_state(path / STATE_FOLDER, Presets(feeds=unset), writable=False)
    followed = [urlsplit(feed.url) for feed in await state.feeds.all()]
    if not followed or any(
        (url.scheme, url.hostname) != ("http", LOOPBACK) or url.path not in paths for url in followed
    ):
        raise InputError(f"{path} follows other feeds than the demonstration's; name a folder of its own with --data.")
    return followed[0].port or 0


async def _take_over(app: App, current: Sequence[Feed]) -> None:
    """Makes the folder follow this run's feeds; on another port it begins anew, or each story would come twice."""
    old = {feed.url for feed in await app.folder.feeds.all()} - {feed.url for feed in current}
    for url in old:
        await app.folder.feeds.remove(url)
        await app.folder.feed_states.remove(url)
    await app.folder.feeds.put(*current)
    if old:
        await app.folder.articles.prune(app.clock.now() + timedelta(days=1), even_all=True)
