"""Messages, threads and their refusals, asked for by the real discord.py."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord
import pytest

from tests.doubles.discord import Channel, DiscordServer, Guild, Member
from tests.doubles_tests.conftest import WITH_CONTENT, Connect, TestBot


def place(bot: TestBot, channel: Channel) -> Any:
    found = bot.get_channel(channel.id)
    assert found is not None
    return found


async def test_a_posted_message_stands_as_it_was_sent(server: DiscordServer, bot: TestBot, news: Channel) -> None:
    embed = discord.Embed(title="Tariffs", description="Up.").add_field(name="Why", value="Because.")
    sent = await place(bot, news).send("Front", embed=embed, file=discord.File(io.BytesIO(b"<opml/>"), "feeds.opml"))
    (message,) = news.posts
    assert message.id == sent.id
    assert message.text == "Front\nTariffs\nUp.\nWhy\nBecause."
    assert message.allowed_mentions == {"parse": []}
    assert [(a.filename, a.data) for a in message.attachments] == [("feeds.opml", b"<opml/>")]
    assert await sent.attachments[0].read() == b"<opml/>"
    server.assert_no_faults()


async def test_the_same_nonce_posts_nothing_new_until_its_window_ends(connect: Connect) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    async with DiscordServer(clock=lambda: now) as server:
        news = server.add_guild().add_text_channel("news")
        async with connect(server) as bot:
            first = await place(bot, news).send("one", nonce="delivery-7-1")
            again = await place(bot, news).send("one", nonce="delivery-7-1")
            assert first.id == again.id
            now += timedelta(minutes=6)
            late = await place(bot, news).send("one", nonce="delivery-7-1")
            assert late.id != first.id
            assert len(news.posts) == 2


async def test_a_thread_on_a_message_has_its_id_and_opens_only_once(
    server: DiscordServer, bot: TestBot, news: Channel
) -> None:
    front = await place(bot, news).send("Front")
    thread = await front.create_thread(name="Stories")
    await thread.send("Story 1")
    assert thread.id == front.id
    assert [m.text for m in news.threads[0].posts] == ["Story 1"]
    with pytest.raises(discord.HTTPException) as refused:
        await front.create_thread(name="Stories")
    assert (refused.value.status, refused.value.code) == (400, 160004)
    assert [m.type async for m in thread.history()][-1] is discord.MessageType.thread_starter_message


async def test_a_forum_post_has_the_id_of_its_first_message(server: DiscordServer, bot: TestBot, guild: Guild) -> None:
    forum = guild.add_forum("briefings", tags=("daily",))
    await server.wait_for(lambda: bot.get_channel(forum.id))
    tags = place(bot, forum).available_tags
    thread, message = await place(bot, forum).create_thread(name="1 March", content="Front", applied_tags=tags)
    assert thread.id == message.id == forum.threads[0].id
    assert forum.threads[0].posts[0].text == "Front"
    with pytest.raises(discord.HTTPException, match="50008"):
        await bot.http.send_message(forum.id, params=discord.http.handle_message_parameters("x"))


async def test_messages_are_edited_deleted_and_found_again(bot: TestBot, news: Channel) -> None:
    sent = [await place(bot, news).send(f"{n}") for n in range(5)]
    await sent[0].edit(content="zero")
    await sent[1].delete()
    assert [m.text for m in news.posts] == ["zero", "2", "3", "4"]
    assert news.posts[0].earlier_texts == ["0"]
    channel = place(bot, news)
    assert [m.content async for m in channel.history(limit=2)] == ["4", "3"]
    assert [m.content async for m in channel.history(after=sent[2], limit=1)] == ["3"]
    assert [m.content async for m in channel.history(before=sent[3])] == ["2", "zero"]
    assert [m.content async for m in channel.history(around=sent[2], limit=3)] == ["3", "2", "zero"]
    assert (await channel.fetch_message(sent[2].id)).content == "2"
    with pytest.raises(discord.NotFound, match="10008"):
        await channel.fetch_message(sent[1].id)


async def test_direct_messages_arrive_unless_they_are_closed(server: DiscordServer, bot: TestBot, anna: Member) -> None:
    user = await bot.fetch_user(anna.id)
    await user.send("Your story moved on")
    assert [m.text for m in server.dm(anna).posts] == ["Your story moved on"]
    anna.user.accepts_dms = False
    with pytest.raises(discord.Forbidden, match="50007"):
        await user.send("Again")


@pytest.mark.parametrize(
    ("spoil", "error", "code"),
    [
        (lambda c: c.deny("send_messages", quietly=True), discord.Forbidden, 50013),
        (lambda c: c.deny("view_channel", quietly=True), discord.Forbidden, 50001),
        (lambda c: c.delete(quietly=True), discord.NotFound, 10003),
    ],
)
async def test_a_place_that_cannot_be_written_to_refuses_with_discords_own_code(
    bot: TestBot, news: Channel, spoil: Any, error: Any, code: int
) -> None:
    spoil(news)
    with pytest.raises(error) as refused:
        await place(bot, news).send("x")
    assert refused.value.code == code
    assert news.posts == []


async def test_an_archived_thread_wakes_for_a_message_and_refuses_edits_and_a_locked_one_refuses_both(
    server: DiscordServer, bot: TestBot, news: Channel
) -> None:
    thread = await (await place(bot, news).send("Front")).create_thread(name="Stories")
    story = await thread.send("Story")
    (kept,) = news.threads
    kept.archive()
    with pytest.raises(discord.HTTPException, match="50083"):
        await story.edit(content="Story, corrected")
    assert [t.id async for t in place(bot, news).archived_threads()] == [kept.id]
    await thread.send("Still here")
    assert not kept.archived
    await story.edit(content="Story, corrected")
    kept.archive()
    await (await bot.fetch_channel(kept.id)).edit(archived=False)
    assert [t.id for t in await bot.guilds[0].active_threads()] == [kept.id]
    kept.archive(locked=True)
    with pytest.raises(discord.Forbidden, match="50083"):
        await thread.send("x")


@pytest.mark.parametrize(
    "options",
    [
        {"content": "x" * 2001},
        {"content": "   "},
        {"content": "x", "nonce": "n" * 26},
        {"embeds": [discord.Embed(description="x" * 4096), discord.Embed(description="x" * 1905)]},
        {"embed": discord.Embed(title="x" * 257)},
        {"embed": discord.Embed().add_field(name="", value="v")},
    ],
)
async def test_a_message_beyond_the_limits_is_refused_and_written_down(
    server: DiscordServer, bot: TestBot, news: Channel, options: dict[str, Any]
) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await place(bot, news).send(**options)
    assert refused.value.status == 400
    assert news.posts == []
    assert bool(server.violations) == (refused.value.code != 50006)


async def test_only_those_are_notified_whom_permission_and_allowed_mentions_let_through(
    server: DiscordServer, bot: TestBot, guild: Guild, news: Channel, anna: Member
) -> None:
    readers = guild.add_role("readers", mentionable=True)
    staff = guild.add_role("staff")
    text = f"@everyone {anna.mention} {readers.mention} {staff.mention}"
    channel = place(bot, news)
    await channel.send(text)
    await channel.send(text, allowed_mentions=discord.AllowedMentions(roles=[discord.Object(readers.id)]))
    await channel.send(text, allowed_mentions=discord.AllowedMentions.all())
    quiet, role, loud = news.posts
    assert not quiet.pings
    assert role.mention_roles == [readers.id]
    assert (loud.mentions, loud.mention_roles, loud.mention_everyone) == ([anna.user], [readers.id], False)


async def test_content_is_withheld_but_for_mentions_replies_and_direct_messages(
    server: DiscordServer, bot: TestBot, news: Channel, anna: Member
) -> None:
    front = await place(bot, news).send("Front")
    mine = news.messages[front.id]
    said = [
        await server.say(anna, news, "just talking"),
        await server.say(anna, news, f"{server.bot.mention} why?"),
        await server.say(anna, news, "and?", reply_to=mine),
        await server.say(anna, news, "hm", reply_to=mine, mention=False),
        await server.say(anna, server.dm(anna), "hello"),
    ]
    await server.wait_for(lambda: len(bot.heard) == 6)
    assert [m.content for m in bot.heard] == ["Front", "", said[1].content, "and?", "", "hello"]
    assert isinstance(bot.heard[4].reference, discord.MessageReference)
    assert bot.heard[4].reference.resolved.content == "Front"
    assert bot.heard[5].guild is None
    assert bot.heard[1].author.id == anna.id
    assert [m.content async for m in place(bot, news).history(limit=4)][-1] == ""


async def test_content_is_given_with_the_intent(connect: Connect) -> None:
    async with DiscordServer(message_content=True) as server:
        guild = server.add_guild()
        news, anna = guild.add_text_channel("news"), guild.add_member("anna")
        async with connect(server, intents=WITH_CONTENT) as bot:
            await server.say(anna, news, "just talking")
            await server.wait_for(lambda: bot.heard)
            assert bot.heard[0].content == "just talking"


async def test_a_limited_request_is_repeated_with_its_nonce_and_stands_once(
    server: DiscordServer, bot: TestBot, news: Channel
) -> None:
    server.fail_next("POST", r"/messages$", status=429, times=2)
    await place(bot, news).send("x", nonce="n1")
    assert len(news.posts) == 1
    posts = [r for r in server.requests if r.method == "POST"]
    assert [r.status for r in posts] == [429, 429, 200]
    assert {r.body["nonce"] for r in posts} == {"n1"}


async def test_a_limit_without_via_and_an_error_are_raised(server: DiscordServer, bot: TestBot, news: Channel) -> None:
    server.fail_next("POST", r"/messages$", status=429, headers={})
    server.fail_next("POST", r"/messages$", status=503)
    for status in (429, 503):
        with pytest.raises(discord.HTTPException) as refused:
            await place(bot, news).send("x")
        assert refused.value.status == status
    assert news.posts == []


@pytest.mark.parametrize(("drop", "stand"), [("before", 0), ("after", 1)])
async def test_a_connection_dropped_before_or_after_leaves_the_message_out_or_in(
    server: DiscordServer, bot: TestBot, news: Channel, drop: Any, stand: int
) -> None:
    server.fail_next("POST", r"/messages$", drop=drop, skip=1)
    await place(bot, news).send("first")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await place(bot, news).send("second")
    assert len(news.posts) == 1 + stand


async def test_a_request_is_held_and_not_taken_if_its_client_dies_meanwhile(
    server: DiscordServer, news: Channel, connect: Connect
) -> None:
    hold = server.hold(r"/messages$", method="POST", skip=1)
    async with connect(server) as bot:
        await place(bot, news).send("1")
        second = asyncio.create_task(place(bot, news).send("2"))
        await hold.reached()
        second.cancel()
        await asyncio.wait([second])
    hold.release()
    async with connect(server) as bot:
        await place(bot, news).send("3")
    assert [m.text for m in news.posts] == ["1", "3"]


async def test_a_hook_hears_of_each_message_before_its_answer_goes_out(
    server: DiscordServer, bot: TestBot, news: Channel
) -> None:
    stored: list[str] = []
    server.on_message_stored = lambda message: stored.append(message.text)
    await place(bot, news).send("x")
    assert stored == ["x"]


async def test_a_route_that_is_not_modelled_is_a_fault_and_no_retry(connect: Connect) -> None:
    async with DiscordServer() as server:
        server.add_guild()
        async with connect(server) as bot:
            with pytest.raises(discord.DiscordServerError):
                await bot.guilds[0].fetch_emojis()
        with pytest.raises(AssertionError, match="emojis"):
            server.assert_no_faults()


async def test_a_server_that_threw_the_bot_out_and_a_message_taken_away_are_told_apart(
    server: DiscordServer, bot: TestBot, guild: Guild, news: Channel
) -> None:
    channel = place(bot, news)
    front = await channel.send("Front")
    news.posts[0].delete()
    with pytest.raises(discord.NotFound, match="10008"):
        await front.create_thread(name="Stories")
    guild.remove_bot()
    with pytest.raises(discord.Forbidden, match="50001"):
        await channel.send("x")
    assert news.posts == []


async def test_an_announcement_is_crossposted(bot: TestBot, server: DiscordServer, guild: Guild) -> None:
    channel = guild.add_text_channel("announcements", announcement=True)
    await server.wait_for(lambda: bot.get_channel(channel.id))
    message = await place(bot, channel).send("Front")
    await message.publish()
    assert channel.posts[0].flags & 1
    thread = await message.create_thread(name="Stories")
    assert thread.type is discord.ChannelType.news_thread


async def test_components_v2_count_texts_and_parts(server: DiscordServer, bot: TestBot, news: Channel) -> None:
    def view(*items: discord.ui.Item[Any]) -> discord.ui.LayoutView:
        made = discord.ui.LayoutView(timeout=None)
        for item in items:
            made.add_item(item)
        return made

    class Why(discord.ui.DynamicItem[discord.ui.Button], template="why:[0-9]+"):
        def __init__(self) -> None:
            super().__init__(discord.ui.Button(label="Why", custom_id="why:1"))

    text = discord.ui.TextDisplay
    section = discord.ui.Section(text("Story"), accessory=discord.ui.Button(label="Open", url="https://a.example/"))
    sent = await place(bot, news).send(view=view(discord.ui.Container(section, discord.ui.ActionRow(Why()))))
    assert news.posts[0].text == "Story"
    assert [b.get("custom_id") for b in news.posts[0].buttons] == [None, "why:1"]
    with pytest.raises(discord.HTTPException):
        await place(bot, news).send(view=view(text("x" * 2001), text("x" * 2000)))
    with pytest.raises(discord.HTTPException):
        await sent.edit(content="plain")
    assert [v.partition(":")[0] for v in server.violations] == ["components", "content"]


@pytest.fixture
async def sessions() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_wrong_token_is_refused(server: DiscordServer, sessions: aiohttp.ClientSession) -> None:
    async with sessions.get(f"{server.api_url}/users/@me", headers={"Authorization": "Bot wrong"}) as response:
        assert response.status == 401
