"""Backup while writing, restore, and everything that must be refused."""

import asyncio
import hashlib
import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import DeliveryId, MessageId, Pending, Sent
from bot.domain.errors import DamagedError, FolderInUseError, StorageError
from bot.domain.topics import Topic
from storage.archive import marks
from storage.archive.database import ARCHIVE_FILE, check_archive
from storage.backup import backup, restore
from storage.folder import open_folder
from storage.packing import MANIFEST
from storage.state.registers import Presets
from tests.contracts.samples import NOW, article, delivery, filed
from tests.storage.test_fixtures import FIXTURES

PRESETS = Presets(topics=(Topic(name="Tariffs", words=("tariff*",)),))
ASIDE = "before-restore-20260301T120000123456Z"


@dataclass
class Bar:
    """Remembers the progress it was told."""

    calls: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, done: int, total: int) -> None:
        self.calls.append((done, total))

    @property
    def went_up_to_the_end(self) -> bool:
        done = [call[0] for call in self.calls]
        return done == sorted(done) and len({call[1] for call in self.calls}) == 1 and done[-1] == self.calls[-1][1] > 0


async def _fill(folder: Path, *names: str) -> None:
    async with open_folder(folder, presets=PRESETS, writes=True) as opened:
        await opened.articles.store([filed(article(name, f"Text of {name}. " * 200)) for name in names])
        await opened.topics.put(*(Topic(name=name, words=(name,)) for name in names))


async def _content(folder: Path) -> tuple[set[str], list[str]]:
    async with open_folder(folder, presets=Presets(), writes=False) as opened:
        articles = await opened.articles.published(NOW, NOW + timedelta(seconds=1))
        return {each.url.rpartition("/")[2] for each in articles}, [topic.name for topic in await opened.topics.all()]


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


