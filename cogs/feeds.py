"""`/feeds`: what the briefings of a server rest on. All may look, managers change and try addresses."""

import hashlib
import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.addresses import shown
from bot.domain.errors import InputError
from bot.domain.feeds import Feed
from bot.domain.health import health
from bot.domain.opml import MAX_BYTES
from bot.domain.wording import feeds as said
from bot.domain.wording import refusals
from bot.services.subscribe import Subscribe
from cogs.drawing import MAX_CHOICE_CHARS, MAX_CHOICES, say, show_list, topics_choices
from cogs.managing import FOR_MANAGERS, ManagedGroup

Interaction = discord.Interaction[commands.AutoShardedBot]
Address = app_commands.Range[str, 1, 2000]


@app_commands.guild_only()
class Feeds(ManagedGroup, group_name="feeds", group_description=said.GROUP, group_extras=FOR_MANAGERS):
    """Following feeds, trying addresses, and taking lists of feeds in and out."""

    @app_commands.command(description=said.ADD)
    @app_commands.describe(address=said.ADDRESS, topics=said.TOPICS)
    async def add(
        self, interaction: Interaction, address: Address, topics: app_commands.Range[str, 1, 1000] | None = None
    ) -> None:
        """Follows a feed for this server alone."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        feed = await self._subscribe(interaction).add_feed(address, (topics or "").split(","))
        await interaction.followup.send(said.added(feed), ephemeral=True)

    @app_commands.command(description=said.REMOVE)
    @app_commands.describe(feed=said.WHICH)
    async def remove(self, interaction: Interaction, feed: Address) -> None:
        """Stops following a feed in this server."""
        subscribe = self._subscribe(interaction)
        gone = await subscribe.remove_feed(await self._meant(subscribe, feed))
        await interaction.response.send_message(said.removed(gone), ephemeral=True)

    @app_commands.command(name="list", description=said.LIST)
    async def show(self, interaction: Interaction) -> None:
        """Shows the server's feeds and how they are."""
        followed = await self._subscribe(interaction).feeds()
        await show_list(interaction, [said.entry(health(each.feed, each.state)) for each in followed], empty=said.EMPTY)

    @app_commands.command(description=said.CHECK)
    @app_commands.describe(address=said.ADDRESS)
    async def check(self, interaction: Interaction, address: Address) -> None:
        """Tries an address without following it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await say(interaction, said.found(await self._services.subscribe.check(address)))

    @app_commands.command(description=said.REFRESH)
    @app_commands.describe(feed=said.REFRESH_WHICH)
    async def refresh(self, interaction: Interaction, feed: Address | None = None) -> None:
        """Has the server's feeds asked now, none of them more often than is polite."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        subscribe = self._subscribe(interaction)
        report = await subscribe.refresh_feeds(await self._meant(subscribe, feed) if feed else None)
        await interaction.followup.send(said.refreshed(report), ephemeral=True)

    @app_commands.command(name="import", description=said.IMPORT)
    @app_commands.describe(file=said.FILE)
    async def take_in(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Follows every feed of an OPML file for this server alone."""
        if file.size > MAX_BYTES:
            raise InputError(refusals.FILE_TOO_LARGE)
        await interaction.response.defer(ephemeral=True, thinking=True)
        report = await self._subscribe(interaction).import_feeds(await file.read())
        await say(interaction, said.imported(report))

    @app_commands.command(description=said.EXPORT)
    async def export(self, interaction: Interaction) -> None:
        """Gives the server's feeds as a file."""
        document = await self._subscribe(interaction).export_feeds()
        file = discord.File(io.BytesIO(document.encode()), filename=said.FILE_NAME)
        await interaction.response.send_message(said.EXPORTED, file=file, ephemeral=True)

    @staticmethod
    async def _meant(subscribe: Subscribe, feed: str) -> str:
        """The address that was typed or chosen."""
        return next((each.feed.url for each in await subscribe.feeds() if _handle(each.feed) == feed), feed)

    @refresh.autocomplete("feed")
    @remove.autocomplete("feed")
    async def _feeds(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        wanted = typed.strip().casefold()
        followed = [each.feed for each in await self._subscribe(interaction).feeds()]
        fitting = [feed for feed in followed if wanted in f"{feed.outlet} {shown(feed.url)}".casefold()]
        return [
            app_commands.Choice(name=f"{feed.outlet} · {shown(feed.url)}"[:MAX_CHOICE_CHARS], value=_handle(feed))
            for feed in fitting[:MAX_CHOICES]
        ]

    @add.autocomplete("topics")
    async def _topics(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await topics_choices(self._subscribe(interaction), typed)


def _handle(feed: Feed) -> str:
    """What a choice stands for: Discord takes no value as long as many addresses are, and none that is secret."""
    return f"feed {hashlib.sha256(feed.url.encode()).hexdigest()[:16]}"
