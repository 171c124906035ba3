"""Notices through the real discord.py against a Discord on loopback: who hears what, and how often."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import discord
import pytest
from discord.http import Route

from bot.adapters.discord_delivery import DiscordNotices
from bot.adapters.discord_delivery.notices import LogOf
from bot.domain.errors import DeferredError, RefusedError
from bot.domain.notices import OPERATOR, Audience
from bot.domain.schedules import Destination, ServerId
from bot.domain.wording.notices import at
from tests.doubles.discord import Channel, DiscordServer, Guild

BEGAN = datetime.now(UTC) - timedelta(seconds=5)
TEXT = "The briefing was not posted in discord:77: The channel is gone."
NONCE = "0123456789abcdef01234567"


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running:
        yield running
        assert not running.faults
        assert not running.violations


@pytest.fixture
def guild(server: DiscordServer) -> Guild:
    return server.add_guild("Arctic readers")


@pytest.fixture
async def client(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[discord.Client]:
    """Logged in without a gateway, so that nothing is known of any server beforehand."""
    monkeypatch.setattr(Route, "BASE", server.api_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(server.token)
        yield client


@pytest.fixture
def notices(client: discord.Client) -> DiscordNotices:
    return DiscordNotices(lambda: client, log_of(None))


def log_of(channel: Channel | None) -> LogOf:
    async def chosen(_: ServerId) -> Destination | None:
        return Destination(f"discord:{channel.id}") if channel else None

    return chosen


def admin(guild: Guild) -> Audience:
    return Audience(f"discord:{guild.id}")


async def test_the_admin_of_a_server_is_told_in_direct_messages_with_a_link_to_the_place(
    server: DiscordServer, guild: Guild, notices: DiscordNotices
) -> None:
    await notices.tell(admin(guild), TEXT, NONCE, None)
    assert [each.content for each in server.dm(guild.owner).posts] == [
        "The briefing was not posted in <#77>: The channel is gone."
    ]


async def test_a_time_in_a_notice_is_shown_in_each_readers_own_zone(
    server: DiscordServer, notices: DiscordNotices
) -> None:
    since = datetime(2026, 3, 1, 12, tzinfo=UTC)
    await notices.tell(OPERATOR, f"Polling stands still: since {at(since)} no feed could be checked.", NONCE, None)
    (post,) = server.dm(server.owner).posts
    assert post.content == "Polling stands still: since <t:1772366400:f> no feed could be checked."


async def test_what_is_no_time_although_it_looks_like_one_is_told_as_it_stands(
    server: DiscordServer, notices: DiscordNotices
) -> None:
    await notices.tell(OPERATOR, "A member reports: it was 2026-99-99 99:99 UTC.", NONCE, None)
    assert [each.content for each in server.dm(server.owner).posts] == [
        "A member reports: it was 2026-99-99 99:99 UTC."
    ]


async def test_the_operator_is_the_applications_owner(server: DiscordServer, notices: DiscordNotices) -> None:
    await notices.tell(OPERATOR, "Polling stands still.", NONCE, None)
    assert [each.content for each in server.dm(server.owner).posts] == ["Polling stands still."]


async def test_a_notice_tells_nobody_else_whatever_it_says(server: DiscordServer, notices: DiscordNotices) -> None:
    await notices.tell(OPERATOR, "@everyone <@5> is failing", NONCE, None)
    (call,) = [each for each in server.requests if each.method == "POST" and each.path.endswith("/messages")]
    assert call.body["allowed_mentions"] == {"parse": []}


async def test_a_notice_that_was_taken_is_found_after_its_nonce_was_forgotten(
    server: DiscordServer, guild: Guild, notices: DiscordNotices
) -> None:
    server.nonce_window = timedelta(0)
    first = await notices.tell(admin(guild), TEXT, NONCE, None)
    assert await notices.tell(admin(guild), TEXT, NONCE, BEGAN) == first
    assert len(server.dm(guild.owner).posts) == 1


async def test_a_notice_behind_a_dropped_connection_stands_once(
    server: DiscordServer, guild: Guild, notices: DiscordNotices
) -> None:
    server.nonce_window = timedelta(0)
    server.fail_next("POST", r"^/channels/\d+/messages$", drop="after")
    with pytest.raises(DeferredError):
        await notices.tell(admin(guild), TEXT, NONCE, None)
    await notices.tell(admin(guild), TEXT, NONCE, BEGAN)
    assert len(server.dm(guild.owner).posts) == 1


async def test_somebody_who_takes_no_direct_messages_is_refused_for_good(guild: Guild, notices: DiscordNotices) -> None:
    guild.owner.accepts_dms = False
    with pytest.raises(RefusedError, match="takes no direct messages"):
        await notices.tell(admin(guild), TEXT, NONCE, None)


@pytest.mark.parametrize("server_id", ["discord:1", "elsewhere:1", "discord:x"])
async def test_a_server_that_is_none_or_that_the_bot_left_is_refused_for_good(
    server_id: str, notices: DiscordNotices
) -> None:
    with pytest.raises(RefusedError):
        await notices.tell(Audience(server_id), TEXT, NONCE, None)


async def test_without_a_connection_a_notice_waits() -> None:
    with pytest.raises(DeferredError):
        await DiscordNotices(lambda: None, log_of(None)).tell(OPERATOR, TEXT, NONCE, None)


# --- a channel of the server's own choice ------------------------------------------------------------------------


@pytest.fixture
def log(guild: Guild) -> Channel:
    return guild.add_text_channel("bot-log")


@pytest.fixture
def logged(client: discord.Client, log: Channel) -> DiscordNotices:
    """Where the server's admins chose a channel."""
    return DiscordNotices(lambda: client, log_of(log))


