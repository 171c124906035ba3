"""Reading: from a feed's new entries to articles, each page fetched once however many feeds lead to it."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.addresses import (
    canonical,
    host_key,
    identity,
    origin,
    origins,
    own_address,
    publisher,
    same_publisher,
    shown,
    spellings,
    without_secrets_of,
)
from bot.domain.articles import Article, Tier, article_id
from bot.domain.corrections import is_same_page
from bot.domain.errors import Fault, FetchError, InputError, ReadingError
from bot.domain.feeds import Entry, EntryId, Feed, ParsedFeed
from bot.domain.reading import (
    MOST_VERSIONS,
    best_text,
    credible,
    newest_first,
    pages_wanted,
    reserves,
    title_of,
)
from bot.domain.records import record
from bot.domain.servers import own_key
from bot.domain.wording import failures
from bot.ports.outside import Page, PageReader, Request, Response, Robots, Web
from bot.ports.repositories import Filed
from bot.services.ingest.ledger import Ledger
from bot.services.ingest.rooms import Rooms
from bot.services.ingest.together import together

ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
MAX_BYTES = 5_000_000
DEADLINE = timedelta(seconds=30)
PAGES_A_POLL = 200
PAGES_A_FEED = 10
"""Every feed may have this many pages read, even where many feeds share the pages of a poll."""
MOST_TIMEOUTS, MOST_TIME = 2, timedelta(minutes=5)
"""A host that does not answer, or so slowly, is asked for no more pages in a poll; their feed's own texts serve."""
BATCH = 100
MOST_ORIGINS = 4
"""A feed that leads to more places than this is one of many publishers: what is stored of them tells nothing."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Read:
    """A page that may serve, and the address that answered."""

    url: str
    page: Page


class Pages:
    """The pages of one poll, each read once. Two feeds of the same readers that lead to one address get one article."""

    def __init__(
        self, web: Web, robots: Robots, reader: PageReader, ledger: Ledger, *, feeds: int, rooms: Rooms
    ) -> None:
        self._web = web
        self._robots = robots
        self._reader = reader
        self._ledger = ledger
        self._rooms = rooms
        self._at_most = max(PAGES_A_FEED, PAGES_A_POLL // max(feeds, 1))
        self._reading: dict[str, asyncio.Task[_Read | None]] = {}
        self._chosen: dict[str, str] = {}
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)

    async def file(self, feed: Feed, parsed: ParsedFeed, now: datetime) -> list[Filed]:
        """Articles for the feed's new entries, in the order in which they are to be stored. Raises StorageError.

        The oldest first: where several entries lead to one address, the newest is what stands there in the end.
        """
        places = origins([entry.url for entry in parsed.entries if entry.url], MOST_ORIGINS)
        known = await self._ledger.known(feed, [entry.id for entry in parsed.entries], places)
        new = newest_first(parsed.entries, known.entries, now)
        wanted = pages_wanted(new, now, self._at_most)
        filed: list[Filed] = []
        for start in range(0, len(new), BATCH):
            entries, others = new[start : start + BATCH], known.others or start > 0
            filed += await self._batch(_Feed(feed, parsed, now), entries, wanted, others=others)
        return filed[::-1]

    async def again(self, article: Article) -> Article | None:
        """An article of tier full with the text that its page has now.

        None where the page may not or cannot be read, or what is there now is another page.
        """
        read = await self._read(article.url)
        if read is None:
            return None
        if not is_same_page(article.text, read.page.text):
            log.info("page_not_read", url=shown(article.url), reason=failures.OTHER_PAGE)
            return None
        return replace(article, text=read.page.text)

    async def _batch(
        self, source: "_Feed", entries: Sequence[Entry], wanted: frozenset[EntryId], *, others: bool
    ) -> list[Filed]:
        placed = [(entry, url) for entry in entries if (url := source.address_of(entry)) is not None]
        known = await self._known(source, [url for _, url in placed]) if others else {}
        sought = [
            entry for entry, url in placed if entry.id in wanted and not (url in known and _is_settled(known[url]))
        ]
        reads = await together(self._read_once(entry.url) for entry in sought) if sought else ()
        read = {entry.id: page for entry, page in zip(sought, reads, strict=True) if page}
        return [
            Filed(
                await self._article(source, entry, url, known=known.get(url), read=read.get(entry.id))
                if url in known or entry.id in read
                else self._made(source, entry, url, source.best_text(entry, url)),
                source.feed.url,
                entry.id,
            )
            for entry, url in placed
        ]

    async def _known(self, source: "_Feed", urls: Collection[str]) -> Mapping[str, Article]:
        """What is stored under any spelling of these."""
        spelled = {url: spellings(url) for url in urls}
        stored = await self._ledger.stored(source.feed.server, [each for forms in spelled.values() for each in forms])
        found = {url: next((stored[each] for each in forms if each in stored), None) for url, forms in spelled.items()}
        return {url: article for url, article in found.items() if article}

    async def _article(
        self, source: "_Feed", entry: Entry, url: str, *, known: Article | None, read: "_Read | None"
    ) -> Article:
        if known is not None and _is_settled(known):
            return known  # another feed led here before, or all the ids of this one changed
        tier, text = source.best_text(entry, url, read.page.text if read else "")
        if read and tier is Tier.FULL:
            before, url = url, source.shared(own_address(read.url, read.page.canonical))
            if identity(url) != identity(before):
                known = (await self._known(source, [url])).get(url)
        if known is not None:
            self._chosen[source.key_of(url)] = known.url
        return self._made(source, entry, url, (tier, text), read.page if read else None)

    def _made(
        self, source: "_Feed", entry: Entry, url: str, best: tuple[Tier, str], page: Page | None = None
    ) -> Article:
        feed, (tier, text) = source.feed, best
        url = self._chosen.setdefault(source.key_of(url), url)
        dated = credible(entry.published_at, source.now) or (credible(page.published_at, source.now) if page else None)
        return Article(
            id=article_id(url, feed.server),
            url=url,
            title=title_of(entry, page.title if page else None, text) or shown(url),
            outlet=feed.outlet if page is None or tier is not Tier.FULL or source.speaks_for(url) else publisher(url),
            published_at=dated or source.now,
            seen_at=source.now,
            tier=tier,
            text=text,
            feeds=(feed.url,),
            author=entry.author or (page.author if page else None),
            language=(page.language if page else None) or source.parsed.language,
            server=feed.server,
        )

    async def _read_once(self, url: str) -> _Read | None:
        key = identity(canonical(url))
        if key not in self._reading:
            self._reading[key] = asyncio.create_task(self._read(url))
        return await self._reading[key]

    async def _read(self, url: str) -> _Read | None:
        """The page, or None where none may serve."""
        try:
            return await self._served(url)
        except (FetchError, ReadingError) as error:
            log.info("page_not_read", url=shown(url), reason=str(error))
            return None

    async def _served(self, url: str) -> _Read:
        """Raises FetchError, and ReadingError also for pages that are not for us."""
        with self._rooms.room() as room:
            answer = await self._answer(Request(url=url, accept=ACCEPT, max_bytes=MAX_BYTES, total=DEADLINE, room=room))
            if reserves(answer.headers):
                raise ReadingError(failures.ANSWER_RESERVED)
            if "html" not in answer.headers.get("content-type", "html"):
                raise ReadingError(failures.NO_PAGE)
            page = await self._reader.read(answer.body, url=answer.url, charset=answer.charset)
        if page.reserved:
            raise ReadingError(failures.PAGE_RESERVED)
        if not page.free:
            raise ReadingError(failures.WALLED)
        return _Read(answer.url, page)

    async def _answer(self, request: Request) -> Response:
        """Raises FetchError, and ReadingError also where its host has kept this poll long enough."""
        host = self._hosts[host_key(request.url)]
        async with host.turn:
            if host.timeouts >= MOST_TIMEOUTS or host.took >= MOST_TIME:
                raise ReadingError(failures.SITE_TOO_SLOW)
            passing = asyncio.get_running_loop().time  # a clock that is set meanwhile is no fault of the site
            begun = passing()
            try:
                if not await self._robots.allow(request.url):
                    raise ReadingError(failures.NO_ROBOTS)
                return await self._web.get(request)
            except FetchError as error:
                host.timeouts += error.fault is Fault.TIMEOUT
                raise
            finally:
                host.took += timedelta(seconds=passing() - begun)


@dataclass(slots=True)
class _Host:
    """How a host has kept us in this poll. Its pages are asked for one at a time, as the web does it anyway."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    timeouts: int = 0
    took: timedelta = timedelta()


