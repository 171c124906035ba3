"""`/setup`, what is done with the panel, and the panel that a server gets when it takes the bot.

Nothing is stored before "Done", but for the role and the log channel that `/setup` itself names.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.domain.briefings import Window
from bot.domain.errors import InputError
from bot.domain.locales import likely_zones
from bot.domain.rendering import whispered
from bot.domain.schedules import ServerId, check_zone, next_slot, parse_time
from bot.domain.servers import Server
from bot.domain.wording import setup as said
from cogs.channels import destination_of, holding, log_in, mention_of
from cogs.drawing import choices, fields, server_of, show, zone_choices
from cogs.errors import UNREACHABLE
from cogs.managing import FOR_MANAGERS, require_manager
from cogs.services import Services
from cogs.setup.panel import (
    AT,
    CHANNEL,
    DEFAULT_AT,
    DONE,
    OTHER_AT,
    OTHER_ZONE,
    PREVIEW,
    TOPICS,
    TYPED,
    ZONE,
    Draft,
    closed,
    modal,
    panel,
    read,
    written,
)

Interaction = discord.Interaction[commands.AutoShardedBot]

_PREVIEWED = timedelta(hours=24)

_log = structlog.get_logger()


class Setup(commands.Cog):
    """Setting up."""

    def __init__(self, bot: commands.AutoShardedBot, services: Services) -> None:
        self._bot = bot
        self._services = services

    @app_commands.command(description=said.COMMAND, extras=FOR_MANAGERS)
    @app_commands.describe(zone=said.COMMAND_ZONE, time=said.COMMAND_TIME, role=said.COMMAND_ROLE, log=said.COMMAND_LOG)
    @app_commands.guild_only()
    async def setup(
        self,
        interaction: Interaction,
        zone: app_commands.Range[str, 1, 100] | None = None,
        time: app_commands.Range[str, 1, 20] | None = None,
        role: discord.Role | None = None,
        log: discord.TextChannel | None = None,
    ) -> None:
        """Shows the panel to who asks for it, with what he named in it."""
        await require_manager(interaction, self._services)
        where = check_zone(zone) if zone else None
        at = written(parse_time(time)) if time else DEFAULT_AT
        stored = await self._store(interaction, role, log)
        here = interaction.channel_id if isinstance(interaction.channel, discord.TextChannel) else None
        draft = await self._draft(server_of(interaction), _locale(interaction.guild), where)
        draft = replace(draft, at=at, channel=here)
        await interaction.response.send_message(view=panel(draft, self._services.clock.now()), ephemeral=True)
        if stored:
            await interaction.followup.send("\n".join(stored), ephemeral=True)

    @setup.autocomplete("zone")
    async def _zones(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return zone_choices(typed) if typed.strip() else choices(list(likely_zones(_locale(interaction.guild))))

    async def welcome(self, guild: discord.Guild) -> None:
        """Puts the panel where a new server's people see it; tells its owner where there is no such place."""
        draft = await self._draft(ServerId(f"discord:{guild.id}"), _locale(guild), None)
        channels = [guild.system_channel, *sorted(guild.text_channels, key=lambda each: each.position)]
        try:
            for channel in filter(None, channels):
                granted = channel.permissions_for(guild.me)
                if granted.view_channel and granted.send_messages:
                    await channel.send(view=panel(draft, self._services.clock.now()))
                    return
            owner = await self._bot.fetch_user(guild.owner_id or 0)
            await owner.send(said.RUN_SETUP.format(server=discord.utils.escape_markdown(guild.name)))
        except UNREACHABLE as error:  # `/setup` works all the same
            _log.warning("server_not_welcomed", server=guild.id, reason=repr(error))

    async def pressed(self, interaction: Interaction, what: str) -> None:
        """Called for every menu, button and modal of a panel, whenever it was posted."""
        await require_manager(interaction, self._services)
        if interaction.message is None:
            raise InputError(said.OLD_PANEL)
        data: Any = interaction.data or {}
        draft = read(interaction.message)
        if what in (OTHER_ZONE, OTHER_AT) and interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(modal(what))
        elif what == PREVIEW:
            await self._preview(interaction, draft)
        elif what == DONE:
            await self._done(interaction, draft)
        else:
            changed = _changed(draft, what, data.get("values") or [fields(data).get(TYPED, "")])
            await interaction.response.edit_message(view=panel(changed, self._services.clock.now()))

    async def _preview(self, interaction: Interaction, draft: Draft) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        now = self._services.clock.now()
        window = Window(since=now - _PREVIEWED, until=now)
        briefing = await self._services.compose.brief(draft.wanted, window, server=server_of(interaction))
        await show(interaction, whispered(briefing, draft.zone), ephemeral=True)

    async def _done(self, interaction: Interaction, draft: Draft) -> None:
        await interaction.response.defer()
        if draft.channel is None or interaction.guild is None:
            raise InputError(said.PICK_A_CHANNEL)
        where = destination_of(holding(interaction.guild.get_channel(draft.channel)))
        added = await self._services.plan.add(
            server_of(interaction), where, at=draft.at, zone=draft.zone, topics=draft.wanted
        )
        await self._services.settings.change(server_of(interaction), lambda before: replace(before, zone=draft.zone))
        first = next_slot(added[0], self._services.clock.now())
        await interaction.edit_original_response(view=closed(said.done(added, mention_of(where), first)))

    async def _draft(self, server: ServerId, locale: str, zone: str | None) -> Draft:
        topics = tuple(served.topic.name for served in await self._services.subscribe.of(server).topics())
        zones = likely_zones(locale)
        return Draft(zone=zone or zones[0], zones=zones, topics=topics, chosen=topics)

    async def _store(
        self, interaction: Interaction, role: discord.Role | None, log: discord.TextChannel | None
    ) -> list[str]:
        """Stores what `/setup` named besides; returns what is said of it. Raises InputError, with nothing stored."""
        if role and not interaction.permissions.manage_guild:
            raise InputError(said.NEEDS_ADMIN)
        reports_to = log_in(log) if log else None
        told = [said.reports_go(log.mention)] if log else []

        def named(before: Server) -> Server:
            after = _managed_by(before, role) if role else before
            return replace(after, log=reports_to) if reports_to else after

        if role or log:
            after = await self._services.settings.change(server_of(interaction), named)
            if role:
                manages = str(role.id) in after.managers
                told.insert(0, said.manages(role.mention) if manages else said.manages_no_longer(role.mention))
        return told


def _managed_by(settings: Server, role: discord.Role) -> Server:
    if role.is_default():
        raise InputError(said.NOT_EVERYONE)
    others = tuple(each for each in settings.managers if each != str(role.id))
    return replace(settings, managers=others if others != settings.managers else (*others, str(role.id)))


def _changed(draft: Draft, what: str, chosen: list[str]) -> Draft:
    """The draft after a choice. Raises InputError for what was typed and is none."""
    if what == CHANNEL:
        return replace(draft, channel=int(chosen[0]))
    if what == TOPICS:
        return replace(draft, chosen=tuple(chosen))
    if what in (ZONE, OTHER_ZONE):
        return replace(draft, zone=check_zone(chosen[0]))
    if what in (AT, OTHER_AT):
        return replace(draft, at=written(parse_time(chosen[0])))
    raise InputError(said.OLD_PANEL)


def _locale(guild: discord.Guild | None) -> str:
    return str(guild.preferred_locale) if guild else ""
