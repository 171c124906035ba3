"""`/status`: how the bot is here. All may look; what is a manager's business is shown to managers alone."""

from collections.abc import Iterable

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.schedules import PUBLIC
from bot.domain.status import Status
from bot.domain.wording import status as said
from cogs.channels import hindrance
from cogs.drawing import server_of
from cogs.managing import is_manager
from cogs.services import Services


class State(commands.Cog):
    """One card for the one who asks."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(description=said.STATUS)
    @app_commands.guild_only()
    async def status(self, interaction: discord.Interaction[commands.AutoShardedBot]) -> None:
        """Shows what is known without asking anybody."""
        server = server_of(interaction)
        if server == PUBLIC:  # what everyone's schedules hold is what members follow, each for himself
            raise app_commands.NoPrivateMessage
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._services.survey.of(server)
        lines = _lines(
            found, await self._hindered(interaction, found), in_detail=await is_manager(interaction, self._services)
        )
        await interaction.followup.send(
            embed=discord.Embed(title=said.TITLE, description="\n".join(lines)), ephemeral=True
        )

    async def _hindered(self, interaction: discord.Interaction[commands.AutoShardedBot], found: Status) -> str:
        """What keeps the next briefing from being posted: what is known now, or what Discord said last."""
        if not found.following:
            return ""
        where = found.following[0].destination
        closed = await self._services.access.closed(where)
        return hindrance(interaction.guild, where) or (closed.reason if closed else "")


def _lines(found: Status, hindered: str, *, in_detail: bool) -> Iterable[str]:
    yield said.last(found.last) if found.last else said.NO_LAST
    yield said.following(*found.following, hindered) if found.following else said.NO_NEXT
    yield said.feeds(found.feeds, len(found.troubled))
    if in_detail:
        yield from map(said.trouble, found.troubled[: said.MOST_FEEDS])
        if len(found.troubled) > said.MOST_FEEDS:
            yield said.more(len(found.troubled) - said.MOST_FEEDS)
    yield said.model(found.model) if found.model else said.EXTRACTS
    if in_detail:
        if found.model and found.model.fails:
            yield said.failure(found.model)
        yield said.backlog(found.deliveries, found.questions)
        yield said.program(found.program, found.stored_bytes)
    else:
        yield said.version(found.program)
