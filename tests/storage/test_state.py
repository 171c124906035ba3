"""The state files: readable, replaced whole, never lost; presets; what other processes see."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import DamagedError, StorageError
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.topics import Topic
from storage.folder import open_folder
from storage.state.files import StateStorage, Tables, replace_file
from storage.state.registers import TOPICS, Kind, Presets, TinyRegister, open_state
from tests.storage.processes import kill_amid_work, running

TARIFFS = Topic(name="Tariffs", words=("tariff*", "Zölle"))
AI = Topic(name="AI stocks", words=("nvidia",))
PRESETS = Presets(topics=(TARIFFS,), feeds=(Feed(url=FeedUrl("https://x.example/feed"), outlet="X"),))


async def _topics(folder: Path, *, writable: bool = True) -> TinyRegister[str, Topic]:
    return (await open_state(folder, PRESETS, writable=writable)).topics


async def test_the_file_can_be_read_by_people(tmp_path: Path) -> None:
    await _topics(tmp_path)
    assert (tmp_path / "topics.json").read_text(encoding="utf-8") == (
        '{\n  "version": 1,\n  "topics": {\n    "1": {\n      "name": "Tariffs",\n      "words": [\n'
        '        "tariff*",\n        "Zölle"\n      ],\n      "exclusions": [],\n      "feeds": [],\n'
        '      "server": "",\n      "hidden": false\n    }\n'
        "  }\n}\n"
    )


async def test_a_reader_shows_the_presets_and_makes_no_files(tmp_path: Path) -> None:
    state = await open_state(tmp_path / "state", PRESETS, writable=False)
    assert await state.topics.all() == (TARIFFS,)
    assert await state.schedules.all() == ()
    assert not (tmp_path / "state").exists()
    with pytest.raises(StorageError, match="reading only"):
        await state.topics.put(AI)


async def test_a_writer_writes_the_presets_once_and_what_people_removed_stays_removed(tmp_path: Path) -> None:
    topics = await _topics(tmp_path)
    await topics.remove("Tariffs")
    assert await (await _topics(tmp_path)).all() == ()


async def test_presets_stand_where_the_file_was_taken_away_under_a_running_writer(tmp_path: Path) -> None:
    topics = await _topics(tmp_path)
    await topics.put(AI)
    (tmp_path / "topics.json").unlink()
    assert await topics.all() == (TARIFFS,)
    await topics.put(AI)
    assert await (await _topics(tmp_path)).all() == (TARIFFS, AI)


async def test_a_reader_sees_what_a_writer_changed_since(tmp_path: Path) -> None:
    writer, reader = await _topics(tmp_path), await _topics(tmp_path, writable=False)
    assert await reader.all() == (TARIFFS,)
    await writer.put(AI)
    assert await reader.all() == (TARIFFS, AI)


async def test_a_change_made_by_hand_is_seen(tmp_path: Path) -> None:
    topics = await _topics(tmp_path)
    path = tmp_path / "topics.json"
    path.write_text(path.read_text(encoding="utf-8").replace("Zölle", "levy"), encoding="utf-8")
    assert (await topics.get("tariffs")).words == ("tariff*", "levy")


@pytest.mark.parametrize(
    "spoiled",
    ["", "{", '{"version": 1, "topics": {"1": {"name": "T", "words": "tariff"}}}', '{"topics": {}}', "[]", "\xff"],
)
async def test_the_previous_copy_serves_where_the_file_is_unreadable(tmp_path: Path, spoiled: str) -> None:
    topics = await _topics(tmp_path)
    await topics.put(AI)
    path = tmp_path / "topics.json"
    path.write_bytes(spoiled.encode("latin-1"))
    with capture_logs() as logs:
        topics = await _topics(tmp_path)
        assert await topics.all() == (TARIFFS,)
    assert [(log["event"], log["log_level"]) for log in logs] == [("state_file_unreadable", "warning")]
    await topics.put(AI)
    assert await (await _topics(tmp_path)).all() == (TARIFFS, AI)
    assert (tmp_path / "topics.json.unreadable").read_bytes() == spoiled.encode("latin-1")
    path.write_text("{")
    assert await (await _topics(tmp_path)).all() == (TARIFFS,), "the spoiled file must not have become the copy"


async def test_where_the_copy_is_unreadable_too_the_error_names_the_file(tmp_path: Path) -> None:
    await (await _topics(tmp_path)).put(AI)
    for name in ("topics.json", "topics.json.bak"):
        (tmp_path / name).write_text("{")
    with pytest.raises(DamagedError, match=r"topics\.json cannot be read"):
        await _topics(tmp_path)


async def test_a_newer_version_is_refused_even_with_a_good_copy_beside_it(tmp_path: Path) -> None:
    await (await _topics(tmp_path)).put(AI)
    path = tmp_path / "topics.json"
    newer = json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"version": 2})
    path.write_text(newer, encoding="utf-8")
    with pytest.raises(DamagedError, match="version 2"):
        await _topics(tmp_path)
    assert path.read_text(encoding="utf-8") == newer


async def test_older_versions_are_migrated_one_after_the_other(tmp_path: Path) -> None:
    def name_them(tables: Tables) -> Tables:
        return {"topics": {number: each | {"name": each["title"]} for number, each in tables["topics"].items()}}

    def split_words(tables: Tables) -> Tables:
        return {"topics": {key: each | {"words": each["words"].split()} for key, each in tables["topics"].items()}}

    kind = Kind(
        table="topics",
        noun="topic",
        record=Topic,
        key=TOPICS.key,
        fold=TOPICS.fold,
        migrations=(name_them, split_words),
    )
    path = tmp_path / "topics.json"
    path.write_text('{"version": 1, "topics": {"4": {"title": "Old", "words": "a b"}}}')
    register = TinyRegister(tmp_path, kind, (), writable=True)
    assert await register.all() == (Topic(name="Old", words=("a", "b")),)
    await register.put(AI)
    stored = json.loads(path.read_text())
    assert stored["version"] == 3
    assert list(stored["topics"]) == ["4", "5"]
    path.write_text('{"version": 2, "topics": {"1": {"name": "Newer", "words": "c"}}}')
    assert await register.all() == (Topic(name="Newer", words=("c",)),)


async def test_a_failed_change_changes_nothing(tmp_path: Path) -> None:
    topics = await _topics(tmp_path)
    with pytest.raises(StorageError, match="half a character"):
        await topics.put(AI, Topic(name="\ud800", words=()))
    assert await topics.all() == (TARIFFS,)
    await topics.put(AI)
    assert await topics.all() == (TARIFFS, AI)


def test_a_file_that_cannot_be_replaced_stays_as_it_is_and_leaves_no_rubbish(tmp_path: Path) -> None:
    target = tmp_path / "topics.json"
    target.mkdir()
    (target / "inside").touch()
    with pytest.raises(StorageError, match=r"topics\.json cannot be used"):
        replace_file(target, b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["topics.json"]


def test_several_changes_are_one_write(tmp_path: Path) -> None:
    storage = StateStorage(tmp_path / "x.json", (), lambda tables: None)
    with storage.together():
        storage.write({"x": {"1": {}}})
        assert storage.read() == {"x": {"1": {}}}
        assert not (tmp_path / "x.json").exists()
    assert storage.read() == {"x": {"1": {}}}


@pytest.mark.parametrize("after_ms", [0, 7, 23])
async def test_a_process_killed_while_writing_loses_nothing_it_had_acknowledged(tmp_path: Path, after_ms: int) -> None:
    with running("writer", tmp_path) as other:
        acknowledged = kill_amid_work(other, timedelta(milliseconds=after_ms))
    with capture_logs() as logs:
        async with open_folder(tmp_path, presets=Presets(), writes=True) as folder:
            names = {topic.name for topic in await folder.topics.all()}
            urls = [f"https://news.example/{number}" for number in range(acknowledged + 1)]
            assert len(await folder.articles.by_url(urls)) == acknowledged + 1
            for number in {0, acknowledged // 2, acknowledged}:
                assert len(await folder.index.search([f"text {number}"])) == 1
    assert names >= {f"Topic {number}" for number in range(acknowledged + 1)}
    assert logs == []


async def test_a_file_where_the_state_folder_should_be_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    for writable in (True, False):
        with pytest.raises(StorageError, match="state"):
            await open_state(tmp_path / "state", PRESETS, writable=writable)
    assert (tmp_path / "state").read_text() == "no folder"


async def test_a_file_nested_too_deeply_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "topics.json").write_text('{"version": 1, "topics": ' + "[" * 100_000 + "]" * 100_000 + "}")
    with pytest.raises(DamagedError, match="nested too deeply"):
        await _topics(tmp_path)


def test_a_file_in_a_folder_that_is_none_cannot_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with pytest.raises(StorageError, match=r"x\.json cannot be used"):
        replace_file(tmp_path / "plain" / "x.json", b"new")


async def test_a_file_that_was_written_only_once_has_a_copy_too(tmp_path: Path) -> None:
    await _topics(tmp_path)
    (tmp_path / "topics.json").write_text("")
    assert await (await _topics(tmp_path)).all() == (TARIFFS,)


async def test_a_file_spoiled_under_a_running_writer_loses_nothing(tmp_path: Path) -> None:
    topics = await _topics(tmp_path)
    await topics.put(AI)
    (tmp_path / "topics.json").write_text("{ a slip")
    assert await topics.all() == (TARIFFS, AI)
    await topics.put(Topic(name="New", words=("new",)))
    assert [topic.name for topic in await (await _topics(tmp_path)).all()] == ["Tariffs", "AI stocks", "New"]
    assert (tmp_path / "topics.json.unreadable").read_text() == "{ a slip"


async def test_a_file_that_is_gone_comes_back_from_its_copy_and_presets_only_where_that_is_gone_too(
    tmp_path: Path,
) -> None:
    topics = await _topics(tmp_path)
    await topics.remove("Tariffs")
    await topics.put(AI)
    file = tmp_path / "topics.json"
    copy = tmp_path / "topics.json.bak"
    copy.write_bytes(file.read_bytes())
    file.unlink()
    with capture_logs() as logs:
        assert await (await _topics(tmp_path)).all() == (AI,)
    assert [log["event"] for log in logs] == ["state_file_gone"]
    file.unlink()
    copy.write_text("{")
    with pytest.raises(DamagedError, match=r"topics\.json is gone, and .*\.bak cannot be read"):
        await _topics(tmp_path)
    copy.unlink()
    assert await (await _topics(tmp_path)).all() == (TARIFFS,)
