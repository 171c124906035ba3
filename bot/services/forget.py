"""Forget: which servers the bot is in, and what is dropped of those that removed it and of members who ask for that.

A server that removed the bot is kept for a while, whole, in case it comes back. Posts nothing.
"""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

import structlog

from bot.domain.deliveries import NEWS_FOR
from bot.domain.errors import NotFoundError
from bot.domain.schedules import PUBLIC, MemberId, Schedule, ServerId
from bot.domain.servers import Member, Server, away, is_forgotten, own_key
from bot.domain.traces import Held
from bot.ports.outside import Clock
from bot.ports.repositories import Repositories
from bot.services.editions import counted_anew
from bot.services.settings import ServerSettings

_log = structlog.get_logger(__name__)


class Forget:
    """Servers that come and go, and what is no longer kept. All methods raise StorageError."""

    def __init__(self, repositories: Repositories, settings: ServerSettings, *, clock: Clock) -> None:
        self._kept = repositories
        self._settings = settings
        self._clock = clock
        self._noting = asyncio.Lock()  # what was noted of a server must not change before the next note is stored

    async def joined(self, server: ServerId) -> bool:
        """Notes that a server has the bot; whether nothing was known of it.

        One that comes back finds all as it was; what would have come meanwhile comes only while it is news.
        """
        async with self._noting:
            known, schedules = await self._find(server), await self._schedules(server)
            if known is None or known.left_at:
                await self._settings.change(server, lambda before: replace(before, left_at=None))
            if known and known.left_at:
                news_since = self._clock.now() - NEWS_FOR
                for each in schedules:
                    if each.since < news_since:
                        await self._kept.schedules.put(await counted_anew(self._kept.outbox, each, news_since))
                _log.info("server_came_back", server=server)
        return known is None and not schedules

    async def left(self, server: ServerId) -> None:
        """Notes that a server removed the bot: from now on nothing is written for it."""
        async with self._noting:
            if (await self._settings.of(server)).left_at is None:
                now = self._clock.now()
                await self._settings.change(server, lambda before: replace(before, left_at=now))
                _log.info("server_left", server=server)

    async def present(self, servers: Collection[ServerId]) -> None:
        """Notes which servers have the bot, of those that are known: some may have come or gone unnoticed."""
        records = await self._kept.servers.all()
        known = {each.id for each in records}
        for register in (self._kept.schedules, self._kept.all_feeds, self._kept.all_topics):
            known |= {each.server for each in await register.all()}
        gone = away(records)
        for server in gone & {*servers}:
            await self.joined(server)
        for server in known - gone - {PUBLIC, *servers}:
            await self.left(server)

    async def forget_old(self) -> None:
        """Forgets the servers that removed the bot long ago. For once a day."""
        for server in await self._kept.servers.all():
            if is_forgotten(server, self._clock.now()):
                await self.server(server.id)

    async def server(self, server: ServerId) -> None:
        """Forgets all that is kept of a server; interrupted, the next call forgets the rest."""
        for schedule in await self._schedules(server):
            with suppress(NotFoundError):
                await self._kept.schedules.remove(schedule.id)
        for topic in await self._kept.all_topics.all():
            if topic.server == server:
                await self._kept.all_topics.remove(own_key(server, topic.name))
        for feed in await self._kept.all_feeds.all():
            if feed.server == server:
                await self._kept.all_feeds.remove(own_key(server, feed.url))
                if all(each.url != feed.url for each in await self._kept.all_feeds.all()):
                    await self._kept.feed_states.remove(feed.url)
        await self._kept.erasure.forget_server(server)
        with suppress(NotFoundError):
            await self._kept.servers.remove(server)  # last: a server with a record is forgotten again
        _log.info("server_forgotten", server=server)

    async def held(self, member: MemberId) -> Held:
        """All that is kept of a person."""
        try:
            known = await self._kept.members.get(member)
        except NotFoundError:
            known = Member(id=member)
        return Held(member=known, follows=await self._follows(member), traces=await self._kept.erasure.traces(member))

    async def member(self, member: MemberId) -> Held:
        """Forgets all that is kept of a person; returns what that was. What he asks from now on is kept anew."""
        gone = await self.held(member)
        for follow in gone.follows:
            with suppress(NotFoundError):
                await self._kept.schedules.remove(follow.id)
        await self._kept.erasure.forget_member(member)
        with suppress(NotFoundError):
            await self._kept.members.remove(member)
        _log.info("member_forgotten")
        return gone

    async def _follows(self, member: MemberId) -> tuple[Schedule, ...]:
        return tuple(each for each in await self._kept.schedules.all() if each.member == member)

    async def _find(self, server: ServerId) -> Server | None:
        try:
            return await self._kept.servers.get(server)
        except NotFoundError:
            return None

    async def _schedules(self, server: ServerId) -> list[Schedule]:
        return [each for each in await self._kept.schedules.all() if each.server == server]
