"""Subscribing: what people decide about feeds and topics.

Nothing is polled or posted from here. Every refusal is an InputError whose sentence is the answer.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace

from bot.domain.addresses import feed_url, publisher, shown
from bot.domain.errors import InputError, NotFoundError
from bot.domain.feeds import Feed, FeedCheck, FeedState, FeedUrl, PollReport
from bot.domain.opml import ImportReport, RefusedFeed, read_opml, write_opml
from bot.domain.orders import orders_about
from bot.domain.rendering import shorten
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.selection import serves
from bot.domain.text import normalise
from bot.domain.topics import ServedTopic, Topic, named, topic_name, topic_words
from bot.domain.wording import refusals
from bot.domain.wording.feeds import FEEDS_TITLE
from bot.ports.repositories import Repositories

OUTLET_CHARS = 80
MAX_TOPICS = 25  # a server; as many as Discord offers to choose from at once
MAX_OWN_FEEDS = 100  # a server

Check = Callable[[str], Awaitable[FeedCheck]]
Refresh = Callable[[Collection[FeedUrl]], Awaitable[PollReport]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedFeed:
    """A feed, and what polling remembers of it; no state before its first poll."""

    feed: Feed
    state: FeedState | None


class Subscribe:
    """Adds, removes and lists feeds and topics: everyone's, or through `of` what one server has."""

    def __init__(self, repositories: Repositories, *, check: Check, refresh: Refresh) -> None:
        """`check` looks at an address, `refresh` asks feeds at once, as far as members may have them asked."""
        self._kept = repositories
        self._feeds = repositories.feeds
        self._topics = repositories.topics
        self._states = repositories.feed_states
        self._check = check
        self._refresh = refresh

    def of(self, server: ServerId) -> "Subscribe":
        """The same for what `server` has: what it adds is its own, what it removes of everyone's is hidden from it."""
        return Subscribe(self._kept.seen_by(server), check=self._check, refresh=self._refresh)

    async def check(self, address: str) -> FeedCheck:
        """What is at an address, or on the site there. A bad feed is a result, not an error."""
        return await self._check(address)

    async def add_feed(self, address: str, topics: Sequence[str] = ()) -> Feed:
        """Follows the feed at `address`, or the one that the site there names; with no `topics` it serves all.

        Raises InputError where there is no readable feed or it is followed already, NotFoundError for a topic.
        """
        topics_served = named(await self._topics.all(), topics)
        found = await self._check(feed_url(address))
        if found.feed_url is None or found.error is not None:
            raise InputError(refusals.no_feed_added(found.detail or refusals.NO_FEED_THERE))
        url = FeedUrl(found.feed_url)
        if any(feed.url == url for feed in await self._feeds.all()):
            raise InputError(refusals.FEED_KNOWN)
        await self._have_room(1)
        feed = Feed(url=url, outlet=_outlet(found.title, url), topics=topics_served)
        await self._feeds.put(feed)
        return feed

    async def remove_feed(self, address: str) -> Feed:
        """Stops following a feed; what it brought stays. Raises InputError, NotFoundError."""
        wanted = feed_url(address)
        feed = next((feed for feed in await self._feeds.all() if wanted in (feed.url, shown(feed.url))), None)
        if feed is None:
            raise NotFoundError(refusals.FEED_UNKNOWN)
        await self._feeds.remove(feed.url)
        if all(each.url != feed.url for each in await self._kept.all_feeds.all()):
            await self._states.remove(feed.url)
        return feed

    async def feeds(self) -> tuple[FollowedFeed, ...]:
        """The feeds that are followed, oldest first."""
        states = await self._states.all()
        return tuple(FollowedFeed(feed=feed, state=states.get(feed.url)) for feed in await self._feeds.all())

    async def refresh_feeds(self, address: str | None = None) -> PollReport:
        """Asks the feeds that are followed, or the one at `address`, where none was asked a few minutes ago.

        Raises InputError, NotFoundError, StorageError.
        """
        wanted = [feed.url for feed in await self._feeds.all()]
        return await self._refresh(await self._followed([address]) if address else wanted)

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
        await self._have_room(len(added))
        await self._feeds.put(*added.values())
        return ImportReport(added=tuple(added.values()), known=tuple(known), refused=tuple(refused))

    async def _have_room(self, more: int) -> None:
        """Raises InputError where a server would have more feeds of its own than it may; everyone's know no limit."""
        own = sum(feed.server == self._kept.server for feed in await self._feeds.all())
        if self._kept.server != PUBLIC and own + more > MAX_OWN_FEEDS:
            raise InputError(refusals.own_feeds(MAX_OWN_FEEDS, own))

    async def export_feeds(self) -> str:
        """The feeds as an OPML document, without any user name or password."""
        return write_opml(await self._feeds.all(), FEEDS_TITLE)

    async def topics(self) -> tuple[ServedTopic, ...]:
        """The topics, each with the feeds that serve it; a feed without topics serves all."""
        feeds = await self._feeds.all()
        return tuple(
            ServedTopic(
                topic=topic,
                feeds=tuple(feed.url for feed in feeds if serves(feed, topic)),
            )
            for topic in await self._topics.all()
        )

    async def add_topic(self, name: str, words: str, exclusions: str = "", feeds: Sequence[str] = ()) -> Topic:
        """Adds a topic; words and exclusions have commas between them, `feeds` are addresses of followed ones.

        Raises InputError, NotFoundError for a feed.
        """
        called, looked_for = topic_name(name), topic_words(words)
        known = await self._topics.all()
        if any(topic.name.casefold() == called.casefold() for topic in known):
            raise InputError(refusals.topic_known(called))
        if len(known) >= MAX_TOPICS:
            raise InputError(refusals.topics(MAX_TOPICS))
        if not looked_for:
            raise InputError(refusals.NO_WORD_ADDED)
        topic = Topic(
            name=called, words=looked_for, exclusions=topic_words(exclusions), feeds=await self._followed(feeds)
        )
        await self._topics.put(topic)
        return await self._topics.get(called)

    async def edit_topic(
        self,
        name: str,
        *,
        words: str | None = None,
        exclusions: str | None = None,
        feeds: Sequence[str] | None = None,
    ) -> Topic:
        """Changes what is given of a topic. Raises InputError, also where nothing changes, and NotFoundError."""
        old = await self._topics.get(name.strip())
        new = replace(
            old,
            words=old.words if words is None else topic_words(words),
            exclusions=old.exclusions if exclusions is None else topic_words(exclusions),
            feeds=old.feeds if feeds is None else await self._followed(feeds),
        )
        if new == old:
            raise InputError(refusals.SAME_TOPIC)
        if not new.words:
            raise InputError(refusals.NO_WORD_LEFT)
        await self._topics.put(new)
        return await self._topics.get(new.name)

    async def remove_topic(self, name: str) -> Topic:
        """Takes a topic out. Raises NotFoundError, and InputError where a schedule of the server is on it."""
        topic = await self._topics.get(name.strip())
        on_it = [
            each.id
            for each in await self._kept.schedules.all()
            if each.server == self._kept.server and topic.name.casefold() in map(str.casefold, each.topics)
        ]
        if on_it:
            raise InputError(refusals.topic_in_use(topic.name, on_it))
        await self._topics.remove(topic.name)
        return topic

    async def _followed(self, addresses: Sequence[str]) -> tuple[FeedUrl, ...]:
        """The feeds at these addresses. Raises NotFoundError for one that is not followed, InputError."""
        known = {shown(feed.url): feed.url for feed in await self._feeds.all()}
        wanted = [shown(feed_url(address)) for address in addresses if address.strip()]
        for each in wanted:
            if each not in known:
                raise NotFoundError(refusals.not_followed_here(each))
        return tuple(dict.fromkeys(known[each] for each in wanted))


def _outlet(title: str | None, url: FeedUrl) -> str:
    """What a feed is called: its own title on one line, or its host where that is none or speaks to machines."""
    name = " ".join(normalise(title or "").split())
    return shorten(name, OUTLET_CHARS) if name and not orders_about(name) else publisher(url)
