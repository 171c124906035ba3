"""GET requests by libcurl, each to an address that was checked, its answer held to limits while it comes.

Every foreign error becomes a FetchError here and nowhere else; its sentence names no address and repeats no byte that
was fetched. No redirect is followed here, no cookie kept, no proxy taken from the environment.
"""

import asyncio
import io
import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import certifi
import pycurl
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse, MultiDecoder

from bot.domain.errors import Fault, FetchError
from bot.domain.wording import failures
from bot.ports.outside import Room

CONNECT_SECONDS = 15
CODINGS = "gzip, deflate, br, zstd"
MOST_IDLE = 32
"""Connections that stay open in case the same host is asked again soon."""
HANDSHAKES_APART = 0.0015
"""Seconds. Each holds the event loop for about one millisecond, and many that begin at once come back at once."""
_ENCODED_BYTES, _DECODED_BYTES = 8 * 1024, 256 * 1024
"""So much is decoded, and becomes so much, before others get their turn: thousands of empty streams become nothing."""
_ONCE = {"content-encoding", "content-type", "date", "location", "retry-after"}
"""Of these only the first counts, where a server sends several."""
_ALWAYS = (
    (pycurl.NOSIGNAL, 1),
    (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
    (pycurl.PROXY, ""),
    (pycurl.PATH_AS_IS, 1),
    (pycurl.BUFFERSIZE, 128 * 1024),
    (pycurl.CONNECTTIMEOUT, CONNECT_SECONDS),
)
_STATUS_LINE = re.compile(rb"HTTP/[0-9.]+\s+([0-9]{3})", re.IGNORECASE)
_IN_A_NAME = str.maketrans(".:", "--")
_STOP = -1
"""A callback that returns it ends its transfer."""
_HEAD_TOO_LARGE = 100  # CURLE_TOO_LARGE, for which pycurl has no name
_INSECURE = {
    *(pycurl.E_SSL_CONNECT_ERROR, pycurl.E_PEER_FAILED_VERIFICATION, pycurl.E_SSL_CERTPROBLEM, pycurl.E_SSL_CIPHER),
    *(pycurl.E_SSL_CACERT_BADFILE, pycurl.E_SSL_ISSUER_ERROR, pycurl.E_SSL_INVALIDCERTSTATUS),
}
_NO_ADDRESS = {pycurl.E_URL_MALFORMAT, pycurl.E_BAD_FUNCTION_ARGUMENT}  # the latter of an address of megabytes
_BROKE_OFF = {
    *(pycurl.E_PARTIAL_FILE, pycurl.E_GOT_NOTHING, pycurl.E_RECV_ERROR, pycurl.E_SEND_ERROR),
    pycurl.E_BAD_CONTENT_ENCODING,
}
_UNDECODABLE: tuple[type[Exception], ...] = (HTTPError, *HTTPResponse.DECODER_ERROR_CLASSES)
_NOT_HTTP = {pycurl.E_UNSUPPORTED_PROTOCOL, pycurl.E_FTP_WEIRD_SERVER_REPLY, _HEAD_TOO_LARGE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Get:
    """A request, to be sent to one of `addresses`. `headers` are whole lines; `max_bytes` counts decoded bytes.

    While the answer waits for `room`, it does so in a context that `spared` gives. `alone` closes the connection.
    """

    url: str
    port: int
    addresses: Sequence[str]
    headers: Sequence[str]
    max_bytes: int
    room: Room | None
    spared: Callable[[], AbstractAsyncContextManager[None]]
    alone: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Its headers have lower-case names. A body is there with status 200 only, and is decoded."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Curl:
    """Requests side by side, on one event loop. An async context manager."""

    def __init__(self) -> None:
        self._multi: Any = None
        self._always = (*_ALWAYS, *_trusted())
        self._handshake_at = 0.0

    async def __aenter__(self) -> Self:
        self._multi = pycurl.AsyncCurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, MOST_IDLE)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._multi.aclose()

    async def get(self, get: Get) -> Answer:
        """Raises FetchError; where its task is cancelled, the connection is closed."""
        if self._multi is None:
            raise RuntimeError("the web is used outside its context")
        if get.url.startswith("https:"):
            await self._turn_for_handshake()
        curl = pycurl.Curl()
        coming = _Coming(get, curl)
        try:
            self._set_up(curl, get)
            curl.setopt(pycurl.HEADERFUNCTION, coming.on_header)
            curl.setopt(pycurl.WRITEFUNCTION, coming.on_body)
            await self._multi.perform(curl)
        except pycurl.error as error:
            if not coming.stopped_by(error.args[0]):
                raise translated(error.args[0]) from error
        finally:
            coming.leave()
            curl.close()
        return await coming.answer()

    async def _turn_for_handshake(self) -> None:
        now = asyncio.get_running_loop().time()
        self._handshake_at = max(now, self._handshake_at + HANDSHAKES_APART)
        await asyncio.sleep(self._handshake_at - now)

    def _set_up(self, curl: Any, get: Get) -> None:
        # Whatever host and port libcurl reads from the address: it connects to this name, which stands for nothing but
        # the addresses that were checked.
        name = f"checked-{'-'.join(get.addresses).translate(_IN_A_NAME)}.invalid"
        curl.setopt(pycurl.CONNECT_TO, [f"::{name}:{get.port}"])
        curl.setopt(pycurl.RESOLVE, [f"+{name}:{get.port}:{','.join(get.addresses)}"])
        for option, value in self._always:
            curl.setopt(option, value)
        curl.setopt(pycurl.URL, get.url)
        curl.setopt(pycurl.MAXFILESIZE_LARGE, get.max_bytes)
        curl.setopt(pycurl.FORBID_REUSE, get.alone)
        closing = ["Connection: close"] if get.alone else []
        lines = (f"Accept-Encoding: {CODINGS}", *closing, *get.headers)
        curl.setopt(pycurl.HTTPHEADER, [line.encode() for line in lines])


class _Coming:
    """An answer while it comes. libcurl calls `on_…`, and goes on once told to where they had it pause."""

    def __init__(self, get: Get, curl: Any) -> None:
        self._get = get
        self._curl = curl
        self._status = 0
        self._head: list[bytes] = []
        self._head_ended = False
        self._body = bytearray()
        self._too_large = False
        self._waiting: asyncio.Task[None] | None = None
        self._stopped = False

    def on_header(self, line: bytes) -> None:
        if status := _STATUS_LINE.match(line):
            self._status = int(status[1])
            self._head.clear()  # what came before was no answer yet (RFC 9110 §15.2)
            self._head_ended = False
        elif not line.strip():
            self._head_ended = True
        elif not self._body:  # no trailers
            self._head.append(line)

    def on_body(self, data: bytes) -> int | None:
        size = len(self._body) + len(data)
        if self._status != 200:
            self._stopped = True
        elif size > self._get.max_bytes:
            self._stopped = self._too_large = True
        elif self._get.room is not None and not self._get.room.take(size):
            self._waiting = asyncio.create_task(self._wait(self._get.room, size))
            return int(pycurl.WRITEFUNC_PAUSE)
        else:
            self._body += data
        return _STOP if self._stopped else None

    def stopped_by(self, code: int) -> bool:
        """Whether it ended with this error because we had enough."""
        if code == pycurl.E_FILESIZE_EXCEEDED:
            self._stopped, self._too_large = True, self._status == 200
        return self._stopped

    async def _wait(self, room: Room, size: int) -> None:
        await self._held(room, size)
        with suppress(pycurl.error):  # the transfer ends with it, and says so itself
            self._curl.pause(pycurl.PAUSE_CONT)

    async def _held(self, room: Room, size: int) -> None:
        async with self._get.spared():
            await room.hold(size)

    def leave(self) -> None:
        """Nothing comes any more."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None  # or its error, and so the body, would stay until cycles are sought

    async def answer(self) -> Answer:
        """All that came. Raises FetchError."""
        if not self._head_ended:
            raise FetchError(Fault.UNREACHABLE, failures.BROKE_OFF)  # libcurl takes its beginning for all of it
        headers: dict[str, str] = {}
        for line in self._head:
            name, colon, value = line.decode("utf-8", "surrogateescape").partition(":")
            if colon and (name := name.strip().lower()) not in headers:
                headers[name] = value.strip()
            elif colon and name not in _ONCE:
                headers[name] += f", {value.strip()}"
        if "content-encoding" in headers and self._body and not self._too_large:
            await self._decode(headers["content-encoding"])
        if self._too_large:
            raise FetchError(Fault.TOO_LARGE, failures.too_large(self._get.max_bytes), status=self._status)
        return Answer(self._status, headers, bytes(self._body))

    async def _decode(self, coding: str) -> None:
        encoded, self._body = io.BytesIO(self._body), bytearray()
        for chunk in _decoded(encoded, coding.lower()):
            self._body += chunk
            if len(self._body) > self._get.max_bytes:
                self._too_large = True
                return
            if self._get.room is not None:
                await self._held(self._get.room, len(self._body))
            await asyncio.sleep(0)


def _decoded(encoded: io.BytesIO, coding: str) -> Iterator[bytes]:
    """Raises FetchError."""
    if not {name.strip() for name in coding.split(",")} <= {*HTTPResponse.CONTENT_DECODERS}:
        yield encoded.read()  # as it is: such a server means something else by it
        return
    try:
        decoder = MultiDecoder(coding)
        while piece := encoded.read(_ENCODED_BYTES):
            yield (chunk := decoder.decompress(piece, _DECODED_BYTES))
            while chunk or decoder.has_unconsumed_tail:
                yield (chunk := decoder.decompress(b"", _DECODED_BYTES))
        decoder.flush()
    except _UNDECODABLE as error:
        raise FetchError(Fault.UNREACHABLE, failures.BROKE_OFF) from error


def _trusted() -> Sequence[tuple[int, str | None]]:
    """Whom the system trusts, or SSL_CERT_FILE and SSL_CERT_DIR name, as in all of Python.

    A file is read once, and kept by libcurl only where no folder is given as well. So the usual folder is for lack of a
    file alone.
    """
    paths = ssl.get_default_verify_paths()
    if paths.capath is not None and (paths.cafile is None or paths.capath != paths.openssl_capath):
        return (pycurl.CAINFO, paths.cafile), (pycurl.CAPATH, paths.capath)
    return ((pycurl.CAINFO, paths.cafile or certifi.where()),)


def translated(code: int) -> FetchError:
    """What an error of libcurl means for whoever asked."""
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return FetchError(Fault.TIMEOUT, failures.TOO_SLOW)
    if code in _NO_ADDRESS:
        return FetchError(Fault.REFUSED_ADDRESS, failures.NO_WEB_ADDRESS)
    if code in _INSECURE:
        return FetchError(Fault.UNREACHABLE, failures.NO_SECURE_CONNECTION)
    if code in _BROKE_OFF:
        return FetchError(Fault.UNREACHABLE, failures.BROKE_OFF)
    if code in _NOT_HTTP:
        return FetchError(Fault.UNREACHABLE, failures.NOT_HTTP)
    return FetchError(Fault.UNREACHABLE, failures.UNREACHABLE)
