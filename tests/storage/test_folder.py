"""Opening a data folder, for writing and beside a writer."""

from datetime import time
from pathlib import Path

import pytest

from bot.domain.conversations import ConversationId
from bot.domain.deliveries import Pending
from bot.domain.errors import StorageError
from bot.domain.notices import OPERATOR
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId
from bot.domain.topics import Topic
from storage.archive.database import ARCHIVE_FILE
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.contracts.samples import DAY, NOW, article, delivery, filed, turn

PRESETS = Presets(topics=(Topic(name="Tariffs", words=("tariff*",)),))


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
    schedule = Schedule(
        id=ScheduleId("s1"),
        server=ServerId("discord:9"),
        destination=Destination("discord:1"),
        at=time(7, 30),
        zone="Europe/Berlin",
        topics=(),
        created_at=NOW,
    )
    async with open_folder(tmp_path, presets=Presets(schedules=(schedule,)), writes=True, now=at) as folder:
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
