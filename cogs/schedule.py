"""`/schedule`: the daily briefings of a server. Posts nothing; what is due is found and posted by the services."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import InputError
from bot.domain.schedules import Destination, next_slot
from cogs import wording
from cogs.drawing import cards, server_of, topic_choices, zone_choices
from cogs.managing import require_manager
from cogs.services import Services

Interaction = discord.Interaction[commands.AutoShardedBot]

_IN_ANY = ("view_channel", "send_messages", "embed_links", "read_message_history", "send_messages_in_threads")


class Place(app_commands.Transformer):
    """A channel that can hold a briefing: no media channels, which discord.py counts among the forums."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """What Discord asks for."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Which channels Discord offers."""
        return [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

    async def transform(
        self, interaction: discord.Interaction[Any], value: Any, /
    ) -> discord.TextChannel | discord.ForumChannel:
        """The channel itself. Raises InputError for one that the bot does not see."""
        channel = value.resolve()
        if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
            raise InputError(wording.CHANNEL_NOT_SEEN)
        return channel


@app_commands.guild_only()
class Schedules(commands.GroupCog, group_name="schedule", group_description=wording.SCHEDULE):
    """Setting up, changing, listing and ending daily briefings."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._plan = services.plan

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Called before every command here; all may look."""
        if interaction.command is not self.show:
            await require_manager(interaction, self._services)
        return True

    @app_commands.command(description=wording.SCHEDULE_ADD)
    @app_commands.describe(
        channel=wording.SCHEDULE_CHANNEL,
        at=wording.SCHEDULE_AT,
        zone=wording.SCHEDULE_ZONE,
        topics=wording.SCHEDULE_TOPICS,
    )
    async def add(
        self,
        interaction: Interaction,
        channel: app_commands.Transform[discord.TextChannel | discord.ForumChannel, Place],
        at: app_commands.Range[str, 1, 20],
        zone: app_commands.Range[str, 1, 100],
        topics: app_commands.Range[str, 1, 1000] | None = None,
    ) -> None:
        """Stores a schedule once the bot may post where it points."""
        schedule = await self._plan.add(
            server_of(interaction), _destination(channel), at=at, zone=zone, topics=_topics(topics or "")
        )
        first = next_slot(schedule, self._services.clock.now())
        await interaction.response.send_message(wording.planned(schedule, channel.mention, first), ephemeral=True)

    @app_commands.command(description=wording.SCHEDULE_EDIT)
    @app_commands.describe(
        schedule=wording.SCHEDULE_NAME,
        channel=wording.SCHEDULE_NEW_CHANNEL,
        at=wording.SCHEDULE_NEW_AT,
        zone=wording.SCHEDULE_NEW_ZONE,
        topics=wording.SCHEDULE_NEW_TOPICS,
    )
    async def edit(
        self,
        interaction: Interaction,
        schedule: app_commands.Range[str, 1, 100],
        *,
        channel: app_commands.Transform[discord.TextChannel | discord.ForumChannel, Place] | None = None,
        at: app_commands.Range[str, 1, 20] | None = None,
        zone: app_commands.Range[str, 1, 100] | None = None,
        topics: app_commands.Range[str, 1, 1000] | None = None,
    ) -> None:
        """Changes one of the server's schedules; a new channel is checked as for a new schedule."""
        edited = await self._plan.edit(
            server_of(interaction),
            schedule,
            destination=_destination(channel) if channel else None,
            at=at,
            zone=zone,
            topics=None if topics is None else _topics(topics),
        )
        following = next_slot(edited, self._services.clock.now())
        said = wording.changed(edited, _place(edited.destination), following)
        await interaction.response.send_message(said, ephemeral=True)

    @app_commands.command(name="list", description=wording.SCHEDULE_LIST)
    async def show(self, interaction: Interaction) -> None:
        """Shows the server's schedules."""
        now = self._services.clock.now()
        lines = [
            wording.entry(
                schedule,
                _place(schedule.destination),
                next_slot(schedule, now),
                closed=await self._services.access.closed(schedule.destination),
            )
            for schedule in await self._plan.schedules(server_of(interaction))
        ]
        first, *rest = cards(lines or [wording.NO_SCHEDULES])
        await interaction.response.send_message(embed=first, ephemeral=True)
        for card in rest:
            await interaction.followup.send(embed=card, ephemeral=True)

    @app_commands.command(description=wording.SCHEDULE_REMOVE)
    @app_commands.describe(schedule=wording.SCHEDULE_NAME)
    async def remove(self, interaction: Interaction, schedule: app_commands.Range[str, 1, 100]) -> None:
        """Ends one of the server's schedules."""
        gone = await self._plan.remove(server_of(interaction), schedule)
        await interaction.response.send_message(wording.ended(gone, _place(gone.destination)), ephemeral=True)

    @add.autocomplete("zone")
    @edit.autocomplete("zone")
    async def _zones(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return zone_choices(typed)

    @add.autocomplete("topics")
    @edit.autocomplete("topics")
    async def _topics(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        before, comma, last = typed.rpartition(",")
        return await topic_choices(
            self._services.subscribe.of(server_of(interaction)), last, f"{before.strip()}, " if comma else ""
        )

    @edit.autocomplete("schedule")
    @remove.autocomplete("schedule")
    async def _schedules(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await self._plan.schedules(server_of(interaction))
        return [
            app_commands.Choice(
                name=_label(interaction, each.destination, f"{each.at:%H:%M} {each.zone}"), value=each.id
            )
            for each in found
            if typed.casefold() in each.id
        ][:25]


def _destination(channel: discord.TextChannel | discord.ForumChannel) -> Destination:
    """Raises InputError where the bot may not post there."""
    if missing := _missing_permissions(channel):
        raise InputError(wording.missing_permissions(channel.mention, missing))
    return Destination(f"discord:{channel.id}")


def _topics(typed: str) -> list[str]:
    """The names between the commas; none, which means every topic, for `all`."""
    return [] if typed.strip().casefold() == wording.ALL_TOPICS else typed.split(",")


def _place(destination: Destination) -> str:
    return f"<#{destination.removeprefix('discord:')}>"


def _label(interaction: Interaction, destination: Destination, time: str) -> str:
    channel = interaction.guild and interaction.guild.get_channel(int(destination.removeprefix("discord:")))
    return f"{time} in #{channel.name if channel else wording.CHANNEL_GONE}"[:100]


def _missing_permissions(channel: discord.TextChannel | discord.ForumChannel) -> list[str]:
    """What the bot needs there and lacks, in the order in which Discord shows it."""
    granted = channel.permissions_for(channel.guild.me)
    threads = () if isinstance(channel, discord.ForumChannel) else ("create_public_threads",)
    return [name for name in (*_IN_ANY, *threads) if not getattr(granted, name)]
