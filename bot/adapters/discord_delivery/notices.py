"""Notices on Discord: to the application's owner by direct message, to a server in the channel that its admins chose.

Where there is none, or it takes nothing, the server's owner has them by direct message.

Must not decide who is told what, nor when to try again.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import discord

from bot.adapters.discord_delivery.posts import CLOCKS_APART, connected, seen_empty, translated
from bot.domain.deliveries import MessageId
from bot.domain.errors import RefusedError
from bot.domain.notices import OPERATOR, Audience
from bot.domain.rendering import moments_shown
from bot.domain.schedules import Destination, ServerId
from bot.domain.wording import deliveries as wording

PATIENCE = timedelta(seconds=30)

LogOf = Callable[[ServerId], Awaitable[Destination | None]]
"""The channel that a server's admins chose for notices."""

_Readable = discord.DMChannel | discord.PartialMessageable
_CHANNEL = re.compile(r"\bdiscord:(\d+)\b")


class DiscordNotices:
    """See `ports.outside.Notifier`. `client` gives the client that is logged in, or None while there is none."""

    def __init__(self, client: Callable[[], discord.Client | None], log_of: LogOf) -> None:
        self._client = client
        self._log_of = log_of

    async def tell(self, audience: Audience, text: str, nonce: str, tried_since: datetime | None) -> MessageId:
        """See `ports.outside.Notifier`."""
        content = moments_shown(_CHANNEL.sub(r"<#\1>", text))
        log = None if audience == OPERATOR else await self._log_of(ServerId(audience))
        async with connected(self._client(), PATIENCE) as client:
            if tried_since is not None:
                async for place in _places(client, audience, log):
                    reachable = False
                    with _passed_over_unless_last(place):
                        if found := await _find(client, place, content, tried_since - CLOCKS_APART):
                            return found
                        reachable = True
                    log = log if reachable else None
            async for place in _places(client, audience, log):
                with _passed_over_unless_last(place):
                    nobody = discord.AllowedMentions.none()
                    sent = await place.send(content, nonce=nonce, suppress_embeds=True, allowed_mentions=nobody)
                    return MessageId(str(sent.id))
            raise RefusedError(wording.NOBODY)


async def _places(client: discord.Client, audience: Audience, log: Destination | None) -> AsyncIterator[_Readable]:
    """Where the audience reads, the best place first, and direct messages last."""
    if log is not None:
        yield client.get_partial_messageable(int(log.partition(":")[2]))
    person = await _operator(client) if audience == OPERATOR else await _admin(client, audience)
    yield person.dm_channel or await person.create_dm()


@contextmanager
def _passed_over_unless_last(place: _Readable) -> Iterator[None]:
    """A channel that refuses the bot for good is no place for notices; one that does so for now is waited for."""
    try:
        yield
    except discord.HTTPException as error:
        if isinstance(place, discord.DMChannel) or not isinstance(translated(error), RefusedError):
            raise


async def _find(client: discord.Client, place: _Readable, content: str, since: datetime) -> MessageId | None:
    read = 0
    async for message in place.history(limit=None, after=since, oldest_first=True):
        read += 1
        if message.author == client.user and message.content == content:
            return MessageId(str(message.id))
    if not read:
        await seen_empty(place)
    return None


async def _operator(client: discord.Client) -> discord.User:
    application = await client.application_info()
    owner = application.team.owner if application.team else None
    return await client.fetch_user(owner.id if owner else application.owner.id)


async def _admin(client: discord.Client, server: Audience) -> discord.User:
    platform, _, number = server.partition(":")
    if platform != "discord" or not number.isdecimal():
        raise RefusedError(wording.OTHER_SERVER)
    guild = client.get_guild(int(number)) or await client.fetch_guild(int(number))
    if guild.owner_id is None:
        raise RefusedError(wording.NO_OWNER)
    return await client.fetch_user(guild.owner_id)
