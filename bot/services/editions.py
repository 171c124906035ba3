"""Editions: sees which slots are due, has each briefing written, and hands it to the outbox.

What is due is told by the outbox alone: a slot that has a delivery is done, whoever opened it and whenever. Nothing
is posted from here: a delivery that was opened is started, and not waited for.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import structlog

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
    rejected,
)
from bot.domain.destinations import Place, kept_from
from bot.domain.errors import NotFoundError
from bot.domain.notices import missed
from bot.domain.schedules import Destination, Schedule, ScheduleId, Slot, next_slot, slots
from bot.domain.servers import away
from bot.ports.outside import Clock
from bot.ports.repositories import Outbox, ScheduleRegister, ServerRegister
from bot.services.access import Access
from bot.services.deliver import Deliver
from bot.services.notify import Notify

AT_ONCE = 4  # briefings; each has four stories written at once
RETRY = timedelta(minutes=2)
LOOK_EVERY = timedelta(seconds=5)

Brief = Callable[[Schedule, Window], Awaitable[Briefing]]
Render = Callable[[Briefing, DeliveryId, str], tuple[Part, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A schedule as it was looked at, when, and when it needs the next look."""

    schedule: Schedule
    at: datetime
    until: datetime

    def serves(self, schedule: Schedule, now: datetime) -> bool:
        """Whether no other look is needed. One is where the schedule was changed or the clock was set back."""
        return self.schedule == schedule and self.at <= now < self.until


