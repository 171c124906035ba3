"""Where a question was asked by message: its answer is put there, and looked for there after a restart.

A place is made from the words that are recorded with the question, so that it is the same in another process. Decides
nothing about a question; what the library raises comes out as it is.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import discord

from bot.domain.deliveries import Post
from bot.domain.wording import commands as wording
from bot.ports.outside import Clock
from cogs.drawing import drawn
from cogs.errors import DROPPED, UNREACHABLE

PAUSES = (timedelta(seconds=1), timedelta(seconds=4))
LOOKED_THROUGH = 500  # messages after a question among which its answer is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was found of an answer: the texts of its messages, in order.

    `known` is whether all of it could be looked for, `open` whether more can be posted to it, `told` whether the
    asker was told that it is lost where that can be told from an answer.
    """

    texts: tuple[str, ...] = ()
    known: bool = True
    open: bool = True
    told: bool = False


class Place(Protocol):
    """Where one question was asked. What is posted and looked for raises what the library raises (UNREACHABLE)."""

    posted: int
    """How many messages of the answer were posted through this object."""

    def working(self) -> AbstractAsyncContextManager[None]:
        """Shows that the question is being worked on, where Discord does not do so by itself; never fails."""

    def framed(self, posts: Sequence[Post]) -> Sequence[Post]:
        """An answer as it is posted here."""

    async def post(self, number: int, post: Post) -> None:
        """Posts the message of the answer with this number; they come in order, from 0 on."""

    async def tell(self, sentence: str) -> None:
        """Says why there is no answer, or no more of it: to the asker alone where that is possible."""

    async def lose(self, sentence: str) -> None:
        """Says that the answer, or the rest of it, was lost: for all to see, so that another process finds it said."""

    async def standing(self) -> Standing:
        """Looks for what stands of the answer."""


class Reply:
    """Under a message. All that is said are replies to it, each with its own nonce: a repetition is harmless."""

    def __init__(self, client: discord.Client, clock: Clock, channel: int, message: int) -> None:
        self.posted = 0
        self._client = client
        self._clock = clock
        self._channel = client.get_partial_messageable(channel)
        self._message = message

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            with suppress(*UNREACHABLE):  # the sign that the bot is typing is a courtesy
                await stack.enter_async_context(self._channel.typing())
            yield

    def framed(self, posts: Sequence[Post]) -> Sequence[Post]:
        return posts

    async def post(self, number: int, post: Post) -> None:
        await self._send(drawn(post), str(number))
        self.posted += 1

    async def tell(self, sentence: str) -> None:
        await self._send({"content": sentence}, "e")

    async def lose(self, sentence: str) -> None:
        await self._send({"content": sentence}, "l")

    async def _send(self, message: dict[str, Any], mark: str) -> None:
        reference = discord.MessageReference(
            message_id=self._message, channel_id=self._channel.id, fail_if_not_exists=False
        )
        nonce = f"{self._message}-{mark}"
        await persistently(self._clock, lambda: self._channel.send(reference=reference, nonce=nonce, **message))

    async def standing(self) -> Standing:
        said, known = await said_after(self._client, self._channel, self._message)
        replies = (each for each in said if each.reference and each.reference.message_id == self._message)
        texts = tuple(each.content for each in replies)
        return Standing(texts=texts, known=known, told=is_told(texts))


def reply_words(message: discord.Message) -> str:
    """What is recorded of the place of a question asked by message."""
    return f"reply {message.channel.id} {message.id}"


def is_told(texts: Iterable[str], *more: str) -> bool:
    """Whether one of them says that the answer, or the rest of it, was lost."""
    return not {wording.LOST, wording.REST_LOST, wording.PERHAPS_LOST, *more}.isdisjoint(texts)


def is_passing(error: Exception) -> bool:
    """Whether something that failed may go well later: as against what Discord refuses for good."""
    if isinstance(error, discord.HTTPException):
        # A refusal without a code is none of Discord's own, but of what stands between here and there.
        nobodys = error.code == 0 and error.status in (401, 403, 404)
        return nobodys or error.status in (408, 429) or error.status >= 500
    return isinstance(error, (discord.RateLimited, *DROPPED))


async def persistently(
    clock: Clock,
    action: Callable[[], Awaitable[object]],
    passing: tuple[type[Exception], ...] = (discord.DiscordServerError, *DROPPED),
) -> None:
    """Tries a few times what may be repeated, while it fails in passing."""
    for pause in (*PAUSES, None):
        try:
            await action()
            return
        except passing:
            if pause is None:
                raise
            await clock.sleep(pause)


async def said_after(
    client: discord.Client, channel: discord.PartialMessageable, after: int
) -> tuple[list[discord.Message], bool]:
    """The bot's own messages in a channel after a moment, oldest first, and whether they could be read."""
    read, own = 0, []
    try:
        async for message in channel.history(limit=LOOKED_THROUGH, after=discord.Object(after), oldest_first=True):
            read += 1
            if client.user is not None and message.author.id == client.user.id:
                own.append(message)
        if not read:
            # Without the permission to read its history a channel looks empty; asking for one message is refused.
            with suppress(discord.NotFound):
                await channel.fetch_message(after)
    except (discord.Forbidden, discord.NotFound):
        return [], False
    return own, True
