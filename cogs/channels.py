"""Channels that can hold a briefing: picking one, and what the bot needs there."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from bot.domain.destinations import TO_WRITE, needed
from bot.domain.errors import InputError
from bot.domain.schedules import Destination
from bot.domain.wording import commands as wording

CHANNEL_TYPES = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]


class Place(app_commands.Transformer):
    """A channel that can hold a briefing: no media channels, which discord.py counts among the forums."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """What Discord asks for."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Which channels Discord offers."""
        return CHANNEL_TYPES

    async def transform(
        self, interaction: discord.Interaction[Any], value: Any, /
    ) -> discord.TextChannel | discord.ForumChannel:
        """The channel itself. Raises InputError for one that the bot does not see."""
        return holding(value.resolve())


def holding(channel: object) -> discord.TextChannel | discord.ForumChannel:
    """The channel, where it is one that can hold a briefing. Raises InputError for one that the bot does not see."""
    if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
        raise InputError(wording.CHANNEL_NOT_SEEN)
    return channel


def destination_of(channel: discord.TextChannel | discord.ForumChannel) -> Destination:
    """Raises InputError where the bot may not post a briefing there; it names all that is missing."""
    return _granting(channel, needed(in_forum=isinstance(channel, discord.ForumChannel)))


def log_in(channel: discord.TextChannel) -> Destination:
    """Raises InputError where the bot may not write single messages."""
    return _granting(channel, TO_WRITE)


def hindrance(guild: discord.Guild | None, where: Destination) -> str:
    """What keeps the bot from posting briefings there, as far as it can know without asking; empty where nothing does.

    A place that it found closed when it last posted is a pause, see `services.access`.
    """
    if guild is None or guild.unavailable:
        return ""
    channel = guild.get_channel(int(where.removeprefix("discord:")))
    if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
        return wording.NOT_THERE
    missing = _missing(channel, needed(in_forum=isinstance(channel, discord.ForumChannel)))
    return wording.lacking(missing) if missing else ""


def _granting(channel: discord.TextChannel | discord.ForumChannel, names: Sequence[str]) -> Destination:
    if missing := _missing(channel, names):
        raise InputError(wording.missing_permissions(channel.mention, missing))
    return Destination(f"discord:{channel.id}")


def _missing(channel: discord.TextChannel | discord.ForumChannel, names: Sequence[str]) -> list[str]:
    granted = channel.permissions_for(channel.guild.me)
    return [name for name in names if not getattr(granted, name)]


def mention_of(where: Destination) -> str:
    """A channel as it is mentioned."""
    return f"<#{where.removeprefix('discord:')}>"
