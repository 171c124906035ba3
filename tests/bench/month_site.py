"""The sites of the simulated month, in a process of their own: feeds and pages made up from the simulated time.

Several outlets report each event in their own words. Nothing is kept: what a feed holds follows from the time alone.
"""

import asyncio
import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web

START = datetime(2026, 3, 16, tzinfo=UTC)  # the week before Europe changes its clocks, after America did
SITES = 20  # each a host of its own to a polite client
BETWEEN = timedelta(hours=12)  # two articles of a feed
EVENTS_A_DAY = 60
IN_FEED = 8
_EARLIER = 3  # articles of a feed from before the start

_SUBJECTS = (
    *("the import tariffs on {thing}", "customs duties on {thing}", "the AI stocks of makers of {thing}"),
    *("the mining of {thing} in Greenland", "the price of {thing}", "the transport of {thing}"),
)
_STARTS = ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z")
_ENDS = ("a", "e", "i", "o", "u", "an", "er", "is", "on")


@dataclass(frozen=True, slots=True)
class Written:
    """An article as its outlet has it."""

    path: str
    title: str
    text: str
    at: datetime


@contextmanager
def sites(feeds: int) -> Iterator[tuple[list[str], Any]]:
    """The addresses of the feeds, and the shared value that holds the simulated time as a POSIX timestamp."""
    context = multiprocessing.get_context("spawn")
    now = context.Value("d", START.timestamp())
    here, there = context.Pipe()
    process = context.Process(target=_run, args=(now, there), daemon=True)
    process.start()
    try:
        ports = here.recv()
        yield [f"http://127.0.0.1:{ports[number % SITES]}/feeds/{number}" for number in range(feeds)], now
    finally:
        process.terminate()
        process.join()


def articles(feed: int, now: datetime) -> Iterator[Written]:
    """What the feed holds, newest first."""
    newest = (now - _first(feed)) // BETWEEN
    return (written(feed, number) for number in range(newest, max(newest - IN_FEED, -_EARLIER - 1), -1))


def _first(feed: int) -> datetime:
    return START + BETWEEN / 2 * (feed % 2) + timedelta(minutes=feed % 60)


@lru_cache(maxsize=4_096)
def written(feed: int, number: int) -> Written:
    """One report of an event of its day: the facts are the event's, the order and the rest the outlet's."""
    at = _first(feed) + number * BETWEEN
    own = random.Random(f"{feed} {number}")
    event = random.Random(f"{at:%Y-%m-%d} {own.randrange(EVENTS_A_DAY)}")
    names = [_name(event) for _ in range(6)]
    subject = event.choice(_SUBJECTS).format(thing=names[0].lower())
    facts = [
        f"{names[1]} said on {at:%A} that {subject} would rise by {event.randrange(2, 90)} percent this year.",
        f"The decision on {subject} was taken in {names[2]} after {event.randrange(3, 40)} days of talks.",
        f"{names[3]}, who speaks for {names[1]}, called {subject} the largest question of the season in {names[2]}.",
        f"In {names[2]} the council of {names[4]} asked for {event.randrange(2, 99)} million dollars over {subject}.",
        f"Traders in {names[5]} expect that {subject} will stay as it is until {names[3]} has spoken.",
        f"The office of {names[4]} put the loss at {event.randrange(100, 900)} million dollars and blamed {names[1]}.",
    ]
    lead, *rest = facts
    own.shuffle(rest)
    paragraphs = [lead, *rest, f"{_name(own)} reported for this paper from {_name(own)}, where {_name(own)} lives."]
    title = f"{names[1]}: {subject} {own.choice(('to rise', 'in dispute', 'before the council', 'at issue'))}"
    return Written(path=f"/articles/{feed}/{number + _EARLIER}", title=title, text="\n\n".join(paragraphs), at=at)


def _name(dice: random.Random) -> str:
    return "".join(dice.choice(_STARTS) + dice.choice(_ENDS) for _ in range(3)).capitalize()


def _run(now: Any, pipe: Any) -> None:
    asyncio.run(_serve(now, pipe))


async def _serve(now: Any, pipe: Any) -> None:
    app = web.Application()
    app["now"] = now
    app.router.add_get("/feeds/{feed}", _feed)
    app.router.add_get("/articles/{feed}/{number}", _page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    for _ in range(SITES):
        await web.TCPSite(runner, "127.0.0.1", 0).start()
    pipe.send([address[1] for address in runner.addresses])
    await asyncio.Event().wait()


async def _feed(request: web.Request) -> web.Response:
    feed = int(request.match_info["feed"])
    held = list(articles(feed, datetime.fromtimestamp(request.app["now"].value, UTC)))
    etag = f'"{held[0].path}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    root = f"http://{request.host}"
    entries = "".join(_entry(each, root) for each in held)
    head = f"<title>Outlet {feed}</title><id>{root}/{feed}</id><updated>{held[0].at.isoformat()}</updated>"
    document = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>'
    return web.Response(text=document, content_type="application/atom+xml", headers={"ETag": etag})


def _entry(article: Written, root: str) -> str:
    return (
        f"<entry><title>{escape(article.title)}</title><id>{root}{article.path}</id>"
        f'<link href="{root}{article.path}"/><updated>{article.at.isoformat()}</updated></entry>'
    )


async def _page(request: web.Request) -> web.Response:
    feed, number = int(request.match_info["feed"]), int(request.match_info["number"]) - _EARLIER
    article = written(feed, number)
    paragraphs = "".join(f"<p>{escape(each)}</p>" for each in article.text.split("\n\n"))
    body = f"<article><h1>{escape(article.title)}</h1>{paragraphs}</article>"
    html = f'<!doctype html><html lang="en"><title>{escape(article.title)}</title><main>{body}</main></html>'
    return web.Response(text=html, content_type="text/html")
