"""The regular jobs tell the watchdog of what moved, and of nothing else."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.adapters.metrics import Metrics
from bot.bootstrap.regular import Jobs, Reach
from bot.domain.deliveries import Failed, Part
from bot.domain.errors import DeferredError, StorageError
from bot.domain.feeds import PollReport
from bot.domain.liveness import Stage, Stall
from bot.services.access import Access
from bot.services.deliver import Deliver
from bot.services.notify import Notify
from bot.services.watchdog import Watchdog
from tests.contracts.samples import briefing, delivery
from tests.doubles.clock import NOON, StandingClock
from tests.doubles.memory import MemoryFolder
from tests.doubles.platform import People, Platform, Trouble
from tests.services.test_deliver import daily

EVERY, PATIENCE = timedelta(seconds=30), timedelta(minutes=15)


class Bot:
    """The jobs over a memory, with an ingest and a writer that a test breaks."""

    def __init__(self) -> None:
        self.clock = StandingClock()
        self.folder = MemoryFolder(schedules=[daily()])
        self.failing = False
        self.watchdog = Watchdog(dict.fromkeys(Stage, PATIENCE), every=EVERY, clock=self.clock, tell=self._tell)
        notify = Notify(notices=self.folder.notices, notifier=People(clock=self.clock), clock=self.clock)
        refusing = [Trouble(DeferredError("Discord is down."))] * 999
        platform = Platform(clock=self.clock, script={"post_front": refusing, "find": refusing})
        access = Access(pauses=self.folder.pauses, deliverer=platform, notify=notify, clock=self.clock)
        self.deliver = Deliver(
            outbox=self.folder.outbox,
            deliverer=platform,
            access=access,
            notify=notify,
            clock=self.clock,
            watch=self._recorded,
        )
        app: Any = SimpleNamespace(clock=self.clock, folder=self.folder, ingest=self, compose=self)
        client = SimpleNamespace(user="bot", is_ready=lambda: True, shards={})
        connection: Any = SimpleNamespace(client=client)
        self.jobs = Jobs(
            app,
            connection=connection,
            deliver=self.deliver,
            reach=Reach(delivery=platform, notify=notify, access=access),
            metrics=Metrics(),
            watchdog=self.watchdog,
        )

    async def poll(self, progress: Callable[[int, int], None]) -> PollReport:
        progress(1, 2)
        if self.failing:
            raise StorageError("The disk is full.")
        return PollReport(feeds=0, not_modified=0, failed=(), new_articles=0, took=timedelta())

    async def edition(self, _schedule: Any, _window: Any, progress: Callable[[int, int], None]) -> Any:
        progress(1, 2)
        if self.failing:
            raise StorageError("The disk is full.")
        return briefing("b1")

    async def live(self, job: Callable[[], Any], span: timedelta) -> None:
        """The job and the watchdog's look, again and again."""
        end = self.clock.now() + span
        while self.clock.now() < end:
            try:
                await job()
            except (StorageError, ExceptionGroup):
                assert self.failing
            await self.deliver.settled()
            self.clock.move(EVERY)
            await self.watchdog.look()

    def _recorded(self, _: Any, part: Part) -> None:
        if not isinstance(part.state, Failed):
            self.watchdog.moved(Stage.DELIVERY)

    async def _tell(self, stall: Stall) -> None:
        """Nobody is told."""


@pytest.mark.parametrize(("job", "stage"), [("poll", Stage.POLLING), ("editions", Stage.WRITING)])
async def test_what_is_done_again_and_fails_again_is_no_movement(job: str, stage: Stage) -> None:
    bot = Bot()
    bot.failing = True
    await bot.live(getattr(bot.jobs, job), timedelta(hours=1))
    assert [stall.stage for stall in bot.watchdog.stalls if stall.stage is stage] == [stage]
    bot.failing = False
    await bot.live(getattr(bot.jobs, job), timedelta(minutes=10))
    assert [stall.stage for stall in bot.watchdog.stalls if stall.stage is stage] == []


async def test_messages_that_are_put_off_again_and_again_are_no_movement() -> None:
    bot = Bot()
    due = delivery("d1")
    await bot.folder.outbox.open(due)
    bot.clock.set(due.slot.due_at)

    async def outbox() -> None:
        await bot.jobs.outbox()
        await bot.jobs.backlog()

    await bot.live(outbox, timedelta(hours=1))
    assert Stage.DELIVERY in {stall.stage for stall in bot.watchdog.stalls}


async def test_an_empty_outbox_stands_not_still() -> None:
    bot = Bot()
    await bot.live(bot.jobs.backlog, timedelta(hours=1))
    assert Stage.DELIVERY not in {stall.stage for stall in bot.watchdog.stalls}
    assert bot.clock.now() > NOON
