"""Reads what can be read of the tables of a damaged archive.

SQLite fails a whole query for one page that is no page. So a table is asked for in ranges of its row numbers, halved
where they fail down to single rows; a table without row numbers in the order of its key, from both ends. Must not
write: the damaged file stays as it was found.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.archive.database import connect_reading

MOST_FAILURES = 50_000
"""Failed reads after which the rest of a table is given up: seconds, where all of its pages are spoiled."""
_UNKNOWN_END, _MOST_FAILURES_THERE = 1 << 20, 1_000
"""The last row number that is looked for where no page says which it is, with less patience."""

_NOT_DAMAGE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
}

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table is read: by row number, which stands first in a row then, or by `key`, its first columns."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    firsts: str = ""
    """A query for values that the key's first column may have, told by another table."""


@dataclass(slots=True, kw_only=True)
class Extent:
    """How much of a table was read."""

    read: int = 0
    failures: int = 0
    total: int | None = None
    """How many rows it held; None where no page says."""


@contextmanager
def opened_wreck(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing, and takes what is left of a spoiled schema."""
    with closing(connect_reading(path)) as wreck:
        wreck.text_factory = bytes  # what is no text is found out row by row
        with _damage():
            wreck.execute("PRAGMA writable_schema = ON")
        yield wreck


def number(wreck: sqlite3.Connection, sql: str) -> int | None:
    """The number that a query gives; None where it cannot be read."""
    found: int | None = None
    with _damage():
        found = wreck.execute(sql).fetchone()[0]
    return found


def rows(wreck: sqlite3.Connection, layout: Layout, extent: Extent) -> Iterator[Row]:
    """Every row that can be read, some perhaps twice; `extent` counts along."""
    reading = _by_key(wreck, layout, extent) if layout.key else _by_number(wreck, layout, extent)
    for raw in reading:
        extent.read += 1
        try:
            row = tuple(value.decode() if isinstance(value, bytes) else value for value in raw)
        except UnicodeDecodeError:  # bytes of it were spoiled; it counts as read, and not as saved
            continue
        yield row
    if not extent.failures:
        extent.total = extent.read
    elif extent.total is None:
        extent.total = _told_by_index(wreck, layout.table, "count(*)")


def _by_number(wreck: sqlite3.Connection, layout: Layout, extent: Extent) -> Iterator[Row]:
    columns = ", ".join(("rowid", *layout.columns))
    sql = f"select {columns} from {layout.table} not indexed where rowid between ? and ? order by rowid"  # noqa: S608 - ours
    last = _last(wreck, layout.table)
    ranges = [(1, last or _UNKNOWN_END)]
    most = MOST_FAILURES if last else _MOST_FAILURES_THERE
    while ranges and extent.failures < most:
        low, high = ranges.pop()
        whole = False
        with _damage():
            for row in wreck.execute(sql, (low, high)):
                yield row
                low = max(low, row[0] + 1)
            whole = True
        if whole:
            continue
        extent.failures += 1
        if low < high:
            middle = (low + high) // 2
            ranges += [(middle + 1, high), (low, middle)]


def _last(wreck: sqlite3.Connection, table: str) -> int | None:
    """The last row number; None where there is none, or no page says."""
    last = number(wreck, f"select max(rowid) from {table} not indexed")  # noqa: S608 - ours
    return _told_by_index(wreck, table, "max(rowid)") if last is None else last


def _told_by_index(wreck: sqlite3.Connection, table: str, what: str) -> int | None:
    """What the table's indexes say; the largest number where they differ. None where none can be read."""
    indexes: list[tuple[bytes]] = []
    with _damage():
        indexes = wreck.execute("select name from pragma_index_list(?)", (table,)).fetchall()
    told = [number(wreck, f'select {what} from {table} indexed by "{name.decode()}"') for (name,) in indexes]  # noqa: S608 - ours
    return max((each for each in told if each is not None), default=None)


def _by_key(wreck: sqlite3.Connection, layout: Layout, extent: Extent) -> Iterator[Row]:
    yield from _run(wreck, layout, extent, ())
    if not extent.failures:
        return
    firsts: Sequence[tuple[Any]] = []
    with _damage():
        firsts = wreck.execute(layout.firsts).fetchall()
    for first in firsts:
        if extent.failures > MOST_FAILURES:
            return
        yield from _run(wreck, layout, extent, (first[0].decode(),))


def _run(wreck: sqlite3.Connection, layout: Layout, extent: Extent, first: tuple[str, ...]) -> Iterator[Row]:
    """Upwards, and where that fails downwards; only the rows whose key begins with `first`, where one is given."""
    condition = f"where {layout.key[0]} = ?" if first else ""
    for direction in ("asc", "desc"):
        order = ", ".join(f"{column} {direction}" for column in layout.key)
        sql = f"select {', '.join(layout.columns)} from {layout.table} {condition} order by {order}"  # noqa: S608 - ours
        with _damage():
            yield from wreck.execute(sql, first)
            return
        extent.failures += 1


@contextmanager
def _damage() -> Iterator[None]:
    """Ends quietly, as what it is for, where SQLite cannot read; what has another reason is raised."""
    try:
        yield
    except (sqlite3.Error, MemoryError) as error:  # a spoiled length asks for any amount of memory
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _NOT_DAMAGE:
            raise
