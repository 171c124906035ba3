"""Conversations: a thread, or a member's direct messages; its turns, and the answers given.

Standard library only, no I/O.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.briefings import Claim, Engine, Source
from bot.domain.deliveries import ThreadId

ConversationId = NewType("ConversationId", str)
QuestionId = NewType("QuestionId", str)


class Status(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    NOT_COVERED = "not_covered"
    OVER_BUDGET = "over_budget"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Checked claims, or an honest `not_covered` with the nearest articles.

    `as_of` is the publication time of the newest article cited, else the time of answering. `note` is a sentence
    to the reader about how the answer came about.
    """

    question: str
    conversation: ConversationId
    status: Status
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    as_of: datetime
    engine: Engine
    withheld: int = 0
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and its answer. `asker` is a platform-neutral member id, empty on the command line."""

    asked_at: datetime
    asker: str
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that was accepted and is owed an answer, or the word that it was lost.

    `id` is the platform's own name for the asking, so that an event that comes twice is one question. `reply_to` is
    where the answer goes, in words of the platform that only its cog reads; it may hold a token that is good for
    minutes, so a question is forgotten as soon as it is answered.
    """

    id: QuestionId
    conversation: ConversationId
    asker: str
    text: str = field(repr=False)  # neither is for a log
    reply_to: str = field(repr=False)
    asked_at: datetime
    topic: str | None = None
    thread: ThreadId | None = None
