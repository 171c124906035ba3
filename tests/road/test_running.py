"""The running program as its operator sees it: figures, health, logs from a feed to a message, and the stop."""

import asyncio
import io
import json
import logging
import re
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import structlog
from aiohttp import web

from bot.bootstrap import Overrides, discord_bot, read_presets
from bot.bootstrap.demo import EditionClock
from bot.bootstrap.discord_bot import Vigil
from bot.demo.site import EDITION_NOW, DemoSite
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.liveness import Stage
from bot.domain.topics import Topic
from bot.logs import set_up_logs
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.doubles import models
from tests.doubles.discord import Channel, DiscordServer
from tests.doubles.model_server import ModelServer, Reply, error
from tests.doubles.news_site import Item, NewsSite
from tests.road.program import Program, running, schedule_of_this_hour, settings_for
from tests.road.test_discord_bot import STORIES

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOCUMENTED = Path(__file__).parents[2] / "docs" / "monitoring.md"
TOPICS = (Topic(name="Greenland", words=("Greenland",)),)
HEADLINE, TEXT = STORIES["/nuuk"]
PAGE = f"<html><body><article><h1>{HEADLINE}</h1><p>{TEXT}</p></article></body></html>"
MARKER = "Quibbleford"
Line = Mapping[str, Any]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def _logged(level: str) -> Iterator[io.StringIO]:
    """What is logged from this level on, as JSON lines."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, before = list(root.handlers), root.level
    set_up_logs(as_json=True, level=level, stream=stream)
    try:
        yield stream
    finally:
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(before)


def _lines(stream: io.StringIO) -> list[Line]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def _get(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, await answer.text()


async def _until(look: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not await look():  # noqa: ASYNC110  (a program's own address has no event to wait for)
            await asyncio.sleep(0.1)


# --- a day of the demonstration's edition -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What was left of it: the log, the figures, and the messages that stand in the thread."""

    lines: list[Line]
    figures: str
    thread: list[str]
    feeds: tuple[str, ...]

    def find(self, event: str, **fields: object) -> list[Line]:
        return [line for line in self.lines if line["event"] == event and fields.items() <= line.items()]

    def figure(self, name: str) -> float:
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.figures, re.MULTILINE)
        assert found, name
        return float(found[1])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def day(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Day]:
    """The edition polled, briefed and delivered, and one question answered."""
    folder, port, clock = tmp_path_factory.mktemp("day"), _free_port(), EditionClock()
    async with DemoSite() as site, DiscordServer(clock=clock.now) as discord:
        guild = discord.add_guild()
        news, olga = guild.add_text_channel("news"), guild.add_member("olga")
        presets = Presets(
            feeds=tuple(Feed(url=FeedUrl(each.url), outlet=each.outlet) for each in site.feeds),
            topics=read_presets().topics,
        )
        await schedule_of_this_hour(folder, presets, news, EDITION_NOW)
        settings = settings_for(folder, discord, newsthread_metrics_port=port)
        with _logged("INFO") as stream:
            vigil = Vigil(every=timedelta(seconds=0.5))
            async with running(settings, Overrides(clock=clock, presets=presets), vigil):
                await discord.wait_for(lambda: "delivery_complete" in stream.getvalue(), 30)
                await discord.say(olga, discord.dm(olga), "When do the tariffs on the UK start?")
                await discord.wait_for(lambda: len(discord.dm(olga).posts) >= 2, 15)
                await asyncio.sleep(0.6)  # the backlog is looked at every half a second here
                figures = (await _get(port, "/metrics"))[1]
        thread = [str(post.id) for post in news.threads[0].posts if post.embeds]
        yield Day(lines=_lines(stream), figures=figures, thread=thread, feeds=site.feed_urls)


async def test_a_scrape_finds_every_figure_that_is_documented(day: Day) -> None:
    names = re.findall(r"^\| `(newsthread_\w+)` \|", DOCUMENTED.read_text("utf-8"), re.MULTILINE)
    assert len(names) > 20
    found = set(re.findall(r"^# TYPE (\S+)", day.figures, re.MULTILINE))
    assert set(names) <= found
    assert "process_resident_memory_bytes" in found


