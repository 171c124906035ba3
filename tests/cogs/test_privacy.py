"""What is kept of a member is shown, given and deleted to him alone; a server is forgotten by its owner alone."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.conversations import ConversationId, Question, QuestionId
from bot.domain.deliveries import Sent
from bot.domain.notices import Audience, Notice, NoticeId, report_id
from bot.domain.schedules import MemberId, ServerId, next_slot
from bot.domain.servers import Server
from bot.domain.topics import Topic
from bot.domain.traces import Held, Traces
from bot.domain.usage import Payer, Usage
from bot.domain.wording import commands as wording
from bot.domain.wording import privacy as said
from bot.services.follow import At
from cogs.client import NewsthreadBot
from tests.cogs.conftest import Connect, Newsroom
from tests.contracts.samples import article, turn
from tests.doubles.discord import Channel, DiscordServer, Guild, Member, Message, User

TOKEN = "aW50ZXJhY3Rpb24"


def me(person: Member | User) -> MemberId:
    return MemberId(f"discord:{person.id}")


async def lived(room: Newsroom, person: Member, server: ServerId) -> None:
    """Something of everything is kept of a person."""
    folder, now, member = room.folder, room.clock.now(), me(person)
    await room.services.follow.mute(member, "AI stocks")
    await room.services.follow.topic(member, "Greenland", At(at="8", zone="Europe/Berlin"))
    asked = turn(f"What of {person.user.name}?", conversation="77", cites=(article("talks"),))
    await folder.conversations.add(replace(asked, asked_at=now, asker=member, server=server))
    question = Question(
        id=QuestionId(f"q{person.id}"),
        conversation=ConversationId("77"),
        asker=member,
        text=f"And {person.user.name}?",
        reply_to=TOKEN,
        asked_at=now,
        server=server,
    )
    await folder.questions.accept(question)
    payer = Payer(server=server, member=member)
    await folder.usage.add(Usage(at=now, task="answer", model="m", prompt_tokens=90, completion_tokens=10, payer=payer))
    text = f"{person.user.name} says so."
    await folder.notices.raise_(
        Notice(id=report_id("d1", 2, member), audience=Audience(server), text=text, raised_at=now)
    )


@pytest.fixture
async def home(room: Newsroom, bot: NewsthreadBot, anna: Member, admin: Member) -> ServerId:
    """A server in which two people lived."""
    server = ServerId(f"discord:{anna.guild.id}")
    for person in (anna, admin):
        await lived(room, person, server)
    return server


async def answer(server: DiscordServer, who: Member | User, where: Channel, command: str, **options: Any) -> Message:
    """What a command answers the one who gives it, alone."""
    reply = await (await server.slash(who, where, command, **options)).wait_reply()
    assert reply.ephemeral
    assert reply.allowed_mentions == {"parse": []}
    return reply


async def confirm(server: DiscordServer, who: Member, asked: Message) -> str:
    """What is said once the button is pressed."""
    (button,) = asked.buttons
    before = asked.content
    pressed = await server.press(who, asked, button["custom_id"])
    await server.wait_for(lambda: pressed.messages or asked.content != before)
    return pressed.messages[0].content


async def test_a_member_sees_how_much_is_kept_of_him_and_what_for(
    room: Newsroom, news: Channel, anna: Member, home: ServerId
) -> None:
    shown = (await answer(room.server, anna, news, "privacy show")).content
    assert shown == said.shown(await room.forget.held(me(anna)))
    for line in ("1 muted topic and your time zone (Europe/Berlin)", "1 thing that you follow", "1 report of"):
        assert line in shown


async def test_the_file_holds_all_that_is_kept_and_nothing_of_anybody_else(
    room: Newsroom, news: Channel, anna: Member, home: ServerId
) -> None:
    (file,) = (await answer(room.server, anna, news, "privacy export")).attachments
    assert file.filename == said.FILE_NAME
    assert TOKEN.encode() not in file.data
    assert b"ada" not in file.data
    kept = json.loads(file.data)
    assert kept["member"]["id"] == me(anna)
    assert kept["member"]["muted"] == ["AI stocks"]
    assert [each["topics"] for each in kept["follows"]] == [["Greenland"]]
    assert kept["follows"][0]["at"] == "08:00:00"
    assert [each["answer"]["question"] for each in kept["questions"]] == ["What of anna?"]
    assert kept["questions"][0]["asked_at"] == room.clock.now().isoformat()
    assert [each["text"] for each in (*kept["waiting"], *kept["reports"])] == ["And anna?", "anna says so."]
    assert [each["prompt_tokens"] for each in kept["model_calls"]] == [90]


async def test_what_a_server_answered_is_handed_out_in_that_server_alone(
    room: Newsroom, news: Channel, anna: Member, home: ServerId
) -> None:
    async def asked(where: Channel) -> dict[str, Any]:
        (file,) = (await answer(room.server, anna, where, "privacy export")).attachments
        return json.loads(file.data)["questions"][0]

    there, elsewhere = await asked(news), await asked(room.server.dm(anna))
    assert there["answer"]["claims"]
    assert there["answer"]["sources"]
    assert (elsewhere["answer"]["question"], elsewhere["server"]) == ("What of anna?", home)
    assert elsewhere["answer"]["claims"] == elsewhere["answer"]["sources"] == []


async def test_all_of_it_is_deleted_once_it_is_confirmed_and_nothing_of_others(
    room: Newsroom, news: Channel, anna: Member, admin: Member, home: ServerId
) -> None:
    server, others = room.server, await room.forget.held(me(admin))
    asked = await answer(server, anna, news, "privacy delete")
    assert asked.content == said.SURE
    held = await room.forget.held(me(anna))
    assert held.traces.turns
    assert await confirm(server, anna, asked) == said.gone(held)
    assert asked.buttons == []
    left = await room.forget.held(me(anna))
    assert left == Held(member=left.member, follows=(), traces=Traces())
    assert (left.member.muted, left.member.zone) == ((), None)
    assert await room.forget.held(me(admin)) == others
    assert await room.folder.usage.tokens(room.clock.now(), Payer(server=home)) == 200


async def test_a_briefing_by_direct_message_goes_from_the_record_too(
    room: Newsroom, news: Channel, anna: Member, home: ServerId
) -> None:
    (follow, _) = await room.folder.schedules.all()
    room.clock.move(next_slot(follow, room.clock.now()).due_at - room.clock.now())
    await room.run_due()
    assert [type(part.state) for each in room.folder.outbox.deliveries for part in each.parts].count(Sent) > 2
    assert "1 briefing sent to you" in (await answer(room.server, anna, news, "privacy show")).content
    await confirm(room.server, anna, await answer(room.server, anna, news, "privacy delete"))
    assert len(room.folder.outbox.deliveries) == 1  # the admin's


async def test_the_question_whether_to_delete_is_good_after_a_restart(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, connect: Connect
) -> None:
    await lived(room, anna, ServerId(f"discord:{news.guild.id}"))
    async with connect(room):
        asked = await answer(server, anna, news, "privacy delete", what="me")
    async with connect(room):
        assert (await confirm(server, anna, asked)).startswith("Deleted: 1 mute,")


async def test_it_works_in_direct_messages_and_where_the_bot_is_not(
    room: Newsroom, news: Channel, anna: Member, home: ServerId
) -> None:
    server = room.server
    assert "1 muted topic " in (await answer(server, anna, server.dm(anna), "privacy show")).content
    ida = server.add_user("ida", installed=True)
    elsewhere = server.add_guild("Elsewhere")
    talk, there = elsewhere.add_text_channel("talk"), elsewhere.add_member("ida", user=ida)
    elsewhere.remove_bot()
    assert "- 0 questions with their answers" in (await answer(server, there, talk, "privacy show")).content
    refused = await answer(server, there, talk, "privacy delete", what="server")
    assert refused.content == wording.SERVER_ONLY


async def test_only_the_owner_has_the_server_forgotten_at_once_and_no_other_server_loses_anything(
    room: Newsroom, news: Channel, admin: Member, guild: Guild, home: ServerId
) -> None:
    server, folder, other = room.server, room.folder, ServerId("discord:1")
    for each in (home, other):
        await folder.servers.put(Server(id=each, zone="Europe/Berlin"))
        await folder.seen_by(each).topics.put(Topic(name="Chess", words=("chess",)))
    refused = await answer(server, admin, news, "privacy delete", what="server")
    assert (refused.content, refused.buttons) == (said.ONLY_OWNER, [])
    owner = guild.members[guild.owner.id]
    asked = await answer(server, owner, news, "privacy delete", what="server")
    assert asked.content == said.SURE_SERVER
    assert await confirm(server, owner, asked) == said.SERVER_GONE
    assert [each.id for each in await folder.servers.all()] == [other]
    assert [each.server for each in await folder.all_topics.all() if each.server] == [other]
    assert folder.conversations.kept == []
    assert len(await folder.schedules.all()) == 2  # what the two members follow is theirs
    assert NoticeId(report_id("d1", 2, me(admin))) not in folder.notices.kept
