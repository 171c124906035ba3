"""`/schedule`: the regular briefings of a server. Posts nothing; what is due is found and posted by the services."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.rendering import whispered
from bot.domain.schedules import EVERY_DAY, Schedule, Slot, next_slot
from bot.domain.wording import commands as wording
from cogs.channels import Place, destination_of, hindrance, mention_of
from cogs.drawing import MAX_CHOICE_CHARS, MAX_CHOICES, say, server_of, show, show_list, topics_choices, zone_choices
from cogs.managing import FOR_MANAGERS, ManagedGroup
from cogs.services import Services

Interaction = discord.Interaction[commands.AutoShardedBot]

_SAY, _SKIP = "say", "skip"
_QUIET = [
    app_commands.Choice(name=wording.QUIET_SAID, value=_SAY),
    app_commands.Choice(name=wording.QUIET_SKIPPED, value=_SKIP),
]


@app_commands.guild_only()
class Schedules(ManagedGroup, group_name="schedule", group_description=wording.SCHEDULE, group_extras=FOR_MANAGERS):
    """Setting up, changing, listing and ending regular briefings."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._plan = services.plan

    @app_commands.command(description=wording.SCHEDULE_ADD)
    @app_commands.describe(
        channel=wording.SCHEDULE_CHANNEL,
        at=wording.SCHEDULE_AT,
        zone=wording.SCHEDULE_ZONE,
        topics=wording.SCHEDULE_TOPICS,
        days=wording.SCHEDULE_DAYS,
        quiet=wording.SCHEDULE_QUIET,
    )
    @app_commands.choices(quiet=_QUIET)
    async def add(
        self,
        interaction: Interaction,
        channel: app_commands.Transform[discord.TextChannel | discord.ForumChannel, Place],
        at: app_commands.Range[str, 1, 100],
        zone: app_commands.Range[str, 1, 100],
        *,
        topics: app_commands.Range[str, 1, 1000] | None = None,
        days: app_commands.Range[str, 1, 100] = EVERY_DAY,
        quiet: str = _SAY,
    ) -> None:
        """Stores a schedule for each time once the bot may post where it points."""
        added = await self._plan.add(
            server_of(interaction),
            destination_of(channel),
            at=at,
            zone=zone,
            topics=_topics(topics or ""),
            days=days,
            says_quiet=quiet == _SAY,
        )
        first = min((self._following(each) for each in added), key=lambda slot: slot.due_at)
        await say(interaction, wording.planned(added, channel.mention, first))

    @app_commands.command(description=wording.SCHEDULE_EDIT)
    @app_commands.describe(
        schedule=wording.SCHEDULE_NAME,
        channel=wording.SCHEDULE_NEW_CHANNEL,
        at=wording.SCHEDULE_NEW_AT,
        zone=wording.SCHEDULE_NEW_ZONE,
        topics=wording.SCHEDULE_NEW_TOPICS,
        days=wording.SCHEDULE_NEW_DAYS,
        quiet=wording.SCHEDULE_NEW_QUIET,
    )
    @app_commands.choices(quiet=_QUIET)
    async def edit(
        self,
        interaction: Interaction,
        schedule: app_commands.Range[str, 1, 100],
        *,
        channel: app_commands.Transform[discord.TextChannel | discord.ForumChannel, Place] | None = None,
        at: app_commands.Range[str, 1, 20] | None = None,
        zone: app_commands.Range[str, 1, 100] | None = None,
        topics: app_commands.Range[str, 1, 1000] | None = None,
        days: app_commands.Range[str, 1, 100] | None = None,
        quiet: str | None = None,
    ) -> None:
        """Changes one of the server's schedules; a new channel is checked as for a new schedule."""
        edited = await self._plan.edit(
            server_of(interaction),
            schedule,
            destination=destination_of(channel) if channel else None,
            at=at,
            zone=zone,
            topics=None if topics is None else _topics(topics),
            days=days,
            says_quiet=None if quiet is None else quiet == _SAY,
        )
        said = wording.changed(edited, mention_of(edited.destination), self._following(edited))
        await interaction.response.send_message(said, ephemeral=True)

    @app_commands.command(description=wording.SCHEDULE_PAUSE)
    @app_commands.describe(schedule=wording.SCHEDULE_NAME)
    async def pause(self, interaction: Interaction, schedule: app_commands.Range[str, 1, 100]) -> None:
        """Lets one of the server's schedules rest."""
        resting = await self._plan.pause(server_of(interaction), schedule)
        said = wording.paused(resting, mention_of(resting.destination))
        await interaction.response.send_message(said, ephemeral=True)

    @app_commands.command(description=wording.SCHEDULE_RESUME)
    @app_commands.describe(schedule=wording.SCHEDULE_NAME)
    async def resume(self, interaction: Interaction, schedule: app_commands.Range[str, 1, 100]) -> None:
        """Lets one of them go on."""
        back = await self._plan.resume(server_of(interaction), schedule)
        said = wording.resumed(back, mention_of(back.destination), self._following(back))
        await interaction.response.send_message(said, ephemeral=True)

    @app_commands.command(name="preview", description=wording.SCHEDULE_PREVIEW)
    @app_commands.describe(schedule=wording.SCHEDULE_NAME)
    async def look_ahead(self, interaction: Interaction, schedule: app_commands.Range[str, 1, 100]) -> None:
        """Writes what its edition would tell now, for the asker alone; it counts as told to nobody."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._plan.find(server_of(interaction), schedule)
        briefing = await self._services.compose.edition(found, await self._plan.window(found))
        await show(interaction, whispered(briefing, found.zone), ephemeral=True)
        place, following = mention_of(found.destination), self._following(found)
        said = wording.previewed(found, place, following, is_quiet=briefing.is_quiet)
        await interaction.followup.send(said, ephemeral=True)

    @app_commands.command(name="list", description=wording.SCHEDULE_LIST)
    async def overview(self, interaction: Interaction) -> None:
        """Shows the server's schedules."""
        lines = [
            wording.entry(
                schedule,
                mention_of(schedule.destination),
                self._following(schedule),
                closed=await self._services.access.closed(schedule.destination),
                hindered=hindrance(interaction.guild, schedule.destination),
            )
            for schedule in await self._plan.schedules(server_of(interaction))
        ]
        await show_list(interaction, lines, empty=wording.NO_SCHEDULES)

    @app_commands.command(description=wording.SCHEDULE_REMOVE)
    @app_commands.describe(schedule=wording.SCHEDULE_NAME)
    async def remove(self, interaction: Interaction, schedule: app_commands.Range[str, 1, 100]) -> None:
        """Ends one of the server's schedules."""
        gone = await self._plan.remove(server_of(interaction), schedule)
        await interaction.response.send_message(wording.ended(gone, mention_of(gone.destination)), ephemeral=True)

    @add.autocomplete("zone")
    @edit.autocomplete("zone")
    async def _zones(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return zone_choices(typed)

    @add.autocomplete("topics")
    @edit.autocomplete("topics")
    async def _topics(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await topics_choices(self._subscribe(interaction), typed)

    @edit.autocomplete("schedule")
    @pause.autocomplete("schedule")
    @resume.autocomplete("schedule")
    @look_ahead.autocomplete("schedule")
    @remove.autocomplete("schedule")
    async def _schedules(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await self._plan.schedules(server_of(interaction))
        labels = [(each.id, _label(interaction, each)) for each in found]
        wanted = typed.casefold()
        fitting = [(name, label) for name, label in labels if wanted in name or wanted in label.casefold()]
        return [app_commands.Choice(name=label, value=name) for name, label in fitting[:MAX_CHOICES]]

    def _following(self, schedule: Schedule) -> Slot:
        return next_slot(schedule, self._services.clock.now())


def _topics(typed: str) -> list[str]:
    """The names between the commas; none, which means every topic, for `all`."""
    return [] if typed.strip().casefold() == wording.ALL_TOPICS else typed.split(",")


def _label(interaction: Interaction, schedule: Schedule) -> str:
    channel = interaction.guild and interaction.guild.get_channel(int(schedule.destination.removeprefix("discord:")))
    place = f"#{channel.name}" if channel else wording.CHANNEL_GONE
    return wording.choice(schedule, place)[:MAX_CHOICE_CHARS]
