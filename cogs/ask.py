"""Questions: by `/ask`, by mention, in direct messages, in the bot's own threads, and by the button under a post.

Finds out who asks what, where; the answer and its record are the service's. A button or modal is known by its
custom_id alone, so those of before a restart work on.
"""

import re
from collections import OrderedDict
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.conversations import ConversationId
from bot.domain.deliveries import Post, ThreadId, parse_custom_id
from bot.domain.errors import InputError
from bot.domain.rendering import answer_posts, escape, shorten
from cogs import errors, wording
from cogs.drawing import drawn, show, topic_choices
from cogs.services import Services

Interaction = discord.Interaction[commands.AutoShardedBot]

MAX_QUESTION_CHARS = 1_000
QUOTED_CHARS = 300
MAX_CONTENT_CHARS = 2_000
REMEMBERED = 1_000
PAUSES = (timedelta(seconds=1), timedelta(seconds=4))


class Ask(commands.Cog):
    """All ways to ask."""

    def __init__(self, bot: commands.AutoShardedBot, services: Services) -> None:
        self._bot = bot
        self._services = services
        self._seen: OrderedDict[int, None] = OrderedDict()

    @app_commands.command(description=wording.ASK)
    @app_commands.describe(question=wording.ASK_QUESTION, topic=wording.ASK_TOPIC)
    async def ask(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, MAX_QUESTION_CHARS],
        topic: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Answers where the member asked."""
        await self._answer(interaction, question, topic=topic)

    @ask.autocomplete("topic")
    async def _topics(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await topic_choices(self._services.subscribe, typed)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Buttons of ours open the modal, and the modal asks."""
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        if not custom_id.startswith("nt:"):
            return
        try:
            _check_action(custom_id)
            if interaction.type is discord.InteractionType.component:
                await interaction.response.send_modal(_modal(custom_id))
            elif interaction.type is discord.InteractionType.modal_submit:
                await self._answer(interaction, _typed(data))
        except Exception as error:
            await errors.tell(interaction, error)

    async def _answer(self, interaction: Interaction, question: str, topic: str | None = None) -> None:
        await interaction.response.defer(thinking=True)
        place = interaction.channel_id or 0
        on_front = interaction.message is not None and isinstance(interaction.channel, discord.TextChannel)
        if on_front and interaction.message is not None:
            place = interaction.message.id  # a thread has the id of the post it stands on
        answer = await self._services.answering.ask(
            question,
            conversation=_conversation(place, interaction.user, direct=interaction.guild_id is None),
            asker=_member(interaction.user),
            topic=topic,
            thread=ThreadId(str(place)),
        )
        await show(interaction, _with_question(question, answer_posts(answer)))

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """A message that is meant for the bot gets a reply."""
        me = self._me(message)
        if me is None or not self._is_meant(message, me) or self._is_repeated(message):
            return
        try:
            async with AsyncExitStack() as stack:
                with suppress(*errors.UNREACHABLE):  # the sign that the bot is typing is a courtesy
                    await stack.enter_async_context(message.channel.typing())
                posts = await self._reply(message, me)
            await self._send(message, posts)
        except Exception as error:
            await errors.tell_author(message, error)

    async def _reply(self, message: discord.Message, me: int) -> tuple[Post, ...]:
        question = re.sub(rf"<@!?{me}>", "", message.content).strip()
        if not question:
            return (Post(content=wording.WHAT_TO_ASK),)
        thread = message.channel.id
        if message.reference and not isinstance(message.channel, discord.Thread):
            thread = message.reference.message_id or thread
        answer = await self._services.answering.ask(
            question,
            conversation=_conversation(message.channel.id, message.author, direct=message.guild is None),
            asker=_member(message.author),
            thread=ThreadId(str(thread)),
        )
        return answer_posts(answer)

    async def _send(self, message: discord.Message, posts: tuple[Post, ...]) -> None:
        """Sends each post once: a repetition after a lost connection has the nonce of the first try."""
        for number, post in enumerate(posts):
            arguments: dict[str, Any] = {**drawn(post), "nonce": f"{message.id}-{number}"}
            if number == 0:
                arguments["reference"] = message.to_reference(fail_if_not_exists=False)
            for pause in (*PAUSES, None):
                try:
                    await message.channel.send(**arguments)
                    break
                except (discord.DiscordServerError, *errors.DROPPED):
                    if pause is None:
                        raise
                    await self._services.clock.sleep(pause)

    def _me(self, message: discord.Message) -> int | None:
        """The bot's own id, for messages that a person wrote."""
        written = message.type in (discord.MessageType.default, discord.MessageType.reply)
        by_person = written and not message.author.bot and message.webhook_id is None
        return self._bot.user.id if by_person and self._bot.user else None

    def _is_meant(self, message: discord.Message, me: int) -> bool:
        replied = message.reference.resolved if message.reference else None
        to_me = isinstance(replied, discord.Message) and replied.author.id == me
        if message.guild is None or to_me or any(user.id == me for user in message.mentions):
            return True
        in_own_thread = isinstance(message.channel, discord.Thread) and message.channel.owner_id == me
        # Members also talk with each other there: what is said to somebody else is not for the bot.
        to_nobody = not message.mentions and message.reference is None
        return self._bot.intents.message_content and in_own_thread and to_nobody

    def _is_repeated(self, message: discord.Message) -> bool:
        """Whether this event came before: the gateway may send one twice after a reconnect."""
        if message.id in self._seen:
            return True
        self._seen[message.id] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return False


def _check_action(custom_id: str) -> None:
    """Raises InputError for a button of another version of this program."""
    if parse_custom_id(custom_id).name != "ask":
        raise InputError(wording.OLD_BUTTON)


def _modal(custom_id: str) -> discord.ui.Modal:
    modal = discord.ui.Modal(title=wording.ASK_TITLE, custom_id=custom_id)
    field: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
        custom_id="question",
        style=discord.TextStyle.paragraph,
        placeholder=wording.ASK_HINT,
        max_length=MAX_QUESTION_CHARS,
    )
    modal.add_item(discord.ui.Label(text=wording.ASK_LABEL, component=field))
    modal.stop()  # answered by custom_id; a running modal would be kept in memory, and lost with a restart
    return modal


def _typed(data: Any) -> str:
    """The text of the one field of a submitted modal: a label round a text input, or a row with one in it."""
    inner = [data.get("component"), *(data.get("components") or ())]
    return str(data.get("value") or "") or "".join(_typed(part) for part in inner if part)


def _with_question(question: str, posts: tuple[Post, ...]) -> list[Post]:
    """The answer under its question, which others in the channel cannot see otherwise."""
    quoted = f"> {shorten(escape(question), QUOTED_CHARS)}"
    first, rest = posts[0].content, list(posts[1:])
    if len(quoted) + 1 + len(first) <= MAX_CONTENT_CHARS:
        return [Post(content=f"{quoted}\n{first}"), *rest]
    return [Post(content=quoted), posts[0], *rest]


def _conversation(place: int, person: discord.abc.User, *, direct: bool) -> ConversationId:
    return ConversationId(f"dm:{person.id}" if direct else str(place))


def _member(person: discord.abc.User) -> str:
    return f"discord:{person.id}"
