"""`/topics`: what the briefings of a server are about. All may look, managers change."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.wording import topics as said
from cogs.drawing import say, show_list, topic_choices
from cogs.managing import FOR_MANAGERS, ManagedGroup

Interaction = discord.Interaction[commands.AutoShardedBot]
Words = app_commands.Range[str, 1, 1000]


@app_commands.guild_only()
class Topics(ManagedGroup, group_name="topics", group_description=said.GROUP, group_extras=FOR_MANAGERS):
    """Adding, changing, removing and listing topics."""

    @app_commands.command(description=said.ADD)
    @app_commands.describe(name=said.NAME, words=said.WORDS, exclusions=said.EXCLUSIONS, feeds=said.FEEDS)
    async def add(
        self,
        interaction: Interaction,
        name: app_commands.Range[str, 1, 100],
        words: Words,
        *,
        exclusions: Words | None = None,
        feeds: Words | None = None,
    ) -> None:
        """Adds a topic of the server's own."""
        topic = await self._subscribe(interaction).add_topic(name, words, exclusions or "", (feeds or "").split(","))
        await say(interaction, said.added(topic))

    @app_commands.command(description=said.EDIT)
    @app_commands.describe(topic=said.WHICH, words=said.WORDS, exclusions=said.NEW_EXCLUSIONS, feeds=said.NEW_FEEDS)
    async def edit(
        self,
        interaction: Interaction,
        topic: app_commands.Range[str, 1, 100],
        *,
        words: Words | None = None,
        exclusions: Words | None = None,
        feeds: Words | None = None,
    ) -> None:
        """Changes a topic for this server; everyone else's stays."""
        edited = await self._subscribe(interaction).edit_topic(
            topic,
            words=words,
            exclusions="" if exclusions and exclusions.strip().casefold() == said.NONE else exclusions,
            feeds=_feeds(feeds),
        )
        await say(interaction, said.changed(edited))

    @app_commands.command(description=said.REMOVE)
    @app_commands.describe(topic=said.WHICH)
    async def remove(self, interaction: Interaction, topic: app_commands.Range[str, 1, 100]) -> None:
        """Takes a topic out for this server."""
        gone = await self._subscribe(interaction).remove_topic(topic)
        await interaction.response.send_message(said.removed(gone), ephemeral=True)

    @app_commands.command(name="list", description=said.LIST)
    async def show(self, interaction: Interaction) -> None:
        """Shows the server's topics."""
        served = await self._subscribe(interaction).topics()
        await show_list(interaction, [said.entry(each) for each in served], empty=said.EMPTY)

    @edit.autocomplete("topic")
    @remove.autocomplete("topic")
    async def _topics(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await topic_choices(self._subscribe(interaction), typed)


def _feeds(typed: str | None) -> list[str] | None:
    """The addresses between the commas; none, which means every feed, for `all`."""
    if typed is None:
        return None
    return [] if typed.strip().casefold() == said.ALL else typed.split(",")
