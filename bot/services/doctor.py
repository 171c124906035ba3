"""Doctor: looks at everything the bot needs and says what to do about each fault. Mends nothing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.domain.addresses import shown
from bot.domain.errors import NewsthreadError
from bot.ports.repositories import Articles, FeedRegister, FeedStates


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found: `detail` in a sentence, `todo` what to do where it is not `ok`."""

    name: str
    ok: bool
    detail: str
    todo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A check of something outside: `check` returns what it saw in a sentence, or raises NewsthreadError."""

    name: str
    check: Callable[[], Awaitable[str]]
    todo: str


class Doctor:
    """Examines feeds, storage and whatever probes it is given."""

    def __init__(
        self, *, feeds: FeedRegister, feed_states: FeedStates, articles: Articles, probes: Sequence[Probe]
    ) -> None:
        self._feeds = feeds
        self._feed_states = feed_states
        self._articles = articles
        self._probes = probes

    async def examine(self) -> tuple[Finding, ...]:
        """Every finding, in the order in which one would mend them. Raises nothing of ours."""
        findings = [await self._asked(Probe(name="storage", check=self._storage, todo="Check the folder's owner."))]
        findings += [await self._asked(probe) for probe in self._probes]
        if findings[0].ok:
            findings += await self._feed_findings()
        return tuple(findings)

    async def _asked(self, probe: Probe) -> Finding:
        try:
            return Finding(name=probe.name, ok=True, detail=await probe.check())
        except NewsthreadError as error:
            return Finding(name=probe.name, ok=False, detail=str(error), todo=probe.todo)

    async def _storage(self) -> str:
        return f"{await self._articles.count():,} articles stored"

    async def _feed_findings(self) -> list[Finding]:
        """One finding for all feeds that work, one for each that does not."""
        feeds = await self._feeds.all()
        states = await self._feed_states.all()
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
