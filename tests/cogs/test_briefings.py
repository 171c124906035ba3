"""`/brief` shows what is new to the one who asks, and to nobody else."""

from datetime import timedelta

from bot.domain.errors import InputError
from bot.domain.schedules import Destination, ServerId
from bot.domain.wording import commands as wording
from cogs.client import NewsthreadBot
from tests.cogs.conftest import Newsroom
from tests.doubles.discord import Channel, DiscordServer, Member


async def test_a_briefing_is_shown_to_the_one_who_asks_alone(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    asked = await server.slash(anna, news, "brief")
    front, story = await asked.wait_messages(2)
    assert "News briefing" in front.content
    assert "(UTC)" in front.content
    assert story.text.startswith("Envoys meet in Nuuk")
    assert "https://ledger.example/envoys#:~:text=" in story.text
    assert "Use /ask." in front.content
    assert "Press Ask" not in front.content  # which only a post has
    assert all(message.ephemeral and message.allowed_mentions == {"parse": []} for message in (front, story))
    ((topics, window),) = room.briefs.asked
    assert (list(topics), window.until - window.since) == ([], timedelta(hours=24))
    assert window.until == room.clock.now()
    assert room.folder.outbox.deliveries == []


async def test_topic_and_hours_can_be_chosen(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    offered = await server.autocomplete(anna, news, "brief", "topic", topic="tar")
    assert [choice["value"] for choice in offered] == ["tariffs"]
    asked = await server.slash(anna, news, "brief", topic="tariffs", hours=48)
    await asked.wait_messages(2)
    ((topics, window),) = room.briefs.asked
    assert (list(topics), window.until - window.since) == (["tariffs"], timedelta(hours=48))


async def test_times_are_those_of_the_servers_schedule(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    home = ServerId(f"discord:{anna.guild.id}")
    await room.plan.add(home, Destination("discord:1"), at="8", zone="America/New_York")
    asked = await server.slash(anna, news, "brief")
    assert "(America/New\\_York)" in (await asked.wait_reply()).content


async def test_times_are_those_of_a_zone_that_the_member_named(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    asked = await server.slash(anna, news, "follow topic", name="tariffs", zone="Asia/Tokyo")
    await asked.wait_reply()
    asked = await server.slash(anna, news, "brief")
    assert "(Asia/Tokyo)" in (await asked.wait_reply()).content


async def test_a_briefing_can_be_asked_for_in_direct_messages(
    server: DiscordServer, bot: NewsthreadBot, anna: Member
) -> None:
    asked = await server.slash(anna, server.dm(anna), "brief")
    assert "News briefing" in (await asked.wait_reply()).content


async def test_a_story_that_cannot_be_shown_takes_nothing_back(
    server: DiscordServer, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    server.fail_next("POST", "/webhooks/", status=400, skip=1)
    asked = await server.slash(anna, news, "brief")
    front, last = await asked.wait_messages(2)
    assert "News briefing" in front.content
    assert last.content == wording.REST_NOT_SENT
    assert not [call for call in server.requests if call.method == "DELETE"]


async def test_what_cannot_be_briefed_is_said_in_a_sentence(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    room.briefs.errors.append(InputError("There is no topic called 'x'; the topics are: tariffs"))
    asked = await server.slash(anna, news, "brief", topic="x")
    reply = await asked.wait_reply()
    assert reply.content == "There is no topic called 'x'; the topics are: tariffs."
    assert reply.ephemeral
