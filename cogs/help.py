"""`/help`: what the bot is, how to ask where one is, and the commands, for the one who asks.

Made from the commands themselves, so that it names those that there are and no others.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.wording import help as said
from cogs.drawing import is_there
from cogs.managing import is_for_managers, is_manager
from cogs.services import Services

Interaction = discord.Interaction[commands.AutoShardedBot]
Slash = app_commands.Command[Any, ..., Any]


class Help(commands.Cog):
    """Help. `ids` are those of the commands as Discord knows them, by name, once they are known."""

    def __init__(self, bot: commands.AutoShardedBot, services: Services, ids: Mapping[str, int]) -> None:
        self._bot = bot
        self._services = services
        self._ids = ids

    @app_commands.command(name="help", description=said.COMMAND)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def guide(self, interaction: Interaction) -> None:
        """Shows one card."""
        offered = [each for each in self._bot.tree.get_commands() if _is_offered(each, interaction)]
        slash = [each for each in offered if not isinstance(each, app_commands.ContextMenu)]
        parts = [said.ABOUT, self._asking(interaction), said.EVERYONE, *self._lines(slash, managing=False)]
        parts += [said.menu(each.name) for each in offered if isinstance(each, app_commands.ContextMenu)]
        if await is_manager(interaction, self._services):
            parts += [said.MANAGERS, *self._lines(slash, managing=True)]
        card = discord.Embed(title=said.TITLE, description="\n".join(parts))
        await interaction.response.send_message(embed=card, ephemeral=True)

    def _asking(self, interaction: Interaction) -> str:
        if not is_there(interaction):
            return said.ASK_BY_COMMAND
        if interaction.guild_id is None:
            return said.ASK_DIRECTLY
        return said.ASK_PLAINLY if self._bot.intents.message_content else said.ASK_BY_MENTION

    def _lines(self, offered: list[Slash | app_commands.Group], *, managing: bool) -> Iterator[str]:
        for each in offered:
            shown = [command for command in _commands(each) if is_for_managers(command) == managing]
            if shown:
                yield said.line([self._mention(command) for command in shown], each.description)

    def _mention(self, command: Slash) -> str:
        identity = self._ids.get((command.root_parent or command).name)
        name = command.qualified_name
        return f"</{name}:{identity}>" if identity else f"`/{name}`"


def _commands(each: Slash | app_commands.Group) -> list[Slash]:
    if isinstance(each, app_commands.Group):
        return [command for command in each.walk_commands() if isinstance(command, app_commands.Command)]
    return [each]


def _is_offered(command: Slash | app_commands.Group | app_commands.ContextMenu, interaction: Interaction) -> bool:
    """Whether Discord offers a command where this one was given."""
    if not is_there(interaction):
        return bool(command.allowed_installs and command.allowed_installs.user)
    contexts = command.allowed_contexts
    return interaction.guild_id is not None or not (command.guild_only or (contexts and not contexts.dm_channel))