async def test_the_figures_say_what_happened(day: Day) -> None:
    stories = len(day.thread)
    assert stories >= 5
    assert day.figure("newsthread_polls_total") == 1
    assert day.figure("newsthread_poll_duration_seconds_count") == 1
    assert day.figure("newsthread_articles_total") >= 14
    assert day.figure("newsthread_feeds_failing") == 0
    assert day.figure("newsthread_stories_told_total") == stories
    assert day.figure('newsthread_claims_total{outcome="posted"}') >= stories
    assert day.figure('newsthread_parts_total{state="sent"}') == stories + 2
    assert day.figure('newsthread_deliveries_total{state="complete"}') == 1
    assert 60 <= day.figure("newsthread_edition_lateness_seconds_sum") < 120
    assert day.figure("newsthread_deliveries_unfinished") == 0
    assert day.figure('newsthread_questions_total{status="answered"}') == 1
    assert day.figure("newsthread_question_duration_seconds_count") == 1
    assert day.figure('newsthread_stage_stalled{stage="connection"}') == 0
    for last in ("poll", "edition", "delivery"):
        at = datetime.fromtimestamp(day.figure(f"newsthread_last_{last}_timestamp_seconds"), UTC)
        assert timedelta() <= at - EDITION_NOW < timedelta(minutes=1)


async def test_from_each_feed_the_ids_lead_to_the_message_in_discord(day: Day) -> None:
    arrived = set()
    for read in day.find("feed_read"):
        for article in read["articles"]:
            for grown in day.find("story_grown", poll=read["poll"]):
                if article not in grown["new"]:
                    continue
                for told in day.find("story_told", story=grown["story"]):
                    (written,) = day.find("briefing_written", delivery=told["delivery"])
                    assert told["story"] in written["stories"]
                    sent = [line["message"] for line in day.find("part_sent", delivery=told["delivery"])]
                    assert set(day.thread) <= set(sent)
                    arrived.add(read["url"])
    assert len(arrived) >= 5
    assert arrived <= set(day.feeds)
    assert len(day.find("delivery_complete")) == 1


# --- health -----------------------------------------------------------------------------------------------------------


def _vigil(stage: Stage) -> Vigil:
    patience = dict.fromkeys(Stage, timedelta(hours=1)) | {stage: timedelta(seconds=1)}
    return Vigil(every=timedelta(seconds=0.4), patience=patience)


async def test_a_poll_that_hangs_is_seen_in_healthz_log_and_by_the_owner_until_it_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord_bot, "NOTICES_EVERY", timedelta(seconds=0.5))
    hangs, port = asyncio.Event(), _free_port()

    async def respond(request: web.Request) -> web.Response:
        await hangs.wait()
        return web.Response(body=b"<rss version='2.0'><channel><title>t</title></channel></rss>")

    async with NewsSite() as site, DiscordServer() as discord:
        feed = Feed(url=FeedUrl(site.handler("/feed.xml", respond)), outlet="Harbour Ledger")
        overrides = Overrides(presets=Presets(feeds=(feed,), topics=TOPICS))
        settings = settings_for(tmp_path, discord, newsthread_metrics_port=port)
        with _logged("INFO") as stream:
            async with running(settings, overrides, _vigil(Stage.POLLING)):
                await discord.wait_connected(20)
                began = datetime.now(UTC)
                await _until(lambda: _answers(port, 503))
                _, text = await _get(port, "/healthz")
                (stalled,) = json.loads(text)["stalled"]
                assert stalled["stage"] == "polling"
                assert abs(datetime.fromisoformat(stalled["since"]) - began) < timedelta(seconds=10)
                inbox = discord.dm(discord.owner)
                await discord.wait_for(lambda: inbox.posts, 30)
                hangs.set()
                await _until(lambda: _answers(port, 200))
        assert len(inbox.posts) == 1
        assert "polling stands still" in inbox.posts[0].content
    events = [line["event"] for line in _lines(stream) if line["event"] in ("stalled", "moves_again")]
    assert events == ["stalled", "moves_again"]


