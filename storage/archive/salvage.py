"""Mends a damaged archive: sets it aside and saves what can be read of it into a new one.

The new archive is whole under another name before the damaged one is moved, so that a kill at any instant loses
nothing: the next opening begins anew, or goes on where this one was. Must not change or delete what it sets aside.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import structlog

from bot.domain.briefings import Briefing, Claim, Telling
from bot.domain.conversations import Answer, Question
from bot.domain.errors import DamagedError, StorageError
from bot.domain.feeds import FeedState
from bot.domain.notices import MAX_CHARS, OPERATOR, Notice, NoticeId
from bot.domain.wording import notices as wording
from storage.archive import marks
from storage.archive.articles import article_of
from storage.archive.briefings import cited
from storage.archive.corrections import correction_of, reread_of
from storage.archive.database import archive_fault, migrate, translated
from storage.archive.index import INDEX_SOME
from storage.archive.notices import RAISE, notice_of, notice_row
from storage.archive.outbox import part_of, slot_of, unsure_until
from storage.archive.pauses import pause_of
from storage.archive.schema import MIGRATIONS, PAGE_BYTES
from storage.archive.wreckage import Extent, Layout, number, opened_wreck, rows
from storage.codecs import decode, moment
from storage.state.files import sync_folder

LOOKED_AT_FOR = timedelta(days=7)
"""How long an archive that was closed whole each time is not read through again: disks decay unasked."""
_BATCH, _ALL = 500, -1
_SETTINGS = (
    f"page_size = {PAGE_BYTES}",
    *("journal_mode = MEMORY", "synchronous = OFF", "foreign_keys = ON", "cache_size = -16000"),
)
_SAVING, _SAVED = ".saving", ".saved-"

_FIRSTS = {"entries": "select url from feed_states", "story_articles": "select id from stories"}

_MADE_ANEW = {"citations", "told_stories", "embeddings", "unindexed", "indexed"}
"""Tables that follow from others, or are made again when they are asked for."""

_READ: Mapping[str, Callable[[sqlite3.Row], object]] = {
    "feed_states": lambda row: decode(row["body"], FeedState),
    "articles": article_of,
    "stories": lambda row: (moment(row["created_at"]), moment(row["updated_at"])),
    "briefings": lambda row: decode(row["body"], Briefing),
    "tellings": lambda row: decode(row["body"], Telling),
    "deliveries": lambda row: (slot_of(row), moment(row["created_at"])),
    "parts": part_of,
    "turns": lambda row: (moment(row["asked_at"]), decode(row["answer"], Answer)),
    "usage": lambda row: moment(row["at"]),
    "questions": lambda row: decode(row["body"], Question),
    "notices": notice_of,
    "corrections": correction_of,
    "rereads": reread_of,
    "pauses": pause_of,
}
"""How the rows of each table are read in use, so that no row stays that is text still and means nothing any more."""

# Opened anew, such a delivery is whole, and its parts are looked for before they are posted.
_NOT_WHOLE = """
    delete from deliveries where id in (
        select deliveries.id from deliveries left join parts on parts.delivery = deliveries.id
        group by deliveries.id having count(parts.position) <> coalesce(max(parts.position), 0) + 1
    )
"""
_PERHAPS_NOT_WHOLE = (
    "delete from deliveries where id in (select delivery from parts where state in ('pending', 'failed'))"
)
_OF_NOTHING = "delete from stories where not exists (select 1 from story_articles where story = stories.id)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a salvage came to, in rows. Of a table in `uncounted` more may be lost than those that were met."""

    saved: int
    lost: int
    uncounted: tuple[str, ...]


def mend(archive: Path, now: datetime) -> datetime:
    """Sees to it that the archive, where there is one, can be used; returns when it was last looked through.

    Blocks, where it must be read or mended for as long as that takes.

    What was lost is logged, and a notice to the operator stands in the new archive. The folder's lock must be held.
    Raises DamagedError for an archive that a newer version wrote, StorageError; the archive is as it was then.
    """
    try:
        with translated(archive):
            return _mend(archive, now)
    except OSError as error:
        raise StorageError(f"{archive} is damaged and cannot be mended: {error.strerror or error}.") from error


