"""The archive, as one poll uses it: many feeds at once are one query, and one transaction.

Articles are written down first, then the states of the feeds that brought them. While one batch is looked up or written
the next gathers, for a while at least, so a thousand feeds cost far fewer than a thousand transactions.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Self

from bot.domain.articles import Article, ArticleId
from bot.domain.feeds import EntryId, Feed, FeedState, FeedUrl
from bot.domain.records import record
from bot.domain.schedules import ServerId
from bot.ports.repositories import Articles, Filed, Repositories
from bot.services.ingest.together import Batches

MOST = 1_000
"""Entries or articles in one batch: more would hold the event loop for long, fewer cost a disk more often."""
MOST_UNWRITTEN_CHARS = 8_000_000
"""More than this of what was read does not wait in memory to be written: who brings it waits with it."""
APART = timedelta(milliseconds=50)
"""Every batch costs several turns of SQLite's thread and a flush of the disk, whatever it holds."""

_Asked = tuple[FeedUrl, Collection[EntryId], Collection[str]]
_Kept = tuple[Sequence[Filed], FeedState, int]
"""What a feed brought, the state after that, and the characters of it all."""


@record(frozen=True, slots=True)
class Known:
    """Those of a feed's entries that were stored before, and whether other articles may be, from where they lead to."""

    entries: Mapping[EntryId, ArticleId]
    others: bool


class _Shelf:
    """The looking up among what one server's feeds, or everyone's, brought."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        self.known: Batches[_Asked, Known] = Batches(
            self._known_of, most=MOST, weight=lambda asked: len(asked[1]), apart=APART
        )
        self.stored: Batches[Collection[str], Mapping[str, Article]] = Batches(
            self._stored_at, most=4 * MOST, weight=len, apart=APART
        )

    async def _known_of(self, asked: Sequence[_Asked]) -> Sequence[Known]:
        known = await self._articles.known_entries({feed: entries for feed, entries, _ in asked})
        origins = {each for *_, origins in asked for each in origins}
        stored = await self._articles.origins(origins) if origins else ()
        return [
            Known(known.get(feed, {}), not origins or any(each in stored for each in origins))
            for feed, _, origins in asked
        ]

    async def _stored_at(self, asked: Sequence[Collection[str]]) -> Sequence[Mapping[str, Article]]:
        return [await self._articles.by_url([url for urls in asked for url in urls])] * len(asked)


class Ledger:
    """The looking up and the writing of one poll, within `async with`."""

    def __init__(self, kept: Repositories) -> None:
        self._kept = kept
        self._shelves: dict[ServerId, _Shelf] = {}
        # Hardly anybody waits for it, and each batch writes nearly all pages of the indexes: larger ones spare half.
        self._writing: Batches[_Kept, None] = Batches(
            self._write, most=2 * MOST, weight=lambda kept: 1 + len(kept[0]), apart=2 * APART
        )
        self._last: asyncio.Future[None] | None = None
        self._unwritten_chars = 0
        self._failed: BaseException | None = None
        self.new_articles = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        try:
            if error == (None, None, None):
                self._writing.hurry()
                if self._last is not None:
                    await self._last  # which is written when all before it are
                self._look()
        finally:
            shelves = self._shelves.values()
            await self._writing.stop(*(each for shelf in shelves for each in (shelf.known, shelf.stored)))

    async def known(self, feed: Feed, entries: Collection[EntryId], origins: Collection[str]) -> Known:
        """For those who read the feed; its entries lead to these origins, or anywhere. Raises StorageError.

        Of a publisher that is new nothing is stored, which one look tells better than one at each of its addresses.
        """
        return await self._shelf(feed.server).known.ask((feed.url, entries, origins))

    async def stored(self, server: ServerId, urls: Collection[str]) -> Mapping[str, Article]:
        """A server's own articles (or everyone's) under these canonical URLs, and maybe others. Raises StorageError."""
        return await self._shelf(server).stored.ask(urls)

    async def keep(self, filed: Sequence[Filed], state: FeedState) -> None:
        """Has articles stored and the state after them, soon, and at the end at the latest.

        Raises StorageError, also where it was something kept before that could not be stored, and at the end.
        """
        self._look()
        chars = sum([len(each.article.text) for each in filed])
        self._unwritten_chars += chars
        self._last = self._writing.ask((filed, state, chars))
        if self._unwritten_chars > MOST_UNWRITTEN_CHARS:
            await self._last

    def _look(self) -> None:
        """Raises what kept something from being stored."""
        if self._failed is not None:
            raise self._failed

    def _shelf(self, server: ServerId) -> _Shelf:
        if server not in self._shelves:
            self._shelves[server] = _Shelf(self._kept.seen_by(server).articles)
        return self._shelves[server]

    async def _write(self, batch: Sequence[_Kept]) -> Sequence[None]:
        try:
            if articles := [each for filed, *_ in batch for each in filed]:
                self.new_articles += await self._kept.articles.store(articles)
            await self._kept.feed_states.put([state for _, state, _ in batch])
        except Exception as error:
            self._failed = self._failed or error
            raise
        finally:
            self._unwritten_chars -= sum(chars for *_, chars in batch)
        return [None] * len(batch)
