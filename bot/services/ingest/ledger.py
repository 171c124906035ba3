"""Writing down what a poll brought: articles first, then the states of the feeds that brought them.

While one batch is being written the next gathers, so a thousand feeds cost far fewer than a thousand transactions.
"""

import asyncio
from collections.abc import Sequence

from bot.domain.feeds import FeedState
from bot.ports.repositories import Articles, FeedStates, Filed


class Ledger:
    """The writing of one poll."""

    def __init__(self, articles: Articles, states: FeedStates) -> None:
        self._articles = articles
        self._states = states
        self._writing = asyncio.Lock()
        self._waiting: list[tuple[Sequence[Filed], FeedState]] = []
        self.new_articles = 0

    async def keep(self, filed: Sequence[Filed], state: FeedState) -> None:
        """Returns when articles and state are stored. Raises StorageError."""
        self._waiting.append((filed, state))
        async with self._writing:
            batch, self._waiting = self._waiting, []
            if articles := [each for some, _ in batch for each in some]:
                self.new_articles += await self._articles.store(articles)
            if batch:
                await self._states.put([state for _, state in batch])
