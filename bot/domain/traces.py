"""Traces: all that is kept of one person. Standard library only, no I/O."""

from dataclasses import dataclass

from bot.domain.conversations import Question, Turn
from bot.domain.schedules import Schedule
from bot.domain.servers import Member
from bot.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What was collected of a person: what he asked, what he is owed an answer to, the model calls booked on him.

    `briefings` is how many were sent to him by direct message.
    """

    turns: tuple[Turn, ...] = ()
    questions: tuple[Question, ...] = ()
    usage: tuple[Usage, ...] = ()
    briefings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All that is kept of a person: what he decided, what he follows, and what was collected."""

    member: Member
    follows: tuple[Schedule, ...]
    traces: Traces
