"""Reading article pages in worker processes: pages a second on one core and on all, beside trafilatura alone.

FOLDER holds pages as .html, .htm or .html.gz. They are read by what the bot runs, its page reader over its worker
processes, first by one worker and then by one a core, and by `trafilatura.extract` as it comes, in a process that does
nothing else. Each side reads all pages once before it is timed, then the three take turns; the best round of each
counts, as others on the machine can only slow it down. `ratio` is one worker's speed over trafilatura's.
`--texts` keeps what ours extracts, by file name without its endings, for measures of its quality.
"""

import argparse
import asyncio
import gzip
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import trafilatura

from bot.adapters.pebble_workers import PebbleWorkers
from bot.adapters.trafilatura_pages import TrafilaturaPages
from bot.domain.errors import InputError, ReadingError

NEEDS = "FOLDER: pages as .html, .htm or .html.gz"

URL = "https://news.example/"
ENDINGS = (".html", ".htm", ".html.gz")
AT_LEAST = 150
"""Pages of a round; a smaller folder is read several times."""
ROUNDS = 3

_Pages = dict[str, bytes]  # by file name without its endings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    parser.add_argument("--texts", metavar="OUT.json", type=Path, help="write the texts that ours extracts")


async def run(arguments: argparse.Namespace) -> dict[str, Any]:
    pages = _read(arguments.folder)
    best, texts = await _measured(list(pages.values()))
    if arguments.texts:
        by_name = dict(zip(pages, texts, strict=True))
        arguments.texts.write_text(json.dumps(by_name, ensure_ascii=False, indent=1), encoding="utf-8")
    return {
        "pages": len(pages),
        "empty": sum(not text for text in texts),
        "pages_per_second": {"one": best["one"], "all": best["all"]},
        "all_over_one": best["all"] / best["one"],
        "rival_pages_per_second": best["rival"],
        "ratio": best["one"] / best["rival"],
    }


def _read(folder: Path) -> _Pages:
    files = sorted(file for file in folder.rglob("*") if file.name.endswith(ENDINGS))
    if not files:
        raise InputError(f"There are no pages in {folder}, no files that end in {', '.join(ENDINGS)}.")
    return {
        file.name.partition(".htm")[0]: gzip.decompress(file.read_bytes())
        if file.suffix == ".gz"
        else file.read_bytes()
        for file in files
    }


async def _measured(pages: Sequence[bytes]) -> tuple[dict[str, float], list[str]]:
    """The best pages a second of each side, and our texts in order."""
    times = -(-AT_LEAST // len(pages))
    best: Counter[str] = Counter()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        async with PebbleWorkers(max_workers=1) as one, PebbleWorkers() as every:
            sides: dict[str, Callable[[Sequence[bytes]], Awaitable[list[str]]]] = {
                "one": partial(_ours, TrafilaturaPages(one)),
                "all": partial(_ours, TrafilaturaPages(every)),
                "rival": partial(_theirs, alone),
            }
            texts = {side: await read(pages) for side, read in sides.items()}
            for _ in range(ROUNDS):
                for side, read in sides.items():
                    started = time.perf_counter()
                    await read(list(pages) * times)
                    best[side] = max(best[side], len(pages) * times / (time.perf_counter() - started))
    return dict(best), texts["all"]


async def _ours(reader: TrafilaturaPages, bodies: Sequence[bytes]) -> list[str]:
    return await asyncio.gather(*(_text(reader, body) for body in bodies))


async def _text(reader: TrafilaturaPages, body: bytes) -> str:
    try:
        return (await reader.read(body, url=URL, charset=None)).text
    except ReadingError:
        return ""


async def _theirs(alone: ProcessPoolExecutor, bodies: Sequence[bytes]) -> list[str]:
    return await asyncio.wrap_future(alone.submit(_plainly, bodies))


def _plainly(bodies: Sequence[bytes]) -> list[str]:
    return [trafilatura.extract(body) or "" for body in bodies]
