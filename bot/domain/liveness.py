"""Liveness: whether what the bot does by itself still moves, and what is said when it does not.

Standard library only, no I/O. What counts as a movement is told by whoever does the work.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.notices import at


class Stage(StrEnum):
    """What can stand still."""

    POLLING = "polling"
    WRITING = "writing"
    DELIVERY = "delivery"
    CONNECTION = "connection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A stage of which something is expected, `since` it last moved or since it has had something to do.

    `patience` is how long it may take until the next movement.
    """

    stage: Stage
    since: datetime
    patience: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """A stage that stands still, `since` its last movement."""

    stage: Stage
    since: datetime

    @property
    def id(self) -> str:
        """The same for as long as this stall lasts, and for no other."""
        return f"stalled {self.stage} {self.since:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What stands still now; of that what was not known, and what was known and moves again."""

    stalls: tuple[Stall, ...]
    begun: tuple[Stall, ...]
    over: tuple[Stall, ...]


def judge(beats: Iterable[Beat], known: Iterable[Stall], now: datetime) -> Verdict:
    """Compares what is expected with the stalls `known` from the last look.

    A stage of which nothing is expected any more does not stand still.
    """
    before = tuple(known)
    stalls = tuple(Stall(stage=beat.stage, since=beat.since) for beat in beats if now - beat.since > beat.patience)
    return Verdict(
        stalls=stalls,
        begun=tuple(stall for stall in stalls if stall not in before),
        over=tuple(stall for stall in before if stall not in stalls),
    )


def lost_time(last_look: datetime, now: datetime, every: timedelta) -> bool:
    """Whether nobody can say what moved since the last look: the computer slept, or its clock was set."""
    return not timedelta() <= now - last_look <= 3 * every


_WHAT = {
    Stage.POLLING: ("no feed could be checked", "What was read before is kept, and briefings are written from it"),
    Stage.WRITING: ("a briefing is due and none was written", "It is written and posted, late, as soon as that works"),
    Stage.DELIVERY: ("messages are due and none was posted", "What is due is kept, and posted once it works again"),
    Stage.CONNECTION: ("the bot is not connected to Discord", "Questions asked meanwhile do not reach it"),
}


def notice(stall: Stall) -> str:
    """What the operator is told: what happened, what was kept, what to do."""
    happened, kept = _WHAT[stall.stage]
    return (
        f"The bot's {stall.stage} stands still: since {at(stall.since)} {happened}. {kept}. "
        "The log tells why; `newsthread doctor` checks storage, model and Discord; a restart loses nothing."
    )
