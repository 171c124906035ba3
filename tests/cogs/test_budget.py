"""How many tokens questions may take and took: what managers decide, what members see, what no other server learns."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.schedules import ServerId
from bot.domain.servers import Server
from bot.domain.usage import Budgets, Payer, Prices, Usage
from bot.domain.wording import budget as said
from bot.domain.wording import commands as wording
from tests.cogs.conftest import Newsroom
from tests.doubles.discord import Channel, DiscordServer, Guild, Member, Message

pytestmark = pytest.mark.usefixtures("bot")

NOON = datetime(2025, 1, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_noon(room: Newsroom) -> None:
    room.clock.set(NOON)


async def give(server: DiscordServer, who: Member, where: Channel, command: str, **options: Any) -> Message:
    """What a command answers the one who gives it, alone."""
    reply = await (await server.slash(who, where, command, **options)).wait_reply()
    assert reply.ephemeral
    assert reply.allowed_mentions == {"parse": []}
    return reply


async def settings(room: Newsroom, guild: Guild) -> Server:
    return await room.folder.servers.get(ServerId(f"discord:{guild.id}"))


async def spend(
    room: Newsroom, who: Member, tokens: int, *, age: timedelta = timedelta(0), task: str = "answer"
) -> None:
    """So many tokens for `who`, a tenth of which the model wrote."""
    written = tokens // 10
    payer = Payer(
        server=f"discord:{who.guild.id}", member=f"discord:{who.id}", roles=tuple(str(role.id) for role in who.roles)
    )
    usage = Usage(at=NOON - age, task=task, model="m", prompt_tokens=tokens - written, completion_tokens=written)
    await room.folder.usage.add(replace(usage, payer=payer))


async def test_a_manager_sets_the_budgets_of_the_server_its_members_and_its_roles(
    server: DiscordServer, room: Newsroom, news: Channel, admin: Member
) -> None:
    editors = admin.guild.add_role("editors")
    assert "This server: 50,000 tokens a day" in (await give(server, admin, news, "budget show")).content
    await give(server, admin, news, "budget set", tokens=40_000)
    await give(server, admin, news, "budget set", tokens=5_000, whose="here")
    shown = (await give(server, admin, news, "budget set", tokens=9_000, role=editors)).content
    assert shown.splitlines()[:3] == [
        "This server: 40,000 tokens a day",
        f"<@&{editors.id}> together: 9,000 tokens a day",
        "Each member: 5,000 tokens a day",
    ]
    assert "the whole bot 1,000,000, a server 50,000 and a member 20,000 tokens a day" in shown
    assert shown == (await give(server, admin, news, "budget show")).content
    kept = await settings(room, admin.guild)
    assert (kept.tokens, kept.member_tokens, kept.role_tokens) == (40_000, 5_000, {str(editors.id): 9_000})


async def test_0_takes_a_budget_away_and_the_operators_holds_again(
    server: DiscordServer, room: Newsroom, news: Channel, admin: Member
) -> None:
    editors = admin.guild.add_role("editors")
    await give(server, admin, news, "budget set", tokens=40_000)
    await give(server, admin, news, "budget set", tokens=9_000, role=editors)
    await give(server, admin, news, "budget set", tokens=0, role=editors)
    assert "This server: 50,000 tokens a day" in (await give(server, admin, news, "budget set", tokens=0)).content
    assert (await settings(room, admin.guild)).role_tokens == {}


async def test_the_budget_of_a_role_that_is_gone_goes_with_the_next_change(
    server: DiscordServer, room: Newsroom, news: Channel, admin: Member
) -> None:
    home = ServerId(f"discord:{admin.guild.id}")
    await room.folder.servers.put(Server(id=home, role_tokens={"77": 9_000}))
    editors = admin.guild.add_role("editors")
    await give(server, admin, news, "budget set", tokens=8_000, role=editors)
    assert (await settings(room, admin.guild)).role_tokens == {str(editors.id): 8_000}


async def test_a_second_server_has_budgets_of_its_own(
    server: DiscordServer, room: Newsroom, news: Channel, admin: Member
) -> None:
    others = server.add_guild("Others")
    there = others.add_text_channel("talk")
    boss = others.add_member("boss", manage_guild=True)
    await server.wait_for(lambda: room.connection.client and room.connection.client.get_channel(there.id))
    await give(server, admin, news, "budget set", tokens=40_000)
    assert "This server: 50,000 tokens a day" in (await give(server, boss, there, "budget show")).content
    await give(server, boss, there, "budget set", tokens=1_000)
    assert ((await settings(room, admin.guild)).tokens, (await settings(room, others)).tokens) == (40_000, 1_000)


async def test_the_role_that_everyone_has_is_the_server(
    server: DiscordServer, room: Newsroom, news: Channel, admin: Member
) -> None:
    await give(server, admin, news, "budget set", tokens=7_000, role=admin.guild.everyone)
    kept = await settings(room, admin.guild)
    assert (kept.tokens, kept.role_tokens) == (7_000, {})


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"tokens": 50_001}, "allows a server 50,000 tokens a day"),
        ({"tokens": 20_001, "whose": "here"}, "allows a member 20,000 tokens a day"),
        ({"tokens": 1, "whose": "here", "role": True}, said.ROLE_OR_OTHERS),
    ],
)
async def test_what_the_operator_does_not_allow_or_makes_no_sense_changes_nothing(
    room: Newsroom, news: Channel, admin: Member, options: Any, why: str
) -> None:
    given = options | ({"role": admin.guild.add_role("editors")} if "role" in options else {})
    answer = (await give(room.server, admin, news, "budget set", **given)).content
    assert why in answer
    assert answer.endswith("Nothing was changed.")
    assert await room.folder.servers.all() == ()


@pytest.mark.parametrize(("command", "options"), [("show", {}), ("set", {"tokens": 1})])
async def test_a_member_neither_sees_nor_sets_budgets(
    room: Newsroom, news: Channel, anna: Member, command: str, options: Any
) -> None:
    assert (await give(room.server, anna, news, f"budget {command}", **options)).content == wording.NEEDS_MANAGER
    assert await room.folder.servers.all() == ()


async def test_a_member_sees_his_own_and_the_servers_sums_and_what_is_left(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, admin: Member
) -> None:
    editors = anna.guild.add_role("editors")
    anna.roles.append(editors)
    home = ServerId(f"discord:{anna.guild.id}")
    own = {str(editors.id): 9_000}
    await room.folder.servers.put(Server(id=home, tokens=10_000, role_tokens=own, member_tokens=6_000))
    await spend(room, anna, 1_000)
    await spend(room, anna, 2_000, age=8 * DAY, task="rewrite")
    await spend(room, anna, 9_999, age=30 * DAY)
    await spend(room, admin, 4_000, age=6 * DAY)
    await spend(room, server_elsewhere(server), 500)
    assert (await give(server, anna, news, "usage")).text.splitlines() == [
        "**Your questions in this server**",
        "Last 7 days: 1,000 tokens in 1 call · less than $0.01",
        "Last 30 days: 3,000 tokens in 2 calls · less than $0.01",
        "-# answers: 1,000 tokens in 1 call · less than $0.01",
        "-# reading questions that follow on others: 2,000 tokens in 1 call · less than $0.01",
        "**All questions of this server**",
        "Last 7 days: 5,000 tokens in 2 calls · less than $0.01",
        "Last 30 days: 7,000 tokens in 3 calls · $0.01",
        "-# answers: 5,000 tokens in 2 calls · less than $0.01",
        "-# reading questions that follow on others: 2,000 tokens in 1 call · less than $0.01",
        "**Left today**",
        "The whole bot: 998,500 of 1,000,000 tokens",
        "This server: 9,000 of 10,000 tokens",
        f"<@&{editors.id}>: 8,000 of 9,000 tokens",
        "You, in this server: 5,000 of 6,000 tokens",
        "You: 19,000 of 20,000 tokens",
        f"-# They begin anew <t:{int((NOON + DAY / 2).timestamp())}:R>.",
    ]


def server_elsewhere(server: DiscordServer) -> Member:
    return server.add_guild("Others").add_member("otto")


async def test_a_manager_sees_the_server_by_day_too(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, admin: Member
) -> None:
    assert said.BY_DAY not in (await give(server, admin, news, "usage")).text  # there is no day yet
    for days in range(30):
        await spend(room, anna, 100_000, age=days * DAY)
    shown = (await give(server, admin, news, "usage")).text
    lines = shown.split(f"**{said.BY_DAY}**\n")[1].split("**")[0].splitlines()
    assert len(lines) == 30
    assert lines[-1] == f"<t:{int(NOON.timestamp())}:d> 100,000 tokens in 1 call · $0.19"
    assert said.BY_DAY not in (await give(server, anna, news, "usage")).text


async def test_in_direct_messages_a_member_sees_what_he_spent_anywhere_and_nothing_of_others(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, admin: Member
) -> None:
    await spend(room, anna, 1_000)
    await spend(room, admin, 4_000)
    await spend(room, server.add_guild("Others").add_member("anna", user=anna.user), 500)
    shown = (await give(server, anna, server.dm(anna), "usage")).text
    assert shown.startswith("**Your questions**\nLast 7 days: 1,500 tokens in 2 calls")
    assert "4,000" not in shown
    assert "This server" not in shown
    assert "You: 18,500 of 20,000 tokens" in shown


async def test_whoever_added_the_bot_for_himself_sees_his_own_where_the_bot_is_no_member(
    server: DiscordServer, room: Newsroom, anna: Member
) -> None:
    otto = server.add_user("otto", installed=True)
    await spend(room, server.add_guild("Others").add_member("otto", user=otto), 1_000)
    await spend(room, anna, 500)
    reply = await (await server.slash(otto, server.group(otto), "usage")).wait_reply()
    assert reply.ephemeral
    assert reply.text.startswith("**Your questions**\nLast 7 days: 1,000 tokens in 1 call")
    assert "This server" not in reply.text


async def test_without_prices_and_limits_there_are_tokens_alone(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member
) -> None:
    room.budgeting.operators, room.budgeting.prices = Budgets(), Prices()
    await spend(room, anna, 1_000)
    shown = (await give(server, anna, news, "usage")).text
    assert "$" not in shown
    assert shown.endswith(f"**{said.LEFT}**\n{said.NO_BUDGET}")


async def test_a_question_is_booked_on_the_roles_of_whoever_asks(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member
) -> None:
    editors = anna.guild.add_role("editors")
    anna.roles.append(editors)
    await (await server.slash(anna, news, "ask", question="Who met in Nuuk?")).wait_reply()
    await server.say(anna, news, f"{server.bot.mention} Who met in Nuuk on Sunday?")
    await server.wait_for(lambda: len(room.answers.asked) == 2)
    assert [asked["roles"] for asked in room.answers.asked] == [(str(editors.id),)] * 2