@record(frozen=True, slots=True)
class _Feed:
    """Where entries come from, and when they were seen."""

    feed: Feed
    parsed: ParsedFeed
    now: datetime
    own: dict[str, bool] = field(default_factory=dict)
    """By origin, of which there are few, whether it speaks for what stands there."""

    def speaks_for(self, url: str) -> bool:
        """Whether its own words may stand under this address: not where that is another paper's."""
        place = origin(url)
        speaks = self.own.get(place)
        if speaks is None:
            speaks = self.own[place] = any(same_publisher(each, url) for each in (self.feed.url, self.parsed.home))
        return speaks

    def best_text(self, entry: Entry, url: str, page_text: str = "") -> tuple[Tier, str]:
        """See `reading`."""
        return best_text(entry if self.speaks_for(url) else replace(entry, text=""), page_text)

    def address_of(self, entry: Entry) -> str | None:
        """The canonical address that an entry leads to, for anybody to read."""
        try:
            return without_secrets_of(self.feed.url, canonical(entry.url))
        except InputError:
            log.debug("entry_without_address", title=entry.title[:80])
            return None  # an entry that leads nowhere cannot be cited

    def shared(self, url: str) -> str:
        """An article's address without what the operator alone may know."""
        return without_secrets_of(self.feed.url, url)

    def key_of(self, url: str) -> str:
        """The same for all spellings of one article's address, for those who read it."""
        return own_key(self.feed.server, identity(url))


def _is_settled(article: Article) -> bool:
    """Whether no feed has anything to add to it."""
    return article.tier is Tier.FULL or article.version >= MOST_VERSIONS
