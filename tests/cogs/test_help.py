"""The help names the commands that one may use where one is, and no others."""

import re
from typing import Any

import pytest

from bot.domain.wording import commands as wording
from bot.domain.wording import help as said
from cogs.client import NewsthreadBot
from cogs.drawing import MAX_CARD_CHARS
from tests.cogs.conftest import Connect, Newsroom
from tests.doubles.discord import Channel, DiscordServer, Member, Message, User

STRING, INTEGER, CHANNEL, ROLE, FILE = 3, 4, 7, 8, 11


async def card(server: DiscordServer, who: Member | User, where: Channel) -> Message:
    reply = await (await server.slash(who, where, "help")).wait_reply()
    assert reply.ephemeral
    assert reply.allowed_mentions == {"parse": []}
    return reply


def linked(text: str) -> set[str]:
    """The commands that are named by a link."""
    return set(re.findall(r"</([\w -]+):\d+>", text))


def registered(server: DiscordServer) -> dict[str, dict[str, Any]]:
    """Every slash command and subcommand, with its definition."""
    found = {}
    for command in server.world.commands[None]:
        if command["type"] == 1:
            inner = [each for each in command["options"] if each["type"] == 1]
            found |= {f"{command['name']} {each['name']}": each for each in inner} or {command["name"]: command}
    return found


def filled(server: DiscordServer, definition: dict[str, Any], where: Channel) -> dict[str, Any]:
    """Something for every option that is required."""
    some = {INTEGER: 1, CHANNEL: where, ROLE: where.guild.everyone, FILE: server.file("feeds.opml", b"")}
    return {
        option["name"]: option["choices"][0]["value"]
        if option.get("choices")
        else some.get(option["type"], "a" * (option.get("min_length") or 1))
        for option in definition["options"]
        if option.get("required")
    }


async def test_members_see_what_they_may_use_and_managers_all_of_it(
    server: DiscordServer, bot: NewsthreadBot, news: Channel, anna: Member, admin: Member
) -> None:
    every = registered(server)
    own = await card(server, anna, news)
    may_not = set()
    for name, definition in every.items():
        asked = await server.slash(anna, news, name, **filled(server, definition, news))
        said_first = await asked.wait_reply()
        may_not |= {name} if said_first.content == wording.NEEDS_MANAGER else set()
    assert {"setup", "schedule add"} <= may_not
    assert linked(own.text) == set(every) - may_not
    assert said.MANAGERS not in own.text
    whole = await card(server, admin, news)
    assert linked(whole.text) == set(every)
    assert set(re.findall(r"\*(.+?)\*, in the menu", whole.text)) == {
        each["name"] for each in server.world.commands[None] if each["type"] == 3
    }
    assert len(whole.text) < MAX_CARD_CHARS


async def test_in_direct_messages_it_names_what_works_there(
    server: DiscordServer, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    there = await card(server, admin, server.dm(admin))
    assert said.ASK_DIRECTLY in there.text
    assert {"ask", "brief", "follow topic", "privacy show"} <= linked(there.text)
    assert not {"setup", "schedule add", "schedule list"} & linked(there.text)


async def test_where_the_bot_is_not_it_names_what_whoever_installed_it_may_use(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel
) -> None:
    ida = server.add_user("ida", installed=True)
    there = await card(server, ida, server.group(ida))
    assert said.ASK_BY_COMMAND in there.text
    assert {"ask", "brief", "help"} <= linked(there.text)
    assert "setup" not in there.text


@pytest.mark.parametrize("intent", [False, True])
async def test_how_to_ask_depends_on_whether_the_bot_reads_what_is_not_for_it(connect: Connect, intent: bool) -> None:
    async with DiscordServer(message_content=intent) as server:
        guild, room = server.add_guild("Arctic readers"), Newsroom(server)
        news, anna = guild.add_text_channel("news"), guild.add_member("anna")
        room.message_content = intent
        async with connect(room):
            assert (said.ASK_PLAINLY if intent else said.ASK_BY_MENTION) in (await card(server, anna, news)).text


async def test_commands_are_named_without_links_while_their_ids_are_not_known(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, connect: Connect
) -> None:
    async with connect(room):
        assert "ask" in linked((await card(server, anna, news)).text)
    server.fail_next("GET", "/commands$", status=503)
    async with connect(room):
        text = (await card(server, anna, news)).text
    assert linked(text) == set()
    assert "`/ask`: " in text
