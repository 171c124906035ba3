"""Following: what a person has sent to him by direct message, and the topics that he mutes for himself.

Follows read what everyone may read, and nothing of any server's own. Nothing is written or posted from here. Every
refusal is an InputError whose sentence is the answer.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.briefings import Telling
from bot.domain.destinations import Pause
from bot.domain.errors import InputError, NotFoundError
from bot.domain.schedules import PUBLIC, MemberId, Schedule, ScheduleId, check_zone, direct, parse_time
from bot.domain.servers import Member
from bot.domain.stories import StoryId, is_quiet
from bot.domain.wording import refusals
from bot.ports.outside import Clock
from bot.ports.repositories import Repositories
from bot.services.access import Access
from bot.services.editions import counted_anew

MAX_FOLLOWS = 25  # a member; as many as Discord offers to choose from at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A follow, with the name of its topic or the last headline of its story."""

    schedule: Schedule
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """When somebody wants his briefings. What is None stays as it was, or is as `default_zone` and DEFAULT_AT say."""

    at: str | None = None
    zone: str | None = None
    default_zone: str = "UTC"


DEFAULT_AT = "08:00"


class Follow:
    """The follows and mutes of members."""

    def __init__(self, repositories: Repositories, *, access: Access, clock: Clock) -> None:
        self._kept = repositories
        self._public = repositories.seen_by(PUBLIC)
        self._access = access
        self._clock = clock
        self._deciding = asyncio.Lock()  # what a change was checked against must not change before it is stored

    async def topic(self, member: MemberId, name: str, when: At) -> Schedule:
        """Follows a topic, or changes when it comes; unmutes it. Raises InputError, NotFoundError."""
        known = {topic.name.casefold(): topic.name for topic in await self._public.topics.all()}
        wanted = known.get(name.strip().casefold())
        if wanted is None:
            raise NotFoundError(refusals.no_topic_of_everyone(name, list(known.values())))
        schedule = await self._put(member, when, topics=(wanted,))
        await self.unmute(member, wanted)
        return schedule

    async def story(self, member: MemberId, telling: Telling, when: At) -> Schedule:
        """Follows a story as it was told, or changes when it comes; unmutes its topic. Raises InputError."""
        story = telling.story_id
        found = await self._public.stories.get([story])
        topics = {topic.name.casefold() for topic in await self._public.topics.all()}
        if not found or telling.topic.casefold() not in topics:
            raise InputError(refusals.STORY_OF_A_SERVER)
        if is_quiet(found[story], self._clock.now()):
            raise InputError(refusals.STORY_QUIET)
        schedule = await self._put(member, when, story=story)
        await self.unmute(member, telling.topic)
        return schedule

    async def follows(self, member: MemberId) -> tuple[Followed, ...]:
        """What a member follows, oldest first."""
        return tuple([Followed(schedule=each, name=await self._name(each)) for each in await self._own(member)])

    async def find(self, member: MemberId, story: StoryId) -> Schedule | None:
        """The member's follow of a story, if he has one."""
        return next((each for each in await self._own(member) if each.story == story), None)

    async def end(self, member: MemberId, follow: str) -> Followed:
        """Ends a follow, by its id or the name of what is followed. Raises NotFoundError, also for another's."""
        wanted = follow.strip().casefold()
        async with self._deciding:
            for each in await self.follows(member):
                if wanted in (each.schedule.id, each.name.casefold()):
                    await self._kept.schedules.remove(each.schedule.id)
                    return each
        raise NotFoundError(refusals.NOT_FOLLOWED)

    async def member(self, member: MemberId) -> Member:
        """What is remembered of a person."""
        try:
            return await self._kept.members.get(member)
        except NotFoundError:
            return Member(id=member)

    async def mute(self, member: MemberId, topic: str) -> None:
        """Leaves a topic out of all that comes to this person alone."""
        async with self._deciding:
            known = await self.member(member)
            if topic.casefold() not in map(str.casefold, known.muted):
                await self._kept.members.put(replace(known, muted=(*known.muted, topic)))

    async def unmute(self, member: MemberId, topic: str) -> bool:
        """Undoes `mute`; whether the topic was muted."""
        async with self._deciding:
            known = await self.member(member)
            left = tuple(each for each in known.muted if each.casefold() != topic.casefold())
            if left != known.muted:
                await self._kept.members.put(replace(known, muted=left))
            return left != known.muted

    async def untold(self, member: MemberId) -> Pause | None:
        """Since when he takes no direct messages, where he follows something and was not told that this rests."""
        pause = await self._access.closed(direct(member))
        if pause is None or (await self.member(member)).told_of == pause.since or not await self._own(member):
            return None
        return pause

    async def told(self, member: MemberId, pause: Pause) -> None:
        """Records that he knows of a pause."""
        async with self._deciding:
            await self._kept.members.put(replace(await self.member(member), told_of=pause.since))

    async def _put(
        self, member: MemberId, when: At, *, topics: tuple[str, ...] = (), story: StoryId | None = None
    ) -> Schedule:
        at, zone = (when.at and parse_time(when.at)), (when.zone and check_zone(when.zone))
        async with self._deciding:
            known, own = await self.member(member), await self._own(member)
            identity = _identity(member, story or topics[0])
            old = next((each for each in own if each.id == identity), None)
            if old is None and len(own) >= MAX_FOLLOWS:
                raise InputError(refusals.follows(MAX_FOLLOWS))
            if zone and zone != known.zone:
                await self._kept.members.put(replace(known, zone=zone))
            new = Schedule(
                id=identity,
                server=PUBLIC,
                destination=direct(member),
                at=at or (old.at if old else parse_time(DEFAULT_AT)),
                zone=zone or (old.zone if old else check_zone(known.zone or when.default_zone)),
                topics=topics,
                created_at=old.created_at if old else self._clock.now(),
                counts_from=old.counts_from if old else None,
                says_quiet=False,
                member=member,
                story=story,
            )
            if old is None or (new.at, new.zone) != (old.at, old.zone):
                new = await counted_anew(self._kept.outbox, new, self._clock.now())
            await self._kept.schedules.put(new)
        return new

    async def _own(self, member: MemberId) -> Sequence[Schedule]:
        return [each for each in await self._kept.schedules.all() if each.member == member]

    async def _name(self, schedule: Schedule) -> str:
        if schedule.story is None:
            return ", ".join(schedule.topics)
        told = await self._kept.briefings.of_story(StoryId(schedule.story), limit=1)
        return told[-1].telling.headline if told else schedule.story


def _identity(member: MemberId, what: str) -> ScheduleId:
    """The same whenever this member follows the same, so that a day's briefing does not come to him twice."""
    return ScheduleId("f" + hashlib.sha256(f"{member} {what}".encode()).hexdigest()[:11])
