"""The button "Wrong?" under a story: a member says what is wrong, and those who look after the server hear of it."""

from typing import Any

import discord
from discord.ext import commands

from bot.domain.briefings import Telling
from bot.domain.deliveries import Action
from bot.domain.rendering import Wrong, shorten
from bot.domain.wording import reports as said
from cogs.drawing import MAX_CHOICE_CHARS, fields, member_of
from cogs.services import Services

Interaction = discord.Interaction[commands.AutoShardedBot]

MAX_CHARS = 400
_CLAIM, _SAID, _NONE = "claim", "said", "none"


class Reports(commands.Cog):
    """Reports by members."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def acted(self, interaction: Interaction, action: Action) -> None:
        """Called for the button, which opens the modal, and for the modal, which reports."""
        data: Any = interaction.data or {}
        if interaction.type is discord.InteractionType.component:
            telling = await self._services.explain.told(action.delivery, action.part)
            await interaction.response.send_modal(_modal(str(data["custom_id"]), telling))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        filled = fields(data)
        chosen = filled.get(_CLAIM, "")
        wrong = Wrong(
            delivery=action.delivery,
            part=action.part,
            member=member_of(interaction),
            said=filled.get(_SAID, ""),
            post=interaction.message.jump_url if interaction.message and interaction.guild_id else "",
            claim=int(chosen) if chosen.isdecimal() else None,
        )
        is_new = await self._services.report.wrong(wrong)
        await interaction.followup.send(said.PASSED_ON if is_new else said.PASSED_ON_BEFORE, ephemeral=True)


def _modal(custom_id: str, telling: Telling) -> discord.ui.Modal:
    modal = discord.ui.Modal(title=said.TITLE, custom_id=custom_id)
    options = [
        discord.SelectOption(label=shorten(claim.text, MAX_CHOICE_CHARS), value=str(n))
        for n, claim in enumerate(telling.claims[:24])
    ]
    options.append(discord.SelectOption(label=said.SOMETHING_ELSE, value=_NONE))
    which: discord.ui.Select[discord.ui.Modal] = discord.ui.Select(custom_id=_CLAIM, options=options)
    modal.add_item(discord.ui.Label(text=said.WHICH, component=which))
    field: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
        custom_id=_SAID, style=discord.TextStyle.paragraph, placeholder=said.SAID_HINT, max_length=MAX_CHARS
    )
    modal.add_item(discord.ui.Label(text=said.SAID, component=field))
    modal.stop()  # answered by custom_id, also after a restart
    return modal
