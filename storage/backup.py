"""One file that holds a whole data folder, and a data folder from one.

A backup is a zip of the archive (copied by SQLite's own online backup, so the bot may run on), the state files, and
`manifest.json`. Restoring copies the archive back the same way, in one transaction, so that no command that has it
open is harmed. Must not trust a backup: names, sums, versions and content are checked before anything is touched.
"""

import asyncio
import importlib.metadata
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import DamagedError, StorageError
from storage.archive import marks
from storage.archive.database import ARCHIVE_FILE, amend, check_archive, translated
from storage.archive.outbox import unsure_until
from storage.folder import SCRATCH, check_target, new_folder, sweep
from storage.lock import folder_lock
from storage.packing import FORMAT, STATE, Bar, Manifest, Progress, failing, opened, pack, read_manifest, sha256, unpack
from storage.state.files import keep_private, previous, replace_file, sync_folder
from storage.state.registers import STATE_FILES, STATE_FOLDER, check_state_file

_PAGES = 256
_ATTEMPTS = 10  # of one second each, before a busy archive is given up


async def backup(folder: Path, file: Path, *, now: datetime, progress: Progress | None = None) -> Manifest:
    """Writes a backup of `folder` to `file`, replacing it once the new one is whole; the bot may run meanwhile.

    Raises StorageError: nothing to back up, or `file` cannot be written or lies within `folder`.
    """
    return await asyncio.to_thread(_backup, folder, file, now, progress)


async def restore(file: Path, folder: Path, *, now: datetime, progress: Progress | None = None) -> Manifest:
    """Makes `folder` what it was when `file` was written; what it held is kept in `before-restore-<time>` within it.

    Raises FolderInUseError while another process writes there, and, with nothing touched, DamagedError for a file
    that is no backup, is damaged, or was made by an unknown version. Otherwise StorageError.
    """
    return await asyncio.to_thread(_restore, file, folder, now, progress)


def _backup(folder: Path, file: Path, now: datetime, progress: Progress | None) -> Manifest:
    check_target(folder, file)
    archive = folder / ARCHIVE_FILE
    with failing(f"{folder} cannot be backed up"):
        if not archive.exists():
            raise StorageError(f"There is nothing to back up in {folder}: it has no archive.")
    with failing(f"The backup {file} cannot be written"), _scratch(file.parent) as scratch:
        (scratch / STATE_FOLDER).mkdir()
        for name in STATE:
            _copy_state_file(folder / name, scratch / name)
        bar = Bar(progress, 2 * archive.stat().st_size + sum(path.stat().st_size for path in _files(scratch)))
        _copy_archive(archive, scratch / ARCHIVE_FILE, bar)
        manifest = Manifest(
            format=FORMAT,
            created_at=now.astimezone(UTC),
            newsthread=_newsthread_version(),
            files={path.relative_to(scratch).as_posix(): sha256(path) for path in _files(scratch)},
        )
        _check(scratch, f"{folder} holds what no backup can be made of; {file} is as it was")
        whole = scratch / "backup.zip"
        pack(whole, scratch, manifest, bar)
        whole.chmod(0o600)  # it holds what members asked
        whole.replace(file)
        sync_folder(file.parent)
        bar.finish()
    return manifest


def _restore(file: Path, folder: Path, now: datetime, progress: Progress | None) -> Manifest:
    with new_folder(folder), folder_lock(folder), failing(f"{folder} cannot be restored"), _swept(folder) as scratch:
        with opened(file) as packed:
            manifest = read_manifest(packed, file)
            archive = folder / ARCHIVE_FILE
            old = archive.stat().st_size if archive.exists() else 0
            new = packed.getinfo(ARCHIVE_FILE).file_size
            bar = Bar(progress, sum(each.file_size for each in packed.infolist()) + old + new)
            unpack(packed, manifest, scratch, bar)
        _check(scratch, f"{file} holds what cannot be used; nothing was changed")
        # What was sent since the backup was made is known to nobody but those who were sent it.
        amend(scratch / ARCHIVE_FILE, unsure_until(now))
        aside = folder / f"before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"
        _set_aside(folder, aside, bar)
        _put_back(scratch, folder, bar)
        bar.finish()
    return manifest


def _copy_archive(source: Path, target: Path, bar: Bar) -> None:
    """Copies an archive that others may be writing into one that others may be reading, in one transaction."""
    waited = 0
    done = 0

    def step(status: int, remaining: int, total: int) -> None:
        nonlocal waited, done
        waited = waited + 1 if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} else 0
        if waited == _ATTEMPTS:
            raise StorageError(f"Another process keeps {target} busy; nothing was changed, try again.")
        bar.add((total - remaining - done) * page_bytes)
        done = total - remaining

    with closing(_connect(source)) as reading:
        with translated(source):
            # A read transaction of our own: writers go on beside it, and the copy need not begin anew after each.
            reading.execute("BEGIN")
            page_bytes = reading.execute("PRAGMA page_size").fetchone()[0]
            reading.execute("select count(*) from sqlite_master").fetchone()
        with translated(target), closing(_connect(target)) as writing:
            reading.backup(writing, pages=_PAGES, progress=step)
    keep_private(target)


