"""The guard before every request: which addresses may be connected to, and whose turn it is.

A check before the request is not enough, since a name may resolve differently a moment later. So a name is asked for
once, here, and only the addresses that passed are handed on to be connected to.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from yarl import URL

from bot.domain.wording import failures
from bot.ports.outside import Clock

Network = IPv4Network | IPv6Network
Lookup = Callable[[str, int], Awaitable[Sequence[str]]]

PORTS = (80, 443)
LOOKUPS_AT_ONCE = 20

_WORLD_V6 = IPv6Network("2000::/3")
"""Global unicast as far as IANA has given it out; all else of IPv6 is special."""
_SPECIAL = tuple(
    ipaddress.ip_network(block)
    for block in (
        # IANA's special-purpose registries, where Python's own list depends on its version, and what wraps IPv4.
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/3"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NUMERIC_LABEL = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_PLAIN_NAME = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
"""Most hosts have one, which is no spelling of an address whatever: its last label has no digit."""


class RefusedAddressError(OSError):
    """The address is not public. The sentence names none, since an internal one is nobody's business."""

    def __init__(self, reason: str = failures.NOT_PUBLIC) -> None:
        super().__init__(reason)


class AddressGuard:
    """Judge of addresses.

    `allow_networks` may be connected to on any port although they are private. `lookup` asks the DNS.
    """

    def __init__(self, allow_networks: Sequence[Network] = (), lookup: Lookup | None = None) -> None:
        self._allowed = tuple(allow_networks)
        self._threads = ThreadPoolExecutor(LOOKUPS_AT_ONCE, "lookup") if lookup is None else None
        self._lookup = lookup or self._ask_system

    def check(self, url: URL, came_from: URL | None = None) -> None:
        """Refuses, without asking the DNS, what can be refused by its looks; `came_from` redirected to it.

        Raises RefusedAddressError.
        """
        if came_from is not None and came_from.scheme == "https" and url.scheme == "http":
            raise RefusedAddressError(failures.NOT_SECURE_ANY_MORE)
        if url.scheme not in {"http", "https"} or not url.raw_host:
            raise RefusedAddressError(failures.OTHER_SCHEME)
        address = _literal(url.raw_host)
        if address is not None:
            self._pick([address], url.port or 0)
        elif (url.port or 0) not in PORTS and not self._allowed:
            raise RefusedAddressError(failures.OTHER_PORT)

    async def addresses(self, url: URL) -> Sequence[str]:
        """Those of its host that may be connected to, in order. Raises RefusedAddressError, OSError."""
        host, port = url.raw_host or "", url.port or 0
        literal = _literal(host)
        found = [literal] if literal else [ipaddress.ip_address(text) for text in await self._lookup(host, port)]
        return [str(address) for address in self._pick(found, port)]

    def close(self) -> None:
        """Ends the lookup threads; one that hangs in the DNS ends by itself."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _pick(self, addresses: Sequence[IPv4Address | IPv6Address], port: int) -> list[IPv4Address | IPv6Address]:
        """Those explicitly allowed, if any; else all, if all are public and the port is one of the web's."""
        allowed = [address for address in addresses if any(address in network for network in self._allowed)]
        if allowed:
            return allowed
        if not all(is_public(address) for address in addresses):
            raise RefusedAddressError
        if port not in PORTS:
            raise RefusedAddressError(failures.OTHER_PORT)
        return list(addresses)

    async def _ask_system(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is on the public internet and stands for itself, not for another one inside it."""
    if isinstance(address, IPv6Address) and (address not in _WORLD_V6 or address.scope_id):
        return False
    return address.is_global and not address.is_multicast and not any(address in block for block in _SPECIAL)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that `host` spells out, if it does. Raises RefusedAddressError for 127.1, 0x7f.1, 2130706433 …"""
    if _PLAIN_NAME.fullmatch(host):
        return None
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        # The C library reads such names as addresses: a last label of digits is what tells them (WHATWG URL §3.5).
        # Nor is a name worth asking for that holds what no name does, such as a dot that is percent-encoded.
        if _NUMERIC_LABEL.fullmatch(host.rstrip(".").rpartition(".")[2]) or not _NAME.fullmatch(host):
            raise RefusedAddressError(failures.ODD_SPELLING) from None
        return None


@dataclass(slots=True)
class _Gate:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    free_at: datetime = _LONG_AGO
    rest: timedelta = timedelta()
    rests_until: datetime = _LONG_AGO


class HostTurns:
    """One request at a time to each host (name and port) with a pause in between, and so many in all."""

    MANY = 1_000

    def __init__(self, clock: Clock, *, pause: timedelta, at_once: int) -> None:
        self._clock = clock
        self._pause = pause
        self._room = asyncio.Semaphore(at_once)
        self._gates: dict[str, _Gate] = {}
        self._most = self.MANY

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Waits for the turn of a request to `host`. Who waits for a slow host takes no room from the others."""
        gate = self._gates.get(host) or self._gates.setdefault(host, _Gate())
        gate.users += 1
        try:
            async with gate.lock:
                if self._pause:
                    # Never longer than the pause: the clock may have been set back since.
                    await self._clock.sleep(min(gate.free_at - self._clock.now(), self._pause))
                async with self._room:
                    try:
                        yield
                    finally:
                        gate.free_at = self._clock.now() + self._pause
        finally:
            gate.users -= 1
            self._tidy()

    def let_rest(self, host: str, rest: timedelta) -> None:
        """To be called within a turn: the host asks to be left alone for so long."""
        gate = self._gates[host]
        gate.rest, gate.rests_until = rest, self._clock.now() + rest

    def rest_of(self, host: str) -> timedelta | None:
        """To be called within a turn: for how long the host is still to be left alone, if it is."""
        gate = self._gates[host]
        left = gate.rests_until - self._clock.now()
        return left if timedelta() < left <= gate.rest else None  # longer only where the clock was set back

    def _tidy(self) -> None:
        """Forgets hosts that nobody waits for; looks again when there are twice as many as are left."""
        if len(self._gates) > self._most:
            now = self._clock.now()
            self._gates = {
                host: gate
                for host, gate in self._gates.items()
                if gate.users or max(gate.free_at, gate.rests_until) > now
            }
            self._most = max(self.MANY, 2 * len(self._gates))
