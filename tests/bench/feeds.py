"""Reading feed documents beside feedparser alone, in one process: what escapes, what is lost, how fast.

FOLDER may hold any files, at any depth, feeds or not; each is read by the bot's own hybrid parser and by feedparser as
it comes. An entry counts as lost where feedparser has one and ours has none to set beside it, by title, by link or at
least by number; as changed where its title or its link is another. Spaces, case and mark-up make no difference, and
what cannot be fetched is no link.

`ratio` is feedparser's CPU time over ours. Ours makes the text of each entry plain besides, as every poll does, which
feedparser never does.
"""

import argparse
import io
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import feedparser

from bot.adapters.feed_parsers import HybridFeedParser
from bot.domain.addresses import resolved
from bot.domain.errors import InputError, NewsthreadError
from bot.domain.feeds import ParsedFeed
from bot.domain.text import plain

NEEDS = "FOLDER: feeds and any other files, at any depth"

URL = "https://news.example/feed.xml"

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Named:
    """An entry by what it is recognised by; either may be empty."""

    title: str
    link: str


class _Here:
    """Port Workers that runs each task in place and lets every exception through; tells which tasks ran."""

    def __init__(self) -> None:
        self.ran: Counter[str] = Counter()

    async def run(self, deadline: timedelta, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        self.ran[function.__name__] += 1
        return function(*args, **kwargs)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    parser.add_argument("--misses", action="store_true", help="name the files of which entries are lost or changed")


async def run(arguments: argparse.Namespace) -> dict[str, Any]:
    files = sorted(file for file in arguments.folder.rglob("*") if file.is_file())
    if not files:
        raise InputError(f"There are no files in {arguments.folder}.")
    workers, counts, seconds = _Here(), Counter[str](), Counter[str]()
    misses: dict[str, str] = {}
    for file in files:
        body = file.read_bytes()
        theirs = _theirs(body, seconds)
        try:
            ours = await _ours(HybridFeedParser(workers), body, seconds)
        except Exception as error:
            counts["escaped"] += 1
            misses[str(file.relative_to(arguments.folder))] = f"escaped: {type(error).__name__}"
            continue
        lost, changed = _missing(theirs, ours)
        counts.update(entries=len(theirs), entries_lost=lost, entries_changed=changed, entries_ours=len(ours))
        if lost or changed:
            misses[str(file.relative_to(arguments.folder))] = f"{lost} lost, {changed} changed, of {len(theirs)}"
    return {
        "files": len(files),
        **{key: counts[key] for key in ("escaped", "entries", "entries_ours", "entries_lost", "entries_changed")},
        "read_twice": workers.ran["read_tolerant"] / max(1, workers.ran["read_fast"]),
        "ratio": seconds["rival"] / max(seconds["ours"], 1e-9),
        "seconds": dict(seconds),
        **({"misses": misses} if arguments.misses else {}),
    }


async def _ours(parser: HybridFeedParser, body: bytes, seconds: Counter[str]) -> list[_Named]:
    """The entries as ours has them, none where it says in words of its own that there is no feed."""
    feed: ParsedFeed | None = None
    with _timed(seconds, "ours"), suppress(NewsthreadError):
        feed = await parser.parse(body, url=URL, content_type="")
    return [_Named(_key(entry.title), entry.url) for entry in feed.entries] if feed else []


def _theirs(body: bytes, seconds: Counter[str]) -> list[_Named]:
    headers = {"content-type": "application/xml", "content-location": URL}
    with _timed(seconds, "rival"):
        try:
            entries = feedparser.parse(io.BytesIO(body), response_headers=headers).entries
        except Exception:  # its own suite has files that it raises for
            entries = []
    links = (each.get("link") or "" for each in entries)
    return [
        _Named(_key(each.get("title")), link and resolved(URL, link)) for each, link in zip(entries, links, strict=True)
    ]


def _key(title: str | None) -> str:
    return "".join(plain(title or "").casefold().split())


def _missing(theirs: Sequence[_Named], ours: Sequence[_Named]) -> tuple[int, int]:
    """How many of their entries are lost, and how many of the others changed."""
    found, given = ({*(each.title for each in side), *(each.link for each in side)} - {""} for side in (ours, theirs))
    gone = sum(not {each.title, each.link} & found for each in theirs)
    other = sum(not {each.title, each.link} & given for each in ours)
    lost = max(gone - other, len(theirs) - len(ours), 0)
    return lost, max(0, sum(not {each.title, each.link} - {""} <= found for each in theirs) - lost)


@contextmanager
def _timed(seconds: Counter[str], side: str) -> Iterator[None]:
    started = time.process_time()
    try:
        yield
    finally:
        seconds[side] += time.process_time() - started  # type: ignore[assignment]
