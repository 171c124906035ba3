"""A question that was accepted is answered or said to be lost, once: whatever stops the bot, and wherever."""

import asyncio
import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import structlog

from bot.domain.conversations import Question, QuestionId
from bot.domain.errors import ReadingError, StorageError
from bot.domain.wording import commands as wording
from bot.logs import set_up_logs
from cogs.ask import desk
from cogs.client import NewsthreadBot
from tests.cogs.conftest import Connect, Newsroom
from tests.cogs.test_ask import QUESTION, cited, quiet, reply_to
from tests.doubles.discord import Channel, DiscordServer, Interaction, Member, Message
from tests.doubles.discord.world import ApiError

STALE = timedelta(minutes=16)


@pytest.fixture(autouse=True)
def _no_last_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that stops here does so like one that is killed."""
    monkeypatch.setattr(desk, "LAST_ANSWERS_WITHIN", timedelta(0))


def owed(room: Newsroom) -> list[QuestionId]:
    return list(room.folder.questions.kept)


async def settled(room: Newsroom, count: int = 0) -> None:
    """Until so many questions were put to the service, and nothing is owed any more."""
    await room.server.wait_for(lambda: len(room.answers.asked) >= count and not owed(room))


def said(server: DiscordServer, channel: Channel) -> list[Message]:
    """What the bot has said in `channel`, promises left out."""
    return [message for message in channel.posts if message.author is server.bot and not message.loading]


# --- accepted -----------------------------------------------------------------------------------------------------


async def test_a_question_is_recorded_before_the_bot_shows_that_it_took_it(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    room.answers.may.clear()
    typing, thinking = server.hold("/typing$"), server.hold("/callback$")
    await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
    await typing.reached()
    assert len(owed(room)) == 1
    typing.release()
    asked = await server.slash(anna, news, "ask", question=QUESTION)
    await thinking.reached()
    assert owed(room)[1:] == [f"interaction:{asked.id}"]
    thinking.release()
    room.answers.may.set()
    await settled(room)
    assert len(said(server, news)) == 2


async def test_a_command_that_comes_twice_is_answered_once(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    asked = await server.slash(anna, news, "ask", question=QUESTION)
    server.gateway.repeat("INTERACTION_CREATE")
    await asked.wait_reply()
    await settled(room)
    server.gateway.repeat("INTERACTION_CREATE")
    await quiet(server, news, 1)
    assert len(room.answers.asked) == 1


class Full:
    """Questions on a disk that is full, or that takes its time."""

    def __init__(self, questions: Any, slow: asyncio.Event | None = None) -> None:
        self._questions = questions
        self._slow = slow

    async def accept(self, question: Question) -> bool:
        if self._slow is None:
            raise StorageError("The disk is full.")
        await self._slow.wait()
        return bool(await self._questions.accept(question))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._questions, name)


def put(room: Newsroom, questions: Any) -> None:
    room.services = replace(room.services, questions=questions)


async def test_what_cannot_be_recorded_is_refused_in_a_sentence_and_not_owed(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, connect: Connect
) -> None:
    put(room, Full(room.folder.questions))
    async with connect(room):
        await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
        server.gateway.repeat("MESSAGE_CREATE")
        assert (await reply_to(server, news))[0].content == wording.NOT_STORED
        asked = await server.slash(anna, news, "ask", question=QUESTION)
        reply = await asked.wait_reply()
        assert (reply.content, reply.ephemeral) == (wording.NOT_STORED, True)
        await quiet(server, news, 1)
    assert room.answers.asked == []


async def test_a_record_that_comes_too_late_is_taken_back(
    room: Newsroom, news: Channel, anna: Member, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = room.server
    monkeypatch.setattr(desk, "RECORDED_WITHIN", timedelta(milliseconds=20))
    slow = asyncio.Event()
    put(room, Full(room.folder.questions, slow))
    async with connect(room):
        asked = await server.slash(anna, news, "ask", question=QUESTION)
        assert (await asked.wait_reply()).content == wording.NOT_STORED
        slow.set()
        await quiet(server, news, 0)
    assert (owed(room), room.answers.asked) == ([], [])


async def test_one_member_has_two_questions_answered_at_a_time(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    room.answers.may.clear()
    for _ in range(3):
        await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
    assert (await reply_to(server, news))[0].content == wording.ONE_AFTER_THE_OTHER
    asked = await server.slash(anna, news, "ask", question=QUESTION)
    reply = await asked.wait_reply()
    assert (reply.content, reply.ephemeral) == (wording.ONE_AFTER_THE_OTHER, True)
    room.answers.may.set()
    await settled(room)
    assert [cited(message) for message in said(server, news)] == [False, True, True]


async def test_eight_are_answered_at_once_and_the_others_wait_for_their_turn(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOST_WAITING", 10)
    room.answers.may.clear()
    members = [news.guild.add_member(f"member{number}") for number in range(11)]
    asked = [await server.slash(member, news, "ask", question=QUESTION) for member in members]
    assert (await asked[-1].wait_reply()).content == wording.TOO_MANY_QUESTIONS
    await server.wait_for(lambda: all(each.thinking for each in asked[:-1]) and len(room.answers.asked) >= 8)
    assert len(room.answers.asked) == 8
    room.answers.may.set()
    for each in asked[:-1]:
        assert cited(await each.wait_reply())


# --- stopped ------------------------------------------------------------------------------------------------------


async def ask(server: DiscordServer, place: Channel, anna: Member) -> Callable[[], list[Message]]:
    """Asks the way the place has it; returns what finds the answers."""
    if place.name == "command":
        asked = await server.slash(anna, place, "ask", question=QUESTION)
        return lambda: asked.messages
    await server.say(anna, place, f"{server.bot.mention} {QUESTION}")
    return lambda: said(server, place)


@pytest.fixture(params=["mention", "direct", "command"])
def place(request: pytest.FixtureRequest, server: DiscordServer, anna: Member) -> Channel:
    return server.dm(anna) if request.param == "direct" else anna.guild.add_text_channel(request.param)


async def test_a_bot_stopped_before_the_answer_answers_when_it_is_back(
    server: DiscordServer, room: Newsroom, place: Channel, anna: Member, connect: Connect
) -> None:
    room.answers.may.clear()
    async with connect(room):
        answers = await ask(server, place, anna)
        await server.wait_for(lambda: room.answers.asked)
    assert len(owed(room)) == 1
    room.answers.may.set()
    async with connect(room):
        await settled(room)
    (answer,) = answers()
    assert cited(answer)
    assert not answer.pings


@pytest.mark.parametrize("instant", [("before", 0), ("after", 0), ("before", 1), ("after", 1)], ids=str)
async def test_a_bot_stopped_between_two_messages_posts_the_rest_alone(
    room: Newsroom, place: Channel, anna: Member, connect: Connect, instant: tuple[Any, int]
) -> None:
    server, (when, stood) = room.server, instant
    room.answers.claims = 30
    server.nonce_window = timedelta(0)  # as if Discord had forgotten what was tried
    if place.name == "command":
        hold = server.hold("/webhooks/", method=("PATCH", "POST")[stood], when=when)
    else:
        hold = server.hold("/messages$", method="POST", when=when, skip=stood)
    async with connect(room):
        answers = await ask(server, place, anna)
        await hold.reached()
    hold.release()
    async with connect(room):
        await settled(room)
        await quiet(server, place, len(answers()))
    text = "\n".join(message.content for message in answers())
    assert [text.count(f"report {number}. ") for number in range(30)] == [1] * 30
    assert len(room.answers.asked) == 1


async def test_an_answer_that_stands_whole_is_not_repeated(
    server: DiscordServer, room: Newsroom, place: Channel, anna: Member, connect: Connect
) -> None:
    server.nonce_window = timedelta(0)
    room.folder.questions.done = _never  # type: ignore[method-assign]
    async with connect(room):
        answers = await ask(server, place, anna)
        await server.wait_for(answers)
        await quiet(server, place, 1)
    assert len(owed(room)) == 1
    del room.folder.questions.done
    async with connect(room):
        await settled(room)
        await quiet(server, place, 1)
    assert [cited(answer) for answer in answers()] == [True]


async def _never(question: QuestionId) -> None:
    await asyncio.Event().wait()


async def test_a_question_that_is_too_old_is_said_to_be_lost(
    server: DiscordServer, room: Newsroom, place: Channel, anna: Member, connect: Connect
) -> None:
    room.answers.may.clear()
    async with connect(room):
        await ask(server, place, anna)
        await server.wait_for(lambda: room.answers.asked)
    expire(server)
    room.clock.move(STALE)
    for _ in range(2):
        async with connect(room):
            await settled(room)
            await quiet(server, place, 1)
    (sentence,) = said(server, place)
    if place.name == "command":
        assert sentence.content.startswith("A question asked here on <t:")
        assert QUESTION not in sentence.content
    else:
        assert sentence.content == wording.LOST
        assert sentence.reply_to is place.posts[0]
    assert not sentence.pings
    assert len(room.answers.asked) == 1


async def test_the_rest_of_an_answer_that_is_too_old_is_said_to_be_lost(
    server: DiscordServer, room: Newsroom, place: Channel, anna: Member, connect: Connect
) -> None:
    room.answers.claims = 30
    commanded = place.name == "command"
    hold = server.hold("/webhooks/" if commanded else "/messages$", method="POST", skip=0 if commanded else 1)
    async with connect(room):
        await ask(server, place, anna)
        await hold.reached()
    hold.release()
    expire(server)
    room.clock.move(STALE)
    async with connect(room):
        await settled(room)
    first, sentence = said(server, place)
    assert "report 0" in first.content
    assert sentence.content.startswith("A question asked here" if commanded else wording.REST_LOST)


def expire(server: DiscordServer) -> None:
    """All tokens come to the end of their life."""
    for interaction in server.interactions.by_token.values():
        interaction.created_at -= STALE


async def test_what_was_lost_is_said_once_although_the_bot_stops_again(
    server: DiscordServer, room: Newsroom, place: Channel, anna: Member, connect: Connect
) -> None:
    server.nonce_window = timedelta(0)
    room.answers.may.clear()
    async with connect(room):
        await ask(server, place, anna)
        await server.wait_for(lambda: room.answers.asked)
    expire(server)
    room.clock.move(STALE)
    room.folder.questions.done = _never  # type: ignore[method-assign]
    async with connect(room):
        await server.wait_for(lambda: said(server, place))
    del room.folder.questions.done
    async with connect(room):
        await settled(room)
        await quiet(server, place, 1)
    assert len(said(server, place)) == 1


@pytest.mark.parametrize("gone", ["deleted", "kicked"])
async def test_what_cannot_be_reached_any_more_is_owed_no_more(
    room: Newsroom, news: Channel, anna: Member, connect: Connect, gone: str
) -> None:
    server = room.server
    room.answers.may.clear()
    async with connect(room):
        await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
        await server.wait_for(lambda: room.answers.asked)
    if gone == "deleted":
        news.delete()
    else:
        news.deny("view_channel")
    room.answers.may.set()
    async with connect(room):
        await settled(room)
    assert said(server, news) == []


async def test_where_the_bot_cannot_look_it_does_not_answer_twice(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, connect: Connect
) -> None:
    server.nonce_window = timedelta(0)
    hold = server.hold("/messages$", method="POST", when="after")
    async with connect(room):
        await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
        await hold.reached()
    hold.release()
    news.deny("read_message_history")
    async with connect(room):
        await settled(room)
    answer, sentence = said(server, news)
    assert cited(answer)
    assert sentence.content == wording.PERHAPS_LOST


async def test_a_command_whose_promise_was_taken_away_gets_a_word(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, connect: Connect
) -> None:
    room.answers.may.clear()
    async with connect(room):
        asked = await server.slash(anna, news, "ask", question=QUESTION)
        await server.wait_for(lambda: asked.thinking and room.answers.asked)
    asked.sent[0].delete()
    async with connect(room):
        await settled(room)
    (reply,) = asked.messages
    assert reply.content == wording.LOST


async def test_a_command_that_was_recorded_but_never_taken_is_said_to_be_lost(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, connect: Connect
) -> None:
    hold = server.hold("/callback$")
    async with connect(room):
        await server.slash(anna, news, "ask", question=QUESTION)
        await hold.reached()
    server.interactions.deadline = timedelta(0)
    hold.release()
    async with connect(room):
        await settled(room)
    (sentence,) = said(server, news)
    assert sentence.content.startswith("A question asked here")


# --- troubled -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_promise_lost_on_the_way_is_kept_where_it_stands(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member, drop: Any
) -> None:
    server = room.server
    server.fail_next("POST", "/callback$", drop=drop)
    asked = await server.slash(anna, news, "ask", question=QUESTION)
    (message,) = await server.wait_for(lambda: said(server, news))
    await settled(room)
    assert message.content.startswith("A question asked here" if drop == "before" else f"> {QUESTION}")
    assert not asked.thinking


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_an_answer_that_discord_does_not_take_for_now_is_put_off_and_stands_once(
    room: Newsroom, bot: NewsthreadBot, place: Channel, anna: Member, drop: Any
) -> None:
    room.answers.claims = 30
    server = room.server
    for method, path in (("POST", "/messages$"), ("PATCH", "/webhooks/"), ("POST", "/webhooks/")):
        server.fail_next(method, path, times=5, drop=drop)
    answers = await ask(server, place, anna)
    await settled(room, 1)
    text = "\n".join(message.content for message in answers())
    assert [text.count(f"report {number}. ") for number in range(30)] == [1] * 30
    assert len(room.answers.asked) == 1


async def test_a_reconnect_begins_no_question_anew(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    room.answers.may.clear()
    asked: Interaction = await server.slash(anna, news, "ask", question=QUESTION)
    await server.wait_for(lambda: room.answers.asked)
    server.gateway.cut()
    await server.wait_for(lambda: server.gateway.resumes)
    room.answers.may.set()
    assert cited(await asked.wait_reply())
    await quiet(server, news, 1)
    assert len(room.answers.asked) == 1


async def test_a_client_that_ends_leaves_its_questions_to_the_next(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, place: Channel, anna: Member
) -> None:
    room.answers.may.clear()
    answers = await ask(server, place, anna)
    await server.wait_for(lambda: room.answers.asked)
    await bot.close()
    room.answers.may.set()
    await settled(room)
    assert [cited(answer) for answer in answers()] == [True]


async def test_an_event_that_comes_again_while_its_question_is_put_off_changes_nothing(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    server.fail_next("POST", "/messages$", drop="before", times=3)
    hold = server.hold("/messages$", method="GET")
    await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
    await hold.reached()
    server.gateway.repeat("MESSAGE_CREATE")
    await quiet(server, news, 0)
    hold.release()
    await settled(room)
    assert [cited(message) for message in said(server, news)] == [True]


async def test_an_archive_that_fails_at_the_start_is_asked_again(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, connect: Connect
) -> None:
    room.answers.may.clear()
    async with connect(room):
        await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
        await server.wait_for(lambda: room.answers.asked)
    room.answers.may.set()
    failing = [StorageError("The archive is busy.")]
    unanswered = room.folder.questions.unanswered

    async def once_not() -> Any:
        if failing:
            raise failing.pop()
        return await unanswered()

    room.folder.questions.unanswered = once_not  # type: ignore[method-assign]
    async with connect(room):
        await settled(room)
    assert [cited(message) for message in said(server, news)] == [True]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that the program and its libraries log."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    set_up_logs(as_json=True, level="DEBUG", stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_the_token_of_an_interaction_reaches_no_log(
    room: Newsroom, news: Channel, anna: Member, connect: Connect, logged: io.StringIO
) -> None:
    server = room.server
    room.answers.errors += [ZeroDivisionError(), ZeroDivisionError()]
    server.fail_next("PATCH", "/webhooks/", drop="after", times=3)
    server.fail_next("POST", "/webhooks/", drop="before", times=2)
    server.fail_next("DELETE", "/webhooks/", status=429)
    async with connect(room):
        asked = [await server.slash(anna, news, "ask", question=QUESTION) for _ in range(2)]
        await settled(room, 2)
        asked.append(await server.slash(anna, news, "ask", question=QUESTION))
        await settled(room, 3)
    assert "question_put_off" in logged.getvalue()
    assert not [each for each in asked if each.token in logged.getvalue()]
    assert QUESTION not in logged.getvalue()


# --- what stands between here and Discord -------------------------------------------------------------------------


async def test_a_later_message_that_was_taken_behind_a_502_stands_once(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    def stored(message: Message) -> None:
        if len(said(server, news)) == 2:
            server.on_message_stored = None
            raise ApiError(502, 0, "stored, and answered with 502")

    room.answers.claims = 30
    server.on_message_stored = stored
    await server.slash(anna, news, "ask", question=QUESTION)
    await settled(room, 1)
    texts = [message.content for message in said(server, news)]
    assert len(texts) == len(set(texts)) > 1


async def test_a_page_in_place_of_discords_answer_leaves_no_question_open(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    server.fail_next("POST", "/messages$", status=200, body={"please": "log in"}, times=3)
    await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
    await settled(room, 1)
    assert said(server, news)


async def test_a_question_whose_reader_broke_down_is_answered_the_next_time(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    room.answers.errors = [ReadingError("The document could not be read: the readers broke down.")]
    await server.say(anna, news, f"{server.bot.mention} {QUESTION}")
    await settled(room, 2)
    (answer,) = said(server, news)
    assert cited(answer)