SHOWN = "The briefing was not posted in <#77>: The channel is gone."


async def test_a_server_reads_notices_in_the_channel_that_it_chose_and_its_owner_nothing(
    server: DiscordServer, guild: Guild, log: Channel, logged: DiscordNotices
) -> None:
    await logged.tell(admin(guild), TEXT, NONCE, None)
    assert [each.content for each in log.posts] == [SHOWN]
    assert log.posts[0].allowed_mentions == {"parse": []}
    assert server.dm(guild.owner).posts == []


async def test_the_operator_is_told_by_direct_message_whatever_servers_chose(
    server: DiscordServer, log: Channel, logged: DiscordNotices
) -> None:
    await logged.tell(OPERATOR, TEXT, NONCE, None)
    assert (len(server.dm(server.owner).posts), log.posts) == (1, [])


@pytest.mark.parametrize("tried", [None, BEGAN], ids=["first", "again"])
@pytest.mark.parametrize("trouble", ["gone", "send_messages", "view_channel"])
async def test_a_channel_that_takes_nothing_leaves_the_notice_to_the_owner(
    server: DiscordServer, log: Channel, logged: DiscordNotices, trouble: str, tried: datetime | None
) -> None:
    guild = log.guild
    assert guild
    if trouble == "gone":
        log.delete()
    else:
        log.deny(trouble)
    await logged.tell(admin(guild), TEXT, NONCE, tried)
    assert [each.content for each in server.dm(guild.owner).posts] == [SHOWN]
    assert log.posts == []


async def test_where_it_cannot_be_seen_whether_it_stands_the_owner_is_told(
    server: DiscordServer, guild: Guild, log: Channel, logged: DiscordNotices
) -> None:
    log.deny("read_message_history")
    await logged.tell(admin(guild), TEXT, NONCE, BEGAN)
    assert (len(server.dm(guild.owner).posts), log.posts) == (1, [])


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_notice_stands_once_in_the_channel_behind_a_dropped_connection(
    server: DiscordServer, guild: Guild, log: Channel, logged: DiscordNotices, drop: str
) -> None:
    server.nonce_window = timedelta(0)
    server.fail_next("POST", rf"^/channels/{log.id}/messages$", drop=drop)
    with pytest.raises(DeferredError):
        await logged.tell(admin(guild), TEXT, NONCE, None)
    await logged.tell(admin(guild), TEXT, NONCE, BEGAN)
    assert [each.content for each in log.posts] == [SHOWN]
    assert server.dm(guild.owner).posts == []


async def test_a_notice_that_the_owner_has_is_not_repeated_in_a_channel_chosen_since(
    server: DiscordServer, guild: Guild, log: Channel, notices: DiscordNotices, logged: DiscordNotices
) -> None:
    first = await notices.tell(admin(guild), TEXT, NONCE, None)
    assert await logged.tell(admin(guild), TEXT, NONCE, BEGAN) == first
    assert log.posts == []


async def test_a_channel_that_is_busy_for_now_is_waited_for(
    server: DiscordServer, guild: Guild, log: Channel, logged: DiscordNotices
) -> None:
    server.fail_next("POST", rf"^/channels/{log.id}/messages$", status=503)
    with pytest.raises(DeferredError):
        await logged.tell(admin(guild), TEXT, NONCE, None)
    assert server.dm(guild.owner).posts == []
