"""Opening a data folder, for writing and beside a writer."""

from datetime import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.conversations import ConversationId
from bot.domain.deliveries import Pending
from bot.domain.errors import StorageError
from bot.domain.notices import OPERATOR
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId
from bot.domain.topics import Topic
from storage.archive.database import ARCHIVE_FILE
from storage.folder import bytes_of, open_folder
from storage.state.registers import STATE_FOLDER, Presets
from tests.contracts.samples import DAY, NOW, article, delivery, filed, turn

PRESETS = Presets(topics=(Topic(name="Tariffs", words=("tariff*",)),))
SCHEDULE = Schedule(
    id=ScheduleId("s1"),
    server=ServerId("discord:9"),
    destination=Destination("discord:1"),
    at=time(7, 30),
    zone="Europe/Berlin",
    topics=(),
    created_at=NOW,
)


async def test_a_new_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    async with open_folder(tmp_path / "deep" / "data", presets=PRESETS, writes=True):
        assert (tmp_path / "deep" / "data").stat().st_mode & 0o777 == 0o700


async def test_reading_a_folder_that_was_never_written_finds_presets_and_nothing_else(tmp_path: Path) -> None:
    async with open_folder(tmp_path / "data", presets=PRESETS, writes=False) as folder:
        assert await folder.topics.all() == PRESETS.topics
        assert await folder.articles.published(NOW - DAY, NOW) == []
        assert await folder.index.search(["tariff"]) == []
    assert not (tmp_path / "data" / "state").exists()


async def test_a_reader_keeps_its_conversation_beside_a_writer(tmp_path: Path) -> None:
    async with (
        open_folder(tmp_path, presets=PRESETS, writes=True) as writer,
        open_folder(tmp_path, presets=PRESETS, writes=False) as reader,
    ):
        await writer.articles.store([filed(article("one"))])
        assert await reader.articles.count() == 1
        await reader.conversations.add(turn("Why?"))
        assert await writer.conversations.turns(ConversationId("c1")) == [turn("Why?")]


async def test_everything_is_there_when_the_folder_is_opened_again(tmp_path: Path) -> None:
    one = article("one")
    async with open_folder(tmp_path, presets=PRESETS, writes=True) as folder:
        await folder.articles.store([filed(one)])
        await folder.topics.put(Topic(name="AI", words=("ai",)))
    async with open_folder(tmp_path, presets=Presets(), writes=True) as folder:
        assert await folder.articles.count() == 1
        assert [topic.name for topic in await folder.topics.all()] == ["Tariffs", "AI"]


async def test_an_archive_taken_away_from_beside_its_schedules_leaves_parts_to_look_for(tmp_path: Path) -> None:
    at = delivery("d1", day=5).slot.due_at
    async with open_folder(tmp_path, presets=Presets(schedules=(SCHEDULE,)), writes=True, now=at) as folder:
        new = delivery("d1", day=5)
        assert await folder.outbox.open(new) == new, "nothing was forgotten where everything is new"
    (tmp_path / ARCHIVE_FILE).unlink()
    async with open_folder(tmp_path, presets=PRESETS, writes=False, now=at):
        pass
    async with open_folder(tmp_path, presets=PRESETS, writes=True, now=at + DAY) as folder:
        opened = await folder.outbox.open(delivery("d1", day=5))
        assert opened.parts[0].state == Pending(tried_at=opened.slot.due_at)
        assert (await folder.outbox.open(delivery("d2", day=6))).parts[0].state == Pending()


async def test_the_operator_is_told_once_of_a_state_file_that_cannot_be_read(tmp_path: Path) -> None:
    async with open_folder(tmp_path, presets=PRESETS, writes=True) as folder:
        await folder.topics.put(Topic(name="AI", words=("ai",)))
    file = tmp_path / "state" / "topics.json"
    for spoiled in ("{", "{", "["):
        file.write_text(spoiled)
        async with open_folder(tmp_path, presets=PRESETS, writes=False):
            pass
        async with open_folder(tmp_path, presets=PRESETS, writes=True, now=NOW) as folder:
            assert await folder.topics.all() == PRESETS.topics
            told = await folder.notices.untold()
    assert [(notice.audience, notice.raised_at) for notice in told] == [(OPERATOR, NOW)] * 2
    assert all(str(file) in notice.text and "topics.json.unreadable" in notice.text for notice in told)


