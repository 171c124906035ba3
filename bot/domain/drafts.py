"""Drafts: what a writer is asked and what it gives back, before anything of it is believed.

Standard library only, no I/O. A draft is untrusted whoever wrote it: only the gate turns it into claims.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.articles import Article
from bot.domain.briefings import Role
from bot.domain.topics import Topic
from bot.domain.usage import EVERYONE, Payer

CLAIMS_A_STORY = 5
WORDS_A_STORY = 120
"""What is posted of a story. A writer may write a few claims more: what a place was told before is left out there."""
CLAIMS_WRITTEN = 7
WORDS_WRITTEN = 170
CLAIMS_AN_ANSWER = 3
WORDS_AN_ANSWER = 120

SourceId = str  # "S1", "S2" …: how an article is called in one request to a writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """One quote that is said to back a claim, and the source it is said to stand in."""

    source: SourceId
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftClaim:
    """A sentence not yet believed."""

    text: str
    support: tuple[Support, ...]
    role: Role = Role.POINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A writer's whole reply. `headline` is empty for answers; `covered` is False when the writer found no answer."""

    claims: tuple[DraftClaim, ...]
    headline: str = ""
    covered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryTask:
    """A story to be told: its articles by source id, best first, and the topic it is told on."""

    topic: Topic
    sources: Mapping[SourceId, Article]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of one article's text, whole sentences, chosen as evidence; `score` is higher for better."""

    source: SourceId
    text: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionTask:
    """A question with its evidence, best first.

    `earlier` are the questions asked before in this conversation, oldest first. Every passage's source is in `sources`.
    """

    question: str
    asked_at: datetime
    passages: tuple[Passage, ...]
    sources: Mapping[SourceId, Article] = field(default_factory=dict)
    earlier: tuple[str, ...] = ()
    payer: Payer = EVERYONE


Task = StoryTask | QuestionTask
