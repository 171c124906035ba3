"""Servers that take the bot or remove it, also while it is off, and those that Discord lost for a while."""

import asyncio
from datetime import timedelta

from bot.domain.schedules import ServerId
from cogs.client import NewsthreadBot
from tests.cogs.conftest import Connect, Newsroom
from tests.cogs.test_schedule import SIX, plan
from tests.doubles.discord import Channel, DiscordServer, Guild, Member


def named(guild: Guild) -> ServerId:
    return ServerId(f"discord:{guild.id}")


async def left(room: Newsroom) -> set[ServerId]:
    return {server.id for server in await room.folder.servers.all() if server.left_at}


async def until_left(room: Newsroom, expected: set[ServerId]) -> None:
    for _ in range(1_000):
        if await left(room) == expected:
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


async def test_a_server_that_removes_the_bot_gets_nothing_and_goes_on_when_it_takes_it_back(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    room.clock.set(SIX)
    await plan(server, admin, news, at="7", zone="UTC")
    before = await room.folder.schedules.all()
    news.guild.remove_bot()
    await until_left(room, {named(news.guild)})
    room.clock.move(timedelta(hours=2))
    await room.run_due()
    assert (news.posts, room.briefs.asked) == ([], [])
    assert await room.folder.schedules.all() == before
    news.guild.add_bot()
    await until_left(room, set())
    await room.run_due()
    assert len(news.posts) == 1  # an hour late, and news still


async def test_a_server_that_discord_lost_for_a_while_has_not_left(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel
) -> None:
    await room.forget.joined(named(news.guild))
    news.guild.go_away()
    other = server.add_guild("Elsewhere")
    await server.wait_for(lambda: bot.get_guild(other.id))
    assert bot.get_guild(news.guild.id).unavailable
    assert await left(room) == set()


async def test_who_removed_the_bot_or_took_it_back_while_it_was_off_is_noticed_at_its_start(
    server: DiscordServer, room: Newsroom, news: Channel, connect: Connect
) -> None:
    gone, back = ServerId("discord:77"), named(news.guild)
    await room.forget.joined(gone)
    await room.forget.joined(back)
    await room.forget.left(back)
    async with connect(room):
        await until_left(room, {gone})
