"""Sessions, resumption and late events, as the real discord.py lives through them."""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from typing import Any

import discord
import pytest
from discord.ext import commands

from tests.doubles.discord import Channel, DiscordServer, Guild, Member
from tests.doubles_tests.conftest import NO_PRIVILEGE, WITH_CONTENT, Connect, TestBot


async def test_a_client_knows_the_guilds_and_channels_it_finds(bot: TestBot, guild: Guild, news: Channel) -> None:
    assert [g.name for g in bot.guilds] == ["Arctic readers"]
    channel = bot.get_channel(news.id)
    assert isinstance(channel, discord.TextChannel)
    assert channel.permissions_for(bot.guilds[0].me).send_messages
    assert bot.application_id == bot.user.id
    assert (await bot.application_info()).owner.name == "operator"


async def test_what_changes_while_connected_is_told(server: DiscordServer, bot: TestBot, guild: Guild) -> None:
    forum = guild.add_forum("briefings")
    await server.wait_for(lambda: isinstance(bot.get_channel(forum.id), discord.ForumChannel))
    forum.deny("send_messages")
    channel: Any = bot.get_channel(forum.id)
    await server.wait_for(lambda: not channel.permissions_for(bot.guilds[0].me).send_messages)
    forum.delete()
    await server.wait_for(lambda: bot.get_channel(forum.id) is None)
    other = server.add_guild("Second")
    await server.wait_for(lambda: "join Second" in bot.events)
    other.remove_bot()
    await server.wait_for(lambda: "remove Second" in bot.events)


async def test_a_guild_that_is_lost_from_sight_comes_back_with_what_changed_and_is_not_left(
    server: DiscordServer, bot: TestBot, guild: Guild
) -> None:
    guild.go_away()
    await server.wait_for(lambda: bot.guilds[0].unavailable)
    late = guild.add_text_channel("late")
    guild.come_back()
    await server.wait_for(lambda: bot.get_channel(late.id) and not bot.guilds[0].unavailable)
    assert not any(event.startswith(("join", "remove")) for event in bot.events)


async def test_a_bot_that_is_thrown_out_and_invited_again_finds_what_is_there_then(
    server: DiscordServer, bot: TestBot, guild: Guild, news: Channel
) -> None:
    guild.remove_bot()
    await server.wait_for(lambda: bot.get_guild(guild.id) is None)
    late = guild.add_text_channel("late")
    with pytest.raises(discord.Forbidden):
        await bot.fetch_channel(late.id)
    guild.add_bot()
    await server.wait_for(lambda: bot.get_channel(late.id))
    assert bot.events[-2:] == ["remove Arctic readers", "join Arctic readers"]


async def test_what_a_role_may_do_changes_under_the_bot(
    server: DiscordServer, bot: TestBot, guild: Guild, news: Channel
) -> None:
    channel: Any = bot.get_channel(news.id)
    guild.change_role(guild.everyone)
    await server.wait_for(lambda: not channel.permissions_for(bot.guilds[0].me).send_messages)
    guild.change_role(guild.me.roles[0], "view_channel", "send_messages")
    await server.wait_for(lambda: channel.permissions_for(bot.guilds[0].me).send_messages)
    await channel.send("Back again")


@pytest.mark.parametrize("trouble", ["cut", "op 7", "op 9, resumable"])
async def test_a_resumed_session_gets_what_it_missed_once_and_in_order(
    server: DiscordServer, bot: TestBot, news: Channel, anna: Member, trouble: str
) -> None:
    await server.say(anna, server.dm(anna), "one")
    await server.wait_for(lambda: len(bot.heard) == 1)
    if trouble == "cut":
        server.gateway.cut()
    elif trouble == "op 7":
        await server.gateway.ask_to_reconnect()
    else:
        await server.gateway.invalidate(resumable=True)
    await server.say(anna, server.dm(anna), "two")
    await server.say(anna, server.dm(anna), "three")
    await server.wait_for(lambda: "resumed" in bot.events)
    assert [m.content for m in bot.heard] == ["one", "two", "three"]
    assert len(server.gateway.identifies) == 1


async def test_an_invalid_session_is_opened_anew(server: DiscordServer, bot: TestBot, anna: Member) -> None:
    await server.gateway.invalidate()
    await server.wait_for(lambda: len(server.gateway.identifies) == 2 and server.gateway.connected)
    await server.say(anna, server.dm(anna), "hello")
    await server.wait_for(lambda: bot.heard)
    assert server.gateway.resumes == []


