"""`/topics` and `/feeds`: a server's own, changed by those who manage it, seen by nobody elsewhere."""

import pytest

from bot.domain.feeds import Feed, FeedUrl
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.wording import commands as wording
from bot.domain.wording import feeds as of_feeds
from bot.domain.wording import refusals
from tests.cogs.conftest import Newsroom
from tests.doubles.discord import Attachment, Channel, DiscordServer, Guild, Member, Message

pytestmark = pytest.mark.usefixtures("bot")
FEED = FeedUrl("https://user:secret@own.example/feed")
OPML = b"""<?xml version="1.0"?><opml version="2.0"><body>
    <outline text="Own" xmlUrl="https://own.example/feed"/>
    <outline text="Inside" xmlUrl="ftp://own.example/feed"/>
</body></opml>"""


@pytest.fixture
def elsewhere(server: DiscordServer) -> Member:
    return server.add_guild("Elsewhere").add_member("eve", manage_guild=True)


async def run(server: DiscordServer, who: Member, path: str, /, **options: object) -> Message:
    """The answer to a command, which only its asker sees."""
    place = next(channel for channel in who.guild.channels.values())
    reply = await (await server.slash(who, place, path, **options)).wait_reply()
    assert reply.ephemeral
    return reply


def shown(reply: Message) -> str:
    return reply.content or "\n".join(embed["description"] for embed in reply.embeds)


async def test_a_topic_is_added_changed_listed_and_removed_for_its_server_alone(
    server: DiscordServer, room: Newsroom, admin: Member, *, anna: Member, elsewhere: Member
) -> None:
    elsewhere.guild.add_text_channel("there")
    added = await run(server, admin, "topics add", name="Space flight", words="rocket*, moon + landing")
    assert "rocket\\*, moon + landing" in added.content
    await run(server, admin, "topics edit", topic="space flight", exclusions="film, game")
    await run(server, admin, "topics edit", topic="greenland", words="nuuk")
    listed = shown(await run(server, anna, "topics list"))
    assert "**Space flight**" in listed
    assert "Not with: film, game" in listed
    assert "nuuk" in listed
    theirs = shown(await run(server, elsewhere, "topics list"))
    assert "Space flight" not in theirs
    assert "nuuk" not in theirs
    await run(server, admin, "topics remove", topic="Greenland")
    assert "Greenland" not in shown(await run(server, anna, "topics list"))
    assert {topic.name for topic in await room.folder.topics.all()} == {"tariffs", "AI stocks", "Greenland"}


@pytest.mark.parametrize(
    ("path", "options", "said"),
    [
        ("topics add", {"name": "tariffs", "words": "levy"}, "There is a topic “tariffs” already"),
        ("topics add", {"name": "tar\u200biffs", "words": "levy"}, "There is a topic “tariffs” already"),
        ("topics add", {"name": "@everyone", "words": "levy"}, "A topic's name has"),
        ("topics add", {"name": "All", "words": "levy"}, "said instead of a topic"),
        ("topics add", {"name": "Levies", "words": " , "}, "needs a word"),
        ("topics add", {"name": "Levies", "words": "levy, !!!"}, "no word that can be looked for"),
        ("topics add", {"name": "Levies", "words": "x", "feeds": "https://no.example/feed"}, "No feed at"),
        ("topics edit", {"topic": "tariffs"}, "Nothing was changed"),
        ("topics edit", {"topic": "Chess", "words": "x"}, "There is no topic “Chess”"),
        ("topics remove", {"topic": "Chess"}, "There is no topic “Chess”"),
        ("feeds remove", {"feed": "https://no.example/feed"}, "No feed with that address"),
        ("feeds add", {"address": "ftp://x.example"}, "address"),
    ],
)
async def test_bad_input_gets_one_sentence_and_changes_nothing(
    server: DiscordServer,
    room: Newsroom,
    admin: Member,
    *,
    path: str,
    options: dict[str, str],
    said: str,
) -> None:
    before = await room.folder.all_topics.all(), await room.folder.all_feeds.all()
    assert said in shown(await run(server, admin, path, **options))
    assert (await room.folder.all_topics.all(), await room.folder.all_feeds.all()) == before


@pytest.mark.parametrize("path", ["topics add", "topics edit", "topics remove", "feeds add", "feeds remove"])
async def test_a_member_who_may_not_manage_the_server_is_refused(
    server: DiscordServer, anna: Member, path: str
) -> None:
    options = {
        "topics add": {"name": "x", "words": "x"},
        "topics edit": {"topic": "tariffs", "words": "x"},
        "topics remove": {"topic": "tariffs"},
        "feeds add": {"address": "https://own.example/feed"},
        "feeds remove": {"feed": "https://own.example/feed"},
    }
    assert shown(await run(server, anna, path, **options[path])) == wording.NEEDS_MANAGER


