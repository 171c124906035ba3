"""The small site that serves the demonstration edition on the loopback address.

It behaves as good publishers do (validators, 304, robots.txt) and keeps nothing between two runs. It must never listen
on any other address, and it imports nothing of the bot but the edition.
"""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.demo.edition import EDITION_NOW, Edition, load_edition
from bot.demo.feed_documents import CONTENT_TYPES, feed_document
from bot.demo.page_documents import article_document, front_document, missing_document, site_document

__all__ = ["EDITION_NOW", "DemoFeed", "DemoSite"]

LOOPBACK = "127.0.0.1"
SHUTDOWN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class DemoFeed:
    """One feed of the edition: its whole address and the name of its outlet."""

    url: str
    outlet: str


@dataclass(frozen=True, slots=True)
class _Document:
    content_type: str
    body: bytes
    modified: datetime
    charset: str = "utf-8"

    @property
    def etag(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:16]


class DemoSite:
    """Serves the edition while its context is open: `async with DemoSite() as site: …`.

    `port` 0 takes any free one. Raises `OSError` when the port cannot be had.
    """

    def __init__(self, port: int = 0) -> None:
        self._wanted_port = port
        self._runner: web.AppRunner | None = None
        self._documents: dict[str, _Document] = {}
        self._missing = b""
        self._base_url = ""
        self._feeds: tuple[DemoFeed, ...] = ()

    @property
    def base_url(self) -> str:
        """Scheme, host and port, without a slash at the end; empty while the site is closed."""
        return self._base_url

    @property
    def feeds(self) -> tuple[DemoFeed, ...]:
        return self._feeds

    @property
    def feed_urls(self) -> tuple[str, ...]:
        return tuple(feed.url for feed in self._feeds)

    async def __aenter__(self) -> Self:
        edition = await asyncio.to_thread(load_edition)
        app = web.Application()
        app.router.add_get("/{path:.*}", self._serve)
        # The default would wait a minute for the open connections of a client that is still being closed.
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, LOOPBACK, self._wanted_port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._base_url = f"http://{LOOPBACK}:{runner.addresses[0][1]}"
        self._documents = dict(_documents(edition, self._base_url))
        self._missing = missing_document(edition).encode()
        self._feeds = tuple(DemoFeed(self._base_url + outlet.feed.path, outlet.name) for outlet in edition.outlets)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        self._runner, self._base_url, self._feeds = None, "", ()

    async def _serve(self, request: web.Request) -> web.Response:
        document = self._documents.get(request.path)
        if document is None:
            return web.Response(status=404, body=self._missing, content_type="text/html", charset="utf-8")
        if _is_known(request, document):
            response = web.Response(status=304)
        else:
            response = web.Response(body=document.body, content_type=document.content_type, charset=document.charset)
        response.etag = document.etag
        response.last_modified = document.modified
        return response


def _is_known(request: web.Request, document: _Document) -> bool:
    """Whether the client holds this very document; If-None-Match goes before the date (RFC 9110 §13.2.2)."""
    if (known := request.if_none_match) is not None:
        return any(tag.value in {document.etag, "*"} for tag in known)
    since = request.if_modified_since
    return since is not None and document.modified <= since


def _documents(edition: Edition, base_url: str) -> Iterable[tuple[str, _Document]]:
    """Every path that the site answers, with what it answers; `missing` articles have none."""
    newest = edition.articles[0].published
    yield "/", _Document("text/html", site_document(edition).encode(), newest)
    yield "/robots.txt", _Document("text/plain", b"User-agent: *\nAllow: /\n", newest)
    for outlet in edition.outlets:
        own = edition.of(outlet)
        feed = _Document(
            CONTENT_TYPES[outlet.feed.format],
            feed_document(outlet, own, base_url),
            own[0].published,
            outlet.feed.encoding,
        )
        yield outlet.feed.path, feed
        yield outlet.home, _Document("text/html", front_document(edition, outlet).encode(), own[0].published)
    for article in edition.articles:
        if article.kind != "missing":
            page = article_document(edition, article, base_url)
            yield article.path, _Document("text/html", page.encode(), article.published)
