"""Storing an article among 1,000 and among 50,000, opening, and searching; the rival is TinyDB's own JSONStorage.

Single articles go into the small and the large archive in turn, so that a noisy disk troubles both alike; each store is
one transaction with its fsync, and SQLite's checkpoints fall where they fall. The rival inserts documents of
the same size at the same counts in the same way. Queries are 3 to 6 words of stored titles, without the commonest.
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

NEEDS = "nothing; half a gigabyte of disk, about a minute"

SMALL, LARGE = 1_000, 50_000
BATCH = 500
TEXT_WORDS = 165  # about 1.15 kB
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SPACING = timedelta(days=30) / LARGE
COMMONEST = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stores", type=int, default=300, help="single articles stored in each archive")
    parser.add_argument("--rival-stores", type=int, default=10, help="single documents the rival stores in each file")
    parser.add_argument("--queries", type=int, default=300)


async def run(arguments: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="newsthread-bench-") as name:
        folder = Path(name)
        words = _Words(random.Random(20260101))
        titles = [await _build(folder / str(count), words, count) for count in (SMALL, LARGE)]
        ours = await _alternate(folder, words, arguments.stores)
        opened = [await _opening(folder / str(LARGE)) for _ in range(5)]
        searched = await _searching(folder / str(LARGE), words.queries(titles[1], arguments.queries))
        rival = _rival(folder, words, arguments.rival_stores)
    small, large = (statistics.median(each) for each in ours)
    return {
        "ratio": large / small,
        "rival_ratio": statistics.median(rival[1]) / statistics.median(rival[0]),
        "open_seconds": statistics.median(opened),
        "search_p95_ms": _percentile(searched, 95) * 1000,
        "search_p50_ms": _percentile(searched, 50) * 1000,
        "store_ms": {
            "at_1000": _compared(ours[0], rival[0], statistics.median),
            "at_50000": _compared(ours[1], rival[1], statistics.median),
            "at_1000_mean": _compared(ours[0], rival[0], statistics.fmean),
            "at_50000_mean": _compared(ours[1], rival[1], statistics.fmean),
            "at_1000_p95": {"ours": _percentile(ours[0], 95) * 1000},
            "at_50000_p95": {"ours": _percentile(ours[1], 95) * 1000},
        },
    }


class _Words:
    """Articles of made-up words that are as unevenly common as real ones (Zipf)."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        syllables = [first + rest for first in "bdfgklmnprstvz" for rest in ("a", "e", "i", "o", "u", "an", "er", "is")]
        made = {"".join(rng.choices(syllables, k=rng.choice((2, 2, 3, 3, 4)))) for _ in range(40_000)}
        self._words = sorted(made)[:20_000]
        rng.shuffle(self._words)
        total = 0.0
        self._weights = [total := total + 1 / rank for rank in range(1, len(self._words) + 1)]
        self._serial = 0

    def filed(self) -> Iterator[Filed]:
        """New articles for ever."""
        while True:
            self._serial += 1
            url = f"https://news.example/{self._serial % 97}/story-{self._serial}"
            at = FIRST + SPACING * self._serial
            yield Filed(
                article=Article(
                    id=article_id(url), url=url, title=self._some(9), outlet="The Example", published_at=at, seen_at=at,
                    tier=Tier.FULL, text=self._some(TEXT_WORDS), feeds=(), language="en",
                ),
                feed=FeedUrl(f"https://news.example/{self._serial % 97}/feed"),
                entry=EntryId(url),
            )  # fmt: skip

    def queries(self, titles: list[str], count: int) -> list[list[str]]:
        """Words a reader would ask with."""
        common = set(self._words[:COMMONEST])
        asked: list[list[str]] = []
        while len(asked) < count:
            words = [word for word in self._rng.choice(titles).split() if word not in common]
            if len(words) >= 3:
                asked.append(words[: self._rng.randint(3, 6)])
        return asked

    def _some(self, count: int) -> str:
        return " ".join(self._rng.choices(self._words, cum_weights=self._weights, k=count))


async def _build(folder: Path, words: _Words, count: int) -> list[str]:
    titles: list[str] = []
    articles = words.filed()
    async with _opened(folder) as opened:
        for _ in range(count // BATCH):
            batch = list(islice(articles, BATCH))
            titles += [each.article.title for each in batch]
            await opened.articles.store(batch)
    return titles


async def _alternate(folder: Path, words: _Words, stores: int) -> tuple[list[float], list[float]]:
    taken: tuple[list[float], list[float]] = ([], [])
    articles = words.filed()
    async with AsyncExitStack() as stack:
        both = [await stack.enter_async_context(_opened(folder / str(count))) for count in (SMALL, LARGE)]
        for number in range(stores):
            turns = list(zip(both, taken, strict=True))
            for opened, times in turns if number % 2 else reversed(turns):  # whoever is first waits for the disk
                filed = next(articles)
                times.append(await _timed(lambda opened=opened, filed=filed: opened.articles.store([filed])))
    return taken


async def _opening(folder: Path) -> float:
    async def use() -> None:
        async with _opened(folder) as opened:
            await opened.articles.by_url(["https://news.example/1/story-1"])

    return await _timed(use)


async def _searching(folder: Path, queries: list[list[str]]) -> list[float]:
    async with _opened(folder) as opened:
        return [await _timed(lambda words=words: opened.index.search(words)) for words in queries]


async def _timed(action: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await action()
    return time.perf_counter() - begun


def _opened(folder: Path) -> Any:
    return open_folder(folder, presets=Presets(), writes=True)


def _rival(folder: Path, words: _Words, stores: int) -> tuple[list[float], list[float]]:
    taken: tuple[list[float], list[float]] = ([], [])
    documents = ({**asdict(each.article), "published_at": "", "seen_at": ""} for each in words.filed())
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


def _percentile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]
