"""Editions: sees which slots are due, has each briefing written, and hands it to the outbox.

What is due is told by the outbox alone: a slot that has a delivery is done, whoever opened it and whenever. Nothing
is posted from here: a delivery that was opened is started, and not waited for.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.briefings import Briefing, Window
from bot.domain.deliveries import (
    LONGEST_WINDOW,
    NEWS_FOR,
    Delivery,
    DeliveryId,
    Part,
    begun,
    delivery_id,
    edition_window,
)
from bot.domain.schedules import Destination, Schedule, Slot, next_slot, slots
from bot.ports.outside import Clock
from bot.ports.repositories import Outbox, ScheduleRegister
from bot.services.deliver import Deliver

RETRY = timedelta(minutes=2)

Brief = Callable[[Sequence[str], Window, Destination | None], Awaitable[Briefing]]
Render = Callable[[Briefing, DeliveryId, str], tuple[Part, ...]]


class Editions:
    """Opens the edition of every slot that is due, and has it delivered."""

    def __init__(
        self,
        *,
        schedules: ScheduleRegister,
        outbox: Outbox,
        brief: Brief,
        render: Render,
        deliver: Deliver,
        clock: Clock,
    ) -> None:
        """`brief` is called as brief(topics, window, destination), `render` as render(briefing, delivery, zone)."""
        self._schedules = schedules
        self._outbox = outbox
        self._brief = brief
        self._render = render
        self._deliver = deliver
        self._clock = clock
        self._writing = asyncio.Lock()
        # When each schedule needs a look again: spares reading the outbox, and losing it costs nothing else.
        self._next_look: dict[Schedule, datetime] = {}

    async def run_due(self) -> None:
        """Opens what is due and starts it; of several slots missed only the latest, and none older than 12 hours.

        For the start and a few times a minute. Raises an ExceptionGroup of what went wrong, after all were tried.
        """
        # One at a time: what one edition has written the next one finds written.
        async with self._writing:
            now = self._clock.now()
            known = await self._schedules.all()
            self._next_look = {schedule: self._next_look[schedule] for schedule in known if schedule in self._next_look}
            errors = []
            for schedule in known:
                try:
                    if self._next_look.get(schedule, now) <= now:
                        await self._run(schedule)
                except Exception as error:
                    errors.append(error)
        if errors:
            raise ExceptionGroup("Not all editions could be opened.", errors)

    async def _run(self, schedule: Schedule) -> None:
        now = self._clock.now()
        self._next_look[schedule] = now + RETRY  # where this look fails, not at once again
        missed = slots(schedule, now - NEWS_FOR, now)
        delivery = await self._open(schedule, missed[-1], now) if missed else None
        self._next_look[schedule] = next_slot(schedule, now).due_at
        if delivery is not None:
            self._deliver.start(delivery.id)

    async def _open(self, schedule: Schedule, slot: Slot, now: datetime) -> Delivery | None:
        """Records the slot's delivery; None where it has one, which `Deliver.resume` looks after."""
        if await self._find(slot) is not None:
            return None
        window = edition_window(schedule, await self._previous(schedule, slot), now)
        briefing = await self._brief(schedule.topics, window, schedule.destination)
        identity = delivery_id(slot)
        delivery = Delivery(
            id=identity,
            slot=slot,
            destination=schedule.destination,
            briefing=briefing.id,
            created_at=now,
            parts=self._render(briefing, identity, schedule.zone),
            server=schedule.server,
        )
        return await self._outbox.open(delivery)

    async def _previous(self, schedule: Schedule, slot: Slot) -> Slot | None:
        """The latest slot before this one of which something was posted."""
        earlier = slots(schedule, slot.due_at - LONGEST_WINDOW, slot.due_at)
        for candidate in reversed(earlier):
            if candidate.due_at < slot.due_at and (delivery := await self._find(candidate)) and begun(delivery):
                return candidate
        return None

    async def _find(self, slot: Slot) -> Delivery | None:
        return await self._outbox.find(slot.schedule, slot.local_date.isoformat(), f"{slot.planned:%H:%M}")
