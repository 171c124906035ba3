"""Who may manage the bot in a server: checked here, whatever Discord's own settings of a command allow."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.schedules import PUBLIC
from bot.domain.wording import commands as wording
from bot.services.subscribe import Subscribe
from cogs.drawing import roles_of, server_of
from cogs.services import Services

_MANAGERS, _OPEN_TO_ALL = "managers", "list"
FOR_MANAGERS: dict[Any, Any] = {_MANAGERS: True}
"""The mark of what only managers may use: `extras` of a command, or of a group but for its `list`. It stops nobody."""


async def require_manager(interaction: discord.Interaction[Any], services: Services) -> None:
    """Lets those pass who may manage the server, or have a role that its admin named for it.

    Raises NoPrivateMessage outside servers that the bot is in, and NotManagerError.
    """
    if server_of(interaction) == PUBLIC:
        raise app_commands.NoPrivateMessage
    if not await is_manager(interaction, services):
        raise NotManagerError


async def is_manager(interaction: discord.Interaction[Any], services: Services) -> bool:
    """Whether somebody is one of those; nobody is outside servers that the bot is in."""
    if server_of(interaction) == PUBLIC:
        return False
    if interaction.permissions.manage_guild:
        return True
    return not set(roles_of(interaction.user)).isdisjoint((await services.settings.of(server_of(interaction))).managers)


def is_for_managers(command: app_commands.Command[Any, ..., Any]) -> bool:
    """Whether only managers may use it: it, or the group it is in, is marked so and it does not only list."""
    if command.root_parent is None:
        return _MANAGERS in command.extras
    return _MANAGERS in command.root_parent.extras and command.name != _OPEN_TO_ALL


class ManagedGroup(commands.GroupCog):
    """A group of commands of one server that managers use; all may use its `list`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Called before every command here."""
        if interaction.command is None or interaction.command.name != _OPEN_TO_ALL:
            await require_manager(interaction, self._services)
        return True

    def _subscribe(self, interaction: discord.Interaction[Any]) -> Subscribe:
        """What the server subscribes to."""
        return self._services.subscribe.of(server_of(interaction))


class NotManagerError(app_commands.CheckFailure):
    """A member asked for what only managers may do."""

    def __init__(self) -> None:
        super().__init__(wording.NEEDS_MANAGER)
