"""Notices through the real discord.py against a Discord on loopback: who hears what, and how often."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import discord
import pytest
from discord.http import Route

from bot.adapters.discord_delivery import DiscordNotices
from bot.domain.errors import DeferredError, RefusedError
from bot.domain.notices import OPERATOR, Audience, at
from tests.doubles.discord import DiscordServer, Guild

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
async def notices(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordNotices]:
    """Over a client that is logged in and has no gateway, so that nothing is known of any server beforehand."""
    monkeypatch.setattr(Route, "BASE", server.api_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(server.token)
        yield DiscordNotices(lambda: client)


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
        await DiscordNotices(lambda: None).tell(OPERATOR, TEXT, NONCE, None)
