"""The trouble a test can make: failed and dropped requests, and requests that are kept waiting.

It must not know what a request is about: any route can fail in any of these ways.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.doubles.discord.calls import Call
from tests.doubles.discord.people import Json

When = Literal["before", "after"]


@dataclass(eq=False)
class Fault:
    """Requests to spoil: those that match, from the one after `skip` on, `times` of them."""

    method: str
    pattern: str
    status: int | None
    headers: Mapping[str, str]
    body: Json
    times: int
    drop: When | None
    skip: int


@dataclass(eq=False)
class Hold:
    """Requests kept waiting, before or after they are taken. `caught` holds them; `release` lets all go on."""

    pattern: str
    method: str | None
    when: When
    skip: int
    trouble: Trouble
    caught: list[Call] = field(default_factory=list)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """From now on nothing is held. A request whose client has gone meanwhile is not taken."""
        self._released.set()

    async def reached(self, seconds: float = 5.0) -> Call:
        """The first request held, once there is one."""
        return await self.trouble.wait_for(lambda: self.caught and self.caught[0], seconds)

    async def keep(self, call: Call, when: When) -> None:
        if self._released.is_set() or when != self.when or self.method not in (None, call.method):
            return
        if re.search(self.pattern, call.path):
            if self.skip:
                self.skip -= 1
                return
            self.caught.append(call)
            self.trouble.changed.set()
            await self._released.wait()


class Trouble:
    """What the server does to requests besides answering them. `changed` is set whenever anything happened."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self._spoil: list[Fault] = []
        self._holds: list[Hold] = []

    def fail_next(
        self,
        method: str,
        path_regex: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: Json | None = None,
        retry_after: float = 0.05,
        times: int = 1,
        drop: When | None = None,
        skip: int = 0,
    ) -> None:
        """Spoils the next requests that match: an error answer, or the connection dropped before or after taking it.

        A 429 carries `Via` and waits `retry_after` seconds unless headers and body say otherwise.
        """
        assert (status is None) != (drop is None), "either a status or a dropped connection"
        limited = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
        chosen = body or (limited if status == 429 else {"code": 0, "message": f"{status}: made by the test"})
        via = {"Via": "1.1 google", "Retry-After": str(retry_after)} if status == 429 else {}
        sent = via if headers is None else headers
        self._spoil.append(Fault(method, path_regex, status, sent, chosen, times, drop, skip))

    def hold(self, path_regex: str, *, method: str | None = None, when: When = "before", skip: int = 0) -> Hold:
        """Keeps matching requests waiting, so that the client can be killed at exactly that point."""
        self._holds.append(Hold(path_regex, method, when, skip, self))
        return self._holds[-1]

    async def wait_for(self, predicate: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Waits until the predicate is true and returns its value; TimeoutError after so many seconds."""
        async with asyncio.timeout(seconds):
            while not (result := predicate()):
                self.changed.clear()
                waiting = asyncio.ensure_future(self.changed.wait())
                await asyncio.wait([waiting], timeout=0.05)  # a predicate may also look at things of the test's own
                waiting.cancel()
        return result

    def release_all(self) -> None:
        for hold in self._holds:
            hold.release()

    @asynccontextmanager
    async def held(self, call: Call) -> AsyncIterator[None]:
        for hold in self._holds:
            await hold.keep(call, "before")
        yield
        for hold in self._holds:
            await hold.keep(call, "after")

    def fault_for(self, call: Call) -> Fault | None:
        for fault in self._spoil:
            if fault.method == call.method and re.search(fault.pattern, call.path) and fault.times:
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None
