"""One file that holds a whole data folder, and a data folder from one.

A backup is a zip of the archive (copied by SQLite's own online backup, so the bot may run on), the state files, and
`manifest.json`. Restoring copies the archive back the same way, in one transaction, so that no command that has it
open is harmed. Must not trust a backup: names, sums, versions and content are checked before anything is touched.
"""

import asyncio
import hashlib
import importlib.metadata
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from bot.domain.errors import DamagedError, StorageError
from storage.archive import marks
from storage.archive.database import ARCHIVE_FILE, amend, check_archive, translated
from storage.archive.outbox import unsure_until
from storage.codecs import decode, encode
from storage.folder import check_target, new_folder
from storage.lock import folder_lock
from storage.state.files import previous, replace_file, sync_folder
from storage.state.registers import STATE_FILES, STATE_FOLDER, check_state_file

FORMAT = 1
MANIFEST = "manifest.json"

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all, from another thread; the first grows, and ends as the second."""

_STATE = tuple(f"{STATE_FOLDER}/{name}" for name in STATE_FILES)
_CHUNK = 1 << 20
_PAGES = 256
_ATTEMPTS = 10  # of one second each, before a busy archive is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself; `files` has the SHA-256 of each file by its name."""

    format: int
    created_at: datetime
    newsthread: str
    files: dict[str, str]


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