def _fit_pages(archive: Path, other: Path) -> None:
    """Gives an archive that nobody uses pages of the size that the other has, or it cannot be copied into that."""
    fitting = archive.with_name("fitting")  # beside it: a temporary file of SQLite's own may have no room elsewhere
    with translated(archive), closing(_connect(archive)) as changing, closing(_connect(other)) as there:
        wanted = there.execute("PRAGMA page_size").fetchone()[0]
        if changing.execute("PRAGMA page_size").fetchone()[0] == wanted:
            return
        changing.execute(f"PRAGMA page_size = {wanted}")
        changing.execute("VACUUM INTO ?", (str(fitting),))
    fitting.replace(archive)


def _copy_state_file(source: Path, target: Path) -> None:
    """Copies the file, or its previous copy where it cannot be read: what the program itself would use."""
    for path in (source, previous(source)):
        if path.exists():
            shutil.copyfile(path, target)
            with suppress(DamagedError):
                check_state_file(target)
                return


def _set_aside(folder: Path, aside: Path, bar: Bar) -> None:
    """Copies what the folder holds into `aside`; only what cannot be copied is moved, once all the rest is there."""
    aside.mkdir(mode=0o700)
    try:
        moved = _copy_aside(folder, aside, bar)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)  # copies only, and not all of them
        raise
    for path in moved:
        path.replace(aside / path.name)
    sync_folder(aside)


def _copy_aside(folder: Path, aside: Path, bar: Bar) -> list[Path]:
    """Copies what can be copied; returns what must be moved."""
    moved = []
    if (folder / STATE_FOLDER).exists() and not (folder / STATE_FOLDER).is_dir():
        moved.append(folder / STATE_FOLDER)
    else:
        (aside / STATE_FOLDER).mkdir(mode=0o700)
    for name in STATE:
        for path in (folder / name, previous(folder / name)):
            if path.exists():
                replace_file(aside / STATE_FOLDER / path.name, path.read_bytes())
    archive = folder / ARCHIVE_FILE
    if not archive.exists():
        return moved
    try:
        check_archive(archive)
    except DamagedError:
        # It cannot be copied, nor copied into; a stale write-ahead log must not meet the new archive.
        return [*moved, *folder.glob(f"{ARCHIVE_FILE}*")]
    _copy_archive(archive, aside / ARCHIVE_FILE, bar)
    return moved


def _put_back(scratch: Path, folder: Path, bar: Bar) -> None:
    if (folder / ARCHIVE_FILE).exists():
        _fit_pages(scratch / ARCHIVE_FILE, folder / ARCHIVE_FILE)
        _copy_archive(scratch / ARCHIVE_FILE, folder / ARCHIVE_FILE, bar)
    else:  # needs no room, so that nothing can fail once the damaged one was moved aside
        (scratch / ARCHIVE_FILE).replace(folder / ARCHIVE_FILE)
        sync_folder(folder)
        keep_private(folder / ARCHIVE_FILE)
    marks.forget(folder / ARCHIVE_FILE)
    (folder / STATE_FOLDER).mkdir(exist_ok=True)
    keep_private(folder / STATE_FOLDER)
    for name in STATE:
        if (scratch / name).exists():
            for path in (folder / name, previous(folder / name)):
                replace_file(path, (scratch / name).read_bytes())
        else:
            for path in (previous(folder / name), folder / name):
                path.unlink(missing_ok=True)


def _check(scratch: Path, said: str) -> None:
    try:
        check_archive(scratch / ARCHIVE_FILE)
        for name in STATE_FILES:
            check_state_file(scratch / STATE_FOLDER / name)
    except DamagedError as error:
        raise DamagedError(f"{said}: {error}") from error


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """A folder for what is not yet whole, on the disk where it will stand, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=parent) as name:
        yield Path(name)


@contextmanager
def _swept(folder: Path) -> Iterator[Path]:
    """The same within a data folder, without those that were left there by a kill."""
    sweep(folder)
    with _scratch(folder) as scratch:
        yield scratch


def _connect(path: Path) -> sqlite3.Connection:
    with translated(path):
        return sqlite3.connect(path, timeout=1, isolation_level=None)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _newsthread_version() -> str:
    try:
        return importlib.metadata.version("newsthread")
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
