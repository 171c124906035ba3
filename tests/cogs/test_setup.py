"""Setting up: a panel that keeps what was chosen, works after a restart, and stores nothing before all is there."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.schedules import ServerId
from bot.domain.servers import Server
from bot.domain.topics import Topic
from bot.domain.wording import setup as said
from cogs.client import NewsthreadBot
from cogs.managing import NotManagerError
from tests.cogs.conftest import Connect, Newsroom
from tests.cogs.test_schedule import SIX
from tests.doubles.discord import Channel, DiscordServer, Guild, Member, Message

EIGHT = SIX + timedelta(hours=1)  # in Berlin


@pytest.fixture(autouse=True)
def _at_six(room: Newsroom, guild: Guild) -> None:
    room.clock.set(SIX)
    guild.locale = "de"


async def opened(server: DiscordServer, who: Member, where: Channel, **options: Any) -> Message:
    """The panel that `/setup` shows."""
    panel = await (await server.slash(who, where, "setup", **options)).wait_reply()
    assert panel.ephemeral
    return panel


async def choose(server: DiscordServer, who: Member, panel: Message, what: str, *values: Any) -> Message:
    """Picks from a menu; the panel shows it."""
    return await (await server.press(who, panel, f"nt:setup:{what}", *values)).wait_reply()


async def pressed(server: DiscordServer, who: Member, panel: Message, what: str) -> Message:
    """What a button answers first."""
    return await (await server.press(who, panel, f"nt:setup:{what}")).wait_reply()


async def type_in(server: DiscordServer, who: Member, panel: Message, what: str, typed: str) -> Message:
    """Types something into the modal of a button."""
    button = await server.press(who, panel, f"nt:setup:{what}")
    await button.wait_modal()
    return await (await server.submit_modal(button, {"typed": typed})).wait_reply()


def ticked(panel: Message, what: str) -> list[str]:
    """What is chosen in a menu."""
    menu = next(part for part in panel.parts if part.get("custom_id") == f"nt:setup:{what}")
    picked = [str(each["id"]) for each in menu.get("default_values", [])]
    return picked + [each["value"] for each in menu.get("options", []) if each.get("default")]


def may_write(bot: NewsthreadBot, where: Channel) -> bool:
    """Whether the bot knows that it may."""
    channel = bot.get_channel(where.id)
    return channel.permissions_for(channel.guild.me).send_messages


async def server_record(room: Newsroom, guild: Guild) -> Server:
    return await room.folder.servers.get(ServerId(f"discord:{guild.id}"))


async def test_a_briefing_is_set_up_with_two_presses_and_comes_when_it_says(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    panel = await opened(server, admin, news)
    assert ticked(panel, "channel") == [str(news.id)]
    assert ticked(panel, "topics") == ["tariffs", "AI stocks", "Greenland"]
    assert (ticked(panel, "zone"), ticked(panel, "at")) == (["Europe/Berlin"], ["08:00"])
    assert f"<t:{int(EIGHT.timestamp())}:f>" in panel.text
    done = await pressed(server, admin, panel, "done")
    (schedule,) = await room.folder.schedules.all()
    assert done.text.startswith(f"## All set\n`{schedule.id}` · Every day at 08:00 (Europe/Berlin) in <#{news.id}>")
    assert f"<t:{int(EIGHT.timestamp())}:f>" in done.text
    assert done.buttons == []
    assert (await server_record(room, news.guild)).zone == "Europe/Berlin"
    room.clock.set(EIGHT)
    await room.run_due()
    assert "News briefing" in news.posts[0].content


async def test_what_is_chosen_stands_in_the_panel_and_is_what_is_stored(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    forum = news.guild.add_forum("briefings")
    await server.wait_for(lambda: bot.get_channel(forum.id))
    panel = await opened(server, admin, news, zone="america/new york", time="7pm")
    assert (ticked(panel, "zone"), ticked(panel, "at")) == (["America/New_York"], ["19:00"])
    await choose(server, admin, panel, "channel", forum)
    await choose(server, admin, panel, "topics", "Greenland", "tariffs")
    await choose(server, admin, panel, "zone", "Europe/Zurich")
    await choose(server, admin, panel, "at", "20:00")
    assert ticked(panel, "topics") == ["tariffs", "Greenland"]
    await type_in(server, admin, panel, "other-zone", "asia/kolkata")
    await type_in(server, admin, panel, "other-at", "6.45")
    assert (ticked(panel, "zone"), ticked(panel, "at")) == (["Asia/Kolkata"], ["06:45"])
    assert ticked(panel, "channel") == [str(forum.id)]
    assert await room.folder.schedules.all() == ()
    await pressed(server, admin, panel, "done")
    (schedule,) = await room.folder.schedules.all()
    assert (schedule.destination, schedule.zone) == (f"discord:{forum.id}", "Asia/Kolkata")
    assert (f"{schedule.at:%H:%M}", schedule.topics) == ("06:45", ("tariffs", "Greenland"))


@pytest.mark.parametrize(
    ("what", "answer"),
    [
        ("other-zone", "That is not a time zone; write one like Europe/Berlin or America/New_York."),
        ("other-at", "That is not a time of day; write it like 08:00 or 8:30 pm."),
    ],
)
async def test_what_is_typed_wrongly_is_said_and_the_panel_stays(
    room: Newsroom, bot: NewsthreadBot, admin: Member, what: str, answer: str
) -> None:
    server, channel = room.server, admin.guild.add_text_channel("talk")
    await server.wait_for(lambda: bot.get_channel(channel.id))
    panel = await opened(server, admin, channel)
    before = list(panel.parts)
    reply = await type_in(server, admin, panel, what, "25:00")
    assert (reply.content, reply.ephemeral) == (answer, True)
    assert list(panel.parts) == before


async def test_a_preview_is_for_who_asks_and_of_what_is_chosen(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    panel = await opened(server, admin, news)
    await choose(server, admin, panel, "topics", "Greenland")
    asked = await server.press(admin, panel, "nt:setup:preview")
    front, story = await asked.wait_messages(2)
    assert "News briefing" in front.content
    assert story.text.startswith("Envoys meet in Nuuk")
    assert all(each.ephemeral and each.allowed_mentions == {"parse": []} for each in (front, story))
    ((topics, window),) = room.briefs.asked
    assert (topics, window.until - window.since) == (("Greenland",), timedelta(hours=24))
    assert (news.posts, await room.folder.schedules.all()) == ([], ())


async def test_nothing_is_stored_while_the_bot_may_not_post_where_it_should(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    news.deny("embed_links", "create_public_threads")
    forum = news.guild.add_forum("briefings")
    forum.deny("send_messages")
    await server.wait_for(lambda: bot.get_channel(forum.id))
    panel = await opened(server, admin, news)
    refused = await pressed(server, admin, panel, "done")
    assert "Please give me there: Embed Links and Create Public Threads. Nothing was stored." in refused.content
    await choose(server, admin, panel, "channel", forum)
    refused = await pressed(server, admin, panel, "done")
    assert "Send Messages (Create Posts in a forum)" in refused.content
    assert await room.folder.schedules.all() == await room.folder.servers.all() == ()
    forum.allow("send_messages")
    await server.wait_for(lambda: may_write(bot, forum))
    assert (await pressed(server, admin, panel, "done")).text.startswith("## All set")
    assert (await pressed(server, admin, await opened(server, admin, news), "done")).ephemeral


async def test_only_managers_open_the_panel_and_name_a_log_and_only_admins_a_role(
    room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member, anna: Member
) -> None:
    server, guild = room.server, news.guild
    editors = guild.add_role("editors")
    log = guild.add_text_channel("log")
    await server.wait_for(lambda: bot.get_channel(log.id))
    refused = await (await server.slash(anna, news, "setup")).wait_reply()
    assert (refused.content, refused.ephemeral) == (str(NotManagerError()), True)
    asked = await server.slash(admin, news, "setup", role=editors, log=log)
    panel, told = await asked.wait_messages(2)
    assert told.content == f"{said.manages(editors.mention)}\n{said.reports_go(f'<#{log.id}>')}"
    assert all(each.ephemeral and not each.pings for each in (panel, told))
    record = await server_record(room, guild)
    assert (record.managers, record.log) == ((str(editors.id),), f"discord:{log.id}")
    anna.roles.append(editors)
    await opened(server, anna, news)
    refused = await (await server.slash(anna, news, "setup", role=editors)).wait_reply()
    assert refused.content == said.NEEDS_ADMIN
    refused = await (await server.slash(admin, news, "setup", role=guild.everyone)).wait_reply()
    assert refused.content == said.NOT_EVERYONE
    log.deny("send_messages")
    await server.wait_for(lambda: not may_write(bot, log))
    refused = await (await server.slash(admin, news, "setup", role=editors, log=log)).wait_reply()
    assert "Please give me there: Send Messages" in refused.content
    assert await server_record(room, guild) == record
    await (await server.slash(admin, news, "setup", role=editors)).wait_messages(2)
    assert (await server_record(room, guild)).managers == ()


async def test_zones_are_offered_by_the_servers_language_first(
    server: DiscordServer, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    offered = await server.autocomplete(admin, news, "setup", "zone", zone="")
    assert [each["value"] for each in offered][:2] == ["Europe/Berlin", "Europe/Vienna"]
    offered = await server.autocomplete(admin, news, "setup", "zone", zone="kolk")
    assert [each["value"] for each in offered] == ["Asia/Kolkata"]


async def test_a_servers_own_topics_stand_in_its_own_panel_alone(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    elsewhere = server.add_guild("Elsewhere")
    talk, eve = elsewhere.add_text_channel("talk"), elsewhere.add_member("eve", manage_guild=True)
    await server.wait_for(lambda: bot.get_channel(talk.id))
    own = room.folder.seen_by(ServerId(f"discord:{elsewhere.id}")).topics
    await own.put(Topic(name="Chess", words=("chess",)))
    await own.remove("tariffs")
    assert ticked(await opened(server, eve, talk), "topics") == ["AI stocks", "Greenland", "Chess"]
    assert "Chess" not in ticked(await opened(server, admin, news), "topics")


async def test_a_panel_holds_as_many_topics_as_a_menu_takes_however_long_they_are_called(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member
) -> None:
    own = room.folder.seen_by(ServerId(f"discord:{news.guild.id}")).topics
    await own.put(*(Topic(name=f"{number:03}" + "n" * 97, words=("chess",)) for number in range(30)))
    panel = await opened(server, admin, news, zone="America/Argentina/ComodRivadavia", time="23:59")
    assert len(ticked(panel, "topics")) == 25
    assert (await choose(server, admin, panel, "topics", "tariffs")) is panel
    assert (ticked(panel, "topics"), ticked(panel, "at")) == (["tariffs"], ["23:59"])
    assert ticked(panel, "zone") == ["America/Argentina/ComodRivadavia"]


# --- a server that takes the bot --------------------------------------------------------------------------------------


def newcomer(server: DiscordServer, name: str = "Newcomers") -> tuple[Guild, Channel]:
    """A server that has not taken the bot yet, with a channel for everybody's eyes."""
    guild = server.add_guild(name)
    lobby = guild.add_text_channel("lobby")
    guild.remove_bot()
    return guild, lobby


