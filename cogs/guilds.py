"""Servers that come and go: notes which ones have the bot, and has a new one welcomed."""

from collections.abc import Awaitable, Callable

import discord
from discord.ext import commands

from bot.domain.schedules import ServerId
from cogs.services import Services


class Guilds(commands.Cog):
    """Word of servers; an outage of Discord is none, since a guild stays known while it is unavailable."""

    def __init__(
        self, bot: commands.AutoShardedBot, services: Services, *, welcome: Callable[[discord.Guild], Awaitable[None]]
    ) -> None:
        self._bot = bot
        self._forget = services.forget
        self._welcome = welcome

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Called when all guilds are known, also after a new session: some may have come or gone meanwhile."""
        await self._forget.present({_server(guild) for guild in self._bot.guilds})

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Called for a guild that was not among those known from the start."""
        if await self._forget.joined(_server(guild)):
            await self._welcome(guild)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Called when the bot was removed, or the guild deleted."""
        await self._forget.left(_server(guild))


def _server(guild: discord.Guild) -> ServerId:
    return ServerId(f"discord:{guild.id}")
