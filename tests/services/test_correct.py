"""Posted claims whose source changed: read again, struck through, noted, each once, whenever the process dies."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.articles import Article, ArticleId, Tier
from bot.domain.briefings import Briefing, Citation, Claim, Role, Source
from bot.domain.corrections import Change, Correction
from bot.domain.deliveries import Delivery, DeliveryId, PartKind, Rejected, Sent
from bot.domain.errors import ClosedError, DeferredError, RefusedError
from bot.domain.rendering import parts
from bot.domain.schedules import Destination, ScheduleId
from bot.ports.repositories import Repositories
from bot.services.access import Access
from bot.services.correct import Correct
from bot.services.deliver import Deliver
from bot.services.notify import Notify
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.contracts.samples import FEED, article, briefing, delivery, filed, telling
from tests.doubles.clock import StandingClock
from tests.doubles.platform import People, Platform, Trouble, busy
from tests.doubles.workers_here import WorkersHere

POSTED_AT = datetime(2026, 3, 1, 6, 31, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DUTY = "The duty on steel from Norway is 10 per cent, the ministry said on Sunday."
SHIPS = "Forty ships waited off the coast, more than the harbour has seen since the strike of 2019."
REST = (
    "The union wants talks with the owners before Easter begins, and a mediator was named by the court in the capital. "
    "Two of the five cranes have stood still since Saturday night, when a storm tore a cable and lamed their motors."
)
TEXT = f"{DUTY} Traders had hoped for less.\n\n{SHIPS}\n\n{REST}"
D1 = DeliveryId("d1")


CALLS = 25
"""More than a run makes, so that each is the last one of some process."""


class KilledError(BaseException):
    """The process ends at this point."""


class Mortal:
    """A part of the program under which the process ends before the given call, counted over all of them."""

    def __init__(self, inner: Any, lives: list[int]) -> None:
        self._inner = inner
        self._lives = lives

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)

        async def called(*args: Any, **kwargs: Any) -> Any:
            self._lives[0] -= 1
            if self._lives[0] < 0:
                raise KilledError
            return await found(*args, **kwargs)

        return called


@dataclass
class Pages:
    """What the pages say now, by name; None cannot be read. `asked` is what was read."""

    folder: Repositories
    now: dict[ArticleId, str | None] = field(default_factory=dict)
    asked: list[ArticleId] = field(default_factory=list)

    async def read_again(self, old: Article) -> Article | None:
        self.asked.append(old.id)
        text = self.now.get(old.id, old.text)
        if text is None:
            return None
        await self.folder.articles.store([filed(replace(old, text=text), feed=FEED)])
        return (await self.folder.articles.get([old.id]))[old.id]


@dataclass
class Room:
    """The services over a folder, a platform and pages that outlive them."""

    folder: Repositories
    platform: Platform
    people: People
    clock: StandingClock
    pages: Pages
    made: list[Correction] = field(default_factory=list)

    def start(self, wrap: Callable[[Any], Any] = lambda part: part, *broken: str) -> Correct:
        """A new process."""
        folder = replace(
            self.folder,
            corrections=wrap(self.folder.corrections),
            articles=wrap(self.folder.articles),
            outbox=wrap(self.folder.outbox),
        )
        platform = wrap(self.platform)
        notify = Notify(notices=folder.notices, notifier=self.people, clock=self.clock)
        access = Access(pauses=folder.pauses, deliverer=platform, notify=notify, clock=self.clock)
        self.deliver = Deliver(outbox=folder.outbox, deliverer=platform, access=access, notify=notify, clock=self.clock)
        self.notify = notify
        self.correct = Correct(
            folder,
            read_again=self.pages.read_again,
            workers=WorkersHere(*broken),
            deliverer=platform,
            deliver=self.deliver,
            access=access,
            notify=notify,
            clock=self.clock,
            watch=self.made.append,
        )
        return self.correct

    async def run(self, after: timedelta = timedelta(0)) -> None:
        self.clock.move(after)
        try:
            await self.correct.run()
        finally:
            await self.deliver.settled()

    def thread(self, of: str = "discord:1") -> list[str]:
        """What stands in the thread of the one front there, stories by their body."""
        (front,) = [each for each in self.platform.standing if each.place == of]
        return [each.post.body or each.post.content for each in self.platform.standing if each.place == front.id]


def cited(of: Article, *texts: str) -> tuple[Claim, ...]:
    link = Citation(n=1, article_id=of.id, version=1, url=of.url, link=of.url, quote="")
    return tuple(Claim(role=Role.POINT, text=text, citations=(replace(link, quote=text),)) for text in texts)


def told(of: Article, *texts: str) -> Briefing:
    one = replace(telling("st1", of), claims=cited(of, *texts), sources=(Source.of(of),))
    return replace(briefing("b1", one), created_at=POSTED_AT)


STEEL = article("steel", TEXT, at=POSTED_AT - HOUR)


async def _post(room: Room, what: Briefing, *names: str) -> None:
    await room.folder.briefings.put(what)
    for name in names:
        opened = replace(delivery(name, to=f"discord:{name[1:]}", of=what.id), created_at=room.clock.now())
        slot = replace(opened.slot, due_at=room.clock.now(), schedule=ScheduleId(name))
        rendered = parts(what, DeliveryId(name), "Europe/Copenhagen")
        await room.folder.outbox.open(replace(opened, slot=replace(slot, zone="Europe/Copenhagen"), parts=rendered))
        posted = await room.deliver.deliver(DeliveryId(name))
        assert all(isinstance(part.state, Sent) for part in posted.parts)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Room]:
    async with open_folder(path, presets=Presets(), writes=True) as folder:
        clock = StandingClock(POSTED_AT)
        room = Room(folder, Platform(clock=clock, script={}), People(clock=clock), clock, Pages(folder))
        room.start()
        yield room


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """A briefing of two claims stands in one place."""
    async with opened(tmp_path / "data") as made:
        await made.folder.articles.store([filed(STEEL)])
        await _post(made, told(STEEL, DUTY, SHIPS), "d1")
        yield made


async def test_a_figure_that_changed_is_struck_through_noted_and_on_record(room: Room) -> None:
    room.pages.now[STEEL.id] = TEXT.replace("10 per cent", "12 per cent")
    await room.run(HOUR)
    story, note = room.thread()
    struck, below, ships, *_ = story.split("\n")
    assert struck.startswith(f"- ~~{DUTY}~~ [[1]]")
    assert below == f"-# Corrected <t:1772350260:f>: The Example now says “{DUTY.replace('10', '12')}”"
    assert ships.startswith(f"- {SHIPS} [[1]]")
    assert note.startswith(f"**Correction** <t:1772350260:f>: “{DUTY}” — The Example now says “")
    (made,) = await room.folder.corrections.made(Destination("discord:1"), POSTED_AT)
    assert (made.change, made.version, made.quote, made.shown_at) == (Change.FIGURE, 2, DUTY, room.clock.now())
    assert [each.id for each in room.made] == [made.id]
    assert await room.folder.articles.text(STEEL.id, 1) == TEXT
    for each in (5 * HOUR, 18 * HOUR, 10 * HOUR):
        await room.run(each)
    assert len(room.thread()) == 2
    assert room.platform.calls.count("edit_part") == 1


async def test_a_quote_that_is_gone_is_struck_through(room: Room) -> None:
    room.pages.now[STEEL.id] = TEXT.replace(SHIPS, "The harbour is quiet.")
    await room.run(HOUR)
    story, note = room.thread()
    assert f"- ~~{SHIPS}~~" in story
    assert f"- {DUTY}" in story
    assert "The Example no longer says this." in note
    assert [each.change for each in room.made] == [Change.GONE]


async def test_a_typographic_change_does_nothing(room: Room) -> None:
    before = room.thread()
    room.pages.now[STEEL.id] = TEXT.replace("10 per cent", "10%").replace("Forty", "FORTY").replace(" - ", " – ")
    for each in (HOUR, 5 * HOUR, 18 * HOUR):
        await room.run(each)
    assert room.pages.asked == [STEEL.id] * 3
    assert room.thread() == before
    assert room.made == []
    assert "edit_part" not in room.platform.calls


async def test_a_page_is_read_after_1_6_and_24_hours_whenever_the_job_runs(room: Room) -> None:
    read_at = []
    for _ in range(60 * 12):
        asked = len(room.pages.asked)
        await room.run(5 * MINUTE)
        read_at += [room.clock.now() - POSTED_AT] * (len(room.pages.asked) - asked)
    assert read_at == [HOUR, 6 * HOUR, 24 * HOUR]


async def test_a_page_that_cannot_be_read_is_tried_again_and_changes_nothing(room: Room) -> None:
    room.pages.now[STEEL.id] = None
    await room.run(24 * HOUR)
    await room.run(5 * MINUTE)
    assert len(room.pages.asked) == 1
    room.pages.now[STEEL.id] = TEXT.replace("10 per cent", "12 per cent")
    await room.run(HOUR)
    assert len(room.made) == 1


async def test_one_reading_corrects_every_place_that_the_claim_was_told_in(room: Room) -> None:
    await _post(room, replace(told(STEEL, DUTY), id=briefing("b2").id), "d8", "d9")
    room.pages.now[STEEL.id] = TEXT.replace("10 per cent", "12 per cent")
    await room.run(HOUR)
    assert room.pages.asked == [STEEL.id]
    assert sorted(each.delivery for each in room.made) == ["d1", "d8", "d9"]
    assert room.platform.calls.count("edit_part") == 3
    assert "~~" in room.thread("discord:9")[0]


async def test_two_corrections_of_one_story_stand_in_it_together(room: Room) -> None:
    room.pages.now[STEEL.id] = TEXT.replace("10 per cent", "12 per cent")
    await room.run(HOUR)
    room.pages.now[STEEL.id] = TEXT.replace("10 per cent", "12 per cent").replace(SHIPS, "The harbour is quiet.")
    await room.run(5 * HOUR)
    story, *notes = room.thread()
    assert [line.startswith("- ~~") for line in story.split("\n")[:4]] == [True, False, True, False]
    assert len(notes) == 2


async def test_what_a_feed_said_is_compared_with_what_feeds_say_later_and_no_page_is_asked(room: Room) -> None:
    short = article("short", TEXT, tier=Tier.FEED, at=POSTED_AT - HOUR)
    await room.folder.articles.store([filed(short)])
    await _post(room, replace(told(short, DUTY), id=briefing("b2").id), "d8")
    await room.folder.articles.store([filed(replace(short, text=TEXT.replace("10 per cent", "12 per cent")))])
    await room.run(HOUR)
    assert [each.article for each in room.made] == [short.id]
    assert short.id not in room.pages.asked


async def test_what_a_feed_said_is_not_compared_with_a_page_that_was_read_since(room: Room) -> None:
    short = article("short", TEXT, tier=Tier.FEED, at=POSTED_AT - HOUR)
    await room.folder.articles.store([filed(short)])
    await _post(room, replace(told(short, DUTY), id=briefing("b2").id), "d8")
    changed = replace(short, tier=Tier.FULL, text=TEXT.replace("10 per cent", "12 per cent"))
    await room.folder.articles.store([filed(changed)])
    await room.run(HOUR)
    assert room.made == []


@pytest.mark.parametrize("message", ["The message it belongs to is gone.", "The channel is gone."])
async def test_a_post_that_cannot_be_edited_is_the_admins_to_hear_of_once(room: Room, message: str) -> None:
    room.platform.script = {
        name: [Trouble(RefusedError(message)) for _ in range(9)] for name in ("edit_part", "post_part")
    }
    room.pages.now[STEEL.id] = TEXT.replace("10 per cent", "12 per cent")
    await room.run(HOUR)
    await room.run(5 * HOUR)
    await room.notify.tell()
    ((audience, text),) = room.people.told
    assert audience == "discord:9"
    assert message in text
    assert "the correction cannot be shown there" in text
    assert await room.folder.corrections.unshown() == []
    note = (await room.folder.outbox.get(D1)).parts[-1]
    assert isinstance(note.state, Rejected)
    assert not note.state.ends
    assert room.platform.calls.count("edit_part") == 1


async def test_a_correction_in_a_channel_that_refuses_the_bot_is_shown_when_it_is_open_again(room: Room) -> None:
    room.platform.script = {"edit_part": [Trouble(ClosedError("The bot has no access to that channel."))]}
    place = (await room.folder.outbox.get(D1)).destination
    room.platform.seems_open[place] = False
    room.pages.now[STEEL.id] = TEXT.replace("10 per cent", "12 per cent")
    for _ in range(6):
        await room.run(HOUR)
    assert room.platform.calls.count("edit_part") == 1
    assert "~~" not in room.thread()[0]
    room.platform.seems_open[place] = True
    await room.run(MINUTE)
    assert "~~" in room.thread()[0]
    assert await room.folder.corrections.unshown() == []
    await room.notify.tell()
    ((audience, text),) = room.people.told
    assert audience == "discord:9"
    assert "A correction of the briefing" in text


async def test_an_edit_that_must_wait_is_made_by_the_next_run(room: Room) -> None:
    room.platform.script = {"edit_part": [busy(), Trouble(DeferredError("Discord asks to wait."))]}
    room.pages.now[STEEL.id] = TEXT.replace("10 per cent", "12 per cent")
    await room.run(HOUR)
    assert "~~" not in room.thread()[0]
    for _ in range(2):
        await room.run(5 * MINUTE)
    assert "~~" in room.thread()[0]
    assert len(room.thread()) == 2


async def test_a_worker_that_gives_up_judging_is_a_failed_reading(room: Room) -> None:
    room.pages.now[STEEL.id] = TEXT.replace("10 per cent", "12 per cent")
    room.start(lambda part: part, "judge_all")
    await room.run(HOUR)
    assert room.made == []
    room.start()
    await room.run(5 * MINUTE)
    assert room.made == []
    await room.run(5 * HOUR)
    assert len(room.made) == 1


async def test_a_page_that_breaks_its_reader_holds_up_no_other(room: Room) -> None:
    other = article("other", TEXT, at=POSTED_AT - HOUR)
    await room.folder.articles.store([filed(other)])
    await _post(room, replace(told(other, DUTY), id=briefing("b2").id), "d8")
    room.pages.now |= {STEEL.id: TEXT, other.id: TEXT.replace("10 per cent", "12 per cent")}
    read = room.pages.read_again

    async def breaking(old: Article) -> Article | None:
        if old.id == STEEL.id:
            raise ZeroDivisionError
        return await read(old)

    room.pages.read_again = breaking  # type: ignore[method-assign]
    room.start()
    await room.run(HOUR)
    assert [each.article for each in room.made] == [other.id]


@pytest.fixture(scope="module")
def posted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Platform]:
    """A folder in which the briefing was posted, and the platform on which it stands."""
    path = tmp_path_factory.mktemp("posted") / "data"

    async def post() -> Platform:
        async with opened(path) as room:
            await room.folder.articles.store([filed(STEEL)])
            await _post(room, told(STEEL, DUTY, SHIPS), "d1")
            return room.platform

    return path, asyncio.run(post())


@pytest.mark.parametrize("lives", range(CALLS + 1))
async def test_a_kill_at_any_point_loses_nothing_and_doubles_nothing(
    posted: tuple[Path, Platform], tmp_path: Path, lives: int
) -> None:
    path, platform = posted
    async with opened(Path(shutil.copytree(path, tmp_path / "data"))) as room:
        room.platform.standing = [replace(each) for each in platform.standing]
        room.pages.now[STEEL.id] = TEXT.replace("10 per cent", "12 per cent").replace(SHIPS, "The harbour is quiet.")
        left = [lives]
        room.start(lambda part: Mortal(part, left))
        with suppress(KilledError):
            await room.run(HOUR)
        assert left[0] >= 0 or lives < CALLS, "there are more points than are tried"
        room.start()
        await room.run(10 * MINUTE)  # no nonce is remembered for so long
        await room.deliver.resume()
        await room.deliver.settled()
        await room.run(5 * MINUTE)
        story, *notes = room.thread()
        assert story.count("~~") == 4
        assert [note.startswith("**Correction**") for note in notes] == [True, True]
        assert [part.kind for part in await _parts(room)] == [PartKind.STORY, PartKind.NOTE, PartKind.NOTE]
        assert len(await room.folder.corrections.of_delivery(D1)) == 2
        assert await room.folder.corrections.unshown() == []
        assert await room.folder.outbox.unfinished() == []


async def _parts(room: Room) -> list[Any]:
    kept: Delivery = await room.folder.outbox.get(D1)
    return list(kept.parts[2:])