async def test_the_panel_of_a_new_server_works_after_a_restart_and_for_managers_alone(
    server: DiscordServer, room: Newsroom, news: Channel, connect: Connect
) -> None:
    guild, lobby = newcomer(server)
    eve, max_ = guild.add_member("eve", manage_guild=True), guild.add_member("max")
    async with connect(room) as bot:
        await bot.wait_until_ready()
        guild.add_bot()
        await server.wait_for(lambda: lobby.posts)
    (panel,) = lobby.posts
    assert (panel.allowed_mentions, ticked(panel, "channel")) == ({"parse": []}, [])
    async with connect(room):
        for what in ("done", "preview", "other-at"):
            refused = await pressed(server, max_, panel, what)
            assert (refused.content, refused.ephemeral) == (str(NotManagerError()), True)
        assert (await choose(server, max_, panel, "at", "09:00")).content == str(NotManagerError())
        assert (await pressed(server, eve, panel, "done")).content == said.PICK_A_CHANNEL
        await choose(server, eve, panel, "at", "09:00")
        await choose(server, guild.members[guild.owner.id], panel, "channel", lobby)
        assert (await pressed(server, eve, panel, "done")).text.startswith("## All set")
    (schedule,) = await room.folder.schedules.all()
    assert (f"{schedule.at:%H:%M}", schedule.server) == ("09:00", f"discord:{guild.id}")


