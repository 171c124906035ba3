"""Where a question was asked: its answer is put there, and looked for there after a restart.

A place is made from the words that are recorded with the question, so that it is the same in another process. Decides
nothing about a question; what the library raises comes out as it is.
"""

import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, cast

import discord
from discord.http import Route, handle_message_parameters

from bot.domain.conversations import Question
from bot.domain.deliveries import Post
from bot.domain.rendering import escape, shorten
from bot.ports.outside import Clock
from cogs import wording
from cogs.drawing import drawn
from cogs.errors import DROPPED, UNREACHABLE

PAUSES = (timedelta(seconds=1), timedelta(seconds=4))
LOOKED_THROUGH = 500  # messages after a question among which its answer is looked for
QUOTED_CHARS = 300
MAX_CONTENT_CHARS = 2_000

# In the place of a message's id: Discord knows the first message of an interaction by this name, the library ids only.
_ORIGINAL = cast("int", "@original")
_UNKNOWN_WEBHOOK, _INVALID_TOKEN = 10015, 50027


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
        """Says a sentence in place of the answer, or of the rest of it: to the asker alone where that is possible."""

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

    async def _send(self, message: dict[str, Any], mark: str) -> None:
        reference = discord.MessageReference(
            message_id=self._message, channel_id=self._channel.id, fail_if_not_exists=False
        )
        nonce = f"{self._message}-{mark}"
        await _persistently(self._clock, lambda: self._channel.send(reference=reference, nonce=nonce, **message))

    async def standing(self) -> Standing:
        said, known = await _said_after(self._client, self._channel, self._message)
        replies = (each for each in said if each.reference and each.reference.message_id == self._message)
        return Standing(texts=tuple(each.content for each in replies), known=known)


class Response:
    """In answer to an interaction that shows "thinking". Its token is good for 15 minutes; then there is the channel.

    The first message takes the place of the promised one, as often as need be; the others have no nonce, and are
    looked for in the channel. The token is a secret: it stands in no message, no log and no error.
    """

    def __init__(self, client: discord.Client, clock: Clock, question: Question, words: Sequence[str]) -> None:
        channel, application, interaction, token = words
        self.posted = 0
        self._client = client
        self._clock = clock
        self._channel = client.get_partial_messageable(int(channel))
        self._interaction = int(interaction)
        self._question = question.text
        self._lost = wording.lost_here(question.asked_at)
        self._hook = discord.Webhook.partial(int(application), token, client=client)
        self._hook.type = discord.WebhookType.application  # only these can whisper

    def working(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    def framed(self, posts: Sequence[Post]) -> Sequence[Post]:
        """The answer under its question, which others in the channel cannot see otherwise."""
        quoted = f"> {shorten(escape(self._question), QUOTED_CHARS)}"
        first, rest = posts[0].content, posts[1:]
        if len(quoted) + 1 + len(first) <= MAX_CONTENT_CHARS:
            return [Post(content=f"{quoted}\n{first}"), *rest]
        return [Post(content=quoted), *posts]

    async def post(self, number: int, post: Post) -> None:
        if number:
            await self._send_once(post.content, discord.MessageFlags(suppress_embeds=True))
        else:
            # After a 5xx the library itself has tried this five times.
            await _persistently(self._clock, lambda: self._hook.edit_message(_ORIGINAL, content=post.content), DROPPED)
        self.posted += 1

    async def _send_once(self, content: str, flags: discord.MessageFlags) -> None:
        """Sends another message, which takes no nonce: whoever comes back to it looks first."""
        route = Route(
            "POST",
            "/webhooks/{webhook_id}/{webhook_token}",
            webhook_id=self._hook.id,
            webhook_token=self._hook.token,
        )
        nobody = discord.AllowedMentions.none()
        with handle_message_parameters(content, flags=flags, allowed_mentions=nobody) as parameters:
            await self._client.http.request(route, json=parameters.payload, params={"wait": "true"}, files=[_Once()])

    async def tell(self, sentence: str) -> None:
        try:
            original = await self._original()
            if original is not None and original.flags.loading:
                # The first message after a deferral is as public as the deferral was; a later one need not be.
                await self._hook.delete_message(_ORIGINAL)
            await self._send_once(sentence, discord.MessageFlags(ephemeral=True))
        except discord.HTTPException as error:
            if not is_expired(error):
                raise
            # For all to see: it names nobody, and repeats nothing that was said in private.
            nonce = f"{self._interaction}-e"
            await _persistently(self._clock, lambda: self._channel.send(self._lost, nonce=nonce))

    async def standing(self) -> Standing:
        try:
            original = await self._original()
        except discord.HTTPException as error:
            if not is_expired(error):
                raise
            original = None
        if original is not None and original.flags.loading:
            return Standing()
        said, known = await _said_after(self._client, self._channel, self._interaction)
        first = () if original is None else (original.content,)
        own = [each for each in said if self._is_of_it(each) and (original is None or each.id != original.id)]
        return Standing(
            texts=(*first, *(each.content for each in own)),
            known=known,
            open=original is not None,
            told=any(each.content == self._lost for each in said),
        )

    async def _original(self) -> discord.WebhookMessage | None:
        """The first message, None where it was deleted. Raises HTTPException, also for an expired token."""
        try:
            return await self._hook.fetch_message(_ORIGINAL)
        except discord.NotFound as error:
            if is_expired(error):
                raise
            return None

    def _is_of_it(self, message: discord.Message) -> bool:
        cause = message.interaction_metadata
        return cause is not None and cause.id == self._interaction and not message.flags.loading


class _Once(discord.File):
    """Keeps discord.py from repeating a request by itself: what was taken behind a 502 would stand twice.

    The library rewinds a request's files before each try, with the number of tries before; nothing of it is sent.
    """

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), filename="none")

    def reset(self, *, seek: int | bool = True) -> None:
        if seek:
            raise ConnectionError("Discord did not take the message for now.")


def reply_words(message: discord.Message) -> str:
    """What is recorded of the place of a question asked by message."""
    return f"reply {message.channel.id} {message.id}"


def response_words(interaction: discord.Interaction[Any]) -> str:
    """What is recorded of the place of a question asked by interaction; it holds the token."""
    return f"response {interaction.channel_id or 0} {interaction.application_id} {interaction.id} {interaction.token}"


def place_of(client: discord.Client, clock: Clock, question: Question) -> Place:
    """The place that the words recorded with a question name."""
    kind, *words = question.reply_to.split(" ")
    if kind == "response":
        return Response(client, clock, question, words)
    channel, message = words
    return Reply(client, clock, int(channel), int(message))


def is_expired(error: discord.HTTPException) -> bool:
    """Whether an interaction's token is good no more, or never was because the interaction was not answered in time."""
    return error.code in (_UNKNOWN_WEBHOOK, _INVALID_TOKEN)


def is_passing(error: Exception) -> bool:
    """Whether something that failed may go well later: as against what Discord refuses for good."""
    if isinstance(error, discord.HTTPException):
        # A refusal without a code is none of Discord's own, but of what stands between here and there.
        nobodys = error.code == 0 and error.status in (401, 403, 404)
        return nobodys or error.status in (408, 429) or error.status >= 500
    return isinstance(error, (discord.RateLimited, *DROPPED))


async def _persistently(
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


async def _said_after(
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
