"""A chat platform in memory: what stands there, and the troubles a test scripts.

Keeps the rules that decide our behaviour: a nonce is remembered for five minutes, a thread is opened once, and a
forum post takes no nonce.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.deliveries import MessageId, Post, ThreadId
from bot.domain.errors import DeferredError, RefusedError
from bot.domain.notices import Audience
from bot.domain.schedules import Destination
from bot.ports.outside import Clock, Posted

R = TypeVar("R")

NONCE_WINDOW = timedelta(minutes=5)


@dataclass(slots=True)
class Standing:
    """A message that stands."""

    id: MessageId
    place: str
    post: Post
    nonce: str
    at: datetime


@dataclass(slots=True)
class Trouble:
    """What happens to a call: `error` is raised, after it took effect if `after`."""

    error: BaseException
    after: bool = False


@dataclass(slots=True)
class Platform:
    """A Deliverer. `script` gives the troubles of each method in order, None for none; `calls` is its log."""

    clock: Clock
    forums: frozenset[str] = frozenset()
    script: Mapping[str, list[Trouble | None]] = field(default_factory=dict)
    standing: list[Standing] = field(default_factory=list)
    threads: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    seems_open: dict[str, bool | None] = field(default_factory=dict)

    def may_post(self, destination: Destination, thread: ThreadId | None = None) -> bool | None:
        return self.seems_open.get(thread or destination, True)

    async def find(
        self, destination: Destination, thread: ThreadId | None, marker: str, since: datetime
    ) -> Posted | None:
        return await self._call("find", lambda: self._find(thread or destination, marker, since))

    async def post_front(self, destination: Destination, post: Post, nonce: str) -> Posted:
        return await self._call("post_front", lambda: self._post(destination, post, nonce))

    async def open_thread(self, destination: Destination, front: MessageId, name: str) -> ThreadId:
        return await self._call("open_thread", lambda: ThreadId(self.threads.setdefault(front, front)))

    async def post_part(self, thread: ThreadId, post: Post, nonce: str) -> Posted:
        return await self._call("post_part", lambda: self._post(thread, post, nonce))

    async def edit_part(self, thread: ThreadId, message: MessageId, post: Post) -> None:
        await self._call("edit_part", lambda: self._edit(thread, message, post))

    def titles(self, place: str) -> list[str]:
        """What stands in a channel or thread, oldest first."""
        return [each.post.title for each in self.standing if each.place == place]

    async def _call(self, name: str, act: Callable[[], R]) -> R:
        self.calls.append(name)
        await asyncio.sleep(0)  # others get their turn, as they do while a request is on its way
        waiting = self.script.get(name)
        trouble = waiting.pop(0) if waiting else None
        if trouble and not trouble.after:
            raise trouble.error
        result = act()
        if trouble:
            raise trouble.error
        return result

    def _find(self, place: str, marker: str, since: datetime) -> Posted | None:
        for each in self.standing:
            there = each.place == place and each.at >= since
            if there and any(button.custom_id.startswith(marker) for button in each.post.buttons):
                return Posted(message=each.id)
        return None

    def _edit(self, place: str, message: MessageId, post: Post) -> None:
        standing = next((each for each in self.standing if (each.place, each.id) == (place, message)), None)
        if standing is None:
            raise RefusedError("The message it belongs to is gone.")
        standing.post = post

    def _post(self, place: str, post: Post, nonce: str) -> Posted:
        now = self.clock.now()
        for each in self.standing:
            same = each.place == place and each.nonce == nonce and place not in self.forums
            if same and now - each.at < NONCE_WINDOW:
                return Posted(message=each.id)
        message = MessageId(str(100 + len(self.standing)))
        self.standing.append(Standing(id=message, place=place, post=post, nonce=nonce, at=now))
        return Posted(message=message)


@dataclass(slots=True)
class People:
    """A Notifier. `script` gives the troubles of its calls in order, None for none; `told` is what stands."""

    clock: Clock
    script: list[Trouble | None] = field(default_factory=list)
    told: list[tuple[Audience, str]] = field(default_factory=list)

    async def tell(self, audience: Audience, text: str, nonce: str, tried_since: datetime | None) -> MessageId:
        await asyncio.sleep(0)
        trouble = self.script.pop(0) if self.script else None
        if trouble and not trouble.after:
            raise trouble.error
        if tried_since is None or (audience, text) not in self.told:
            self.told.append((audience, text))
        if trouble:
            raise trouble.error
        return MessageId(nonce)


def busy(*, after: bool = False) -> Trouble:
    """Not now; with `after` the message stands all the same."""
    return Trouble(DeferredError("The connection to Discord failed."), after=after)
