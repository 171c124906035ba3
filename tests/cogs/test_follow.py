"""What members follow comes to them alone, once; what they mute stays away from them alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.deliveries import Sent
from bot.domain.rendering import FOLLOW, MUTE
from bot.domain.schedules import MemberId, ServerId
from bot.domain.stories import StoryId
from bot.domain.wording import commands as wording
from cogs.client import NewsthreadBot
from cogs.follow import UNMUTE
from tests.cogs.conftest import Connect, Newsroom
from tests.cogs.test_stories import told_in
from tests.doubles.discord import Channel, DiscordServer, Member, Message

SIX = datetime(2025, 1, 20, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_six(room: Newsroom) -> None:
    room.clock.set(SIX)


def button(message: Message, action: str) -> str:
    """The custom_id of the button of that action under a message."""
    return next(each["custom_id"] for each in message.buttons if each["custom_id"].endswith(f":{action}"))


async def ask(server: DiscordServer, who: Member, where: Channel, command: str, **options: Any) -> str:
    """What a command answers the one who gives it, alone."""
    reply = await (await server.slash(who, where, command, **options)).wait_reply()
    assert reply.ephemeral
    assert reply.allowed_mentions == {"parse": []}
    return reply.content


async def press(server: DiscordServer, who: Member, message: Message, custom_id: str) -> Message:
    """What a button answers the one who presses it, alone."""
    reply = await (await server.press(who, message, custom_id)).wait_reply()
    assert reply.ephemeral
    assert reply.allowed_mentions == {"parse": []}
    return reply


async def test_a_followed_topic_comes_by_direct_message_at_its_time_once(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    said = await ask(server, anna, news, "follow topic", name="greenland", at="8", zone="europe/berlin")
    assert "You follow “Greenland”: a direct message at 08:00 (Europe/Berlin)" in said
    assert f"<t:{int((SIX + timedelta(hours=1)).timestamp())}:f>" in said
    for minute in range(90):
        room.clock.set(SIX + timedelta(minutes=minute))
        await room.run_due()
        await room.resume()
    front, story = server.dm(anna).posts
    assert "News briefing" in front.content
    assert story.text.startswith("Envoys meet in Nuuk")
    assert all(message.allowed_mentions == {"parse": []} for message in (front, story))
    assert news.posts == []
    assert room.briefs.asked[0][0] == ("Greenland",)


TROUBLES = [{"status": 503}, {"drop": "before"}, {"drop": "after"}]


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
@pytest.mark.parametrize("part", [0, 1], ids=["front", "story"])
async def test_direct_messages_stand_once_also_after_a_restart_between_two_parts(
    room: Newsroom, anna: Member, connect: Connect, trouble: dict[str, Any], part: int
) -> None:
    server, news = room.server, anna.guild.add_text_channel("talk")
    server.nonce_window = timedelta(0)  # as if Discord had forgotten the first try
    async with connect(room):
        await ask(server, anna, news, "follow topic", name="Greenland", at="6:30", zone="UTC")
        room.clock.move(timedelta(minutes=30))
        server.fail_next("POST", "/messages$", skip=part, **trouble)
        await room.run_due()
    room.clock.move(timedelta(hours=1))
    async with connect(room):
        await room.run_due()
        await room.resume()
    front, story = server.dm(anna).posts
    assert "News briefing" in front.content
    assert story.text.startswith("Envoys meet in Nuuk")
    (delivery,) = room.folder.outbox.deliveries
    assert all(isinstance(part.state, Sent) for part in delivery.parts)


async def test_the_button_under_a_story_follows_it_and_pressed_again_ends_that(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    message = await told_in(room, news)
    reply = await press(server, anna, message, button(message, FOLLOW))
    assert "You follow “Envoys meet in Nuuk”" in reply.content
    assert "Press the button again" in reply.content
    _, followed = await room.folder.schedules.all()
    assert (followed.story, followed.member, followed.zone) == ("s1", f"discord:{anna.id}", "UTC")
    offered = await server.autocomplete(anna, news, "unfollow", "name", name="nuuk")
    assert offered == [{"name": "Envoys meet in Nuuk", "value": followed.id}]
    reply = await press(server, anna, message, button(message, FOLLOW))
    assert reply.content == "You do not follow “Envoys meet in Nuuk” any more."
    assert len(await room.folder.schedules.all()) == 1


async def test_buttons_under_a_direct_message_work_there(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await told_in(room, news)
    at = f"{room.clock.now() + timedelta(minutes=1):%H:%M}"
    said = await ask(server, anna, news, "follow story", name="envoys nuuk", at=at)
    assert "You follow “Envoys meet in Nuuk”" in said
    room.clock.move(timedelta(minutes=1))
    await room.run_due()
    _, story = server.dm(anna).posts
    reply = await press(server, anna, story, button(story, MUTE))
    assert "You hear nothing more of Greenland" in reply.content
    reply = await press(server, anna, story, button(story, FOLLOW))
    assert "You do not follow" in reply.content
    offered = await server.autocomplete(anna, server.dm(anna), "unfollow", "name", name="")
    assert [each["name"] for each in offered] == ["Muted: Greenland"]


async def test_a_story_that_a_server_alone_may_read_is_not_followed_and_it_is_said_why(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    message = await told_in(room, news)
    public = (await room.folder.stories.get([StoryId("s1")]))[StoryId("s1")]
    await room.folder.stories.put([replace(public, server=ServerId(f"discord:{anna.guild.id}"))])
    reply = await press(server, anna, message, button(message, FOLLOW))
    assert "what everyone may read" in reply.content
    assert "what everyone may read" in await ask(server, anna, news, "follow story", name="s1")
    assert len(await room.folder.schedules.all()) == 1


async def test_a_muted_topic_stays_out_of_ones_own_briefings_until_it_is_unmuted(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member, admin: Member
) -> None:
    server = room.server
    message = await told_in(room, news)
    answer = await press(server, anna, message, button(message, MUTE))
    assert "You hear nothing more of Greenland" in answer.content
    for who, left_out in ((anna, ("Greenland",)), (admin, ())):
        await (await server.slash(who, news, "brief")).wait_messages(2)
        assert room.briefs.without[-1] == left_out
    undone = await press(server, anna, answer, button(answer, UNMUTE))
    assert undone.content == "Your own briefings tell of Greenland again."
    assert (await room.folder.members.get(MemberId(f"discord:{anna.id}"))).muted == ()


async def test_a_mute_is_undone_by_the_list_of_what_is_followed(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    message = await told_in(room, news)
    await press(server, anna, message, button(message, MUTE))
    offered = await server.autocomplete(anna, news, "unfollow", "name", name="")
    assert [each["name"] for each in offered] == ["Muted: Greenland"]
    said = await ask(server, anna, news, "unfollow", name=offered[0]["value"])
    assert said == "Your own briefings tell of Greenland again."
    assert "You follow nothing of that name" in await ask(server, anna, news, "unfollow", name=offered[0]["value"])


async def test_who_takes_no_direct_messages_is_told_once_behind_his_next_command_and_asked_once_a_day(
    room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member, admin: Member
) -> None:
    server = room.server
    anna.user.accepts_dms = False
    await ask(server, anna, news, "follow topic", name="Greenland", at="8", zone="UTC")
    await ask(server, anna, news, "follow topic", name="tariffs", at="9", zone="UTC")
    for _ in range(3 * 24):
        room.clock.move(timedelta(hours=1))
        await room.run_due()
        await room.resume()
    tried = [call for call in server.requests if call.method == "POST" and call.path.endswith("/messages")]
    assert len(tried) <= 4
    asked = await server.slash(anna, news, "unfollow", name="tariffs")
    said, more = await asked.wait_messages(2)
    assert (said.content, more.content) == ("You do not follow “tariffs” any more.", wording.TAKES_NO_MESSAGES)
    assert more.ephemeral
    await ask(server, anna, news, "unfollow", name="tariffs")
    assert server.dm(server.owner).posts == server.dm(admin).posts == []
    anna.user.accepts_dms = True
    for _ in range(24):
        room.clock.move(timedelta(hours=1))
        await room.run_due()
        await room.resume()
    assert [each.text.startswith("Envoys") for each in server.dm(anna).posts] == [False, True]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "football"}, "There is no topic called “football” that everyone has; those are"),
        ({"name": "tariffs", "at": "25:00"}, "That is not a time of day"),
        ({"name": "tariffs", "zone": "Berlin"}, "That is not a time zone"),
    ],
)
async def test_what_cannot_be_followed_is_said_in_a_sentence(
    room: Newsroom, bot: NewsthreadBot, anna: Member, options: dict[str, str], said: str
) -> None:
    server = room.server
    assert said in await ask(server, anna, server.dm(anna), "follow topic", **options)
    assert await room.folder.schedules.all() == ()


async def test_topics_stories_and_zones_are_offered_while_typing(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await told_in(room, news)
    offered = await server.autocomplete(anna, news, "follow topic", "name", name="tar")
    assert [each["value"] for each in offered] == ["tariffs"]
    offered = await server.autocomplete(anna, news, "follow story", "name", name="nuuk")
    assert [each["value"] for each in offered] == ["s1"]
    offered = await server.autocomplete(anna, news, "follow topic", "zone", name="tariffs", zone="berl")
    assert offered[0]["value"] == "Europe/Berlin"
