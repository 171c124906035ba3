"""Whatever Discord does: the bot lives, each message stands once, and who can mend it hears of it, once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.destinations import needed
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId
from bot.domain.wording import commands as wording
from cogs.client import NewsthreadBot
from tests.cogs.conftest import Newsroom
from tests.doubles.discord import Channel, DiscordServer, Guild, Member

SEVEN = datetime(2025, 1, 20, 7, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MESSAGES, THREADS, IN_THREAD = r"/channels/\d+/messages$", r"/messages/\d+/threads$", "in a thread"


@dataclass(slots=True)
class Scene:
    """A bot with a daily briefing of a front, a thread and a story, and the Discord that a case spoils."""

    server: DiscordServer
    room: Newsroom
    news: Channel

    async def minutes(self, count: int) -> None:
        """Lets that many minutes pass, with what the bot does by itself in each."""
        for _ in range(count):
            self.room.clock.move(MINUTE)
            await self.room.run_due()
            await self.room.resume()
            await self.room.notify.tell()

    async def until_posting_stops(self) -> None:
        await self.room.run_due()
        await self.room.resume()

    def told(self, person: Member) -> list[str]:
        return [message.content for message in self.server.dm(person).posts]

    @property
    def posted(self) -> tuple[int, int, int]:
        """Fronts, threads, and messages in threads."""
        return len(self.news.posts), len(self.news.threads), sum(len(thread.posts) for thread in self.news.threads)

    async def known(self, wanted: bool) -> None:
        """Until the gateway told the client whether it may post."""
        await self.server.wait_for(lambda: self.room.delivery.may_post(place(self.news)) is wanted)


def place(channel: Channel) -> Destination:
    return Destination(f"discord:{channel.id}")


@pytest.fixture
async def scene(server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, guild: Guild) -> Scene:
    room.clock.set(SEVEN)
    schedule = Schedule(
        id=ScheduleId("bakotu"),
        server=ServerId(f"discord:{guild.id}"),
        destination=place(news),
        at=time(8),
        zone="Europe/Berlin",
        topics=(),
        created_at=SEVEN - HOUR,
    )
    await room.folder.schedules.put(schedule)
    return Scene(server, room, news)


@pytest.fixture
def owner(guild: Guild) -> Member:
    return guild.members[guild.owner.id]


WHOLE = (1, 1, 1)

PASSING: dict[str, Callable[[DiscordServer], object]] = {
    "429 with Via": lambda server: server.fail_next("POST", MESSAGES, status=429, retry_after=0.01),
    "429 without Via": lambda server: server.fail_next("POST", MESSAGES, status=429, headers={}, retry_after=0.01),
    "500": lambda server: server.fail_next("POST", THREADS, status=500),
    "503": lambda server: server.fail_next("POST", MESSAGES, status=503, skip=1),
    "dropped before": lambda server: server.fail_next("POST", MESSAGES, drop="before"),
    "dropped after": lambda server: server.fail_next("POST", MESSAGES, drop="after"),
    "dropped after, thread": lambda server: server.fail_next("POST", THREADS, drop="after"),
    "dropped after, story": lambda server: server.fail_next("POST", MESSAGES, drop="after", skip=1),
    "a page instead of JSON": lambda server: server.fail_next("POST", MESSAGES, status=403, body={"code": 0}),
}


@pytest.mark.parametrize("trouble", PASSING)
async def test_what_passes_leaves_each_message_once_and_tells_nobody(scene: Scene, owner: Member, trouble: str) -> None:
    PASSING[trouble](scene.server)
    await scene.until_posting_stops()
    await scene.minutes(5)
    assert scene.posted == WHOLE
    assert scene.told(owner) == []


def lost(*names: str) -> Callable[[Scene], None]:
    return lambda scene: scene.news.deny(*names)


def given(*names: str) -> Callable[[Scene], None]:
    return lambda scene: scene.news.allow(*names)


CLOSED: dict[str, tuple[Callable[[Scene], None], Callable[[Scene], None]]] = {
    "view channel": (lost("view_channel"), given("view_channel")),
    "send messages": (lost("send_messages"), given("send_messages")),
    "embed links": (lost("embed_links"), given("embed_links")),
    "create threads": (lost("create_public_threads"), given("create_public_threads")),
    "write in threads": (lost("send_messages_in_threads"), given("send_messages_in_threads")),
    "thrown out": (lambda scene: scene.news.guild.remove_bot(), lambda scene: scene.news.guild.add_bot()),
}


@pytest.mark.parametrize("case", CLOSED)
async def test_lost_access_pauses_a_channel_and_is_told_once_and_all_comes_when_it_is_back(
    scene: Scene, owner: Member, case: str
) -> None:
    close, reopen = CLOSED[case]
    if case == "thrown out":
        await scene.room.connection.client.wait_until_ready()  # before, discord.py takes no guild for a new one
    scene.server.add_guild("Another")
    await scene.server.wait_for(lambda: len(scene.room.connection.client.guilds) == 2)
    close(scene)
    await scene.known(False)
    await scene.until_posting_stops()
    asked = len(scene.server.requests)
    written = len(scene.room.briefs.asked)
    await scene.minutes(20)
    refused = [c for c in scene.server.requests[asked:] if c.status in (403, 404) and str(scene.news.id) in c.path]
    assert (refused, len(scene.room.briefs.asked)) == ([], written)
    reopen(scene)
    await scene.known(True)
    await scene.minutes(4)
    assert scene.posted == WHOLE
    if case != "thrown out":  # nobody there can be told then
        (said,) = scene.told(owner)
        assert f"<#{scene.news.id}>" in said


async def test_access_lost_in_the_middle_of_a_briefing_does_not_lose_the_rest(scene: Scene, owner: Member) -> None:
    held = scene.server.hold(THREADS, method="POST", when="after")
    running = scene.until_posting_stops()
    await _while_held(running, held.reached(), lambda: (scene.news.deny("view_channel"), held.release()))
    assert scene.posted == (1, 1, 0)
    await scene.known(False)
    await scene.minutes(20)
    scene.news.allow("view_channel")
    await scene.known(True)
    await scene.minutes(2)
    assert scene.posted == WHOLE
    (said,) = scene.told(owner)
    assert "was posted in part only" in said
    assert await scene.room.folder.pauses.standing() == []


async def _while_held(running: Awaitable[None], reached: Awaitable[object], act: Callable[[], object]) -> None:
    task = asyncio.ensure_future(running)
    await reached
    act()
    await task


async def test_a_cache_that_was_not_told_asks_once_an_hour(scene: Scene, owner: Member) -> None:
    scene.news.deny("send_messages", quietly=True)
    await scene.until_posting_stops()
    await scene.minutes(190)
    fronts = [
        c for c in scene.server.requests if c.method == "POST" and c.path == f"/channels/{scene.news.id}/messages"
    ]
    assert [call.status for call in fronts] == [403] * 5
    assert len(scene.told(owner)) == 1
    scene.news.allow("send_messages")
    await scene.minutes(60)
    assert scene.posted == WHOLE


async def test_a_deleted_channel_is_told_once_and_asked_no_more(scene: Scene, owner: Member) -> None:
    scene.news.delete()
    await scene.known(False)
    await scene.until_posting_stops()
    before = [c for c in scene.server.requests if str(scene.news.id) in c.path]
    await scene.minutes(11 * 60)
    assert [c for c in scene.server.requests if str(scene.news.id) in c.path] == before
    await scene.minutes(2 * 60)  # it is given up after a last look
    assert len(scene.told(owner)) == 1
    assert len(await scene.room.folder.schedules.all()) == 1


async def test_a_locked_thread_gets_the_rest_when_it_is_open_again(scene: Scene, owner: Member) -> None:
    held = scene.server.hold(THREADS, method="POST", when="after")
    running = scene.until_posting_stops()
    await _while_held(running, held.reached(), lambda: (scene.news.threads[0].archive(locked=True), held.release()))
    assert scene.posted == (1, 1, 0)
    await scene.minutes(5)
    (said,) = scene.told(owner)
    assert "locked" in said
    thread = scene.news.threads[0]
    thread.archived = thread.locked = False
    scene.server.world.announce_channel(thread, "UPDATE")
    await scene.minutes(61)
    assert scene.posted == WHOLE
    assert len(scene.told(owner)) == 1


async def test_an_archived_thread_is_woken(scene: Scene, owner: Member) -> None:
    held = scene.server.hold(THREADS, method="POST", when="after")
    running = scene.until_posting_stops()
    await _while_held(running, held.reached(), lambda: (scene.news.threads[0].archive(), held.release()))
    assert scene.posted == WHOLE
    assert scene.told(owner) == []


async def test_a_deleted_thread_ends_its_briefing_alone(scene: Scene, owner: Member) -> None:
    held = scene.server.hold(THREADS, method="POST", when="after")
    running = scene.until_posting_stops()
    await _while_held(running, held.reached(), lambda: (scene.news.threads[0].delete(), held.release()))
    await scene.minutes(20)
    (said,) = scene.told(owner)
    assert "was posted in part only" in said
    assert await scene.room.folder.pauses.standing() == []
    scene.room.clock.move(timedelta(days=1))
    await scene.minutes(1)
    assert scene.posted == (2, 1, 1)


async def test_an_owner_who_takes_no_messages_is_passed_over_to_the_operator(scene: Scene, owner: Member) -> None:
    owner.user.accepts_dms = False
    scene.news.deny("send_messages")
    await scene.known(False)
    await scene.until_posting_stops()
    await scene.minutes(10)
    (said,) = [message.content for message in scene.server.dm(scene.server.owner).posts]
    assert "owner could not be told" in said
    refused = [c for c in scene.server.requests if c.path == f"/channels/{scene.server.dm(owner).id}/messages"]
    assert len(refused) == 1


async def test_the_list_says_since_when_a_briefing_is_paused(scene: Scene, admin: Member, guild: Guild) -> None:
    talk = guild.add_text_channel("talk")
    scene.news.deny("send_messages")
    await scene.known(False)
    await scene.until_posting_stops()
    asked = await scene.server.slash(admin, talk, "schedule list")
    said = (await asked.wait_reply()).text
    assert f"paused: the bot has no access since <t:{int(SEVEN.timestamp())}:f> (I cannot post there" in said
    assert "please give me: Send Messages" in said
    scene.news.allow("send_messages")
    await scene.known(True)
    asked = await scene.server.slash(admin, talk, "schedule list")
    assert "paused" not in (await asked.wait_reply()).text


async def test_what_was_paused_by_its_managers_does_not_say_that_it_goes_on_by_itself(
    scene: Scene, admin: Member, guild: Guild
) -> None:
    talk = guild.add_text_channel("talk")
    scene.news.deny("send_messages")
    await scene.known(False)
    await scene.until_posting_stops()
    (schedule,) = await scene.room.folder.schedules.all()
    await scene.room.folder.schedules.put(replace(schedule, paused=True))
    asked = await scene.server.slash(admin, talk, "schedule list")
    assert (await asked.wait_reply()).text.endswith(wording.PAUSED)


async def test_a_refusal_that_discord_gave_no_notice_of_is_said_beside_the_next_briefing(
    scene: Scene, admin: Member, guild: Guild
) -> None:
    talk = guild.add_text_channel("talk")
    scene.news.deny("send_messages", quietly=True)
    await scene.minutes(3)
    asked = await scene.server.slash(admin, talk, "status")
    assert f"in <#{scene.news.id}>. The bot lacks a permission in that channel." in (await asked.wait_reply()).text


async def test_a_guild_lost_from_sight_is_not_taken_for_one_that_refuses(scene: Scene, owner: Member) -> None:
    scene.news.guild.go_away()
    await scene.server.wait_for(lambda: scene.room.delivery.may_post(place(scene.news)) is None)
    await scene.until_posting_stops()
    scene.news.guild.come_back()
    await scene.known(True)
    await scene.minutes(2)
    assert scene.posted == WHOLE
    assert scene.told(owner) == []


async def test_events_the_library_chokes_on_and_lost_gateways_stop_no_briefing(
    scene: Scene, owner: Member, admin: Member, guild: Guild
) -> None:
    gateway, first = scene.server.gateway, scene.room.connection.client
    await gateway.invalidate()
    await scene.server.wait_for(lambda: len(gateway.identifies) == 2 and gateway.connected, 15)
    for session in gateway.connected:
        session.add("MESSAGE_CREATE", {"id": "not a message"})
    await scene.server.wait_for(lambda: scene.room.connection.client not in (None, first), 15)
    await scene.known(True)
    await scene.until_posting_stops()
    gateway.repeat("MESSAGE_CREATE")
    await scene.minutes(3)
    assert scene.posted == WHOLE
    asked = await scene.server.slash(admin, guild.add_text_channel("talk"), "ask", question="Are you there?")
    assert await asked.wait_reply()


def test_what_a_channel_is_checked_for_is_what_members_are_told_of() -> None:
    assert set(needed(in_forum=False)) == set(wording.PERMISSIONS)
