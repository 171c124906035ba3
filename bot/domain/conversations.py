"""Conversations: a thread, or a member's direct messages; its turns, and the answers given.

Standard library only, no I/O.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.articles import Tier
from bot.domain.briefings import Claim, Engine, Source
from bot.domain.deliveries import ThreadId
from bot.domain.stories import QUIET_AFTER, StoryId
from bot.domain.wording import answers as wording

ConversationId = NewType("ConversationId", str)
QuestionId = NewType("QuestionId", str)

UNNAMED = QuestionId("")

STALE_AFTER = QUIET_AFTER
"""A story on which nobody has reported for that long is over, or has gone on where nobody here saw it."""


class Status(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    NOT_COVERED = "not_covered"
    OVER_BUDGET = "over_budget"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Checked claims, or an honest `not_covered` with the nearest articles.

    A question that is declined is `not_covered` too; its claims are what the articles say about the matter. `caveat` is
    said before anything else: why a question is declined, or that what the answer rests on is stale or thin. `as_of`
    is the publication time of the newest article cited, else the time of answering. `note` is a sentence to the reader
    about how the answer came about.
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
    caveat: str | None = None


def caveat_of(sources: Sequence[Source], asked_at: datetime) -> str | None:
    """What must be said first of an answer that rests on `sources`: that they are stale, or few, or known in part."""
    said = []
    age = asked_at - max(each.published_at for each in sources)
    if age > STALE_AFTER:
        said.append(wording.stale(age.days))
    if all(each.tier in {Tier.EXCERPT, Tier.HEADLINE} for each in sources):
        said.append(wording.EXCERPT_ALONE)
    elif len(sources) == 1:
        said.append(wording.one_article(sources[0].outlet))
    return " ".join(said) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and its answer. `asker` is a platform-neutral member id, empty on the command line.

    `server` is where it was asked, empty for direct messages; `question` is the platform's own name for the asking.
    """

    asked_at: datetime
    asker: str
    answer: Answer
    server: str = ""
    question: QuestionId = UNNAMED


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a question is about beside its own words, at most one of these.

    `text` is a message, whoever wrote it: no writer is shown it, it only helps to find the article that is meant.
    `story` was told in the message asked about, as `headline`, which is shown with the question; `follows` is the
    question whose answer that message is.
    """

    text: str = field(default="", repr=False)
    story: StoryId | None = None
    headline: str = ""
    follows: QuestionId | None = None


ITSELF = About()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that was accepted and is owed an answer, or the word that it was lost.

    `id` is the platform's own name for the asking, so that an event that comes twice is one question. `reply_to` is
    where the answer goes, in words of the platform that only its cog reads; it may hold a token that is good for
    minutes, so a question is forgotten as soon as it is answered. `server` is where it was asked, empty for direct
    messages, and `roles` are those that the asker has there.
    """

    id: QuestionId
    conversation: ConversationId
    asker: str
    text: str = field(repr=False)  # neither is for a log
    reply_to: str = field(repr=False)
    asked_at: datetime
    topic: str | None = None
    thread: ThreadId | None = None
    server: str = ""
    about: About = ITSELF
    roles: tuple[str, ...] = ()
