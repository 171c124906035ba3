"""What one poll brought is written down soon, and waits in memory for that only as far as there is room."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.domain.articles import Article
from bot.domain.errors import StorageError
from bot.domain.feeds import EntryId, FeedState, FeedUrl
from bot.ports.repositories import Filed
from bot.services.ingest.ledger import MOST_UNWRITTEN_CHARS, Ledger
from tests.domain.samples import NOW, article
from tests.doubles.memory import MemoryFolder

HALF = "x" * (MOST_UNWRITTEN_CHARS // 2 + 1)


class SlowDisk(MemoryFolder):
    """A folder whose articles are stored when they `may` be, or not at all where it is `full`."""

    def __init__(self) -> None:
        super().__init__()
        self.may = asyncio.Event()
        self.full = False
        self._store, self.articles.store = self.articles.store, self._slowly  # type: ignore[method-assign]

    async def _slowly(self, filed: Sequence[Filed]) -> int:
        await self.may.wait()
        if self.full:
            raise StorageError("The disk is full.")
        return await self._store(filed)

    async def keep(self, ledger: Ledger, name: str, text: str) -> None:
        kept: Article = article(name, text)
        filed = Filed(article=kept, feed=FeedUrl(kept.feeds[0]), entry=EntryId(name))
        await ledger.keep([filed], FeedState(url=FeedUrl(f"https://{name}.example/feed"), due_at=NOW))


async def test_who_brings_much_waits_for_the_disk_and_who_brings_little_does_not() -> None:
    disk = SlowDisk()
    async with Ledger(disk) as ledger:
        await asyncio.wait_for(disk.keep(ledger, "one", HALF), 1)
        much = asyncio.create_task(disk.keep(ledger, "two", HALF))
        assert not (await asyncio.wait([much], timeout=0.05))[0]
        disk.may.set()
        await asyncio.wait_for(much, 1)
    assert await disk.articles.count() == len(await disk.feed_states.all()) == 2


async def test_all_is_written_down_at_the_end() -> None:
    disk = SlowDisk()
    disk.may.set()
    async with Ledger(disk) as ledger:
        for name in ("one", "two", "three"):
            await disk.keep(ledger, name, "words")
    assert await disk.articles.count() == ledger.new_articles == 3


async def test_what_could_not_be_written_down_ends_what_comes_later_and_is_said_at_the_end() -> None:
    disk = SlowDisk()
    disk.full = True
    disk.may.set()

    async def poll(*, goes_on: bool) -> None:
        async with Ledger(disk) as ledger:
            await disk.keep(ledger, "one", "words")
            if goes_on:
                await asyncio.sleep(0.05)
                with pytest.raises(StorageError, match="disk"):
                    await disk.keep(ledger, "two", "words")

    for goes_on in (True, False):
        with pytest.raises(StorageError, match="disk"):
            await poll(goes_on=goes_on)
    assert await disk.feed_states.all() == {}
