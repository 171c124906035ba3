"""Briefings: claims with their citations, tellings of stories, and the account made of them.

Standard library only, no I/O. Everything here is immutable once made.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.articles import Article, ArticleId, Tier
from bot.domain.feeds import FailedFeed
from bot.domain.stories import StoryId

BriefingId = NewType("BriefingId", str)


class Role(StrEnum):
    """What a claim does in its story."""

    WHAT = "what"
    WHY = "why"
    POINT = "point"
    DIFFERS = "differs"


class Form(StrEnum):
    """How a story is told: in claims, in its publisher's own first sentence, or by a headline alone."""

    WRITTEN = "written"
    QUOTED = "quoted"
    HEADLINE = "headline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Claim to article and version, with the quote that stands there word for word.

    `n` is the article's number in the list of articles shown beside the claim, from 1.
    """

    n: int
    article_id: ArticleId
    version: int
    url: str
    link: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One checked sentence; it has at least one citation."""

    role: Role
    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is shown of an article beside the claims that cite it."""

    id: ArticleId
    url: str
    title: str
    outlet: str
    published_at: datetime
    tier: Tier

    @classmethod
    def of(cls, article: Article) -> "Source":
        """The shown part of `article`."""
        return cls(
            id=article.id,
            url=article.url,
            title=article.title,
            outlet=article.outlet,
            published_at=article.published_at,
            tier=article.tier,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Who wrote: `openai` or `extractive`, with model and prompt where there was one."""

    name: str
    model: str | None = None
    prompt_name: str | None = None
    prompt_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Half-open span `[since, until)`."""

    since: datetime
    until: datetime

    def __contains__(self, moment: datetime) -> bool:
        """Whether `moment` lies in the span."""
        return self.since <= moment < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One story as it is told on one topic; `withheld` counts the claims that did not pass the gate.

    `members` are the story's articles when it was told, shown among `sources` or not.
    """

    story_id: StoryId
    topic: str
    headline: str
    form: Form
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    engine: Engine
    members: tuple[ArticleId, ...] = ()
    withheld: int = 0
    note: str | None = None

    @property
    def covers(self) -> frozenset[ArticleId]:
        """The articles that a reader of this telling need not be told of again."""
        return frozenset(self.members) | {source.id for source in self.sources}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a briefing rests on: feeds and articles of its window, and what became of them."""

    feeds: int
    articles: int
    stories: int
    claims_posted: int
    claims_withheld: int
    stories_left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """The written, cited account of one window. `notes` are sentences to the reader about how it came about."""

    id: BriefingId
    created_at: datetime
    window: Window
    topics: tuple[str, ...]
    engine: Engine
    counts: Counts
    tellings: tuple[Telling, ...]
    failed_feeds: tuple[FailedFeed, ...] = ()
    notes: tuple[str, ...] = ()
