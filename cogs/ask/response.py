"""Where a question was asked by command or button: in answer to the interaction, as long as its token lasts."""

import io
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any, cast

import discord
from discord.http import Route, handle_message_parameters
from discord.utils import MISSING

from bot.domain.conversations import Question
from bot.domain.deliveries import Button, Post
from bot.domain.rendering import CONTENT_CHARS, escape, shorten
from bot.domain.wording import commands as wording
from bot.domain.wording import suggestions as suggested
from bot.ports.outside import Clock
from cogs.ask.places import Standing, is_told, persistently, said_after
from cogs.drawing import is_there, pressed
from cogs.errors import DROPPED

QUOTED_CHARS = 300

# In the place of a message's id: Discord knows the first message of an interaction by this name, the library ids only.
_ORIGINAL = cast("int", "@original")
_ELSEWHERE = "0"  # in the place of a channel: the bot itself is not there
_UNKNOWN_WEBHOOK, _INVALID_TOKEN = 10015, 50027


class Response:
    """In answer to an interaction that shows "thinking". Its token is good for 15 minutes; then there is the channel.

    Where the bot itself is not, there is only the token, and then the asker's direct messages.

    The first message takes the place of the promised one, as often as need be; the others have no nonce, and are
    looked for in the channel. The token is a secret: it stands in no message, no log and no error.
    """

    def __init__(self, client: discord.Client, clock: Clock, question: Question, words: Sequence[str]) -> None:
        channel, application, interaction, token = words
        self.posted = 0
        self._client = client
        self._clock = clock
        self._channel = client.get_partial_messageable(int(channel)) if channel != _ELSEWHERE else None
        self._interaction = int(interaction)
        headline = question.about.headline
        self._question = suggested.about(headline, question.text) if headline else question.text
        self._asker = discord.Object(int(question.asker.partition(":")[2]))
        lost = wording.lost_here if self._channel else wording.lost_elsewhere
        self._lost = lost(question.asked_at)
        self._hook = discord.Webhook.partial(int(application), token, client=client)
        self._hook.type = discord.WebhookType.application  # only these can whisper

    def working(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    def framed(self, posts: Sequence[Post]) -> Sequence[Post]:
        """The answer under its question, which others in the channel cannot see otherwise."""
        quoted = f"> {shorten(escape(self._question), QUOTED_CHARS)}"
        first, rest = posts[0].content, posts[1:]
        if len(quoted) + 1 + len(first) <= CONTENT_CHARS:
            return [replace(posts[0], content=f"{quoted}\n{first}"), *rest]
        return [Post(content=quoted), *posts]

    async def post(self, number: int, post: Post) -> None:
        if number:
            await self._send_once(post.content, buttons=post.buttons)
        else:
            await self._edit(post.content, post.buttons)
        self.posted += 1

    async def _edit(self, content: str, buttons: Sequence[Button] = ()) -> None:
        """Puts it in the place of the promised message, as often as need be."""
        # After a 5xx the library itself has tried this five times.
        view = pressed(buttons) if buttons else None
        edit = partial(self._hook.edit_message, _ORIGINAL, content=content, view=view)
        await persistently(self._clock, edit, DROPPED)

    async def _send_once(self, content: str, *, buttons: Sequence[Button] = (), ephemeral: bool = False) -> None:
        """Sends another message, which takes no nonce: whoever comes back to it looks first."""
        route = Route(
            "POST",
            "/webhooks/{webhook_id}/{webhook_token}",
            webhook_id=self._hook.id,
            webhook_token=self._hook.token,
        )
        flags = discord.MessageFlags(suppress_embeds=not ephemeral, ephemeral=ephemeral)
        nobody = discord.AllowedMentions.none()
        view = pressed(buttons) if buttons else MISSING
        with handle_message_parameters(content, flags=flags, view=view, allowed_mentions=nobody) as parameters:
            await self._client.http.request(route, json=parameters.payload, params={"wait": "true"}, files=[_Once()])

    async def tell(self, sentence: str) -> None:
        try:
            original = await self._original()
            if original is not None and original.flags.loading:
                # The first message after a deferral is as public as the deferral was; a later one need not be.
                await self._hook.delete_message(_ORIGINAL)
            await self._send_once(sentence, ephemeral=True)
        except discord.HTTPException as error:
            await self._tell_channel(error)

    async def lose(self, sentence: str) -> None:
        try:
            original = await self._original()
            if original is not None and original.flags.loading:
                await self._edit(sentence)
            else:
                await self._send_once(sentence)
        except discord.HTTPException as error:
            await self._tell_channel(error)

    async def _tell_channel(self, error: discord.HTTPException) -> None:
        """Where the token has expired. For all to see: it names nobody, and repeats nothing said in private."""
        if not is_expired(error):
            raise error
        nonce = f"{self._interaction}-e"
        channel = self._channel or await self._client.create_dm(self._asker)
        await persistently(self._clock, lambda: channel.send(self._lost, nonce=nonce))

    async def standing(self) -> Standing:
        try:
            original = await self._original()
        except discord.HTTPException as error:
            if not is_expired(error):
                raise
            original = None
        if original is not None and original.flags.loading:
            return Standing()
        said, known = await self._said()
        first = () if original is None else (original.content,)
        own = [each for each in said if self._is_of_it(each) and (original is None or each.id != original.id)]
        return Standing(
            texts=(*first, *(each.content for each in own)),
            known=known,
            open=original is not None,
            told=is_told((*first, *(each.content for each in said)), self._lost),
        )

    async def _said(self) -> tuple[list[discord.Message], bool]:
        """What the bot said there since, and whether that could be read."""
        return await said_after(self._client, self._channel, self._interaction) if self._channel else ([], False)

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


def response_words(interaction: discord.Interaction[Any]) -> str:
    """What is recorded of the place of a question asked by interaction; it holds the token."""
    channel = interaction.channel_id if is_there(interaction) else _ELSEWHERE
    return f"response {channel} {interaction.application_id} {interaction.id} {interaction.token}"


def is_expired(error: discord.HTTPException) -> bool:
    """Whether an interaction's token is good no more, or never was because the interaction was not answered in time."""
    return error.code in (_UNKNOWN_WEBHOOK, _INVALID_TOKEN)
