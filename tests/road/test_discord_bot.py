"""The program as Discord sees it: a schedule set there, its briefing at its time, questions, and a kill in between."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap import Overrides, discord_bot
from bot.domain.deliveries import Pending, Sent
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.topics import Topic
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.doubles.clock import StandingClock
from tests.doubles.discord import Channel, DiscordServer, Member
from tests.doubles.news_site import Item, NewsSite
from tests.road.program import Program, running, schedule_of_this_hour, settings_for

TOPICS = (Topic(name="Tariffs", words=("tariff*",)), Topic(name="Greenland", words=("Greenland",)))
STORIES = {
    "/tariff": (
        "Tariff of 10% on UK goods starts February 1",
        "A tariff of 10% on all goods from the United Kingdom starts on February 1, the White House said on Sunday. "
        "British exporters said that the tariff would cost them orders across the United States.",
    ),
    "/nuuk": (
        "Nuuk opens a new harbour for cod boats",
        "The mayor of Nuuk opened a new harbour in Greenland with room for forty boats that fish for cod. "
        "The harbour of Greenland's capital took five years to build, the town's engineers said.",
    ),
}


@asynccontextmanager
async def _newsstand(now: datetime) -> AsyncIterator[tuple[NewsSite, Presets]]:
    """A site with two stories of this hour, and a folder's presets that follow it."""
    async with NewsSite() as site:
        items = []
        for path, (title, text) in STORIES.items():
            site.page(path, f"<html><body><article><h1>{title}</h1><p>{text}</p></article></body></html>")
            items.append(Item(title, site.url(path), published=now - timedelta(hours=1)))
        site.feed("/feed.xml", items)
        feed = Feed(url=FeedUrl(site.url("/feed.xml")), outlet="Harbour Ledger")
        yield site, Presets(feeds=(feed,), topics=TOPICS)


def _is_harmless(discord: DiscordServer, *channels: Channel) -> None:
    for channel in channels:
        for message in channel.posts:
            if message.author.id == discord.bot.id:
                assert message.allowed_mentions == {"parse": []} or not message.pings
    discord.assert_no_faults()