async def test_what_was_backed_up_comes_back_and_what_was_there_is_kept_aside(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    saving, restoring = Bar(), Bar()
    await _fill(data, "one")
    manifest = await backup(data, file, now=NOW, progress=saving)
    await _fill(data, "two")
    assert await restore(file, data, now=NOW, progress=restoring) == manifest
    assert await _content(data) == ({"one"}, ["Tariffs", "one"])
    assert await _content(data / ASIDE) == ({"one", "two"}, ["Tariffs", "one", "two"])
    assert saving.went_up_to_the_end
    assert restoring.went_up_to_the_end
    assert file.stat().st_mode & 0o777 == 0o600
    assert [name for name in _names(tmp_path) if "/.newsthread" in f"/{name}"] == []


async def test_backups_come_back_over_archives_with_pages_of_another_size(tmp_path: Path) -> None:
    """As the earlier versions made them."""
    data, file = tmp_path / "data", tmp_path / "b.zip"
    await _fill(data, "one")
    await backup(data, file, now=NOW)
    await restore(FIXTURES[-1], data, now=NOW)
    assert "one" not in (await _content(data))[0]
    (data / ARCHIVE_FILE).unlink()
    await restore(FIXTURES[-1], data, now=NOW + timedelta(days=1))
    await restore(file, data, now=NOW + timedelta(days=2))
    assert await _content(data) == ({"one"}, ["Tariffs", "one"])
    check_archive(data / ARCHIVE_FILE)


async def test_a_backup_restores_into_a_new_folder(tmp_path: Path) -> None:
    await _fill(tmp_path / "data", "one", "two")
    await backup(tmp_path / "data", tmp_path / "b.zip", now=NOW)
    await restore(tmp_path / "b.zip", tmp_path / "new", now=NOW)
    assert await _content(tmp_path / "new") == ({"one", "two"}, ["Tariffs", "one", "two"])


async def test_a_backup_taken_while_the_bot_writes_is_one_moment_of_it(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    async with open_folder(data, presets=PRESETS, writes=True) as opened:
        stored = 0
        busy = asyncio.Event()

        async def write() -> None:
            nonlocal stored
            while True:
                pair = [filed(article(f"{stored}-{half}", f"Text {stored}. " * 1_000)) for half in "ab"]
                await opened.articles.store(pair)
                stored += 1
                if stored == 100:
                    busy.set()

        writing = asyncio.create_task(write())
        await busy.wait()
        before = stored
        await backup(data, file, now=NOW)
        assert stored > before
        writing.cancel()
        await asyncio.wait([writing])
    await restore(file, tmp_path / "new", now=NOW)
    names, _ = await _content(tmp_path / "new")
    numbers = {name.partition("-")[0] for name in names}
    assert before <= len(numbers) <= stored + 1
    assert names == {f"{number}-{half}" for number in numbers for half in "ab"}


async def test_a_command_that_reads_survives_a_restore_beside_it(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    await _fill(data, "one")
    await backup(data, file, now=NOW)
    await _fill(data, "two")
    async with open_folder(data, presets=Presets(), writes=False) as reader:
        assert await reader.articles.count() == 2
        await restore(file, data, now=NOW)
        assert await reader.articles.count() == 1
        assert [topic.name for topic in await reader.topics.all()] == ["Tariffs", "one"]
    assert await _content(data) == ({"one"}, ["Tariffs", "one"])


async def test_a_damaged_folder_is_restored_and_its_files_are_kept(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    await _fill(data, "one")
    await backup(data, file, now=NOW)
    (data / ARCHIVE_FILE).write_bytes(b"spoiled" * 1000)
    (data / f"{ARCHIVE_FILE}-wal").write_bytes(b"stale")
    (data / "state" / "topics.json").write_text("{")
    await restore(file, data, now=NOW)
    assert await _content(data) == ({"one"}, ["Tariffs", "one"])
    assert (data / ASIDE / ARCHIVE_FILE).read_bytes() == b"spoiled" * 1000
    assert (data / ASIDE / "state" / "topics.json").read_text() == "{"


async def test_nothing_is_restored_into_a_folder_in_use(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    await _fill(data, "one")
    await backup(data, file, now=NOW)
    async with open_folder(data, presets=PRESETS, writes=True):
        with pytest.raises(FolderInUseError):
            await restore(file, data, now=NOW)


async def test_an_existing_backup_is_replaced_only_by_a_whole_one(tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_text("the old one")
    with pytest.raises(StorageError, match="nothing to back up"):
        await backup(tmp_path / "data", file, now=NOW)
    assert file.read_text() == "the old one"
    await _fill(tmp_path / "data", "one")
    await backup(tmp_path / "data", file, now=NOW)
    assert zipfile.is_zipfile(file)


async def test_a_backup_that_cannot_be_written_or_read_is_a_storage_error(tmp_path: Path) -> None:
    await _fill(tmp_path / "data", "one")
    with pytest.raises(StorageError, match="cannot be written"):
        await backup(tmp_path / "data", tmp_path / "missing" / "b.zip", now=NOW)
    with pytest.raises(StorageError, match="cannot be read"):
        await restore(tmp_path / "missing.zip", tmp_path / "data", now=NOW)


Files = dict[str, bytes]


def _relist(files: Files, **changes: object) -> None:
    """Makes the manifest agree with the files, but for `changes`."""
    manifest = json.loads(files[MANIFEST])
    manifest["files"] = {name: hashlib.sha256(body).hexdigest() for name, body in files.items() if name != MANIFEST}
    files[MANIFEST] = json.dumps(manifest | changes).encode()


def _newer_format(files: Files) -> None:
    _relist(files, format=2)


def _no_manifest(files: Files) -> None:
    del files[MANIFEST]


def _strange_manifest(files: Files) -> None:
    files[MANIFEST] = b'{"format": "one"}'


def _climbing(files: Files) -> None:
    files["../escaped.json"] = b"{}"
    _relist(files)


def _absolute(files: Files) -> None:
    files["/tmp/newsthread-escaped.json"] = b"{}"
    _relist(files)


def _unlisted(files: Files) -> None:
    files["state/../../escaped.json"] = b"{}"


def _missing(files: Files) -> None:
    del files["state/feeds.json"]


def _without_archive(files: Files) -> None:
    del files[ARCHIVE_FILE]
    _relist(files)


def _changed(files: Files) -> None:
    files["state/feeds.json"] += b" "


def _unreadable_state(files: Files) -> None:
    files["state/topics.json"] = b"{"
    _relist(files)


def _newer_state(files: Files) -> None:
    files["state/topics.json"] = b'{"version": 99, "topics": {}}'
    _relist(files)


def _no_archive_at_all(files: Files) -> None:
    files[ARCHIVE_FILE] = b"no database" * 1000
    _relist(files)


def _damaged_archive(files: Files) -> None:
    body = bytearray(files[ARCHIVE_FILE])
    body[4096 : 4096 * 12] = b"\xa5" * (4096 * 11)
    files[ARCHIVE_FILE] = bytes(body)
    _relist(files)


def _foreign_archive(files: Files) -> None:
    with closing(sqlite3.connect(":memory:")) as foreign:
        foreign.execute("create table recipes (name text)")
        foreign.execute("PRAGMA user_version = 1")
        files[ARCHIVE_FILE] = foreign.serialize()
    _relist(files)


def _newer_archive(files: Files) -> None:
    body = bytearray(files[ARCHIVE_FILE])
    body[60:64] = (99).to_bytes(4, "big")  # user_version, SQLite file format §1.3
    files[ARCHIVE_FILE] = bytes(body)
    _relist(files)


@pytest.mark.parametrize(
    "spoil",
    [
        _newer_format,
        _no_manifest,
        _strange_manifest,
        _climbing,
        _absolute,
        _unlisted,
        _missing,
        _without_archive,
        _changed,
        _unreadable_state,
        _newer_state,
        _no_archive_at_all,
        _damaged_archive,
        _foreign_archive,
        _newer_archive,
    ],
)
async def test_a_backup_that_is_not_right_is_refused_with_nothing_touched(
    tmp_path: Path, spoil: Callable[[Files], None]
) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    await _fill(data, "one")
    await backup(data, file, now=NOW)
    await _fill(data, "two")
    with zipfile.ZipFile(file) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    spoil(files)
    with zipfile.ZipFile(file, "w") as packed:
        for name, body in files.items():
            packed.writestr(name, body)
    before = _names(tmp_path)
    with pytest.raises(DamagedError):
        await restore(file, data, now=NOW)
    assert _names(tmp_path) == before
    assert await _content(data) == ({"one", "two"}, ["Tariffs", "one", "two"])


@pytest.mark.parametrize("at", ["head", "middle", "end"])
async def test_a_backup_with_broken_bytes_is_refused(tmp_path: Path, at: str) -> None:
    file = tmp_path / "b.zip"
    await _fill(tmp_path / "data", "one")
    await backup(tmp_path / "data", file, now=NOW)
    whole = file.read_bytes()
    middle = len(whole) // 2
    spoiled = {"head": b"", "middle": whole[:middle] + bytes(64) + whole[middle + 64 :], "end": whole[:-100]}
    file.write_bytes(spoiled[at])
    with pytest.raises(DamagedError):
        await restore(file, tmp_path / "new", now=NOW)
    assert not (tmp_path / "new" / ARCHIVE_FILE).exists()


async def test_a_backup_holds_a_sound_database_of_one_file(tmp_path: Path) -> None:
    await _fill(tmp_path / "data", "one")
    await backup(tmp_path / "data", tmp_path / "b.zip", now=NOW)
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        packed.extract(ARCHIVE_FILE, tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "out" / ARCHIVE_FILE)) as archive:
        assert archive.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert archive.execute("select count(*) from articles").fetchone() == (1,)


@pytest.mark.parametrize("name", ["data/archive.sqlite3", "data/state/feeds.json", "data/new.zip", "link/b.zip"])
async def test_no_backup_is_written_into_the_data_folder(tmp_path: Path, name: str) -> None:
    data = tmp_path / "data"
    await _fill(data, "one")
    (tmp_path / "link").symlink_to(data)
    before = _names(tmp_path)
    with pytest.raises(StorageError, match="inside the data folder"):
        await backup(data, tmp_path / name, now=NOW)
    assert _names(tmp_path) == before
    assert await _content(data) == ({"one"}, ["Tariffs", "one"])


async def test_a_backup_takes_the_place_of_nothing_but_an_ordinary_file(tmp_path: Path) -> None:
    await _fill(tmp_path / "data", "one")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for target in (pipe, tmp_path):
        with pytest.raises(StorageError, match="no ordinary file"):
            await backup(tmp_path / "data", target, now=NOW)
    assert pipe.is_fifo()


@pytest.mark.parametrize("content", [b"no backup", b""])
async def test_a_restore_that_fails_leaves_no_new_folder_behind(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(content)
    with pytest.raises(DamagedError):
        await restore(tmp_path / "b.zip", tmp_path / "deep" / "new", now=NOW)
    with pytest.raises(StorageError):
        await restore(tmp_path / "missing.zip", tmp_path / "new", now=NOW)
    assert _names(tmp_path) == ["b.zip"]


async def test_a_restore_mends_a_folder_whose_state_is_a_file(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    await _fill(data, "one")
    await backup(data, file, now=NOW)
    shutil.rmtree(data / "state")
    (data / "state").write_text("not a folder")
    await restore(file, data, now=NOW)
    assert await _content(data) == ({"one"}, ["Tariffs", "one"])
    assert (data / ASIDE / "state").read_text() == "not a folder"


async def test_a_folder_that_cannot_be_looked_into_is_a_storage_error(tmp_path: Path) -> None:
    unusable = tmp_path / ("long" * 100)  # as good as one without permission, for whoever runs the tests
    with pytest.raises(StorageError, match="cannot be"):
        await backup(unusable, tmp_path / "b.zip", now=NOW)


async def test_after_a_restore_what_may_have_been_sent_since_is_looked_for(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    sent = Sent(message=MessageId("m1"), sent_at=NOW)
    async with open_folder(data, presets=PRESETS, writes=True) as opened:
        await opened.outbox.open(delivery("d1", sent, Pending(), Pending(tried_at=NOW)))
        assert (await opened.outbox.open(delivery("d2", day=2))).parts[0].state == Pending()
    await backup(data, file, now=NOW)
    await restore(file, data, now=delivery("d9", day=9).slot.due_at)
    async with open_folder(data, presets=PRESETS, writes=True) as opened:
        known = await opened.outbox.get(DeliveryId("d1"))
        assert [part.state for part in known.parts] == [sent, Pending(tried_at=known.created_at), Pending(tried_at=NOW)]
        begun = await opened.outbox.open(delivery("d9", Pending(), Pending(), day=9))
        assert [part.state for part in begun.parts] == [Pending(tried_at=begun.slot.due_at)] * 2
        later = delivery("d10", Pending(), Pending(), day=10)
        assert await opened.outbox.open(later) == later


async def test_after_a_restore_damage_met_before_is_no_concern(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    await _fill(data, "one")
    await backup(data, file, now=NOW)
    marks.note_damage(data / ARCHIVE_FILE)
    with pytest.raises(DamagedError, match="damage was met"):
        check_archive(data / ARCHIVE_FILE)
    await restore(file, data, now=NOW)
    check_archive(data / ARCHIVE_FILE)
    assert await _content(data) == ({"one"}, ["Tariffs", "one"])


async def test_a_backup_of_what_cannot_be_restored_never_replaces_a_good_one(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    await _fill(data, *(str(number) for number in range(30)))
    await backup(data, file, now=NOW)
    good = file.read_bytes()
    shutil.copytree(data, tmp_path / "spoiled")
    whole = (data / ARCHIVE_FILE).read_bytes()
    spoiled = whole[: 4096 * 20] + b"\xa5" * 4096 * 11 + whole[4096 * 31 :]
    (data / ARCHIVE_FILE).write_bytes(spoiled)
    for name in ("topics.json", "topics.json.bak"):
        (tmp_path / "spoiled" / "state" / name).write_text("{")
    for folder in (data, tmp_path / "spoiled"):
        with pytest.raises(DamagedError):
            await backup(folder, file, now=NOW)
        assert file.read_bytes() == good
    assert not [name for name in _names(tmp_path) if name.startswith(".newsthread")]


async def test_a_backup_holds_the_copy_of_a_state_file_that_cannot_be_read(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    await _fill(data, "one")
    await _fill(data, "one")
    (data / "state" / "topics.json").write_text("{")
    await backup(data, file, now=NOW)
    await restore(file, tmp_path / "new", now=NOW)
    assert await _content(tmp_path / "new") == ({"one"}, ["Tariffs", "one"])


async def test_what_was_restored_has_a_copy_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    data, file, new = tmp_path / "data", tmp_path / "b.zip", tmp_path / "new"
    await _fill(data, "one")
    await backup(data, file, now=NOW)
    for folder in (new, data):
        await restore(file, folder, now=NOW)
        assert {path.stat().st_mode & 0o77 for path in (folder / ARCHIVE_FILE, *(folder / "state").rglob("*"))} == {0}
        (folder / "state" / "topics.json").write_text("")
        assert await _content(folder) == ({"one"}, ["Tariffs", "one"])


async def test_what_a_killed_restore_left_half_done_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    await _fill(tmp_path / "data", "one")
    await backup(tmp_path / "data", tmp_path / "b.zip", now=NOW)
    (tmp_path / "data" / ".newsthread-half").mkdir()
    await restore(tmp_path / "b.zip", tmp_path / "data", now=NOW)
    assert not [name for name in _names(tmp_path / "data") if name.startswith(".newsthread")]


async def test_a_clock_behind_the_deliveries_that_are_restored_is_not_believed(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    async with open_folder(data, presets=PRESETS, writes=True) as opened:
        await opened.outbox.open(delivery("d9", day=9))
    await backup(data, file, now=NOW)
    await restore(file, data, now=NOW)
    async with open_folder(data, presets=PRESETS, writes=True) as opened:
        assert (await opened.outbox.open(delivery("d8", day=8))).parts[0].state != Pending()
        assert (await opened.outbox.open(delivery("d10", day=10))).parts[0].state == Pending()
