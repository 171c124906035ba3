"""A poll over everything that is made to burst a reader: each ends at a limit that has a name, and the memory holds.

The program runs in processes of its own; what they take together is sampled while it works. Every bomb has a site for
itself, so that as many go off at once as the program lets in.
"""

import asyncio
import gzip
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest

from bot.domain.articles import Tier
from bot.domain.feeds import Feed, FeedUrl
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.cli.test_commands import Shell
from tests.doubles.news_site import HTML, RSS, Item, NewsSite, zstd

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

MOST_MEGABYTES = 512
FEED_BYTES, PAGE_BYTES = 14_900_000, 4_900_000  # just under what is fetched at all
NOW = datetime.now(UTC)
TEXT = "Forty ships waited off the coast on Monday morning, more than the harbour has seen since the strike of 2019. "
GOOD_PAGE = f"<html><body><article><h1>Ships</h1>{f'<p>{TEXT}</p>' * 5}</article></body></html>"


def _filled(head: str, filling: str, foot: str = "", *, size: int = FEED_BYTES) -> bytes:
    """`filling` repeated until the document has its size."""
    room = size - len(head) - len(foot)
    return (head + filling * (room // len(filling)) + foot).encode()


HEAD, FOOT = '<?xml version="1.0"?><rss version="2.0"><channel><title>A bomb</title>', "</channel></rss>"
ENTRY = "<item><title>Ships</title><link>http://127.0.0.1:9/</link><description>"
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
ATTRIBUTES = " ".join(f'a{n}="1"' for n in range(100_000))

DOCUMENTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "deep": (lambda: _filled(HEAD, "<a>"), "tags"),
    "deep json": (lambda: b"[" * FEED_BYTES, "values"),
    "attributes": (f"{HEAD}<item {ATTRIBUTES}></item>{FOOT}".encode, "attributes"),
    "entries": (lambda: _filled(HEAD, "<item/>", FOOT), "entries"),
    "values": (
        lambda: _filled('{"version": "https://jsonfeed.org/version/1", "items": [', "{},", "{}]}"),
        "values",
    ),
    "cdata": (lambda: _filled(f"{HEAD}{ENTRY}<![CDATA[", "x y ", f"]]></description></item>{FOOT}"), ""),
    "mark-up in cdata": (
        lambda: _filled(f"{HEAD}{ENTRY}<![CDATA[", "<p>a b c d e f g h i j", f"]]></description></item>{FOOT}"),
        "tags",
    ),
    "escaped mark-up": (lambda: _filled(HEAD + ENTRY, "&lt;p&gt;a", f"</description></item>{FOOT}"), ""),
    "laughs": (f"<!DOCTYPE rss [{LAUGHS}]>{HEAD}{ENTRY}&a11;</description></item>{FOOT}".encode, ""),
    "spaces": (lambda: b" " * FEED_BYTES, "is empty"),
    "gzip": (lambda: gzip.compress(b" " * (200 << 20), 1), "larger than 15 MB"),
    "br": (lambda: brotli.compress(b" " * (200 << 20), quality=1), "larger than 15 MB"),
    "zstd": (lambda: zstd.compress(b" " * (200 << 20)), "larger than 15 MB"),
    "gzip, gzip": (lambda: gzip.compress(gzip.compress(b" " * (200 << 20), 1)), ""),
}
"""What each feed serves, and a word of what is said of it; those with none are read, or are no feed."""

PAGES: dict[str, Callable[[], bytes]] = {
    "deep": lambda: _filled("<html><body>", "<div>", size=PAGE_BYTES),
    "paragraphs": lambda: _filled("<html><body><article>", f"<p>{TEXT}</p>", size=PAGE_BYTES),
    "text": lambda: _filled("<html><body><article><p>", "word ", size=1_500_000),
    "spaces": lambda: _filled("<html><body><article><p>", " ", size=1_500_000),
    "attributes": f"<html><body><p {ATTRIBUTES}>a</p>".encode,
    "openings": lambda: b"<" * PAGE_BYTES,
}


class Sites:
    """A site for each feed; what is to be followed, by name."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self.feeds: dict[str, str] = {}
        self.good: list[str] = []

    async def site(self) -> NewsSite:
        return await self._stack.enter_async_context(NewsSite())

    async def document(self, name: str, body: bytes) -> None:
        kind = "application/feed+json" if body[:1] in b"{[" else RSS
        packed = {"Content-Encoding": name} if name in {"gzip", "br", "zstd", "gzip, gzip"} else {}
        self.feeds[name] = (await self.site()).page("/feed", body, kind, headers=packed)

    async def pages(self, name: str, *bodies: bytes, robots: bytes = b"") -> list[str]:
        """A feed whose entries lead to these pages."""
        site = await self.site()
        site.page("/robots.txt", robots, "text/plain")
        links = [site.page(f"/{number}", body, HTML) for number, body in enumerate(bodies)]
        entries = [Item(title=f"Ships {link[-1]}", link=link, summary=TEXT, published=NOW) for link in links]
        self.feeds[name] = site.feed("/feed", entries)
        return links


@asynccontextmanager
async def _sites() -> AsyncIterator[Sites]:
    async with AsyncExitStack() as stack:
        sites = Sites(stack)
        for number in range(3):
            sites.good += await sites.pages(f"good {number}", GOOD_PAGE.encode())
        for name, (made, _) in DOCUMENTS.items():
            await sites.document(name, await asyncio.to_thread(made))
        for name, page in PAGES.items():
            await sites.pages(f"page: {name}", await asyncio.to_thread(page))
        rules = _filled("User-agent: *\n", "Disallow: /*a*a*a*a*a$\n", size=500_000)
        await sites.pages("rules", GOOD_PAGE.encode(), robots=rules)
        await sites.pages("more rules than are read", GOOD_PAGE.encode(), robots=rules * 4)
        site = await sites.site()
        sites.feeds["redirects"] = site.redirect("/feed", "/feed", 302)
        sites.feeds["endless"] = (await sites.site()).endless("/feed", b"<item>" * 10_000, head=HEAD.encode())
        endless = await stack.enter_async_context(await asyncio.start_server(_headers, "127.0.0.1", 0))
        sites.feeds["headers"] = f"http://127.0.0.1:{endless.sockets[0].getsockname()[1]}/"
        yield sites


async def _headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers with a head that does not end."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    try:
        while not writer.is_closing():
            writer.write(b"X-More: and more\r\n" * 1_000)
            await writer.drain()
    except ConnectionError:
        pass  # the client had enough


def _tree(pid: int) -> Iterator[int]:
    """A process and all that it started, directly or not."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _tree(int(child))


def _kilobytes(pid: int) -> int:
    """What a process takes, pages that it shares counted by its share of them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _megabytes(pid: int) -> float:
    total = 0
    try:
        for each in _tree(pid):
            total += _kilobytes(each)
    except (OSError, StopIteration):
        pass  # one of them has ended: this sample is short of it
    return total / 1024


async def _polled(shell: Shell) -> tuple[dict[str, tuple[str, str]], float]:
    """What a poll said of the feeds that failed, and the most megabytes that its processes took together."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "poll", "--json"),
        cwd=shell.folder,
        env=shell.env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    talking = asyncio.create_task(program.communicate())
    most = 0.0
    while not talking.done():
        most = max(most, await asyncio.to_thread(_megabytes, program.pid))
        await asyncio.wait([talking], timeout=0.05)
    out, err = talking.result()
    assert program.returncode == 0, err.decode()[-4_000:]
    assert b"Traceback" not in err
    assert b"backtrace" not in err
    document = json.loads(out)
    return {each["url"]: (each["error"], each["detail"]) for each in document["failed"]}, most


async def test_bombs_burst_no_poll(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    async with _sites() as sites:
        feeds = tuple(Feed(url=FeedUrl(url), outlet=name) for name, url in sites.feeds.items())
        async with open_folder(tmp_path / "data", presets=Presets(feeds=feeds), writes=True):
            pass
        failed, most = await _polled(shell)
        said = {name: failed.get(url, ("", ""))[1] for name, url in sites.feeds.items()}
    assert most < MOST_MEGABYTES
    for name, (_, word) in DOCUMENTS.items():
        assert word in said[name], name
    async with open_folder(tmp_path / "data", presets=Presets(), writes=False) as folder:
        read = await folder.articles.by_url(sites.good)
    assert {article.tier for article in read.values()} == {Tier.FULL}
    assert set(read) == set(sites.good)
