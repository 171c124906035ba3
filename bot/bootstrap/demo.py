"""The program as the demonstration runs it. Everything but clock, feeds and leave to read from loopback is as usual."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network

from bot.bootstrap import App, Overrides, open_app, read_presets
from bot.config import Settings
from bot.demo.site import EDITION_NOW, DemoFeed
from bot.domain.feeds import Feed, FeedUrl


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
async def open_demo(settings: Settings, feeds: Sequence[DemoFeed]) -> AsyncIterator[App]:
    """The program on the demonstration's feeds: the usual one, but for the clock and leave to read from loopback."""
    presets = replace(read_presets(), feeds=tuple(Feed(url=FeedUrl(each.url), outlet=each.outlet) for each in feeds))
    loopback = (ip_network("127.0.0.0/8"),)
    changed = settings.model_copy(update={"newsthread_allow_networks": loopback, "newsthread_host_pause_seconds": 0.0})
    overrides = Overrides(clock=EditionClock(), presets=presets)
    async with open_app(changed, writes=True, overrides=overrides) as app:
        yield app
