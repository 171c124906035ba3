"""Errors as members see them: every exception of a command, a button or a message becomes one sentence, here.

The sentence goes to the one who asked, and to nobody else where Discord allows that. What nobody foresaw is logged.
"""

from collections.abc import Iterator

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import InputError, NewsthreadError, StorageError
from bot.domain.wording import commands as wording
from cogs.drawing import has_shown
from cogs.managing import NotManagerError

DROPPED = (aiohttp.ClientError, OSError)  # a connection that failed on the way: the message may stand or not
UNREACHABLE = (discord.DiscordException, *DROPPED)  # all that sending a message may raise

_log = structlog.get_logger()


class Tree(app_commands.CommandTree[commands.AutoShardedBot]):
    """The slash commands, with their errors told to the member."""

    async def on_error(
        self, interaction: discord.Interaction[commands.AutoShardedBot], error: app_commands.AppCommandError, /
    ) -> None:
        """Called by discord.py for every error of a command and of its checks."""
        await tell(interaction, error)


async def tell(interaction: discord.Interaction[commands.AutoShardedBot], error: Exception) -> None:
    """Answers an interaction with the sentence for `error`, for the member alone; what it has shown stays."""
    text = noted(error)
    begun = has_shown(interaction)
    try:
        if not interaction.response.is_done():
            await interaction.response.send_message(text, ephemeral=True)
            return
        if interaction.response.type is discord.InteractionResponseType.deferred_channel_message and not begun:
            # The first message after a deferral is as public as the deferral was; a later one need not be.
            await interaction.delete_original_response()
        await interaction.followup.send(wording.REST_NOT_SENT if begun else text, ephemeral=True)
    except UNREACHABLE as unreachable:
        _log.warning("member_not_told", reason=repr(unreachable))  # the sentence may quote what was typed


async def tell_author(message: discord.Message, error: Exception) -> None:
    """Replies to a message with the sentence for `error`, once although its event may come twice."""
    text = noted(error)
    try:
        reference = message.to_reference(fail_if_not_exists=False)
        await message.channel.send(text, reference=reference, nonce=f"{message.id}-e")
    except UNREACHABLE as unreachable:
        _log.warning("member_not_told", reason=repr(unreachable))  # the sentence may quote what was typed


def sentence(error: BaseException) -> str:
    """What a member is told about `error`."""
    match error:
        case app_commands.CommandInvokeError():
            return sentence(error.original)
        case BaseExceptionGroup():  # of a task group: whatever else went wrong, ours has a sentence
            causes = list(_causes(error))
            return sentence(next((each for each in causes if isinstance(each, NewsthreadError)), causes[0]))
        case StorageError():  # its own sentence names folders, which are the operator's business
            return wording.NOT_STORED
        case NewsthreadError():
            text = str(error)
            return text if text.endswith((".", "!", "?")) else f"{text}."
        case NotManagerError():
            return str(error)
        case app_commands.NoPrivateMessage():
            return wording.SERVER_ONLY
        case app_commands.CheckFailure():
            return wording.NOT_ALLOWED
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return wording.COMMAND_CHANGED
        case app_commands.TransformerError():
            is_channel = error.type is discord.AppCommandOptionType.channel
            return wording.CHANNEL_UNSEEN if is_channel else wording.NOT_TAKEN
        case _:
            return wording.UNEXPECTED


def noted(error: Exception) -> str:
    """The sentence for `error`, which is logged unless a member brought it about."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if not all(isinstance(each, InputError | app_commands.AppCommandError) for each in _causes(cause)):
        _log.error("command_failed", exc_info=cause)
    return sentence(error)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The errors in a group, at whatever depth; of any other error itself."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _causes(each)
    else:
        yield error
