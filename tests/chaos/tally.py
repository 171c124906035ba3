"""The whole run: rounds side by side, each in a scene of its own, and what they add up to."""

import asyncio
import math
import random
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.pack import Pack
from tests.chaos.program import ChaosError
from tests.chaos.rounds import Outcome, play
from tests.chaos.scene import Scene

KILLS_A_ROUND, FAULTS_A_ROUND = 20, 20
SIDE_BY_SIDE = 4
"""Rounds at a time: a process rests more than it works, and two cores carry four."""
MOST_TURNS = 4
"""How often further rounds are played for kills and faults that did not come about in those before."""

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A round to be played; its number and the seed fix what is tried in it."""

    number: int
    kills: int
    faults: int


@dataclass(slots=True, kw_only=True)
class Tally:
    """The outcomes of all rounds."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def kills(self) -> Counter[str]:
        return Counter(name for outcome in self.outcomes for name in outcome.killed)

    @property
    def faults(self) -> Counter[str]:
        return Counter(name for outcome in self.outcomes for name in outcome.met)

    @property
    def document(self) -> dict[str, object]:
        """The counts, with kills by instant and faults by kind.

        Every edition due is one of once, refused, lost and doubled. `lost` and `doubled` count settings, questions and
        notices too; the keys that begin with them say how many of each.
        """
        standing = [each for outcome in self.outcomes for each in outcome.standing]
        lost = {
            "editions": sum(each.lost and not each.doubled for each in standing),
            "settings": self._sum(lambda outcome: outcome.settings_lost),
            "questions": self._sum(lambda outcome: outcome.questions_lost),
            "notices": self._sum(lambda outcome: outcome.notices_lost),
        }
        doubled = {
            "editions": sum(bool(each.doubled) for each in standing),
            "settings": self._sum(lambda outcome: outcome.set_twice),
            "answers": self._sum(lambda outcome: outcome.answered_twice),
            "notices": self._sum(lambda outcome: outcome.noticed_twice),
        }
        return {
            "kills": self.kills.total(),
            "faults": self.faults.total(),
            "due": len(standing),
            "once": sum(each.once for each in standing),
            "refused": sum(bool(each.refused) and not each.doubled for each in standing),
            "settings": sum(outcome.settings for outcome in self.outcomes),
            "questions": sum(outcome.questions for outcome in self.outcomes),
            "lost": sum(lost.values()),
            "doubled": sum(doubled.values()),
            "lost_of": lost,
            "doubled_of": doubled,
            "rounds": len(self.outcomes),
            "kills_by_instant": dict(self.kills.most_common()),
            "faults_by_kind": dict(sorted(self.faults.items())),
        }

    def _sum(self, what: Callable[[Outcome], Sized]) -> int:
        return sum(len(what(outcome)) for outcome in self.outcomes)


async def run(kills: int, faults: int, *, seed: int, at_once: bool = False, report: Report = print) -> Tally:
    """Plays rounds until so many kills and faults have happened, or MOST_TURNS are over.

    The seed fixes what is tried, not how it falls in with the program. `at_once` leaves out the faults after which
    the bot rests for 15 s. Raises ChaosError.
    """
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="newsthread-chaos-") as folder:
        for turn in range(MOST_TURNS):
            left = (kills - tally.kills.total(), faults - tally.faults.total())
            if turn and max(left) <= 0:
                break
            plans = deque(_plans(len(tally.outcomes), *(max(0, each) for each in left)))
            try:
                async with asyncio.TaskGroup() as lanes:
                    for lane in range(min(SIDE_BY_SIDE, len(plans))):
                        home = Path(folder) / f"turn-{turn}-lane-{lane}"
                        lanes.create_task(_lane(home, plans, seed, tally, at_once=at_once, report=report))
            except* ChaosError as errors:
                raise errors.exceptions[0] from None
    return tally


def _plans(first: int, kills: int, faults: int) -> Iterator[Plan]:
    """Shares kills and faults out among as many rounds as they need."""
    rounds = max(1, math.ceil(kills / KILLS_A_ROUND), math.ceil(faults / FAULTS_A_ROUND))
    for each in range(rounds):
        yield Plan(number=first + each, kills=_share(kills, rounds, each), faults=_share(faults, rounds, each))


def _share(number: int, among: int, which: int) -> int:
    return number // among + (which < number % among)


async def _lane(home: Path, plans: deque[Plan], seed: int, tally: Tally, *, at_once: bool, report: Report) -> None:
    """Plays one planned round after another, until none is left."""
    await asyncio.to_thread(home.mkdir)
    async with Scene(home) as scene:
        while plans:
            plan = plans.popleft()
            rng = random.Random(f"{seed} {plan.number}")
            pack = Pack(random.Random(rng.random()), at_once=at_once)
            name = f"round-{plan.number}"
            outcome = await play(scene, name, rng, pack, kill_count=plan.kills, fault_count=plan.faults)
            tally.outcomes.append(outcome)
            report(_summary(name, tally, outcome))
        if scene.discord.faults or scene.discord.violations:
            raise ChaosError("\n".join(scene.discord.faults + scene.discord.violations))


def _summary(name: str, tally: Tally, outcome: Outcome) -> str:
    once = sum(each.once for each in outcome.standing)
    refused = sum(bool(each.refused) for each in outcome.standing)
    line = (
        f"{name}: {len(outcome.killed)} kills, {len(outcome.met)} faults, {len(outcome.standing)} editions:"
        f" {once} stand once, {refused} were refused; {outcome.seconds:.0f} s"
        f" (so far {tally.kills.total()} kills, {tally.faults.total()} faults)"
    )
    return "\n".join([line, *(f"  {each}" for each in outcome.wrong)])
