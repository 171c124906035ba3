"""The archive's file: its connections, transactions, migrations, and what SQLite's errors mean.

One connection writes, one transaction at a time, and one reads; other processes take their turn through SQLite's own
locks. Must not know what the tables hold.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.errors import DamagedError, MendableError, StorageError
from storage.archive import marks
from storage.archive.connection import Connection, connect
from storage.archive.first_tables import Migration
from storage.archive.schema import MIGRATIONS

ARCHIVE_FILE = "archive.sqlite3"

PATIENCE = timedelta(seconds=5)
"""How long a transaction waits for another process; a statement is waited out also by a process that is to stop."""

_SENTENCES = {
    sqlite3.SQLITE_FULL: "The disk is full: {path} cannot be written; free some space. What was stored before is kept.",
    sqlite3.SQLITE_BUSY: "Another process keeps {path} busy; nothing was changed, try again.",
    sqlite3.SQLITE_READONLY: "{path} cannot be written; check who owns the data folder.",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened; check that the data folder exists and who owns it.",
    sqlite3.SQLITE_IOERR: "The disk failed while {path} was used; the last change was not kept.",
}
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_MENDED_NEXT = (
    "; the next `newsthread run`, or another command that writes, sets it aside and saves what can be read of it"
)

_NOT_TOLD = 0
"""The number of a file where the system does not number its files."""

Row = sqlite3.Row
Statement = tuple[str, tuple[Any, ...]]
S = TypeVar("S")
T = TypeVar("T")

_SLICE = 400


class Database:
    """An open archive. Made by `open_archive`."""

    def __init__(self, path: Path, writer: Connection, reader: Connection) -> None:
        self._path = path
        self._writer = writer
        self._reader = reader
        self._turn = asyncio.Lock()
        self._number = _file_number(path)

    async def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What a query returns, outside any transaction of ours. Raises StorageError."""
        with _in_use(self._path):
            return list(await self._reader.execute_fetchall(sql, parameters))

    async def row(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, if any. Raises StorageError."""
        rows = await self.rows(sql, parameters)
        return rows[0] if rows else None

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """One transaction: on disk when the context ends, nothing of it kept when it ends by an exception."""
        async with self._turn:
            with _in_use(self._path):
                async with _transaction(self._writer):
                    self._must_be_in_place()
                    yield self._writer

    def _must_be_in_place(self) -> None:
        """What is written to a file that was set aside would be acknowledged and seen by nobody."""
        number = _file_number(self._path)
        if number != self._number and self._number != _NOT_TOLD != number:
            raise StorageError(f"{self._path} was replaced meanwhile; nothing was changed, run the command again.")


@asynccontextmanager
async def open_archive(
    path: Path,
    *,
    migrations: Sequence[Migration] = MIGRATIONS,
    patience: timedelta = PATIENCE,
    when_new: Sequence[Statement] = (),
) -> AsyncIterator[Database]:
    """Opens the archive at `path`, in an existing folder, made (with `when_new` executed) or brought up to date.

    Raises DamagedError where it is no archive, or a newer version wrote it, and StorageError.
    """
    marks.drop_stale(path)
    async with AsyncExitStack() as stack:
        stack.callback(marks.renew_damage, path)
        with _in_use(path):
            # When connecting fails, aiosqlite's thread may outlive the loop it reports to: so it must not fail there.
            await asyncio.to_thread(_touch, path)
            writer = await connect(path, patience, stack)
            await _migrate(writer, path, migrations, when_new)
            reader = await connect(path, patience, stack)
            await reader.execute_fetchall("PRAGMA query_only = ON")
        yield Database(path, writer, reader)


@contextmanager
def translated(path: Path, todo: str = "") -> Iterator[None]:
    """Turns SQLite's errors into ours: the only place that does. `todo` ends the sentence about damage."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        # No room for the index of the write-ahead log; else the upper bits tell kinds of one code apart.
        code = sqlite3.SQLITE_FULL if code == sqlite3.SQLITE_IOERR_SHMSIZE else code & 0xFF
        if code in _DAMAGE:
            raise DamagedError(f"{path} is damaged ({error}){todo}.") from error
        sentence = _SENTENCES.get(code, "{path} cannot be used: {error}.")
        raise StorageError(sentence.format(path=path, error=error)) from error
    except UnicodeEncodeError as error:
        raise StorageError("A text holds half a character and cannot be kept.") from error


def check_version(version: int, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Raises DamagedError where a version of newsthread newer than this one wrote the archive."""
    if not 0 <= version <= len(migrations):
        raise DamagedError(f"{path} is of version {version}, which this newsthread does not know; update it.")


def check_archive(path: Path) -> None:
    """Reads the archive at `path` through; blocks.

    Raises DamagedError where SQLite finds it damaged, a newer version wrote it, or it lacks a table of ours.
    """
    if fault := archive_fault(path):
        raise DamagedError(f"{path} is damaged ({fault}).")


def archive_fault(path: Path, *, thorough: bool = True, may_be_new: bool = False) -> str | None:
    """What is wrong with the archive, None where nothing is; blocks, when `thorough` for as long as reading it takes.

    One that holds nothing yet is sound where it `may_be_new`. Raises DamagedError where a newer version wrote it,
    StorageError.
    """
    if marks.damage_met(path):
        return "damage was met in it"
    try:
        with translated(path), closing(connect_reading(path)) as archive:
            version = archive.execute("PRAGMA user_version").fetchone()[0]
            check_version(version, path)
            fault = archive.execute("PRAGMA quick_check(1)").fetchone()[0] if thorough else "ok"
            held = _names(archive)
    except DamagedError as error:
        if isinstance(error.__cause__, sqlite3.Error):
            return str(error.__cause__)
        raise
    if fault != "ok":
        return " ".join(str(fault).removeprefix("*** in database main ***").split())
    if not version:
        return None if may_be_new and not held else "it does not say its version"
    with closing(sqlite3.connect(":memory:")) as model:
        migrate(model, MIGRATIONS[:version])
        missing = _names(model) - held
    return f"it lacks {min(missing)}" if missing else None


def connect_reading(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing in the file, not even when it is closed."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE.total_seconds())


def migrate(archive: sqlite3.Connection, migrations: Sequence[Migration], version: int = 0) -> None:
    """Brings an archive that nobody else uses from `version` to the newest, in the caller's transaction. Blocks."""
    for statements in migrations[version:]:
        for statement in statements:
            archive.execute(statement)
    archive.execute(f"PRAGMA user_version = {len(migrations)}")


def amend(path: Path, statements: Sequence[Statement]) -> None:
    """Brings an archive that nobody else uses to the newest version and executes `statements`: all or none. Blocks."""
    with translated(path), closing(sqlite3.connect(path, isolation_level=None)) as archive:
        archive.execute("begin immediate")
        migrate(archive, MIGRATIONS, archive.execute("PRAGMA user_version").fetchone()[0])
        for sql, parameters in statements:
            archive.execute(sql, parameters)
        archive.execute("commit")


def _names(archive: sqlite3.Connection) -> set[str]:
    return {f"the {kind} {name}" for kind, name in archive.execute("select type, name from sqlite_master")}


@contextmanager
def _in_use(path: Path) -> Iterator[None]:
    """Notes the damage that is met, so that the sentence about it is true."""
    try:
        with translated(path, _MENDED_NEXT):
            yield
    except DamagedError as error:
        if isinstance(error.__cause__, sqlite3.Error):
            marks.note_damage(path)
            raise MendableError(str(error)) from error.__cause__
        raise


async def in_slices(rows: Sequence[S], meaning: Callable[[S], T]) -> list[T]:
    """What each row, or other thing of many, means; others get their turn in between, or would be held up for long."""
    found: list[T] = []
    for start in range(0, len(rows), _SLICE):
        found += map(meaning, rows[start : start + _SLICE])
        await asyncio.sleep(0)
    return found


def _file_number(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:  # it is gone, or cannot be looked at
        return None


def _touch(path: Path) -> None:
    # Never one that is there: closing it would let go of the locks that other connections of this process hold.
    with suppress(OSError):  # SQLite says what is wrong, or another process was quicker
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    sqlite3.connect(path).close()


@asynccontextmanager
async def _transaction(connection: Connection) -> AsyncIterator[None]:
    try:
        await connection.execute_fetchall("BEGIN IMMEDIATE")
        yield
        await connection.commit()
    except BaseException:
        # Cancelled or failed, at whatever point: the statement under way ends first, its thread takes them in turn.
        await connection.rollback()
        raise


async def _migrate(
    connection: Connection, path: Path, migrations: Sequence[Migration], when_new: Sequence[Statement]
) -> None:
    version = await _version(connection)
    check_version(version, path, migrations)
    if version == len(migrations):
        return
    async with _transaction(connection):
        version = await _version(connection)  # another process may have been quicker
        for statements in migrations[version:]:
            for statement in statements:
                await connection.execute_fetchall(statement)
        for sql, parameters in when_new if not version else ():
            await connection.execute_fetchall(sql, parameters)
        await connection.execute_fetchall(f"PRAGMA user_version = {len(migrations)}")


async def _version(connection: Connection) -> int:
    rows = list(await connection.execute_fetchall("PRAGMA user_version"))
    return int(rows[0][0])
