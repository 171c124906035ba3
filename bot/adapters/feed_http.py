"""The web by libcurl: one polite, guarded GET for feeds, pages, robots.txt and whatever else is fetched.

No cookies, no Referer, no proxy from the environment, no browser disguise.
"""

import asyncio
import importlib.metadata
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from yarl import URL

from bot.adapters.curl import Answer, Curl, Get
from bot.adapters.guard import AddressGuard, HostTurns, Lookup, Network, RefusedAddressError
from bot.domain.errors import Fault, FetchError
from bot.domain.polling import http_date, rest_asked
from bot.domain.wording import failures
from bot.ports.outside import Clock, Request, Response

MOST_HOPS = 10
AT_ONCE = 256
_PERMANENT = {301, 308}
_REDIRECTS = _PERMANENT | {302, 303, 307}
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)


class CurlWeb:
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
        self._curl = Curl()

    async def __aenter__(self) -> Self:
        await self._curl.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._curl.__aexit__(kind, error, trace)
        self._guard.close()

    async def get(self, request: Request) -> Response:
        """See `ports.outside.Web`."""
        try:
            return await self._followed(request)
        except RefusedAddressError as error:
            raise FetchError(Fault.REFUSED_ADDRESS, str(error)) from error
        except ValueError as error:  # what yarl and the spelling of names refuse
            raise FetchError(Fault.REFUSED_ADDRESS, failures.NO_WEB_ADDRESS) from error
        except TimeoutError as error:
            raise FetchError(Fault.TIMEOUT, failures.TOO_SLOW) from error

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
        get = Get(
            url=str(url),
            port=url.port or 0,
            addresses=await self._addresses(url),
            headers=self._headers(request),
            max_bytes=request.max_bytes,
            room=request.room,
            spared=budget.spared,
            alone=request.alone,
        )
        answer = await self._curl.get(get)
        if answer.status in _REDIRECTS and (location := answer.headers.get("location")):
            return _Redirect(url.join(URL(location)).with_fragment(None), answer.status in _PERMANENT)
        conditional = request.etag or request.last_modified
        if answer.status != 200 and not (answer.status == 304 and conditional):
            raise _refused(answer)
        charset = _CHARSET.search(answer.headers.get("content-type", ""))
        return Response(
            status=answer.status,
            url=str(url),
            headers=answer.headers,
            body=answer.body,
            charset=charset[1] if charset else None,
        )

    def _headers(self, request: Request) -> list[str]:
        """Lines; what would break out of its line, such as a validator no server can have sent, is left out."""
        given = {
            "User-Agent": self._agent,
            "Accept": request.accept,
            "If-None-Match": request.etag,
            "If-Modified-Since": request.last_modified,
        }
        return [f"{name}: {value}" for name, value in given.items() if value and value.isprintable()]

    async def _addresses(self, url: URL) -> Sequence[str]:
        try:
            return await self._guard.addresses(url)
        except (RefusedAddressError, TimeoutError):
            raise
        except OSError as error:
            raise FetchError(Fault.UNREACHABLE, failures.NO_SUCH_HOST) from error


def user_agent(contact: str | None) -> str:
    """Who we are, so that a publisher can speak to us or to robots."""
    try:
        version = importlib.metadata.version("newsthread")
    except importlib.metadata.PackageNotFoundError:
        version = "0"  # run from a checkout
    return f"Newsthread/{version}" + (f" (+{contact})" if contact and contact.isprintable() else "")


@dataclass(frozen=True, slots=True)
class _Redirect:
    url: URL
    permanent: bool


class _Budget:
    """The seconds a request has in all, running within `async with`; waiting for its turn or room costs it nothing."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running: asyncio.Timeout

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


def _refused(answer: Answer) -> FetchError:
    status = answer.status
    if status == 410:
        return FetchError(Fault.GONE, failures.GONE, status=status)
    sentence = failures.http_status(status)
    return FetchError(Fault.HTTP_STATUS, sentence, status=status, retry_after=_retry_after(answer))


def _retry_after(answer: Answer) -> timedelta | None:
    """Seconds, or a date that is read against the server's own clock (RFC 9110 §10.2.3)."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value), 10**9))
    until, now = http_date(value), http_date(answer.headers.get("date"))
    return max(until - now, timedelta()) if until and now else None
