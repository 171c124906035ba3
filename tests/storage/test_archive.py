"""The archive's file: migrations, damage, transactions, and an index that never drifts."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.articles import Article
from bot.domain.errors import DamagedError, StorageError
from storage.archive import articles
from storage.archive.articles import SqliteArticles, article_of
from storage.archive.database import Database, Row, open_archive, translated
from storage.archive.index import SqliteIndex
from storage.archive.schema import MIGRATIONS
from storage.archive.stories import SqliteStories
from tests.contracts.samples import DAY, NOW, article, filed, story

NOTES = ("create table notes (text text)", "insert into notes values ('first')")


async def _notes(database: Database) -> list[str]:
    return [row[0] for row in await database.rows("select text from notes order by rowid")]


async def _write(database: Database, *statements: str) -> None:
    async with database.writing() as writer:
        for statement in statements:
            await writer.execute_fetchall(statement)


async def test_a_new_archive_has_the_newest_version_and_the_promised_settings(tmp_path: Path) -> None:
    async with open_archive(tmp_path / "a") as database, database.writing() as writer:
        rows = [list(await writer.execute_fetchall(f"PRAGMA {name}")) for name in ("user_version", "synchronous")]
        assert [row[0][0] for row in rows] == [len(MIGRATIONS), 2]
        assert (await database.rows("PRAGMA journal_mode"))[0][0] == "wal"
        assert [row[0] for row in await writer.execute_fetchall("PRAGMA foreign_keys")] == [1]


async def test_an_older_archive_is_migrated_and_keeps_what_it_held(tmp_path: Path) -> None:
    async with open_archive(tmp_path / "a", migrations=[NOTES]):
        pass
    second = ("alter table notes add column mood text", "update notes set text = text || ', moved'")
    async with open_archive(tmp_path / "a", migrations=[NOTES, second]) as database:
        assert await _notes(database) == ["first, moved"]


async def test_a_migration_that_fails_leaves_the_archive_as_it_was(tmp_path: Path) -> None:
    async with open_archive(tmp_path / "a", migrations=[NOTES]):
        pass
    wrong = ("update notes set text = 'spoiled'", "no such statement")
    with pytest.raises(StorageError):
        async with open_archive(tmp_path / "a", migrations=[NOTES, wrong]):
            pass
    async with open_archive(tmp_path / "a", migrations=[NOTES]) as database:
        assert await _notes(database) == ["first"]


async def test_an_archive_of_a_newer_version_is_refused_untouched(tmp_path: Path) -> None:
    async with open_archive(tmp_path / "a", migrations=[NOTES, NOTES[1:]]):
        pass
    before = (tmp_path / "a").read_bytes()
    with pytest.raises(DamagedError, match="version 2"):
        async with open_archive(tmp_path / "a", migrations=[NOTES]):
            pass
    assert (tmp_path / "a").read_bytes() == before


async def test_many_may_open_a_new_archive_at_once(tmp_path: Path) -> None:
    async def use(number: int) -> None:
        async with open_archive(tmp_path / "a") as database:
            await SqliteStories(database).put([story(str(number))])

    await asyncio.gather(*(use(number) for number in range(6)))
    async with open_archive(tmp_path / "a") as database:
        assert len(await SqliteStories(database).recent(NOW - DAY)) == 6


async def test_what_is_no_archive_is_named_as_damaged(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("This is no database, however long it is." * 100)
    with pytest.raises(DamagedError, match=f"{tmp_path / 'a'} is damaged"):
        async with open_archive(tmp_path / "a"):
            pass


async def test_a_folder_that_is_not_there_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened"):
        async with open_archive(tmp_path / "missing" / "a"):
            pass


async def test_nothing_of_a_failed_transaction_is_kept(tmp_path: Path) -> None:
    async with open_archive(tmp_path / "a", migrations=[NOTES]) as database:
        with pytest.raises(StorageError, match="no such table"):
            await _write(database, "insert into notes values ('second')", "insert into nowhere values (1)")
        await _write(database, "insert into notes values ('third')")
        assert await _notes(database) == ["first", "third"]


async def test_a_transaction_cancelled_at_any_point_is_whole_or_not_there(tmp_path: Path) -> None:
    async with open_archive(tmp_path / "a", migrations=[NOTES]) as database:

        async def write(number: int) -> None:
            async with database.writing() as writer:
                await writer.execute_fetchall("insert into notes values (?)", (f"{number} a",))
                await writer.execute_fetchall("insert into notes values (?)", (f"{number} b",))

        for number in range(30):
            task = asyncio.create_task(write(number))
            for _ in range(number):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
        await write(99)
        notes = await _notes(database)
    assert [note for note in notes if note.startswith("99")] == ["99 a", "99 b"]
    assert {note[:-2] for note in notes if note.endswith("a")} == {note[:-2] for note in notes if note.endswith("b")}


async def test_a_full_disk_is_told_in_words_and_keeps_what_was_stored(tmp_path: Path) -> None:
    async with open_archive(tmp_path / "a", migrations=[NOTES]) as database:
        with pytest.raises(StorageError, match="disk is full"):
            await _write(database, "PRAGMA max_page_count = 1", "insert into notes values (zeroblob(99999))")
        assert await _notes(database) == ["first"]


def test_no_room_for_what_stands_beside_the_archive_is_a_full_disk_too() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    with pytest.raises(StorageError, match=r"disk is full: a .*stored before is kept"), translated(Path("a")):
        raise error


async def test_a_size_that_cannot_be_kept_is_logged(tmp_path: Path) -> None:
    async with open_archive(tmp_path / "a") as database:
        articles = SqliteArticles(database)
        await articles.store([filed(article("new"))])
        with capture_logs() as logs:
            assert await articles.prune(NOW - 90 * DAY, most_bytes=10_000_000) == 0
            assert logs == []
            assert await articles.prune(NOW - 90 * DAY, most_bytes=100_000) == 0
        assert [(log["event"], log["wanted_megabytes"]) for log in logs] == [("archive_over_limit", 0.1)]


async def test_an_archive_kept_busy_by_another_process_is_told_in_words(tmp_path: Path) -> None:
    async with open_archive(tmp_path / "a", patience=timedelta(milliseconds=50)) as database:
        with closing(sqlite3.connect(tmp_path / "a", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError, match="busy"):
                await SqliteStories(database).put([story("one")])
            assert await SqliteArticles(database).count() == 0
            other.execute("ROLLBACK")
        await SqliteStories(database).put([story("one")])


async def test_text_that_is_not_unicode_is_refused_and_nothing_of_its_batch_kept(tmp_path: Path) -> None:
    async with open_archive(tmp_path / "a") as database:
        articles = SqliteArticles(database)
        with pytest.raises(StorageError, match="half a character"):
            await articles.store([filed(article("good")), filed(article("bad", "\ud83d"))])
        assert await articles.count() == 0


@pytest.mark.parametrize("caught_up_after", [(), (0,), (1,), (2,), (3,), (0, 1, 2, 3, 4)])
async def test_the_index_agrees_with_the_rows_after_every_kind_of_change(
    tmp_path: Path, caught_up_after: tuple[int, ...]
) -> None:
    """Whatever was indexed or not when it was revised or dropped, or its number was given to another."""
    async with open_archive(tmp_path / "a") as database:
        articles, index = SqliteArticles(database), SqliteIndex(database)

        async def texts(version: int, *names: int) -> None:
            batch = [article(str(name), f"Text v{version} of {name}.", at=NOW + name * DAY) for name in names]
            await articles.store([filed(each) for each in batch])

        changes = (
            lambda: texts(0, *range(60)),
            lambda: texts(1, *range(10, 70)),
            lambda: articles.prune(NOW + 65 * DAY),
            lambda: articles.prune(NOW + 90 * DAY, even_all=True),
            lambda: texts(2, *range(100, 600)),
        )
        for number, change in enumerate(changes):
            await change()
            if number in caught_up_after:
                await index.catch_up()
        found = [len(await index.search([f"v{version}"], limit=1_000)) for version in range(3)]
        assert found == [0, 0, 500]
        async with database.writing() as writer:  # raises where index and rows differ (FTS5 §6.4)
            await writer.execute_fetchall("insert into articles_fts (articles_fts, rank) values ('integrity-check', 1)")


async def test_what_a_process_stored_and_did_not_index_any_other_finds(tmp_path: Path) -> None:
    async with open_archive(tmp_path / "a") as writing, open_archive(tmp_path / "a") as beside:
        for number in range(3):
            await SqliteArticles(writing).store([filed(article(str(number), f"Tariff number {number}."))])
            assert len(await SqliteIndex(beside).search(["tariff"])) == number + 1
        assert len(await SqliteIndex(writing).search(["tariff"])) == 3


async def test_pruning_in_several_batches_drops_all_with_their_stories(tmp_path: Path) -> None:
    async with open_archive(tmp_path / "a") as database:
        articles, stories = SqliteArticles(database), SqliteStories(database)
        old = [article(str(number), at=NOW - 100 * DAY) for number in range(1_200)]
        await articles.store([filed(each) for each in (*old, article("new"))])
        gone, mixed = story("gone", old[0].id, updated=NOW - 100 * DAY), story("mixed", article("new").id, old[1].id)
        await stories.put([gone, mixed])
        assert await articles.prune(NOW - 90 * DAY) == 1_200
        assert await stories.get([gone.id, mixed.id]) == {mixed.id: mixed}


async def test_an_article_that_many_entries_lead_to_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[str]()

    def noted(row: Row) -> Article:
        read.append(row["url"])
        return article_of(row)

    monkeypatch.setattr(articles, "article_of", noted)
    async with open_archive(tmp_path / "a") as database:
        kept, one = SqliteArticles(database), article("one")
        await kept.store([filed(one)])
        await kept.store([filed(one, entry=f"entry {number}") for number in range(50)])
        assert set(await kept.by_url([one.url] * 50)) == {one.url}
    assert read == [one.url] * 2
