"""The feeds that `poll` polls, and their server: `python -m tests.bench.poll_site ENTRIES`. Serves its neighbours.

Each feed is about 29 kB, as many real ones are, of twenty entries: titles, names, categories, summaries of a thousand
characters in HTML. It is answered 50 ms after it was asked, or with 304 where its ETag was sent along.
"""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.bench.words import Words

ENTRIES = 20
LATE = timedelta(milliseconds=50)
OLDEST = timedelta(days=50)
"""The newest entry of a feed is twenty days younger: so old that neither its page is read nor a story sought for it."""
_TEXTS = 50
_NUMBER = b"@feed@"


def address(number: int, port: int) -> str:
    """Where a feed is: every one has a host of its own, and all hosts are 127.0.0.1."""
    return f"http://press-{number}.example:{port}/feed/{number}"


def documents(count: int, entries: int = ENTRIES) -> list[bytes]:
    """So many different feeds."""
    rng = random.Random(20260101)
    words = Words(rng)
    return [_document(words, rng, entries) for _ in range(count)]


def _document(words: Words, rng: random.Random, entries: int) -> bytes:
    head = f"<title>{words.some(3).title()}</title><link>https://press-@feed@.example/</link><language>en</language>"
    items = "".join(_item(words, rng, number) for number in range(entries))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel>{head}\n{items}</channel></rss>"
    ).encode()


def _item(words: Words, rng: random.Random, number: int) -> str:
    def sentence() -> str:
        return words.some(rng.randint(9, 19)).capitalize()

    link = f"https://press-@feed@.example/2025/{number}/{words.some(6).replace(' ', '-')}"
    at = datetime.now(UTC) - OLDEST + timedelta(days=20 - number, hours=rng.randint(0, 23))
    paragraphs = [
        f"<p>{sentence()}. {sentence()}, <em>{words.some(2)}</em>. {sentence()}.</p>" for _ in range(rng.choice((2, 3)))
    ]
    categories = "".join(f"<category>{words.some(1)}</category>" for _ in range(3))
    return (
        f'<item><title>{sentence()}</title><link>{link}</link><guid isPermaLink="false">@feed@-{number}</guid>'
        f"<pubDate>{format_datetime(at)}</pubDate><dc:creator>{words.some(2).title()}</dc:creator>{categories}"
        f"<description><![CDATA[{''.join(paragraphs)}]]></description></item>\n"
    )


class _Site(asyncio.Protocol):
    """One connection. It knows just enough HTTP, so that the clients are measured and not this."""

    def __init__(self, feeds: list[bytes]) -> None:
        self._feeds = feeds
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._asked += data
        while b"\r\n\r\n" in self._asked:
            request, _, self._asked = self._asked.partition(b"\r\n\r\n")
            asyncio.get_running_loop().call_later(LATE.total_seconds(), self._answer, request)

    def _answer(self, request: bytes) -> None:
        number = request.partition(b" HTTP/")[0].rpartition(b"/")[2]
        etag = b'ETag: "%b"\r\n' % number
        if b"if-none-match:" in request.lower():
            answer = b"HTTP/1.1 304 Not Modified\r\n%b\r\n" % etag
        else:
            body = self._feeds[int(number) % len(self._feeds)].replace(_NUMBER, number)
            head = b"Content-Type: application/rss+xml\r\nContent-Length: %d\r\n" % len(body)
            answer = b"HTTP/1.1 200 OK\r\n%b%b\r\n%b" % (etag, head, body)
        if isinstance(self._transport, asyncio.Transport) and not self._transport.is_closing():
            self._transport.write(answer)


@asynccontextmanager
async def served(entries: int = ENTRIES) -> AsyncIterator[int]:
    """The port of the server, which runs in a process of its own."""
    pipe = asyncio.subprocess.PIPE
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.poll_site", str(entries), stdin=pipe, stdout=pipe
    )
    assert server.stdout
    assert server.stdin
    try:
        yield int(await server.stdout.readline())
    finally:
        server.stdin.close()
        await server.wait()


async def _serve(entries: int) -> None:
    feeds = documents(_TEXTS, entries)
    server = await asyncio.get_running_loop().create_server(lambda: _Site(feeds), "127.0.0.1", backlog=1_000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until whoever started it lets go


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
