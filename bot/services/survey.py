"""Surveying: how the bot is, as far as one server is concerned. Asks nobody outside, and changes nothing."""

from collections.abc import Awaitable, Callable

from bot.domain.health import health
from bot.domain.schedules import Schedule, ServerId, Slot, next_slot
from bot.domain.status import ModelState, Program, Status
from bot.ports.outside import Clock
from bot.ports.repositories import Repositories

Stored = Callable[[], Awaitable[int]]
"""How many bytes the data folder takes."""


class Survey:
    """The survey of one data folder and the process on it; `model` says how the model is, None: there is none."""

    def __init__(
        self,
        repositories: Repositories,
        *,
        program: Program,
        model: Callable[[], ModelState] | None,
        stored: Stored,
        clock: Clock,
    ) -> None:
        self._kept = repositories
        self._program = program
        self._model = model
        self._stored = stored
        self._clock = clock

    async def of(self, server: ServerId) -> Status:
        """How it is for a server, which must be one: what everyone has is not any server's. Raises StorageError."""
        schedules = [each for each in await self._kept.schedules.all() if each.server == server]
        now = self._clock.now()
        latest = [each for schedule in schedules for each in await self._kept.outbox.earlier(schedule.id, now, 1)]
        states = await self._kept.feed_states.all()
        feeds = [health(feed, states.get(feed.url)) for feed in await self._kept.seen_by(server).feeds.all()]
        return Status(
            program=self._program,
            last=max(latest, key=lambda each: each.slot.due_at, default=None),
            following=self._following(schedules),
            feeds=len(feeds),
            troubled=tuple(each for each in feeds if each.trouble),
            deliveries=sum(each.server == server for each in await self._kept.outbox.unfinished()),
            questions=sum(each.server == server for each in await self._kept.questions.unanswered()),
            model=self._model() if self._model else None,
            stored_bytes=await self._stored(),
        )

    def _following(self, schedules: list[Schedule]) -> tuple[Schedule, Slot] | None:
        coming = [(each, next_slot(each, self._clock.now())) for each in schedules if not each.paused]
        return min(coming, key=lambda each: each[1].due_at, default=None)
