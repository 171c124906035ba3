"""Questions to a program that is killed: each is answered once and whole, or said once to be lost."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.feeds import Feed, FeedUrl
from bot.domain.topics import Topic
from bot.domain.wording import commands as wording
from storage.archive.database import ARCHIVE_FILE
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.doubles.discord import Channel, DiscordServer, Hold, Interaction, Member, Message
from tests.doubles.news_site import Item, NewsSite
from tests.road.program import Program

QUESTION = "What does the tariff on bicycles cost?"
STORIES = (
    "The tariff on bicycles costs British makers of racing frames 900 dollars for each one sold in America.",
    "Because of the tariff, bicycles for cargo cost 250 dollars more in Boston than a year ago, traders said.",
    "In Leeds the tariff on bicycles cost 40 jobs at a workshop for folding models, its owner said on Sunday.",
    "Lawyers reckon that appeals against the tariff on bicycles cost 3 million pounds within two years.",
    "A touring club says that the tariff on bicycles will cost its members 75 dollars a head this season.",
    "For mountain bicycles the tariff costs importers 12% of their sales, a survey by a bank in Denver found.",
)
STALE = timedelta(minutes=20)


@asynccontextmanager
async def _newsstand() -> AsyncIterator[Presets]:
    """A site whose stories have such long addresses that an answer from them fills two messages."""
    async with NewsSite() as site:
        items = []
        for number, text in enumerate(STORIES):
            path, title = f"/{number}-{'bicycle-tariff-' * 20}", text[:50]
            more = (
                f"This was report {number} of our series on trade, which goes on tomorrow with other goods than these."
            )
            site.page(path, f"<html><body><article><h1>{title}</h1><p>{text} {more}</p></article></body></html>")
            items.append(Item(title, site.url(path), published=datetime.now(UTC) - timedelta(hours=1)))
        site.feed("/feed.xml", items)
        feed = Feed(url=FeedUrl(site.url("/feed.xml")), outlet="Harbour Ledger")
        yield Presets(feeds=(feed,), topics=(Topic(name="Tariffs", words=("tariff*",)),))


@dataclass(slots=True)
class Scene:
    """Three members, who ask in three ways, and the program between its lives."""

    discord: DiscordServer
    program: Program
    presets: Presets
    talk: Channel
    command: Channel
    anna: Member
    ben: Member
    cleo: Member
    asked: Interaction | None = None

    @property
    def direct(self) -> Channel:
        return self.discord.dm(self.ben)

    async def ask(self) -> None:
        await self.discord.say(self.anna, self.talk, f"{self.discord.bot.mention} {QUESTION}")
        await self.discord.say(self.ben, self.direct, QUESTION)
        self.asked = await self.discord.slash(self.cleo, self.command, "ask", question=QUESTION)

    def said(self) -> list[list[Message]]:
        """What the bot has said in each of the three places."""
        bot = self.discord.bot
        return [
            [each for each in place.posts if each.author is bot] for place in (self.talk, self.direct, self.command)
        ]

    async def live_until_killed(self, *holds: Hold) -> None:
        """One life of the program, which ends when all three questions are at the instant that is held."""
        process = await self.program.start()
        await self.discord.wait_connected(30)
        await self.ask()
        await self.discord.wait_for(lambda: sum(len(hold.caught) for hold in holds) == 3, 30)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        for hold in holds:
            hold.release()

    async def live_until_done(self, is_done: Callable[[], bool]) -> None:
        """A life in which what was left is done, and nothing more comes of it."""
        process = await self.program.start()
        await self.discord.wait_connected(30)
        await self.discord.wait_for(lambda: is_done() and not self._owed(), 30)
        await asyncio.sleep(0.5)
        assert is_done()
        assert await self.program.stop(process) == 0

    def _owed(self) -> int:
        with closing(sqlite3.connect(f"file:{self.program.data / ARCHIVE_FILE}?mode=ro", uri=True)) as archive:
            return int(archive.execute("select count(*) from questions").fetchone()[0])

    async def grow_old(self) -> None:
        """As if the program had been off for a while."""
        assert self.asked
        self.asked.created_at -= STALE
        async with open_folder(self.program.data, presets=self.presets, writes=True) as folder:
            for question in await folder.questions.unanswered():
                await folder.questions.done(question.id)
                await folder.questions.accept(replace(question, asked_at=question.asked_at - STALE))


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with DiscordServer() as discord, _newsstand() as presets, Program(tmp_path, discord) as program:
        discord.nonce_window = timedelta(0)  # as if Discord had forgotten what was tried before the kill
        async with open_folder(tmp_path / "data", presets=presets, writes=True):
            pass
        guild = discord.add_guild()
        talk, command = guild.add_text_channel("talk"), guild.add_text_channel("command")
        anna, ben, cleo = (guild.add_member(name) for name in ("anna", "ben", "cleo"))
        scene = Scene(discord, program, presets, talk, command, anna, ben, cleo)
        polled = await program.start("poll")
        assert await polled.wait() == 0
        yield scene
        discord.assert_no_faults()
        assert "question_answered" in program.log or "question_lost" in program.log
        assert QUESTION not in program.log
        assert scene.asked
        assert scene.asked.token not in program.log


def _whole(messages: list[Message]) -> bool:
    """Whether an answer stands once, from its first claim to its last line."""
    text = "\n".join(message.content for message in messages)
    return len(messages) == 2 and text.count("**Sources**") == text.count("written by software") == 1


async def test_a_kill_after_acceptance_leaves_each_question_answered_once(scene: Scene) -> None:
    taken = scene.discord.hold("/(typing|callback)$", method="POST", when="after")
    await scene.live_until_killed(taken)
    assert scene.said() == [[], [], []]
    await scene.live_until_done(lambda: all(map(_whole, scene.said())))


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_kill_about_the_second_message_leaves_each_answer_standing_once(scene: Scene, when: str) -> None:
    seconds = [
        scene.discord.hold(f"/{scene.talk.id}/messages$", method="POST", when=when, skip=1),
        scene.discord.hold(f"/{scene.direct.id}/messages$", method="POST", when=when, skip=1),
        scene.discord.hold("/webhooks/", method="POST", when=when),
    ]
    await scene.live_until_killed(*seconds)
    assert [len(messages) for messages in scene.said()] == [1 if when == "before" else 2] * 3
    await scene.live_until_done(lambda: all(map(_whole, scene.said())))


async def test_questions_that_are_too_old_after_a_kill_are_said_once_to_be_lost(scene: Scene) -> None:
    taken = scene.discord.hold("/(typing|callback)$", method="POST", when="after")
    await scene.live_until_killed(taken)
    await scene.grow_old()
    await scene.live_until_done(lambda: [len(messages) for messages in scene.said()] == [1, 1, 1])
    in_talk, in_direct, in_command = scene.said()
    assert [each.content for each in (*in_talk, *in_direct)] == [wording.LOST] * 2
    (told,) = in_command
    assert told.content.startswith("A question asked here on <t:")
    assert not any(each.pings for each in (*in_talk, *in_direct, told))
