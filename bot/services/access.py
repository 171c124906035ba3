"""Access: keeps book of the places that refuse the bot, so that none is hammered and each resumes by itself.

Decides nothing: when a place is tried again is told by `domain.destinations`.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import structlog

from bot.domain.deliveries import Delivery, Part, PartKind, Rejected, refusal
from bot.domain.destinations import Pause, Place, may_try, places
from bot.domain.errors import ClosedError
from bot.domain.notices import closed
from bot.domain.schedules import Destination
from bot.ports.outside import Clock, Deliverer
from bot.ports.repositories import Pauses
from bot.services.notify import Notify

_log = structlog.get_logger(__name__)


class Access:
    """The pauses of one data folder. All methods raise StorageError."""

    def __init__(self, *, pauses: Pauses, deliverer: Deliverer, notify: Notify, clock: Clock) -> None:
        self._pauses = pauses
        self._deliverer = deliverer
        self._notify = notify
        self._clock = clock
        self._lock = asyncio.Lock()  # one place is paused once, and asked by one at a time
        # How often what seems open refused the bot: once may be before word of it came. Losing it costs two requests.
        self._misled: Counter[Place] = Counter()

    async def standing(self) -> Mapping[Place, Pause]:
        """The places that are paused."""
        return {pause.place: pause for pause in await self._pauses.standing()}

    async def last(self, destination: Destination) -> Pause | None:
        """The latest pause of a destination, over or not."""
        return await self._pauses.last(Place(destination=destination))

    async def closed(self, destination: Destination) -> Pause | None:
        """The pause for which nothing is posted there, as far as is known now."""
        pause = await self.last(destination)
        if pause is None or pause.ended_at or (self._seems_open(pause.place) and not self._is_misled(pause.place)):
            return None
        return pause

    async def may_try(self, place: Place) -> bool:
        """Whether to post there now. Of those who ask about what can only be tried, one an hour is told so."""
        async with self._lock:
            pause = await self._pauses.last(place)
            if pause is None or pause.ended_at:
                return True
            seems_open, now = self._seems_open(place), self._clock.now()
            misled = self._is_misled(place)
            if not may_try(pause, now, seems_open=seems_open, misled=misled):
                return False
            if misled or seems_open is None:
                await self._pauses.put(replace(pause, tried_at=now))
            return True

    async def refused(self, delivery: Delivery, part: Part, error: ClosedError) -> Rejected | None:
        """Pauses the place that refused this part, and has the server's admin told once; the part waits.

        Returns the part's new state where it has nothing to wait for: its thread is gone for good.
        """
        now, place = self._clock.now(), Place(destination=delivery.destination)
        if part.kind in (PartKind.STORY, PartKind.NOTE) and self._seems_open(place):
            if error.gone or part.kind is PartKind.NOTE:
                return refusal(part, error, now)
            place = places(delivery)[-1]
        async with self._lock:
            pause = await self._pauses.last(place)
            if pause is None or pause.ended_at:
                # Before the pause: what is raised twice is told once.
                await self._notify.raise_(*closed(delivery, part, str(error)))
                pause = Pause(place=place, server=delivery.server, reason=str(error), since=now, tried_at=now)
                _log.warning(
                    "destination_paused", destination=place.destination, thread=place.thread, reason=str(error)
                )
            await self._pauses.put(replace(pause, tried_at=now))
            if self._seems_open(place):
                self._misled[place] += 1
        return None

    async def taken(self, delivery: Delivery) -> None:
        """Ends the pauses of the places that just took a message of this delivery."""
        for place in places(delivery):
            pause = await self._pauses.last(place)
            if pause is not None and not pause.ended_at and self._seems_open(place) is not False:
                await self._pauses.put(replace(pause, ended_at=self._clock.now()))
                self._misled.pop(place, None)
                _log.info("destination_resumed", destination=place.destination, thread=place.thread)

    def _is_misled(self, place: Place) -> bool:
        return self._misled[place] > 1

    def _seems_open(self, place: Place) -> bool | None:
        found = self._deliverer.may_post(place.destination, place.thread)
        if not found:
            self._misled.pop(place, None)
        return found
