"""Delivering: posts what stands in the outbox, part by part, each once, whenever the process dies.

A part is recorded as tried before its request goes out and as sent after it was acknowledged, so a restart knows what
to look for. What to do next, how long to rest and when to give up is decided in `domain.deliveries`, not here.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any
from weakref import WeakValueDictionary

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
    standing,
    too_late,
    with_state,
)
from bot.domain.errors import DeferredError, RefusedError
from bot.ports.outside import Clock, Deliverer
from bot.ports.repositories import Outbox

AT_ONCE = 16

_log = structlog.get_logger(__name__)


class Deliver:
    """The outbox loop."""

    def __init__(self, *, outbox: Outbox, deliverer: Deliverer, clock: Clock) -> None:
        self._outbox = outbox
        self._deliverer = deliverer
        self._clock = clock
        self._locks: WeakValueDictionary[DeliveryId, asyncio.Lock] = WeakValueDictionary()

    async def deliver(self, delivery: Delivery) -> Delivery:
        """Posts, in order, the parts of a delivery that stands in the outbox, until one must wait or is refused.

        Returns the delivery as it then is. Called twice at once for one delivery, the second call waits and goes on.
        Raises StorageError; errors of the platform become states of parts.
        """
        lock = self._locks.setdefault(delivery.id, asyncio.Lock())
        async with lock:
            delivery = await self._outbox.get(delivery.id)
            while part := next_part(delivery, self._clock.now()):
                state = await self._try(delivery, part)
                await self._outbox.record(delivery.id, part.index, state)
                delivery = with_state(delivery, part.index, state)
                _report(delivery, part, state)
        return delivery

    async def resume(self) -> None:
        """Carries on with every unfinished delivery whose rest is over. For the start and every minute after it.

        Raises an ExceptionGroup of what went wrong, after all were tried.
        """
        now = self._clock.now()
        unfinished = await self._outbox.unfinished()
        await each(self.deliver(delivery) for delivery in unfinished if next_part(delivery, now))

    async def _try(self, delivery: Delivery, part: Part) -> PartState:
        try:
            message = await self._find(delivery, part) if may_stand(part.state) else None
            if message is None and (end := too_late(delivery, self._clock.now())):
                return end
            if message is None:
                message = await self._post(delivery, part)
        except RefusedError as error:
            return Rejected(reason=str(error), rejected_at=self._clock.now())
        except DeferredError as error:
            return failure(part.state, error, self._clock.now())
        return Sent(message=message, sent_at=self._clock.now())

    async def _find(self, delivery: Delivery, part: Part) -> MessageId | None:
        if part.kind is PartKind.THREAD:
            return None  # opening it again finds it
        thread = _thread(delivery) if part.kind is PartKind.STORY else None
        posted = await self._deliverer.find(delivery.destination, thread, marker(delivery.id, part.index))
        return posted.message if posted else None

    async def _post(self, delivery: Delivery, part: Part) -> MessageId:
        if not may_stand(part.state):
            await self._outbox.record(delivery.id, part.index, Pending(tried_at=self._clock.now()))
        key = nonce(delivery.id, part.index)
        match part.kind:
            case PartKind.FRONT:
                return (await self._deliverer.post_front(delivery.destination, part.post, key)).message
            case PartKind.THREAD:
                front = standing(delivery, PartKind.FRONT)
                if front is None:
                    raise RefusedError("There is no front post to open a thread on.")
                return MessageId(await self._deliverer.open_thread(delivery.destination, front, part.post.title))
            case PartKind.STORY:
                return (await self._deliverer.post_part(_thread(delivery), part.post, key)).message


async def each(work: Iterable[Coroutine[Any, Any, Any]], at_once: int = AT_ONCE) -> None:
    """Runs all to their end, so many at once; then raises an ExceptionGroup of their errors, if there were any."""
    gate = asyncio.Semaphore(at_once)

    async def one(coroutine: Coroutine[Any, Any, Any]) -> None:
        async with gate:
            await coroutine

    results = await asyncio.gather(*(one(coroutine) for coroutine in work), return_exceptions=True)
    errors = [result for result in results if isinstance(result, BaseException)]
    if errors:
        raise BaseExceptionGroup("not all could be carried to its end", errors)


def _thread(delivery: Delivery) -> ThreadId:
    thread = standing(delivery, PartKind.THREAD)
    if thread is None:
        raise RefusedError("There is no thread to post in.")
    return ThreadId(thread)


def _report(delivery: Delivery, part: Part, state: PartState) -> None:
    where = {"delivery": delivery.id, "destination": delivery.destination, "part": part.index}
    match state:
        case Failed():
            _log.warning("part_deferred", **where, reason=state.reason, retry_at=state.retry_at.isoformat())
        case Rejected():
            _log.error("delivery_rejected", **where, reason=state.reason)
        case Sent() if part is delivery.parts[-1] or part.index == delivery.parts[-1].index:
            _log.info("delivery_complete", **where)
        case _:
            _log.debug("part_sent", **where)
