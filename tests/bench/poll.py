"""Polling many feeds the first time, and when nothing changed, beside the library `reader` with 20 workers.

A server in a process of its own gives feeds of about 29 kB with twenty entries, 50 ms late, each on a host of its own.
Both sides fetch, parse and store, in processes of their own, one after the other. Ours is what the bot runs: its web
client, parsers, worker processes, `Ingest` and data folder. Our poll ends by indexing all texts for search; reader has
a call of its own for that, which is not made here. So `index_seconds` and `index_cpu_seconds` tell what it takes, and
no other figure holds it. The entries are over a month old: so `Ingest` reads no pages for them and groups none, as
reader does not.

CPU seconds are those of a side's process and all its descendants, without the server's; `cpu_ratio` is ours over the
rival's for the first fetch. `peak_mb` is the greatest memory of our whole process tree (proportional set size).
"""

import argparse
import asyncio
import json
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.domain.errors import StorageError
from tests.bench.poll_sides import family
from tests.bench.poll_site import ENTRIES, served

NEEDS = "nothing; Linux, about a minute"

_BETWEEN_SAMPLES = 0.25


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--alone", action="store_true", help="leave the rival out")


async def run(arguments: argparse.Namespace) -> dict[str, Any]:
    feeds = arguments.feeds
    async with served() as port:
        ours = await _side("ours", port, feeds)
        rival = None if arguments.alone else await _side("rival", port, feeds)
    return {
        "feeds": feeds,
        "entries": ENTRIES * feeds,
        **{phase: _compared(phase, "feeds/s", ours, rival) for phase in ("first", "unchanged")},
        "cpu_ratio": ours["first"]["cpu_seconds"] / rival["first"]["cpu_seconds"] if rival else None,
        "cpu_seconds": {phase: _compared(phase, "cpu_seconds", ours, rival) for phase in ("first", "unchanged")},
        "ms_a_feed": {phase: _compared(phase, "ms", ours, rival) for phase in ("first", "unchanged")},
        "index_seconds": ours["first"]["index_seconds"],
        "index_cpu_seconds": ours["first"]["index_cpu_seconds"],
        "peak_mb": ours["peak_mb"],
        "rival_peak_mb": rival and rival["peak_mb"],
        "loop_held_ms": {phase: ours[phase]["held_ms"] for phase in ("first", "unchanged")},
    }


def _compared(phase: str, what: str, ours: dict[str, Any], rival: dict[str, Any] | None) -> dict[str, float | None]:
    mine, other = ours[phase][what], rival and rival[phase][what]
    return {"ours": mine, "rival": other, "ratio": other and mine / other}


async def _side(side: str, port: int, feeds: int) -> dict[str, Any]:
    """What one side says of itself, after a look at whether it did all of the work."""
    with tempfile.TemporaryDirectory(prefix="newsthread-bench-") as name:
        command = [sys.executable, "-m", "tests.bench.poll_sides", side, str(port), str(feeds), f"{name}/kept"]
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        sampling = asyncio.create_task(_peak_mb(process))
        printed, logged = await process.communicate()
        peak_mb = await sampling
    if process.returncode:
        raise StorageError(f"The side {side} broke down: {logged.decode(errors='replace')[-2000:]}")
    document: dict[str, Any] = json.loads(printed)
    for phase, unchanged in (("first", 0), ("unchanged", feeds)):
        found = document[phase]
        if found["failed"] or found["unchanged"] != unchanged or document["entries"] != ENTRIES * feeds:
            raise StorageError(f"The side {side} did not do its work: {document}")
        found["feeds/s"] = feeds / found["seconds"]
        found["ms"] = 1000 * found["seconds"] / feeds
    return document | {"peak_mb": peak_mb}


async def _peak_mb(process: asyncio.subprocess.Process) -> float:
    peak = 0.0
    while process.returncode is None:
        peak = max(peak, await asyncio.to_thread(_memory_mb, process.pid))
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _BETWEEN_SAMPLES)
    return peak


def _memory_mb(pid: int) -> float:
    """Of a process and its descendants; what they share counts once."""
    kilobytes = 0
    for each in family(pid):
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
            kilobytes += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return kilobytes / 1000
