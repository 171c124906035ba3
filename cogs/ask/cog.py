"""All ways to ask: by `/ask`, by mention, in direct messages, in the bot's own threads, by button, about a message.

Finds out who asks what, where, and hands it to the desk.
"""

import re
from contextlib import suppress
from dataclasses import replace
from typing import Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.domain.conversations import ITSELF, About, ConversationId, Question, QuestionId
from bot.domain.deliveries import FIRST_STORY, Action, ThreadId
from bot.domain.errors import InputError, NotFoundError
from bot.domain.schedules import PUBLIC
from bot.domain.stories import StoryId
from bot.domain.suggestions import Kind
from bot.domain.wording import commands as wording
from cogs import errors
from cogs.ask.about import (
    ABOUT,
    MAX_QUESTION_CHARS,
    QUESTION,
    Meant,
    asked_about,
    meant,
    modal_about,
    question_modal,
)
from cogs.ask.desk import Desk
from cogs.ask.places import reply_words
from cogs.ask.response import response_words
from cogs.drawing import fields, is_there, roles_of, server_of, topic_choices
from cogs.services import Services

Interaction = discord.Interaction[commands.AutoShardedBot]

_ACKNOWLEDGED = 40060

_log = structlog.get_logger()


class Ask(commands.Cog):
    """All ways to ask."""

    def __init__(self, bot: commands.AutoShardedBot, services: Services) -> None:
        self._bot = bot
        self._services = services
        self._desk = Desk(bot, services)
        self._menu = app_commands.ContextMenu(
            name=wording.ASK_ABOUT,
            callback=self.ask_about,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )

    async def cog_load(self) -> None:
        """Called by discord.py after the log-in: from then on answers can be posted, with or without a gateway."""
        self._bot.tree.add_command(self._menu)
        self._desk.start()

    async def cog_unload(self) -> None:
        """Called by discord.py when the client closes, while it can still send."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)
        await self._desk.stop()

    @app_commands.command(description=wording.ASK)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(question=wording.ASK_QUESTION, topic=wording.ASK_TOPIC)
    async def ask(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, MAX_QUESTION_CHARS],
        topic: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Answers where the member asked."""
        await self._answer(interaction, replace(self._question(interaction, question), topic=topic))

    @ask.autocomplete("topic")
    async def _topics(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await topic_choices(self._services.subscribe.of(server_of(interaction)), typed)

    async def acted(self, interaction: Interaction, action: Action) -> None:
        """Called for the buttons that ask: they open the modal, and the modal asks."""
        data: Any = interaction.data or {}
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(question_modal(str(data["custom_id"])))
        elif interaction.type is discord.InteractionType.modal_submit:
            on_front = interaction.message is not None and isinstance(interaction.channel, discord.TextChannel)
            # A thread has the id of the post it stands on.
            place = interaction.message.id if on_front and interaction.message else None
            question = self._question(interaction, fields(data)[QUESTION], place)
            await self._answer(interaction, replace(question, about=await self._perhaps_about(Meant(told=action))))

    async def ask_about(self, interaction: Interaction, message: discord.Message) -> None:
        """Asks about any message: the modal takes the question."""
        me = self._bot.user.id if self._bot.user else None
        await interaction.response.send_modal(modal_about(message, me))

    async def acted_about(self, interaction: Interaction, rest: str) -> None:
        """Called for the modal of a question about a message."""
        filled = fields(interaction.data)
        on_message, is_meant = asked_about(rest, filled.get(ABOUT, "").strip())
        question = self._question(interaction, filled[QUESTION])
        thread = question.thread if isinstance(interaction.channel, discord.Thread) else on_message
        await self._answer(interaction, replace(question, about=await self._about(is_meant), thread=thread))

    async def acted_more(self, interaction: Interaction, rest: str) -> None:
        """Called for the buttons under an answer: asks what they say, for the one who presses."""
        story, _, kind = rest.partition(":")
        if kind not in {*Kind}:
            raise InputError(wording.OLD_BUTTON)  # of another version of this program
        found = await self._services.suggest.question(StoryId(story), Kind(kind), server_of(interaction))
        about = About(story=found.story, headline=found.headline)
        await self._answer(interaction, replace(self._question(interaction, found.question), about=about))

    async def _about(self, is_meant: Meant) -> About:
        """What a message is about. Raises NotFoundError for a story that is not on record any more."""
        told = is_meant.told
        if told is None:
            return About(text=is_meant.text, follows=is_meant.answered)
        if told.part < FIRST_STORY:
            return ITSELF
        telling = await self._services.explain.told(told.delivery, told.part)
        return About(story=telling.story_id, headline=telling.headline)

    async def _perhaps_about(self, is_meant: Meant) -> About:
        """The same where the question may do without."""
        with suppress(NotFoundError):
            return await self._about(is_meant)
        return ITSELF

    def _question(self, interaction: Interaction, text: str, place: int | None = None) -> Question:
        """A question as it was put; `place` is the thread it belongs to, where that is not the channel."""
        place = place or interaction.channel_id or 0
        direct = interaction.guild_id is None and is_there(interaction)
        return Question(
            id=QuestionId(f"interaction:{interaction.id}"),
            conversation=_conversation(place, interaction.user, direct=direct),
            asker=_member(interaction.user),
            text=text,
            reply_to=response_words(interaction),
            asked_at=self._services.clock.now(),
            thread=ThreadId(str(place)),
            server=server_of(interaction),
            roles=roles_of(interaction.user),
        )

    async def _answer(self, interaction: Interaction, question: Question) -> None:
        if not await self._desk.accept(question):
            return
        try:
            await interaction.response.defer(thinking=True)
        except errors.UNREACHABLE as error:
            if not (isinstance(error, discord.HTTPException) and error.code == _ACKNOWLEDGED):
                # It may have been taken: what the member sees is looked for before anything is said.
                _log.warning("question_put_off", question=question.id, reason=repr(error))
                self._desk.later(question)
                return
        self._desk.begin(question)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """A message that is meant for the bot gets a reply."""
        me = self._me(message)
        if me is None or not self._is_meant(message, me):
            return
        text = re.sub(rf"<@!?{me}>", "", message.content).strip()
        thread = message.channel.id
        if message.reference and not isinstance(message.channel, discord.Thread):
            thread = message.reference.message_id or thread
        question = Question(
            id=QuestionId(f"message:{message.id}"),
            conversation=_conversation(message.channel.id, message.author, direct=message.guild is None),
            asker=_member(message.author),
            text=text,
            reply_to=reply_words(message),
            asked_at=self._services.clock.now(),
            thread=ThreadId(str(thread)),
            server=f"discord:{message.guild.id}" if message.guild else PUBLIC,
            roles=roles_of(message.author),
        )
        try:
            question = replace(_put(question), about=await self._perhaps_about(self._replied(message, me)))
            if await self._desk.accept(question):
                self._desk.begin(question)
        except Exception as error:
            await errors.tell_author(message, error)

    def _me(self, message: discord.Message) -> int | None:
        """The bot's own id, for messages that a person wrote."""
        written = message.type in (discord.MessageType.default, discord.MessageType.reply)
        by_person = written and not message.author.bot and message.webhook_id is None
        return self._bot.user.id if by_person and self._bot.user else None

    def _replied(self, message: discord.Message, me: int) -> Meant:
        """What the message is that this one replies to, if it does."""
        replied = message.reference.resolved if message.reference else None
        return meant(replied, me) if isinstance(replied, discord.Message) else Meant()

    def _is_meant(self, message: discord.Message, me: int) -> bool:
        replied = message.reference.resolved if message.reference else None
        to_me = isinstance(replied, discord.Message) and replied.author.id == me
        if message.guild is None or to_me or any(user.id == me for user in message.mentions):
            return True
        in_own_thread = isinstance(message.channel, discord.Thread) and message.channel.owner_id == me
        # Members also talk with each other there: what is said to somebody else is not for the bot.
        to_nobody = not message.mentions and message.reference is None
        return self._bot.intents.message_content and in_own_thread and to_nobody


def _put(question: Question) -> Question:
    """Raises InputError where nothing is asked."""
    if not question.text:
        raise InputError(wording.WHAT_TO_ASK)
    return question


def _conversation(place: int, person: discord.abc.User, *, direct: bool) -> ConversationId:
    return ConversationId(f"dm:{person.id}" if direct else str(place))


def _member(person: discord.abc.User) -> str:
    return f"discord:{person.id}"
