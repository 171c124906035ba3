"""What people do while the program lives: an admin adds schedules, members ask; and what came of it in the end.

Every schedule and every question has a place of its own, so that what stands there belongs to it. Must not know how
the program dies.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bot.domain.wording import commands as wording
from storage.state.registers import SCHEDULES, STATE_FOLDER
from tests.chaos.servers import UnreliableDiscord
from tests.doubles.discord import Channel, Guild, Interaction, Member
from tests.doubles.discord.interactions import DEFERRED_MESSAGE

LONGEST_PAUSE_SECONDS = 1.5
ACTS_A_SERVER = 20
FOR_EVER = 3600.0  # seconds; the life's end comes before
CONFIRMED = "Every day at"
SIGNED = "written by software"
ASKED = (
    "How much is the tariff on imported bicycles?",
    "How long is the runway at Ilulissat?",
    "How much does the chip maker Halvorsen expect in sales?",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A daily briefing that an admin asked for, in a channel that has no other."""

    channel: Channel
    asked: Interaction

    @property
    def confirmed(self) -> bool:
        """Whether the admin was told that it is set up."""
        return any(CONFIRMED in message.text for message in self.asked.messages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, in a place where nothing else is asked. `command` is set for one asked with `/ask`."""

    place: Channel
    command: Interaction | None = None

    def __str__(self) -> str:
        recipient = self.place.recipient
        return f"in {self.place.name}" if recipient is None else f"in the direct messages of {recipient.name}"


class Members:
    """The people of one round, in a server after another: each may have only so many schedules."""

    def __init__(self, discord: UnreliableDiscord, name: str, rng: random.Random) -> None:
        self.settings: list[Setting] = []
        self.questions: list[Asked] = []
        self._discord = discord
        self._name = name
        self._rng = rng
        self._guilds: list[Guild] = []
        self._admins: list[Member] = []
        self._numbers = count()

    async def act(self) -> None:
        """From when the program is connected on they do something now and then. Cancelled at the end of its life."""
        await self._discord.wait_for(self._offered, FOR_EVER)
        while True:
            if self._rng.random() < 0.5:
                await self._ask()
            else:
                await self._set_up()
            await asyncio.sleep(self._rng.uniform(0, LONGEST_PAUSE_SECONDS))

    def accepted(self) -> list[Asked]:
        """The questions that the program showed to have taken: it was typing, or said that it is thinking."""
        if not self.questions:
            return []
        typed = {call.path for call in self._discord.requests if call.path.endswith("/typing") and call.status == 204}
        return [
            each
            for each in self.questions
            if f"/channels/{each.place.id}/typing" in typed
            or (each.command and each.command.answered_with == DEFERRED_MESSAGE)
        ]

    def unanswered(self) -> list[str]:
        """What was accepted and has neither an answer nor the word that it was lost, in words."""
        return [f"the question {each}" for each in self.accepted() if not self._answers(each)]

    def answered_twice(self) -> list[str]:
        """The questions under which anything stands twice, or two answers, or an answer and that it was lost; in words.

        Every answer here is one message long. The asker of a command may read both why it failed and that it was lost:
        what he alone was told is not seen by the next process.
        """
        said = {str(each): list(self._answers(each).elements()) for each in self.questions}
        return [f"the answer {name}: {texts}" for name, texts in said.items() if _too_much(texts)]

    def confirmed(self) -> list[Setting]:
        """The settings whose confirmation reached Discord."""
        return [each for each in self.settings if each.confirmed]

    def forgotten(self, data: Path) -> list[str]:
        """The settings that were confirmed and stand no more, in words; read from the data folder."""
        kept = (data / STATE_FOLDER / f"{SCHEDULES.table}.json").read_text(encoding="utf-8")
        return [
            f"the schedule for {each.channel.name}"
            for each in self.confirmed()
            if f'"discord:{each.channel.id}"' not in kept
        ]

    def set_twice(self, data: Path) -> list[str]:
        """The settings that stand more than once, in words."""
        kept = (data / STATE_FOLDER / f"{SCHEDULES.table}.json").read_text(encoding="utf-8")
        return [
            f"the schedule for {each.channel.name}"
            for each in self.settings
            if kept.count(f'"discord:{each.channel.id}"') > 1
        ]

    def leave(self) -> None:
        """The bot is thrown out of their servers, so that the next round begins without them."""
        for guild in self._guilds:
            guild.remove_bot()

    def _offered(self) -> bool:
        return bool(self._discord.gateway.connected and self._discord.world.commands.get(None))

    def _move(self) -> tuple[Guild, int]:
        """Where the next thing happens, and its number."""
        number = next(self._numbers)
        if number % ACTS_A_SERVER == 0:
            self._guilds.append(self._discord.add_guild(f"{self._name}, server {len(self._guilds)}"))
            self._admins.append(self._guilds[-1].add_member("ada", manage_guild=True))
        return self._guilds[-1], number

    async def _set_up(self) -> None:
        guild, number = self._move()
        channel = guild.add_text_channel(f"settings-{number}")
        at = datetime.now(UTC) + timedelta(hours=self._rng.randint(2, 20))  # so that none comes while this runs
        asked = await self._discord.slash(
            self._admins[-1], channel, "schedule add", channel=channel, at=f"{at:%H:%M}", zone="UTC"
        )
        self.settings.append(Setting(channel=channel, asked=asked))

    async def _ask(self) -> None:
        guild, number = self._move()
        member, question = guild.add_member(f"member-{number}"), self._rng.choice(ASKED)
        match self._rng.randrange(3):
            case 0:
                await self._say(member, self._discord.dm(member), question)
            case 1:
                channel = guild.add_text_channel(f"talk-{number}")
                await self._say(member, channel, f"{self._discord.bot.mention} {question}")
            case _:
                channel = guild.add_text_channel(f"talk-{number}")
                command = await self._discord.slash(member, channel, "ask", question=question)
                self.questions.append(Asked(place=channel, command=command))

    async def _say(self, member: Member, place: Channel, text: str) -> None:
        self.questions.append(Asked(place=place))
        await self._discord.say(member, place, text)

    def _answers(self, question: Asked) -> Counter[str]:
        """What the bot said there, by text."""
        said = {message.id: message for message in question.place.posts if message.author is self._discord.bot}
        said |= {message.id: message for message in (question.command.messages if question.command else ())}
        return Counter(message.text for message in said.values())


def _too_much(texts: list[str]) -> bool:
    answers = [text for text in texts if SIGNED in text]
    return len(texts) > len(set(texts)) or len(answers) > 1 or bool(answers and wording.LOST in texts)
