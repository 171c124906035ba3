"""The alarm clock: jobs every so often, by APScheduler 3.

It holds no schedule of ours: which slots are due is asked of the outbox by `services.editions`. APScheduler's own
defaults (a grace of one second, jobs that pile up) are replaced here. It lives in the computer's wall-clock time, which
is set and which sleeps, so the clock is watched here against the event loop's own time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

LONGEST_PAUSE = timedelta(minutes=5)
HEARTBEAT = timedelta(seconds=5)
JUMP = timedelta(seconds=2)
"""From here on a clock has jumped; within one heartbeat no clock that is being corrected slowly gains so much."""

Job = Callable[[], Awaitable[object]]

_log = structlog.get_logger(__name__)


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """See `ports.outside.Clock`."""
        return _wall_clock()

    async def sleep(self, span: timedelta) -> None:
        """See `ports.outside.Clock`."""
        if span > timedelta(0):
            await asyncio.sleep(span.total_seconds())


@dataclass(slots=True, kw_only=True)
class _Regular:
    """A job, how it is run, and how often it failed in a row."""

    name: str
    job: Job
    span: timedelta
    within: timedelta | None
    when: Job | None
    failures: int = 0


class Alarm:
    """Runs coroutine functions every so often, each never twice at once. Needs a running event loop to start.

    `wall_clock` is what is watched for jumps: after one every job runs at once, since no time it was given holds.
    `failed` hears of every error that a job ended with.
    """

    def __init__(
        self,
        *,
        wall_clock: Callable[[], datetime] = _wall_clock,
        heartbeat: timedelta = HEARTBEAT,
        failed: Callable[[BaseException], None] = lambda _: None,
    ) -> None:
        # It warns whenever a job's time comes while the job still runs, which is how long jobs are meant to go here.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._running: dict[asyncio.Task[object], asyncio.Future[object]] = {}  # APScheduler's task -> the job's own
        self._failed = failed
        self._stopping = False
        self._wall_clock = wall_clock
        self._heartbeat = heartbeat
        self._beat: asyncio.TimerHandle | None = None

    def every(
        self, span: timedelta, name: str, job: Job, *, within: timedelta | None = None, when: Job | None = None
    ) -> None:
        """Runs `job` at the start and then every `span`, each time after `when` has returned.

        An error in it is logged and ends that run only; the next one comes after `span`, doubled with each failure in
        a row, LONGEST_PAUSE at most. A run that takes longer than `within` (waiting for `when` not counted) is
        cancelled, and begins anew at its next turn.
        """
        regular = _Regular(name=name, job=job, span=span, within=within, when=when)
        self._scheduler.add_job(
            self._run,
            "interval",
            args=(regular,),
            seconds=span.total_seconds(),
            id=name,
            next_run_time=datetime.now(UTC),
        )

    def start(self) -> None:
        """Starts the clock."""
        self._scheduler.start()
        self._listen()

    async def stop(self) -> None:
        """Rings no more; runs that are under way are cancelled and have ended when this returns."""
        if not self._scheduler.running:
            return
        if self._beat is not None:
            self._beat.cancel()
        self._stopping = True
        self._scheduler.pause()
        for job in self._running.values():
            job.cancel()
        await asyncio.gather(*self._running)
        self._scheduler.shutdown(wait=False)

    def _listen(self) -> None:
        """Compares the two clocks a heartbeat later, and then for ever."""
        loop = asyncio.get_running_loop()
        self._beat = loop.call_later(self._heartbeat.total_seconds(), self._compare, self._wall_clock(), loop.time())

    def _compare(self, wall: datetime, monotonic: float) -> None:
        passed = timedelta(seconds=asyncio.get_running_loop().time() - monotonic)
        jump = self._wall_clock() - wall - passed
        if abs(jump) > JUMP:
            _log.warning("clock_jumped", seconds=round(jump.total_seconds(), 1))
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
        self._listen()

    async def _run(self, regular: _Regular) -> None:
        # In a task of its own, because APScheduler logs the cancellation of its tasks as a failure.
        task = asyncio.current_task()
        assert task is not None
        running = self._running[task] = asyncio.create_task(_watched(regular), name=f"job {regular.name}")
        try:
            await asyncio.wait([running])
            error: BaseException | None = None
            if not running.cancelled():
                error = running.exception()
            elif not self._stopping:
                error = asyncio.CancelledError("The job cancelled itself.")
            if error is None:
                regular.failures = 0
            else:
                self._rest(regular, error)
                self._failed(error)
        finally:
            running.cancel()
            self._running.pop(task)

    def _rest(self, regular: _Regular, error: BaseException) -> None:
        pause = min(regular.span * 2 ** min(regular.failures, 20), LONGEST_PAUSE)
        regular.failures += 1
        _log.error("regular_job_failed", job=regular.name, in_a_row=regular.failures, exc_info=error)
        self._scheduler.modify_job(regular.name, next_run_time=datetime.now(UTC) + pause)


async def _watched(regular: _Regular) -> None:
    """One run: waits for `when`, then ends what takes longer than `within`."""
    if regular.when is not None:
        await regular.when()
    limit = asyncio.timeout(None if regular.within is None else regular.within.total_seconds())
    try:
        async with limit:
            await regular.job()
    except TimeoutError:
        if not limit.expired():
            raise
        _log.error("regular_job_overdue", job=regular.name, within=str(regular.within))
