"""What is noted beside the archive for its next opening: that it was closed whole, or that damage was met in it.

Either is a file of one line. Must not be believed of another file than the one it was written of, nor of one that was
changed since: a killed process leaves no word, and a command that wrote after the bot was stopped makes it untrue.
"""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from storage.codecs import moment, stamp
from storage.state.files import sync_folder

_CLOSED, _DAMAGED = ".closed", ".damaged"


def closed_whole(archive: Path) -> datetime | None:
    """When it was last looked through, where its last writer closed it and nothing was written since."""
    signature, _, looked_at = _read(archive, _CLOSED).partition("\n")
    if not signature or signature != _signature(archive):
        return None
    try:
        return moment(looked_at)
    except ValueError:  # it names no time
        return None


def note_closed(archive: Path, looked_at: datetime) -> None:
    """For a writer that has just closed it; nothing is noted while another process still has changes under way.

    `looked_at` is when the whole of it was last read and found good.
    """
    if signature := _signature(archive):
        _write(archive, _CLOSED, f"{signature}\n{stamp(looked_at)}")


def was_closed(archive: Path) -> bool:
    """Whether a writer ever closed an archive of this name whole, be it there or not."""
    return _read(archive, _CLOSED) != ""


def note_open(archive: Path) -> None:
    """For a writer that is about to open it. Returns when no kill can bring the note back. Raises OSError."""
    _beside(archive, _CLOSED).unlink(missing_ok=True)
    sync_folder(archive.parent)


def damage_met(archive: Path) -> bool:
    """Whether some process met damage in it, and nobody put another file's content in its place since."""
    noted, found = _read(archive, _DAMAGED).split(), _identity(archive).split()
    if not noted or noted[:1] != found[:1]:
        return False
    return noted == found or _waiting(archive)  # what a killed process wrote after it met the damage


def note_damage(archive: Path) -> None:
    """For whoever is told by SQLite that it is damaged, which need not show when it is looked through."""
    _write(archive, _DAMAGED, _identity(archive))


def drop_stale(archive: Path) -> None:
    """For whoever opens it: a note that is of other content must not be renewed."""
    if not damage_met(archive):
        with suppress(OSError):  # it is not believed either way
            _beside(archive, _DAMAGED).unlink(missing_ok=True)


def renew_damage(archive: Path) -> None:
    """For whoever closes it: what was written after the damage was met does not make the note untrue."""
    if _read(archive, _DAMAGED).split()[:1] == _identity(archive).split()[:1] != []:
        note_damage(archive)


def forget(archive: Path) -> None:
    """For whoever puts another archive in its place. Raises OSError."""
    for kind in (_CLOSED, _DAMAGED):
        _beside(archive, kind).unlink(missing_ok=True)


def _signature(archive: Path) -> str:
    """What changes with every change to the archive; empty where changes wait beside it, or it is not there."""
    try:
        if _waiting(archive):
            return ""
        status = archive.stat()
    except OSError:  # whoever opens it says what is wrong with it
        return ""
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _waiting(archive: Path) -> bool:
    """Whether changes wait beside it."""
    waiting = _beside(archive, "-wal")
    return waiting.exists() and waiting.stat().st_size > 0


def _identity(archive: Path) -> str:
    try:
        status = archive.stat()
    except OSError:  # see above
        return ""
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns}"


def _read(archive: Path, kind: str) -> str:
    try:
        return _beside(archive, kind).read_text()
    except (OSError, ValueError):  # no note, or none of ours
        return ""


def _write(archive: Path, kind: str, text: str) -> None:
    # A note that cannot be written, on a full disk say, is missed by nobody: without one the archive is looked through.
    with suppress(OSError):
        _beside(archive, kind).write_text(text)


def _beside(archive: Path, suffix: str) -> Path:
    return archive.with_name(archive.name + suffix)
