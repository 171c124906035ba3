"""The data folder: the one door to everything that is kept.

Must not decide anything; services ask for the ports they need, and `bot/bootstrap` alone opens a folder.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from pathlib import Path

from bot.domain.errors import StorageError
from bot.ports.repositories import Repositories
from storage.archive.articles import SqliteArticles
from storage.archive.briefings import SqliteBriefings
from storage.archive.conversations import SqliteConversations
from storage.archive.database import ARCHIVE_FILE, open_archive
from storage.archive.feed_states import SqliteFeedStates
from storage.archive.index import SqliteIndex
from storage.archive.notices import SqliteNotices
from storage.archive.outbox import SqliteOutbox
from storage.archive.questions import SqliteQuestions
from storage.archive.stories import SqliteStories
from storage.archive.usage import SqliteUsageLedger
from storage.lock import LOCK_FILE, folder_lock
from storage.state.registers import STATE_FOLDER, Presets, open_state


@asynccontextmanager
async def open_folder(path: Path, *, presets: Presets, writes: bool) -> AsyncIterator[Repositories]:
    """Opens the folder, made where there is none.

    With `writes` it is held against every other writer, and the presets are written into a new folder. Without, the
    registers refuse changes, while the archive takes them (a conversation, a telling) beside a running writer.
    Raises FolderInUseError, DamagedError, StorageError.
    """
    make_folder(path)
    with folder_lock(path) if writes else nullcontext():
        state = await open_state(path / STATE_FOLDER, presets, writable=writes)
        async with open_archive(path / ARCHIVE_FILE) as database:
            yield Repositories(
                feeds=state.feeds,
                topics=state.topics,
                schedules=state.schedules,
                feed_states=SqliteFeedStates(database),
                articles=SqliteArticles(database),
                index=SqliteIndex(database),
                stories=SqliteStories(database),
                briefings=SqliteBriefings(database),
                outbox=SqliteOutbox(database),
                conversations=SqliteConversations(database),
                questions=SqliteQuestions(database),
                notices=SqliteNotices(database),
                usage=SqliteUsageLedger(database),
            )


def make_folder(path: Path) -> None:
    """Makes the data folder for its owner's eyes alone; one that is there keeps its mode. Raises StorageError."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"The data folder {path} cannot be made: {error.strerror or error}.") from error


@contextmanager
def new_folder(path: Path) -> Iterator[None]:
    """Makes the data folder where there is none; when the context fails, what it made is gone if it is empty."""
    made = [folder for folder in (path, *path.parents) if not _stands(folder)]
    make_folder(path)
    try:
        yield
    except BaseException:
        if made:
            (path / LOCK_FILE).unlink(missing_ok=True)
        with suppress(OSError):  # not empty: something was kept there, and that stays
            for folder in made:
                folder.rmdir()
        raise


def check_target(folder: Path, file: Path) -> None:
    """Refuses, with StorageError, to write a file for a person into the data folder or over what is no file."""
    try:
        where = file.resolve()
        inside, special = where.is_relative_to(folder.resolve()), where.exists() and not where.is_file()
    except (OSError, RuntimeError) as error:  # RuntimeError: symbolic links in a circle
        raise StorageError(f"{file} cannot be written: {getattr(error, 'strerror', None) or error}.") from error
    if inside:
        raise StorageError(f"{file} lies inside the data folder {folder}; nothing was changed, name a place outside.")
    if special:
        raise StorageError(f"{file} is no ordinary file; nothing was changed, name another.")


def _stands(folder: Path) -> bool:
    try:
        return folder.exists()
    except OSError:  # whatever is there, it was not made by us
        return True
