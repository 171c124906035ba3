"""`/story`, `/why`, "Timeline" and "Sources": what is on record of a story or an article, for the one who asks."""

import re
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.deliveries import Action
from bot.domain.rendering import reasons_posts, sources_posts, timeline_posts
from bot.domain.schedules import Destination
from bot.domain.timeline import Timeline
from bot.domain.wording import commands as wording
from bot.services.explain import Explain
from cogs.drawing import MAX_CHOICE_CHARS, MAX_CHOICES, server_of, show
from cogs.services import Services

_CHANNEL = re.compile(r"\bdiscord:(\d+)\b")

Interaction = discord.Interaction[commands.AutoShardedBot]


class Stories(commands.Cog):
    """The record, told to members."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._explain = services.explain

    @app_commands.command(description=wording.STORY)
    @app_commands.describe(name=wording.STORY_NAME)
    async def story(self, interaction: Interaction, name: app_commands.Range[str, 1, 100]) -> None:
        """Shows a story's page."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._show(interaction, await self._explain.story(name, seen_by(interaction), server_of(interaction)))

    @story.autocomplete("name")
    async def _stories(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await story_choices(self._explain, interaction, typed)

    async def acted(self, interaction: Interaction, action: Action) -> None:
        """Called for the button under a story, or under a note about one."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._show(interaction, await self._explain.story_of(action.delivery, action.part))

    async def acted_sources(self, interaction: Interaction, action: Action) -> None:
        """Called for the button that shows what a story rests on."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        telling = await self._explain.told(action.delivery, action.part)
        await show(interaction, sources_posts(telling, await self._explain.fell(telling.story_id)), ephemeral=True)

    @app_commands.command(description=wording.WHY)
    @app_commands.describe(text=wording.WHY_TEXT)
    async def why(self, interaction: Interaction, text: app_commands.Range[str, 3, 2000]) -> None:
        """Shows why an article was told here, or why not."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        facts = await self._explain.why(text, server_of(interaction), seen_by(interaction) or frozenset())
        posts = [replace(post, content=_CHANNEL.sub(r"<#\1>", post.content)) for post in reasons_posts(facts)]
        await show(interaction, posts, ephemeral=True)

    async def _show(self, interaction: Interaction, page: Timeline) -> None:
        await show(interaction, timeline_posts(page), ephemeral=True)


async def story_choices(explain: Explain, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The stories told where the member may read, in whose headlines all that is typed occurs."""
    words = typed.casefold().split()
    told = [past.telling for past in await explain.recent(seen_by(interaction))]
    fitting = [each for each in told if all(word in each.headline.casefold() for word in words)]
    return [
        app_commands.Choice(name=each.headline[:MAX_CHOICE_CHARS] or each.story_id, value=each.story_id)
        for each in fitting[:MAX_CHOICES]
    ]


def seen_by(interaction: Interaction) -> frozenset[Destination] | None:
    """The channels of the server that the member may read; None in direct messages."""
    guild, member = interaction.guild, interaction.user
    if guild is None or not isinstance(member, discord.Member):
        return None
    return frozenset(
        Destination(f"discord:{channel.id}")
        for channel in guild.channels
        if isinstance(channel, discord.TextChannel | discord.ForumChannel)
        and channel.permissions_for(member).view_channel
    )
