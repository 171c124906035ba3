"""What a story rests on is shown to who asks; what a member holds to be wrong reaches who can mend it, once."""

from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from bot.domain.briefings import Briefing
from bot.domain.deliveries import Post
from bot.domain.rendering import CONTENT_CHARS, SOURCES, WRONG
from bot.domain.schedules import Destination, ServerId
from bot.domain.servers import Server
from bot.domain.wording import reports as said
from cogs.client import NewsthreadBot
from tests.cogs.conftest import URL, Connect, Newsroom
from tests.cogs.test_follow import button, press
from tests.cogs.test_stories import told_in
from tests.contracts.samples import correction
from tests.doubles.discord import Channel, DiscordServer, Member, Message


def told(room: Newsroom) -> Briefing:
    (kept,) = room.folder.briefings.kept.values()
    return kept


async def report(server: DiscordServer, who: Member, message: Message, claim: str, words: str) -> str:
    """What the button and its modal answer a member, alone."""
    opened = await server.press(who, message, button(message, WRONG))
    await opened.wait_modal()
    reply = await (await server.submit_modal(opened, {"claim": [claim], "said": words})).wait_reply()
    assert (reply.ephemeral, reply.allowed_mentions) == (True, {"parse": []})
    return reply.content


async def test_the_sources_of_a_story_are_shown_with_the_quotes_of_each_claim(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    message = await told_in(room, news)
    reply = await press(server, anna, message, button(message, SOURCES))
    when = f"<t:{int(told(room).tellings[0].sources[0].published_at.timestamp())}:f>"
    assert reply.content.split("\n") == [
        "**Envoys meet in Nuuk**",
        f"- Envoys met in Nuuk on Sunday. [[1]](<{URL}#:~:text=Envoys%20met>)",
        "-# [1] “Envoys met in Nuuk on Sunday”",
        "**Sources**",
        f"-# [1] [Envoys meet (Harbour Ledger)](<{URL}>) · {when} · full text",
    ]


async def test_a_corrected_claim_is_struck_through_among_the_sources(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    message = await told_in(room, news)
    (delivery,) = room.folder.outbox.deliveries
    (telling,) = told(room).tellings
    fell = correction("k1", delivery=delivery.id)
    fell = replace(fell, story=telling.story_id, claim=telling.claims[0].text)
    await room.folder.corrections.record(fell, Post(content="A note."))
    reply = await press(server, anna, message, button(message, SOURCES))
    assert "- ~~Envoys met in Nuuk on Sunday.~~" in reply.content
    assert f"*corrected <t:{int(fell.found_at.timestamp())}:f>*" in reply.content


async def test_a_report_reaches_who_looks_after_the_server_with_the_claim_and_its_quote_and_pings_nobody(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    assert news.guild
    message = await told_in(room, news)
    with structlog.testing.capture_logs() as logged:
        assert await report(server, anna, message, "0", "It was *Monday* @everyone") == said.PASSED_ON
        await room.notify.tell()
    assert "notice_raised" in {each["event"] for each in logged}
    assert "Monday" not in repr(logged)
    (notice,) = server.dm(news.guild.owner).posts
    lines = notice.content.split("\n")
    assert lines[0] == f"<@{anna.id}> says that something is wrong with: “Envoys met in Nuuk on Sunday.”"
    assert lines[1] == "In their own words: “It was \\*Monday\\* @\u200beveryone”"
    assert lines[2] == f"[Harbour Ledger](<{URL}#:~:text=Envoys%20met>) says: “Envoys met in Nuuk on Sunday”"
    assert f"/channels/{news.guild.id}/{message.channel.id}/{message.id} " in lines[3]
    assert notice.allowed_mentions == {"parse": []}
    assert not notice.pings


async def test_a_report_goes_to_the_channel_that_admins_chose_for_it(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    assert news.guild
    server, log = room.server, news.guild.add_text_channel("log")
    home = ServerId(f"discord:{news.guild.id}")
    await room.folder.servers.put(Server(id=home, log=Destination(f"discord:{log.id}")))
    message = await told_in(room, news)
    assert await report(server, anna, message, "0", "It was Monday") == said.PASSED_ON
    await room.notify.tell()
    (told_there,) = log.posts
    assert "In their own words: “It was Monday”" in told_there.content
    assert told_there.allowed_mentions == {"parse": []}
    assert server.dm(news.guild.owner).posts == []


async def test_where_nobody_of_the_server_can_be_told_the_operator_hears_that_there_is_a_report_and_not_of_what(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    assert news.guild
    server = room.server
    news.guild.owner.accepts_dms = False
    message = await told_in(room, news)
    assert await report(server, anna, message, "0", "It was Monday") == said.PASSED_ON
    for _ in range(3):
        await room.notify.tell()
    (told_operator,) = server.dm(server.owner).posts
    assert "A member says that something is wrong in a story" in told_operator.content
    assert not [word for word in ("Monday", "Sunday", "Envoys", URL) if word in told_operator.content]


async def test_a_member_reports_a_part_once_also_after_a_restart_and_others_report_it_too(
    room: Newsroom, news: Channel, anna: Member, admin: Member, connect: Connect
) -> None:
    server = room.server
    assert news.guild
    async with connect(room):
        message = await told_in(room, news)
        opened = await server.press(anna, message, button(message, WRONG))
        await opened.wait_modal()
    async with connect(room):
        await (await server.submit_modal(opened, {"claim": ["none"], "said": "Not so"})).wait_reply()
        assert await report(server, anna, message, "0", "Again") == said.PASSED_ON_BEFORE
        assert await report(server, admin, message, "none", "The headline is old") == said.PASSED_ON
        await room.notify.tell()
        await room.notify.tell()
    assert [each.content.split("\n")[0] for each in server.dm(news.guild.owner).posts] == [
        f"<@{who.id}> says that something is wrong with: “Envoys meet in Nuuk”" for who in (anna, admin)
    ]


async def test_what_is_wrong_in_a_direct_message_reaches_the_operator(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    assert news.guild
    await told_in(room, news)
    at = f"{room.clock.now() + timedelta(minutes=1):%H:%M}"
    await (await server.slash(anna, news, "follow story", name="envoys nuuk", at=at)).wait_reply()
    room.clock.move(timedelta(minutes=1))
    await room.run_due()
    _, story = server.dm(anna).posts
    assert await report(server, anna, story, "0", "Not so") == said.PASSED_ON
    await room.notify.tell()
    (told_operator,) = server.dm(server.owner).posts
    assert "It stands in a direct message." in told_operator.content
    assert "discord.com" not in told_operator.content  # nobody else can open that
    assert server.dm(news.guild.owner).posts == []


@pytest.mark.parametrize("claim", ["0", "none"])
async def test_the_longest_report_and_the_longest_sources_stay_within_the_limits(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member, claim: str
) -> None:
    server, message = room.server, await told_in(room, news)
    kept = told(room)
    (telling,) = kept.tellings
    (told_claim,) = telling.claims
    (cited,) = told_claim.citations
    cited = replace(cited, quote="*_" * 600, link=f"{URL}#:~:text={'x' * 680}")
    claims = tuple(replace(told_claim, text=f"{n} " + "~*" * 149, citations=(cited,)) for n in range(7))
    outlet = replace(telling.sources[0], outlet="`|" * 200)
    telling = replace(telling, claims=claims, headline="\\" * 300, sources=(outlet,))
    room.folder.briefings.kept[kept.id] = replace(kept, tellings=(telling,))
    assert await report(server, anna, message, claim, "@" * 400) == said.PASSED_ON
    await room.notify.tell()
    assert message.channel.guild
    (notice,) = server.dm(message.channel.guild.owner).posts
    assert f"/{message.id} " in notice.content
    pressed = await server.press(anna, message, button(message, SOURCES))
    await server.wait_for(lambda: pressed.messages and "**Sources**" in pressed.messages[-1].content)
    assert all(len(page.content) <= CONTENT_CHARS and page.ephemeral for page in pressed.messages)
    assert sum(page.content.count("-# [1] “") for page in pressed.messages) == 7


async def test_a_story_that_is_not_on_record_any_more_is_not_reported(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    message = await told_in(room, news)
    room.folder.briefings.kept.clear()
    for action in (SOURCES, WRONG):
        reply = await press(server, anna, message, button(message, action))
        assert reply.content == "That story is not on record any more."
    assert await room.folder.notices.untold() == []
