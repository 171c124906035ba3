"""A disk on which nothing more can be written, under an open folder: refused in words, and over when it is over."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path

import pytest

from bot.domain.deliveries import DeliveryId, MessageId, Sent
from bot.domain.errors import StorageError
from bot.domain.topics import Topic
from storage.archive.database import ARCHIVE_FILE, check_archive
from storage.backup import backup, restore
from storage.folder import open_folder
from storage.packing import Progress
from storage.state.registers import Presets
from tests.contracts.samples import DAY, NOW, article, delivery, filed, turn

if sys.platform == "linux":
    import resource

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process limit itself so")

SENT = Sent(message=MessageId("m1"), sent_at=NOW)


@contextmanager
def _full_disk(most_bytes: int = 0) -> Iterator[None]:
    """No file of this process can be written beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _left_over(data: Path) -> list[Path]:
    return [found for name in ("*.sav*", "damaged*", "before*", ".newsthread*") for found in data.glob(name)]


async def _big(data: Path) -> int:
    """A folder with an archive of so many bytes."""
    async with open_folder(data, presets=Presets(), writes=True) as folder:
        await folder.articles.store([filed(article(str(number), "Text. " * 5_000)) for number in range(10)])
    return (data / ARCHIVE_FILE).stat().st_size


def _full_once_unpacked(disk: ExitStack, most_bytes: int) -> Progress:
    """Fills the disk when all of a small backup was unpacked: four files, of which each is one step."""
    steps = count(1)

    def told(done: int, total: int) -> None:
        if next(steps) == 4:
            disk.enter_context(_full_disk(most_bytes))

    return told


def _drop_trigger(data: Path) -> None:
    with closing(sqlite3.connect(data / ARCHIVE_FILE)) as damaging:
        damaging.execute("drop trigger articles_dropped")


async def test_a_full_disk_refuses_the_write_keeps_what_is_stored_and_is_over_by_itself(tmp_path: Path) -> None:
    big = [filed(article(str(number), f"Text {number}. " * 2_000, at=NOW - number * DAY)) for number in range(20)]
    async with open_folder(tmp_path, presets=Presets(), writes=True) as folder:
        await folder.articles.store(big[:10])
        await folder.index.catch_up()
        await folder.topics.put(Topic(name="kept", words=("kept",)))
        await folder.outbox.open(delivery("d1"))
        for _ in range(2):
            with _full_disk():
                for write in (
                    lambda: folder.articles.store(big[10:]),
                    lambda: folder.outbox.record(DeliveryId("d1"), 0, SENT),
                    lambda: folder.conversations.add(turn("Why?")),
                    lambda: folder.articles.prune(NOW - 90 * DAY, most_bytes=1),
                ):
                    with pytest.raises(StorageError, match=f"disk.*{ARCHIVE_FILE}.* not kept"):
                        await write()
                with pytest.raises(StorageError, match=r"topics\.json.* cannot be used.*stays as it is"):
                    await folder.topics.put(Topic(name="refused", words=("refused",)))
                assert await folder.articles.count() == 10
                assert await folder.outbox.get(DeliveryId("d1")) == delivery("d1")
                assert [topic.name for topic in await folder.topics.all()] == ["kept"]
                assert len(await folder.index.search(["text"])) == 10
        assert await folder.articles.store(big) == 10
        await folder.outbox.record(DeliveryId("d1"), 0, SENT)
        await folder.topics.put(Topic(name="taken", words=("taken",)))
    async with open_folder(tmp_path, presets=Presets(), writes=False) as folder:
        assert await folder.articles.count() == 20
        assert await folder.outbox.get(DeliveryId("d1")) == delivery("d1", SENT)
        assert [topic.name for topic in await folder.topics.all()] == ["kept", "taken"]
    check_archive(tmp_path / ARCHIVE_FILE)


async def test_a_search_that_must_index_first_says_that_the_disk_is_full_and_misses_nothing_later(
    tmp_path: Path,
) -> None:
    async with open_folder(tmp_path, presets=Presets(), writes=True) as folder:
        await folder.articles.store([filed(article(str(number), f"Text {number}. " * 2_000)) for number in range(10)])
        with _full_disk(), pytest.raises(StorageError, match=f"disk.*{ARCHIVE_FILE}.* not kept"):
            await folder.index.search(["text"])
        assert len(await folder.index.search(["text"])) == 10


async def test_a_folder_closed_on_a_full_disk_opens_again(tmp_path: Path) -> None:
    with ExitStack() as disk:
        async with open_folder(tmp_path, presets=Presets(), writes=True) as folder:
            await folder.articles.store([filed(article("one"))])
            disk.enter_context(_full_disk())
    async with open_folder(tmp_path, presets=Presets(), writes=True) as folder:
        assert await folder.articles.count() == 1
        assert not await folder.notices.untold()


async def test_a_damaged_archive_that_cannot_be_mended_for_want_of_room_is_left_as_it_is(tmp_path: Path) -> None:
    await _big(tmp_path)
    archive = tmp_path / ARCHIVE_FILE
    _drop_trigger(tmp_path)
    before = archive.read_bytes()
    with _full_disk(100_000), pytest.raises(StorageError, match="disk"):
        async with open_folder(tmp_path, presets=Presets(), writes=True):
            pass
    assert archive.read_bytes() == before
    assert _left_over(tmp_path) == []
    async with open_folder(tmp_path, presets=Presets(), writes=True) as folder:
        assert await folder.articles.count() == 10
        assert len(await folder.notices.untold()) == 1


@pytest.mark.parametrize(("damaged", "share"), [(False, 0), (False, 0.5), (True, 0)])
async def test_a_restore_for_which_there_is_no_room_changes_nothing(
    tmp_path: Path, damaged: bool, share: float
) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    size = await _big(data)
    await backup(data, file, now=NOW)
    if damaged:
        _drop_trigger(data)
    before = (data / ARCHIVE_FILE).read_bytes()
    with ExitStack() as disk:
        full = _full_once_unpacked(disk, int(size * share))
        with pytest.raises(StorageError):
            await restore(file, data, now=NOW, progress=full)
    assert (data / ARCHIVE_FILE).read_bytes() == before
    assert _left_over(data) == []


async def test_a_damaged_folder_is_restored_where_there_is_room_for_one_archive_only(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    size = await _big(data)
    await backup(data, file, now=NOW)
    _drop_trigger(data)
    with ExitStack() as disk:
        await restore(file, data, now=NOW, progress=_full_once_unpacked(disk, size // 2))
    async with open_folder(data, presets=Presets(), writes=True) as folder:
        assert await folder.articles.count() == 10
        assert not await folder.notices.untold()
