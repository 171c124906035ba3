"""The buttons under an answer ask what they say, for whoever presses, where the answer stands, also after a restart."""

from dataclasses import replace

import pytest

from bot.domain.briefings import Role
from bot.domain.conversations import About
from bot.domain.errors import StorageError
from bot.domain.schedules import ServerId
from bot.domain.stories import StoryId
from bot.domain.wording import commands as wording
from cogs.client import NewsthreadBot
from tests.cogs.conftest import Connect, Newsroom
from tests.cogs.test_ask import QUESTION, reply_to
from tests.cogs.test_stories import told_in
from tests.doubles.discord import Channel, Member, Message

WHY, NEW = "nt:more:s1:why", "nt:more:s1:new"
ABOUT = About(story=StoryId("s1"), headline="Envoys meet in Nuuk")


async def _told(room: Newsroom, news: Channel) -> None:
    """The story of the article that all answers cite was told, and why it matters."""
    await told_in(room, news)
    (kept,) = room.folder.briefings.kept.values()
    (telling,) = kept.tellings
    claims = (*telling.claims, replace(telling.claims[0], role=Role.WHY, text="It may delay the vote."))
    room.folder.briefings.kept[kept.id] = replace(kept, tellings=(replace(telling, claims=claims),))


async def _answered(room: Newsroom, who: Member, where: Channel, way: str) -> Message:
    """The last message of an answer to a question put by message or by command."""
    if way == "message":
        before = [each for each in where.posts if each.author is room.server.bot]
        await room.server.say(who, where, f"{room.server.bot.mention} {QUESTION}")
        await reply_to(room.server, where, len(before) + 1)
    else:
        asked = await room.server.slash(who, where, "ask", question=QUESTION)
        await asked.wait_reply()
    return await room.server.wait_for(lambda: where.posts[-1].buttons and where.posts[-1])


@pytest.mark.parametrize("way", ["message", "command"])
async def test_what_may_be_asked_next_is_asked_by_whoever_presses_also_after_a_restart(
    room: Newsroom, news: Channel, anna: Member, connect: Connect, way: str
) -> None:
    server, ben = room.server, anna.guild.add_member("ben")
    async with connect(room):
        await _told(room, news)
        answer = await _answered(room, anna, news, way)
        labels = [(each["label"], each["custom_id"]) for each in answer.buttons]
        assert labels == [("Why does it matter?", WHY), ("What is new on this story?", NEW)]
    async with connect(room):
        reply = await (await server.press(ben, answer, WHY)).wait_reply()
    assert reply.channel is news
    assert not reply.ephemeral
    assert reply.allowed_mentions == {"parse": []}
    assert reply.content.startswith("> “Envoys meet in Nuuk” Why does this matter?\n")
    assert [each["custom_id"] for each in reply.buttons] == [NEW]
    asked = room.answers.asked[-1]
    assert (asked["asker"], asked["question"]) == (f"discord:{ben.id}", "Why does this matter?")
    assert (asked["conversation"], asked["server"]) == (str(news.id), f"discord:{anna.guild.id}")
    assert room.answers.about[-1][1] == ABOUT


@pytest.mark.parametrize("way", ["message", "command"])
async def test_a_long_answer_has_its_buttons_on_its_last_message_alone(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member, way: str
) -> None:
    await _told(room, news)
    room.answers.claims = 40
    last = await _answered(room, anna, news, way)
    said = [each for each in news.posts if each.author is room.server.bot and "report" in each.content]
    assert len(said) > 1
    assert [bool(each.buttons) for each in said] == [each is last for each in said]


async def test_they_work_in_direct_messages_and_for_whoever_has_the_bot_for_himself(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await _told(room, news)
    server, ida = room.server, room.server.add_user("ida", installed=True)
    for person, place in ((anna, server.dm(anna)), (ida, server.group(ida))):
        asked = await server.slash(person, place, "ask", question=QUESTION)
        pressed = await server.press(person, await asked.wait_reply(), NEW)
        assert "What is new on this?" in (await pressed.wait_reply()).content
        assert room.answers.asked[-1]["server"] == ""


async def test_in_a_thread_the_answer_stands_there(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await _told(room, news)
    (thread,) = news.threads
    answer = await _answered(room, anna, thread, "message")
    reply = await (await room.server.press(anna, answer, WHY)).wait_reply()
    assert reply.channel is thread
    assert room.answers.asked[-1]["thread"] == str(thread.id)


async def test_what_rests_on_another_servers_own_is_not_asked(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await _told(room, news)
    answer = await _answered(room, anna, news, "command")
    (story,) = (await room.folder.stories.get([StoryId("s1")])).values()
    await room.folder.stories.put([replace(story, server=ServerId("discord:9"))])
    before = len(room.answers.asked)
    reply = await (await room.server.press(anna, answer, WHY)).wait_reply()
    assert reply.ephemeral
    assert reply.content == "That question has no answer on record any more. Please ask in your own words."
    assert len(room.answers.asked) == before
    await _bare(room, anna, news)


async def _bare(room: Newsroom, who: Member, where: Channel) -> Message:
    """An answer without a suggestion."""
    asked = await room.server.slash(who, where, "ask", question=QUESTION)
    reply = await asked.wait_reply()
    assert reply.buttons == []
    return reply


async def test_an_answer_stands_also_where_nothing_can_be_suggested(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _told(room, news)

    async def full(*_: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(room.folder.stories, "of_articles", full)
    assert "Envoys met in Nuuk" in (await _bare(room, anna, news)).content


@pytest.mark.parametrize("custom_id", ["nt:more:s1:dance", "nt:more:s1", "nt:more:", "nt:more"])
async def test_a_button_of_another_version_says_so(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member, custom_id: str
) -> None:
    await _told(room, news)
    answer = await _answered(room, anna, news, "command")
    answer.buttons[0]["custom_id"] = custom_id
    reply = await (await room.server.press(anna, answer, custom_id)).wait_reply()
    assert (reply.content, reply.ephemeral) == (wording.OLD_BUTTON, True)
