"""The data folder's lock file: one process at a time writes in a folder.

It must not be asked by commands that only read. The kernel lets go of the lock when its holder dies, so a lock file
left behind by a killed process hinders nobody.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from bot.domain.errors import FolderInUseError, StorageError

LOCK_FILE = "newsthread.lock"


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Holds `folder` for as long as the context lasts.

    Raises FolderInUseError where another process (or another part of this one) holds it, StorageError where the
    lock file cannot be made.
    """
    path = folder / LOCK_FILE
    lock = filelock.FileLock(path, timeout=0, on_acquired=_write_pid)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise FolderInUseError(_in_use(folder, path)) from error
    except OSError as error:
        raise StorageError(f"The lock file {path} cannot be made: {error.strerror or error}.") from error
    try:
        yield
    finally:
        lock.release()


def _write_pid(descriptor: int) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, f"{os.getpid()}\n".encode())


def _in_use(folder: Path, path: Path) -> str:
    try:
        holder = f" (pid {int(path.read_text())})"
    except (OSError, ValueError):  # the sentence does without: the holder may not have written it yet
        holder = ""
    return f"The data folder {folder} is in use by another newsthread process{holder}; stop that one first."
