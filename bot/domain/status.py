"""Status: how the bot is, as far as one server is concerned. Standard library only, no I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.deliveries import Delivery, Failed, Part, Pending, Rejected, begun, rejected
from bot.domain.health import FeedHealth
from bot.domain.schedules import Schedule, Slot


class Outcome(StrEnum):
    """What became of an edition: `QUIET` had nothing new to post."""

    POSTED = "posted"
    IN_PART = "in_part"
    UNDER_WAY = "under_way"
    REFUSED = "refused"
    QUIET = "quiet"


def outcome(delivery: Delivery) -> Outcome:
    """What became of a delivery so far."""
    if not delivery.parts:
        return Outcome.QUIET
    if rejected(delivery) is not None:
        return Outcome.IN_PART if begun(delivery) else Outcome.REFUSED
    if any(isinstance(part.state, Pending | Failed) for part in delivery.parts):
        return Outcome.UNDER_WAY
    return Outcome.IN_PART if any(map(_left_out, delivery.parts)) else Outcome.POSTED


def _left_out(part: Part) -> bool:
    return isinstance(part.state, Rejected)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState:
    """What is known of a model without asking it: when it answered and failed last, and why.

    `rests_until` is set while it is left alone because it failed again and again.
    """

    model: str
    answered_at: datetime | None = None
    failed_at: datetime | None = None
    reason: str = ""
    rests_until: datetime | None = None

    @property
    def fails(self) -> bool:
        """Whether the last call came to nothing."""
        return self.failed_at is not None and (self.answered_at is None or self.answered_at < self.failed_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The process: its version, and since when it runs."""

    version: str
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What stands where. `deliveries` and `questions` of the server are recorded and not finished.

    `model` is None where extracts are written.
    """

    program: Program
    last: Delivery | None
    following: tuple[Schedule, Slot] | None
    feeds: int
    troubled: tuple[FeedHealth, ...]
    deliveries: int
    questions: int
    model: ModelState | None
    stored_bytes: int
