"""The port Web over libcurl, against servers on loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest

from bot.adapters.apscheduler_clock import SystemClock
from bot.adapters.feed_http import CurlWeb, user_agent
from bot.adapters.guard import Lookup
from bot.domain.errors import Fault, FetchError
from bot.ports.outside import Request
from tests.doubles.news_site import NewsSite

LOOPBACK = ip_network("127.0.0.0/8")
BODY = b"<rss>" + b"x" * 1000 + b"</rss>"


@pytest.fixture
async def site() -> AsyncIterator[NewsSite]:
    async with NewsSite() as running:
        yield running


def client(*, lookup: Lookup | None = None, allow: bool = True, contact: str | None = None) -> CurlWeb:
    networks = (LOOPBACK,) if allow else ()
    return CurlWeb(SystemClock(), allow_networks=networks, host_pause=timedelta(), contact=contact, lookup=lookup)


@pytest.fixture
async def web() -> AsyncIterator[CurlWeb]:
    async with client() as running:
        yield running


def ask(url: str, *, max_bytes: int = 100_000, seconds: float = 5, **more: str) -> Request:
    return Request(url=url, accept="*/*", max_bytes=max_bytes, total=timedelta(seconds=seconds), **more)


async def fault(web: CurlWeb, request: Request) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await web.get(request)
    return caught.value


async def test_a_body_comes_with_its_headers(web: CurlWeb, site: NewsSite) -> None:
    url = site.page("/a?b=1", BODY, "text/xml; charset=ISO-8859-1", etag='W/"1 2"', headers={"X-Odd": "1"})
    answer = await web.get(ask(url))
    assert (answer.status, answer.url, answer.body, answer.charset) == (200, url, BODY, "ISO-8859-1")
    assert (answer.headers["etag"], answer.headers["x-odd"], answer.moved_to) == ('W/"1 2"', "1", None)


async def test_the_request_says_who_we_are_and_nothing_else(site: NewsSite) -> None:
    site.page("/a", BODY, headers={"Set-Cookie": "who=me; Path=/"})
    async with client(contact="https://example.org/bot") as web:
        await web.get(ask(site.url("/a")))
        await web.get(ask(site.url("/a")))
    first, second = (asked.headers for asked in site.requests)
    assert first["User-Agent"] == user_agent("https://example.org/bot")
    assert first["User-Agent"].startswith("Newsthread/")
    assert {"If-None-Match", "If-Modified-Since", "Referer", "Cookie"}.isdisjoint(first)
    assert {"Referer", "Cookie"}.isdisjoint(second)
    assert {"gzip", "br", "zstd"} <= {coding.strip() for coding in first["Accept-Encoding"].split(",")}


async def test_a_connection_that_nothing_else_comes_over_is_closed(web: CurlWeb, site: NewsSite) -> None:
    url = site.page("/a", BODY)
    await web.get(ask(url))
    await web.get(replace(ask(url), alone=True))
    assert [asked.headers.get("Connection") for asked in site.requests] == [None, "close"]


async def test_a_proxy_in_the_environment_is_ignored(
    web: CurlWeb, site: NewsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    assert (await web.get(ask(site.page("/a", BODY)))).status == 200


async def test_validators_go_out_as_they_are_and_304_comes_back_empty(web: CurlWeb, site: NewsSite) -> None:
    modified = "Sun, 18 Jan 2026 11:00:00 GMT"
    url = site.page("/a", BODY, etag='W/"1 2"', last_modified=modified)
    answer = await web.get(ask(url, etag='W/"1 2"', last_modified=modified))
    assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", 'W/"1 2"')
    headers = site.asked("/a")[0].headers
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('W/"1 2"', modified)


async def test_a_304_that_nobody_asked_for_is_a_fault(web: CurlWeb, site: NewsSite) -> None:
    error = await fault(web, ask(site.page("/a", b"", status=304)))
    assert (error.fault, error.status) == (Fault.HTTP_STATUS, 304)


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate"])
async def test_every_coding_is_decoded_and_the_limit_counts_decoded_bytes(
    web: CurlWeb, site: NewsSite, encoding: str
) -> None:
    assert (await web.get(ask(site.page("/a", BODY, encoding=encoding)))).body == BODY
    url = site.page("/b", b" " * 2_000_000, encoding=encoding)
    assert (await fault(web, ask(url))).fault is Fault.TOO_LARGE


async def test_a_bomb_is_hung_up_on(web: CurlWeb, site: NewsSite) -> None:
    error = await fault(web, ask(site.gzip_bomb("/bomb", plain_bytes=64 << 20)))
    assert (error.fault, error.detail) == (Fault.TOO_LARGE, "The answer is larger than 0.1 MB.")
    await asyncio.wait_for(site.asked("/bomb")[0].done.wait(), 2)


async def test_an_endless_body_is_hung_up_on(web: CurlWeb, site: NewsSite) -> None:
    assert (await fault(web, ask(site.endless("/endless", b"x" * 65536)))).fault is Fault.TOO_LARGE
    await asyncio.wait_for(site.asked("/endless")[0].done.wait(), 2)


async def test_a_body_that_drips_meets_the_deadline(web: CurlWeb, site: NewsSite) -> None:
    url = site.drips("/drip", BODY, pause=timedelta(seconds=0.05))
    error = await fault(web, ask(url, seconds=0.3))
    assert (error.fault, error.detail) == (Fault.TIMEOUT, "The server took too long to answer.")


async def test_waiting_for_other_requests_does_not_cost_time(web: CurlWeb, site: NewsSite) -> None:
    url = site.page("/slow", BODY, delay=timedelta(seconds=0.15))
    answers = await asyncio.gather(*(web.get(ask(url, seconds=0.4)) for _ in range(5)))
    assert [answer.status for answer in answers] == [200] * 5
    assert site.most_at_once == 1


async def test_waiting_for_room_in_memory_does_not_cost_time_either(web: CurlWeb, site: NewsSite) -> None:
    sizes: list[int] = []

    class Crowded:
        def take(self, size_bytes: int) -> bool:
            return size_bytes in sizes

        async def hold(self, size_bytes: int) -> None:
            sizes.append(size_bytes)
            await asyncio.sleep(0.2)

    url = site.page("/a", BODY)
    request = replace(ask(url, seconds=0.15), room=Crowded())
    assert (await web.get(request)).body == BODY
    assert sizes[-1] == len(BODY)
    sizes.clear()
    await web.get(replace(request, url=site.page("/b", BODY, etag='"1"'), etag='"1"'))
    assert not sizes  # an answer without a document takes no room


async def test_a_document_that_swells_as_it_is_decoded_asks_for_room_as_it_does(web: CurlWeb, site: NewsSite) -> None:
    sizes: list[int] = []

    class Roomy:
        def take(self, size_bytes: int) -> bool:
            return True

        async def hold(self, size_bytes: int) -> None:
            sizes.append(size_bytes)

    url = site.page("/a", b" " * 1_000_000, encoding="gzip")
    assert len((await web.get(replace(ask(url, max_bytes=2_000_000), room=Roomy()))).body) == 1_000_000
    assert len(sizes) > 2
    assert sizes[-1] == 1_000_000


async def test_who_leaves_while_waiting_for_room_leaves_nothing_behind(web: CurlWeb, site: NewsSite) -> None:
    waiting = asyncio.Event()

    class Full:
        def take(self, size_bytes: int) -> bool:
            return False

        async def hold(self, size_bytes: int) -> None:
            waiting.set()
            await asyncio.Event().wait()

    asking = asyncio.create_task(web.get(replace(ask(site.page("/a", BODY), seconds=0.1), room=Full())))
    await waiting.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task(), *(t for t in asyncio.all_tasks() if "aiohttp" in repr(t))}


async def test_redirects_are_followed_and_permanent_ones_reported(web: CurlWeb, site: NewsSite) -> None:
    target = site.page("/new", BODY)
    site.redirect("/old", "/new", 301)
    site.redirect("/older", "/old", 308)
    site.redirect("/for-now", "/old", 302)
    assert (await web.get(ask(site.url("/older")))).moved_to == target
    temporary = await web.get(ask(site.url("/for-now")))
    assert (temporary.url, temporary.moved_to) == (target, None)


async def test_a_redirect_to_a_private_address_is_refused(web: CurlWeb, site: NewsSite) -> None:
    for target in (
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "http://[::1]/",
    ):
        error = await fault(web, ask(site.redirect("/r", target, 302)))
        assert error.fault is Fault.REFUSED_ADDRESS
        assert "10.0" not in error.detail
        assert "169" not in error.detail


async def test_redirects_in_a_circle_end(web: CurlWeb, site: NewsSite) -> None:
    error = await fault(web, ask(site.redirect("/r", "/r", 302)))
    assert (error.fault, len(site.asked("/r"))) == (Fault.HTTP_STATUS, 11)
    assert (await fault(web, ask(site.redirect("/r", "http://[", 302)))).fault is Fault.REFUSED_ADDRESS


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, Fault.HTTP_STATUS),
        (403, Fault.HTTP_STATUS),
        (500, Fault.HTTP_STATUS),
        (410, Fault.GONE),
        (204, Fault.HTTP_STATUS),
    ],
)
async def test_other_statuses_are_faults(web: CurlWeb, site: NewsSite, status: int, expected: Fault) -> None:
    error = await fault(web, ask(site.page("/a", b"a secret body", status=status)))
    assert (error.fault, error.status) == (expected, status)
    assert "secret" not in error.detail


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "120"}, timedelta(minutes=2)),
        (
            {"Retry-After": "Sun, 18 Jan 2026 12:10:00 GMT", "Date": "Sun, 18 Jan 2026 12:00:00 GMT"},
            timedelta(minutes=10),
        ),
        ({"Retry-After": "Sun, 18 Jan 2026 11:10:00 GMT", "Date": "Sun, 18 Jan 2026 12:00:00 GMT"}, timedelta()),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
async def test_a_request_for_rest_is_read(
    web: CurlWeb, site: NewsSite, headers: dict[str, str], expected: timedelta | None
) -> None:
    assert (await fault(web, ask(site.page("/a", b"", status=429, headers=headers)))).retry_after == expected


async def test_without_leave_no_request_reaches_a_private_address(site: NewsSite) -> None:
    url = site.page("/a", BODY)
    async with client(allow=False) as web:
        error = await fault(web, ask(url))
        assert error.fault is Fault.REFUSED_ADDRESS
        assert "127.0.0.1" not in error.detail
        for other in ("http://localhost/", "http://2130706433/", "http://example.org:8080/", "ftp://example.org/", "x"):
            assert (await fault(web, ask(other))).fault is Fault.REFUSED_ADDRESS
    assert site.requests == []


async def test_a_name_that_changes_its_address_is_connected_to_at_the_checked_one(site: NewsSite) -> None:
    asked: list[str] = []

    async def lookup(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    site.page("/a", BODY)
    async with client(lookup=lookup) as web:
        assert (await web.get(ask(site.url("/a", host="rebind.example")))).status == 200
    async with client(lookup=lookup) as web:
        assert (await fault(web, ask(site.url("/a", host="rebind.example")))).fault is Fault.REFUSED_ADDRESS
    assert len(asked) == 2


async def test_a_host_that_does_not_exist_is_unreachable() -> None:
    async def lookup(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with client(lookup=lookup) as web:
        error = await fault(web, ask("https://nowhere.example/feed"))
    assert (error.fault, error.detail) == (Fault.UNREACHABLE, "The host name of this address was not found.")


async def test_a_closed_port_is_unreachable(web: CurlWeb) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = await fault(web, ask(f"http://127.0.0.1:{taken.getsockname()[1]}/"))
    assert (error.fault, error.detail) == (Fault.UNREACHABLE, "The server could not be reached.")


async def test_a_connection_that_breaks_off_is_unreachable(web: CurlWeb, site: NewsSite) -> None:
    for url in (site.drops("/now"), site.drops("/later", after=b"<rss>")):
        error = await fault(web, ask(url))
        assert (error.fault, error.detail) == (
            Fault.UNREACHABLE,
            "The server's answer broke off or could not be decoded.",
        )


async def test_what_is_not_http_is_unreachable(web: CurlWeb) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"SSH-2.0-OpenSSH_9.6 secret\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(babble, "127.0.0.1", 0) as server:
        error = await fault(web, ask(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"))
    assert error.fault is Fault.UNREACHABLE
    assert "secret" not in error.detail


async def test_credentials_of_an_address_are_sent_there_and_never_shown(web: CurlWeb, site: NewsSite) -> None:
    site.page("/a", BODY)
    private = site.url("/a").replace("http://", "http://me:hunter2@")
    answer = await web.get(ask(private))
    assert answer.status == 200
    assert "Authorization" in site.requests[0].headers
    error = await fault(web, ask(private.replace("/a", "/missing")))
    assert "hunter2" not in error.detail


@pytest.mark.parametrize("scheme", ["http:", ""])
async def test_a_redirect_to_another_host_takes_no_credentials_along(web: CurlWeb, site: NewsSite, scheme: str) -> None:
    async with NewsSite() as other:
        site.redirect("/a", scheme + other.page("/b", BODY).removeprefix("http:"), 302)
        assert (await web.get(ask(site.url("/a").replace("http://", "http://me:hunter2@")))).status == 200
        assert "Authorization" in site.requests[0].headers
        assert "Authorization" not in other.requests[0].headers