class Editions:
    """Opens the edition of every slot that is due, and has it delivered."""

    def __init__(
        self,
        *,
        schedules: ScheduleRegister,
        servers: ServerRegister,
        outbox: Outbox,
        brief: Brief,
        render: Render,
        deliver: Deliver,
        access: Access,
        notify: Notify,
        clock: Clock,
    ) -> None:
        """`brief` is called as brief(schedule, window), `render` as render(briefing, delivery, zone)."""
        self._schedules = schedules
        self._servers = servers
        self._outbox = outbox
        self._brief = brief
        self._render = render
        self._deliver = deliver
        self._access = access
        self._notify = notify
        self._clock = clock
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._places: WeakValueDictionary[Destination, asyncio.Lock] = WeakValueDictionary()
        self._under_way: set[ScheduleId] = set()
        # Until when no look is needed: spares reading the outbox, and losing it costs nothing else.
        self._looked: dict[ScheduleId, _Look] = {}

    async def run_due(self) -> None:
        """Opens what is due and starts it; of several slots missed only the latest, and none older than 12 hours.

        For the start and a few times a minute. Returns when all that it found is opened, and while that lasts looks
        for what comes due meanwhile. Raises an ExceptionGroup of what went wrong, after all were tried.
        """
        tasks: set[asyncio.Task[None]] = set()
        ended: set[asyncio.Task[None]] = set()
        try:
            while True:
                if not any(task.exception() for task in ended):  # an error must not wait for what comes later
                    tasks |= {self._begin(schedule) for schedule in await self._due()}
                if not tasks:
                    break
                done, tasks = await asyncio.wait(
                    tasks, timeout=LOOK_EVERY.total_seconds(), return_when=asyncio.FIRST_COMPLETED
                )
                ended |= done
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        _raise([error for task in ended if (error := task.exception())])

    async def _due(self) -> list[Schedule]:
        """The schedules that need a look and are not under way; none of a server that removed the bot."""
        known = await self._schedules.all()
        left = away(await self._servers.all())
        now = self._clock.now()
        ids = {schedule.id for schedule in known}
        self._looked = {identity: look for identity, look in self._looked.items() if identity in ids}
        return [
            schedule
            for schedule in known
            if not schedule.paused
            and schedule.server not in left
            and schedule.id not in self._under_way
            and not ((look := self._looked.get(schedule.id)) and look.serves(schedule, now))
        ]

    def _begin(self, schedule: Schedule) -> asyncio.Task[None]:
        self._under_way.add(schedule.id)
        task = asyncio.create_task(self._run(schedule), name=f"edition {schedule.id}")
        task.add_done_callback(lambda _: self._under_way.discard(schedule.id))
        return task

    async def _run(self, schedule: Schedule) -> None:
        # One at a time for each place: what one edition told there the next one leaves out.
        async with self._places.setdefault(schedule.destination, asyncio.Lock()), self._turns:
            now = self._clock.now()
            retry = _Look(schedule=schedule, at=now, until=now + RETRY)
            self._looked[schedule.id] = retry  # where this look fails, not at once again
            for slot in slots(schedule, now - LONGEST_WINDOW, now)[-1:]:
                if not await self._see_to(schedule, slot, now):
                    return
            self._looked[schedule.id] = replace(retry, until=next_slot(schedule, now).due_at)

    async def _see_to(self, schedule: Schedule, slot: Slot, now: datetime) -> bool:
        """Has the latest slot's edition posted, or, where it was missed for too long, its admin told.

        False where nothing could be done yet, since its destination refuses the bot: what nobody could read is not
        written.
        """
        if await self._find(slot) is not None:
            return True  # `Deliver.resume` looks after it
        if now - slot.due_at > NEWS_FOR:
            if not kept_from(await self._access.last(schedule.destination), slot.due_at):
                await self._notify.raise_(*missed(slot, schedule.server, schedule.destination))
        elif not await self._access.may_try(Place(destination=schedule.destination)):
            return False
        elif (delivery := await self._open(schedule, slot, now)) is not None:
            self._deliver.start(delivery.id)
        return True

    async def _open(self, schedule: Schedule, slot: Slot, now: datetime) -> Delivery | None:
        """Writes the slot's edition and records its delivery; None where that is no longer wanted.

        A quiet one that its schedule does not want said is recorded all the same, without parts.
        """
        window = await window_of(self._outbox, schedule, slot.due_at, now)
        identity = delivery_id(slot)
        with structlog.contextvars.bound_contextvars(delivery=identity):
            briefing = await self._brief(schedule, window)
        if schedule not in await self._schedules.all():
            return None  # changed or ended while it was written: the next look decides
        is_skipped = briefing.is_quiet and not schedule.says_quiet
        delivery = Delivery(
            id=identity,
            slot=slot,
            destination=schedule.destination,
            briefing=briefing.id,
            created_at=now,
            parts=() if is_skipped else self._render(briefing, identity, schedule.zone),
            server=schedule.server,
        )
        opened = await self._outbox.open(delivery)
        if briefing.is_last:
            with suppress(NotFoundError):  # its member was quicker
                await self._schedules.remove(schedule.id)
        return opened

    async def _find(self, slot: Slot) -> Delivery | None:
        return await self._outbox.find(slot.schedule, slot.local_date.isoformat(), f"{slot.planned:%H:%M}")


async def window_of(outbox: Outbox, schedule: Schedule, before: datetime, now: datetime) -> Window:
    """What an edition written now covers: since the latest slot due `before` that was or will be posted.

    Also one from before the schedule was changed; but one that ended before its last story does not count: what it did
    not tell is for the next one to tell.
    """
    earlier = await outbox.earlier(schedule.id, before)
    previous = next((each.slot for each in earlier if begun(each) and not rejected(each)), None)
    return edition_window(schedule, previous, now)


async def counted_anew(outbox: Outbox, schedule: Schedule, since: datetime) -> Schedule:
    """From then on, but for slots that have their edition: in another zone a date and time can come once more."""
    while True:
        schedule = replace(schedule, counts_from=since)
        slot = next_slot(schedule, since)
        if await outbox.find(slot.schedule, slot.local_date.isoformat(), f"{slot.planned:%H:%M}") is None:
            return schedule
        since = slot.due_at


def _raise(errors: Sequence[BaseException]) -> None:
    """Raises them together; what is no Exception (an interrupt) as it is."""
    expected = [error for error in errors if isinstance(error, Exception)]
    if interrupt := next((error for error in errors if not isinstance(error, Exception)), None):
        raise interrupt
    if expected:
        raise ExceptionGroup("Not all editions could be opened.", expected)
