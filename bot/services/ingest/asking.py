"""Asking one feed: a conditional request, and a parse only where the document is another than last time."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.addresses import feed_url
from bot.domain.errors import FetchError, InputError, ReadingError
from bot.domain.feeds import Feed, FeedState, FeedUrl, ParsedFeed
from bot.domain.polling import Trouble, validators
from bot.domain.records import record
from bot.ports.outside import FeedParser, Request, Response, Room, Web
from bot.services.ingest.rooms import Rooms

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.3"
)
MAX_BYTES = 15_000_000
DEADLINE = timedelta(seconds=30)
_LARGE_BYTES = 500_000  # hashing more than this would hold the event loop for milliseconds


@record(frozen=True, slots=True, kw_only=True)
class Asked:
    """A good answer: `parsed` is None where nothing changed, `body_hash` None for a 304."""

    feed: Feed
    headers: Mapping[str, str]
    body_hash: str | None
    moved_to: FeedUrl | None
    parsed: ParsedFeed | None


class Asking:
    """Asks feeds."""

    def __init__(self, web: Web, parser: FeedParser, rooms: Rooms) -> None:
        self._web = web
        self._parser = parser
        self._rooms = rooms

    async def ask(self, feed: Feed, state: FeedState | None, now: datetime) -> Asked:
        """Raises FetchError, ReadingError."""
        etag, last_modified = validators(state, now)
        with self._rooms.room() as room:
            answer = await self._web.get(request(feed.url, room, etag=etag, last_modified=last_modified))
            body_hash = await _hashed(answer.body) if answer.status == 200 else None
            unchanged = body_hash is None or (state is not None and body_hash == state.body_hash)
            return Asked(
                feed=feed,
                headers=answer.headers,
                body_hash=body_hash,
                moved_to=_target(answer),
                parsed=None if unchanged else await self.parse(answer),
            )

    async def parse(self, answer: Response) -> ParsedFeed:
        """Raises FetchError NOT_A_FEED, ReadingError."""
        content_type = answer.headers.get("content-type", "")
        return await self._parser.parse(answer.body, url=answer.url, content_type=content_type)


def request(url: str, room: Room, *, etag: str | None = None, last_modified: str | None = None) -> Request:
    """The request for a feed, conditional where its validators are given."""
    return Request(
        url=url,
        accept=ACCEPT,
        max_bytes=MAX_BYTES,
        total=DEADLINE,
        room=room,
        alone=True,
        etag=etag,
        last_modified=last_modified,
    )


def trouble(error: FetchError | ReadingError) -> Trouble:
    """What an error says of the feed that it happened to."""
    if isinstance(error, FetchError):
        return Trouble(error=error.fault.value, detail=error.detail, status=error.status, retry_after=error.retry_after)
    return Trouble(error="unreadable", detail=str(error))


def _target(answer: Response) -> FeedUrl | None:
    try:
        return feed_url(answer.moved_to) if answer.moved_to else None
    except InputError:
        return None  # an address that we could not keep is no place to move to


async def _hashed(body: bytes) -> str:
    if len(body) > _LARGE_BYTES:
        return (await asyncio.to_thread(hashlib.sha256, body)).hexdigest()
    return hashlib.sha256(body).hexdigest()
