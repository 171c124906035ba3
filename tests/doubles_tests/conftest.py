"""The Discord double, and real discord.py clients connected to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import discord
import pytest
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.doubles.discord import Channel, DiscordServer, Guild, Member

NO_PRIVILEGE = 4609
WITH_CONTENT = NO_PRIVILEGE | 1 << 15

Connect = Callable[..., AbstractAsyncContextManager["TestBot"]]


class TestBot(commands.AutoShardedBot):
    """Keeps what it is told; commands are added by each test before it connects."""

    __test__ = False

    def __init__(self, intents: int) -> None:
        super().__init__(
            "!",
            intents=discord.Intents._from_value(intents),
            guild_ready_timeout=0.05,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.heard: list[discord.Message] = []
        self.events: list[str] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library waits 5 s before every IDENTIFY but the first; nobody counts them here."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)

    async def on_resumed(self) -> None:
        self.events.append("resumed")

    async def on_connect(self) -> None:
        self.events.append("connect")

    async def on_thread_create(self, thread: discord.Thread) -> None:
        self.events.append(f"thread {thread.name}")

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.events.append(f"join {guild.name}")

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.events.append(f"remove {guild.name}")


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running:
        yield running
    assert not running.faults


@pytest.fixture
def guild(server: DiscordServer) -> Guild:
    return server.add_guild("Arctic readers")


@pytest.fixture
def news(guild: Guild) -> Channel:
    return guild.add_text_channel("news")


@pytest.fixture
def anna(guild: Guild) -> Member:
    return guild.add_member("anna")


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Connect:
    @asynccontextmanager
    async def connected(server: DiscordServer, bot: TestBot | None = None, intents: int = NO_PRIVILEGE) -> Any:
        monkeypatch.setattr(Route, "BASE", server.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway_url))
        bot = bot or TestBot(intents)
        running = asyncio.create_task(bot.start(server.token))
        try:
            await server.wait_for(lambda: bot.is_ready() or running.done())
            yield bot
        finally:
            await bot.close()
            await asyncio.wait_for(running, 2)  # a start that failed half way would try again for ever

    return connected


@pytest.fixture
async def bot(server: DiscordServer, news: Channel, connect: Connect) -> AsyncIterator[TestBot]:
    async with connect(server) as running:
        yield running
