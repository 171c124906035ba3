"""One side of `poll`, in a process of its own: `python -m tests.bench.poll_sides SIDE PORT FEEDS FOLDER`.

Prints a JSON document. Each side polls twice, as programs do that run for long: what it needs to come up is not
counted, and the second time its connections are new.
"""

import asyncio
import json
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from bot.adapters.apscheduler_clock import SystemClock
from bot.adapters.feed_http import CurlWeb
from bot.adapters.feed_parsers import HybridFeedParser
from bot.adapters.glibc_memory import collect_seldom, keep_memory_flat
from bot.adapters.pebble_workers import PebbleWorkers
from bot.adapters.robots import SiteRobots
from bot.adapters.trafilatura_pages import TrafilaturaPages
from bot.domain.feeds import Feed, FeedUrl
from bot.logs import set_up_logs
from bot.ports.outside import Workers
from bot.ports.repositories import Index, Repositories
from bot.services.ingest import Ingest
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.bench.poll_site import address

RIVALS_WORKERS = 20
_TICK = 0.01
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            children.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields of proc(5)'s `stat` from the third on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _cpu_seconds() -> float:
    """Of this process and all its descendants, also of those that ended."""
    ticks = 0
    for pid in family(os.getpid()):
        with suppress(OSError):
            ticks += sum(map(int, _stat(pid)[11:15]))
    return ticks / _CLOCK_TICKS


@contextmanager
def _measured(into: dict[str, Any]) -> Iterator[None]:
    cpu, begun = _cpu_seconds(), time.perf_counter()
    yield
    into["seconds"] = time.perf_counter() - begun
    into["cpu_seconds"] = _cpu_seconds() - cpu


async def _ours(port: int, feeds: int, folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = {"first": {}, "unchanged": {}}
    async with open_folder(folder, presets=Presets(), writes=True) as opened, PebbleWorkers() as workers:
        await opened.feeds.put(*(Feed(url=FeedUrl(address(n, port)), outlet="Press") for n in range(feeds)))
        await workers.run(timedelta(seconds=60), abs, 1)
        keep_memory_flat()  # both as the bot does
        collect_seldom()
        for phase in ("first", "unchanged"):
            indexing: dict[str, Any] = {}
            kept = replace(opened, index=_MeasuredIndex(opened.index, indexing))
            async with ingest(kept, workers) as ingesting, _watched(document[phase]):
                with _measured(document[phase]):
                    report = await ingesting.poll(force=True)
            for figure, spent in indexing.items():
                document[phase][figure] -= spent
                document[phase][f"index_{figure}"] = spent
            document[phase] |= {"unchanged": report.not_modified, "failed": len(report.failed)}
        document["entries"] = await opened.articles.count()
    return document


class _MeasuredIndex:
    """The index, whose catching up is the last step of a poll and a figure of its own."""

    def __init__(self, index: Index, into: dict[str, Any]) -> None:
        self._into = into
        self._index = index
        self.search = index.search

    async def catch_up(self) -> None:
        with _measured(self._into):
            await self._index.catch_up()


@asynccontextmanager
async def ingest(opened: Repositories, workers: Workers) -> AsyncIterator[Ingest]:
    """As the program has it, but that every host is this machine."""

    async def lookup(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    clock = SystemClock()
    async with CurlWeb(clock, allow_networks=[ip_network("127.0.0.0/8")], lookup=lookup) as web:
        yield Ingest(
            opened,
            web=web, parser=HybridFeedParser(workers), pages=TrafilaturaPages(workers),
            robots=SiteRobots(web, workers, clock), workers=workers, clock=clock, poll_every=timedelta(minutes=30),
        )  # fmt: skip


@asynccontextmanager
async def _watched(into: dict[str, Any]) -> AsyncIterator[None]:
    """Notes for how long the event loop was held at most."""

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_TICK)
            into["held_ms"] = max(into.get("held_ms", 0.0), (time.perf_counter() - before - _TICK) * 1000)

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()


def _rival(port: int, feeds: int, folder: Path) -> dict[str, Any]:
    import feedparser_sgmllib

    sys.modules["sgmllib"] = feedparser_sgmllib  # reader 3.26 imports it by its old name, and does not ask for it
    from reader import make_reader

    ask: Callable[..., Any] = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *more, **options: ask("127.0.0.1", *more, **options)  # type: ignore[assignment]
    document: dict[str, Any] = {"first": {}, "unchanged": {}}
    folder.mkdir()
    for phase in ("first", "unchanged"):
        with make_reader(str(folder / "reader.sqlite")) as reader:
            for number in range(feeds if phase == "first" else 0):
                reader.add_feed(address(number, port))
            with _measured(document[phase]):
                outcomes = list(reader.update_feeds_iter(scheduled=False, workers=RIVALS_WORKERS))
            failed = sum(isinstance(outcome.value, Exception) for outcome in outcomes)
            unchanged = sum(outcome.value is None for outcome in outcomes)
            document[phase] |= {"unchanged": unchanged, "failed": failed}
            document["entries"] = reader.get_entry_counts().total
    return document


def main(side: str, port: int, feeds: int, folder: Path) -> None:
    set_up_logs(as_json=False, level="INFO")
    document = asyncio.run(_ours(port, feeds, folder)) if side == "ours" else _rival(port, feeds, folder)
    print(json.dumps(document))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
