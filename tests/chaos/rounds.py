"""Rounds: life after life of the process, each hindered and killed, until all that is due stands; then the count."""

import asyncio
import math
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.errors import DamagedError
from storage.archive.database import ARCHIVE_FILE, check_archive
from tests.chaos import kills
from tests.chaos.count import Standing, refusals, standing
from tests.chaos.faults import Fault
from tests.chaos.pack import Pack
from tests.chaos.program import ChaosError
from tests.chaos.scene import STORIES, Round, Scene

EDITIONS_A_KILL, FEWEST_EDITIONS = 2, 6
PATIENCE = timedelta(seconds=35)
"""How long an undisturbed process has for what is left before it is started again; the outbox is seen to every 30 s."""
LONGEST_ROUND_END = timedelta(seconds=150)
CONNECTS_WITHIN, CALM = timedelta(seconds=60), timedelta(seconds=2)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What happened in a round, in the order in which it happened, and what came of it.

    `settings` and `questions` count those confirmed and accepted; the rest says in words what is missing, what stands
    twice, and who was not told.
    """

    killed: list[str] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    standing: list[Standing] = field(default_factory=list)
    settings: int = 0
    settings_lost: list[str] = field(default_factory=list)
    set_twice: list[str] = field(default_factory=list)
    questions: int = 0
    questions_lost: list[str] = field(default_factory=list)
    answered_twice: list[str] = field(default_factory=list)
    notices_lost: list[str] = field(default_factory=list)
    noticed_twice: list[str] = field(default_factory=list)
    seconds: float = 0

    @property
    def wrong(self) -> list[str]:
        """Whatever should not be, in words."""
        editions = [str(each) for each in self.standing if each.lost or each.doubled]
        lost = [f"lost: {each}" for each in self.settings_lost + self.questions_lost + self.notices_lost]
        twice = self.set_twice + self.answered_twice + self.noticed_twice
        return editions + lost + [f"twice: {each}" for each in twice]


async def play(
    scene: Scene, name: str, rng: random.Random, pack: Pack, *, kill_count: int, fault_count: int
) -> Outcome:
    """One round. Kills as often as asked for, unless all stands before; has the rest delivered; counts.

    Raises ChaosError.
    """
    began = time.monotonic()
    round_ = Round(scene, name, rng, with_model=rng.random() < 0.5)
    playing = _Playing(round_, rng, pack)
    try:
        await round_.prepare(max(FEWEST_EDITIONS, kill_count * EDITIONS_A_KILL))
        await playing.killed_lives(kill_count, fault_count)
        await playing.undisturbed_lives(fault_count)
        await playing.calm_life()
        await round_.all_gone()
    finally:
        round_.close()
    playing.count()
    playing.outcome.seconds = time.monotonic() - began
    return playing.outcome


class _Playing:
    """A round under way."""

    def __init__(self, round_: Round, rng: random.Random, pack: Pack) -> None:
        self.outcome = Outcome()
        self._round = round_
        self._discord = round_.scene.discord
        self._rng = rng
        self._pack = pack
        self._links = [round_.scene.site.url(path) for path in STORIES]

    async def killed_lives(self, kill_count: int, fault_count: int) -> None:
        """A life for each kill, the faults spread over them."""
        for lives in range(kill_count, 0, -1):
            if self._settled():
                break
            kill = kills.draw(self._rng, with_model=self._round.with_model)
            async with self._hindered(math.ceil((fault_count - len(self.outcome.met)) / lives)), self._peopled():
                self.outcome.killed.append(await kill.strike(self._round))

    async def undisturbed_lives(self, fault_count: int) -> None:
        """Lives without kills, the first with the faults left, until all is settled or the deadline passes."""
        deadline = time.monotonic() + LONGEST_ROUND_END.total_seconds()
        faults_left = fault_count - len(self.outcome.met)
        while not self._settled() and time.monotonic() < deadline:
            async with self._hindered(faults_left):
                with suppress(TimeoutError):  # started again, it begins with what is left
                    await self._discord.wait_for(self._settled, PATIENCE.total_seconds())
                await self._round.end(signal.SIGTERM)
            faults_left = 0

    async def calm_life(self) -> None:
        """One more start, with nothing left to do: whatever it posts stands twice."""
        greeted = len(self._discord.gateway.identifies)
        program = await self._round.start()
        try:
            await self._discord.wait_for(
                lambda: len(self._discord.gateway.identifies) > greeted, CONNECTS_WITHIN.total_seconds()
            )
        except TimeoutError:
            raise ChaosError(f"The program does not connect.\n{program.told}") from None
        await asyncio.sleep(CALM.total_seconds())
        await self._round.end(signal.SIGTERM)

    def count(self) -> None:
        """What stands in the end, after the last process ended. Raises ChaosError for an archive that is not sound."""
        try:
            check_archive(self._round.data / ARCHIVE_FILE)
        except DamagedError as error:
            raise ChaosError(f"The archive was damaged: {error}") from error
        outcome, members = self.outcome, self._round.members
        outcome.standing = self._standing()
        outcome.settings = len(members.confirmed())
        outcome.settings_lost = members.forgotten(self._round.data)
        outcome.set_twice = members.set_twice(self._round.data)
        outcome.questions = len(members.accepted())
        outcome.questions_lost = members.unanswered()
        outcome.answered_twice = members.answered_twice()
        noticed = self._noticed(outcome.standing)
        outcome.notices_lost = [f"the notice on {name}" for name, times in noticed.items() if times == 0]
        outcome.noticed_twice = [f"the notice on {name}" for name, times in noticed.items() if times > 1]

    @asynccontextmanager
    async def _hindered(self, fault_count: int) -> AsyncIterator[None]:
        """A life of the process with so many faults waiting to happen; those that did are noted."""
        waiting = [self._pack.draw(with_model=self._round.with_model) for _ in range(fault_count)]
        for fault in waiting:
            await fault.prepare(self._round)
        await self._round.start()
        strikes = [asyncio.create_task(fault.strike(self._round)) for fault in waiting]
        try:
            yield
        finally:
            for strike in strikes:
                strike.cancel()
            await asyncio.gather(*strikes, return_exceptions=True)
        for fault, strike in zip(waiting, strikes, strict=True):
            self._note(fault, strike)

    @asynccontextmanager
    async def _peopled(self) -> AsyncIterator[None]:
        """Members act meanwhile. Not in lives without a kill: what they are owed must come to an end."""
        acting = asyncio.create_task(self._round.members.act())
        try:
            yield
        finally:
            acting.cancel()
            with suppress(asyncio.CancelledError):
                await acting

    def _note(self, fault: Fault, strike: asyncio.Task[None]) -> None:
        if strike.cancelled():
            self._pack.put_back(fault)
            return
        strike.result()
        self.outcome.met.append(fault.name)

    def _settled(self) -> bool:
        """Whether each edition stands or was refused, and each accepted question has its answer."""
        missing = {due.channel.id for due in self._round.due if standing(due, self._links, {}).missing}
        if not missing <= self._discord.pulled_places or self._round.members.unanswered():
            return False
        if not missing:
            return True
        editions = self._standing()
        return not any(each.lost for each in editions) and all(self._noticed(editions).values())

    def _noticed(self, editions: list[Standing]) -> dict[str, int]:
        """How often the server's owner was told of each edition that was refused, by the channel's name."""
        told = [message.text for message in self._discord.dm(self._round.guild.owner).posts]
        refused = [each.due.channel for each in editions if each.refused]
        return {channel.name: sum(str(channel.id) in text for text in told) for channel in refused}

    def _standing(self) -> list[Standing]:
        """Every edition as it stands. Only where the bot lost a permission may one have been refused."""
        recorded = refusals(self._round.data)
        pulled = {due.schedule for due in self._round.due if due.channel.id in self._discord.pulled_places}
        refused = {schedule: reason for schedule, reason in recorded.items() if schedule in pulled}
        return [standing(due, self._links, refused) for due in self._round.due]
