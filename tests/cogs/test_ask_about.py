"""“Ask about this” asks about any message: what that is about is looked for first, and nobody else's words count."""

from datetime import timedelta

import pytest

from bot.domain.conversations import ITSELF, About
from bot.domain.stories import StoryId
from bot.domain.wording import commands as wording
from cogs.ask.about import MAX_ABOUT_CHARS
from cogs.client import NewsthreadBot
from tests.cogs.conftest import Connect, Newsroom
from tests.cogs.test_ask import QUESTION, briefing, cited, reply_to
from tests.doubles.discord import Channel, DiscordServer, Interaction, Member, Message


async def opened(server: DiscordServer, who: Member, message: Message) -> Interaction:
    """The modal that the command brings up."""
    asked = await server.message_command(who, message, wording.ASK_ABOUT)
    await asked.wait_modal()
    return asked


async def test_a_message_of_a_member_is_searched_with_and_may_be_changed_before(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member, admin: Member
) -> None:
    server = room.server
    message = await server.say(admin, news, "Tariffs of 10%? @everyone")
    asked = await opened(server, anna, message)
    submitted = await server.submit_modal(asked, {"question": QUESTION})
    reply = await submitted.wait_reply()
    assert cited(reply)
    assert "10%" not in reply.content
    assert reply.allowed_mentions == {"parse": []}
    submitted = await server.submit_modal(asked, {"question": QUESTION, "about": " "})
    await submitted.wait_reply()
    assert [about for _, about in room.answers.about] == [About(text="Tariffs of 10%? @everyone"), ITSELF]
    assert [asked["thread"] for asked in room.answers.asked] == [str(message.id)] * 2
    assert room.answers.asked[0]["conversation"] == str(news.id)


async def test_a_message_too_long_for_the_field_is_cut_and_its_cards_are_read_too(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    card = {"title": "Duty rises", "description": "ice " * 500, "url": "https://ledger.example/duty"}
    message = server.world.add_message(news, anna.user, {"content": "Look", "embeds": [card]})
    submitted = await server.submit_modal(await opened(server, anna, message), {"question": QUESTION})
    await submitted.wait_reply()
    ((_, about),) = room.answers.about
    assert about.text.startswith("Look\nDuty rises\nice ice")
    assert len(about.text) <= MAX_ABOUT_CHARS


@pytest.mark.parametrize("part", ["front", "story"])
async def test_a_message_of_a_briefing_is_known_by_itself_also_after_a_restart(
    room: Newsroom, news: Channel, anna: Member, connect: Connect, part: str
) -> None:
    server = room.server
    async with connect(room):
        front, thread = await briefing(room, news)
        asked = await opened(server, anna, front if part == "front" else thread.posts[0])
    async with connect(room):
        submitted = await server.submit_modal(asked, {"question": QUESTION})
        assert cited(await submitted.wait_reply())
    ((_, about),) = room.answers.about
    assert about == (ITSELF if part == "front" else About(story=StoryId("s1"), headline="Envoys meet in Nuuk"))
    assert room.answers.asked[0]["thread"] == str(thread.id)


async def test_what_a_question_is_about_outlives_the_process_that_took_it(
    room: Newsroom, news: Channel, anna: Member, connect: Connect
) -> None:
    server = room.server
    message = await server.say(anna, news, "Tariffs of 10%?")
    async with connect(room):
        room.answers.may.clear()
        submitted = await server.submit_modal(await opened(server, anna, message), {"question": QUESTION})
        await server.wait_for(lambda: room.answers.about)
    room.answers.may.set()
    async with connect(room):
        assert cited(await submitted.wait_reply())
    assert [about for _, about in room.answers.about] == [About(text="Tariffs of 10%?")] * 2


async def test_a_question_about_an_answer_follows_on_it(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member, admin: Member
) -> None:
    server = room.server
    question = await server.say(admin, news, f"{server.bot.mention} {QUESTION}")
    (answer,) = await reply_to(server, news)
    submitted = await server.submit_modal(await opened(server, anna, answer), {"question": "Why?"})
    await submitted.wait_reply()
    assert room.answers.about[1][1] == About(follows=room.answers.about[0][0])
    assert room.answers.about[0][0] == f"message:{question.id}"


async def test_it_works_where_the_bot_is_not_for_whoever_has_it_for_himself(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot
) -> None:
    ida, leo = server.add_user("ida", installed=True), server.add_user("leo")
    group = server.group(ida)
    message = server.world.add_message(group, leo, {"content": "Did envoys meet?"})
    submitted = await server.submit_modal(await opened(server, ida, message), {"question": QUESTION})
    assert cited(await submitted.wait_reply())
    assert room.answers.about[0][1] == About(text="Did envoys meet?")


async def test_a_story_that_is_forgotten_meanwhile_is_said_to_be(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    _, thread = await briefing(room, news)
    asked = await opened(server, anna, thread.posts[0])
    room.folder.briefings.kept.clear()
    room.clock.move(timedelta(days=90))
    reply = await (await server.submit_modal(asked, {"question": QUESTION})).wait_reply()
    assert (reply.content, reply.ephemeral) == ("That story is not on record any more.", True)
    assert room.answers.asked == []
