"""Storing an article among 1,000 and 50,000, searching, and opening and asking 100,000; the rival is TinyDB's own.

Single articles go into the small and the large archive in turn, so that a noisy disk troubles both alike; each store is
one transaction with its fsync, and SQLite's checkpoints fall where they fall. The rival, JSONStorage, inserts documents
of the same size at the same counts in the same way. Queries are 3 to 6 words of stored titles, without the commonest.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.storages import JSONStorage

from bot.domain.articles import Article, Tier, article_id
from bot.domain.feeds import EntryId, FeedUrl
from bot.ports.repositories import Filed
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.bench import large_archive
from tests.bench.words import Words, percentile

NEEDS = "nothing; 1.5 GB of disk, about five minutes"

SMALL, LARGE = 1_000, 50_000
BATCH = 500
TEXT_WORDS = 165  # about 1.15 kB
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SPACING = timedelta(days=30) / LARGE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stores", type=int, default=300, help="single articles stored in each archive")
    parser.add_argument("--rival-stores", type=int, default=10, help="single documents the rival stores in each file")
    parser.add_argument("--queries", type=int, default=300)
    large_archive.add_arguments(parser)


async def run(arguments: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="newsthread-bench-") as name:
        folder = Path(name)
        words = Words(random.Random(20260101))
        articles = _Articles(words)
        titles = [await _build(folder / str(count), articles, count) for count in (SMALL, LARGE)]
        ours = await _alternate(folder, articles, arguments.stores)
        searched = await _searching(folder / str(LARGE), words.queries(titles[1], arguments.queries))
        rival = _rival(folder, articles, arguments.rival_stores)
        large = await large_archive.measure(folder / "large", words, arguments)
    few, many = (statistics.median(each) for each in ours)
    return {
        "ratio": many / few,
        "rival_ratio": statistics.median(rival[1]) / statistics.median(rival[0]),
        "search_p95_ms": percentile(searched, 95) * 1000,
        "search_p50_ms": percentile(searched, 50) * 1000,
        "store_ms": {
            "at_1000": _compared(ours[0], rival[0], statistics.median),
            "at_50000": _compared(ours[1], rival[1], statistics.median),
            "at_1000_mean": _compared(ours[0], rival[0], statistics.fmean),
            "at_50000_mean": _compared(ours[1], rival[1], statistics.fmean),
            "at_1000_p95": {"ours": percentile(ours[0], 95) * 1000},
            "at_50000_p95": {"ours": percentile(ours[1], 95) * 1000},
        },
        **large,
    }


class _Articles:
    """New articles for ever."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._serial = 0

    def __iter__(self) -> Iterator[Filed]:
        return self

    def __next__(self) -> Filed:
        self._serial += 1
        url = f"https://news.example/{self._serial % 97}/story-{self._serial}"
        at = FIRST + SPACING * self._serial
        return Filed(
            article=Article(
                id=article_id(url), url=url, title=self._words.some(9), outlet="The Example", published_at=at,
                seen_at=at, tier=Tier.FULL, text=self._words.some(TEXT_WORDS), feeds=(), language="en",
            ),
            feed=FeedUrl(f"https://news.example/{self._serial % 97}/feed"),
            entry=EntryId(url),
        )  # fmt: skip


async def _build(folder: Path, articles: _Articles, count: int) -> list[str]:
    titles: list[str] = []
    async with _opened(folder) as opened:
        for _ in range(count // BATCH):
            batch = list(islice(articles, BATCH))
            titles += [each.article.title for each in batch]
            await opened.articles.store(batch)
    return titles


async def _alternate(folder: Path, articles: _Articles, stores: int) -> tuple[list[float], list[float]]:
    taken: tuple[list[float], list[float]] = ([], [])
    async with AsyncExitStack() as stack:
        both = [await stack.enter_async_context(_opened(folder / str(count))) for count in (SMALL, LARGE)]
        for number in range(stores):
            turns = list(zip(both, taken, strict=True))
            for opened, times in turns if number % 2 else reversed(turns):  # whoever is first waits for the disk
                filed = next(articles)
                times.append(await _timed(lambda opened=opened, filed=filed: opened.articles.store([filed])))
    return taken


async def _searching(folder: Path, queries: list[list[str]]) -> list[float]:
    async with _opened(folder) as opened:
        return [await _timed(lambda words=words: opened.index.search(words)) for words in queries]


async def _timed(action: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await action()
    return time.perf_counter() - begun


def _opened(folder: Path) -> Any:
    return open_folder(folder, presets=Presets(), writes=True)


def _rival(folder: Path, articles: _Articles, stores: int) -> tuple[list[float], list[float]]:
    taken: tuple[list[float], list[float]] = ([], [])
    documents = ({**asdict(each.article), "published_at": "", "seen_at": ""} for each in articles)
    both = [TinyDB(folder / f"{count}.json", storage=JSONStorage) for count in (SMALL, LARGE)]
    for rival, count in zip(both, (SMALL, LARGE), strict=True):
        rival.insert_multiple(islice(documents, count))
    for _ in range(stores):
        for rival, times in zip(both, taken, strict=True):
            document = next(documents)
            begun = time.perf_counter()
            rival.insert(document)
            times.append(time.perf_counter() - begun)
    for rival in both:
        rival.close()
    return taken


def _compared(ours: list[float], rival: list[float], of: Callable[[list[float]], float]) -> dict[str, float]:
    return {"ours": of(ours) * 1000, "rival": of(rival) * 1000, "ratio": of(ours) / of(rival)}
