"""Pace: keeps all requests of a client together below Discord's 50 a second.

discord.py knows the limit of each channel beforehand, but learns of the one for all only by being refused. Must not
hold up what answers interactions, which that limit does not count.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import SimpleNamespace

import aiohttp

PER_SECOND, AT_ONCE = 45, 3  # together the most in any second, and some less than 50 for what the network holds up

_UNCOUNTED = ("/interactions/", "/webhooks/")


class Pace:
    """Lets pass `per_second` and, after a lull, `at_once` more; in the order in which they came."""

    def __init__(
        self,
        per_second: int = PER_SECOND,
        at_once: int = AT_ONCE,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`now` counts seconds from anywhere, and never backwards."""
        self._gap = 1 / per_second
        self._slack = at_once * self._gap
        self._now = now
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._free_at = now() - self._slack

    async def wait(self) -> None:
        """Returns when the next request may go out."""
        async with self._turn:
            if (left := self._free_at - self._now()) > 0:
                await self._sleep(left)
            self._free_at = max(self._free_at, self._now() - self._slack) + self._gap


def paced(pace: Pace) -> aiohttp.TraceConfig:
    """For a client's `http_trace`: has each of its requests wait its turn, repetitions too."""

    async def before(session: aiohttp.ClientSession, context: SimpleNamespace, request: object) -> None:
        assert isinstance(request, aiohttp.TraceRequestStartParams)
        if not any(part in request.url.path for part in _UNCOUNTED):
            await pace.wait()

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(before)
    return trace
