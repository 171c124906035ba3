"""One connection to the archive's file, in a thread of its own. Must not know what SQLite's errors mean to others."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

import aiosqlite

from storage.archive.schema import PAGE_BYTES

T = TypeVar("T")

_SETTINGS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16000",
    "PRAGMA journal_size_limit = 67108864",
)


class Connection(aiosqlite.Connection):
    """A connection whose thread takes whole functions: a turn of it costs more than many a statement."""

    async def run(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """What `function` returns of the connection, which it alone has meanwhile; it must leave no transaction behind.

        Raises what it raises.
        """
        return cast(T, await self._execute(function, self._conn))  # type: ignore[no-untyped-call]


async def connect(path: Path, patience: timedelta, stack: AsyncExitStack) -> Connection:
    """Opens the file at `path`, closed with `stack`; one made before keeps its pages. Raises sqlite3.Error."""
    opening = partial(sqlite3.connect, path, timeout=patience.total_seconds(), isolation_level=None)
    connection = Connection(opening, iter_chunk_size=1)
    await stack.enter_async_context(connection)
    connection.row_factory = sqlite3.Row
    await connection.execute_fetchall(f"PRAGMA page_size = {PAGE_BYTES}")
    await _write_ahead(connection, patience)
    for setting in _SETTINGS:
        await connection.execute_fetchall(setting)
    return connection


async def _write_ahead(connection: aiosqlite.Connection, patience: timedelta) -> None:
    """Turns on write-ahead logging, which a file keeps: the only change for which SQLite itself does not wait."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience.total_seconds()
    while True:
        try:
            await connection.execute_fetchall("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or loop.time() > deadline:
                raise
            await asyncio.sleep(0.02)
        else:
            return
