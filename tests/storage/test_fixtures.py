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

from bot.domain.briefings import PastTelling
from bot.domain.corrections import Reread
from bot.domain.deliveries import UNKNOWN_SERVER, Delivery, Part, PartKind, Pending, ThreadId, marked_as
from bot.domain.errors import NotFoundError
from bot.ports.repositories import Repositories
from storage.archive.database import ARCHIVE_FILE, check_archive
from storage.archive.schema import MIGRATIONS
from storage.backup import restore
from storage.folder import open_folder
from storage.state.registers import FEEDS, SCHEDULES, STATE_FOLDER, TOPICS, Kind, Presets
from tests.contracts.samples import DAY, FEED, HOUR, NOW
from tests.storage import whole_folder as was

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("folder-*.backup"))
KINDS: tuple[Kind, ...] = (FEEDS, TOPICS, SCHEDULES)  # type: ignore[type-arg]
KEPT_ITS_ZONE = OWED_ANSWERS = 2
KEPT_CORRECTIONS = 3
KEPT_PAUSES = KEPT_ROLES = 5
"""The versions of the archive from which on it kept this."""


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


async def test_a_folder_of_this_version_will_be_read_whole_once_it_is_an_earlier_one(tmp_path: Path) -> None:
    await was.make(tmp_path / "backup")
    await restore(tmp_path / "backup", tmp_path / "data", now=NOW + 2 * DAY)
    async with open_folder(tmp_path / "data", presets=Presets(), writes=True) as folder:
        await _reads_whole(folder, len(MIGRATIONS))


async def _reads_whole(folder: Repositories, version: int) -> None:
    assert await folder.feeds.all() == was.FEEDS
    assert await folder.topics.all() == was.TOPICS
    assert await folder.schedules.all() == was.SCHEDULES
    assert await folder.feed_states.all() == {FEED: was.FEED_STATE}
    second, others = replace(was.SECOND, version=2), (was.EXCERPT, was.HEADLINE)
    expected = [replace(each, feeds=(FEED,)) for each in (second, *others)]
    assert await folder.articles.get([each.id for each in expected]) == {each.id: each for each in expected}
    assert await folder.articles.text(was.FIRST.id, 1) == was.FIRST.text
    assert await folder.articles.known_entries({FEED: [was.EXCERPT.url]}) == {FEED: {was.EXCERPT.url: was.EXCERPT.id}}
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
    await _reads_what_was_added_later(folder, version)
    assert await folder.articles.prune(NOW) == 1  # all that is old but what is cited
    with pytest.raises(NotFoundError):
        await folder.articles.text(was.HEADLINE.id, 1)


async def _reads_what_was_added_later(folder: Repositories, version: int) -> None:
    past = PastTelling(briefing=was.BRIEFING.id, at=was.BRIEFING.created_at, telling=was.BRIEFING.tellings[0])
    assert await folder.briefings.of_story(past.telling.story_id) == [past]
    if version >= KEPT_CORRECTIONS:
        assert await folder.corrections.of_delivery(was.CORRECTION.delivery) == [was.CORRECTION]
        assert await folder.corrections.rereads([was.FIRST.id]) == {was.FIRST.id: Reread(tried_at=NOW, read_at=NOW)}
        assert list((await folder.embeddings.get(["e1"]))["e1"]) == was.VECTOR
        of_role = was.PAID.payer if version >= KEPT_ROLES else replace(was.PAID.payer, roles=())
        assert await folder.usage.tokens(NOW - HOUR, of_role) == 1_000
    assert list(await folder.pauses.standing()) == ([was.PAUSE] if version >= KEPT_PAUSES else [])


def _deliveries(version: int) -> Sequence[Delivery]:
    """As they are after a restore: what was still to be posted may stand already."""
    tried = [replace(each, parts=tuple(map(partial(_tried, each), each.parts))) for each in was.DELIVERIES]
    if version >= KEPT_CORRECTIONS:
        note = Part(index=3, kind=PartKind.NOTE, post=marked_as(was.NOTE, tried[1].id, 3), state=Pending())
        tried[1] = replace(tried[1], parts=(*tried[1].parts, _tried(tried[1], note)))
    if version >= KEPT_ITS_ZONE:
        return tried
    return [replace(each, slot=replace(each.slot, zone="UTC"), server=UNKNOWN_SERVER) for each in tried]


def _tried(delivery: Delivery, part: Part) -> Part:
    return replace(part, state=Pending(tried_at=delivery.created_at)) if part.state == Pending() else part