async def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be made"):
        async with open_folder(tmp_path / "file" / "data", presets=PRESETS, writes=False):
            pass


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def _below(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


async def test_what_is_kept_is_for_its_owner_alone_in_a_folder_that_others_may_read_too(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    for name in (ARCHIVE_FILE, "state/topics.json.tmp"):
        (tmp_path / name).touch()
    for path in (tmp_path, *_below(tmp_path)):
        path.chmod(0o777)
    async with open_folder(tmp_path, presets=PRESETS, writes=True) as folder:
        await folder.articles.store([filed(article("one"))])
        await folder.topics.put(Topic(name="AI", words=("ai",)))
        kept = {path.name: _mode(path) for path in _below(tmp_path) if path.name.startswith((ARCHIVE_FILE, "topics"))}
        beside = (f"{ARCHIVE_FILE}-wal", f"{ARCHIVE_FILE}-shm")
        assert kept == dict.fromkeys((ARCHIVE_FILE, *beside, "topics.json", "topics.json.bak"), 0o600)
    assert (_mode(tmp_path), _mode(tmp_path / "state")) == (0o777, 0o700)
    (tmp_path / "new").mkdir(mode=0o755)
    async with open_folder(tmp_path / "new", presets=PRESETS, writes=False):
        assert _mode(tmp_path / "new" / ARCHIVE_FILE) == 0o600


async def test_the_operator_is_told_of_a_state_file_spoiled_while_the_program_runs(tmp_path: Path) -> None:
    async with open_folder(tmp_path, presets=PRESETS, writes=True, now=NOW) as folder:
        await folder.topics.put(Topic(name="AI", words=("ai",)))
        (tmp_path / "state" / "topics.json").write_text("{ a slip")
        for _ in range(2):
            assert len(await folder.topics.all()) == 2
        (notice,) = await folder.notices.untold()
    assert "topics.json could not be read" in notice.text


async def test_the_operator_is_told_of_a_state_file_that_is_gone(tmp_path: Path) -> None:
    async with open_folder(tmp_path, presets=PRESETS, writes=True) as folder:
        await folder.topics.put(Topic(name="AI", words=("ai",)), Topic(name="Oil", words=("oil",)))
        await folder.topics.remove("Oil")
    (tmp_path / "state" / "topics.json").unlink()
    async with open_folder(tmp_path, presets=Presets(), writes=True, now=NOW) as folder:
        assert [topic.name for topic in await folder.topics.all()] == ["Tariffs", "AI", "Oil"]
        (notice,) = await folder.notices.untold()
    assert notice.audience == OPERATOR
    assert "topics.json was gone" in notice.text


@pytest.mark.parametrize("known_by", ["schedule", "note"])
@pytest.mark.parametrize("empty", [False, True])
async def test_the_operator_is_told_of_an_archive_that_is_gone(tmp_path: Path, known_by: str, empty: bool) -> None:
    archive = tmp_path / ARCHIVE_FILE
    schedules = (SCHEDULE,) if known_by == "schedule" else ()
    with capture_logs() as logs:
        async with open_folder(tmp_path, presets=Presets(schedules=schedules), writes=True) as folder:
            assert not await folder.notices.untold()
    assert logs == []
    archive.unlink()
    if empty:
        archive.touch()
    if known_by == "schedule":  # a killed process leaves no note
        (tmp_path / f"{ARCHIVE_FILE}.closed").unlink()
    with capture_logs() as logs:
        async with open_folder(tmp_path, presets=Presets(), writes=True, now=NOW) as folder:
            (notice,) = await folder.notices.untold()
    assert [(log["event"], log["log_level"]) for log in logs] == [("archive_gone", "error")]
    assert (notice.audience, notice.raised_at) == (OPERATOR, NOW)
    assert str(archive) in notice.text
    assert "newsthread restore" in notice.text
    async with open_folder(tmp_path, presets=Presets(), writes=True) as folder:
        assert await folder.notices.untold() == [notice]


async def test_a_write_to_an_archive_that_was_replaced_meanwhile_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / ARCHIVE_FILE
    async with open_folder(tmp_path, presets=PRESETS, writes=False) as reader:
        await reader.conversations.add(turn("Why?"))
        archive.rename(tmp_path / "aside")
        with pytest.raises(StorageError, match="replaced meanwhile; nothing was changed, run the command again"):
            await reader.conversations.add(turn("What else?"))
        assert not archive.exists()


async def test_what_a_killed_restore_left_half_done_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / ".newsthread-half"
    (left / "state").mkdir(parents=True)
    (left / ARCHIVE_FILE).write_text("half")
    async with open_folder(tmp_path, presets=PRESETS, writes=False):
        assert left.exists(), "a restore may be under way"
    async with open_folder(tmp_path, presets=PRESETS, writes=True):
        assert not left.exists()


async def test_what_a_folder_takes_is_the_sum_of_its_files(tmp_path: Path) -> None:
    assert bytes_of(tmp_path / "none") == 0
    async with open_folder(tmp_path / "data", presets=Presets(), writes=True):
        before = bytes_of(tmp_path / "data")
        (tmp_path / "data" / STATE_FOLDER / "more").write_bytes(b"x" * 1_000)
        assert bytes_of(tmp_path / "data") == before + 1_000 > 1_000
