"""The news site double, spoken to by a real HTTP client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import feedparser
import pytest
from aiohttp import web

from tests.doubles.news_site import Item, NewsSite


@pytest.fixture
async def site() -> AsyncIterator[NewsSite]:
    async with NewsSite() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_feed_is_read_by_a_real_parser(site: NewsSite, http: aiohttp.ClientSession) -> None:
    when = datetime(2026, 3, 1, 12, tzinfo=UTC)
    url = site.feed("/feed", [Item("Tariffs & more", site.url("/a"), "On <b>steel</b>.", when)], markup="<ttl>60</ttl>")
    async with http.get(url) as response:
        parsed = feedparser.parse(await response.read())
    assert parsed.feed.ttl == "60"
    assert parsed.entries[0].title == "Tariffs & more"
    assert parsed.entries[0].published_parsed[:4] == (2026, 3, 1, 12)


async def test_validators_are_answered_with_304_only_when_they_come_back_byte_for_byte(
    site: NewsSite, http: aiohttp.ClientSession
) -> None:
    url = site.page("/p", "text", etag='W/"a-1"', last_modified="Sun, 01 Mar 2026 12:00:00 GMT")

    async def status(**headers: str) -> int:
        async with http.get(url, headers={name.replace("_", "-"): v for name, v in headers.items()}) as response:
            return response.status

    assert await status() == 200
    assert await status(If_None_Match='W/"a-1"') == 304
    assert await status(If_None_Match='"a-1"', If_Modified_Since="Sun, 01 Mar 2026 12:00:00 GMT") == 200
    assert await status(If_Modified_Since="Sun, 01 Mar 2026 12:00:00 GMT") == 304
    assert [r.headers.get("If-None-Match") for r in site.asked("/p")] == [None, 'W/"a-1"', '"a-1"', None]


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate"])
async def test_bodies_come_encoded(site: NewsSite, http: aiohttp.ClientSession, encoding: str) -> None:
    async with http.get(site.page("/p", "grønt", encoding=encoding)) as response:
        assert response.headers["Content-Encoding"] == encoding
        assert await response.text() == "grønt"


async def test_redirects_statuses_and_headers_are_sent(site: NewsSite, http: aiohttp.ClientSession) -> None:
    url = site.redirect("/old", "/new?x=1", status=308)
    site.page("/new", "busy", status=503, headers={"Retry-After": "120"})
    async with http.get(url) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "120")
    assert [r.path for r in site.requests] == ["/old", "/new?x=1"]
    async with http.get(site.url("/elsewhere")) as response:
        assert response.status == 404


async def test_an_endless_body_stops_when_the_client_leaves(site: NewsSite, http: aiohttp.ClientSession) -> None:
    url = site.endless("/big.xml", b"<item><title>x</title></item>" * 1000, head=b"<rss><channel>")
    async with http.get(url) as response:
        await response.content.readexactly(1 << 20)
        response.close()
    await asyncio.wait_for(site.requests[0].done.wait(), 5)
    assert 1 << 20 <= site.requests[0].sent_bytes < 60 << 20


async def test_an_endless_body_can_have_an_end(site: NewsSite, http: aiohttp.ClientSession) -> None:
    async with http.get(site.endless("/big.xml", b"x" * 1024, max_bytes=3 << 20)) as response:
        assert len(await response.read()) == 3 << 20


async def test_a_gzip_bomb_is_small_on_the_wire(site: NewsSite, http: aiohttp.ClientSession) -> None:
    async with http.get(site.gzip_bomb("/bomb", plain_bytes=20 << 20)) as response:
        assert len(await response.read()) == 20 << 20
    assert site.requests[0].sent_bytes < 100_000


async def test_a_connection_is_dropped_before_or_in_the_middle_of_a_body(
    site: NewsSite, http: aiohttp.ClientSession
) -> None:
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await http.post(site.drops("/a"))
    async with http.get(site.drops("/b", after=b"<rss>")) as response:
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_a_body_drips(site: NewsSite, http: aiohttp.ClientSession) -> None:
    url = site.drips("/slow", b"abcdefgh", pause=timedelta(milliseconds=20))
    with pytest.raises(TimeoutError):
        async with http.get(url, timeout=aiohttp.ClientTimeout(total=0.1, sock_read=5)) as response:
            await response.read()


async def test_requests_that_are_open_at_one_time_are_counted(site: NewsSite, http: aiohttp.ClientSession) -> None:
    all_there = asyncio.Barrier(3)

    async def respond(request: web.Request) -> web.Response:
        await all_there.wait()
        return web.Response(text="done")

    url = site.handler("/meet", respond)
    await asyncio.gather(*(http.get(f"{url}?{n}") for n in range(3)))
    assert site.most_at_once == 3
