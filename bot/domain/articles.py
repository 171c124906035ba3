"""Articles: what was published, under one address, however many feeds led there.

Standard library only, no I/O. Address and text rules live in `addresses` and `wording`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.feeds import FeedUrl
from bot.domain.records import record
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.servers import own_key

ArticleId = NewType("ArticleId", str)

LEAD_CHARS = 1_200
"""Of a text this much is read to tell its event; on ECB+ half of it groups worse, and so does twice as much."""


class Tier(StrEnum):
    """How much of an article is known, best first: its page, the feed's full text, an excerpt, its title."""

    FULL = "full"
    FEED = "feed"
    EXCERPT = "excerpt"
    HEADLINE = "headline"

    @property
    def rank(self) -> int:
        """0 is best."""
        return list(Tier).index(self)


@record(frozen=True, slots=True, kw_only=True)
class Article:
    """One article in its newest version.

    `server` is who alone may read it, since only feeds of its own led there, or `PUBLIC`. `url` is canonical, and
    unique among the articles of one server; `text` is paragraphs of normalised plain text with one blank line between
    them, empty for tier `headline`; `published_at` is the feed's date where it is credible, else the time first seen;
    `version` counts from 1 and grows when the page's text changes; `feeds` led to it, first one first.
    """

    id: ArticleId
    url: str
    title: str
    outlet: str
    published_at: datetime
    seen_at: datetime
    tier: Tier
    text: str
    feeds: tuple[FeedUrl, ...]
    version: int = 1
    author: str | None = None
    language: str | None = None
    server: ServerId = PUBLIC

    @property
    def fingerprint(self) -> str:
        """Hash of title and text without spacing and case, so that only a change of words changes it."""
        return fingerprint(f"{self.title} {self.text}")

    @property
    def lead(self) -> "Lead":
        """The part that grouping reads."""
        return Lead(id=self.id, title=self.title, opening=self.text[:LEAD_CHARS], published_at=self.published_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Title and opening (LEAD_CHARS at most) of an article: enough to tell which event it reports."""

    id: ArticleId
    title: str
    opening: str
    published_at: datetime


def article_id(url: str, server: ServerId = PUBLIC) -> ArticleId:
    """The identity of the article at this canonical URL: the same in every folder and process."""
    return ArticleId("a" + hashlib.sha256(own_key(server, url).encode()).hexdigest()[:15])


def fingerprint(text: str) -> str:
    """16 hexadecimal digits over the words of `text`."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()[:16]