def _mend(archive: Path, now: datetime) -> datetime:
    saving = _beside(archive, _SAVING)
    saving.unlink(missing_ok=True)
    for finished in archive.parent.glob(f"{archive.name}{_SAVED}*"):
        _put_in_place(finished, archive)
    if not archive.exists():
        return now
    looked_at = marks.closed_whole(archive)
    if looked_at is None or not timedelta(0) <= now - looked_at < LOOKED_AT_FOR:
        looked_at = None
    fault = archive_fault(archive, thorough=looked_at is None, may_be_new=True)
    if fault is None:
        return looked_at or now
    aside = _free(archive.with_name(f"damaged-{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"))
    log = structlog.get_logger(__name__)
    log.error("archive_damaged", file=str(archive), fault=fault)
    try:
        saved = _save(archive, saving, lambda saved: _notice(fault, saved, aside, now))
    except BaseException:
        saving.unlink(missing_ok=True)  # the disk may be full
        raise
    finished = _beside(archive, _SAVED + aside.name)
    saving.replace(finished)
    sync_folder(archive.parent)
    _put_in_place(finished, archive)
    log.warning("archive_salvaged", saved=saved.saved, lost=saved.lost, uncounted=saved.uncounted, folder=str(aside))
    return now


def _put_in_place(finished: Path, archive: Path) -> None:
    """Moves the damaged archive aside and the new one to where it stood."""
    aside = archive.with_name(finished.name.removeprefix(archive.name + _SAVED))
    aside.mkdir(mode=0o700, exist_ok=True)
    for suffix in ("-wal", "-shm", ""):
        part = _beside(archive, suffix)
        if part.exists():
            part.replace(_free(aside / part.name))
    sync_folder(aside)
    finished.replace(archive)
    marks.forget(archive)
    sync_folder(archive.parent)


def _save(archive: Path, saving: Path, notice: Callable[[Saved], Notice]) -> Saved:
    """Writes a whole archive of the newest version to `saving`: what can be read, and the notice of it."""
    saving.touch(mode=0o600)
    with opened_wreck(archive) as wreck, closing(sqlite3.connect(saving, isolation_level=None)) as new:
        new.row_factory = sqlite3.Row
        for setting in _SETTINGS:
            new.execute(f"PRAGMA {setting}")
        version = number(wreck, "PRAGMA user_version") or len(MIGRATIONS)
        migrate(new, MIGRATIONS[:version])
        extents = {layout.table: _copy(wreck, new, layout) for layout in _layouts(new)}
        migrate(new, MIGRATIONS, version)
        _leave_out_unreadable(new)
        new.execute("begin")
        _make_consistent(new, extents["parts"])
        for statement in INDEX_SOME:
            new.execute(statement, (_ALL,))
        saved = _counted(new, extents)
        for sql, parameters in (*unsure_until((raised := notice(saved)).raised_at), (RAISE, notice_row(raised))):
            new.execute(sql, parameters)
        new.execute("commit")
    with saving.open("rb+") as file:
        os.fsync(file.fileno())
    return saved


def _layouts(new: sqlite3.Connection) -> list[Layout]:
    """How each table is read that does not follow from others, in the order in which they refer to each other."""
    tables = new.execute(
        "select name, wr from sqlite_master join pragma_table_list as list using (name)"
        " where schema = 'main' and list.type = 'table' order by sqlite_master.rowid"
    ).fetchall()
    return [_layout(new, table, keyed=bool(keyed)) for table, keyed in tables if table not in _MADE_ANEW]


def _layout(new: sqlite3.Connection, table: str, *, keyed: bool) -> Layout:
    columns = new.execute("select name, type, pk from pragma_table_info(?)", (table,)).fetchall()
    key = [name for name, _, place in sorted(columns, key=lambda column: column["pk"]) if place]
    if keyed:
        rest = (name for name, _, place in columns if not place)
        return Layout(table=table, columns=(*key, *rest), key=tuple(key), firsts=_FIRSTS[table])
    alias = key[0] if [kind for _, kind, place in columns if place] == ["INTEGER"] else ""
    return Layout(table=table, columns=tuple(name for name, _, _ in columns if name != alias))


