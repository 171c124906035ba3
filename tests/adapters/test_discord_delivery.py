"""Deliveries through the real discord.py against a Discord on loopback: what stands, how often, and what is said."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route

from bot.adapters.discord_delivery.drawing import check
from bot.adapters.discord_delivery.posts import DiscordDelivery, translated
from bot.domain.deliveries import Button, DeliveryId, MessageId, Post, ThreadId, custom_id, marker, nonce
from bot.domain.errors import ClosedError, DeferredError, RefusedError, UnacceptableError
from bot.domain.schedules import Destination
from tests.doubles.discord import Channel, DiscordServer, Guild

IT = DeliveryId("d0123456789abcdef")
BEGAN = datetime.now(UTC) - timedelta(seconds=5)
NONCES = [nonce(IT, part) for part in range(9)]


def front(text: str = "Briefing of today", part: int = 0, **more: Any) -> Post:
    button = Button(label="Ask", custom_id=custom_id(IT, part, "ask"))
    return Post(content=text, title="Briefing 18 January", buttons=(button,), **more)


def story(part: int = 2, **more: Any) -> Post:
    button = Button(label="Ask about this", custom_id=custom_id(IT, part, "ask"))
    return Post(**{"title": "Envoys meet", "body": "- They met.", "footer": "tariffs", "buttons": (button,)} | more)


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running:
        yield running
        assert not running.faults


@pytest.fixture
def guild(server: DiscordServer) -> Guild:
    return server.add_guild("Arctic readers")


@pytest.fixture
def news(guild: Guild) -> Channel:
    return guild.add_text_channel("news")


@pytest.fixture
def forum(guild: Guild) -> Channel:
    return guild.add_forum("briefings", tags=("Tariffs", "Greenland", "Sport"))


@pytest.fixture
async def client(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[discord.Client]:
    """Logged in and without a gateway, so that nothing is known of any channel beforehand."""
    monkeypatch.setattr(Route, "BASE", server.api_url)
    client = discord.Client(intents=discord.Intents.none(), max_ratelimit_timeout=30.0)
    async with client:
        await client.login(server.token)
        yield client


@pytest.fixture
def delivery(client: discord.Client) -> DiscordDelivery:
    return DiscordDelivery(lambda: client)


def to(channel: Channel) -> Destination:
    return Destination(f"discord:{channel.id}")


async def whole(delivery: DiscordDelivery, channel: Channel) -> ThreadId:
    """A front, its thread, and one story in it."""
    posted = await delivery.post_front(to(channel), front(), NONCES[0])
    thread = await delivery.open_thread(to(channel), posted.message, "Briefing 18 January")
    await delivery.post_part(thread, story(), NONCES[2])
    return thread


# --- what stands --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("announcement", [False, True], ids=["text", "announcement"])
async def test_a_channel_gets_a_front_with_a_thread_on_it(
    server: DiscordServer, guild: Guild, delivery: DiscordDelivery, announcement: bool
) -> None:
    channel = guild.add_text_channel("daily", announcement=announcement)
    thread = await whole(delivery, channel)
    (post,) = channel.posts
    assert (post.content, post.embeds) == ("Briefing of today", [])
    assert post.thread is not None
    assert str(post.thread.id) == thread
    assert post.thread.name == "Briefing 18 January"
    (inside,) = post.thread.posts
    assert inside.text.splitlines() == ["Envoys meet", "- They met.", "tariffs"]
    assert [button["custom_id"] for button in inside.buttons] == [custom_id(IT, 2, "ask")]
    server.assert_no_faults()


async def test_a_person_gets_front_and_stories_as_direct_messages_that_are_found_again(
    server: DiscordServer, guild: Guild, delivery: DiscordDelivery
) -> None:
    anna = guild.add_member("anna")
    home = Destination(f"discord:user:{anna.id}")
    assert await delivery.find(home, None, marker(IT, 0), BEGAN) is None
    posted = await delivery.post_front(home, front(), NONCES[0])
    thread = await delivery.open_thread(home, posted.message, "Briefing 18 January")
    await delivery.post_part(thread, story(), NONCES[2])
    first, second = server.dm(anna).posts
    assert (first.content, second.text.splitlines()[0]) == ("Briefing of today", "Envoys meet")
    found = [await delivery.find(home, thread if part else None, marker(IT, part), BEGAN) for part in (0, 2)]
    assert [each and each.message for each in found] == [str(first.id), str(second.id)]
    await delivery.edit_part(thread, MessageId(str(second.id)), story(body="- They did not meet."))
    assert "did not" in second.text
    assert delivery.may_post(home, thread) is None
    server.assert_no_faults()


async def test_a_person_who_takes_no_direct_messages_is_a_closed_place(guild: Guild, delivery: DiscordDelivery) -> None:
    anna = guild.add_member("anna")
    anna.user.accepts_dms = False
    with pytest.raises(ClosedError, match="takes no direct messages"):
        await delivery.post_front(Destination(f"discord:user:{anna.id}"), front(), NONCES[0])


async def test_a_forum_gets_a_post_whose_first_message_is_the_front(
    server: DiscordServer, forum: Channel, delivery: DiscordDelivery
) -> None:
    posted = await delivery.post_front(to(forum), front(labels=("tariffs", "greenland", "AI stocks")), NONCES[0])
    thread = await delivery.open_thread(to(forum), posted.message, "Briefing 18 January")
    await delivery.post_part(thread, story(), NONCES[2])
    (place,) = forum.threads
    assert posted.thread == thread == str(place.id)
    assert place.name == "Briefing 18 January"
    assert [message.content for message in place.posts] == ["Briefing of today", ""]
    assert [forum.tags[int(tag)] for tag in place.applied_tags] == ["Tariffs", "Greenland"]
    server.assert_no_faults()


async def test_nothing_that_is_posted_can_notify_anybody(
    server: DiscordServer, news: Channel, forum: Channel, delivery: DiscordDelivery
) -> None:
    loud = "@everyone <@&1> <@2> @here"
    for place in (news, forum):
        posted = await delivery.post_front(to(place), front(loud), NONCES[0])
        thread = await delivery.open_thread(to(place), posted.message, "Briefing")
        await delivery.post_part(thread, story(body=loud), NONCES[2])
    sent = [*news.posts, *news.threads[0].posts, *forum.threads[0].posts]
    assert len(sent) == 4
    assert all(message.allowed_mentions == {"parse": []} for message in sent)
    assert not any(message.pings for message in sent)


async def test_a_front_shows_no_preview_cards_and_a_story_shows_its_own_card(
    news: Channel, delivery: DiscordDelivery
) -> None:
    await whole(delivery, news)
    suppressed = 1 << 2
    assert news.posts[0].flags & suppressed
    assert not news.threads[0].posts[0].flags & suppressed


async def test_a_repetition_with_the_same_nonce_returns_what_stands(news: Channel, delivery: DiscordDelivery) -> None:
    first = await delivery.post_front(to(news), front(), NONCES[0])
    assert await delivery.post_front(to(news), front(), NONCES[0]) == first
    assert len(news.posts) == 1
    assert news.posts[0].nonce == NONCES[0]


async def test_a_thread_that_stands_already_is_returned(news: Channel, delivery: DiscordDelivery) -> None:
    posted = await delivery.post_front(to(news), front(), NONCES[0])
    first = await delivery.open_thread(to(news), posted.message, "Briefing")
    assert await delivery.open_thread(to(news), posted.message, "Briefing") == first
    assert len(news.threads) == 1


async def test_an_archived_thread_is_woken_and_a_locked_one_refuses(news: Channel, delivery: DiscordDelivery) -> None:
    thread = await whole(delivery, news)
    place = news.threads[0]
    place.archive()
    await delivery.post_part(thread, story(3), NONCES[3])
    assert len(place.posts) == 2
    assert not place.archived
    place.archive(locked=True)
    with pytest.raises(RefusedError, match="locked"):
        await delivery.post_part(thread, story(4), NONCES[4])


# --- what is corrected --------------------------------------------------------------------------------------------


async def _edit(delivery: DiscordDelivery, place: Channel, **more: Any) -> None:
    message = MessageId(str(place.posts[0].id))
    await delivery.edit_part(ThreadId(str(place.id)), message, story(body="- ~~They met.~~", **more))


async def test_a_story_is_edited_where_it_stands_and_keeps_its_button(
    server: DiscordServer, news: Channel, delivery: DiscordDelivery
) -> None:
    await whole(delivery, news)
    (place,) = news.threads
    for _ in range(2):
        await _edit(delivery, place)
    (inside,) = place.posts
    assert inside.text.splitlines() == ["Envoys meet", "- ~~They met.~~", "tariffs"]
    assert [button["custom_id"] for button in inside.buttons] == [custom_id(IT, 2, "ask")]
    assert inside.allowed_mentions == {"parse": []}
    server.assert_no_faults()


async def test_a_story_in_an_archived_thread_is_edited_and_in_a_locked_one_refused(
    news: Channel, delivery: DiscordDelivery
) -> None:
    await whole(delivery, news)
    (place,) = news.threads
    place.archive()
    await _edit(delivery, place)
    assert "~~" in place.posts[0].text
    place.archive(locked=True)
    with pytest.raises(RefusedError):
        await _edit(delivery, place, title="Again")
    assert "Again" not in place.posts[0].text


async def test_a_story_that_was_taken_away_cannot_be_edited(news: Channel, delivery: DiscordDelivery) -> None:
    await whole(delivery, news)
    (place,) = news.threads
    message = MessageId(str(place.posts[0].id))
    place.posts[0].delete()
    with pytest.raises(RefusedError, match="gone"):
        await delivery.edit_part(ThreadId(str(place.id)), message, story())
    news.threads[0].delete()
    with pytest.raises(RefusedError, match="gone"):
        await delivery.edit_part(ThreadId(str(place.id)), message, story())


# --- finding again ------------------------------------------------------------------------------------------------


async def test_a_part_is_found_by_its_buttons_among_the_bots_own_messages(
    server: DiscordServer, guild: Guild, news: Channel, delivery: DiscordDelivery
) -> None:
    anna = guild.add_member("anna")
    posted = await delivery.post_front(to(news), front(), NONCES[0])
    thread = await delivery.open_thread(to(news), posted.message, "Briefing")
    second = await delivery.post_part(thread, story(12), NONCES[2])
    for number in range(130):
        await server.say(anna, news, f"message {number}")
    assert await delivery.find(to(news), None, marker(IT, 0), BEGAN) == posted
    assert await delivery.find(to(news), thread, marker(IT, 12), BEGAN) == second
    assert await delivery.find(to(news), thread, marker(IT, 1), BEGAN) is None
    assert await delivery.find(to(news), None, marker(DeliveryId("d9"), 0), BEGAN) is None


async def test_a_forum_post_is_found_whether_it_is_archived_or_not(forum: Channel, delivery: DiscordDelivery) -> None:
    posted = await delivery.post_front(to(forum), front(), NONCES[0])
    await delivery.post_front(to(forum), front(part=7), NONCES[7])
    assert await delivery.find(to(forum), None, marker(IT, 0), BEGAN) == posted
    forum.threads[0].archive()
    assert await delivery.find(to(forum), None, marker(IT, 0), BEGAN) == posted
    assert await delivery.find(to(forum), None, marker(IT, 3), BEGAN) is None


async def test_a_forum_post_whose_first_message_was_deleted_is_passed_over(
    server: DiscordServer, forum: Channel, delivery: DiscordDelivery
) -> None:
    posted = await delivery.post_front(to(forum), front(), NONCES[0])
    await delivery.post_front(to(forum), front(part=7), NONCES[7])
    server.world.delete_message(forum.threads[1].posts[0])
    assert await delivery.find(to(forum), None, marker(IT, 0), BEGAN) == posted


async def test_a_front_is_found_however_busy_its_channel_was_since(
    server: DiscordServer, guild: Guild, news: Channel, delivery: DiscordDelivery
) -> None:
    anna = guild.add_member("anna")
    posted = await delivery.post_front(to(news), front(), NONCES[0])
    for number in range(2_100):
        server.people.say(anna, news, f"message {number}")
        if number % 20 == 0:
            await delivery.post_part(ThreadId(str(news.id)), story(number + 7), f"{number}")
    assert await delivery.find(to(news), None, marker(IT, 0), BEGAN) == posted
    assert await delivery.find(to(news), None, marker(DeliveryId("d9"), 0), BEGAN) is None


async def test_a_forum_post_is_found_however_many_came_since(forum: Channel, delivery: DiscordDelivery) -> None:
    posted = await delivery.post_front(to(forum), front(), NONCES[0])
    for number in range(120):
        await delivery.post_front(to(forum), front(part=number + 7), f"{number}")
        forum.threads[-1].archive(quietly=True)
    assert await delivery.find(to(forum), None, marker(IT, 0), BEGAN) == posted
    forum.threads[0].archive(quietly=True)
    assert await delivery.find(to(forum), None, marker(IT, 0), BEGAN) == posted


@pytest.mark.parametrize("forum", [False, True], ids=["channel", "forum"])
async def test_a_message_from_long_before_is_not_looked_for(
    guild: Guild, delivery: DiscordDelivery, forum: bool
) -> None:
    channel = guild.add_forum("daily") if forum else guild.add_text_channel("daily")
    posted = await delivery.post_front(to(channel), front(), NONCES[0])
    now = datetime.now(UTC)
    assert await delivery.find(to(channel), None, marker(IT, 0), now + timedelta(hours=27)) is None
    # The clocks of this machine and of Discord need not agree, by as much as a wrong zone makes.
    assert await delivery.find(to(channel), None, marker(IT, 0), now + timedelta(hours=25)) == posted


async def test_a_channel_whose_history_may_not_be_read_is_not_taken_for_empty(
    news: Channel, delivery: DiscordDelivery
) -> None:
    assert await delivery.find(to(news), None, marker(IT, 0), BEGAN) is None
    await delivery.post_front(to(news), front(), NONCES[0])
    news.deny("read_message_history", quietly=True)
    with pytest.raises(RefusedError, match="permission"):
        await delivery.find(to(news), None, marker(IT, 0), BEGAN)


# --- what goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [{"status": 503}, {"drop": "before"}, {"drop": "after"}], ids=str)
@pytest.mark.parametrize("place", ["channel", "forum", "thread"])
async def test_trouble_on_the_way_is_deferred_and_a_look_tells_what_stands(
    server: DiscordServer, guild: Guild, delivery: DiscordDelivery, trouble: dict[str, Any], place: str
) -> None:
    channel = guild.add_text_channel("news")
    thread = await whole(delivery, channel)
    channel, where = guild.add_forum("forum") if place == "forum" else channel, thread if place == "thread" else None
    server.fail_next("POST", "/threads$" if place == "forum" else "/messages$", **trouble)
    posting = delivery.post_part(thread, story(5), NONCES[5]) if where else None
    with pytest.raises(DeferredError):
        await (posting or delivery.post_front(to(channel), front(part=5), NONCES[5]))
    found = await delivery.find(to(channel), where, marker(IT, 5), BEGAN)
    assert (found is not None) == (trouble.get("drop") == "after")


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_thread_whose_opening_was_lost_is_opened_once(
    server: DiscordServer, news: Channel, delivery: DiscordDelivery, drop: Any
) -> None:
    posted = await delivery.post_front(to(news), front(), NONCES[0])
    server.fail_next("POST", "/threads$", drop=drop)
    with pytest.raises(DeferredError):
        await delivery.open_thread(to(news), posted.message, "Briefing")
    assert await delivery.open_thread(to(news), posted.message, "Briefing") == posted.message
    assert len(news.threads) == 1


async def test_a_rate_limit_is_waited_for_and_the_message_stands_once(
    server: DiscordServer, news: Channel, delivery: DiscordDelivery
) -> None:
    server.fail_next("POST", "/messages$", status=429, retry_after=0.05)
    await delivery.post_front(to(news), front(), NONCES[0])
    assert len(news.posts) == 1


async def test_a_long_rate_limit_is_deferred_for_as_long(
    server: DiscordServer, news: Channel, delivery: DiscordDelivery
) -> None:
    server.fail_next("POST", "/messages$", status=429, retry_after=900.0)
    with pytest.raises(DeferredError) as raised:
        await delivery.post_front(to(news), front(), NONCES[0])
    assert raised.value.retry_after == timedelta(minutes=15)


async def test_a_ban_of_the_address_is_deferred_for_as_long_as_it_says(
    server: DiscordServer, news: Channel, delivery: DiscordDelivery
) -> None:
    server.fail_next("POST", "/messages$", status=429, headers={"Retry-After": "1200"})
    with pytest.raises(DeferredError) as raised:
        await delivery.post_front(to(news), front(), NONCES[0])
    assert raised.value.retry_after == timedelta(minutes=20)


async def test_a_bad_gateway_is_repeated_with_the_same_nonce(
    server: DiscordServer, news: Channel, delivery: DiscordDelivery
) -> None:
    server.fail_next("POST", "/messages$", status=502)
    await delivery.post_front(to(news), front(), NONCES[0])
    assert len(news.posts) == 1


async def test_a_forum_post_behind_a_bad_gateway_is_not_repeated_blindly(
    server: DiscordServer, forum: Channel, delivery: DiscordDelivery
) -> None:
    server.fail_next("POST", "/threads$", status=502)
    with pytest.raises(DeferredError):
        await delivery.post_front(to(forum), front(), NONCES[0])
    assert [call.status for call in server.requests if call.path.endswith("/threads")] == [502]


@pytest.mark.parametrize(
    ("permission", "said"),
    [("view_channel", "no access"), ("send_messages", "lacks a permission"), ("embed_links", "lacks a permission")],
)
async def test_a_missing_permission_is_refused_with_a_sentence(
    news: Channel, delivery: DiscordDelivery, permission: str, said: str
) -> None:
    news.deny(permission)
    with pytest.raises(RefusedError, match=said):
        await delivery.post_front(to(news), story(), NONCES[0])


async def test_a_channel_that_is_gone_is_refused(news: Channel, delivery: DiscordDelivery) -> None:
    news.delete()
    with pytest.raises(RefusedError, match="channel is gone"):
        await delivery.post_front(to(news), front(), NONCES[0])


async def test_a_front_that_was_deleted_has_no_thread(
    server: DiscordServer, news: Channel, delivery: DiscordDelivery
) -> None:
    posted = await delivery.post_front(to(news), front(), NONCES[0])
    server.world.delete_message(news.posts[0])
    with pytest.raises(RefusedError, match="gone"):
        await delivery.open_thread(to(news), posted.message, "Briefing")


@pytest.mark.parametrize("destination", ["", "discord:", "discord:news", "slack:1", "discord:-1"])
async def test_a_destination_that_is_no_channel_is_refused(delivery: DiscordDelivery, destination: str) -> None:
    with pytest.raises(RefusedError, match="not a Discord channel"):
        await delivery.post_front(Destination(destination), front(), NONCES[0])


async def test_a_thread_is_no_place_for_a_front(news: Channel, delivery: DiscordDelivery) -> None:
    thread = await whole(delivery, news)
    with pytest.raises(RefusedError, match="text, announcement and forum"):
        await delivery.post_front(Destination(f"discord:{thread}"), front(), NONCES[1])


async def test_without_a_connection_everything_waits(client: discord.Client, news: Channel) -> None:
    with pytest.raises(DeferredError):
        await DiscordDelivery(lambda: None).post_front(to(news), front(), NONCES[0])
    await client.close()
    with pytest.raises(DeferredError):
        await DiscordDelivery(lambda: client).post_front(to(news), front(), NONCES[0])


async def test_a_client_that_is_closed_under_way_defers(
    server: DiscordServer, client: discord.Client, news: Channel, delivery: DiscordDelivery
) -> None:
    held = server.hold("/messages$", method="POST")
    posting = asyncio.create_task(delivery.post_front(to(news), front(), NONCES[0]))
    await held.reached()
    await client.close()
    with pytest.raises(DeferredError):
        await posting


async def test_a_client_that_is_closed_between_two_requests_defers(
    server: DiscordServer, client: discord.Client, news: Channel, delivery: DiscordDelivery
) -> None:
    server.fail_next("POST", "/messages$", status=429, retry_after=0.2)
    posting = asyncio.create_task(delivery.post_front(to(news), front(), NONCES[0]))
    await server.wait_for(lambda: any(call.status == 429 for call in server.requests))
    await client.close()
    with pytest.raises(DeferredError):
        await posting


def beyond_a_limit() -> Iterator[Post]:
    yield Post(content="x" * 2_001)
    yield Post()
    yield Post(content=" \n")
    yield story(title="x" * 257)
    yield story(body="x" * 4_097)
    yield story(footer="x" * 2_049)
    yield story(title="x" * 256, body="x" * 4_096, footer="x" * 1_649)
    yield story(body="")
    yield Post(content="x", buttons=(Button(label="x" * 81, custom_id="a"),))
    yield Post(content="x", buttons=(Button(label="", custom_id="a"),))
    yield Post(content="x", buttons=(Button(label="x", custom_id="a" * 101),))
    yield Post(content="x", buttons=tuple(Button(label="x", custom_id=str(n)) for n in range(26)))
    yield Post(content="x", buttons=(Button(label="x", custom_id="a"), Button(label="y", custom_id="a")))


@pytest.mark.parametrize("post", list(beyond_a_limit()))
async def test_a_post_beyond_a_limit_is_refused_before_anything_is_sent(
    server: DiscordServer, news: Channel, delivery: DiscordDelivery, post: Post
) -> None:
    before = len(server.requests)
    with pytest.raises(UnacceptableError):
        await delivery.post_front(to(news), post, NONCES[0])
    with pytest.raises(UnacceptableError):
        await delivery.post_part(ThreadId(str(news.id)), post, NONCES[0])
    assert len(server.requests) == before


async def test_posts_at_the_limits_are_taken(server: DiscordServer, news: Channel, delivery: DiscordDelivery) -> None:
    buttons = tuple(Button(label="x" * 80, custom_id=str(n).rjust(100, "-")) for n in range(25))
    for part, post in enumerate(
        (
            Post(content="x" * 2_000, buttons=buttons),
            story(title="x" * 256, body="x" * 4_096, footer="x" * 1_648),
        )
    ):
        check(post)
        await delivery.post_front(to(news), post, NONCES[part])
    posted = await delivery.open_thread(to(news), MessageId(str(news.posts[0].id)), "x" * 100)
    assert posted == str(news.threads[0].id)
    for name in ("", "x" * 101):
        with pytest.raises(RefusedError, match="thread name"):
            await delivery.open_thread(to(news), MessageId(str(news.posts[1].id)), name)
    server.assert_no_faults()


@pytest.mark.parametrize(("buttons", "rows"), [(1, [1]), (5, [5]), (6, [3, 3]), (11, [4, 4, 3]), (25, [5] * 5)])
async def test_buttons_stand_in_rows_of_one_length(
    server: DiscordServer, news: Channel, delivery: DiscordDelivery, buttons: int, rows: list[int]
) -> None:
    many = tuple(Button(label="x", custom_id=str(n)) for n in range(buttons))
    await delivery.post_front(to(news), Post(content="x", buttons=many), NONCES[0])
    (post,) = news.posts
    assert [len(row["components"]) for row in post.components] == rows
    assert [button["custom_id"] for button in post.buttons] == [str(n) for n in range(buttons)]
    server.assert_no_faults()


class Answered:
    reason = "made by the test"
    headers: dict[str, str] = {}  # noqa: RUF012

    def __init__(self, status: int) -> None:
        self.status = status


def errors_of_the_library() -> Iterator[Exception]:
    for status in (400, 401, 403, 404, 408, 429, 500, 503):
        kind = {403: discord.Forbidden, 404: discord.NotFound, 500: discord.DiscordServerError}.get(
            status, discord.HTTPException
        )
        yield kind(Answered(status), {"code": 50_000, "message": "x"})  # type: ignore[arg-type]
    yield discord.RateLimited(30.0)
    yield discord.InvalidData("x")
    yield discord.ClientException("x")
    yield discord.GatewayNotFound()
    yield aiohttp.ServerDisconnectedError()
    yield aiohttp.ClientPayloadError()
    yield ConnectionResetError()
    yield TimeoutError()
    yield OSError()


@pytest.mark.parametrize("status", [400, 403, 404, 405])
@pytest.mark.parametrize(
    "body", ["<html>nginx</html>", {"code": 0, "message": ""}, {"code": 40333, "message": "internal network error"}]
)
def test_a_refusal_that_is_not_discords_own_is_a_matter_of_waiting(status: int, body: Any) -> None:
    assert isinstance(translated(discord.HTTPException(Answered(status), body)), DeferredError)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "code", "only_this"),
    [(400, 240_000, True), (400, 50_035, True), (400, 50_083, False), (403, 50_013, False), (404, 10_003, False)],
)
def test_only_what_a_message_holds_leaves_others_acceptable(status: int, code: int, only_this: bool) -> None:
    error = discord.HTTPException(Answered(status), {"code": code, "message": "x"})  # type: ignore[arg-type]
    meant = translated(error)
    assert isinstance(meant, RefusedError)
    assert isinstance(meant, UnacceptableError) == only_this


@pytest.mark.parametrize("error", list(errors_of_the_library()), ids=repr)
def test_every_error_of_the_library_has_a_meaning(error: Exception) -> None:
    meant = translated(error)
    final = isinstance(error, discord.InvalidData) or getattr(error, "status", 0) in (400, 403, 404)
    assert isinstance(meant, RefusedError) == final
    assert str(meant).endswith(".")


async def test_too_many_open_threads_is_a_matter_of_waiting(
    server: DiscordServer, news: Channel, delivery: DiscordDelivery
) -> None:
    posted = await delivery.post_front(to(news), front(), NONCES[0])
    server.fail_next("POST", "/threads$", status=400, body={"code": 160006, "message": "Maximum reached"})
    with pytest.raises(DeferredError):
        await delivery.open_thread(to(news), posted.message, "Briefing")