async def test_a_topic_is_shown_letter_for_letter_and_whole_however_many_words_it_has(
    server: DiscordServer, admin: Member
) -> None:
    many = ", ".join(f"{n}{'_' * 56}*" for n in range(10, 26))
    for number, path in enumerate(("topics add", "topics edit")):
        name = {"name": "Space_flight"} if not number else {"topic": "space_flight"}
        reply = shown(await run(server, admin, path, **name, words=f"{number}_a*, {many}", exclusions=f"b*, {many}"))
        assert "**Space\\_flight**" in reply
        assert f"{number}\\_a\\*, 10" in reply
    listed = shown(await run(server, admin, "topics list"))
    assert "1\\_a\\*, 10" in listed
    assert "Not with: b\\*, 10" in listed


async def test_a_topic_that_a_schedule_is_on_stays(
    server: DiscordServer, room: Newsroom, admin: Member, news: Channel
) -> None:
    await run(server, admin, "schedule add", channel=news, at="08:00", zone="UTC", topics="Greenland")
    assert "Schedules are on “Greenland”" in shown(await run(server, admin, "topics remove", topic="Greenland"))
    assert len(await room.folder.seen_by(ServerId(f"discord:{admin.guild.id}")).topics.all()) == 3


async def test_a_servers_own_feed_is_listed_there_alone_and_without_its_password(
    server: DiscordServer, room: Newsroom, admin: Member, *, anna: Member, elsewhere: Member
) -> None:
    elsewhere.guild.add_text_channel("there")
    added = await run(server, admin, "feeds add", address=FEED, topics="greenland")
    assert "own.example/feed" in added.content
    listed = shown(await run(server, anna, "feeds list"))
    assert "this server's own" in listed
    assert "secret" not in added.content + listed
    assert shown(await run(server, elsewhere, "feeds list")) == of_feeds.EMPTY
    assert await room.folder.seen_by(PUBLIC).feeds.all() == ()
    place = next(iter(admin.guild.channels.values()))
    offered = await server.autocomplete(admin, place, "feeds remove", "feed", feed="own")
    await run(server, admin, "feeds remove", feed=offered[0]["value"])
    assert shown(await run(server, anna, "feeds list")) == of_feeds.EMPTY


async def test_a_list_of_feeds_goes_in_and_out_as_a_file(server: DiscordServer, room: Newsroom, admin: Member) -> None:
    report = await run(server, admin, "feeds import", file=server.file("feeds.opml", OPML))
    assert "1 added, 0 followed before, 1 refused" in report.content
    out = await run(server, admin, "feeds export")
    (file,) = out.attachments
    assert isinstance(file, Attachment)
    assert b"https://own.example/feed" in file.data
    refused = await run(server, admin, "feeds import", file=server.file("feeds.opml", b"no opml"))
    assert "nothing was imported" in refused.content
    large = await run(server, admin, "feeds import", file=server.file("feeds.opml", b"x" * 1_000_001))
    assert large.content == refusals.FILE_TOO_LARGE


async def test_a_file_of_long_addresses_that_are_none_is_answered_all_the_same(
    server: DiscordServer, admin: Member
) -> None:
    outlines = "".join(f'<outline xmlUrl="ftp://{n}.example/{"x" * 300}"/>' for n in range(12))
    document = f"<opml version='2.0'><body>{outlines}</body></opml>".encode()
    report = shown(await run(server, admin, "feeds import", file=server.file("feeds.opml", document)))
    assert "0 added, 0 followed before, 12 refused" in report
    assert report.endswith("and 2 more")


async def test_what_everyone_has_is_hidden_from_the_server_that_removes_it(
    server: DiscordServer, room: Newsroom, guild: Guild, admin: Member
) -> None:
    everyones = Feed(url=FeedUrl("https://press.example/feed"), outlet="The Press")
    await room.folder.feeds.put(everyones)
    assert "The Press" in shown(await run(server, admin, "feeds list"))
    await run(server, admin, "feeds remove", feed=everyones.url)
    assert shown(await run(server, admin, "feeds list")) == of_feeds.EMPTY
    assert await room.folder.feeds.all() == (everyones,)


async def test_feeds_are_checked_at_once_where_a_manager_asks(
    server: DiscordServer, room: Newsroom, admin: Member, anna: Member
) -> None:
    assert "No feed was checked" in shown(await run(server, admin, "feeds refresh"))
    await room.folder.feeds.put(Feed(url=FeedUrl("https://press.example/feed"), outlet="The Press"))
    assert "1 checked: 3 new articles" in shown(await run(server, admin, "feeds refresh"))
    refused = shown(await run(server, admin, "feeds refresh", feed="https://other.example/feed"))
    assert "is followed here" in refused
    assert shown(await run(server, anna, "feeds refresh")) == wording.NEEDS_MANAGER


async def test_an_address_is_tried_without_being_followed(server: DiscordServer, room: Newsroom, admin: Member) -> None:
    assert "A good feed" in shown(await run(server, admin, "feeds check", address="https://own.example/feed"))
    assert await room.folder.all_feeds.all() == ()


async def test_topics_are_offered_while_one_types(server: DiscordServer, admin: Member) -> None:
    place = next(iter(admin.guild.channels.values()))
    offered = await server.autocomplete(admin, place, "feeds add", "topics", topics="tariffs, gre", address="x")
    assert [choice["value"] for choice in offered] == ["tariffs, Greenland"]