async def _answers(port: int, status: int) -> bool:
    with suppress(aiohttp.ClientError):
        return (await _get(port, "/healthz"))[0] == status
    return False


async def test_healthz_tells_that_nobody_is_logged_in_and_that_the_gateway_is_gone(tmp_path: Path) -> None:
    port = _free_port()
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(DiscordServer())
        hold = discord.hold(r"/users/@me$")
        settings = settings_for(tmp_path, discord, newsthread_metrics_port=port)
        overrides = Overrides(presets=Presets(feeds=(), topics=TOPICS))
        async with running(settings, overrides, _vigil(Stage.CONNECTION)):
            await _until(lambda: _answers(port, 503))
            assert '"connection"' in (await _get(port, "/healthz"))[1]
            hold.release()
            await _until(lambda: _answers(port, 200))
            await stack.aclose()
            await _until(lambda: _answers(port, 503))


# --- what no log holds ------------------------------------------------------------------------------------------------


def _repeats_the_question(body: Any) -> Any:
    """A model that fails, and says in its failure what it was asked; then one that answers with the member's words."""
    text = json.dumps(body)
    if MARKER not in text:
        return error(500, text)
    source = models.sources(body)[0]
    claim = {"text": f"{MARKER} said so.", "support": [{"source": source.id, "quote": source.sentences[0]}]}
    return {"status": "answered", "claims": [claim]}


async def test_no_log_holds_a_members_words_or_a_secret(tmp_path: Path) -> None:
    secrets = {"token": "MTA.tokentoken", "key": "sk-keykeykey", "password": "passpass"}
    now = datetime.now(UTC)
    async with NewsSite() as site, DiscordServer(token=secrets["token"]) as discord:
        site.page("/nuuk", PAGE)
        site.feed("/feed.xml", [Item(HEADLINE, site.url("/nuuk"), published=now - timedelta(hours=1))])
        private = f"http://reader:{secrets['password']}@127.0.0.1:{site.port}"
        presets = Presets(
            feeds=tuple(
                Feed(url=FeedUrl(private + path), outlet="Ledger") for path in ("/feed.xml", "/gone.xml", "/bad.xml")
            ),
            topics=TOPICS,
        )
        site.page("/bad.xml", "no feed at all")
        guild = discord.add_guild()
        news, olga = guild.add_text_channel("news"), guild.add_member("olga")
        await schedule_of_this_hour(tmp_path, presets, news, now)
        async with ModelServer(_repeats_the_question) as model:
            settings = settings_for(tmp_path, discord, openai_base_url=model.base_url, openai_api_key=secrets["key"])
            with _logged("DEBUG") as stream:
                async with running(settings, Overrides(presets=presets)):
                    await discord.wait_for(lambda: "delivery_complete" in stream.getvalue(), 30)
                    await discord.say(
                        olga, discord.dm(olga), f"How many boats, {MARKER}, has the harbour in Greenland?"
                    )
                    await discord.wait_for(lambda: len(discord.dm(olga).posts) >= 2, 20)
                    discord.fail_next("POST", r"^/webhooks/", status=403, times=9)
                    await discord.slash(olga, news, "brief", topic=MARKER)
                    await discord.wait_for(lambda: "member_not_told" in stream.getvalue(), 20)
    said = stream.getvalue()
    assert {"fallback_writes", "feed_failed", "claim_withheld", "question_answered"} <= {
        line["event"] for line in _lines(stream)
    }
    for word in (MARKER, *secrets.values(), TEXT[:40]):
        assert word.casefold() not in said.casefold(), next(line for line in said.splitlines() if word in line)


