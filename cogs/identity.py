"""Who the bot is on Discord, and the address that brings it to a server. Connects to no gateway."""

from typing import NamedTuple

import discord
from discord.http import Route

from bot.domain.destinations import needed
from bot.domain.errors import DeliveryError
from cogs.client import wrong_token
from cogs.errors import DROPPED

SCOPES = ("bot", "applications.commands")


class Identity(NamedTuple):
    """The bot's name, and the address that an admin opens to have it in his server with what it needs there."""

    name: str
    invitation: str


async def who_am_i(token: str, api_url: str | None) -> Identity:
    """Logs in, without connecting. Raises SettingsError for a refused token, DeliveryError."""
    if api_url:
        Route.BASE = api_url.rstrip("/")
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            await client.login(token)
        except discord.LoginFailure as error:
            raise wrong_token() from error
        except (discord.DiscordException, *DROPPED) as error:
            raise DeliveryError("Discord could not be reached; the token was not tried.") from error
        return Identity(str(client.user), invitation(client.application_id or 0))


def invitation(application: int) -> str:
    """The address, on Discord's own site whatever API is used."""
    permissions = discord.Permissions(**dict.fromkeys(needed(in_forum=False), True))
    return discord.utils.oauth_url(application, permissions=permissions, scopes=SCOPES)
