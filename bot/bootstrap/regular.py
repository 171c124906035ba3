"""The regular jobs: one service call each, and word of it to watchdog and metrics. Decides nothing, keeps no pace."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.adapters.metrics import Metrics
from bot.bootstrap import App
from bot.domain.briefings import Briefing, Window
from bot.domain.destinations import places
from bot.domain.errors import InputError
from bot.domain.liveness import Stage
from bot.domain.rendering import parts
from bot.domain.schedules import Schedule
from bot.ports.outside import Deliverer
from bot.services.access import Access
from bot.services.deliver import Deliver
from bot.services.editions import Editions
from bot.services.notify import Notify
from bot.services.watchdog import Watchdog
from cogs.client import Connection, NewsthreadBot

_TRIED_AGAIN_WITHIN = timedelta(minutes=5)  # an edition that could not be written

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What reaches people on the chat platform, whichever client is logged in at the time."""

    delivery: Deliverer
    notify: Notify
    access: Access


class Jobs:
    """What the bot does by itself. `polled` is set when the first poll has ended, whatever came of it."""

    def __init__(
        self,
        app: App,
        *,
        connection: Connection,
        deliver: Deliver,
        reach: Reach,
        metrics: Metrics,
        watchdog: Watchdog,
    ) -> None:
        self.connection = connection
        self.polled = asyncio.Event()
        self._app = app
        self._deliver = deliver
        self._access = reach.access
        self._metrics = metrics
        self._watchdog = watchdog
        self._unwritten_at: datetime | None = None
        self._poll_failed = False
        self._editions = Editions(
            schedules=app.folder.schedules,
            servers=app.folder.servers,
            outbox=app.folder.outbox,
            brief=self._brief,
            render=parts,
            deliver=deliver,
            access=reach.access,
            notify=reach.notify,
            clock=app.clock,
        )
        watchdog.expect(Stage.POLLING)

    async def poll(self) -> None:
        """Asks the feeds that are due."""
        # After a poll that failed as a whole, feeds that were asked are no movement until one has ended well.
        moved = self._watchdog.expect if self._poll_failed else self._watchdog.moved
        self._poll_failed = True
        try:
            report = await self._app.ingest.poll(progress=lambda done, of: moved(Stage.POLLING))
        finally:
            self.polled.set()
        self._poll_failed = False
        self._watchdog.moved(Stage.POLLING)
        self._metrics.polled(report, self._app.clock.now())
        if report.feeds:
            states = await self._app.folder.feed_states.all()
            self._metrics.failing(sum(state.error is not None for state in states.values()))

    async def editions(self) -> None:
        """Writes what is due and starts its delivery."""
        self._watchdog.expect(Stage.WRITING)
        try:
            await self._editions.run_due()
        except Exception as error:
            if not _asked_wrongly(error):
                self._unwritten_at = self._app.clock.now()
            raise
        # Until what failed was tried again, that this look found nothing to do says nothing.
        if self._unwritten_at is None or self._app.clock.now() - self._unwritten_at > _TRIED_AGAIN_WITHIN:
            self._unwritten_at = None
            self._watchdog.idle(Stage.WRITING)

    async def outbox(self) -> None:
        """Takes up deliveries whose rest is over."""
        await self._deliver.resume()

    async def backlog(self) -> None:
        """Counts what is recorded and not done."""
        folder = self._app.folder
        if _logged_in(self.connection.client):
            self._watchdog.expect(Stage.DELIVERY)  # also where the outbox cannot be read
        unfinished, paused = await folder.outbox.unfinished(), await self._access.standing()
        moving = [delivery for delivery in unfinished if not any(place in paused for place in places(delivery))]
        if not moving or not _logged_in(self.connection.client):
            self._watchdog.idle(Stage.DELIVERY)
        self._metrics.backlog(
            deliveries=len(unfinished),
            questions=len(await folder.questions.unanswered()),
            notices=len(await folder.notices.untold()),
        )

    async def watch(self) -> None:
        """Has the watchdog look."""
        if _connected(self.connection.client):
            self._watchdog.idle(Stage.CONNECTION)
        else:
            self._watchdog.expect(Stage.CONNECTION)
        try:
            await self._watchdog.look()
        finally:
            self._metrics.stalled(self._watchdog.stalls)

    async def prune(self) -> None:
        """Drops what is too old, the oldest of what is too much, and the servers that removed the bot long ago."""
        await self._app.forget.forget_old()
        settings, before = self._app.settings, self._app.clock.now() - self._app.settings.keep_for
        dropped = await self._app.folder.articles.prune(before, most_bytes=settings.keep_bytes)
        log.info("old_articles_dropped", articles=dropped)

    async def _brief(self, schedule: Schedule, window: Window) -> Briefing:
        # What a retry finds kept is no movement either.
        moved = self._watchdog.moved if self._unwritten_at is None else self._watchdog.expect
        briefing = await self._app.compose.edition(schedule, window, lambda done, of: moved(Stage.WRITING))
        moved(Stage.WRITING)
        self._metrics.briefed(briefing, self._app.clock.now())
        return briefing


def _asked_wrongly(error: Exception) -> bool:
    """Whether all that went wrong is that a schedule names what is not there, which stops no other one."""
    return isinstance(error, ExceptionGroup) and error.split(InputError)[1] is None


def _logged_in(client: NewsthreadBot | None) -> bool:
    return client is not None and client.user is not None


def _connected(client: NewsthreadBot | None) -> bool:
    """Whether events reach the client: every shard has been ready and has an open gateway."""
    return client is not None and client.is_ready() and not any(each.is_closed() for each in client.shards.values())
