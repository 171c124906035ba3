"""Delivering: posts what stands in the outbox, part by part, each once, whenever the process dies.

A part is recorded as tried before its request goes out and as sent after it was acknowledged, so a restart knows what
to look for. What to do next, how long to rest and when to give up is decided in `domain.deliveries`, not here.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import structlog

from bot.domain.deliveries import (
    Delivery,
    DeliveryId,
    Failed,
    MessageId,
    Part,
    PartKind,
    PartState,
    Pending,
    Rejected,
    Sent,
    ThreadId,
    failure,
    marker,
    may_stand,
    next_part,
    nonce,
    refusal,
    standing,
    too_late,
    tried_since,
    with_state,
)
from bot.domain.destinations import kept_from, places
from bot.domain.errors import ClosedError, DeferredError, RefusedError
from bot.domain.notices import not_posted
from bot.domain.rendering import as_posted
from bot.domain.wording import deliveries as wording
from bot.ports.outside import Clock, Deliverer
from bot.ports.repositories import Outbox
from bot.services.access import Access
from bot.services.notify import Notify

Watch = Callable[[Delivery, Part], None]

AT_ONCE = 64  # a place that hangs holds its turn for minutes; Discord takes 50 requests a second

_log = structlog.get_logger(__name__)


class Deliver:
    """The outbox loop: a task for each delivery under way, never two for one, so that none waits for another."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        deliverer: Deliverer,
        access: Access,
        notify: Notify,
        clock: Clock,
        watch: Watch | None = None,
    ) -> None:
        """`watch` hears of every part whose new state was recorded, with the delivery as it then is."""
        self._outbox = outbox
        self._deliverer = deliverer
        self._access = access
        self._notify = notify
        self._clock = clock
        self._watch = watch
        self._under_way: dict[DeliveryId, asyncio.Task[Delivery]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._stopping = False

    async def deliver(self, delivery: DeliveryId) -> Delivery:
        """Posts, in order, the parts of a delivery that stands in the outbox, until one must wait or ends it.

        Returns the delivery as it then is; where it is under way already, what comes of that. Raises StorageError;
        errors of the platform become states of parts.
        """
        return await asyncio.shield(self.start(delivery))

    def start(self, delivery: DeliveryId) -> asyncio.Task[Delivery]:
        """Has `deliver` done in a task of its own, whose errors are logged; the one under way where there is one."""
        if delivery not in self._under_way:
            task = self._under_way[delivery] = asyncio.create_task(self._run(delivery), name=f"delivery {delivery}")
            task.add_done_callback(partial(self._ended, delivery))
        return self._under_way[delivery]

    async def resume(self) -> None:
        """Starts every unfinished delivery whose rest is over. For the start and every minute after it.

        What waits for a place that refuses the bot is started when the place is to be tried. Raises StorageError.
        """
        now = self._clock.now()
        paused = await self._access.standing()
        for delivery in await self._outbox.unfinished():
            part = next_part(delivery, now)
            if part is None or delivery.id in self._under_way:
                continue
            closed = next((place for place in places(delivery) if place in paused), None)
            if closed is None or too_late(delivery, part, now) or await self._access.may_try(closed):
                self.start(delivery.id)

    async def settled(self) -> None:
        """Waits until nothing is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way.values())

    async def stop(self, patience: timedelta) -> None:
        """Begins no further message, and waits for those in flight; cancels what takes longer than `patience`."""
        self._stopping = True
        if not self._under_way:
            return
        _, late = await asyncio.wait(self._under_way.values(), timeout=patience.total_seconds())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, identity: DeliveryId) -> Delivery:
        async with self._turns:
            with structlog.contextvars.bound_contextvars(delivery=identity):
                delivery = await self._outbox.get(identity)
                while not self._stopping and (part := next_part(delivery, self._clock.now())):
                    state = await self._try(delivery, part)
                    if state is None:
                        break  # the place is paused, and the part stays recorded as tried
                    delivery = await self._record(delivery, part, state)
        return delivery

    async def _record(self, delivery: Delivery, part: Part, state: PartState) -> Delivery:
        if isinstance(state, Rejected) and not await self._told_why(delivery, state):
            # Before the state, which is not come back to; what is raised twice is told once.
            await self._notify.raise_(*not_posted(delivery, part, state))
        await self._outbox.record(delivery.id, part.index, state)
        delivery = with_state(delivery, part.index, state)
        if isinstance(state, Sent):
            await self._access.taken(delivery)
        _report(delivery, part, state)
        if self._watch is not None:
            self._watch(delivery, replace(part, state=state))
        return delivery

    def _ended(self, delivery: DeliveryId, task: asyncio.Task[Delivery]) -> None:
        del self._under_way[delivery]
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):  # an interrupt ends the program by itself
            _log.error("delivery_interrupted", delivery=delivery, exc_info=error)

    async def _told_why(self, delivery: Delivery, state: Rejected) -> bool:
        """Whether a delivery ended because its destination was closed for too long, which was told when it began."""
        return state.ends and kept_from(await self._access.last(delivery.destination), delivery.slot.due_at)

    async def _try(self, delivery: Delivery, part: Part) -> PartState | None:
        try:
            message = await self._find(delivery, part) if may_stand(part.state) else None
            if message is None and (end := too_late(delivery, part, self._clock.now())):
                return end
            if message is None:
                message = await self._post(delivery, part)
        except ClosedError as error:
            now = self._clock.now()
            return too_late(delivery, part, now) or await self._access.refused(delivery, part, error)
        except RefusedError as error:
            return refusal(part, error, self._clock.now())
        except DeferredError as error:
            # Also one that cannot be looked for is given up in the end.
            return too_late(delivery, part, self._clock.now()) or failure(part.state, error, self._clock.now())
        return Sent(message=message, sent_at=self._clock.now())

    async def _find(self, delivery: Delivery, part: Part) -> MessageId | None:
        if part.kind is PartKind.THREAD:
            return None  # opening it again finds it
        thread = _thread(delivery) if part.kind in (PartKind.STORY, PartKind.NOTE) else None
        since = tried_since(delivery, part.state, self._clock.now())
        posted = await self._deliverer.find(delivery.destination, thread, marker(delivery.id, part.index), since)
        return posted.message if posted else None

    async def _post(self, delivery: Delivery, part: Part) -> MessageId:
        if not may_stand(part.state):
            await self._outbox.record(delivery.id, part.index, Pending(tried_at=self._clock.now()))
        key = nonce(delivery.id, part.index)
        match part.kind:
            case PartKind.FRONT:
                post = as_posted(part.post, delivery.slot, self._clock.now())
                return (await self._deliverer.post_front(delivery.destination, post, key)).message
            case PartKind.THREAD:
                front = standing(delivery, PartKind.FRONT)
                if front is None:
                    raise RefusedError(wording.NO_FRONT)
                return MessageId(await self._deliverer.open_thread(delivery.destination, front, part.post.title))
            case PartKind.STORY | PartKind.NOTE:
                return (await self._deliverer.post_part(_thread(delivery), part.post, key)).message


def _thread(delivery: Delivery) -> ThreadId:
    thread = standing(delivery, PartKind.THREAD)
    if thread is None:
        raise RefusedError(wording.NO_THREAD)
    return ThreadId(thread)


def _report(delivery: Delivery, part: Part, state: PartState) -> None:
    where = {"destination": delivery.destination, "part": part.index}
    match state:
        case Failed():
            _log.warning("part_deferred", **where, reason=state.reason, retry_at=state.retry_at.isoformat())
        case Rejected():
            _log.error("delivery_rejected" if state.ends else "part_rejected", **where, reason=state.reason)
        case Sent():
            _log.info("part_sent", **where, message=state.message)
            if part.index == max(each.index for each in delivery.parts if each.kind is not PartKind.NOTE):
                _log.info("delivery_complete", destination=delivery.destination)
