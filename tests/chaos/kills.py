"""Kills: the instants at which the process dies, and by which signal. All numbers are drawn before its life begins."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Literal

from tests.chaos.scene import Round

PATIENCE, CONNECTS_WITHIN = timedelta(seconds=3), timedelta(seconds=30)
"""An instant may never come, because all that is left rests; patience begins when the process is connected."""

MOST_ANSWERED = 24
"""Messages after which a life ends in any case, so that something is left to do for the next."""

FOR_EVER = 3600.0  # seconds; patience ends before
ANY_TIME = "at any time"

Instant = Callable[[Round], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """`instant` waits for it in a process that was just started; `strike` ends the process then.

    What was held until then goes on `release_seconds` after a signal that the process may answer to.
    """

    name: str
    instant: Instant
    signal: signal.Signals
    lag_seconds: float
    release_seconds: float

    async def strike(self, round_: Round) -> str:
        """Ends the process at the instant, or before where it would get too far or nothing happens any more.

        Returns what it came to. Raises ChaosError where the process does not end.
        """
        try:
            came = await self._instant_comes(round_)
            await asyncio.sleep(self.lag_seconds)
            if self.signal is not signal.SIGKILL:
                asyncio.get_running_loop().call_later(self.release_seconds, round_.scene.discord.release_all)
            await round_.end(self.signal)
        finally:
            round_.scene.discord.release_all()
        name = self.name if came else ANY_TIME
        return name if self.signal is signal.SIGKILL else f"{name} ({self.signal.name})"

    async def _instant_comes(self, round_: Round) -> bool:
        waits = (self.instant(round_), _answered(MOST_ANSWERED, round_), _patience_ends(round_))
        tasks = [asyncio.ensure_future(each) for each in waits]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return tasks[0] in done


def draw(rng: random.Random, *, with_model: bool) -> Kill:
    """A kill by lot; most come while messages are on their way."""
    instants: dict[str, tuple[int, Instant]] = {
        ANY_TIME: (3, partial(_after, rng.uniform(0.1, 3.0))),
        "a message asked for, not taken": (3, partial(_held, _POSTS, "before", rng.randint(0, 14))),
        "a message taken, not answered": (5, partial(_held, _POSTS, "after", rng.randint(0, 14))),
        "a message answered": (4, partial(_answered, rng.randint(1, 16))),
        "while it looks for what stands": (2, partial(_held, _LOOKS, rng.choice(("before", "after")), 0)),
        "while it reads feeds": (1, partial(_reads, rng.randint(1, 3))),
        "a setting stored, not confirmed": (1, partial(_meanwhile, _CONFIRMS, "before", rng.randint(0, 14))),
        "a setting confirmed": (1, partial(_meanwhile, _CONFIRMS, "after", rng.randint(0, 14))),
        "a question taken": (1, partial(_meanwhile, _TYPING, "after", rng.randint(0, 14))),
        "an answer asked for, not taken": (1, partial(_held, _ANSWERS, "before", 0)),
        "an answer taken": (1, partial(_held, _ANSWERS, "after", 0)),
        "while the model writes": (2 if with_model else 0, partial(_model_writes, rng.randint(1, 3))),
    }
    name = rng.choices(list(instants), weights=[weight for weight, _ in instants.values()])[0]
    return Kill(
        name=name,
        instant=instants[name][1],
        signal=signal.SIGTERM if rng.random() < 0.15 else signal.SIGKILL,
        lag_seconds=rng.choice((0.0, rng.uniform(0, 0.05))),
        release_seconds=rng.uniform(0, 1),
    )


_POSTS = ("POST", r"^/channels/.*(messages|threads)$")
_CONFIRMS = ("POST", r"^/interactions/.*/callback$")
_TYPING, _ANSWERS = ("POST", r"/typing$"), ("PATCH", r"^/webhooks/.*/messages/")
_LOOKS = ("GET", r"^/channels/\d+/(messages|threads)|^/guilds/\d+/threads/active")


async def _patience_ends(round_: Round) -> None:
    discord = round_.scene.discord
    with suppress(TimeoutError):
        await discord.wait_for(lambda: discord.gateway.connected, CONNECTS_WITHIN.total_seconds())
    await asyncio.sleep(PATIENCE.total_seconds())


async def _after(seconds: float, _: Round) -> None:
    await asyncio.sleep(seconds)


async def _held(what: tuple[str, str], when: Literal["before", "after"], skip: int, round_: Round) -> None:
    method, path = what
    hold = round_.scene.discord.hold(path, method=method, when=when, skip=skip)
    try:
        await hold.reached(FOR_EVER)
    except BaseException:
        hold.release()
        raise


async def _meanwhile(what: tuple[str, str], when: Literal["before", "after"], posted: int, round_: Round) -> None:
    """Something else than posting, while so many messages were posted and the next one is on its way."""
    method, path = _POSTS
    hold = round_.scene.discord.hold(path, method=method, skip=posted)
    try:
        await _held(what, when, 0, round_)
    except BaseException:
        hold.release()
        raise


async def _answered(number: int, round_: Round) -> None:
    discord = round_.scene.discord
    began = len(discord.requests)

    def enough() -> bool:
        since = discord.requests[began:]
        return sum(call.method == "POST" and call.status == 200 for call in since) >= number

    await discord.wait_for(enough, FOR_EVER)


async def _reads(number: int, round_: Round) -> None:
    began = len(round_.scene.site.requests)
    await round_.scene.discord.wait_for(lambda: len(round_.scene.site.requests) >= began + number, FOR_EVER)


async def _model_writes(number: int, round_: Round) -> None:
    began = len(round_.scene.model.requests)
    await round_.scene.discord.wait_for(lambda: len(round_.scene.model.requests) >= began + number, FOR_EVER)
