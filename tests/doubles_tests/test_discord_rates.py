"""Rate limits of the double, as the real discord.py meets them."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.doubles.discord import Channel, DiscordServer, Member
from tests.doubles_tests.conftest import TestBot


async def test_what_is_over_the_limit_for_all_is_refused_and_repeated(
    server: DiscordServer, bot: TestBot, news: Channel
) -> None:
    server.rates.per_second = 3
    channel: Any = bot.get_channel(news.id)
    await asyncio.gather(*(channel.send(f"{n}") for n in range(7)))
    assert sorted(message.text for message in news.posts) == [f"{n}" for n in range(7)]
    assert server.rates.refused
    assert server.rates.most_in_a_second == 3
    assert {call.status for call in server.requests} == {200, 429}


async def test_the_library_waits_for_the_limit_of_a_channel_before_it_is_refused(
    server: DiscordServer, bot: TestBot, news: Channel
) -> None:
    server.rates.per_channel, server.rates.channel_seconds = 2, 0.3
    channel: Any = bot.get_channel(news.id)
    for number in range(5):
        await channel.send(f"{number}")
    assert [message.text for message in news.posts] == [f"{n}" for n in range(5)]
    first, *_, last = [call.at for call in server.requests if call.path.endswith("/messages")]
    assert (last - first).total_seconds() >= 0.6
    assert server.rates.refused == 0


async def test_answers_to_interactions_are_not_counted(server: DiscordServer, bot: TestBot, anna: Member) -> None:
    news = anna.guild.add_text_channel("talk")

    @bot.tree.command(description="Says it often")
    async def often(interaction: Any) -> None:
        await interaction.response.send_message("0")
        for number in range(1, 6):
            await interaction.followup.send(f"{number}")

    await bot.tree.sync()
    server.rates.per_second = 1
    asked = await server.slash(anna, news, "often")
    assert len(await asked.wait_messages(6)) == 6
    assert server.rates.refused == 0
