"""One register's file: JSON that a person can read and edit, replaced whole with each change, as a TinyDB storage.

TinyDB's own JSONStorage rewrites its file in place, which a killed process or a full disk leaves in pieces; here the
old file stands until the new one is on disk. The previous content stays beside it as `.bak`, and a file that cannot
be read is kept as `.unreadable` before it is replaced. Must not know what the records mean: `check` does.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from tinydb.storages import Storage

from bot.domain.errors import DamagedError, StorageError

Tables = dict[str, dict[str, Any]]
Migration = Callable[[Tables], Tables]

VERSION = "version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """A file that was `gone` or could not be read, so that its last good copy serves; `digest` tells which fault."""

    file: Path
    fault: str
    digest: str
    gone: bool = False


class StateStorage(Storage):
    """Reads and replaces one file; `fallback` is the last time that its copy had to serve, until somebody takes it.

    `migrations[n]` turns what version n + 1 wrote into what version n + 2 writes; the version written is the one
    after the last of them. `check` raises ValueError for tables that are not as they should be.
    """

    def __init__(self, path: Path, migrations: tuple[Migration, ...], check: Callable[[Tables], None]) -> None:
        self.path = path
        self.fallback: Fallback | None = None
        self._migrations = migrations
        self._check = check
        self._held: Tables | None = None
        self._good: bytes | None = None
        self._unreadable: bytes | None = None

    def signature(self) -> tuple[int, int, int] | None:
        """What changes whenever any process replaces the file; None where there is none."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(self.path, error) from error
        return status.st_ino, status.st_mtime_ns, status.st_size

    def read(self) -> Tables | None:
        """The tables, from the previous copy where the file is unreadable; None where there is no file.

        Raises DamagedError where neither can be read, or a newer version wrote the file.
        """
        if self._held is not None:
            return self._held
        raw = _bytes(self.path)
        if raw is None:
            return None
        try:
            tables = self._parse(raw)
        except ValueError as error:
            return self._read_previous(raw, error)
        self._good, self._unreadable = raw, None
        return tables

    def bring_back(self) -> None:
        """Puts the previous copy, where there is one, in the place of a file that is gone.

        Raises DamagedError where it cannot be read, or a newer version wrote it, and StorageError.
        """
        copy = previous(self.path)
        good = _bytes(copy)
        if good is None:
            return
        try:
            self._parse(good)
        except ValueError as error:
            raise DamagedError(
                f"{self.path} is gone, and {copy} cannot be read ({error}); mend it by hand or restore a backup."
            ) from error
        replace_file(self.path, good)
        structlog.get_logger(__name__).warning("state_file_gone", file=str(self.path), used=str(copy))
        self.fallback = Fallback(file=self.path, fault="it was gone", digest=_digest(good), gone=True)

    def write(self, data: Tables) -> None:
        """Replaces the file, or what `together` holds."""
        if self._held is not None:
            self._held = data
        else:
            self._replace(data)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Makes one write of all changes within: all of them or none."""
        self._held = self.read() or {}
        try:
            yield
            self._replace(self._held)
        finally:
            self._held = None

    def _replace(self, data: Tables) -> None:
        text = json.dumps({VERSION: len(self._migrations) + 1, **data}, indent=2, ensure_ascii=False) + "\n"
        try:
            raw = text.encode()
        except UnicodeEncodeError as error:
            raise StorageError("A text holds half a character and cannot be kept.") from error
        if self._unreadable is not None:
            replace_file(self.path.with_name(self.path.name + ".unreadable"), self._unreadable)
        # Where there was none before, the copy is of this one: it must not be without any.
        replace_file(previous(self.path), raw if self._good is None else self._good)
        replace_file(self.path, raw)
        self._good, self._unreadable = raw, None

    def _read_previous(self, raw: bytes, fault: ValueError) -> Tables:
        copy = previous(self.path)
        good = self._good or _bytes(copy)  # what this process wrote last is newer than the copy
        try:
            tables = self._parse(good or b"")
        except ValueError as error:
            raise DamagedError(
                f"{self.path} cannot be read ({fault}), nor can its previous copy; mend it by hand or restore a backup."
            ) from error
        log = structlog.get_logger(__name__)
        log.warning("state_file_unreadable", file=str(self.path), fault=str(fault), used=str(copy))
        self._good, self._unreadable = good, raw
        self.fallback = Fallback(file=self.path, fault=str(fault), digest=_digest(raw))
        return tables

    def _parse(self, raw: bytes) -> Tables:
        try:
            document = json.loads(raw)
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error
        if not isinstance(document, dict) or not isinstance(document.get(VERSION), int):
            raise ValueError("it does not say its version")  # noqa: TRY004 - the content is at fault, not a caller
        version: int = document.pop(VERSION)
        tables: Tables = document
        if not 1 <= version <= len(self._migrations) + 1:
            raise DamagedError(f"{self.path} is of version {version}, which this newsthread does not know; update it.")
        for migration in self._migrations[version - 1 :]:
            tables = migration(tables)
        self._check(tables)
        return tables


def previous(path: Path) -> Path:
    """Where the previous good copy of a state file is."""
    return path.with_name(path.name + ".bak")


def replace_file(path: Path, content: bytes) -> None:
    """Puts `content` in place of the file in one step, and returns once it is on disk. Raises StorageError."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        temporary.unlink(missing_ok=True)  # left by a kill, with whatever mode it has
        with open(temporary, "xb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):  # the same reason keeps it from being there, or from going
            temporary.unlink(missing_ok=True)
        raise _unusable(path, error) from error


def keep_private(path: Path) -> None:
    """Leaves a file or folder of ours to its owner alone, whatever it was before; skipped where that is not allowed."""
    mode = 0o700 if path.is_dir() else 0o600
    with suppress(OSError):
        if path.stat().st_mode & 0o777 != mode:
            path.chmod(mode)


def sync_folder(folder: Path) -> None:
    """Puts the names in `folder` on disk, where the system can: fsync of a file does not keep its new name."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> StorageError:
    return StorageError(f"{path} cannot be used: {error.strerror or error}; what was stored before stays as it is.")
