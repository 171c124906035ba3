"""An archive with real damage: found at start, set aside, and everything saved that can be read."""

import asyncio
import os
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.articles import Article
from bot.domain.deliveries import DeliveryId, PartKind, Pending
from bot.domain.errors import DamagedError, NotFoundError
from bot.domain.notices import OPERATOR
from bot.domain.schedules import ScheduleId
from bot.ports.repositories import Repositories
from storage.archive import marks
from storage.archive.database import ARCHIVE_FILE, check_archive
from storage.archive.schema import PAGE_BYTES
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.contracts.samples import DAY, NOW, article, briefing, delivery, filed, story, telling
from tests.storage import whole_folder as was
from tests.storage.test_fixtures import FIXTURES

PAGE = PAGE_BYTES
ARTICLES = [
    article(f"n{number}", f"Number{number} " + "of many words. " * 180, at=NOW - number * DAY / 99)
    for number in range(400)
]
LATER = NOW + 3 * DAY


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with something everywhere, and a table of many pages."""
    folder = tmp_path_factory.mktemp("sound") / "data"
    asyncio.run(_fill(folder))
    return folder


async def _fill(folder: Path) -> None:
    async with open_folder(folder, presets=Presets(), writes=True) as opened:
        await was.fill(opened)
        await opened.articles.store([filed(each) for each in ARTICLES])
        await opened.index.catch_up()
        await opened.stories.put([story(each.id, each.id) for each in ARTICLES])
        for day in range(3, 28):
            told = ARTICLES[day]
            await opened.briefings.put(briefing(f"b{day}", telling(told.id, told, cites=(told,))))
            await opened.outbox.open(delivery(f"d{day}", was.SENT, was.SENT, was.SENT, day=day, of=f"b{day}"))


@pytest.fixture
def data(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "data"))


async def _opened(data: Path) -> None:
    async with open_folder(data, presets=Presets(), writes=True, now=LATER):
        pass


def _set_aside(data: Path) -> list[Path]:
    return list(data.glob("damaged-*"))


def _aside(data: Path) -> Path:
    (aside,) = _set_aside(data)
    return aside


def _overwrite(data: Path, at: int, spoiled: bytes) -> None:
    with (data / ARCHIVE_FILE).open("r+b") as file:
        file.seek(at)
        file.write(spoiled)


def _root(data: Path, name: str) -> int:
    with closing(sqlite3.connect(data / ARCHIVE_FILE)) as archive:
        return int(archive.execute("select rootpage from sqlite_master where name = ?", (name,)).fetchone()[0])


async def _works(folder: Repositories, kept: list[Article]) -> None:
    """Whatever is there is as it was, and everything can go on."""
    by_id = await folder.articles.get([each.id for each in ARTICLES])
    assert sorted(by_id) == sorted(each.id for each in kept)
    assert all(by_id[each.id] == replace(each, feeds=by_id[each.id].feeds) for each in kept)
    for each in kept[:: max(1, len(kept) // 20)]:
        assert [hit.article for hit in await folder.index.search([each.text.split()[0]])] == [each.id]
    assert await folder.articles.store([filed(each) for each in (*ARTICLES, article("fresh", "Freshly told."))]) > 0
    assert len(await folder.articles.get([each.id for each in ARTICLES])) == len(ARTICLES)
    assert [hit.article for hit in await folder.index.search(["freshly"])] == [article("fresh").id]
    for each in await folder.outbox.unfinished():
        assert [part.index for part in each.parts] == list(range(len(each.parts)))
    await folder.outbox.open(delivery("new", Pending(), Pending(), day=30))
    assert len(await folder.stories.recent(NOW - DAY)) <= len(ARTICLES) + 2
    await folder.feed_states.all()
    await folder.conversations.turns(was.TURN.answer.conversation)
    await folder.questions.unanswered()


def _pages(kind: int) -> Callable[[Path, random.Random], None]:
    def spoil(data: Path, rng: random.Random) -> None:
        body = (data / ARCHIVE_FILE).read_bytes()
        places = [at for at in range(PAGE, len(body), PAGE) if body[at] == kind]
        for at in rng.sample(places, min(len(places), 3)):
            _overwrite(data, at, rng.randbytes(PAGE))

    return spoil


def _any_bytes(data: Path, rng: random.Random) -> None:
    size = (data / ARCHIVE_FILE).stat().st_size
    for _ in range(40):
        _overwrite(data, rng.randrange(PAGE, size - 64), rng.randbytes(64))


def _zeroes(data: Path, rng: random.Random) -> None:
    pages = (data / ARCHIVE_FILE).stat().st_size // PAGE
    _overwrite(data, rng.randrange(1, pages - 5) * PAGE, bytes(5 * PAGE))


def _truncated(data: Path, rng: random.Random) -> None:
    size = (data / ARCHIVE_FILE).stat().st_size
    with (data / ARCHIVE_FILE).open("r+b") as file:
        file.truncate(rng.randrange(size // 2, size))


def _root_of(name: str) -> Callable[[Path, random.Random], None]:
    return lambda data, rng: _overwrite(data, (_root(data, name) - 1) * PAGE, rng.randbytes(PAGE))


BY_LOT: dict[str, Callable[[Path, random.Random], None]] = {
    "interior index": _pages(2),
    "interior table": _pages(5),
    "leaf index": _pages(10),
    "leaf table": _pages(13),
    "any bytes": _any_bytes,
    "zeroes": _zeroes,
    "truncated": _truncated,
}
ROOTS = (
    "articles", "articles_by_time", "articles_fts_data", "articles_fts_idx", "entries", "story_articles", "briefings",
    "deliveries", "parts", "turns", "notices", "facts", "told_stories", "corrections", "embeddings",
)  # fmt: skip
DAMAGES = {
    **{f"{kind} {seed}": spoil for kind, spoil in BY_LOT.items() for seed in range(2)},
    **{f"root of {name}": _root_of(name) for name in ROOTS},
}
LEAST_KEPT = {"interior table": 0, "leaf table": 380, "any bytes": 300, "zeroes": 350, "truncated": 190}
"""Of the 400 articles; where nothing is said, all of them."""


@pytest.mark.parametrize("name", DAMAGES)
async def test_whatever_is_spoiled_the_rest_is_saved_and_everything_goes_on(data: Path, name: str) -> None:
    DAMAGES[name](data, random.Random(name))
    found = (data / ARCHIVE_FILE).read_bytes()
    with capture_logs() as logs:
        await _opened(data)
    assert (_aside(data) / ARCHIVE_FILE).read_bytes() == found
    assert [log["event"] for log in logs] == ["archive_damaged", "archive_salvaged"]
    async with open_folder(data, presets=Presets(), writes=True, now=LATER) as folder:
        notice = (await folder.notices.untold())[-1]
        assert (notice.audience, notice.raised_at) == (OPERATOR, LATER)
        assert str(_aside(data)) in notice.text
        assert f"{logs[1]['saved']:,} of its" in notice.text
        saved = (await folder.articles.get([each.id for each in ARTICLES])).keys()
        assert len(saved) >= LEAST_KEPT.get(name[:-2], 0 if name == "root of articles" else 400)
        await _works(folder, [each for each in ARTICLES if each.id in saved])
    check_archive(data / ARCHIVE_FILE)
    assert len(_set_aside(data)) == 1


async def test_an_archive_of_which_nothing_can_be_read_starts_empty_and_says_so(data: Path) -> None:
    _overwrite(data, 0, random.Random(0).randbytes(2 * PAGE))
    await _opened(data)
    async with open_folder(data, presets=Presets(), writes=True, now=LATER) as folder:
        (notice,) = await folder.notices.untold()
        assert "newsthread restore" in notice.text
        assert await folder.articles.count() == 0
        await _works(folder, [])
    check_archive(data / ARCHIVE_FILE)


async def test_parts_of_which_it_is_not_known_what_was_sent_are_looked_for(data: Path) -> None:
    _overwrite(data, (_root(data, "turns") - 1) * PAGE, bytes(PAGE))
    await _opened(data)
    async with open_folder(data, presets=Presets(), writes=True) as folder:
        pending = await folder.outbox.get(DeliveryId("d2"))
        assert {part.state for part in pending.parts} == {Pending(tried_at=pending.created_at)}
        known = await folder.outbox.get(DeliveryId("d1"))
        assert [part.state for part in known.parts[:5]] == [part.state for part in was.DELIVERIES[0].parts[:5]]
        late, next_one = delivery("d28", Pending(), day=1, to="discord:2"), delivery("d29", Pending(), day=29)
        late = replace(late, slot=replace(late.slot, planned=time(6, 0)))
        next_one = replace(next_one, slot=replace(next_one.slot, schedule=ScheduleId("s2")))
        assert (await folder.outbox.open(late)).parts[0].state == Pending(tried_at=late.slot.due_at)
        assert await folder.outbox.open(next_one) == next_one


async def test_a_delivery_that_lost_parts_is_opened_anew(data: Path) -> None:
    with closing(sqlite3.connect(data / ARCHIVE_FILE)) as archive, archive:
        archive.execute("update parts set post = 'spoiled' where delivery = 'd1' and position = 1")
        archive.execute("update deliveries set due_at = 'some day' where id = 'd3'")
        archive.execute("drop index parts_by_thread")
    await _opened(data)
    async with open_folder(data, presets=Presets(), writes=True) as folder:
        for name in ("d1", "d3"):
            with pytest.raises(NotFoundError):
                await folder.outbox.get(DeliveryId(name))
        assert len((await folder.outbox.get(DeliveryId("d4"))).parts) == 3
        again = await folder.outbox.open(was.DELIVERIES[0])
        assert again.parts[5].state == Pending(tried_at=again.slot.due_at)


async def test_cited_articles_are_kept_after_a_salvage_as_before(data: Path) -> None:
    _overwrite(data, (_root(data, "citations") - 1) * PAGE, bytes(PAGE))
    async with open_folder(data, presets=Presets(), writes=True) as folder:
        await folder.articles.prune(NOW - DAY / 99)
        cited = {was.EXCERPT.id, was.FIRST.id, *(each.id for each in ARTICLES[3:28])}
        assert len(await folder.articles.get(list(cited))) == len(cited)


async def test_what_was_told_corrected_and_read_again_is_kept_after_a_salvage(data: Path) -> None:
    _overwrite(data, (_root(data, "told_stories") - 1) * PAGE, bytes(PAGE))
    await _opened(data)
    async with open_folder(data, presets=Presets(), writes=True) as folder:
        (past,) = await folder.briefings.of_story(was.TELLING.story_id)
        assert past.telling == was.BRIEFING.tellings[0]
        assert await folder.corrections.of_delivery(was.CORRECTION.delivery) == [was.CORRECTION]
        assert list(await folder.corrections.rereads([was.FIRST.id])) == [was.FIRST.id]
        assert (await folder.outbox.get(was.CORRECTION.delivery)).parts[-1].kind is PartKind.NOTE


async def test_a_newer_version_is_refused_and_never_salvaged(data: Path) -> None:
    _overwrite(data, 60, (99).to_bytes(4, "big"))  # user_version, SQLite file format §1.3
    _overwrite(data, 10 * PAGE, bytes(PAGE))
    before = (data / ARCHIVE_FILE).read_bytes()
    with pytest.raises(DamagedError, match="version 99"):
        await _opened(data)
    assert (data / ARCHIVE_FILE).read_bytes() == before
    assert not _set_aside(data)


async def test_an_earlier_version_is_salvaged_as_it_is_and_then_migrated(tmp_path: Path) -> None:
    with zipfile.ZipFile(FIXTURES[0]) as packed:
        packed.extract(ARCHIVE_FILE, tmp_path)
    with closing(sqlite3.connect(tmp_path / ARCHIVE_FILE)) as archive:
        archive.execute("drop trigger articles_dropped")
    async with open_folder(tmp_path, presets=Presets(), writes=True) as folder:
        assert await folder.briefings.get(was.BRIEFING.id) == was.BRIEFING
        assert (await folder.outbox.get(DeliveryId("d1"))).slot.zone == "UTC"
        assert len(await folder.notices.untold()) == 1
    check_archive(tmp_path / ARCHIVE_FILE)


async def test_a_command_that_reads_mends_nothing_and_says_what_will(data: Path) -> None:
    _overwrite(data, 0, bytes(PAGE))
    before = (data / ARCHIVE_FILE).read_bytes()
    with pytest.raises(DamagedError, match="the next `newsthread run`"):
        async with open_folder(data, presets=Presets(), writes=False):
            pass
    assert (data / ARCHIVE_FILE).read_bytes() == before
    await _opened(data)
    assert _aside(data).is_dir()


async def test_damage_that_is_met_in_use_is_mended_at_the_next_start_although_no_check_finds_it(data: Path) -> None:
    with closing(sqlite3.connect(data / ARCHIVE_FILE)) as archive, archive:
        archive.execute("update articles_fts_data set block = randomblob(length(block)) where id > 10")
    async with open_folder(data, presets=Presets(), writes=True) as folder:
        assert not _set_aside(data)
        with pytest.raises(DamagedError, match="saves what can be read"):
            await folder.index.search(["number7", "words"])
    async with open_folder(data, presets=Presets(), writes=True) as folder:
        assert [hit.article for hit in await folder.index.search(["number7"])] == [ARTICLES[7].id]
        assert await folder.articles.count() == 403
    await _opened(data)
    assert len(_set_aside(data)) == 1, "mended once"


async def test_only_an_archive_that_was_not_closed_whole_is_looked_through(data: Path) -> None:
    archive = data / ARCHIVE_FILE
    assert not marks.closed_whole(archive), "it is a copy"
    await _opened(data)
    assert marks.closed_whole(archive)
    async with open_folder(data, presets=Presets(), writes=False) as reader:
        await reader.articles.count()
    assert marks.closed_whole(archive), "reading changes nothing"
    async with open_folder(data, presets=Presets(), writes=False) as reader:
        await reader.conversations.add(was.TURN)
    assert not marks.closed_whole(archive), "a command that writes beside the bot keeps no note"
    async with open_folder(data, presets=Presets(), writes=True):
        assert not marks.closed_whole(archive), "a kill leaves none"
    assert marks.closed_whole(archive)
    archive.touch()
    assert not marks.closed_whole(archive)


async def test_a_killed_mending_begins_anew_or_goes_on(data: Path, tmp_path: Path) -> None:
    archive = data / ARCHIVE_FILE
    _overwrite(data, (_root(data, "turns") - 1) * PAGE, bytes(PAGE))
    damaged = archive.read_bytes()
    shutil.copytree(data, tmp_path / "mended")
    await _opened(tmp_path / "mended")
    mended = (tmp_path / "mended" / ARCHIVE_FILE).read_bytes()
    half, finished = data / f"{ARCHIVE_FILE}.saving", data / f"{ARCHIVE_FILE}.saved-damaged-then"

    half.write_bytes(b"half of it")  # killed while saving
    await _opened(data)
    assert (_aside(data) / ARCHIVE_FILE).read_bytes() == damaged
    assert not half.exists()

    for left in (damaged, None, b"made by a command that reads"):  # killed before the moves, or between them
        shutil.rmtree(_aside(data))
        archive.unlink()
        if left is not None:
            archive.write_bytes(left)
        finished.write_bytes(mended)
        await _opened(data)
        assert not finished.exists()
        assert left is None or (data / "damaged-then" / ARCHIVE_FILE).read_bytes() == left
        async with open_folder(data, presets=Presets(), writes=True) as folder:
            assert await folder.articles.count() == 403


async def test_an_archive_that_was_closed_whole_is_looked_through_once_a_week_all_the_same(data: Path) -> None:
    archive = data / ARCHIVE_FILE
    began = NOW + 30 * DAY

    async def looked_at(now: datetime) -> datetime | None:
        async with open_folder(data, presets=Presets(), writes=True, now=now):
            pass
        return marks.closed_whole(archive)

    assert await looked_at(began) == began
    for later in (DAY, 6 * DAY):
        assert await looked_at(began + later) == began, "it was closed whole each time"
    assert await looked_at(began + 7 * DAY) == began + 7 * DAY
    assert await looked_at(began) == began, "a clock that was set back tells nothing"


async def test_a_good_archive_copied_over_the_damaged_one_is_not_salvaged(data: Path) -> None:
    archive = data / ARCHIVE_FILE
    good = archive.read_bytes()
    marks.note_damage(archive)
    with archive.open("r+b") as file:  # as `cp` does: the file keeps its inode
        file.truncate(0)
        file.write(good)
    os.utime(archive, (0, 0))
    await _opened(data)
    assert not _set_aside(data)
    await _opened(data)
    assert not _set_aside(data), "nor did closing it renew the note"


async def test_damage_met_before_more_was_written_is_not_forgotten(data: Path) -> None:
    archive = data / ARCHIVE_FILE
    async with open_folder(data, presets=Presets(), writes=True) as folder:
        marks.note_damage(archive)
        await folder.articles.store([filed(article("later"))])
    await _opened(data)
    assert _set_aside(data)
