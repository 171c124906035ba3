"""Planning: what people decide about schedules. Nothing is written or posted from here.

Every refusal is an InputError whose sentence is the answer.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.briefings import Window
from bot.domain.errors import InputError, NotFoundError
from bot.domain.schedules import (
    EVERY_DAY,
    Destination,
    Schedule,
    ScheduleId,
    ServerId,
    check_zone,
    parse_time,
    parse_times,
    parse_weekdays,
)
from bot.domain.topics import Topic, named
from bot.domain.wording import refusals
from bot.ports.outside import Clock
from bot.ports.repositories import Repositories
from bot.services.editions import counted_anew, window_of

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
        self,
        server: ServerId,
        destination: Destination,
        *,
        at: str,
        zone: str,
        topics: Sequence[str] = (),
        days: str = EVERY_DAY,
        says_quiet: bool = True,
    ) -> tuple[Schedule, ...]:
        """Briefs `destination` from the next `at` on: a schedule for each of the times that it names, or none at all.

        Raises InputError, NotFoundError for a topic.
        """
        times, where, weekdays = parse_times(at), check_zone(zone), parse_weekdays(days)
        wanted = named(await self._topics(server), topics)
        new: list[Schedule] = []
        async with self._planning:
            everything = await self._schedules.all()
            if sum(each.server == server for each in everything) + len(times) > MAX_SCHEDULES:
                raise InputError(refusals.schedules(MAX_SCHEDULES))
            for when in times:
                schedule = Schedule(
                    id=_new_id({each.id for each in (*everything, *new)}),
                    server=server,
                    destination=destination,
                    at=when,
                    zone=where,
                    topics=wanted,
                    created_at=self._clock.now(),
                    weekdays=weekdays,
                    says_quiet=says_quiet,
                )
                _check_new(schedule, everything)
                new.append(schedule)
            await self._schedules.put(*new)
        return tuple(new)

    async def edit(
        self,
        server: ServerId,
        schedule: str,
        *,
        destination: Destination | None = None,
        at: str | None = None,
        zone: str | None = None,
        topics: Sequence[str] | None = None,
        days: str | None = None,
        says_quiet: bool | None = None,
    ) -> Schedule:
        """Changes what is given of a schedule of this server; no topics at all mean every topic.

        Changed days, times or zones count from its next coming that has no edition yet. Raises InputError, also where
        nothing changes, and NotFoundError, also for another server's schedule.
        """
        when, where = parse_time(at) if at else None, check_zone(zone) if zone else None
        weekdays = parse_weekdays(days) if days else None
        wanted = None if topics is None else named(await self._topics(server), topics)
        async with self._planning:
            old = await self.find(server, schedule)
            new = replace(
                old,
                destination=destination or old.destination,
                at=old.at if when is None else when,
                zone=where or old.zone,
                topics=old.topics if wanted is None else wanted,
                weekdays=old.weekdays if weekdays is None else weekdays,
                says_quiet=old.says_quiet if says_quiet is None else says_quiet,
            )
            if new == old:
                raise InputError(refusals.SAME_SCHEDULE)
            _check_new(new, await self._schedules.all())
            if (new.at, new.zone, new.weekdays) != (old.at, old.zone, old.weekdays):
                new = await counted_anew(self._outbox, new, self._clock.now())
            await self._schedules.put(new)
        return new

    async def pause(self, server: ServerId, schedule: str) -> Schedule:
        """Lets a schedule of this server rest until it is resumed. Raises InputError where it does, NotFoundError."""
        async with self._planning:
            old = await self.find(server, schedule)
            if old.paused:
                raise InputError(refusals.PAUSED)
            new = replace(old, paused=True)
            await self._schedules.put(new)
        return new

    async def resume(self, server: ServerId, schedule: str) -> Schedule:
        """Lets it go on from now: what would have come meanwhile does not. Raises InputError, NotFoundError."""
        async with self._planning:
            old = await self.find(server, schedule)
            if not old.paused:
                raise InputError(refusals.NOT_PAUSED)
            new = await counted_anew(self._outbox, replace(old, paused=False), self._clock.now())
            await self._schedules.put(new)
        return new

    async def window(self, schedule: Schedule) -> Window:
        """What the schedule's edition would cover, were it written now."""
        now = self._clock.now()
        return await window_of(self._outbox, schedule, now, now)

    async def schedules(self, server: ServerId) -> tuple[Schedule, ...]:
        """The schedules of one server, oldest first; what members follow belongs to none."""
        return tuple(each for each in await self._schedules.all() if each.server == server and each.member is None)

    async def remove(self, server: ServerId, schedule: str) -> Schedule:
        """Ends a schedule of this server. Raises NotFoundError, also for another server's."""
        async with self._planning:
            found = await self.find(server, schedule)
            await self._schedules.remove(found.id)
        return found

    async def find(self, server: ServerId, schedule: str) -> Schedule:
        """One of this server's. Raises NotFoundError, also for another server's."""
        wanted = schedule.strip().casefold()
        found = next((each for each in await self.schedules(server) if each.id == wanted), None)
        if found is None:
            raise NotFoundError(refusals.NO_SCHEDULE)
        return found

    async def _topics(self, server: ServerId) -> Sequence[Topic]:
        return await self._kept.seen_by(server).topics.all()


def _check_new(schedule: Schedule, others: Sequence[Schedule]) -> None:
    """Raises InputError where another schedule of the server says the same on one of its days."""
    plan = (schedule.server, schedule.destination, schedule.at, schedule.zone, schedule.topics)
    for each in others:
        same = each.id != schedule.id and (each.server, each.destination, each.at, each.zone, each.topics) == plan
        if same and (not schedule.weekdays or not each.weekdays or set(schedule.weekdays) & set(each.weekdays)):
            raise InputError(refusals.SCHEDULE_KNOWN)


def _new_id(taken: set[ScheduleId]) -> ScheduleId:
    """Six letters that can be said aloud, such as `bakotu`."""
    while True:
        syllables = (secrets.choice("bdfghklmnprstvz") + secrets.choice("aeiou") for _ in range(3))
        identity = ScheduleId("".join(syllables))
        if identity not in taken:
            return identity
