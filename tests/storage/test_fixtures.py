"""What every earlier version left on a disk is read by this one: a backup of each is kept in `fixtures`."""

import json
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.domain.deliveries import UNKNOWN_SERVER, Delivery, Part, Pending, ThreadId
from bot.domain.errors import NotFoundError
from bot.ports.repositories import Repositories
from storage.archive.database import ARCHIVE_FILE, check_archive
from storage.archive.schema import MIGRATIONS
from storage.backup import restore
from storage.folder import open_folder
from storage.state.registers import FEEDS, SCHEDULES, STATE_FOLDER, TOPICS, Kind, Presets
from tests.contracts.samples import DAY, FEED, NOW
from tests.storage import whole_folder as was

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("folder-*.backup"))
KINDS: tuple[Kind, ...] = (FEEDS, TOPICS, SCHEDULES)  # type: ignore[type-arg]
KEPT_ITS_ZONE = OWED_ANSWERS = 2
"""The version of the archive from which on it kept this."""


def _version(fixture: Path) -> int:
    return int(fixture.stem.rpartition("-")[2])


def test_every_earlier_version_of_the_archive_has_its_fixture() -> None:
    """A migration wants the fixture of the version before it: see `tests.storage.whole_folder`."""
    assert [_version(fixture) for fixture in FIXTURES] == list(range(1, len(MIGRATIONS)))


@pytest.mark.parametrize("kind", KINDS, ids=[kind.table for kind in KINDS])
def test_every_earlier_version_of_a_state_file_is_in_some_fixture(kind: Kind) -> None:  # type: ignore[type-arg]
    held = set()
    for fixture in FIXTURES:
        with zipfile.ZipFile(fixture) as packed:
            held.add(json.loads(packed.read(f"{STATE_FOLDER}/{kind.table}.json"))["version"])
    assert held >= set(range(1, len(kind.migrations) + 1))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda each: each.stem)
def test_a_fixture_is_of_its_version_and_has_something_everywhere(fixture: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(fixture) as packed:
        packed.extract(ARCHIVE_FILE, tmp_path)
        for kind in KINDS:
            assert json.loads(packed.read(f"{STATE_FOLDER}/{kind.table}.json"))[kind.table]
    with closing(sqlite3.connect(tmp_path / ARCHIVE_FILE)) as archive:
        assert archive.execute("PRAGMA user_version").fetchone() == (_version(fixture),)
        tables = [name for (name,) in archive.execute("select name from sqlite_master where type = 'table'")]
        empty = {table for table in tables if not archive.execute(f"select count(*) from {table}").fetchone()[0]}
        states = archive.execute("select distinct state from parts order by state").fetchall()
    assert empty <= {"facts"}
    assert [state for (state,) in states] == ["failed", "pending", "rejected", "sent"]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda each: each.stem)
async def test_a_folder_of_an_earlier_version_is_read_whole(fixture: Path, tmp_path: Path) -> None:
    await restore(fixture, tmp_path / "data", now=NOW + 2 * DAY)
    async with open_folder(tmp_path / "data", presets=Presets(), writes=True) as folder:
        await _reads_whole(folder, _version(fixture))
    check_archive(tmp_path / "data" / ARCHIVE_FILE)


async def _reads_whole(folder: Repositories, version: int) -> None:
    assert await folder.feeds.all() == was.FEEDS
    assert await folder.topics.all() == was.TOPICS
    assert await folder.schedules.all() == was.SCHEDULES
    assert await folder.feed_states.all() == {FEED: was.FEED_STATE}
    second, others = replace(was.SECOND, version=2), (was.EXCERPT, was.HEADLINE)
    expected = [replace(each, feeds=(FEED,)) for each in (second, *others)]
    assert await folder.articles.get([each.id for each in expected]) == {each.id: each for each in expected}
    assert await folder.articles.text(was.FIRST.id, 1) == was.FIRST.text
    assert await folder.articles.known_entries(FEED, [was.EXCERPT.url]) == {was.EXCERPT.url: was.EXCERPT.id}
    assert [hit.article for hit in await folder.index.search(["duties"])] == [was.FIRST.id]
    assert await folder.stories.recent(NOW - DAY) == list(reversed(was.STORIES))
    assert await folder.briefings.get(was.BRIEFING.id) == was.BRIEFING
    assert await folder.briefings.telling("k1") == was.TELLING
    assert [await folder.outbox.get(each.id) for each in was.DELIVERIES] == _deliveries(version)
    assert (await folder.outbox.by_thread(ThreadId("t1"))) == _deliveries(version)[0]
    assert await folder.conversations.turns(was.TURN.answer.conversation) == [was.TURN]
    assert await folder.usage.tokens(NOW) == 1_000
    assert await folder.questions.unanswered() == ([was.QUESTION] if version >= OWED_ANSWERS else [])
    assert was.NOTICE in await folder.notices.untold() or version < OWED_ANSWERS
    assert await folder.articles.prune(NOW) == 1  # all that is old but what is cited
    with pytest.raises(NotFoundError):
        await folder.articles.text(was.HEADLINE.id, 1)


def _deliveries(version: int) -> Sequence[Delivery]:
    """As they are after a restore: what was still to be posted may stand already."""
    tried = [replace(each, parts=tuple(map(partial(_tried, each), each.parts))) for each in was.DELIVERIES]
    if version >= KEPT_ITS_ZONE:
        return tried
    return [replace(each, slot=replace(each.slot, zone="UTC"), server=UNKNOWN_SERVER) for each in tried]


def _tried(delivery: Delivery, part: Part) -> Part:
    return replace(part, state=Pending(tried_at=delivery.created_at)) if part.state == Pending() else part
