"""The web by aiohttp: one polite, guarded GET for feeds, pages, robots.txt and whatever else is fetched.

Every foreign error becomes a FetchError here and nowhere else; its sentence names no address and repeats no byte that
was fetched. No cookies, no Referer, no proxy from the environment, no browser disguise.
"""

import asyncio
import importlib.metadata
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from bot.adapters.guard import AddressGuard, HostTurns, Lookup, Network, RefusedAddressError
from bot.domain.errors import Fault, FetchError
from bot.domain.polling import http_date, rest_asked
from bot.domain.wording import failures
from bot.ports.outside import Clock, Request, Response

MOST_HOPS = 10
AT_ONCE = 256
CONNECT_SECONDS = 15
NAMES_KEPT_SECONDS = 60
FOREIGN = (aiohttp.ClientError, HttpProcessingError, OSError, ValueError)
"""All that aiohttp, yarl and what is below them raise when a request goes wrong."""
_PERMANENT = {301, 308}
_REDIRECTS = _PERMANENT | {302, 303, 307}


class AiohttpWeb:
    """Port `Web`. An async context manager; `lookup` replaces the DNS in tests."""

    def __init__(
        self,
        clock: Clock,
        *,
        allow_networks: Sequence[Network] = (),
        host_pause: timedelta = timedelta(seconds=1),
        contact: str | None = None,
        lookup: Lookup | None = None,
    ) -> None:
        self._guard = AddressGuard(allow_networks, lookup)
        self._turns = HostTurns(clock, pause=host_pause, at_once=AT_ONCE)
        self._agent = user_agent(contact)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}  # by whether connections are closed after an answer

    async def __aenter__(self) -> Self:
        self._sessions = {closes: self._session(closes=closes) for closes in (False, True)}
        return self

    def _session(self, *, closes: bool) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._guard, limit=0, ttl_dns_cache=NAMES_KEPT_SECONDS, force_close=closes
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._agent},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
            trust_env=False,
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            await session.close()
        await self._guard.close()

    async def get(self, request: Request) -> Response:
        """See `ports.outside.Web`."""
        try:
            return await self._followed(request)
        except FetchError:
            raise
        except FOREIGN as error:
            raise translated(error) from error

    async def _followed(self, request: Request) -> Response:
        url, came_from, permanent = URL(request.url), None, True
        budget = _Budget(request.total.total_seconds())
        for _ in range(MOST_HOPS + 1):
            self._guard.check(url, came_from)
            host = f"{url.raw_host}:{url.port}"
            async with self._turns.turn(host):
                answer = await self._asked_in_turn(host, url, request, budget)
            if isinstance(answer, Response):
                return replace(answer, moved_to=answer.url) if came_from and permanent else answer
            url, came_from, permanent = answer.url, url, permanent and answer.permanent
        raise FetchError(Fault.HTTP_STATUS, failures.too_many_redirects(MOST_HOPS))

    async def _asked_in_turn(self, host: str, url: URL, request: Request, budget: "_Budget") -> "Response | _Redirect":
        """None is asked while the host rests, and the host may ask for a rest."""
        if left := self._turns.rest_of(host):
            raise FetchError(Fault.HTTP_STATUS, failures.RESTING, status=429, retry_after=left)
        try:
            async with budget:
                return await self._asked(url, request, budget)
        except FetchError as error:
            if rest := rest_asked(error.status, error.retry_after):
                self._turns.let_rest(host, rest)
            raise

    async def _asked(self, url: URL, request: Request, budget: "_Budget") -> "Response | _Redirect":
        if not self._sessions:
            raise RuntimeError("the web is used outside its context")
        headers = {"Accept": request.accept}
        headers |= {"If-None-Match": request.etag} if request.etag else {}
        headers |= {"If-Modified-Since": request.last_modified} if request.last_modified else {}
        async with self._sessions[request.alone].get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status in _REDIRECTS and (location := answer.headers.get("Location")):
                return _Redirect(url.join(URL(location)).with_fragment(None), answer.status in _PERMANENT)
            conditional = request.etag or request.last_modified
            if answer.status != 200 and not (answer.status == 304 and conditional):
                raise _refused(answer)
            body = await _read(answer, request, budget) if answer.status == 200 else b""
            return Response(
                status=answer.status,
                url=str(url),
                headers={name.lower(): ", ".join(answer.headers.getall(name)) for name in answer.headers},
                body=body,
                charset=answer.charset,
            )


