"""Planning: what people decide about schedules. Nothing is written or posted from here.

Every refusal is an InputError whose sentence is the answer.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import InputError, NotFoundError
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId, check_zone, parse_time
from bot.domain.topics import Topic, named
from bot.ports.outside import Clock
from bot.ports.repositories import Repositories
from bot.services.editions import counted_anew

MAX_SCHEDULES = 25  # a server; as many as Discord offers to choose from at once


class Plan:
    """Adds, changes, removes and lists schedules."""

    def __init__(self, repositories: Repositories, *, clock: Clock) -> None:
        self._kept = repositories
        self._schedules = repositories.schedules
        self._outbox = repositories.outbox
        self._clock = clock
        self._planning = asyncio.Lock()  # what a change was checked against must not change before it is stored

    async def add(
        self, server: ServerId, destination: Destination, *, at: str, zone: str, topics: Sequence[str] = ()
    ) -> Schedule:
        """Briefs `destination` every day from the next `at` on. Raises InputError, NotFoundError for a topic."""
        when, where = parse_time(at), check_zone(zone)
        wanted = named(await self._topics(server), topics)
        async with self._planning:
            everything = await self._schedules.all()
            if sum(each.server == server for each in everything) >= MAX_SCHEDULES:
                raise InputError(f"This server has {MAX_SCHEDULES} schedules, which is the most; remove one first.")
            schedule = Schedule(
                id=_new_id({each.id for each in everything}),
                server=server,
                destination=destination,
                at=when,
                zone=where,
                topics=wanted,
                created_at=self._clock.now(),
            )
            _check_new(schedule, everything)
            await self._schedules.put(schedule)
        return schedule

    async def edit(
        self,
        server: ServerId,
        schedule: str,
        *,
        destination: Destination | None = None,
        at: str | None = None,
        zone: str | None = None,
        topics: Sequence[str] | None = None,
    ) -> Schedule:
        """Changes what is given of a schedule of this server; no topics at all mean every topic.

        A changed time or zone counts from its next coming that has no edition yet. Raises InputError, also where
        nothing changes, and NotFoundError, also for another server's schedule.
        """
        when, where = parse_time(at) if at else None, check_zone(zone) if zone else None
        wanted = None if topics is None else named(await self._topics(server), topics)
        async with self._planning:
            old = await self._own(server, schedule)
            new = replace(
                old,
                destination=destination or old.destination,
                at=old.at if when is None else when,
                zone=where or old.zone,
                topics=old.topics if wanted is None else wanted,
            )
            if new == old:
                raise InputError("Nothing was changed; name a channel, a time, a time zone or topics that differ.")
            _check_new(new, await self._schedules.all())
            if (new.at, new.zone) != (old.at, old.zone):
                new = await counted_anew(self._outbox, new, self._clock.now())
            await self._schedules.put(new)
        return new

    async def schedules(self, server: ServerId) -> tuple[Schedule, ...]:
        """The schedules of one server, oldest first."""
        return tuple(each for each in await self._schedules.all() if each.server == server)

    async def remove(self, server: ServerId, schedule: str) -> Schedule:
        """Ends a schedule of this server. Raises NotFoundError, also for another server's."""
        async with self._planning:
            found = await self._own(server, schedule)
            await self._schedules.remove(found.id)
        return found

    async def _own(self, server: ServerId, schedule: str) -> Schedule:
        wanted = schedule.strip().casefold()
        found = next((each for each in await self.schedules(server) if each.id == wanted), None)
        if found is None:
            raise NotFoundError("This server has no schedule with that name; `/schedule list` shows those it has.")
        return found

    async def _topics(self, server: ServerId) -> Sequence[Topic]:
        return await self._kept.seen_by(server).topics.all()


def _check_new(schedule: Schedule, others: Sequence[Schedule]) -> None:
    """Raises InputError where another schedule of the server says the same."""
    plan = (schedule.server, schedule.destination, schedule.at, schedule.zone, schedule.topics)
    for each in others:
        if each.id != schedule.id and (each.server, each.destination, each.at, each.zone, each.topics) == plan:
            raise InputError("That channel has the same schedule already.")


def _new_id(taken: set[ScheduleId]) -> ScheduleId:
    """Six letters that can be said aloud, such as `bakotu`."""
    while True:
        syllables = (secrets.choice("bdfghklmnprstvz") + secrets.choice("aeiou") for _ in range(3))
        identity = ScheduleId("".join(syllables))
        if identity not in taken:
            return identity
