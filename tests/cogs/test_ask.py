"""Every way to ask is answered where it was asked, with citations, once, and notifies nobody."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.conversations import ITSELF, About
from bot.domain.deliveries import DeliveryId, custom_id
from bot.domain.errors import InputError, StorageError
from bot.domain.schedules import Destination, ServerId
from bot.domain.stories import StoryId
from bot.domain.wording import commands as wording
from cogs.client import NewsthreadBot
from tests.cogs.conftest import Connect, Newsroom
from tests.doubles.discord import Channel, DiscordServer, Member, Message

QUESTION = "Who met in Nuuk?"
LINK = "https://ledger.example/envoys#:~:text=Envoys%20met"


async def reply_to(server: DiscordServer, channel: Channel, count: int = 1) -> list[Message]:
    """What the bot has said in `channel`, once there are so many."""
    bot = server.bot
    return await server.wait_for(
        lambda: len(said := [m for m in channel.posts if m.author is bot]) >= count and said, 5.0
    )


async def quiet(server: DiscordServer, channel: Channel, before: int) -> None:
    """Lets the bot handle what it got, and checks that it said nothing more."""
    for _ in range(20):
        await asyncio.sleep(0.01)
    assert len([m for m in channel.posts if m.author is server.bot]) == before


async def briefing(room: Newsroom, channel: Channel) -> tuple[Message, Channel]:
    """A briefing that stands in `channel`: its front and its thread."""
    place = Destination(f"discord:{channel.id}")
    soon = room.clock.now() + timedelta(hours=1)
    await room.plan.add(ServerId("discord:1"), place, at=f"{soon:%H:%M}", zone="UTC")
    room.clock.move(timedelta(hours=1))
    await room.run_due()
    front = channel.posts[0] if channel.posts else channel.threads[0].posts[0]
    return front, channel.threads[0]


def cited(message: Message) -> bool:
    return LINK in message.content and "written by software" in message.content


# --- slash command ------------------------------------------------------------------------------------------------


async def test_a_slash_question_is_answered_for_all_to_see(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    asked = await server.slash(anna, news, "ask", question=QUESTION, topic="Greenland")
    reply = await asked.wait_reply()
    assert cited(reply)
    assert reply.content.startswith(f"> {QUESTION}\n")
    assert not reply.ephemeral
    assert reply.allowed_mentions == {"parse": []}
    assert room.answers.asked == [
        {
            "question": QUESTION,
            "conversation": str(news.id),
            "asker": f"discord:{anna.id}",
            "topic": "Greenland",
            "thread": str(news.id),
            "server": f"discord:{news.guild.id}",
            "roles": (),
        }
    ]


async def test_an_answer_longer_than_a_message_comes_in_several(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    room.answers.claims = 40
    asked = await server.slash(anna, news, "ask", question="x" * 1000)
    messages = await asked.wait_messages(4)
    assert messages[0].content.startswith("> xxx")
    assert all(len(message.content) <= 2_000 for message in messages)
    assert all(message.allowed_mentions == {"parse": []} and not message.pings for message in messages)
    assert "report 0" in messages[1].content
    assert "report 39" in "".join(message.content for message in messages)


async def test_what_was_answered_before_a_message_failed_stays(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    room.answers.claims = 40
    server.fail_next("POST", "/webhooks/", status=400)
    asked = await server.slash(anna, news, "ask", question=QUESTION)
    first, last = await asked.wait_messages(2)
    assert first.content.startswith(f"> {QUESTION}\n")
    assert (last.content, last.ephemeral) == (wording.REST_NOT_SENT, True)
    assert not [call for call in server.requests if call.method == "DELETE"]


async def test_topics_are_offered_while_typing(
    server: DiscordServer, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    offered = await server.autocomplete(anna, news, "ask", "topic", question=QUESTION, topic="A")
    assert [choice["value"] for choice in offered] == ["tariffs", "AI stocks", "Greenland"]
    offered = await server.autocomplete(anna, news, "ask", "topic", question=QUESTION, topic="gre")
    assert [choice["value"] for choice in offered] == ["Greenland"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("There is no topic called “x”"), "There is no topic called “x”."),
        (StorageError("/srv/news/state is full."), wording.NOT_STORED),
        (ZeroDivisionError("secret detail"), wording.UNEXPECTED),
    ],
)
async def test_an_error_becomes_one_sentence_for_the_member_alone(
    room: Newsroom, bot: NewsthreadBot, anna: Member, error: Exception, said: str
) -> None:
    room.answers.errors.append(error)
    asked = await room.server.slash(anna, anna.guild.add_text_channel("talk"), "ask", question=QUESTION)
    reply = await asked.wait_reply()
    assert reply.content == said
    assert reply.ephemeral
    assert not asked.thinking


# --- messages -----------------------------------------------------------------------------------------------------


async def test_a_mention_in_the_thread_of_a_briefing_is_answered_from_that_briefing(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    _, thread = await briefing(room, news)
    before = len(thread.posts)
    question = await server.say(anna, thread, f"{server.bot.mention} {QUESTION}")
    reply = (await reply_to(server, thread, before + 1))[-1]
    assert cited(reply)
    assert reply.reply_to is question
    assert reply.allowed_mentions == {"parse": []}
    assert not reply.pings
    asked = room.answers.asked[0]
    assert (asked["question"], asked["thread"], asked["conversation"]) == (QUESTION, str(thread.id), str(thread.id))
    assert await room.folder.outbox.by_thread(asked["thread"]) is not None


async def test_a_direct_message_is_answered_without_a_mention(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, anna: Member
) -> None:
    dm = server.dm(anna)
    await server.say(anna, dm, QUESTION)
    (reply,) = await reply_to(server, dm)
    assert cited(reply)
    assert reply.allowed_mentions == {"parse": []}
    assert (room.answers.asked[0]["conversation"], room.answers.asked[0]["server"]) == (f"dm:{anna.id}", "")


async def test_a_reply_to_a_front_is_about_that_briefing(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    front, thread = await briefing(room, news)
    await server.say(anna, news, QUESTION, reply_to=front)
    assert cited((await reply_to(server, news, 2))[-1])
    assert room.answers.asked[0]["thread"] == str(thread.id)
    assert room.answers.asked[0]["conversation"] == str(news.id)


async def test_a_reply_to_an_answer_names_the_question_that_it_follows_on_also_after_a_restart(
    room: Newsroom, news: Channel, anna: Member, admin: Member, connect: Connect
) -> None:
    server = room.server
    async with connect(room):
        question = await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
        (by_message,) = await reply_to(server, news)
        asked = await server.slash(anna, news, "ask", question=QUESTION)
        by_command = await asked.wait_reply()
    async with connect(room):
        for number, answer in enumerate((by_message, by_command), 3):
            await server.say(admin, news, f"{server.bot.mention} And why?", reply_to=answer)
            await reply_to(server, news, number)
    names = [f"message:{question.id}", f"interaction:{asked.id}"]
    assert [name for name, _ in room.answers.about[:2]] == names
    assert [about.follows for _, about in room.answers.about] == [None, None, *names]


async def test_a_reply_to_a_story_is_about_it_and_about_its_thread_alone_where_it_is_forgotten(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    _, thread = await briefing(room, news)
    (story,) = thread.posts
    for number in (2, 3):
        await server.say(anna, thread, QUESTION, reply_to=story)
        await reply_to(server, thread, number)
        room.folder.briefings.kept.clear()
    about = About(story=StoryId("s1"), headline="Envoys meet in Nuuk")
    assert [each for _, each in room.answers.about] == [about, ITSELF]
    assert {each["thread"] for each in room.answers.asked} == {str(thread.id)}


async def test_a_question_put_in_a_reply_to_somebody_elses_message_is_about_what_the_bot_may_read_of_it(
    connect: Connect,
) -> None:
    for reads in (False, True):
        async with DiscordServer(message_content=reads) as server:
            guild = server.add_guild()
            news, anna, ben = guild.add_text_channel("news"), guild.add_member("anna"), guild.add_member("ben")
            room = Newsroom(server)
            room.message_content = reads
            async with connect(room):
                asked = await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
                await reply_to(server, news)
                said = await server.say(ben, news, "Ten per cent, I heard", reply_to=asked)
                await server.say(anna, news, f"{server.bot.mention} Is that so?", reply_to=said)
                await reply_to(server, news, 2)
            text = "Ten per cent, I heard" if reads else ""
            assert [each for _, each in room.answers.about] == [ITSELF, About(text=text)]
            server.assert_no_faults()


WAYS = ["message", "direct message", "command", "button"]


@pytest.mark.parametrize("way", WAYS)
async def test_while_a_slow_answer_is_written_it_shows_and_then_the_whole_stands_split_between_claims(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member, way: str
) -> None:
    server, (_, thread) = room.server, await briefing(room, news)
    place = {"message": news, "direct message": server.dm(anna)}.get(way, thread)
    before = len(place.posts)
    room.answers.may.clear()
    room.answers.claims = 40
    if way == "command":
        thinks = await server.slash(anna, place, "ask", question=QUESTION)
    elif way == "button":
        opened = await server.press(anna, thread.posts[0], thread.posts[0].buttons[0]["custom_id"])
        await opened.wait_modal()
        thinks = await server.submit_modal(opened, {"question": QUESTION})
    else:
        await server.say(anna, place, f"{server.bot.mention} {QUESTION}")
        thinks = None
        before += 1
    typing = f"/channels/{place.id}/typing"
    shows = (lambda: thinks.thinking) if thinks else lambda: [c for c in server.requests if c.path.endswith(typing)]
    await server.wait_for(lambda: room.answers.asked and shows())
    assert len(place.posts) == before
    room.answers.may.set()
    await server.wait_for(lambda: "As of" in place.posts[-1].content)
    lines = [line for message in place.posts[before:] for line in message.content.split("\n")]
    told = [line for line in lines if line.startswith("- ")]
    assert [line.partition("report ")[2].partition(".")[0] for line in told] == [str(n) for n in range(40)]
    assert all(LINK in line for line in told)


async def test_a_message_the_bot_may_not_read_gets_a_hint_only_if_it_is_meant_for_the_bot(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    front, thread = await briefing(room, news)
    before = len(thread.posts)
    await server.say(anna, thread, QUESTION)
    await server.say(anna, news, QUESTION)
    await quiet(server, thread, before)
    await server.say(anna, news, QUESTION, reply_to=front, mention=False)
    assert (await reply_to(server, news, 2))[-1].content == wording.WHAT_TO_ASK
    assert room.answers.asked == []


async def test_a_mention_without_a_question_gets_a_hint(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await server.say(anna, news, f" {server.bot.mention} ")
    assert (await reply_to(server, news))[0].content == wording.WHAT_TO_ASK
    assert room.answers.asked == []


async def test_an_error_is_told_in_a_reply(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    room.answers.errors += [InputError("A question has 1,000 characters at most."), ZeroDivisionError()]
    for _ in range(2):
        await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
    replies = await reply_to(server, news, 2)
    assert [reply.content for reply in replies] == ["A question has 1,000 characters at most.", wording.UNEXPECTED]
    assert all(reply.allowed_mentions == {"parse": []} for reply in replies)


async def test_an_event_that_comes_twice_is_answered_once(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
    server.gateway.repeat("MESSAGE_CREATE")
    await reply_to(server, news)
    await quiet(server, news, 1)
    assert len(room.answers.asked) == 1


@pytest.mark.parametrize("trouble", [{"status": 503}, {"status": 429}, {"drop": "before"}, {"drop": "after"}], ids=str)
async def test_a_reply_stands_once_whatever_happens_on_the_way(
    server: DiscordServer, bot: NewsthreadBot, news: Channel, anna: Member, trouble: dict[str, Any]
) -> None:
    server.fail_next("POST", "/messages$", **trouble)
    await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
    assert cited((await reply_to(server, news))[0])
    await quiet(server, news, 1)


async def test_a_question_is_answered_although_typing_cannot_be_shown(
    server: DiscordServer, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    server.fail_next("POST", "/typing$", status=503)
    await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
    assert cited((await reply_to(server, news))[0])


async def test_the_bot_shows_that_it_is_typing(
    server: DiscordServer, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
    await reply_to(server, news)
    assert any(call.path.endswith(f"/channels/{news.id}/typing") for call in server.requests)


async def test_a_channel_where_the_bot_may_not_write_ends_in_silence(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    news.deny("send_messages")
    await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
    await server.wait_for(lambda: room.answers.asked)
    await quiet(server, news, 0)


async def test_with_message_content_plain_questions_in_its_own_threads_are_answered(
    monkeypatch: pytest.MonkeyPatch, connect: Connect
) -> None:
    async with DiscordServer(message_content=True) as server:
        guild = server.add_guild()
        news, anna, ben = guild.add_text_channel("news"), guild.add_member("anna"), guild.add_member("ben")
        room = Newsroom(server)
        room.message_content = True
        async with connect(room):
            _, thread = await briefing(room, news)
            before = len(thread.posts)
            await server.say(anna, news, "I talk with others here")
            said = await server.say(anna, thread, "Did you see this?")
            await server.wait_for(lambda: room.answers.asked)
            await server.say(ben, thread, f"{anna.mention} yes")
            await server.say(ben, thread, "Yes!", reply_to=said)
            assert cited((await reply_to(server, thread, before + 1))[-1])
            await quiet(server, thread, before + 1)
        assert [asked["question"] for asked in room.answers.asked] == ["Did you see this?"]
        server.assert_no_faults()


# --- buttons ------------------------------------------------------------------------------------------------------


async def test_the_button_under_a_story_opens_a_modal_whose_question_is_answered_in_the_thread(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    _, thread = await briefing(room, news)
    story = thread.posts[0]
    opened = await server.press(anna, story, story.buttons[0]["custom_id"])
    modal = await opened.wait_modal()
    assert modal["title"] == wording.ASK_TITLE
    submitted = await server.submit_modal(opened, {"question": QUESTION})
    reply = await submitted.wait_reply()
    assert cited(reply)
    assert reply.channel is thread
    assert reply.content.startswith(f"> “Envoys meet in Nuuk” {QUESTION}\n")
    assert room.answers.about[0][1] == About(story=StoryId("s1"), headline="Envoys meet in Nuuk")
    assert room.answers.asked[0]["thread"] == str(thread.id)


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_the_button_under_a_front_asks_about_its_briefing(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, anna: Member, kind: str
) -> None:
    channel = anna.guild.add_text_channel("daily") if kind == "text" else anna.guild.add_forum("briefings")
    await server.wait_for(lambda: bot.get_channel(channel.id))
    front, thread = await briefing(room, channel)
    opened = await server.press(anna, front, front.buttons[0]["custom_id"])
    await opened.wait_modal()
    submitted = await server.submit_modal(opened, {"question": QUESTION})
    assert cited(await submitted.wait_reply())
    asked = room.answers.asked[0]
    assert (asked["thread"], asked["conversation"]) == (str(thread.id), str(thread.id))


async def test_a_button_and_an_open_modal_work_after_a_restart(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, connect: Connect
) -> None:
    async with connect(room):
        front, _ = await briefing(room, news)
    async with connect(room):
        opened = await server.press(anna, front, front.buttons[0]["custom_id"])
        await opened.wait_modal()
    async with connect(room):
        submitted = await server.submit_modal(opened, {"question": QUESTION})
        assert cited(await submitted.wait_reply())


async def test_a_button_of_another_version_says_so(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    front, _ = await briefing(room, news)
    front.buttons[0]["custom_id"] = custom_id(DeliveryId("d1"), 0, "dance")
    pressed = await server.press(anna, front, front.buttons[0]["custom_id"])
    reply = await pressed.wait_reply()
    assert (reply.content, reply.ephemeral) == (wording.OLD_BUTTON, True)


@pytest.mark.parametrize("part", ["front", "story"])
async def test_every_button_that_is_rendered_is_answered(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member, part: str
) -> None:
    front, thread = await briefing(room, news)
    message = front if part == "front" else thread.posts[0]
    for button in message.buttons:
        pressed = await room.server.press(anna, message, button["custom_id"])
        await room.server.wait_for(lambda at=pressed: at.modal or at.messages)
        assert all(reply.content != wording.OLD_BUTTON for reply in pressed.messages), button["label"]