# --- the stop ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The surroundings of a process that is to be stopped; its model thinks for a minute."""

    folder: Path
    site: NewsSite
    discord: DiscordServer
    model: ModelServer
    news: Channel

    async def poll(self) -> None:
        self.site.feed("/feed.xml", [], delay=timedelta(minutes=1))
        await self.discord.wait_for(lambda: self.site.asked("/feed.xml"), 30)

    async def edition(self) -> None:
        await self.discord.wait_for(lambda: self.model.requests, 30)

    async def question(self) -> None:
        await self.discord.wait_connected(30)
        await self.discord.wait_for(lambda: self.site.asked("/nuuk"), 30)
        await asyncio.sleep(1)  # until it is stored
        olga = self.news.guild.add_member("olga")
        await self.discord.say(olga, self.discord.dm(olga), "How many boats has the harbour in Greenland room for?")
        await self.discord.wait_for(lambda: self.model.requests, 30)

    async def archive(self) -> None:
        """Another process writes, and does not end, while a poll has something to store."""
        self.site.page("/nuuk", PAGE, delay=timedelta(seconds=0.5))
        await self.discord.wait_for(lambda: self.site.asked("/nuuk"), 30)
        other = sqlite3.connect(self.folder / "data" / "archive.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(1)

    async def gateway(self) -> None:
        await self.discord.wait_connected(30)
        self.discord.gateway.hold()
        self.discord.gateway.cut()
        await asyncio.sleep(0.5)


@pytest.mark.parametrize("busy", ["poll", "edition", "question", "archive", "gateway"])
async def test_a_signal_ends_the_program_in_ten_seconds_whatever_is_under_way(tmp_path: Path, busy: str) -> None:
    now = datetime.now(UTC)
    async with NewsSite() as site, DiscordServer() as discord, ModelServer(_slow) as model:
        site.page("/nuuk", PAGE)
        feed = site.feed("/feed.xml", [Item(HEADLINE, site.url("/nuuk"), published=now - timedelta(hours=1))])
        presets = Presets(feeds=(Feed(url=FeedUrl(feed), outlet="Ledger"),), topics=TOPICS)
        scene = Scene(
            folder=tmp_path, site=site, discord=discord, model=model, news=discord.add_guild().add_text_channel("news")
        )
        planned = now if busy == "edition" else now + timedelta(hours=2)
        await schedule_of_this_hour(tmp_path / "data", presets, scene.news, planned)
        async with Program(tmp_path, discord, OPENAI_BASE_URL=model.base_url) as program:
            process = await program.start()
            await getattr(scene, busy)()
            assert await program.stop(process) == 0
            assert "Traceback" not in program.log


async def _slow(body: Any) -> Any:
    return Reply(delay=timedelta(minutes=1))


# --- damage -----------------------------------------------------------------------------------------------------------


async def test_damage_met_while_it_runs_ends_the_program_and_the_next_start_mends_it(tmp_path: Path) -> None:
    async with DiscordServer() as discord, Program(tmp_path, discord) as program:
        discord.add_guild()
        async with open_folder(program.data, presets=Presets(), writes=True):
            pass
        process = await program.start()
        await discord.wait_connected(30)
        archive = program.data / "archive.sqlite3"
        other = sqlite3.connect(archive, isolation_level=None)
        other.execute("pragma wal_checkpoint(truncate)")  # so that the file alone holds what is read
        other.execute("begin immediate")
        other.execute("insert into facts (name, value) values ('touched', '')")
        with archive.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (archive.stat().st_size - 4096))
        other.execute("commit")  # which makes the program read anew what it had in memory
        other.close()
        assert await asyncio.wait_for(process.wait(), 60) == 1
        assert "is damaged" in program.log
        process = await program.start()
        await discord.wait_for(lambda: discord.dm(discord.owner).posts, 40)
        assert "The archive was found damaged" in discord.dm(discord.owner).posts[0].content
        assert await program.stop(process) == 0
    assert len(list(program.data.glob("damaged-*"))) == 1
