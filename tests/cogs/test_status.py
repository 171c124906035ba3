"""How the bot is in one server: what all see, what managers see, and that nothing of another server shows."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.conversations import ConversationId, Question, QuestionId
from bot.domain.feeds import Feed, FeedState, FeedUrl
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId
from bot.domain.status import ModelState
from bot.domain.wording import commands as wording
from bot.domain.wording import status as said
from cogs.client import NewsthreadBot
from tests.cogs.conftest import Newsroom
from tests.doubles.discord import Channel, DiscordServer, Guild, Member

pytestmark = pytest.mark.usefixtures("bot")

SIX = datetime(2025, 1, 20, 6, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_six(room: Newsroom) -> None:
    room.clock.set(SIX)


async def status(server: DiscordServer, who: Member, where: Channel) -> list[str]:
    """The lines of the card, which is for the asker alone."""
    reply = await (await server.slash(who, where, "status")).wait_reply()
    assert reply.ephemeral
    assert reply.allowed_mentions == {"parse": []}
    title, *lines = reply.text.splitlines()
    assert title == said.TITLE
    return lines


def stamp(at: datetime, style: str = "f") -> str:
    return f"<t:{int(at.timestamp())}:{style}>"


async def plan(room: Newsroom, where: Channel, name: str = "s1", at: int = 7) -> Schedule:
    assert where.guild
    schedule = Schedule(
        id=ScheduleId(name),
        server=ServerId(f"discord:{where.guild.id}"),
        destination=Destination(f"discord:{where.id}"),
        at=time(at),
        zone="UTC",
        topics=(),
        created_at=SIX - HOUR,
    )
    await room.folder.schedules.put(schedule)
    return schedule


async def follow(room: Newsroom, outlet: str, guild: Guild | None, detail: str) -> None:
    """A feed of everyone's, or of a server's own, that fails."""
    url = FeedUrl(f"https://{outlet.lower()}.example/feed")
    server = ServerId(f"discord:{guild.id}") if guild else ServerId("")
    await room.folder.seen_by(server).feeds.put(Feed(url=url, outlet=outlet))
    state = FeedState(url=url, due_at=SIX, failures=3, failing_since=SIX - DAY, error="timeout", detail=detail)
    await room.folder.feed_states.put([state])


def question(name: str, guild: Guild) -> Question:
    return Question(
        id=QuestionId(name),
        conversation=ConversationId("c"),
        asker="discord:1",
        text="Why?",
        reply_to="1 2",
        asked_at=SIX,
        server=f"discord:{guild.id}",
    )


async def test_a_new_server_reads_what_to_do_and_that_all_is_well(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member
) -> None:
    assert said.NO_FEEDS in await status(server, anna, news)
    await room.folder.feeds.put(Feed(url=FeedUrl("https://a.example/feed"), outlet="A"))
    room.model = None
    assert await status(server, anna, news) == [
        said.NO_LAST, said.NO_NEXT, "Feeds: 1, well.", said.EXTRACTS, "Version 0.1.0.",
    ]  # fmt: skip


async def test_the_last_and_the_next_briefing_of_this_server_are_named(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member
) -> None:
    await plan(room, news)
    await plan(room, news, "s2", at=9)
    await plan(room, server.add_guild("Others").add_text_channel("other"), "s3", at=8)
    room.clock.move(HOUR)
    server.fail_next("POST", "/messages$", status=503)
    await room.run_due()
    room.clock.move(HOUR / 60)
    lines = await status(server, anna, news)
    assert lines[0] == f"Last briefing: {stamp(SIX + HOUR)} in <#{news.id}>, still on its way."
    assert lines[1] == f"Next briefing: {stamp(SIX + 3 * HOUR)} in <#{news.id}>."
    room.clock.move(HOUR / 2)
    await room.resume()
    assert (await status(server, anna, news))[0].endswith(", posted.")


async def test_a_paused_briefing_is_not_the_next_one(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member
) -> None:
    await room.folder.schedules.put(replace(await plan(room, news), paused=True))
    assert (await status(server, anna, news))[1] == said.NO_NEXT


async def test_what_keeps_the_next_briefing_from_being_posted_is_said(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    place = anna.guild.add_text_channel("place")
    await server.wait_for(lambda: bot.get_channel(place.id))
    await plan(room, place)
    place.delete()
    await server.wait_for(lambda: bot.get_channel(place.id) is None)
    assert (await status(server, anna, news))[1].endswith(f"in <#{place.id}>. {wording.NOT_THERE}")


async def test_members_read_that_feeds_fail_and_managers_which_and_why(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, admin: Member
) -> None:
    await follow(room, "Ledger", None, "It was late.")
    await follow(room, "Ours", news.guild, "It was gone.")
    await follow(room, "Theirs", server.add_guild("Others"), "It was theirs.")
    seen, detailed = "\n".join(await status(server, anna, news)), await status(server, admin, news)
    assert "Feeds: 2, 2 of them in trouble." in seen
    assert "Ledger" not in seen
    named = [line for line in detailed if line.startswith("- ")]
    assert named == [
        f"- Ledger: Failed 3 times in a row since {stamp(SIX - DAY)}: It was late.",
        f"- Ours: Failed 3 times in a row since {stamp(SIX - DAY)}: It was gone.",
    ]


async def test_of_many_feeds_that_fail_some_are_named_and_the_rest_counted(
    server: DiscordServer, room: Newsroom, news: Channel, admin: Member
) -> None:
    for number in range(60):
        await follow(room, f"Outlet{number}" + "x" * 30, None, "y" * 500)
    lines = await status(server, admin, news)
    assert sum(line.startswith("- Outlet") for line in lines) == said.MOST_FEEDS
    assert said.more(50) in lines


@pytest.mark.parametrize(
    ("state", "seen", "why"),
    [
        (ModelState(model="m"), "Model: m, not asked yet.", None),
        (ModelState(model="m", answered_at=SIX, failed_at=SIX - HOUR), f"Model: m, answered {stamp(SIX, 'R')}.", None),
        (
            ModelState(model="m", answered_at=SIX - HOUR, failed_at=SIX, reason="It was late"),
            f"Model: m, failed {stamp(SIX, 'R')}; extracts are used meanwhile.",
            "- It was late.",
        ),
        (
            ModelState(model="m", failed_at=SIX, reason="It was late", rests_until=SIX + HOUR),
            f"Model: m, failed {stamp(SIX, 'R')}; extracts are used meanwhile.",
            f"- It was late. It is left alone until {stamp(SIX + HOUR, 'R')}.",
        ),
    ],
)
async def test_how_the_model_is_shows_to_all_and_why_it_fails_to_managers(
    room: Newsroom, anna: Member, admin: Member, *, state: ModelState, seen: str, why: str | None
) -> None:
    room.model = state
    talk = anna.guild.add_text_channel("talk")
    lines, detailed = await status(room.server, anna, talk), await status(room.server, admin, talk)
    assert seen in lines
    assert not [line for line in lines if line.startswith("- ")]
    assert [line for line in detailed if line.startswith("- ")] == ([why] if why else [])


async def test_a_manager_reads_what_waits_here_and_of_the_program(
    server: DiscordServer, room: Newsroom, news: Channel, admin: Member
) -> None:
    await plan(room, news)
    for name, guild in (("a", news.guild), ("b", server.add_guild("Others"))):
        assert guild
        await room.folder.questions.accept(question(name, guild))
    room.clock.move(HOUR)
    server.fail_next("POST", "/messages$", status=503)
    await room.run_due()
    waits, program = (await status(server, admin, news))[-2:]
    assert waits == "Under way or waiting: 1 briefing, 1 question."
    assert program.startswith("Version 0.1.0, running since <t:")
    assert program.endswith("; 1.2 MB are stored.")
