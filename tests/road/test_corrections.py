"""A page corrects itself: the post is struck through, its thread and the next front say so, whenever the bot dies."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap import Overrides, discord_bot
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.topics import Topic
from storage.state.registers import Presets
from tests.doubles.clock import StandingClock
from tests.doubles.discord import Channel, DiscordServer
from tests.doubles.discord.messages import Message
from tests.doubles.news_site import Item, NewsSite
from tests.road.program import running, schedule_of_this_hour, settings_for

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
TARIFF = (
    "A tariff of 10% on all goods from the United Kingdom starts on February 1, the White House said on Sunday. "
    "British exporters said that the tariff would cost them orders across the United States."
)
HARBOUR = (
    "The mayor of Nuuk opened a new harbour in Greenland with room for forty boats that fish for cod. "
    "The harbour of Greenland's capital took five years to build, the town's engineers said."
)
TOPICS = (Topic(name="Tariffs", words=("tariff*",)), Topic(name="Greenland", words=("Greenland",)))


def _page(site: NewsSite, path: str, title: str, text: str) -> Item:
    site.page(path, f"<html><body><article><h1>{title}</h1><p>{text}</p></article></body></html>")
    return Item(title, site.url(path), published=NOW - HOUR)


def _publish(site: NewsSite, tariff: str, harbour: str) -> Presets:
    items = [
        _page(site, "/tariff", "White House sets a tariff on UK goods", tariff),
        _page(site, "/nuuk", "Nuuk opens a new harbour for cod boats", harbour),
    ]
    feed = Feed(url=FeedUrl(site.feed("/feed.xml", items)), outlet="Harbour Ledger")
    return Presets(feeds=(feed,), topics=TOPICS)


def _story(thread: Channel, title: str) -> Message:
    stories = [(post.embeds[0]["title"], post) for post in thread.posts if post.embeds]
    (found,) = [post for shown, post in stories if shown.removeprefix("Corrected: ").startswith(title)]
    return found


def _notes(thread: Channel) -> list[Message]:
    return [post for post in thread.posts if post.content.startswith("**Correction**")]


async def test_a_page_that_corrects_itself_changes_the_post_its_thread_and_the_next_front_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pace in ("CORRECTIONS_EVERY", "_EDITIONS_EVERY"):
        monkeypatch.setattr(discord_bot, pace, timedelta(seconds=0.3))
    clock = StandingClock(NOW)
    async with DiscordServer(clock=clock.now) as discord, NewsSite() as site:
        news = discord.add_guild().add_text_channel("news")
        overrides = Overrides(clock=clock, presets=_publish(site, TARIFF, HARBOUR))
        assert overrides.presets
        await schedule_of_this_hour(tmp_path, overrides.presets, news, NOW)
        async with running(settings_for(tmp_path, discord), overrides):
            await discord.wait_for(lambda: news.threads and len(news.threads[0].posts) >= 2, 20)
            (thread,) = news.threads
            await asyncio.sleep(0.5)  # until it is on record that they stand
            _publish(
                site, TARIFF.replace("10%", "12%"), HARBOUR.replace("forty", "“forty”").replace("town's", "town’s")
            )
            hold = discord.hold(r"/messages/\d+$", method="PATCH", when="before")
            clock.move(HOUR)
            await hold.reached(20)
        hold.release()
        assert "~~" not in _story(thread, "White House").text
        async with running(settings_for(tmp_path, discord), overrides):
            await discord.wait_for(lambda: "~~" in _story(thread, "White House").text and _notes(thread), 20)
            clock.move(timedelta(hours=23))
            await discord.wait_for(lambda: len([post for post in news.posts if post.thread]) == 2, 20)
            await discord.wait_for(lambda: len(site.asked("/nuuk")) == 3, 20)
        _, front = [post for post in news.posts if post.thread]
        (note,) = _notes(thread)
        struck, below, *_ = _story(thread, "White House").embeds[0]["description"].split("\n")
        assert struck.startswith("- ~~A tariff of 10% on all goods from the United Kingdom starts on February 1")
        assert below.startswith("-# Corrected <t:")
        assert ":f>: Harbour Ledger now says “A tariff of 12% on all goods" in below
        assert "Harbour Ledger now says “A tariff of 12%" in note.content
        assert not _story(thread, "Nuuk").edited_at
        assert [button["custom_id"].rpartition(":")[2] for button in note.buttons] == ["story-2"]
        assert "Corrected on 23 Nov: “A tariff of 10% on all goods" in front.content
        discord.assert_no_faults()
