"""Opening a data folder, for writing and beside a writer."""

from pathlib import Path

import pytest

from bot.domain.conversations import ConversationId
from bot.domain.errors import StorageError
from bot.domain.topics import Topic
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.contracts.samples import DAY, NOW, article, filed, turn

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


async def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be made"):
        async with open_folder(tmp_path / "file" / "data", presets=PRESETS, writes=False):
            pass
