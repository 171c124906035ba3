"""Single requests by libcurl, against servers on loopback that answer byte for byte as a test says."""

import asyncio
import random
import shutil
import socket
import ssl
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pycurl
import pytest
import trustme

from bot.adapters.curl import HANDSHAKES_APART, Answer, Curl, Get, translated
from bot.domain.errors import Fault, FetchError
from tests.doubles.news_site import ENCODERS, NewsSite


@pytest.fixture
async def curl() -> AsyncIterator[Curl]:
    async with Curl() as running:
        yield running


def get(port: int, *addresses: str, url: str = "http://elsewhere.example:1/a") -> Get:
    return Get(
        url=url, port=port, addresses=addresses or ["127.0.0.1"], headers=["Accept: */*"], max_bytes=100_000,
        room=None, spared=nullcontext, alone=False,
    )  # fmt: skip


@asynccontextmanager
async def answering(*answers: bytes, secure: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port of a server that sends each of these to one connection, and closes it."""
    left = iter(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(next(left))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=secure) as server:
        yield int(server.sockets[0].getsockname()[1])


async def answered(curl: Curl, raw: bytes) -> Answer:
    async with answering(raw) as port:
        return await curl.get(get(port))


async def failed(curl: Curl, raw: bytes) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await answered(curl, raw)
    return caught.value


async def test_only_the_checked_address_is_connected_to_whatever_the_url_says(curl: Curl) -> None:
    async with NewsSite() as site:
        site.page("/a", b"here")
        for url in ("http://elsewhere.example:1/a", "http://127.0.0.9:9/a", "http://x:y@[::1]:8/a"):
            assert (await curl.get(get(site.port, url=url))).body == b"here"


async def test_handshakes_do_not_all_begin_at_once(curl: Curl) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
        clock = asyncio.get_running_loop().time
        begun = clock()
        secure = [curl.get(get(port, url="https://elsewhere.example/a")) for _ in range(20)]
        assert all(isinstance(each, FetchError) for each in await asyncio.gather(*secure, return_exceptions=True))
        assert clock() - begun >= 19 * HANDSHAKES_APART


async def test_of_several_addresses_one_that_answers_will_do(curl: Curl) -> None:
    async with NewsSite() as site:
        site.page("/a", b"here")
        many = [f"2001:db8:aaaa:bbbb:cccc:dddd:eeee:{number:x}" for number in range(20)]
        for addresses in (("::1", "127.0.0.1"), ("127.0.0.9", "127.0.0.1"), (*many, "127.0.0.1")):
            assert (await curl.get(get(site.port, *addresses))).body == b"here"


async def test_interim_answers_and_trailers_are_no_part_of_the_head(curl: Curl) -> None:
    raw = (
        b"HTTP/1.1 103 Early Hints\r\nETag: early\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
        b"X-Two: a\r\nX-Two: b\r\nTrailer: ETag\r\n\r\n5\r\n<rss>\r\n0\r\nETag: late\r\n\r\n"
    )
    answer = await answered(curl, raw)
    assert (answer.status, answer.body) == (200, b"<rss>")
    assert (answer.headers["x-two"], answer.headers.get("etag")) == ("a, b", None)


@pytest.mark.parametrize(
    "head",
    [
        *(b"HTTP/1.1 200\r\n", b"http/1.1 200 ok\r\n", b"HTTP/1.1 200OK\r\n", b"HTTP/1.1 200 OK\n"),
        *(b"HTTP/1.1 200 OK\r\nHTTP/x:\r\n", b"HTTP/1.1 200 OK\r\nHTTP/1.1: 404\r\n"),
        b"HTTP/1.1 103 Early\r\n\r\nhttp/1.1 200 ok\r\n",
    ],
)
async def test_a_status_line_and_headers_like_it_may_be_oddly_spelled(
    curl: Curl, head: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = await answered(curl, head + b"ETag:x\r\n\r\n<rss>")
    assert (answer.status, answer.headers["etag"], answer.body) == (200, "x", b"<rss>")
    assert capfd.readouterr().err == ""  # where libcurl prints errors of what it calls


async def test_of_headers_that_say_one_thing_the_first_counts(curl: Curl) -> None:
    twice = b"Location: a\r\nLocation: a\r\nRetry-After: 1\r\nRetry-After: 2\r\nVary: a\r\nVary: b\r\n"
    answer = await answered(curl, b"HTTP/1.1 301 Moved\r\n" + twice + b"\r\n")
    assert answer.headers == {"location": "a", "retry-after": "1", "vary": "a, b"}


async def test_an_answer_without_a_length_ends_with_its_connection(curl: Curl) -> None:
    assert (await answered(curl, b"HTTP/1.0 200 OK\r\n\r\n<rss>")).body == b"<rss>"


async def test_a_coding_may_be_unknown_or_broken(curl: Curl) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\n\r\n"
    packed = zlib.compress(b"<rss>" * 1000)
    assert (await answered(curl, head % b"deflate" + packed)).body == b"<rss>" * 1000
    assert (await answered(curl, head % b"identity" + b"<rss>")).body == b"<rss>"
    for coding in (b"gzip", b"br", b"zstd", b"deflate", b"gzip, br"):
        error = await failed(curl, head % coding + b"no such coding")
        assert (error.fault, error.detail) == (
            Fault.UNREACHABLE,
            "The server's answer broke off or could not be decoded.",
        )


async def test_codings_of_an_answer_without_a_document_are_no_matter(curl: Curl) -> None:
    for status in (404, 304):
        raw = b"HTTP/1.1 %d No\r\nContent-Encoding: %b\r\n\r\nno" % (status, b", ".join([b"gzip"] * 1000))
        assert (await answered(curl, raw)).status == status


@pytest.mark.parametrize("coding", sorted(ENCODERS))
async def test_a_document_is_decoded_whole_however_it_was_packed(curl: Curl, coding: str) -> None:
    for plain in (b"<item/>" * 2_000_000, random.Random(1).randbytes(300_000)):
        for codings in ([coding], [coding, "gzip"]):
            packed = plain
            for each in codings:
                packed = ENCODERS[each](packed)
            head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {', '.join(codings)}\r\n\r\n"
            async with answering(head.encode() + packed) as port:
                assert (await curl.get(replace(get(port), max_bytes=20_000_000))).body == plain


async def test_a_coding_that_breaks_off_is_noticed(curl: Curl) -> None:
    packed = ENCODERS["zstd"](b"<rss>" * 1000)
    error = await failed(curl, b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n" + packed[:-5])
    assert error.detail == "The server's answer broke off or could not be decoded."


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
async def test_thousands_of_empty_streams_hold_nothing_else_up(curl: Curl, coding: str) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    empty = ENCODERS[coding](b"") * 10_000
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\n\r\n" % coding.encode()
    async with answering(head + empty) as port:
        running = asyncio.create_task(others())
        assert (await curl.get(replace(get(port), max_bytes=len(empty)))).body == b""
        running.cancel()
    assert turns > len(empty) / 10_000


@pytest.mark.parametrize("status", [200, 429])
async def test_a_length_that_is_too_large_is_not_waited_for(curl: Curl, status: int) -> None:
    raw = b"HTTP/1.1 %d So\r\nContent-Length: 100001\r\nRetry-After: 7\r\n\r\n" % status
    if status == 200:
        assert (await failed(curl, raw)).fault is Fault.TOO_LARGE
    else:
        assert (await answered(curl, raw)).headers["retry-after"] == "7"


async def test_an_address_of_megabytes_is_none(curl: Curl) -> None:
    with pytest.raises(FetchError) as caught:
        await curl.get(get(80, url="http://elsewhere.example/" + "x" * 9_000_000))
    assert caught.value.fault is Fault.REFUSED_ADDRESS


@pytest.mark.skipif(shutil.which("openssl") is None, reason="what names the files of such a folder is missing")
async def test_a_folder_of_authorities_counts_beside_the_usual_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example").configure_cert(context)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    async with answering(b"HTTP/1.1 200 OK\r\n\r\n<rss>", secure=context) as port, Curl() as curl:
        request = get(port, url="https://elsewhere.example/a")
        with pytest.raises(FetchError) as caught:
            await curl.get(request)
        assert caught.value.detail == "No secure connection to the server could be made."
        authority.cert_pem.write_to_path(tmp_path / "one.pem")
        rehash = await asyncio.create_subprocess_exec("openssl", "rehash", tmp_path)
        assert await rehash.wait() == 0
        assert (await curl.get(request)).body == b"<rss>"


async def test_a_head_that_breaks_off_is_no_answer(curl: Curl) -> None:
    for head in (b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nETag: x\r\n", b"HTTP/1.1 103 Early Hints\r\n\r\n"):
        assert (await failed(curl, head)).fault is Fault.UNREACHABLE


async def test_a_head_without_end_is_no_http(curl: Curl) -> None:
    for head in (b"X: " + b"y" * 1_000_000, b"X: y\r\n" * 100_000):
        error = await failed(curl, b"HTTP/1.1 200 OK\r\n" + head)
        assert (error.fault, error.detail) == (
            Fault.UNREACHABLE,
            "The server answered with something that is not HTTP.",
        )


async def test_a_certificate_must_be_for_the_host_of_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    async with answering(b"HTTP/1.1 200 OK\r\n\r\n<rss>", secure=context) as port, Curl() as curl:
        for host in ("other.example", "127.0.0.1"):
            with pytest.raises(FetchError) as caught:
                await curl.get(get(port, url=f"https://{host}/a"))
            assert caught.value.detail == "No secure connection to the server could be made."
        assert (await curl.get(get(port, url="https://elsewhere.example/a"))).body == b"<rss>"


@pytest.mark.parametrize(
    ("code", "fault", "word"),
    [
        (pycurl.E_OPERATION_TIMEDOUT, Fault.TIMEOUT, "too long"),
        (pycurl.E_URL_MALFORMAT, Fault.REFUSED_ADDRESS, "web address"),
        (pycurl.E_PEER_FAILED_VERIFICATION, Fault.UNREACHABLE, "secure"),
        (pycurl.E_SSL_CACERT_BADFILE, Fault.UNREACHABLE, "secure"),
        (pycurl.E_PARTIAL_FILE, Fault.UNREACHABLE, "broke off"),
        (pycurl.E_BAD_CONTENT_ENCODING, Fault.UNREACHABLE, "broke off"),
        (pycurl.E_UNSUPPORTED_PROTOCOL, Fault.UNREACHABLE, "not HTTP"),
        (pycurl.E_COULDNT_CONNECT, Fault.UNREACHABLE, "reached"),
        (pycurl.E_OUT_OF_MEMORY, Fault.UNREACHABLE, "reached"),
    ],
)
def test_every_error_of_the_library_becomes_ours(code: int, fault: Fault, word: str) -> None:
    error = translated(code)
    assert error.fault is fault
    assert word in error.detail
