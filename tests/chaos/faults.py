"""Faults: what goes wrong around the process while it lives. Each strikes once; one that is not met does not count.

Which of them strike when is drawn in `pack`.
"""

import asyncio
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from storage.archive.database import ARCHIVE_FILE
from tests.chaos.program import Program
from tests.chaos.scene import Round
from tests.chaos.servers import BadReply, Spoiling
from tests.doubles.discord.world import GUILDS
from tests.doubles.news_site import NewsSite

if sys.platform == "linux":
    import resource

LONG_SECONDS = 3600.0  # a fault may strike at any time in a life; the life's end ends the wait


class Fault(Protocol):
    """Something that goes wrong once."""

    @property
    def name(self) -> str: ...

    async def prepare(self, round_: Round) -> None:
        """What has to be done before the process starts."""

    async def strike(self, round_: Round) -> None:
        """Returns when the process has met it; cancelled at the end of the process's life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDiscord:
    """A request to Discord is refused, or its connection dropped, before or after Discord took it."""

    name: str
    spoiling: Spoiling

    async def prepare(self, round_: Round) -> None:
        """Nothing."""

    async def strike(self, round_: Round) -> None:
        discord = round_.scene.discord
        discord.armed.append(self.spoiling)
        try:
            await self.spoiling.met.wait()
        finally:
            if self.spoiling in discord.armed:
                discord.armed.remove(self.spoiling)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPermissions:
    """The bot loses permissions in the channel of an edition, and has them back after `lasts`."""

    name: str
    spoiling: Spoiling
    lasts: timedelta

    async def prepare(self, round_: Round) -> None:
        """Nothing."""

    async def strike(self, round_: Round) -> None:
        discord = round_.scene.discord
        discord.armed.append(self.spoiling)
        try:
            await self.spoiling.met.wait()
            with suppress(asyncio.CancelledError):  # at the end of the life; it was met all the same
                await asyncio.sleep(self.lasts.total_seconds())
        finally:
            if self.spoiling in discord.armed:
                discord.armed.remove(self.spoiling)
            if self.spoiling.channel:
                self.spoiling.channel.allow(*self.spoiling.pulled)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnGateway:
    """The gateway goes away, asks the client to leave, forgets its session, or sends an event that nobody can read."""

    name: str
    delay: timedelta

    async def prepare(self, round_: Round) -> None:
        """Nothing."""

    async def strike(self, round_: Round) -> None:
        await round_.scene.discord.wait_connected(LONG_SECONDS)
        await asyncio.sleep(self.delay.total_seconds())
        gateway = round_.scene.discord.gateway
        match self.name:
            case "gateway: link cut":
                gateway.cut()
            case "gateway: op 7":
                await gateway.ask_to_reconnect()
            case "gateway: op 9":
                await gateway.invalidate()
            case "gateway: malformed event":
                gateway.emit("CHANNEL_CREATE", lambda _: {"guild_id": str(round_.guild.id)}, intent=GUILDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnModel:
    """The model fails, or says something that is no sound reply."""

    name: str
    bad: BadReply

    async def prepare(self, round_: Round) -> None:
        """Nothing."""

    async def strike(self, round_: Round) -> None:
        model = round_.scene.model
        model.armed.append(self.bad)
        try:
            await self.bad.met.wait()
        finally:
            if self.bad in model.armed:
                model.armed.remove(self.bad)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnFeed:
    """A feed newly followed is not to be had, or is none."""

    name: str
    path: str
    spoil: Callable[[NewsSite, str], str]

    async def prepare(self, round_: Round) -> None:
        await round_.follow(self.spoil(round_.scene.site, self.path))

    async def strike(self, round_: Round) -> None:
        site = round_.scene.site
        await round_.scene.discord.wait_for(lambda: site.asked(self.path), LONG_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDisk:
    """From the first message of a life on, nothing can be written until it was refused, and then for `lasts` longer.

    The disk is full, or the archive busy; what refuses nothing before the life ends was not met.
    """

    name: str
    lasts: timedelta

    async def prepare(self, round_: Round) -> None:
        """Nothing."""

    async def strike(self, round_: Round) -> None:
        discord, program = round_.scene.discord, round_.program
        assert program is not None
        began = len(discord.requests)
        await discord.wait_for(lambda: any(c.method == "POST" for c in discord.requests[began:]), LONG_SECONDS)
        if self.name == "disk: archive busy":
            await _keep_busy(round_.data / ARCHIVE_FILE, program, self.lasts)
        else:
            await _fill_disk(program, self.lasts)


async def _fill_disk(program: Program, lasts: timedelta) -> None:
    """Every write of the process to a file fails, as on a full disk."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with suppress(ProcessLookupError):  # one that has died refuses nothing, and the life's end ends the wait
            resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (0, most))
        await _refused(program, lasts)
    finally:
        with suppress(ProcessLookupError):
            resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (most, most))


async def _keep_busy(archive: Path, program: Program, lasts: timedelta) -> None:
    with closing(sqlite3.connect(archive, timeout=1, isolation_level=None)) as connection:
        connection.execute("begin immediate")
        await _refused(program, lasts)


async def _refused(program: Program, lasts: timedelta) -> None:
    """Until the log says that a write was refused."""
    told_before = program.lines
    while not any("StorageError" in line for line in program.told_since(told_before)):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    await asyncio.sleep(lasts.total_seconds())
