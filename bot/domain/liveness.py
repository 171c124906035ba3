"""Liveness: whether what the bot does by itself still moves.

Standard library only, no I/O. What counts as a movement is told by whoever does the work.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


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
