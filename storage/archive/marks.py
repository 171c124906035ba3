"""What is noted beside the archive for its next opening: that it was closed whole, or that damage was met in it.

Either is a file of one line. Must not be believed of another file than the one it was written of, nor of one that was
changed since: a killed process leaves no word, and a command that wrote after the bot was stopped makes it untrue.
"""

from contextlib import suppress
from pathlib import Path

from storage.state.files import sync_folder

_CLOSED, _DAMAGED = ".closed", ".damaged"


def closed_whole(archive: Path) -> bool:
    """Whether its last writer closed it, and nothing was written since."""
    return _read(archive, _CLOSED) == _signature(archive) != ""


def note_closed(archive: Path) -> None:
    """For a writer that has just closed it; nothing is noted while another process still has changes under way."""
    if signature := _signature(archive):
        _write(archive, _CLOSED, signature)


def note_open(archive: Path) -> None:
    """For a writer that is about to open it. Returns when no kill can bring the note back. Raises OSError."""
    _beside(archive, _CLOSED).unlink(missing_ok=True)
    sync_folder(archive.parent)


def damage_met(archive: Path) -> bool:
    """Whether some process met damage in it."""
    return _read(archive, _DAMAGED) == _identity(archive) != ""


def note_damage(archive: Path) -> None:
    """For whoever is told by SQLite that it is damaged, which need not show when it is looked through."""
    _write(archive, _DAMAGED, _identity(archive))


def forget(archive: Path) -> None:
    """For whoever puts another archive in its place. Raises OSError."""
    for kind in (_CLOSED, _DAMAGED):
        _beside(archive, kind).unlink(missing_ok=True)


def _signature(archive: Path) -> str:
    """What changes with every change to the archive; empty where changes wait beside it, or it is not there."""
    try:
        waiting = _beside(archive, "-wal")
        if waiting.exists() and waiting.stat().st_size:
            return ""
        status = archive.stat()
    except OSError:  # whoever opens it says what is wrong with it
        return ""
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _identity(archive: Path) -> str:
    try:
        return str(archive.stat().st_ino)
    except OSError:  # see above
        return ""


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
