"""Reading: from a feed's new entries to articles, each page fetched once however many feeds lead to it."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.addresses import (
    canonical,
    host_key,
    identity,
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
    may_revise,
    newest_first,
    pages_wanted,
    reserves,
    title_of,
)
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
        known = await self._ledger.known(feed, [entry.id for entry in parsed.entries])
        new = newest_first(parsed.entries, known, now)
        wanted = pages_wanted(new, now, self._at_most)
        filed: list[Filed] = []
        for start in range(0, len(new), BATCH):
            filed += await self._batch(_Feed(feed, parsed, now), new[start : start + BATCH], wanted)
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

    async def _batch(self, source: "_Feed", entries: Sequence[Entry], wanted: frozenset[EntryId]) -> list[Filed]:
        placed = [(entry, url, spellings(url)) for entry in entries if (url := source.address_of(entry)) is not None]
        stored = await self._ledger.stored(source.feed.server, [each for _, _, spelled in placed for each in spelled])
        known = [_found(stored, spelled) for _, _, spelled in placed]
        sought = [
            entry
            for (entry, _, _), article in zip(placed, known, strict=True)
            if entry.id in wanted and not (article and _is_settled(article))
        ]
        reads = await together(self._read_once(entry.url) for entry in sought) if sought else ()
        read = {entry.id: page for entry, page in zip(sought, reads, strict=True)}
        return [
            Filed(
                article=await self._article(source, entry, url, known=article, read=read.get(entry.id)),
                feed=source.feed.url,
                entry=entry.id,
            )
            for (entry, url, _), article in zip(placed, known, strict=True)
        ]

    async def _article(
        self, source: "_Feed", entry: Entry, url: str, *, known: Article | None, read: "_Read | None"
    ) -> Article:
        if known is not None and _is_settled(known):
            return known  # another feed led here before, or all the ids of this one changed
        told = entry if source.speaks_for(url) else replace(entry, text="")
        tier, text = best_text(told, read.page.text if read else "")
        if known is not None and tier is not Tier.FULL and not may_revise(source.feed.url, known):
            return known
        if read and tier is Tier.FULL:
            before, url = url, source.shared(own_address(read.url, read.page.canonical))
            if identity(url) != identity(before):
                spelled = spellings(url)
                known = _found(await self._ledger.stored(source.feed.server, spelled), spelled)
        key = own_key(source.feed.server, identity(url))
        if known is not None:
            self._chosen[key] = known.url
        url = self._chosen.setdefault(key, url)
        page = read.page if read else None
        dated = credible(entry.published_at, source.now) or credible(page.published_at if page else None, source.now)
        return Article(
            id=article_id(url, source.feed.server),
            url=url,
            title=title_of(entry, page.title if page else None, text) or shown(url),
            outlet=source.feed.outlet if tier is not Tier.FULL or source.speaks_for(url) else publisher(url),
            published_at=dated or source.now,
            seen_at=source.now,
            tier=tier,
            text=text,
            feeds=(source.feed.url,),
            author=entry.author or (page.author if page else None),
            language=(page.language if page else None) or source.parsed.language,
            server=source.feed.server,
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
        async with self._rooms.room() as room:
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


@dataclass(frozen=True, slots=True)
class _Feed:
    """Where entries come from, and when they were seen."""

    feed: Feed
    parsed: ParsedFeed
    now: datetime

    def speaks_for(self, url: str) -> bool:
        """Whether its own words may stand under this address: not where that is another paper's."""
        return same_publisher(self.feed.url, url) or same_publisher(self.parsed.home, url)

    def address_of(self, entry: Entry) -> str | None:
        """The canonical address that an entry leads to, for anybody to read."""
        try:
            return self.shared(canonical(entry.url))
        except InputError:
            log.debug("entry_without_address", title=entry.title[:80])
            return None  # an entry that leads nowhere cannot be cited

    def shared(self, url: str) -> str:
        """An article's address without what the operator alone may know."""
        return without_secrets_of(self.feed.url, url)


def _is_settled(article: Article) -> bool:
    """Whether no feed has anything to add to it."""
    return article.tier is Tier.FULL or article.version >= MOST_VERSIONS


def _found(stored: Mapping[str, Article], spelled: Iterable[str]) -> Article | None:
    return next((stored[each] for each in spelled if each in stored), None) if stored else None
