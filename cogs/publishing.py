"""Publishing the commands: their definitions go to Discord where they differ from those that stand there."""

from typing import Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands
from discord.http import Route

Command = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu

_log = structlog.get_logger()


async def publish(bot: commands.AutoShardedBot) -> dict[str, int]:
    """Sends the definitions, all at once, unless they stand already: Discord counts updates.

    Returns the ids of the slash commands, by name.
    """
    wanted = sorted([await _definition(bot, command) for command in bot.tree.get_commands()], key=_kind_and_name)
    route = Route("GET", "/applications/{application_id}/commands", application_id=bot.application_id)
    standing = await bot.http.request(route, params={"with_localizations": "true"})
    if not _says(sorted(standing, key=_kind_and_name), [_own_fields(command) for command in wanted]):
        standing = [command.to_dict() for command in await bot.tree.sync()]
        _log.info("commands_published", commands=[_name(command) for command in wanted])
    slash = discord.AppCommandType.chat_input.value
    return {_name(command): int(command["id"]) for command in standing if _kind_and_name(command)[0] == slash}


async def _definition(bot: commands.AutoShardedBot, command: Command) -> dict[str, Any]:
    translator = bot.tree.translator
    return await command.get_translated_payload(bot.tree, translator) if translator else command.to_dict(bot.tree)


def _name(command: Any) -> str:
    return str(command["name"])


def _kind_and_name(command: Any) -> tuple[int, str]:
    return int(command.get("type", 1)), _name(command)


def _own_fields(command: dict[str, Any]) -> dict[str, Any]:
    """What we decide of a command, without what is left to Discord; `dm_permission` is what `contexts` was before."""
    left_to_discord = ("contexts", "integration_types")
    replaced = "dm_permission" if command.get("contexts") is not None else ""
    return {
        name: value
        for name, value in command.items()
        if name != replaced and (name not in left_to_discord or value is not None)
    }


def _says(standing: Any, wanted: Any) -> bool:
    """Whether what stands says all that is wanted; Discord leaves out what is empty and adds fields of its own."""
    if isinstance(wanted, dict):
        held = standing if isinstance(standing, dict) else {}
        return all(_says(held.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list):
        held_list = standing or []
        if all(isinstance(each, int) for each in wanted):  # kinds of channels and places, in no order
            return {*map(str, held_list)} == {*map(str, wanted)}
        return len(held_list) == len(wanted) and all(map(_says, held_list, wanted))
    return (not wanted and not standing) or str(standing) == str(wanted)
