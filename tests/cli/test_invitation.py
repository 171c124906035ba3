"""The address that brings the bot to a server: with what it needs there, and nothing else."""

import asyncio
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.cli.test_commands import Shell
from tests.doubles.discord import DiscordServer
from tests.doubles.discord.people import bits

NEEDED = (
    *("view_channel", "send_messages", "embed_links", "read_message_history"),
    *("create_public_threads", "send_messages_in_threads"),
)


async def test_the_doctor_gives_the_invitation_with_exactly_the_permissions_that_the_bot_needs(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    async with DiscordServer() as server:
        there = {"DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api_url}
        for_programs = await asyncio.to_thread(lambda: shell("doctor", "--json", **there))
        for_people = await asyncio.to_thread(lambda: shell("doctor", **there))
    links = {check["name"]: check["link"] for check in json.loads(for_programs.stdout)["checks"]}
    address = urlsplit(links["Discord"])
    assert (address.scheme, address.netloc, address.path) == ("https", "discord.com", "/oauth2/authorize")
    assert parse_qs(address.query) == {
        "client_id": [str(server.bot.id)],
        "scope": ["bot applications.commands"],
        "permissions": [str(bits(*NEEDED))],
    }
    assert f"  → {links['Discord']}\n" in for_people.stdout
    assert links["storage"] is None
