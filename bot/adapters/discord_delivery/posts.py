"""Deliveries on Discord: posts, threads and forum posts, and finding again what stands.

Draws posts and translates errors; when to try again and what to post next is decided elsewhere. discord.py repeats a
request by itself after most 5xx answers, which the nonce makes harmless, except where Discord takes none: see `_Once`.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, cast

import aiohttp
import discord
from discord.http import Route, handle_message_parameters

from bot.adapters.discord_delivery.drawing import check, drawn, tags, within
from bot.domain.deliveries import MessageId, Post, ThreadId
from bot.domain.destinations import needed
from bot.domain.errors import ClosedError, DeferredError, DeliveryError, RefusedError, UnacceptableError
from bot.domain.schedules import Destination, person
from bot.domain.wording import deliveries as wording
from bot.ports.outside import Posted

PATIENCE = timedelta(minutes=2)
LOOKING = timedelta(minutes=10)  # a busy channel is read a hundred messages a second at best
CLOCKS_APART = timedelta(hours=26)  # how far the clock here may be ahead of Discord's: one that keeps a local time

_MESSAGE_GONE = 10008
_CLOSED = {
    10003: wording.CHANNEL_GONE,
    50001: wording.NO_ACCESS,
    50013: wording.NO_PERMISSION,
    50007: wording.NO_DIRECT_MESSAGES,
    50083: wording.LOCKED,
    160005: wording.LOCKED,
}
_THREAD_STANDS, _ARCHIVED = 160004, 50083
# Too many active threads, of which some rest by tomorrow; the network before Discord; and whatever stands between
# here and there: an answer without a code, or without JSON at all, is none of Discord's own.
_PASSING = frozenset({160006, 160007, 40333, 0})

_Readable = discord.TextChannel | discord.DMChannel | discord.PartialMessageable


class DiscordDelivery:
    """The chat platform as deliveries see it, for destinations `discord:<channel id>` and `discord:user:<user id>`.

    In direct messages there are no threads: what belongs into one follows the front.

    `client` gives the client that is logged in, or None while there is none.
    """

    def __init__(self, client: Callable[[], discord.Client | None]) -> None:
        self._client = client

    def may_post(self, destination: Destination, thread: ThreadId | None = None) -> bool | None:
        """See `ports.outside.Deliverer`. What is known is what the gateway told, which is nothing of people."""
        if person(destination):
            return None
        client = self._client()
        if client is None or not client.guilds or any(guild.unavailable for guild in client.guilds):
            return None  # the gateway has yet to say what there is
        channel = client.get_channel(int(destination.partition(":")[2]))
        if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
            return False
        granted = channel.permissions_for(channel.guild.me)
        if not all(getattr(granted, name) for name in needed(in_forum=isinstance(channel, discord.ForumChannel))):
            return False
        active = channel.guild.get_thread(int(thread)) if thread is not None else None
        return True if thread is None else None if active is None else not active.locked

    async def find(
        self, destination: Destination, thread: ThreadId | None, marker: str, since: datetime
    ) -> Posted | None:
        """See `ports.outside.Deliverer`."""
        since -= CLOCKS_APART
        async with connected(self._client(), LOOKING) as client:
            if thread is not None:
                return await _find_message(client, client.get_partial_messageable(int(thread)), marker, since)
            channel = await _channel(client, destination)
            if isinstance(channel, discord.ForumChannel):
                return await _find_forum_post(client, channel, marker, since)
            return await _find_message(client, channel, marker, since)

    async def post_front(self, destination: Destination, post: Post, nonce: str) -> Posted:
        """See `ports.outside.Deliverer`."""
        check(post)
        async with connected(self._client()) as client:
            channel = await _channel(client, destination)
            if isinstance(channel, discord.ForumChannel):
                return await _post_in_forum(client, channel, post)
            return await _send(channel, post, nonce)

    async def open_thread(self, destination: Destination, front: MessageId, name: str) -> ThreadId:
        """See `ports.outside.Deliverer`. A thread has the id of the message it stands on."""
        within(wording.THREAD_NAME, name, 100, least=1)
        async with connected(self._client()) as client:
            channel = await _channel(client, destination)
            if isinstance(channel, discord.TextChannel):
                try:
                    await channel.get_partial_message(int(front)).create_thread(name=name)
                except discord.HTTPException as error:
                    if error.code != _THREAD_STANDS:
                        raise
            if isinstance(channel, discord.DMChannel):
                return ThreadId(str(channel.id))
        return ThreadId(front)

    async def post_part(self, thread: ThreadId, post: Post, nonce: str) -> Posted:
        """See `ports.outside.Deliverer`."""
        check(post)
        async with connected(self._client()) as client:
            return await _send(client.get_partial_messageable(int(thread)), post, nonce)

    async def edit_part(self, thread: ThreadId, message: MessageId, post: Post) -> None:
        """See `ports.outside.Deliverer`."""
        check(post)
        async with connected(self._client()) as client:
            standing = client.get_partial_messageable(int(thread)).get_partial_message(int(message))
            try:
                await standing.edit(**drawn(post))
            except discord.HTTPException as error:
                if error.code != _ARCHIVED:
                    raise
                # A message would wake the thread, an edit does not.
                await client.http.edit_channel(int(thread), archived=False)
                await standing.edit(**drawn(post))


@asynccontextmanager
async def connected(client: discord.Client | None, patience: timedelta = PATIENCE) -> AsyncIterator[discord.Client]:
    """The client that is logged in, in a block whose errors come out as RefusedError and DeferredError."""
    if client is None or client.user is None or client.is_closed():
        raise DeferredError(wording.NOT_CONNECTED)
    try:
        async with asyncio.timeout(patience.total_seconds()):
            yield client
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        raise translated(error) from error
    except RuntimeError as error:
        if not client.is_closed():
            raise
        raise DeferredError(wording.CLOSED) from error  # aiohttp: "Session is closed"


def translated(error: Exception) -> DeliveryError:
    """What an error of discord.py, aiohttp or the network means for a delivery."""
    if isinstance(error, discord.RateLimited):
        return DeferredError(wording.WAITING, retry_after=timedelta(seconds=error.retry_after))
    if isinstance(error, discord.HTTPException):
        if error.status == 429:
            return DeferredError(wording.WAITING, retry_after=_retry_after(error))
        if error.status in (401, 408) or error.status >= 500 or error.code in _PASSING:
            return DeferredError(wording.not_taken(error.status, error.code))
        if error.code == _MESSAGE_GONE:
            return RefusedError(wording.MESSAGE_GONE)
        reason = _CLOSED.get(error.code, wording.refused(error.status, error.code))
        if error.code in _CLOSED or error.status in (403, 404):
            return ClosedError(reason, gone=error.status == 404)
        return UnacceptableError(reason)
    if isinstance(error, discord.InvalidData):
        return RefusedError(wording.UNKNOWN_CHANNEL)
    if isinstance(error, TimeoutError):
        return DeferredError(wording.TOO_SLOW)
    return DeferredError(wording.FAILED)


def _retry_after(error: discord.HTTPException) -> timedelta | None:
    """Seconds, as Discord and the Cloudflare before it give them; a date (RFC 9110 §10.2.3) comes from neither."""
    try:
        return timedelta(seconds=float(error.response.headers.get("Retry-After", "")))
    except (ValueError, OverflowError):
        return None


async def _channel(
    client: discord.Client, destination: Destination
) -> discord.TextChannel | discord.ForumChannel | discord.DMChannel:
    platform, _, number = (person(destination) or destination).partition(":")
    if platform != "discord" or not number.isdecimal():
        raise RefusedError(wording.NO_CHANNEL)
    if person(destination):
        return await client.create_dm(discord.Object(int(number)))
    channel = client.get_channel(int(number)) or await client.fetch_channel(int(number))
    if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
        raise RefusedError(wording.UNFIT_CHANNEL)
    return channel


async def _send(channel: _Readable, post: Post, nonce: str) -> Posted:
    message = await channel.send(nonce=nonce, suppress_embeds=bool(post.content), **drawn(post))
    return Posted(message=MessageId(str(message.id)))


async def _post_in_forum(client: discord.Client, channel: discord.ForumChannel, post: Post) -> Posted:
    name = post.title[:100] or post.content.splitlines()[0][:100]
    flags = discord.MessageFlags(suppress_embeds=True)
    place: dict[str, Any] = {"name": name, "type": 11, "applied_tags": [str(tag.id) for tag in tags(channel, post)]}
    route = Route("POST", "/channels/{channel_id}/threads", channel_id=channel.id)
    with handle_message_parameters(**drawn(post), flags=flags, channel_payload=place) as parameters:
        thread = await client.http.request(route, json=parameters.payload, files=[_Once()])
    return Posted(message=MessageId(str(thread["id"])), thread=ThreadId(str(thread["id"])))


class _Once(discord.File):
    """Keeps discord.py from repeating a request by itself.

    A forum post takes no nonce, so one that was made behind a 502 would be made again. The library rewinds a
    request's files before each try and passes the number of tries before; nothing of this file is sent.
    """

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), filename="none")

    def reset(self, *, seek: int | bool = True) -> None:
        """Called before each try."""
        if seek:
            raise DeferredError(wording.FORUM_POST_NOT_TAKEN)


async def _find_message(client: discord.Client, channel: _Readable, marker: str, since: datetime) -> Posted | None:
    read = 0
    async for message in channel.history(limit=None, after=since, oldest_first=True):
        read += 1
        if _is_own(client, message.author.id) and _marked(message, marker):
            return Posted(message=MessageId(str(message.id)))
    if not read:
        await seen_empty(channel)
    return None


async def seen_empty(channel: _Readable) -> None:
    """Raises discord.Forbidden where a channel looks empty because the bot may not read its history."""
    with suppress(discord.NotFound):
        await channel.fetch_message(channel.id)


async def _find_forum_post(
    client: discord.Client, channel: discord.ForumChannel, marker: str, since: datetime
) -> Posted | None:
    threads = [thread for thread in await channel.guild.active_threads() if thread.parent_id == channel.id]
    async for thread in channel.archived_threads(limit=None):  # those archived last come first
        if thread.archive_timestamp < since:
            break
        threads.append(thread)
    own = [thread for thread in threads if _is_own(client, thread.owner_id)]
    for thread in sorted(own, key=lambda each: each.id):
        if discord.utils.snowflake_time(thread.id) < since:
            continue
        try:
            first = await thread.fetch_message(thread.id)
        except discord.NotFound:  # a moderator took the first message away and left the post
            continue
        if _marked(first, marker):
            return Posted(message=MessageId(str(first.id)), thread=ThreadId(str(thread.id)))
    return None


def _is_own(client: discord.Client, author: int) -> bool:
    return client.user is not None and author == client.user.id


def _marked(message: discord.Message, marker: str) -> bool:
    return any(custom_id.startswith(marker) for custom_id in _custom_ids(message.components))


def _custom_ids(components: Iterable[object]) -> Iterator[str]:
    """The custom_ids in components of either generation, at whatever depth."""
    for component in components:
        custom_id = getattr(component, "custom_id", None)
        if isinstance(custom_id, str):
            yield custom_id
        yield from _custom_ids(cast("Iterable[object]", getattr(component, "children", ())))
        yield from _custom_ids(filter(None, [getattr(component, "accessory", None)]))