async def test_a_fresh_client_finds_everything_but_no_old_events(
    server: DiscordServer, news: Channel, anna: Member, connect: Connect
) -> None:
    async with connect(server) as first:
        front: Any = await first.get_channel(news.id).send("Front")
        await front.create_thread(name="Stories")
        await server.wait_for(lambda: "thread Stories" in first.events)
    await server.say(anna, server.dm(anna), "said to nobody")
    async with connect(server) as second:
        assert [t.name for t in second.guilds[0].threads] == ["Stories"]
        assert second.heard == []
    assert len(server.gateway.sessions) == 0


async def test_an_intent_that_the_portal_does_not_allow_closes_the_connection(
    server: DiscordServer, connect: Connect
) -> None:
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connect(server, intents=WITH_CONTENT):
            pass


async def test_events_can_come_late_and_twice(server: DiscordServer, bot: TestBot, anna: Member) -> None:
    server.gateway.hold()
    await server.say(anna, server.dm(anna), "late")
    with pytest.raises(TimeoutError):
        await server.wait_for(lambda: bot.heard, 0.1)
    server.gateway.release()
    await server.wait_for(lambda: bot.heard)
    server.gateway.repeat("MESSAGE_CREATE")
    await server.wait_for(lambda: len(bot.heard) == 2)
    assert bot.heard[0].id == bot.heard[1].id


async def test_two_shards_share_the_guilds(connect: Connect) -> None:
    async with DiscordServer() as server:
        server.rest.shards = 2
        news = {server.add_guild(f"guild {n}").add_text_channel("news") for n in range(6)}
        async with connect(server) as bot:
            assert len(server.gateway.connected) == 2
            assert len(bot.guilds) == 6
            assert {s.shard for s in server.gateway.connected} == {(0, 2), (1, 2)}
            for channel in news:
                await bot.get_channel(channel.id).send("x")
            await server.wait_for(lambda: len(bot.heard) == 6)


CLIENT = f"""
import os, discord, yarl
from discord.ext import commands
discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
bot = commands.AutoShardedBot("!", intents=discord.Intents._from_value({NO_PRIVILEGE}), guild_ready_timeout=0.05)

@bot.event
async def on_ready():
    channel = bot.guilds[0].text_channels[0]
    for n in range(4):
        await channel.send(f"part {{n}}", nonce=f"part {{n}}")
    await bot.close()

bot.run("test-token", log_handler=None)
"""


async def test_a_client_in_another_process_killed_between_two_messages_repeats_none_after_its_restart(
    server: DiscordServer, news: Channel
) -> None:
    import asyncio

    async def client() -> asyncio.subprocess.Process:
        environment = {**os.environ, "DISCORD_API_URL": server.api_url}
        return await asyncio.create_subprocess_exec(sys.executable, "-W", "ignore", "-c", CLIENT, env=environment)

    hold = server.hold(r"/messages$", method="POST", when="after", skip=1)
    first = await client()
    await hold.reached(20)
    first.send_signal(signal.SIGKILL)
    await first.wait()
    hold.release()
    assert [m.text for m in news.posts] == ["part 0", "part 1"]
    second = await client()
    assert await asyncio.wait_for(second.wait(), 20) == 0
    assert [m.text for m in news.posts] == [f"part {n}" for n in range(4)]


async def test_heartbeats_are_acknowledged(server: DiscordServer, connect: Connect) -> None:
    server.gateway.heartbeat_ms = 20
    server.add_guild()
    async with connect(server) as bot:
        await server.wait_for(lambda: bot.latency < timedelta(seconds=1).total_seconds())


async def test_text_commands_of_the_library_get_their_mention(
    server: DiscordServer, bot: TestBot, news: Channel, anna: Member
) -> None:
    done: list[str] = []

    @commands.command()
    async def ping(context: commands.Context[TestBot]) -> None:
        done.append(context.author.name)

    bot.add_command(ping)
    bot.command_prefix = commands.when_mentioned
    await server.say(anna, news, f"{server.bot.mention} ping")
    await server.wait_for(lambda: bot.heard)
    await bot.process_commands(bot.heard[0])
    assert done == ["anna"]
