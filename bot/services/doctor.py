"""Doctor: looks at everything the bot needs and says what to do about each fault. Mends nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import structlog

from bot.domain.addresses import shown
from bot.domain.errors import NewsthreadError
from bot.ports.repositories import Repositories

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found: `detail` in a sentence, `todo` what to do where it is not `ok`; `link` is for a person."""

    name: str
    ok: bool
    detail: str
    todo: str | None = None
    link: str | None = None


class Seen(NamedTuple):
    """What a check saw, in a sentence, and an address that is of use where it holds."""

    detail: str
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A check of something: `check` returns what it saw, or raises NewsthreadError.

    One that takes longer than its `patience`, or breaks off over what it got, is a fault of what it looked at.
    """

    name: str
    check: Callable[[], Awaitable[Seen]]
    todo: str
    patience: timedelta | None = None


class Doctor:
    """Examines whatever probes it is given, and the feeds of a folder, if it could be opened."""

    def __init__(self, folder: Repositories | None, *, probes: Sequence[Probe]) -> None:
        self._folder = folder
        self._probes = probes

    async def examine(self) -> tuple[Finding, ...]:
        """Every finding, in the order of the probes and then of the feeds. Raises nothing."""
        findings = [await self._asked(probe) for probe in self._probes]
        if self._folder is not None:
            try:
                findings += await self._feed_findings(self._folder)
            except NewsthreadError as error:
                findings.append(Finding(name="feeds", ok=False, detail=str(error), todo="See to the storage first."))
        return tuple(findings)

    async def _asked(self, probe: Probe) -> Finding:
        seconds = probe.patience.total_seconds() if probe.patience else None
        try:
            async with asyncio.timeout(seconds):
                seen = await probe.check()
                return Finding(name=probe.name, ok=True, detail=seen.detail, link=seen.link)
        except NewsthreadError as error:
            detail = str(error)
        except TimeoutError:
            detail = f"There was no answer within {seconds:g} seconds" if seconds else "It took too long"
        except Exception as error:
            # Whatever a library makes of an answer that nobody foresaw: to find such things is what a doctor is for.
            log.debug("probe_broke_off", probe=probe.name, exc_info=error)
            detail = f"The check broke off over an answer that makes no sense ({type(error).__name__})"
        return Finding(name=probe.name, ok=False, detail=detail, todo=probe.todo)

    async def _feed_findings(self, folder: Repositories) -> list[Finding]:
        """One finding for all feeds that work, one for each that does not."""
        feeds = await folder.feeds.all()
        states = await folder.feed_states.all()
        bad = [state for feed in feeds if (state := states.get(feed.url)) is not None and state.error]
        never = sum(1 for feed in feeds if feed.url not in states)
        detail = f"{len(feeds)} followed, {len(bad)} in trouble, {never} not checked yet"
        todo = None if feeds else "Add one with `newsthread feeds add URL`."
        return [
            Finding(name="feeds", ok=bool(feeds), detail=detail, todo=todo),
            *(
                Finding(
                    name=f"feed {shown(state.url)}",
                    ok=False,
                    detail=f"{state.error}: {state.detail}",
                    todo="Nothing if it passes; else see `newsthread feeds check` and remove it.",
                )
                for state in bad
            ),
        ]
