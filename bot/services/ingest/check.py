"""Checking an address: is there a feed, or a site that has one? Nothing is stored; a bad feed is a result."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.addresses import feed_url
from bot.domain.discovery import HEAD_BYTES, feed_links, well_known
from bot.domain.errors import Fault, FetchError, InputError, ReadingError
from bot.domain.feeds import FeedCheck
from bot.ports.outside import Response, Room, Web, Workers
from bot.services.ingest.asking import Asking, request
from bot.services.ingest.rooms import Rooms

MOST_LINKS = 5
DEADLINE = timedelta(seconds=5)
_SILENT = {Fault.TIMEOUT.value, Fault.UNREACHABLE.value}


class Checks:
    """Checks feeds."""

    def __init__(self, web: Web, asking: Asking, workers: Workers, rooms: Rooms) -> None:
        self._web = web
        self._asking = asking
        self._workers = workers
        self._rooms = rooms

    async def check(self, url: str) -> FeedCheck:
        """The feed at `url`, else the first good one that the page there names, else one at a well-known path."""
        try:
            address = feed_url(url)
        except InputError as error:
            return FeedCheck(url=url, error=Fault.REFUSED_ADDRESS.value, detail=str(error))
        found, page = await self._at(url, address)
        if page is None:
            return found
        for candidate in await self._named(page):
            other, _ = await self._at(url, candidate)
            if other.error is None:
                return other
        for candidate in well_known(page.url):
            other, _ = await self._at(url, candidate)
            if other.error is None:
                return other
            if other.error in _SILENT:
                break  # a site that has stopped answering is not asked six times more
        return found

    async def _at(self, url: str, address: str) -> tuple[FeedCheck, Response | None]:
        """What is at one address; with the head of the answer where that is no feed but may name one."""
        with self._rooms.room() as room:
            return await self._read(url, address, room)

    async def _read(self, url: str, address: str, room: Room) -> tuple[FeedCheck, Response | None]:
        try:
            answer = await self._web.get(request(address, room))
        except FetchError as error:
            return FeedCheck(url=url, status=error.status, error=error.fault.value, detail=error.detail), None
        try:
            parsed = await self._asking.parse(answer)
        except (FetchError, ReadingError) as error:
            # A document that no reader gets to the end of is no feed to a person who asks.
            bad = FeedCheck(url=url, status=answer.status, error=Fault.NOT_A_FEED.value, detail=str(error))
            head = replace(answer, body=answer.body[:HEAD_BYTES])
            return bad, head if isinstance(error, FetchError) else None
        good = FeedCheck(
            url=url,
            feed_url=feed_url(answer.moved_to or address),
            title=parsed.title,
            format=parsed.format,
            entries=parsed.entries,
            status=answer.status,
        )
        return good, None

    async def _named(self, page: Response) -> tuple[str, ...]:
        try:
            links = await self._workers.run(DEADLINE, feed_links, page.body, page.url)
        except ReadingError:
            return ()
        return links[:MOST_LINKS]
