"""Servers come and go, and are forgotten when they have been away for long."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import NotFoundError, StorageError
from bot.domain.feeds import Feed, FeedState, FeedUrl
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.servers import GRACE, Server
from bot.domain.topics import Topic
from bot.services.forget import Forget
from bot.services.settings import ServerSettings
from tests.doubles.clock import StandingClock
from tests.doubles.memory import MemoryFolder
from tests.services.test_deliver import DAY, ELSEWHERE, HOUR, MINUTE, NEWS, Newsroom, daily

HOME, OTHER = ServerId("discord:1"), ServerId("discord:2")
SETTINGS = Server(id=HOME, managers=("7",), zone="Europe/Berlin", tokens=5)


class Town(Newsroom):
    """A newsroom and word of who left."""

    def __init__(self) -> None:
        super().__init__(daily(), replace(daily(name="tovika", place=ELSEWHERE), server=OTHER))
        self.forget = Forget(self.folder, ServerSettings(self.folder.servers), clock=self.clock)


async def test_a_server_is_new_once() -> None:
    folder = MemoryFolder(schedules=[daily()])
    forget = Forget(folder, ServerSettings(folder.servers), clock=StandingClock())
    assert await forget.joined(OTHER)
    assert not await forget.joined(OTHER)
    assert not await forget.joined(daily().server)  # known by its schedule, from before servers were noted
    await forget.left(OTHER)
    assert not await forget.joined(OTHER)
    assert {server.id for server in await folder.servers.all()} == {OTHER, daily().server}


async def test_nothing_is_written_for_a_server_that_left_and_all_goes_on_when_it_is_back() -> None:
    room = Town()
    await room.folder.servers.put(SETTINGS)
    before = await room.folder.schedules.all()
    await room.forget.left(before[0].server)
    await room.forget.left(before[0].server)
    left_at = room.clock.now()
    room.clock.move(3 * DAY)
    await room.run_due()
    assert {place for _, _, place in room.asked} == {ELSEWHERE}
    room.clock.move(18 * HOUR)
    await room.forget.left(before[0].server)
    assert (await room.folder.servers.get(HOME)).left_at == left_at
    await room.forget.joined(before[0].server)
    assert await room.folder.servers.get(HOME) == SETTINGS
    (ours, theirs) = await room.folder.schedules.all()
    assert replace(ours, counts_from=None) == before[0]
    assert theirs == before[1]
    room.asked.clear()
    await room.run_due()
    assert room.asked == []
    assert not room.folder.notices.kept
    room.clock.move(6 * HOUR)
    await room.run_due()
    assert {place for _, _, place in room.asked} == {NEWS, ELSEWHERE}


async def test_servers_that_came_or_went_unnoticed_are_noted() -> None:
    room = Town()
    folder = room.folder
    away = ServerId("discord:3")
    await folder.servers.put(SETTINGS, replace(SETTINGS, id=away, left_at=room.clock.now() - HOUR))
    topic = Topic(name="Chess", words=("chess",))
    await folder.seen_by(ServerId("discord:4")).topics.put(topic)
    await room.forget.present({HOME, away, ServerId("discord:99")})
    noted = {server.id: server.left_at for server in await folder.servers.all()}
    now = room.clock.now()
    assert noted == {HOME: None, away: None, OTHER: now, ServerId("discord:4"): now}


async def test_a_server_is_forgotten_after_the_grace_and_nobody_else_is() -> None:
    room = Town()
    folder = room.folder
    own, shared = (Feed(url=FeedUrl(f"https://{name}.example/feed"), outlet=name) for name in ("own", "shared"))
    topic = Topic(name="Chess", words=("chess",))
    for server in (HOME, OTHER):
        await folder.servers.put(Server(id=server))
        await folder.seen_by(server).topics.put(topic)
        await folder.seen_by(server).feeds.put(shared)
    await folder.seen_by(HOME).feeds.put(own)
    await folder.feed_states.put([FeedState(url=feed.url, due_at=room.clock.now()) for feed in (own, shared)])
    await room.forget.left(HOME)
    room.clock.move(GRACE - MINUTE)
    await room.forget.forget_old()
    assert len(await folder.schedules.all()) == 2
    room.clock.move(timedelta(minutes=1))
    await room.forget.forget_old()
    assert [each.server for each in await folder.schedules.all()] == [OTHER]
    assert [each.server for each in await folder.all_topics.all() if each.server != PUBLIC] == [OTHER]
    assert [(each.server, each.url) for each in await folder.all_feeds.all()] == [(OTHER, shared.url)]
    assert list(await folder.feed_states.all()) == [shared.url]
    assert [each.id for each in await folder.servers.all()] == [OTHER]


async def test_what_is_left_of_a_server_is_forgotten_after_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Town()
    await room.folder.servers.put(SETTINGS)
    await room.forget.left(HOME)
    room.clock.move(GRACE)

    async def interrupted(_: ServerId) -> None:
        raise StorageError("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(room.folder.erasure, "forget_server", interrupted)
        with pytest.raises(StorageError, match="full"):
            await room.forget.forget_old()
    assert (await room.folder.servers.get(HOME)).left_at
    await room.forget.forget_old()
    with pytest.raises(NotFoundError):
        await room.folder.servers.get(HOME)
