"""A programmable web server on loopback: the sites whose feeds and pages are read, well-behaved or not.

It serves what it is told and writes down what it was asked. It must not build a large body in memory, so that a
test of a size limit measures the client alone.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Self
from xml.sax.saxutils import escape

import brotli
from aiohttp import web

try:
    from compression import zstd
except ImportError:  # before Python 3.14
    from backports import zstd

Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]

ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "deflate": zlib.compress,
}
_NOTHING = timedelta()
HTML, RSS = "text/html; charset=utf-8", "application/rss+xml; charset=utf-8"


@dataclass(slots=True)
class Asked:
    """One request as it came in. `sent_bytes` counts what a streamed answer got rid of, `done` is set at its end."""

    method: str
    path: str
    headers: Mapping[str, str]
    at: datetime
    sent_bytes: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)


ASKED = web.RequestKey("asked", Asked)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer that stands still. With validators it answers 304 to a request that brings exactly those bytes."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    encoding: str | None = None
    delay: timedelta = _NOTHING

    async def respond(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.delay.total_seconds())
        headers = {"Content-Type": self.content_type, **self.headers}
        headers |= {"ETag": self.etag} if self.etag else {}
        headers |= {"Last-Modified": self.last_modified} if self.last_modified else {}
        if self._unchanged_for(request):
            return web.Response(status=304, headers=headers)
        body = self.body
        if self.encoding:
            headers["Content-Encoding"] = self.encoding
            body = ENCODERS[self.encoding](body)
        return web.Response(status=self.status, headers=headers, body=body)

    def _unchanged_for(self, request: web.Request) -> bool:
        # If-None-Match outranks If-Modified-Since: RFC 9110 §13.2.2.
        if self.etag and "If-None-Match" in request.headers:
            return request.headers["If-None-Match"] == self.etag
        known = request.headers.get("If-Modified-Since")
        return self.last_modified is not None and known == self.last_modified


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed; without `guid` its link serves, `markup` is put into the item as it stands."""

    title: str
    link: str
    summary: str = ""
    published: datetime | None = None
    guid: str | None = None
    markup: str = ""


def rss(items: Sequence[Item], *, title: str = "A feed", link: str = "", markup: str = "") -> str:
    """RSS 2.0; `markup` (`<ttl>`, `<skipHours>` …) is put into the channel as it stands."""

    def item(entry: Item) -> str:
        date = f"<pubDate>{format_datetime(entry.published)}</pubDate>" if entry.published else ""
        return (
            f"<item><title>{escape(entry.title)}</title><link>{escape(entry.link)}</link>"
            f'<guid isPermaLink="false">{escape(entry.guid or entry.link)}</guid>{date}'
            f"<description>{escape(entry.summary)}</description>{entry.markup}</item>"
        )

    head = f"<title>{escape(title)}</title><link>{escape(link)}</link><description/>{markup}"
    body = "\n".join(item(entry) for entry in items)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}\n{body}</channel></rss>'


class NewsSite:
    """`async with NewsSite() as site:` serves what `page`, `feed` and the others put at a path; 404 elsewhere.

    A path may carry a query; one without it answers all queries. `requests` logs everything asked, `most_at_once`
    the highest number of requests that were open at one time. `host` is another loopback address to listen on.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self.requests: list[Asked] = []
        self.most_at_once = 0
        self._open = 0
        self._answers: dict[str, Respond] = {}
        self._root = ""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, 0).start()
        self.port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._runner.cleanup()

    def url(self, path: str = "/", *, host: str = "") -> str:
        """The whole address of a path; another spelling of the host makes another site of it."""
        return f"http://{host or self.host}:{self.port}{path}"

    def asked(self, path: str) -> list[Asked]:
        """The requests for one path, in order; a path without a query matches them all."""
        return [r for r in self.requests if path in (r.path, r.path.partition("?")[0])]

    def handler(self, path: str, respond: Respond) -> str:
        """Serves whatever the coroutine answers. Returns the whole address, as do all below."""
        self._answers[path] = respond
        return self.url(path)

    def page(self, path: str, body: str | bytes, content_type: str = HTML, **options: object) -> str:
        """Serves one body; `options` are the other fields of Page."""
        raw = body.encode() if isinstance(body, str) else body
        return self.handler(path, Page(raw, content_type, **options).respond)

    def feed(self, path: str, items: Sequence[Item], *, title: str = "A feed", **options: object) -> str:
        """Serves RSS 2.0; `markup` goes into the channel, other `options` are fields of Page."""
        markup = str(options.pop("markup", ""))
        body = rss(items, title=title, link=self.url(), markup=markup)
        return self.page(path, body, RSS, **options)

    def redirect(self, path: str, to: str, status: int = 301) -> str:
        """Sends the client elsewhere: a path of this site, or any address."""
        return self.page(path, b"", status=status, headers={"Location": to})

    def drops(self, path: str, after: bytes = b"") -> str:
        """Closes the connection: without a word, or after the start of a body that promised to be longer."""

        async def respond(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Length": str(len(after) + 1000)})
            if after:
                await response.prepare(request)
                await response.write(after)
            if request.transport is not None:
                request.transport.close()
            return response

        return self.handler(path, respond)

    def drips(self, path: str, body: bytes, *, pause: timedelta, size: int = 1) -> str:
        """Sends `size` bytes at a time with a pause after each: no single read is slow enough to time out."""

        async def chunks() -> AsyncIterator[bytes]:
            for start in range(0, len(body), size):
                yield body[start : start + size]
                await asyncio.sleep(pause.total_seconds())

        return self.streams(path, chunks)

    def endless(self, path: str, chunk: bytes, *, head: bytes = b"", max_bytes: int = 1 << 40) -> str:
        """Repeats the chunk until the client has had enough or `max_bytes` went out."""

        async def chunks() -> AsyncIterator[bytes]:
            yield head
            for _ in range(0, max_bytes, len(chunk)):
                yield chunk

        return self.streams(path, chunks)

    def gzip_bomb(self, path: str, *, plain_bytes: int, content_type: str = RSS) -> str:
        """A thousandth of `plain_bytes` on the wire, all of it spaces once decoded."""

        async def chunks() -> AsyncIterator[bytes]:
            packer = zlib.compressobj(9, zlib.DEFLATED, 31)
            for _ in range(0, plain_bytes, 1 << 20):
                yield packer.compress(b" " * (1 << 20))
            yield packer.flush()

        return self.streams(path, chunks, content_type=content_type, encoding="gzip")

    def streams(
        self,
        path: str,
        chunks: Callable[[], AsyncIterator[bytes]],
        *,
        content_type: str = RSS,
        encoding: str | None = None,
    ) -> str:
        """Sends chunks as they are made; what went out is counted in the request's `sent_bytes`."""

        async def respond(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": content_type})
            if encoding:
                response.headers["Content-Encoding"] = encoding
            await response.prepare(request)
            try:
                async for chunk in chunks():
                    await response.write(chunk)
                    request[ASKED].sent_bytes += len(chunk)
                await response.write_eof()
            except ConnectionError:
                pass  # the client had enough, which is what such a body is for
            return response

        return self.handler(path, respond)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        asked = Asked(request.method, request.raw_path, request.headers.copy(), datetime.now(UTC))
        self.requests.append(asked)
        request[ASKED] = asked
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        try:
            respond = self._answers.get(request.raw_path) or self._answers.get(request.rel_url.raw_path)
            return await (respond or Page(b"nothing here", "text/plain", 404).respond)(request)
        finally:
            self._open -= 1
            asked.done.set()
