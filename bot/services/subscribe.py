"""Subscribing: what people decide about feeds and topics.

Nothing is polled or posted from here. Every refusal is an InputError whose sentence is the answer.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.domain.addresses import feed_url, publisher, shown
from bot.domain.errors import InputError, NotFoundError
from bot.domain.feeds import Feed, FeedCheck, FeedState, FeedUrl
from bot.domain.opml import read_opml, write_opml
from bot.domain.orders import orders_about
from bot.domain.rendering import shorten
from bot.domain.schedules import ServerId
from bot.domain.topics import Topic, named
from bot.domain.wording import normalise
from bot.ports.repositories import Repositories

OUTLET_CHARS = 80
MAX_SCHEDULES = 25  # a server; as many as Discord offers to choose from at once

Check = Callable[[str], Awaitable[FeedCheck]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedFeed:
    """A feed, and what polling remembers of it; no state before its first poll."""

    feed: Feed
    state: FeedState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTopic:
    """A topic and the feeds that serve it."""

    topic: Topic
    feeds: tuple[FeedUrl, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFeed:
    """An address that was not taken over, and the sentence that says why."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of the feeds of a file: new ones, those followed before, and those refused."""

    added: tuple[Feed, ...]
    known: tuple[FeedUrl, ...]
    refused: tuple[RefusedFeed, ...]


class Subscribe:
    """Adds, removes and lists feeds and topics: everyone's, or through `of` what one server has."""

    def __init__(self, repositories: Repositories, *, check: Check) -> None:
        self._kept = repositories
        self._feeds = repositories.feeds
        self._topics = repositories.topics
        self._states = repositories.feed_states
        self._check = check

    def of(self, server: ServerId) -> "Subscribe":
        """The same for what `server` has: what it adds is its own, what it removes of everyone's is hidden from it."""
        return Subscribe(self._kept.seen_by(server), check=self._check)

    async def add_feed(self, address: str, topics: Sequence[str] = ()) -> Feed:
        """Follows the feed at `address`, or the one that the site there names; with no `topics` it serves all.

        Raises InputError where there is no readable feed or it is followed already, NotFoundError for a topic.
        """
        serves = named(await self._topics.all(), topics)
        found = await self._check(feed_url(address))
        if found.feed_url is None or found.error is not None:
            raise InputError(f"No feed was added: {found.detail or 'no feed was found there'}")
        url = FeedUrl(found.feed_url)
        if any(feed.url == url for feed in await self._feeds.all()):
            raise InputError("That feed is followed already; to change its topics, remove it and add it again.")
        feed = Feed(url=url, outlet=_outlet(found.title, url), topics=serves)
        await self._feeds.put(feed)
        return feed

    async def remove_feed(self, address: str) -> Feed:
        """Stops following a feed; what it brought stays. Raises InputError, NotFoundError."""
        wanted = feed_url(address)
        feed = next((feed for feed in await self._feeds.all() if wanted in (feed.url, shown(feed.url))), None)
        if feed is None:
            raise NotFoundError("No feed with that address is followed; `feeds list` shows those that are.")
        await self._feeds.remove(feed.url)
        if all(each.url != feed.url for each in await self._kept.all_feeds.all()):
            await self._states.remove(feed.url)
        return feed

    async def feeds(self) -> tuple[FollowedFeed, ...]:
        """The feeds that are followed, oldest first."""
        states = await self._states.all()
        return tuple(FollowedFeed(feed=feed, state=states.get(feed.url)) for feed in await self._feeds.all())

    async def import_feeds(self, document: bytes) -> ImportReport:
        """Follows the feeds of an OPML file, unchecked: polling names those that are bad.

        A folder or category that is called like a topic becomes its topic. All are stored or, on an error, none.
        Raises InputError for what is no OPML file, 1 MB and 500 feeds at most.
        """
        topics = {topic.name.casefold(): topic.name for topic in await self._topics.all()}
        followed = {feed.url for feed in await self._feeds.all()}
        added: dict[FeedUrl, Feed] = {}
        known: dict[FeedUrl, None] = {}
        refused: list[RefusedFeed] = []
        for outline in read_opml(document):
            try:
                url = feed_url(outline.url)
            except InputError as error:
                refused.append(RefusedFeed(url=shown(outline.url)[:200], reason=str(error)))
                continue
            labels = [topics[label.casefold()] for label in outline.labels if label.casefold() in topics]
            if url in followed:
                known[url] = None
            elif url not in added:
                added[url] = Feed(url=url, outlet=_outlet(outline.title, url), topics=tuple(dict.fromkeys(labels)))
        await self._feeds.put(*added.values())
        return ImportReport(added=tuple(added.values()), known=tuple(known), refused=tuple(refused))

    async def export_feeds(self) -> str:
        """The feeds as an OPML document, without any user name or password."""
        return write_opml(await self._feeds.all())

    async def topics(self) -> tuple[ServedTopic, ...]:
        """The topics, each with the feeds that serve it; a feed without topics serves all."""
        feeds = await self._feeds.all()
        return tuple(
            ServedTopic(
                topic=topic,
                feeds=tuple(feed.url for feed in feeds if not feed.topics or topic.name in feed.topics),
            )
            for topic in await self._topics.all()
        )


def _outlet(title: str | None, url: FeedUrl) -> str:
    """What a feed is called: its own title on one line, or its host where that is none or speaks to machines."""
    name = " ".join(normalise(title or "").split())
    return shorten(name, OUTLET_CHARS) if name and not orders_about(name) else publisher(url)
