"""The alarm clock: jobs every so often, by APScheduler 3.

It holds no schedule of ours: which slots are due is asked of the outbox by `services.editions`. APScheduler's own
defaults (a grace of one second, jobs that pile up) are replaced here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

_log = structlog.get_logger(__name__)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """See `ports.outside.Clock`."""
        return datetime.now(UTC)

    async def sleep(self, span: timedelta) -> None:
        """See `ports.outside.Clock`."""
        if span > timedelta(0):
            await asyncio.sleep(span.total_seconds())


class Alarm:
    """Runs coroutine functions every so often, each never twice at once. Needs a running event loop to start."""

    def __init__(self) -> None:
        # It warns whenever a job's time comes while the job still runs, which is how long jobs are meant to go here.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._running: dict[asyncio.Task[object], asyncio.Future[object]] = {}  # APScheduler's task -> the job's own

    def every(self, span: timedelta, name: str, job: Callable[[], Awaitable[object]]) -> None:
        """Runs `job` at the start and then every `span`. An error in it is logged and ends that run only."""
        self._scheduler.add_job(
            self._run,
            "interval",
            args=(name, job),
            seconds=span.total_seconds(),
            id=name,
            next_run_time=datetime.now(UTC),
        )

    def start(self) -> None:
        """Starts the clock."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Rings no more; runs that are under way are cancelled and have ended when this returns."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        for job in self._running.values():
            job.cancel()
        await asyncio.gather(*self._running)
        self._scheduler.shutdown(wait=False)

    async def _run(self, name: str, job: Callable[[], Awaitable[object]]) -> None:
        # In a task of its own, because APScheduler logs the cancellation of its tasks as a failure.
        task = asyncio.current_task()
        assert task is not None
        running = self._running[task] = asyncio.ensure_future(job())
        try:
            await asyncio.wait([running])
            if not running.cancelled() and (error := running.exception()):
                _log.error("regular_job_failed", job=name, exc_info=error)
        finally:
            running.cancel()
            self._running.pop(task)
