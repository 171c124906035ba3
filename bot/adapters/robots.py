"""What sites say to robots, by Protego: robots.txt (RFC 9309) and TDMRep's tdmrep.json, which has the same patterns.

Rules are matched in workers: a site chooses both patterns and addresses, and can make matching them take for ever.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urljoin

from protego import Protego

from bot.domain.addresses import host_key
from bot.domain.errors import Fault, FetchError, ReadingError
from bot.ports.outside import Clock, Request, Web, Workers

AGENT = "Newsthread"
MAX_BYTES = 512_000  # RFC 9309 §2.5 asks for 500 KiB at least
KEPT = timedelta(days=1)
RETRIED = timedelta(hours=1)
DEADLINE = timedelta(seconds=5)
MOST_HOSTS = 5_000


@dataclass(frozen=True, slots=True)
class _Rules:
    """Documents of rules, all of which must allow; None forbids everything."""

    documents: tuple[str, ...] | None
    until: datetime

    def hold(self, now: datetime) -> bool:
        """Until then; where the clock was set back that is too far off to be meant."""
        return now < self.until <= now + KEPT


class SiteRobots:
    """Port `Robots` over the port `Web`."""

    def __init__(self, web: Web, workers: Workers, clock: Clock) -> None:
        self._web = web
        self._workers = workers
        self._clock = clock
        self._rules: dict[str, asyncio.Task[_Rules]] = {}

    async def allow(self, url: str) -> bool:
        """See `ports.outside.Robots`."""
        rules = await self._of(url)
        if rules.documents is None:
            return False
        if not any(rules.documents):
            return True
        try:
            return await self._workers.run(DEADLINE, permits, rules.documents, url)
        except ReadingError:
            return False

    async def _of(self, url: str) -> _Rules:
        """The rules of the host, fetched once for all that ask at the same time."""
        host = host_key(url)
        known = self._rules.get(host)
        if known is None or (known.done() and (known.exception() or not known.result().hold(self._clock.now()))):
            if len(self._rules) >= MOST_HOSTS:
                self._rules.clear()
            known = self._rules[host] = asyncio.create_task(self._fetched(url))
        return await asyncio.shield(known)

    async def _fetched(self, url: str) -> _Rules:
        now = self._clock.now()
        try:
            robots = await self._document(urljoin(url, "/robots.txt"))
            reserved = _as_rules(await self._document(urljoin(url, "/.well-known/tdmrep.json")))
        except FetchError:
            return _Rules(None, now + RETRIED)
        return _Rules((robots, reserved), now + KEPT)

    async def _document(self, url: str) -> str:
        """Empty where the site has none (RFC 9309 §2.3.1.3). Raises FetchError where that cannot be known."""
        try:
            answer = await self._web.get(Request(url=url, accept="*/*", max_bytes=MAX_BYTES))
        except FetchError as error:
            if error.fault is Fault.GONE or (error.status is not None and 400 <= error.status < 500):
                return ""
            raise
        return answer.body.decode("utf-8", "replace")


def permits(documents: tuple[str, ...], url: str) -> bool:
    """Runs in a worker: whether every document lets us fetch `url`."""
    return all(bool(_parsed(document).can_fetch(url, AGENT)) for document in documents if document)


@lru_cache(maxsize=16)  # of the longest each takes megabytes
def _parsed(document: str) -> Protego:
    return Protego.parse(document)


def _as_rules(document: str) -> str:
    """TDMRep's file (a list of locations with 0 or 1) as rules in the language of robots.txt."""
    try:
        listed = json.loads(document)
    except (ValueError, RecursionError):
        return ""
    places = [place for place in listed if isinstance(place, dict)] if isinstance(listed, list) else []
    lines = [
        f"{'Disallow' if place.get('tdm-reservation') in (1, '1') else 'Allow'}: {location}"
        for place in places
        if isinstance(location := place.get("location"), str) and not set(location) & set("\r\n#")
    ]
    return "\n".join(["User-agent: *", *lines]) if lines else ""