def user_agent(contact: str | None) -> str:
    """Who we are, so that a publisher can speak to us or to robots."""
    try:
        version = importlib.metadata.version("newsthread")
    except importlib.metadata.PackageNotFoundError:
        version = "0"  # run from a checkout
    return f"Newsthread/{version}" + (f" (+{contact})" if contact else "")


@dataclass(frozen=True, slots=True)
class _Redirect:
    url: URL
    permanent: bool


class _Budget:
    """The seconds a request has in all, running within `async with`; waiting for its turn or room costs it nothing."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running = asyncio.timeout(None)

    async def __aenter__(self) -> None:
        self._running = await asyncio.timeout(self._seconds).__aenter__()

    async def __aexit__(self, *error: Any) -> None:
        self._seconds = (self._running.when() or 0) - asyncio.get_running_loop().time()
        await self._running.__aexit__(*error)

    @asynccontextmanager
    async def spared(self) -> AsyncIterator[None]:
        clock = asyncio.get_running_loop().time
        left = (self._running.when() or 0) - clock()
        self._running.reschedule(None)
        yield
        self._running.reschedule(clock() + left)


async def _read(answer: aiohttp.ClientResponse, request: Request, budget: _Budget) -> bytes:
    """The decoded body. What is too large is hung up on as soon as that shows."""
    max_bytes = request.max_bytes
    body = bytearray()
    size = answer.content_length or 0
    if size <= max_bytes:
        size = 0
        async for chunk in answer.content.iter_any():
            size += len(chunk)
            if size > max_bytes:
                break
            if request.room is not None:
                async with budget.spared():
                    await request.room.hold(size)
            body += chunk
    if size > max_bytes:
        answer.close()
        raise FetchError(Fault.TOO_LARGE, failures.too_large(max_bytes), status=answer.status)
    return bytes(body)


def _refused(answer: aiohttp.ClientResponse) -> FetchError:
    status = answer.status
    if status == 410:
        return FetchError(Fault.GONE, failures.GONE, status=status)
    sentence = failures.http_status(status)
    return FetchError(Fault.HTTP_STATUS, sentence, status=status, retry_after=_retry_after(answer))


def _retry_after(answer: aiohttp.ClientResponse) -> timedelta | None:
    """Seconds, or a date that is read against the server's own clock (RFC 9110 §10.2.3)."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value), 10**9))
    until, now = http_date(value), http_date(answer.headers.get("Date"))
    return max(until - now, timedelta()) if until and now else None


def translated(error: Exception) -> FetchError:
    """The one place where errors of aiohttp, sockets and TLS become ours."""
    refused = getattr(error, "os_error", error)
    if isinstance(refused, RefusedAddressError):
        return FetchError(Fault.REFUSED_ADDRESS, str(refused))
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return FetchError(Fault.REFUSED_ADDRESS, failures.NO_WEB_ADDRESS)
    if isinstance(error, TimeoutError):
        return FetchError(Fault.TIMEOUT, failures.TOO_SLOW)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchError(Fault.UNREACHABLE, failures.NO_SUCH_HOST)
    if isinstance(error, aiohttp.ClientSSLError | aiohttp.ServerFingerprintMismatch):
        return FetchError(Fault.UNREACHABLE, failures.NO_SECURE_CONNECTION)
    if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ServerDisconnectedError | ConnectionResetError):
        return FetchError(Fault.UNREACHABLE, failures.BROKE_OFF)
    if isinstance(error, aiohttp.ClientResponseError | HttpProcessingError):
        return FetchError(Fault.UNREACHABLE, failures.NOT_HTTP)
    if isinstance(error, aiohttp.ClientError | OSError):
        return FetchError(Fault.UNREACHABLE, failures.UNREACHABLE)
    return FetchError(Fault.REFUSED_ADDRESS, failures.NO_WEB_ADDRESS)