async def test_a_schedule_set_in_discord_posts_once_at_its_time_and_questions_are_answered(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(hour=6, minute=30, second=0, microsecond=0)
    clock = StandingClock(now)
    async with DiscordServer(clock=clock.now) as discord, _newsstand(now) as (_, presets):
        guild = discord.add_guild()
        news = guild.add_text_channel("news")
        olga, ben = guild.add_member("olga", manage_guild=True), guild.add_member("ben")
        async with running(settings_for(tmp_path, discord), Overrides(clock=clock, presets=presets)):
            await discord.wait_connected(20)
            set_up = await discord.slash(olga, news, "schedule add", channel=news, at="08:00", zone="Africa/Lagos")
            await set_up.wait_reply()
            await (await discord.slash(ben, discord.dm(ben), "follow topic", name="Greenland", at="7")).wait_reply()
            assert not news.posts
            clock.set(now.replace(hour=6, minute=59))
            await asyncio.sleep(6)
            assert not news.threads
            clock.set(now.replace(hour=7, minute=0, second=1))
            await discord.wait_for(lambda: news.threads and len(news.threads[0].posts) >= 2, 15)
            await asyncio.sleep(6)
            (front,) = [post for post in news.posts if post.author.id == discord.bot.id and post.thread]
            (thread,) = news.threads
            assert "Written by software" in front.content
            assert [post.embeds[0]["title"][:6] for post in thread.posts if post.embeds] == ["Tariff", "Nuuk o"]
            await discord.wait_for(lambda: len(discord.dm(ben).posts) >= 2, 15)
            own = [post for post in discord.dm(ben).posts if post.components]
            assert ["News briefing" in post.content or post.embeds[0]["title"][:6] for post in own] == [True, "Nuuk o"]
            answer = await _answer_to(discord, olga, thread, f"<@{discord.bot.id}> When does the tariff start?")
            assert "February 1" in answer
            assert re.search(r"\[\[1\]\]\(<http://127.0.0.1:\d+/tariff#:~:text=", answer)
            direct = await _answer_to(
                discord, olga, discord.dm(olga), "How many boats has the harbour in Greenland room for?"
            )
            assert "forty boats" in direct
            _is_harmless(discord, news, thread, discord.dm(olga))


async def _answer_to(discord: DiscordServer, person: Member, channel: Channel, question: str) -> str:
    before = len(channel.posts)
    await discord.say(person, channel, question)
    await discord.wait_for(lambda: len(channel.posts) >= before + 2, 15)
    return channel.posts[-1].content


async def test_a_kill_between_two_messages_leaves_each_standing_once(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    async with DiscordServer() as discord, _newsstand(now) as (_, presets), AsyncExitStack() as stack:
        news = discord.add_guild().add_text_channel("news")
        await schedule_of_this_hour(tmp_path / "data", presets, news, now)
        program = await stack.enter_async_context(Program(tmp_path, discord))
        polled = await program.start("poll")  # so that the first edition has something to tell
        assert await polled.wait() == 0
        hold = discord.hold(r"/messages$", method="POST", when="after", skip=1)  # the front passes, a story is held
        process = await program.start()
        await hold.reached(30)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        hold.release()
        (thread,) = news.threads
        assert len([post for post in thread.posts if post.embeds]) == 1
        process = await program.start()
        await discord.wait_for(lambda: len([post for post in thread.posts if post.embeds]) == 2, 30)
        await asyncio.sleep(1)
        assert await program.stop(process) == 0
        assert len([post for post in news.posts if post.thread]) == 1
        titles = [post.embeds[0]["title"] for post in thread.posts if post.embeds]
        assert sorted(titles) == sorted(set(titles))
        assert len(news.threads) == 1
        _is_harmless(discord, news, thread)


async def test_a_late_edition_waits_for_the_first_poll_and_tells_what_it_brought(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    async with DiscordServer() as discord, _newsstand(now) as (_, presets):
        news = discord.add_guild().add_text_channel("news")
        await schedule_of_this_hour(tmp_path, presets, news, now)
        async with running(settings_for(tmp_path, discord), Overrides(presets=presets)):
            await discord.wait_for(lambda: news.threads and len(news.threads[0].posts) >= 2, 20)
        assert sorted(post.embeds[0]["title"][:4] for post in news.threads[0].posts) == ["Nuuk", "Tari"]
        _is_harmless(discord, news)


async def test_an_edition_waits_for_a_poll_that_hangs_only_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord_bot, "FIRST_POLL_WITHIN", timedelta(seconds=1))
    now = datetime.now(UTC)
    async with DiscordServer() as discord, _newsstand(now) as (site, presets):
        site.feed("/feed.xml", [], delay=timedelta(minutes=1))
        news = discord.add_guild().add_text_channel("news")
        await schedule_of_this_hour(tmp_path, presets, news, now)
        async with running(settings_for(tmp_path, discord), Overrides(presets=presets)):
            await discord.wait_for(lambda: news.posts, 20)
            assert site.asked("/feed.xml")
        assert "Nothing new on these topics" in news.posts[0].text


async def test_a_message_in_flight_when_a_signal_comes_is_finished_and_not_looked_for_later(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    async with DiscordServer() as discord, _newsstand(now) as (_, presets), Program(tmp_path, discord) as program:
        news = discord.add_guild().add_text_channel("news")
        await schedule_of_this_hour(tmp_path / "data", presets, news, now)
        hold = discord.hold(r"/messages$", method="POST", when="after")
        process = await program.start()
        await hold.reached(30)
        stopping = asyncio.create_task(program.stop(process))
        await asyncio.sleep(0.5)
        hold.release()
        assert await stopping == 0
        async with open_folder(tmp_path / "data", presets=presets, writes=True) as folder:
            (delivery,) = await folder.outbox.unfinished()
        assert [type(part.state) for part in delivery.parts[:2]] == [Sent, Pending]
        assert not news.threads


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_program_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    async with (
        DiscordServer() as discord,
        _newsstand(datetime.now(UTC)) as (_, presets),
        Program(tmp_path, discord) as program,
    ):
        discord.add_guild()
        async with open_folder(tmp_path / "data", presets=presets, writes=True):
            pass
        process = await program.start()
        await discord.wait_connected(30)
        assert await program.stop(process, number) == 0
        assert "Traceback" not in program.log
