"""`/privacy`: what is kept of the one who asks, for him alone; and a server forgotten by its owner."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import InputError
from bot.domain.schedules import PUBLIC
from bot.domain.traces import document
from bot.domain.wording import commands as wording
from bot.domain.wording import privacy as said
from cogs.drawing import member_of, server_of
from cogs.services import Services

Interaction = discord.Interaction[commands.AutoShardedBot]

FAMILY = "privacy"
_ME, _SERVER = "me", "server"
_WHAT = [
    app_commands.Choice(name=said.OF_YOU, value=_ME),
    app_commands.Choice(name=said.OF_SERVER, value=_SERVER),
]


@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
class Privacy(commands.GroupCog, group_name="privacy", group_description=said.GROUP):
    """What is kept of people."""

    def __init__(self, services: Services) -> None:
        self._forget = services.forget

    @app_commands.command(description=said.SHOW)
    async def show(self, interaction: Interaction) -> None:
        """Counts what is kept of the member."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send(said.shown(await self._forget.held(member_of(interaction))), ephemeral=True)

    @app_commands.command(description=said.EXPORT)
    async def export(self, interaction: Interaction) -> None:
        """Gives the member all that is kept of him."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        kept = document(await self._forget.held(member_of(interaction)), server_of(interaction))
        file = discord.File(io.BytesIO(kept.encode()), filename=said.FILE_NAME)
        await interaction.followup.send(said.EXPORTED, file=file, ephemeral=True)

    @app_commands.command(description=said.DELETE)
    @app_commands.describe(what=said.DELETE_WHAT)
    @app_commands.choices(what=_WHAT)
    async def delete(self, interaction: Interaction, what: str = _ME) -> None:
        """Asks whether to delete it."""
        if what == _SERVER:
            _require_owner(interaction)
        sure = discord.ui.View(timeout=None)
        danger = discord.ButtonStyle.danger
        sure.add_item(discord.ui.Button(style=danger, label=said.DELETE_ALL, custom_id=f"nt:{FAMILY}:{what}"))
        sure.stop()  # answered by custom_id, also after a restart
        text = said.SURE_SERVER if what == _SERVER else said.SURE
        await interaction.response.send_message(text, view=sure, ephemeral=True)

    async def pressed(self, interaction: Interaction, what: str) -> None:
        """Called for the button that confirms."""
        if what == _SERVER:
            _require_owner(interaction)
            await interaction.response.defer()
            await self._forget.server(server_of(interaction))
            text = said.SERVER_GONE
        elif what == _ME:
            await interaction.response.defer()
            text = said.gone(await self._forget.member(member_of(interaction)))
        else:
            raise InputError(wording.OLD_BUTTON)
        await interaction.edit_original_response(content=text, view=None)


def _require_owner(interaction: Interaction) -> None:
    if server_of(interaction) == PUBLIC or interaction.guild is None:
        raise app_commands.NoPrivateMessage
    if interaction.guild.owner_id != interaction.user.id:
        raise InputError(said.ONLY_OWNER)
