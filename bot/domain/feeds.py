"""Feeds: what is polled, what polling remembers, and the entries a feed gives.

Standard library only, no I/O. The rules of polling are in `polling`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.records import record
from bot.domain.schedules import PUBLIC, ServerId

FeedUrl = NewType("FeedUrl", str)
EntryId = NewType("EntryId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A URL that is polled. `url` is its identity; with no `topics` it serves all of them.

    Everyone's, or one server's own (see `owned`): what a feed brings that only servers follow is read by them alone.
    """

    url: FeedUrl
    outlet: str
    topics: tuple[str, ...] = ()
    server: ServerId = PUBLIC
    hidden: bool = False


@record(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a feed wants to be asked: `<ttl>`, `<skipHours>` (0-23, GMT), `<skipDays>` (0 is Monday).

    `hub` is the address of one that would tell of news by itself (WebSub §4); nobody subscribes there yet.
    """

    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    hub: str | None = None


class Ailment(StrEnum):
    """What the operator was told of a feed: that it fails, that it is gone for good, that no feed at all answers."""

    FAILING = "failing"
    GONE = "gone"
    SILENCE = "silence"


@record(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What polling remembers of one feed.

    Validators are kept byte for byte as the server sent them (RFC 9110 §13). `body_hash` is the hash of the last
    body, so that a server without validators costs no parsing. `moved_to` is a permanent redirect seen once.
    `wishes`, `entries_a_week` and `newest_at` are what the last document said, for the answers that bring none.
    `not_before` is when the feed's wishes, or the rest that its failures brought, are over: no member can have it asked
    earlier. `failing_since` is the first of the failures that no answer has ended, `told` what the operator knows.
    """

    url: FeedUrl
    due_at: datetime
    checked_at: datetime | None = None
    succeeded_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    unchanged_since: datetime | None = None
    failures: int = 0
    error: str | None = None
    detail: str | None = None
    moved_to: str | None = None
    gone: bool = False
    wishes: Wishes = Wishes()
    not_before: datetime | None = None
    failing_since: datetime | None = None
    told: Ailment | None = None
    entries_a_week: float | None = None
    newest_at: datetime | None = None


@record(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item as a feed gave it, made plain: no mark-up in `title`, whole `url`, credible date or none.

    `text` is the feed's own text as plain paragraphs; `whole` says that it came as full content
    (content:encoded, Atom content, JSON Feed content), not as a summary.
    """

    id: EntryId
    url: str
    title: str
    text: str = ""
    whole: bool = False
    published_at: datetime | None = None
    author: str | None = None


@record(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed document read. `format` is `rss`, `atom`, `rdf` or `json`; `wishes` what it asks of its pollers."""

    title: str
    home: str
    format: str
    entries: tuple[Entry, ...]
    language: str | None = None
    wishes: Wishes = Wishes()


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedFeed:
    """A feed that did not answer: `error` is a Fault or `unreadable`, `detail` a sentence."""

    url: FeedUrl
    error: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """What one poll did; `feeds` counts those asked."""

    feeds: int
    not_modified: int
    failed: tuple[FailedFeed, ...]
    new_articles: int
    took: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCheck:
    """What a feed check found; `error` and `detail` are None where the feed is good."""

    url: str
    feed_url: str | None = None
    title: str | None = None
    format: str | None = None
    entries: tuple[Entry, ...] = ()
    status: int | None = None
    error: str | None = None
    detail: str | None = None


def readers(records: Iterable[Feed]) -> dict[FeedUrl, tuple[Feed, ...]]:
    """Whom each address that is polled is read for: everyone alone where everyone follows it, else each server's own.

    What a record hides is not read for its server, and what nobody else follows not at all.
    """
    found: dict[FeedUrl, list[Feed]] = {}
    for each in records:
        if not each.hidden:
            found.setdefault(each.url, []).append(each)
    return {url: tuple([e for e in each if e.server == PUBLIC] or each) for url, each in found.items()}


def moved(feed: Feed, there: Feed | None, target: FeedUrl) -> Feed:
    """A feed under its new address, where one of the same owner may be `there` already: it serves what both served."""
    if there is None:
        return replace(feed, url=target)
    topics = tuple(dict.fromkeys((*there.topics, *feed.topics))) if there.topics and feed.topics else ()
    return replace(there, topics=topics, hidden=there.hidden and feed.hidden)
