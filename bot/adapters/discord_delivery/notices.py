"""Notices on Discord: direct messages to the application's owner and to the owners of servers.

Must not decide who is told what, nor when to try again.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import discord

from bot.adapters.discord_delivery.posts import CLOCKS_APART, connected
from bot.domain.deliveries import MessageId
from bot.domain.errors import RefusedError
from bot.domain.notices import MOMENT, OPERATOR, Audience
from bot.domain.rendering import moment

PATIENCE = timedelta(seconds=30)

_CHANNEL = re.compile(r"\bdiscord:(\d+)\b")


class DiscordNotices:
    """See `ports.outside.Notifier`. `client` gives the client that is logged in, or None while there is none."""

    def __init__(self, client: Callable[[], discord.Client | None]) -> None:
        self._client = client

    async def tell(self, audience: Audience, text: str, nonce: str, tried_since: datetime | None) -> MessageId:
        """See `ports.outside.Notifier`."""
        content = MOMENT.sub(_shown, _CHANNEL.sub(r"<#\1>", text))
        async with connected(self._client(), PATIENCE) as client:
            person = await _operator(client) if audience == OPERATOR else await _admin(client, audience)
            channel = person.dm_channel or await person.create_dm()
            if tried_since is not None:
                async for message in channel.history(limit=None, after=tried_since - CLOCKS_APART, oldest_first=True):
                    if message.author == client.user and message.content == content:
                        return MessageId(str(message.id))
            nobody = discord.AllowedMentions.none()
            sent = await channel.send(content, nonce=nonce, suppress_embeds=True, allowed_mentions=nobody)
            return MessageId(str(sent.id))


def _shown(found: re.Match[str]) -> str:
    return moment(datetime.strptime(found[0], "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC))


async def _operator(client: discord.Client) -> discord.User:
    application = await client.application_info()
    owner = application.team.owner if application.team else None
    return await client.fetch_user(owner.id if owner else application.owner.id)


async def _admin(client: discord.Client, server: Audience) -> discord.User:
    platform, _, number = server.partition(":")
    if platform != "discord" or not number.isdecimal():
        raise RefusedError("That server is none of Discord's.")
    guild = client.get_guild(int(number)) or await client.fetch_guild(int(number))
    if guild.owner_id is None:
        raise RefusedError("That server does not say who owns it.")
    return await client.fetch_user(guild.owner_id)
