"""Daily briefings by slash command: who may set them up, what is checked before, and that they come, once."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.domain.deliveries import Sent
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId
from bot.domain.servers import Server
from bot.domain.wording import commands as wording
from cogs.client import NewsthreadBot
from tests.cogs.conftest import Connect, Newsroom
from tests.doubles.discord import Channel, DiscordServer, Guild, Member, NotOfferedError

SIX = datetime(2025, 1, 20, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_six(room: Newsroom) -> None:
    room.clock.set(SIX)


async def plan(server: DiscordServer, who: Member, channel: Channel, **options: str) -> str:
    """What `/schedule add` answers."""
    given = {"at": "08:00", "zone": "Europe/Berlin"} | options
    asked = await server.slash(who, channel, "schedule add", channel=channel, **given)
    reply = await asked.wait_reply()
    assert reply.ephemeral
    assert reply.allowed_mentions == {"parse": []}
    return reply.content


async def test_a_schedule_set_by_slash_command_posts_at_its_time_once(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    said = await plan(server, admin, news, topics="greenland, Tariffs")
    assert f"Every day at 08:00 (Europe/Berlin) in <#{news.id}>, on Greenland and tariffs." in said
    assert f"<t:{int(datetime(2025, 1, 20, 7, 0, tzinfo=UTC).timestamp())}:f>" in said
    for minute in range(90):
        room.clock.set(SIX + timedelta(minutes=minute))
        await room.run_due()
        await room.resume()
        assert len(news.posts) == (minute >= 60)
    (front,), (thread,) = news.posts, news.threads
    assert "News briefing" in front.content
    assert [message.text.splitlines()[0] for message in thread.posts] == ["Envoys meet in Nuuk"]
    assert "https://ledger.example/envoys#:~:text=" in thread.posts[0].text
    assert all(message.allowed_mentions == {"parse": []} for message in (front, *thread.posts))
    assert room.briefs.asked[0][0] == ("Greenland", "tariffs")
    room.clock.move(timedelta(days=1))
    await room.run_due()
    assert len(news.posts) == 2


async def test_a_bot_restarted_between_two_parts_leaves_each_standing_once(
    server: DiscordServer, room: Newsroom, news: Channel, admin: Member, connect: Connect
) -> None:
    async with connect(room):
        await plan(server, admin, news, at="6:30", zone="UTC")
        room.clock.move(timedelta(minutes=30))
        server.fail_next("POST", f"/messages/{'[0-9]+'}/threads$", drop="after")
        await room.run_due()
    assert len(news.posts) == 1
    await room.resume()
    room.clock.move(timedelta(hours=1))
    async with connect(room):
        await room.run_due()
        await room.resume()
    assert (len(news.posts), len(news.threads), len(news.threads[0].posts)) == (1, 1, 1)
    (delivery,) = room.folder.outbox.deliveries
    assert all(isinstance(part.state, Sent) for part in delivery.parts)


TROUBLES = [{"status": 503}, {"status": 429}, {"drop": "before"}, {"drop": "after"}]


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
@pytest.mark.parametrize("step", ["front", "thread", "story", "forum"])
async def test_trouble_with_any_message_leaves_each_standing_once(
    room: Newsroom, bot: NewsthreadBot, admin: Member, trouble: dict[str, Any], step: str
) -> None:
    server = room.server
    server.nonce_window = timedelta(0)  # as if Discord had forgotten the first try
    place = admin.guild.add_forum("daily") if step == "forum" else admin.guild.add_text_channel("daily")
    await server.wait_for(lambda: bot.get_channel(place.id))
    await plan(server, admin, place, at="6:01", zone="UTC")
    path = {"front": f"/{place.id}/messages$", "thread": "/threads$", "forum": "/threads$"}.get(step, "/messages$")
    server.fail_next("POST", path, skip=1 if step == "story" else 0, times=2, **trouble)
    for _ in range(8):
        room.clock.move(timedelta(minutes=1))
        await room.run_due()
        await room.resume()
    (thread,) = place.threads
    assert len(thread.posts) == (2 if step == "forum" else 1)
    assert len(place.posts) == (0 if step == "forum" else 1)
    (delivery,) = room.folder.outbox.deliveries
    assert all(isinstance(part.state, Sent) for part in delivery.parts)


@pytest.mark.parametrize("command", ["add", "edit", "pause", "resume", "remove", "preview"])
async def test_a_member_who_may_not_manage_the_server_changes_nothing(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, anna: Member, command: str
) -> None:
    channel = anna.guild.add_text_channel("talk")
    options: dict[str, Any] = {"channel": channel, "at": "8", "zone": "UTC"} if command == "add" else {"schedule": "x"}
    asked = await server.slash(anna, channel, f"schedule {command}", **options)
    reply = await asked.wait_reply()
    assert (reply.content, reply.ephemeral) == (wording.NEEDS_MANAGER, True)
    assert await room.folder.schedules.all() == ()


async def test_a_member_with_a_role_that_the_admin_named_manages_the_bot(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    editors = anna.guild.add_role("editors")
    home = Server(id=ServerId(f"discord:{anna.guild.id}"), managers=(str(editors.id),))
    await room.folder.servers.put(home)
    anna.roles.append(editors)
    assert "Every day at 08:00" in await plan(server, anna, news)
    assert len(await room.folder.schedules.all()) == 1


async def test_a_list_says_of_each_schedule_what_keeps_it_from_being_posted(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    quiet, gone = admin.guild.add_text_channel("quiet"), admin.guild.add_text_channel("gone")
    await server.wait_for(lambda: bot.get_channel(gone.id))
    for channel in (quiet, gone):
        await plan(server, admin, channel)
    quiet.deny("send_messages", "embed_links")
    gone.delete()
    await server.wait_for(lambda: bot.get_channel(gone.id) is None)
    lines = (await (await server.slash(admin, news, "schedule list")).wait_reply()).text.splitlines()
    assert lines[0].endswith(
        "**I cannot post there; please give me: Send Messages (Create Posts in a forum) and Embed Links.**"
    )
    assert lines[1].endswith(f"**{wording.NOT_THERE}**")
    assert "Next:" not in "".join(lines)
    offered = await server.autocomplete(admin, news, "schedule edit", "schedule", schedule="gone")
    assert [each["name"] for each in offered] == ["08:00 Europe/Berlin in a channel that is gone"]


@pytest.mark.parametrize(
    ("denied", "named"),
    [
        (("send_messages",), "Send Messages (Create Posts in a forum)"),
        (("embed_links", "create_public_threads"), "Embed Links and Create Public Threads"),
        (
            ("read_message_history", "send_messages_in_threads", "view_channel"),
            "View Channel",
        ),
    ],
)
async def test_each_missing_permission_is_named_and_nothing_is_stored(
    room: Newsroom, bot: NewsthreadBot, admin: Member, denied: tuple[str, ...], named: str
) -> None:
    server = room.server
    channel = admin.guild.add_text_channel("quiet")
    channel.deny(*denied)
    await server.wait_for(lambda: bot.get_channel(channel.id))
    talk = admin.guild.add_text_channel("talk")
    asked = await server.slash(admin, talk, "schedule add", channel=channel, at="8", zone="UTC")
    said = (await asked.wait_reply()).content
    assert f"I cannot post in <#{channel.id}> yet." in said
    assert named in said
    assert await room.folder.schedules.all() == ()


async def test_a_forum_needs_no_permission_to_open_threads(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, guild: Guild, admin: Member
) -> None:
    forum = guild.add_forum("briefings")
    forum.deny("create_public_threads")
    await server.wait_for(lambda: bot.get_channel(forum.id))
    await plan(server, admin, forum, at="7", zone="UTC")
    room.clock.move(timedelta(hours=1))
    await room.run_due()
    (post,) = forum.threads
    assert [message.type for message in post.posts] == [0, 0]
    assert "News briefing" in post.posts[0].content


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"at": "25:00"}, "That is not a time of day; write it like 08:00 or 8:30 pm."),
        ({"zone": "Berlin"}, "That is not a time zone; write one like Europe/Berlin or America/New_York."),
        ({"topics": "football"}, "There is no topic called “football”; the topics are: tariffs, AI stocks, Greenland."),
    ],
)
async def test_what_cannot_be_is_refused_in_one_sentence(
    server: DiscordServer, bot: NewsthreadBot, admin: Member, options: dict[str, str], said: str
) -> None:
    channel = admin.guild.add_text_channel("talk")
    await server.wait_for(lambda: bot.get_channel(channel.id))
    assert await plan(server, admin, channel, **options) == said


async def test_schedules_are_listed_and_ended_by_their_name(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    asked = await server.slash(admin, news, "schedule list")
    assert (await asked.wait_reply()).text == wording.NO_SCHEDULES
    await plan(server, admin, news)
    (schedule,) = await room.folder.schedules.all()
    asked = await server.slash(admin, news, "schedule list")
    reply = await asked.wait_reply()
    assert reply.text.startswith(
        f"`{schedule.id}` · Every day at 08:00 (Europe/Berlin) in <#{news.id}>, on all topics."
    )
    assert reply.ephemeral
    offered = await server.autocomplete(admin, news, "schedule remove", "schedule", schedule="")
    assert offered == [{"name": "08:00 Europe/Berlin in #news", "value": schedule.id}]
    asked = await server.slash(admin, news, "schedule remove", schedule=schedule.id)
    assert "no more regular briefing" in (await asked.wait_reply()).content
    assert await room.folder.schedules.all() == ()
    asked = await server.slash(admin, news, "schedule remove", schedule=schedule.id)
    assert "has no schedule with that name" in (await asked.wait_reply()).content


async def test_a_list_of_many_schedules_comes_in_several_messages(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    topics = ("Semiconductor export control", "Arctic shipping and fishery")
    for number in range(60):
        schedule = Schedule(
            id=ScheduleId(f"bako{number:02}"),
            server=ServerId(f"discord:{news.guild.id}"),
            destination=Destination(f"discord:{news.id}"),
            at=time(8, number),
            zone="America/Argentina/ComodRivadavia",
            topics=topics,
            created_at=room.clock.now(),
        )
        await room.folder.schedules.put(schedule)
    asked = await server.slash(admin, news, "schedule list")
    messages = await asked.wait_messages(3)
    lines = "\n".join(message.text for message in messages).splitlines()
    assert [line[1:7] for line in lines] == [f"bako{number:02}" for number in range(60)]
    assert all(message.ephemeral for message in messages)


async def change(server: DiscordServer, who: Member, where: Channel, schedule: str, **options: Any) -> str:
    """What `/schedule edit` answers."""
    asked = await server.slash(who, where, "schedule edit", schedule=schedule, **options)
    reply = await asked.wait_reply()
    assert reply.ephemeral
    assert reply.allowed_mentions == {"parse": []}
    return reply.content


async def test_a_schedule_is_changed_by_slash_command_and_comes_when_it_says(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    await plan(server, admin, news, topics="greenland")
    (schedule,) = await room.folder.schedules.all()
    offered = await server.autocomplete(admin, news, "schedule edit", "schedule", schedule="")
    assert [choice["value"] for choice in offered] == [schedule.id]
    offered = await server.autocomplete(admin, news, "schedule edit", "zone", schedule=schedule.id, zone="new y")
    assert offered[0]["value"] == "America/New_York"
    offered = await server.autocomplete(admin, news, "schedule edit", "topics", schedule=schedule.id, topics="tar")
    assert [choice["value"] for choice in offered] == ["tariffs"]
    room.clock.move(timedelta(hours=1))
    await room.run_due()
    assert len(news.posts) == 1
    said = await change(server, admin, news, schedule.id, zone="America/New_York", topics="all")
    tomorrow = datetime(2025, 1, 21, 13, 0, tzinfo=UTC)  # it was eight in Berlin, and is eight in New York later today
    assert said == (
        f"Every day at 08:00 (America/New_York) in <#{news.id}>, on all topics.\n"
        f"The next one comes <t:{int(tomorrow.timestamp())}:f>."
    )
    room.clock.set(tomorrow - timedelta(minutes=1))
    await room.run_due()
    assert len(news.posts) == 1
    room.clock.set(tomorrow)
    await room.run_due()
    assert len(news.posts) == 2


async def test_a_schedule_moves_to_another_channel_only_where_the_bot_may_post(
    room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    server = room.server
    await plan(server, admin, news)
    (schedule,) = await room.folder.schedules.all()
    quiet, talk = admin.guild.add_text_channel("quiet"), admin.guild.add_text_channel("talk")
    quiet.deny("send_messages")
    await server.wait_for(lambda: bot.get_channel(talk.id) and bot.get_channel(quiet.id))
    said = await change(server, admin, news, schedule.id, channel=quiet)
    assert "Send Messages (Create Posts in a forum)" in said
    assert await room.folder.schedules.all() == (schedule,)
    said = await change(server, admin, news, schedule.id, channel=talk)
    assert f"Every day at 08:00 (Europe/Berlin) in <#{talk.id}>" in said
    room.clock.move(timedelta(hours=1))
    await room.run_due()
    assert (len(news.posts), len(talk.posts)) == (0, 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "Nothing was changed; name something that differs from what `/schedule list` shows."),
        ({"at": "25:00"}, "That is not a time of day; write it like 08:00 or 8:30 pm."),
    ],
)
async def test_a_change_that_cannot_be_is_refused_in_one_sentence(
    room: Newsroom, bot: NewsthreadBot, admin: Member, options: dict[str, str], said: str
) -> None:
    server, news = room.server, admin.guild.add_text_channel("talk")
    await server.wait_for(lambda: bot.get_channel(news.id))
    await plan(server, admin, news)
    (schedule,) = await room.folder.schedules.all()
    assert await change(server, admin, news, schedule.id, **options) == said
    assert "no schedule with that name" in await change(server, admin, news, "nobody", at="9")


@pytest.mark.parametrize(
    ("typed", "first"),
    [("", "Europe/London"), ("berl", "Europe/Berlin"), ("new y", "America/New_York"), ("utc", "UTC"), ("zzz", None)],
)
async def test_zones_are_offered_while_typing(
    server: DiscordServer, bot: NewsthreadBot, admin: Member, typed: str, first: str | None
) -> None:
    channel = admin.guild.add_text_channel("talk")
    offered = await server.autocomplete(admin, channel, "schedule add", "zone", zone=typed)
    assert len(offered) <= 25
    assert next((choice["value"] for choice in offered), None) == first


async def test_topics_are_completed_one_behind_the_other(
    server: DiscordServer, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    offered = await server.autocomplete(admin, news, "schedule add", "topics", topics="tariffs, gr")
    assert [choice["value"] for choice in offered] == ["tariffs, Greenland"]
    offered = await server.autocomplete(admin, news, "schedule add", "topics", topics="Tariffs, Greenland,")
    assert [choice["value"] for choice in offered] == ["Tariffs, Greenland, AI stocks"]


async def test_schedules_are_not_offered_in_direct_messages(
    server: DiscordServer, bot: NewsthreadBot, admin: Member
) -> None:
    with pytest.raises(NotOfferedError):
        await server.slash(admin, server.dm(admin), "schedule list")


# --- days, quiet days, pauses and previews ----------------------------------------------------------------------------


async def test_several_times_on_some_days_are_set_up_at_once_and_come_on_those_days_alone(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    said = await plan(server, admin, news, at="8:00, 18:00", zone="UTC", days="weekdays")
    first, second = await room.folder.schedules.all()
    assert said.splitlines()[:2] == [
        f"`{first.id}` · Monday to Friday at 08:00 (UTC) in <#{news.id}>, on all topics.",
        f"`{second.id}` · Monday to Friday at 18:00 (UTC) in <#{news.id}>, on all topics.",
    ]
    assert f"<t:{int((SIX + timedelta(hours=2)).timestamp())}:f>" in said
    posted = []
    for hour in range(8 * 24):
        room.clock.set(SIX + timedelta(hours=hour))
        await room.run_due()
        posted += [room.clock.now()] * (len(news.posts) - len(posted))
    assert [f"{at:%a %H}" for at in posted] == [
        f"{day} {hour}" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Mon") for hour in ("08", "18")
    ]


async def test_a_briefing_for_each_hour_is_set_up_and_said_at_once(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    hours, zone = ",".join(map(str, range(24))), "America/Argentina/Buenos_Aires"
    options = {"at": hours, "zone": zone, "days": "Mon, Wed, Fri", "quiet": "skip"}
    said = (await (await server.slash(admin, news, "schedule add", channel=news, **options)).wait_reply()).text
    assert [each.id for each in await room.folder.schedules.all()] == re.findall(r"^`(\w+)` · ", said, re.MULTILINE)


async def test_a_day_without_news_is_said_or_skipped_as_it_was_chosen(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    room.briefs.is_quiet = True
    said = await plan(server, admin, news, at="7", zone="UTC", quiet="skip")
    assert "Nothing is posted when nothing is new." in said
    room.clock.move(timedelta(hours=1))
    await room.run_due()
    assert (news.posts, len(room.briefs.asked)) == ([], 1)
    (schedule,) = await room.folder.schedules.all()
    said = await change(server, admin, news, schedule.id, quiet="say")
    assert "Nothing is posted" not in said
    room.clock.move(timedelta(days=1))
    await room.run_due()
    (front,) = news.posts
    assert "Nothing new on these topics" in front.content


async def test_a_schedule_rests_while_it_is_paused_and_goes_on_from_when_it_is_resumed(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    await plan(server, admin, news, at="7", zone="UTC")
    (schedule,) = await room.folder.schedules.all()
    offered = await server.autocomplete(admin, news, "schedule pause", "schedule", schedule="new")
    assert offered == [{"name": "07:00 UTC in #news", "value": schedule.id}]
    asked = await server.slash(admin, news, "schedule pause", schedule=schedule.id)
    assert wording.PAUSED in (await asked.wait_reply()).content
    asked = await server.slash(admin, news, "schedule list")
    assert (await asked.wait_reply()).text.endswith(f"on all topics. {wording.PAUSED}")
    offered = await server.autocomplete(admin, news, "schedule resume", "schedule", schedule="")
    assert offered[0]["name"] == "07:00 UTC in #news (paused)"
    room.clock.move(timedelta(hours=2))
    await room.run_due()
    asked = await server.slash(admin, news, "schedule resume", schedule=schedule.id)
    tomorrow = SIX + timedelta(days=1, hours=1)
    assert f"The next one comes <t:{int(tomorrow.timestamp())}:f>." in (await asked.wait_reply()).content
    await room.run_due()
    assert news.posts == []
    room.clock.set(tomorrow)
    await room.run_due()
    assert len(news.posts) == 1
    asked = await server.slash(admin, news, "schedule resume", schedule=schedule.id)
    assert (await asked.wait_reply()).content.startswith("That one is not paused")


async def test_a_preview_shows_the_next_edition_to_the_asker_alone_and_is_told_to_nobody(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    await plan(server, admin, news, topics="greenland")
    (schedule,) = await room.folder.schedules.all()
    asked = await server.slash(admin, news, "schedule preview", schedule=schedule.id)
    front, story, last = await asked.wait_messages(3)
    assert "News briefing" in front.content
    assert story.text.startswith("Envoys meet in Nuuk")
    assert last.content.startswith("This is what would be told now.")
    assert all(message.ephemeral and message.allowed_mentions == {"parse": []} for message in (front, story, last))
    assert room.briefs.asked[0][0] == ("Greenland",)
    assert (news.posts, room.folder.outbox.deliveries) == ([], [])
    asked = await server.slash(admin, news, "schedule preview", schedule="nobody")
    assert "no schedule with that name" in (await asked.wait_reply()).content


async def test_a_preview_of_what_would_be_skipped_says_so(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    room.briefs.is_quiet = True
    await plan(server, admin, news, quiet="skip")
    (schedule,) = await room.folder.schedules.all()
    asked = await server.slash(admin, news, "schedule preview", schedule=schedule.id)
    _, last = await asked.wait_messages(2)
    assert wording.WOULD_BE_SKIPPED in last.content


async def test_another_server_reaches_none_of_a_servers_schedules(
    room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    server = room.server
    await plan(server, admin, news)
    (schedule,) = await room.folder.schedules.all()
    elsewhere = server.add_guild("Elsewhere")
    talk, eve = elsewhere.add_text_channel("talk"), elsewhere.add_member("eve", manage_guild=True)
    await server.wait_for(lambda: bot.get_channel(talk.id))
    for command in ("pause", "resume", "preview", "remove"):
        asked = await server.slash(eve, talk, f"schedule {command}", schedule=schedule.id)
        assert "no schedule with that name" in (await asked.wait_reply()).content
        assert await server.autocomplete(eve, talk, f"schedule {command}", "schedule", schedule="") == []
    assert await room.folder.schedules.all() == (schedule,)