async def test_a_server_is_welcomed_once_however_often_it_comes_back(
    server: DiscordServer, room: Newsroom, news: Channel, connect: Connect
) -> None:
    guild, lobby = newcomer(server)
    others, talk = newcomer(server, "Others")
    async with connect(room) as bot:
        await bot.wait_until_ready()
        guild.add_bot()
        await server.wait_for(lambda: lobby.posts)
        guild.go_away()
        guild.come_back()
        guild.remove_bot()
        guild.add_bot()
        others.add_bot()  # what came before was seen to when this one is welcomed
        await server.wait_for(lambda: talk.posts)
    async with connect(room) as bot:
        await bot.wait_until_ready()
    assert (len(lobby.posts), len(talk.posts)) == (1, 1)


async def test_a_server_is_welcomed_where_the_bot_may_write_or_its_owner_is_told(
    server: DiscordServer, room: Newsroom, news: Channel, connect: Connect
) -> None:
    system, lobby = newcomer(server, "System")
    system.system_channel = system.add_text_channel("hello")
    first, closed = newcomer(server, "First")
    first.system_channel = closed
    closed.deny("send_messages")
    talk = first.add_text_channel("talk")
    mute, hidden = newcomer(server, "*Mute*")
    hidden.deny("view_channel")
    deaf, unseen = newcomer(server, "Deaf")
    unseen.deny("view_channel")
    deaf.owner.accepts_dms = False
    async with connect(room) as bot:
        await bot.wait_until_ready()
        for guild in (deaf, system, first, mute):
            guild.add_bot()
        await server.wait_for(lambda: system.system_channel.posts and talk.posts and server.dm(mute.owner).posts)
    (told,) = server.dm(mute.owner).posts
    assert told.content == said.RUN_SETUP.format(server=r"\*Mute\*")
    assert (lobby.posts, closed.posts, hidden.posts, unseen.posts) == ([], [], [], [])


@pytest.mark.parametrize("lost", ["channel", "zone", "at"])
async def test_a_panel_of_another_version_says_so_and_stores_nothing(
    room: Newsroom, bot: NewsthreadBot, news: Channel, admin: Member, lost: str
) -> None:
    panel = await opened(room.server, admin, news)
    menu = next(part for part in panel.parts if part.get("custom_id") == f"nt:setup:{lost}")
    menu["custom_id"] = "nt:setup:dance"
    reply = await pressed(room.server, admin, panel, "done")
    assert (reply.text, reply.ephemeral) == (said.OLD_PANEL, True)
    assert await room.folder.schedules.all() == ()
