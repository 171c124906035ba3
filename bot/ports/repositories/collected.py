"""What was collected: articles, their index, stories: the contract of each repository."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.articles import Article, ArticleId, Lead
from bot.domain.feeds import EntryId, FeedUrl
from bot.domain.records import record
from bot.domain.stories import Story, StoryId


@record(frozen=True, slots=True)
class Filed:
    """An article with the entry that led to it, as it is stored in one transaction."""

    article: Article
    feed: FeedUrl
    entry: EntryId


class Articles(Protocol):
    """The articles, their versions, and the entries that led to them, as one server may read them (or everyone).

    It reads everyone's and its own, and no other's; for everyone its own are everyone's. An id is known only to those
    who may read what it names.
    """

    async def known_entries(
        self, entries: Mapping[FeedUrl, Collection[EntryId]]
    ) -> Mapping[FeedUrl, Mapping[EntryId, ArticleId]]:
        """Those of each feed's `entries` that were stored for this server before, with the article each led to."""

    async def origins(self, asked: Collection[str]) -> Collection[str]:
        """Those of these origins (`https://example.org`) that canonical URLs of its own articles begin with."""

    async def by_url(self, urls: Collection[str]) -> Mapping[str, Article]:
        """Those of its own stored under these canonical URLs."""

    async def store(self, filed: Sequence[Filed]) -> int:
        """Stores articles, whosever they are, with their entries in one transaction; returns how many are new.

        An article already stored for the same server under the same URL: the entry and its feed are added to it; where
        the new fingerprint differs and the new tier is no worse, the new text becomes the next version and the old one
        is kept, if it is that of the page or the feed `may_revise`; a lower tier never replaces a higher one.
        `published_at` and `seen_at` of the first storing stand for good. `Article.version` of what comes in is ignored.
        That the index has to follow is written down in the same transaction.
        """

    async def get(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Article]:
        """Those stored with these ids, in their newest version."""

    async def text(self, article: ArticleId, version: int) -> str:
        """The text of one version. Raises NotFoundError."""

    async def published(self, since: datetime, until: datetime) -> Sequence[Article]:
        """Articles it may read, published in `[since, until)`, newest first, 5,000 at most."""

    async def leads(self, since: datetime) -> Sequence[Lead]:
        """Leads of its own articles published at or after `since`, oldest first, 5,000 at most (the newest ones)."""

    async def count(self) -> int:
        """How many articles are stored."""

    async def prune(self, before: datetime, *, most_bytes: int | None = None, even_all: bool = False) -> int:
        """Drops articles that nothing kept cites: those published before `before`, then the oldest; returns how many.

        Kept are briefings with a delivery, whatever their age; previews (briefings without one) and turns from before
        `before` are dropped first, so that they hold no article for ever. The articles' entries stay, so that an old
        entry that resurfaces is not news. Where even the newest article is that old, nothing is dropped for its age,
        unless `even_all`: there is nothing new to make room for, and a clock that is years ahead looks the same. The
        oldest go until what is stored fits in `most_bytes`, where that is given, or only what is cited is left and
        what was published in the two days before the newest.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article found by a search; `score` is higher for better and comparable within one search only."""

    article: ArticleId
    score: float


class Index(Protocol):
    """Full-text search over the newest versions of the articles that one server may read (or everyone).

    It never misses what is stored, whichever process stored it: a search first indexes what is not indexed yet.
    """

    async def catch_up(self) -> None:
        """Indexes what was stored since, bit by bit, so that no search has to wait for it. Raises StorageError."""

    async def search(
        self,
        words: Collection[str],
        *,
        since: datetime | None = None,
        among: Collection[ArticleId] | None = None,
        limit: int = 20,
    ) -> Sequence[Hit]:
        """Articles that hold any of `words` in title or text (stemmed, case and accents ignored), best first (BM25).

        A word given several times weighs as often. Words are plain text: whatever they hold, they are never read as
        query syntax. `since` bounds the time of publication, `among` the articles looked at. No words: no hits.
        """


class Stories(Protocol):
    """The stories, as one server may read them (or everyone); see `Articles`."""

    async def recent(self, since: datetime) -> Sequence[Story]:
        """Its own stories updated at or after `since`, oldest first."""

    async def get(self, ids: Collection[StoryId]) -> Mapping[StoryId, Story]:
        """Those stored with these ids that it may read."""

    async def of_articles(self, articles: Collection[ArticleId]) -> Mapping[ArticleId, StoryId]:
        """The story each article belongs to, for those that belong to one."""

    async def put(self, stories: Sequence[Story]) -> None:
        """Adds or replaces stories in one transaction."""
