"""The file that a backup is: a zip of the data folder's files, and `manifest.json`, which says what they must be.

Must not trust one that it is given: names, sums and the format are checked as it is unpacked. What the files hold is
for others to check.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from bot.domain.errors import DamagedError, StorageError
from storage.archive.database import ARCHIVE_FILE
from storage.codecs import decode, encode
from storage.state.registers import STATE_FILES, STATE_FOLDER

FORMAT = 1
MANIFEST = "manifest.json"

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all, from another thread; the first grows, and ends as the second."""

STATE = tuple(f"{STATE_FOLDER}/{name}" for name in STATE_FILES)
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself; `files` has the SHA-256 of each file by its name."""

    format: int
    created_at: datetime
    newsthread: str
    files: dict[str, str]


class Bar:
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


def pack(whole: Path, folder: Path, manifest: Manifest, bar: Bar) -> None:
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(MANIFEST, encode(manifest))
        for name in manifest.files:
            with (folder / name).open("rb") as source, packed.open(name, "w", force_zip64=True) as target:
                for chunk in _chunks(source):
                    target.write(chunk)
                    bar.add(len(chunk))


def read_manifest(packed: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        text = packed.read(MANIFEST).decode()
    except KeyError as error:
        raise DamagedError(f"{file} is no backup of newsthread: it has no {MANIFEST}.") from error
    manifest = decode(text, Manifest)
    if manifest.format != FORMAT:
        raise DamagedError(f"{file} is a backup of format {manifest.format}, which this newsthread does not know.")
    # Only names that we write ourselves: none can lead out of the folder.
    if ARCHIVE_FILE not in manifest.files or not manifest.files.keys() <= {ARCHIVE_FILE, *STATE}:
        raise DamagedError(f"{file} lists files that are not those of a backup.")
    if sorted(packed.namelist()) != sorted((MANIFEST, *manifest.files)):
        raise DamagedError(f"{file} does not hold the files that it lists.")
    return manifest


def unpack(packed: zipfile.ZipFile, manifest: Manifest, folder: Path, bar: Bar) -> None:
    (folder / STATE_FOLDER).mkdir()
    for name, expected in manifest.files.items():
        with packed.open(name) as source, (folder / name).open("wb") as target:
            for chunk in _chunks(source):
                target.write(chunk)
                bar.add(len(chunk))
        if sha256(folder / name) != expected:
            raise DamagedError(f"{packed.filename} is damaged: {name} is not what it was when the backup was made.")


@contextmanager
def opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """The backup, open; turns whatever zipfile says of a bad one into ours."""
    try:
        with failing(f"The backup {file} cannot be read"):
            packed = zipfile.ZipFile(file)
        with packed:
            yield packed
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise DamagedError(f"{file} is no backup, or a damaged one ({error}).") from error


@contextmanager
def failing(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{what}: {error.strerror or error}.") from error


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
