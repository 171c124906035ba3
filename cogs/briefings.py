"""`/brief`: what is new, for the one who asks. Posts nothing in the channel and remembers nothing as told."""

from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.briefings import Window
from bot.domain.rendering import whispered
from bot.domain.wording import commands as wording
from cogs.drawing import member_of, server_of, show, topic_choices, zone_of
from cogs.services import Services


class Briefings(commands.Cog):
    """Briefings on demand."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(description=wording.BRIEF)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(topic=wording.BRIEF_TOPIC, hours=wording.BRIEF_HOURS)
    async def brief(
        self,
        interaction: discord.Interaction[commands.AutoShardedBot],
        topic: app_commands.Range[str, 1, 100] | None = None,
        hours: app_commands.Range[int, 1, 168] = 24,
    ) -> None:
        """Shows a briefing of the last hours to the member."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        now = self._services.clock.now()
        window = Window(since=now - timedelta(hours=hours), until=now)
        member = await self._services.follow.member(member_of(interaction))
        briefing = await self._services.compose.brief(
            [topic] if topic else [], window, server=server_of(interaction), without=member.muted
        )
        zone = member.zone or await zone_of(interaction, self._services.plan)
        await show(interaction, whispered(briefing, zone), ephemeral=True)

    @brief.autocomplete("topic")
    async def _topics(
        self, interaction: discord.Interaction[commands.AutoShardedBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        return await topic_choices(self._services.subscribe.of(server_of(interaction)), typed)