class _Bar:
    """Counts bytes for a Progress."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._done = 0
        self._total = total

    def add(self, count: int) -> None:
        self._done = min(self._done + count, self._total)  # the archive may have grown since it was measured
        if self._progress:
            self._progress(self._done, self._total)

    def finish(self) -> None:
        self.add(self._total - self._done)


def _backup(folder: Path, file: Path, now: datetime, progress: Progress | None) -> Manifest:
    check_target(folder, file)
    archive = folder / ARCHIVE_FILE
    with _failing(f"{folder} cannot be backed up"):
        if not archive.exists():
            raise StorageError(f"There is nothing to back up in {folder}: it has no archive.")
    with _failing(f"The backup {file} cannot be written"), _scratch(file.parent) as scratch:
        (scratch / STATE_FOLDER).mkdir()
        for name in _STATE:
            if (folder / name).exists():
                shutil.copyfile(folder / name, scratch / name)
        bar = _Bar(progress, 2 * archive.stat().st_size + sum(path.stat().st_size for path in _files(scratch)))
        _copy_archive(archive, scratch / ARCHIVE_FILE, bar)
        manifest = Manifest(
            format=FORMAT,
            created_at=now.astimezone(UTC),
            newsthread=_newsthread_version(),
            files={path.relative_to(scratch).as_posix(): _sha256(path) for path in _files(scratch)},
        )
        whole = scratch / "backup.zip"
        _pack(whole, scratch, manifest, bar)
        whole.chmod(0o600)  # it holds what members asked
        whole.replace(file)
        sync_folder(file.parent)
        bar.finish()
    return manifest


def _restore(file: Path, folder: Path, now: datetime, progress: Progress | None) -> Manifest:
    with new_folder(folder), folder_lock(folder), _failing(f"{folder} cannot be restored"), _scratch(folder) as scratch:
        with _opened(file) as packed:
            manifest = _manifest(packed, file)
            archive = folder / ARCHIVE_FILE
            old = archive.stat().st_size if archive.exists() else 0
            new = packed.getinfo(ARCHIVE_FILE).file_size
            bar = _Bar(progress, sum(each.file_size for each in packed.infolist()) + old + new)
            _unpack(packed, manifest, scratch, bar)
        _check(scratch, file)
        # What was sent since the backup was made is known to nobody but those who were sent it.
        amend(scratch / ARCHIVE_FILE, unsure_until(now))
        aside = folder / f"before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"
        _set_aside(folder, aside, bar)
        _put_back(scratch, folder, bar)
        bar.finish()
    return manifest


def _copy_archive(source: Path, target: Path, bar: _Bar) -> None:
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


def _set_aside(folder: Path, aside: Path, bar: _Bar) -> None:
    aside.mkdir(mode=0o700)
    if (folder / STATE_FOLDER).exists() and not (folder / STATE_FOLDER).is_dir():
        (folder / STATE_FOLDER).replace(aside / STATE_FOLDER)
    else:
        (aside / STATE_FOLDER).mkdir()
    for name in _STATE:
        for path in (folder / name, previous(folder / name)):
            if path.exists():
                replace_file(aside / STATE_FOLDER / path.name, path.read_bytes())
    archive = folder / ARCHIVE_FILE
    if not archive.exists():
        return
    try:
        check_archive(archive)
    except DamagedError:
        # It cannot be copied, nor copied into; a stale write-ahead log must not meet the new archive.
        for path in folder.glob(f"{ARCHIVE_FILE}*"):
            path.replace(aside / path.name)
    else:
        _copy_archive(archive, aside / ARCHIVE_FILE, bar)


def _put_back(scratch: Path, folder: Path, bar: _Bar) -> None:
    _copy_archive(scratch / ARCHIVE_FILE, folder / ARCHIVE_FILE, bar)
    marks.forget(folder / ARCHIVE_FILE)
    (folder / STATE_FOLDER).mkdir(exist_ok=True)
    for name in _STATE:
        if (scratch / name).exists():
            replace_file(folder / name, (scratch / name).read_bytes())
        else:
            (folder / name).unlink(missing_ok=True)
        previous(folder / name).unlink(missing_ok=True)


def _pack(whole: Path, folder: Path, manifest: Manifest, bar: _Bar) -> None:
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(MANIFEST, encode(manifest))
        for name in manifest.files:
            with (folder / name).open("rb") as source, packed.open(name, "w", force_zip64=True) as target:
                for chunk in _chunks(source):
                    target.write(chunk)
                    bar.add(len(chunk))


def _manifest(packed: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        text = packed.read(MANIFEST).decode()
    except KeyError as error:
        raise DamagedError(f"{file} is no backup of newsthread: it has no {MANIFEST}.") from error
    manifest = decode(text, Manifest)
    if manifest.format != FORMAT:
        raise DamagedError(f"{file} is a backup of format {manifest.format}, which this newsthread does not know.")
    # Only names that we write ourselves: none can lead out of the folder.
    if ARCHIVE_FILE not in manifest.files or not manifest.files.keys() <= {ARCHIVE_FILE, *_STATE}:
        raise DamagedError(f"{file} lists files that are not those of a backup.")
    if sorted(packed.namelist()) != sorted((MANIFEST, *manifest.files)):
        raise DamagedError(f"{file} does not hold the files that it lists.")
    return manifest


def _unpack(packed: zipfile.ZipFile, manifest: Manifest, folder: Path, bar: _Bar) -> None:
    (folder / STATE_FOLDER).mkdir()
    for name, expected in manifest.files.items():
        with packed.open(name) as source, (folder / name).open("wb") as target:
            for chunk in _chunks(source):
                target.write(chunk)
                bar.add(len(chunk))
        if _sha256(folder / name) != expected:
            raise DamagedError(f"{packed.filename} is damaged: {name} is not what it was when the backup was made.")


def _check(scratch: Path, file: Path) -> None:
    try:
        check_archive(scratch / ARCHIVE_FILE)
        for name in STATE_FILES:
            check_state_file(scratch / STATE_FOLDER / name)
    except DamagedError as error:
        raise DamagedError(f"{file} holds what cannot be used; nothing was changed: {error}") from error


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """The backup, open; turns whatever zipfile says of a bad one into ours."""
    try:
        with _failing(f"The backup {file} cannot be read"):
            packed = zipfile.ZipFile(file)
        with packed:
            yield packed
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise DamagedError(f"{file} is no backup, or a damaged one ({error}).") from error


@contextmanager
def _failing(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{what}: {error.strerror or error}.") from error


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """A folder for what is not yet whole, on the disk where it will stand, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".newsthread-", dir=parent) as name:
        yield Path(name)


def _connect(path: Path) -> sqlite3.Connection:
    with translated(path):
        return sqlite3.connect(path, timeout=1, isolation_level=None)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _newsthread_version() -> str:
    try:
        return importlib.metadata.version("newsthread")
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
