"""Briefings: claims with their citations, tellings of stories, and the account made of them.

Standard library only, no I/O. Everything here is immutable once made.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.articles import Article, ArticleId, Tier
from bot.domain.feeds import FailedFeed
from bot.domain.schedules import Destination
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
    """One checked sentence; it has at least one citation.

    `update`: the place it is told in was told another figure before, and this is the later one.
    """

    role: Role
    text: str
    citations: tuple[Citation, ...]
    update: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A drafted sentence that was not shown: `rule` of the gate, and the reason in one sentence."""

    text: str
    rule: str
    reason: str


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
    """One story as it is told on one topic; `withheld` counts the claims that did not pass, `refusals` are they.

    `members` are the story's articles when it was told, shown among `sources` or not. `since` is when the place it is
    told in was last told of the story, None for never: of what it knows by then nothing stands among `claims`.
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
    refusals: tuple[Withheld, ...] = ()
    since: datetime | None = None

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
    """The written, cited account of one window. `notes` are sentences to the reader about how it came about.

    `unchanged` are the headlines of stories that were told here before and have nothing new. After one that `is_last`
    its schedule has nothing more to tell.
    """

    id: BriefingId
    created_at: datetime
    window: Window
    topics: tuple[str, ...]
    engine: Engine
    counts: Counts
    tellings: tuple[Telling, ...]
    failed_feeds: tuple[FailedFeed, ...] = ()
    notes: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    is_last: bool = False

    @property
    def is_quiet(self) -> bool:
        """Whether it has nothing to say that its readers do not know."""
        return not self.tellings and not self.notes


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTelling:
    """A telling that stands in a briefing, when that was written or its delivery opened, and where it was told."""

    briefing: BriefingId
    at: datetime
    telling: Telling
    destination: Destination | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a place was told of one story so far: articles covered, claims posted (oldest first), and when last.

    `headline` and `topic` are those of the last telling; `published` is when the articles shown were; `struck` are the
    texts of claims that were corrected there since.
    """

    articles: frozenset[ArticleId]
    claims: tuple[Claim, ...]
    at: datetime
    headline: str = ""
    topic: str = ""
    published: Mapping[ArticleId, datetime] = field(default_factory=dict)
    struck: frozenset[str] = frozenset()


def told(past: Iterable[PastTelling]) -> dict[StoryId, Told]:
    """What `past` told of each story, oldest first."""
    found: dict[StoryId, Told] = {}
    for each in past:
        telling, before = each.telling, found.get(each.telling.story_id)
        found[telling.story_id] = Told(
            articles=telling.covers | (before.articles if before else frozenset()),
            claims=(*(before.claims if before else ()), *telling.claims),
            at=each.at,
            headline=telling.headline,
            topic=telling.topic,
            published={**(before.published if before else {}), **{s.id: s.published_at for s in telling.sources}},
        )
    return found