def _copy(wreck: sqlite3.Connection, new: sqlite3.Connection, layout: Layout) -> Extent:
    extent = Extent()
    columns = layout.columns if layout.key else ("rowid", *layout.columns)
    values = ", ".join("?" * len(columns))
    sql = f"insert or ignore into {layout.table} ({', '.join(columns)}) values ({values})"  # noqa: S608 - ours
    reading = rows(wreck, layout, extent)
    while batch := list(islice(reading, _BATCH)):
        new.execute("begin")
        for row in batch:
            # What breaks a rule of its table, or belongs to a row that is gone, was spoiled.
            with suppress(sqlite3.IntegrityError):
                new.execute(sql, row)
        new.execute("commit")
    return extent


def _leave_out_unreadable(new: sqlite3.Connection) -> None:
    for table, read in _READ.items():
        spoiled = [
            (row["its_number"],)
            for row in new.execute(f"select rowid as its_number, * from {table}")  # noqa: S608 - ours
            if not _readable(row, read)
        ]
        new.executemany(f"delete from {table} where rowid = ?", spoiled)  # noqa: S608 - ours


def _readable(row: sqlite3.Row, read: Callable[[sqlite3.Row], object]) -> bool:
    try:
        read(row)
    except (DamagedError, ValueError):
        return False
    return True


def _make_consistent(new: sqlite3.Connection, parts: Extent) -> None:
    """Leaves out what is of no use without the rows that were lost, and writes down again what is cited and told."""
    new.execute(_NOT_WHOLE)
    if parts.failures:
        new.execute(_PERHAPS_NOT_WHOLE)
    new.execute(_OF_NOTHING)
    for row in new.execute("select id, body from briefings").fetchall():
        tellings = decode(row["body"], Briefing).tellings
        claims = [claim for telling in tellings for claim in telling.claims]
        new.executemany(
            "insert or ignore into told_stories (briefing, position, story) values (?, ?, ?)",
            [(row["id"], place, telling.story_id) for place, telling in enumerate(tellings)],
        )
        new.executemany("insert into citations (article, briefing) values (?, ?)", _pairs(claims, row["id"]))
    for row in new.execute("select number, answer from turns").fetchall():
        claims = list(decode(row["answer"], Answer).claims)
        new.executemany("insert into citations (article, turn) values (?, ?)", _pairs(claims, row["number"]))


def _pairs(claims: Iterable[Claim], by: str | int) -> list[tuple[str, str | int]]:
    return [(article, by) for article in sorted(cited(claims))]


def _counted(new: sqlite3.Connection, extents: Mapping[str, Extent]) -> Saved:
    counts = ((table, new.execute(f"select count(*) from {table}")) for table in extents)  # noqa: S608 - ours
    saved = {table: int(count.fetchone()[0]) for table, count in counts}
    totals = {table: extent.read if extent.total is None else extent.total for table, extent in extents.items()}
    return Saved(
        saved=sum(saved.values()),
        lost=sum(max(0, totals[table] - saved[table]) for table in extents),
        uncounted=tuple(table for table, extent in extents.items() if extent.total is None),
    )


def _notice(fault: str, saved: Saved, aside: Path, now: datetime) -> Notice:
    text = wording.archive_damaged(fault[:200], str(aside), saved.saved, saved.lost, saved.uncounted)
    identity = NoticeId(f"archive damaged {now.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}")
    return Notice(id=identity, audience=OPERATOR, text=text[:MAX_CHARS], raised_at=now)


def _free(path: Path) -> Path:
    """This name, or the next one that nothing has."""
    names = (path.with_name(f"{path.name}-{count}") if count else path for count in range(1_000))
    return next(name for name in names if not name.exists())


def _beside(archive: Path, suffix: str) -> Path:
    return archive.with_name(archive.name + suffix)
