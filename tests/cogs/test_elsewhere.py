"""Whoever added the bot for himself alone asks and is briefed where the bot is not, from what everyone may read."""

from datetime import timedelta

import pytest

from bot.domain.schedules import Destination, ServerId
from bot.domain.wording import commands as wording
from cogs.client import NewsthreadBot
from tests.cogs.conftest import Connect, Newsroom
from tests.cogs.test_ask import QUESTION, cited
from tests.doubles.discord import Channel, DiscordServer, NotOfferedError
from tests.doubles.discord.people import Member, User


@pytest.fixture
def ida(server: DiscordServer) -> User:
    """Has the bot for herself."""
    return server.add_user("ida", installed=True)


def _place(server: DiscordServer, ida: User, kind: str) -> Channel:
    """Where the bot is not: among people, or in a server that removed it."""
    if kind == "group":
        return server.group(ida)
    guild = server.add_guild("Elsewhere")
    guild.members[ida.id] = Member(ida, guild, server.world.clock())
    channel = guild.add_text_channel("talk")
    server.world.remove_guild(guild)
    return channel


def asked_of(server: DiscordServer, place: Channel) -> list[str]:
    """The requests that name the place itself."""
    return [call.path for call in server.requests if f"/channels/{place.id}" in call.path]


@pytest.mark.parametrize("kind", ["group", "server"])
async def test_a_question_is_answered_from_what_everyone_may_read(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, ida: User, kind: str
) -> None:
    place = _place(server, ida, kind)
    offered = await server.autocomplete(ida, place, "ask", "topic", question=QUESTION, topic="gre")
    assert [each["value"] for each in offered] == ["Greenland"]
    asked = await server.slash(ida, place, "ask", question=QUESTION)
    reply = await asked.wait_reply()
    assert cited(reply)
    assert reply.allowed_mentions == {"parse": []}
    (question,) = room.answers.asked
    assert (question["conversation"], question["asker"]) == (str(place.id), f"discord:{ida.id}")
    assert question["server"] == ""
    assert asked_of(server, place) == []


async def test_in_the_direct_messages_of_the_bot_it_is_the_same_conversation_as_without_a_command(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, ida: User
) -> None:
    asked = await server.slash(ida, server.dm(ida), "ask", question=QUESTION)
    assert cited(await asked.wait_reply())
    assert room.answers.asked[0]["conversation"] == f"dm:{ida.id}"


@pytest.mark.parametrize("kind", ["group", "server"])
@pytest.mark.parametrize(("claims", "is_whole"), [(5, True), (14, False)])
async def test_a_briefing_of_many_stories_is_shown_as_far_as_discord_takes_it_there(
    room: Newsroom, bot: NewsthreadBot, ida: User, kind: str, *, claims: int, is_whole: bool
) -> None:
    await room.plan.add(ServerId("discord:1"), Destination("discord:1"), at="8", zone="Asia/Tokyo")
    server, room.briefs.stories = room.server, 12
    room.briefs.claims = [f"{n} " + "ice " * 60 for n in range(claims)]
    asked = await server.slash(ida, _place(server, ida, kind), "brief")

    def told() -> int:
        return sum(message.text.count("Envoys meet in Nuuk") for message in asked.messages[1:])

    await server.wait_for(
        lambda: told() == 12 or [each for each in asked.messages if each.text == wording.NO_MORE_HERE]
    )
    assert "(UTC)" in asked.messages[0].content
    assert all(message.ephemeral for message in asked.messages)
    assert (told() == 12) is is_whole
    assert len(asked.messages) <= 6


async def test_what_belongs_to_servers_is_not_offered_there(
    server: DiscordServer, bot: NewsthreadBot, ida: User
) -> None:
    for command in ("schedule list", "feeds list", "story", "why", "follow topic"):
        with pytest.raises(NotOfferedError):
            await server.slash(ida, server.group(ida), command, name="x")


async def test_an_answer_that_stands_is_left_alone_after_a_restart_and_one_that_was_lost_is_told_directly(
    server: DiscordServer, room: Newsroom, news: Channel, ida: User, connect: Connect
) -> None:
    place = server.group(ida)
    async with connect(room):
        room.answers.may.clear()
        asked = await server.slash(ida, place, "ask", question=QUESTION)
        await server.wait_for(lambda: room.answers.asked)
    room.clock.move(timedelta(minutes=20))
    server.interactions.by_token.clear()  # as after the fifteen minutes that a token is good for
    room.answers.may.set()
    async with connect(room):
        (told,) = await server.wait_for(lambda: server.dm(ida).posts)
        await server.wait_for(lambda: not room.folder.questions.kept)
    assert told.content == wording.lost_elsewhere(room.clock.now() - timedelta(minutes=20))
    assert asked.messages == []
    assert asked_of(server, place) == []
