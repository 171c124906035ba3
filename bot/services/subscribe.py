"""Subscribing: what people decide about feeds, topics and schedules.

Nothing is polled or posted from here. Every refusal is an InputError whose sentence is the answer.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.addresses import feed_url, publisher, shown
from bot.domain.errors import InputError, NotFoundError
from bot.domain.feeds import Feed, FeedCheck, FeedState, FeedUrl
from bot.domain.opml import read_opml, write_opml
from bot.domain.orders import orders_about
from bot.domain.rendering import shorten
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId, check_zone, next_slot, parse_time
from bot.domain.topics import Topic
from bot.domain.wording import normalise
from bot.ports.outside import Clock
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
    """Adds, removes and lists feeds, topics and schedules."""

    def __init__(self, repositories: Repositories, *, check: Check, clock: Clock) -> None:
        self._feeds = repositories.feeds
        self._topics = repositories.topics
        self._schedules = repositories.schedules
        self._states = repositories.feed_states
        self._outbox = repositories.outbox
        self._check = check
        self._clock = clock
        self._planning = asyncio.Lock()  # what a change was checked against must not change before it is stored

    async def add_feed(self, address: str, topics: Sequence[str] = ()) -> Feed:
        """Follows the feed at `address`, or the one that the site there names; with no `topics` it serves all.

        Raises InputError where there is no readable feed or it is followed already, NotFoundError for a topic.
        """
        named = await self._named(topics)
        found = await self._check(feed_url(address))
        if found.feed_url is None or found.error is not None:
            raise InputError(f"No feed was added: {found.detail or 'no feed was found there'}")
        url = FeedUrl(found.feed_url)
        if any(feed.url == url for feed in await self._feeds.all()):
            raise InputError("That feed is followed already; to change its topics, remove it and add it again.")
        feed = Feed(url=url, outlet=_outlet(found.title, url), topics=named)
        await self._feeds.put(feed)
        return feed

    async def remove_feed(self, address: str) -> Feed:
        """Stops following a feed; what it brought stays. Raises InputError, NotFoundError."""
        wanted = feed_url(address)
        feed = next((feed for feed in await self._feeds.all() if wanted in (feed.url, shown(feed.url))), None)
        if feed is None:
            raise NotFoundError("No feed with that address is followed; `feeds list` shows those that are.")
        await self._feeds.remove(feed.url)
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

    async def add_schedule(
        self, server: ServerId, destination: Destination, *, at: str, zone: str, topics: Sequence[str] = ()
    ) -> Schedule:
        """Briefs `destination` every day from the next `at` on. Raises InputError, NotFoundError for a topic."""
        when, where = parse_time(at), check_zone(zone)
        named = await self._named(topics)
        async with self._planning:
            everything = await self._schedules.all()
            if sum(each.server == server for each in everything) >= MAX_SCHEDULES:
                raise InputError(f"This server has {MAX_SCHEDULES} schedules, which is the most; remove one first.")
            schedule = Schedule(
                id=_new_id({each.id for each in everything}),
                server=server,
                destination=destination,
                at=when,
                zone=where,
                topics=named,
                created_at=self._clock.now(),
            )
            _check_new(schedule, everything)
            await self._schedules.put(schedule)
        return schedule

    async def edit_schedule(
        self,
        server: ServerId,
        schedule: str,
        *,
        destination: Destination | None = None,
        at: str | None = None,
        zone: str | None = None,
        topics: Sequence[str] | None = None,
    ) -> Schedule:
        """Changes what is given of a schedule of this server; no topics at all mean every topic.

        A changed time or zone counts from its next coming that has no edition yet. Raises InputError, also where
        nothing changes, and NotFoundError, also for another server's schedule.
        """
        when, where = parse_time(at) if at else None, check_zone(zone) if zone else None
        named = None if topics is None else await self._named(topics)
        async with self._planning:
            old = await self._own(server, schedule)
            new = replace(
                old,
                destination=destination or old.destination,
                at=old.at if when is None else when,
                zone=where or old.zone,
                topics=old.topics if named is None else named,
            )
            if new == old:
                raise InputError("Nothing was changed; name a channel, a time, a time zone or topics that differ.")
            _check_new(new, await self._schedules.all())
            if (new.at, new.zone) != (old.at, old.zone):
                new = await self._counted_anew(new)
            await self._schedules.put(new)
        return new

    async def schedules(self, server: ServerId) -> tuple[Schedule, ...]:
        """The schedules of one server, oldest first."""
        return tuple(each for each in await self._schedules.all() if each.server == server)

    async def remove_schedule(self, server: ServerId, schedule: str) -> Schedule:
        """Ends a schedule of this server. Raises NotFoundError, also for another server's."""
        async with self._planning:
            found = await self._own(server, schedule)
            await self._schedules.remove(found.id)
        return found

    async def _own(self, server: ServerId, schedule: str) -> Schedule:
        wanted = schedule.strip().casefold()
        found = next((each for each in await self.schedules(server) if each.id == wanted), None)
        if found is None:
            raise NotFoundError("This server has no schedule with that name; `/schedule list` shows those it has.")
        return found

    async def _counted_anew(self, schedule: Schedule) -> Schedule:
        """From now on, but for slots that have their edition: in another zone a date and time can come once more."""
        since = self._clock.now()
        while True:
            schedule = replace(schedule, counts_from=since)
            slot = next_slot(schedule, since)
            if await self._outbox.find(slot.schedule, slot.local_date.isoformat(), f"{slot.planned:%H:%M}") is None:
                return schedule
            since = slot.due_at

    async def _named(self, names: Sequence[str]) -> tuple[str, ...]:
        """The topics as they are spelled, each once. Raises NotFoundError."""
        spelled = {topic.name.casefold(): topic.name for topic in await self._topics.all()}
        wanted = [name.strip().casefold() for name in names if name.strip()]
        missing = [name for name in wanted if name not in spelled]
        if missing:
            have = ", ".join(spelled.values()) or "none"
            raise NotFoundError(f"There is no topic called “{missing[0][:80]}”; the topics are: {have}.")
        return tuple(dict.fromkeys(spelled[name] for name in wanted))


def _check_new(schedule: Schedule, others: Sequence[Schedule]) -> None:
    """Raises InputError where another schedule of the server says the same."""
    plan = (schedule.server, schedule.destination, schedule.at, schedule.zone, schedule.topics)
    for each in others:
        if each.id != schedule.id and (each.server, each.destination, each.at, each.zone, each.topics) == plan:
            raise InputError("That channel has the same schedule already.")


def _new_id(taken: set[ScheduleId]) -> ScheduleId:
    """Six letters that can be said aloud, such as `bakotu`."""
    while True:
        syllables = (secrets.choice("bdfghklmnprstvz") + secrets.choice("aeiou") for _ in range(3))
        identity = ScheduleId("".join(syllables))
        if identity not in taken:
            return identity


def _outlet(title: str | None, url: FeedUrl) -> str:
    """What a feed is called: its own title on one line, or its host where that is none or speaks to machines."""
    name = " ".join(normalise(title or "").split())
    return shorten(name, OUTLET_CHARS) if name and not orders_about(name) else publisher(url)
