"""Grouping: new articles into stories, at the end of a poll and, where some feeds keep it waiting, meanwhile."""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from datetime import timedelta
from typing import Any

import structlog

from bot.domain.errors import ReadingError
from bot.domain.schedules import ServerId
from bot.domain.stories import grow
from bot.ports.outside import Clock, Workers
from bot.ports.repositories import Repositories

RECENT, AT_FIRST = timedelta(days=4), timedelta(days=14)
"""How far back articles and stories are looked at when new articles are put into stories, and where a feed that was
never read before may have brought older ones."""
DEADLINE = timedelta(seconds=60)
EVERY = timedelta(minutes=1)
"""So often what is stored is grouped while a poll still waits: healthy ones end sooner, and are grouped in one go."""

log = structlog.get_logger(__name__)


class Grouping:
    """Puts articles that are in no story into one. The first poll of a process or feed looks for older ones too."""

    def __init__(self, repositories: Repositories, workers: Workers, clock: Clock, *, every: timedelta = EVERY) -> None:
        self._kept = repositories
        self._workers = workers
        self._clock = clock
        self._every = every
        self._caught_up = False
        self._servers: tuple[ServerId, ...] = ()

    def begin(self, servers: Collection[ServerId], *, all_known: bool) -> None:
        """A poll begins of feeds that `servers` read; `all_known` says that every feed was read before."""
        self._servers = tuple(sorted(servers))
        self._caught_up = self._caught_up and all_known

    async def beside(self, polling: Coroutine[Any, Any, object], new_articles: Callable[[], int]) -> None:
        """Awaits `polling`; groups what it has stored where that takes long. Raises what it raises, StorageError."""
        asking, grouped = asyncio.create_task(polling), 0
        try:
            while not (await asyncio.wait([asking], timeout=self._every.total_seconds()))[0]:
                if new_articles() > grouped:
                    grouped = new_articles()
                    await self._group()
            await asking
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def finish(self, new_articles: int) -> None:
        """All that the poll brings is stored. Raises StorageError."""
        if new_articles or not self._caught_up:
            self._caught_up = await self._group()

    async def _group(self) -> bool:
        """Whether every article stands in a story now."""
        return all([await self._group_of(server) for server in self._servers])

    async def _group_of(self, server: ServerId) -> bool:
        """Groups a server's own articles among themselves, and everyone's."""
        now, seen = self._clock.now(), self._kept.seen_by(server)
        since = now - (RECENT if self._caught_up else AT_FIRST)
        leads = await seen.articles.leads(since)
        stories = await seen.stories.recent(since)
        if {lead.id for lead in leads} <= {article for story in stories for article in story.articles}:
            return True
        try:
            grown = await self._workers.run(DEADLINE, grow, stories, leads, now, server)
        except ReadingError:
            # The articles are stored; the next poll tries again, in this process or another.
            log.exception("articles_not_grouped")
            return False
        await seen.stories.put(grown)
        before = {story.id: len(story.articles) for story in stories}
        for story in grown:
            new = story.articles[before.get(story.id, 0) :]
            log.info("story_grown", story=story.id, articles=len(story.articles), new=list(new))
        return True
