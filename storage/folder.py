"""The data folder: the one door to everything that is kept.

Must not decide anything; services ask for the ports they need, and `bot/bootstrap` alone opens a folder.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import StorageError
from bot.domain.notices import MAX_CHARS, OPERATOR, Notice, NoticeId
from bot.ports.repositories import Repositories
from storage.archive import marks
from storage.archive.articles import SqliteArticles
from storage.archive.briefings import SqliteBriefings
from storage.archive.conversations import SqliteConversations
from storage.archive.database import ARCHIVE_FILE, open_archive
from storage.archive.feed_states import SqliteFeedStates
from storage.archive.index import SqliteIndex
from storage.archive.notices import SqliteNotices
from storage.archive.outbox import SqliteOutbox, unsure_until
from storage.archive.questions import SqliteQuestions
from storage.archive.salvage import mend
from storage.archive.stories import SqliteStories
from storage.archive.usage import SqliteUsageLedger
from storage.lock import LOCK_FILE, folder_lock
from storage.state.files import Fallback
from storage.state.registers import SCHEDULES, STATE_FOLDER, Presets, open_state


@asynccontextmanager
async def open_folder(
    path: Path, *, presets: Presets, writes: bool, now: datetime | None = None
) -> AsyncIterator[Repositories]:
    """Opens the folder, made where there is none; `now` is the program's time where it is not the system's.

    With `writes` it is held against every other writer, a damaged archive is mended, and the presets are written into
    a new folder. Without, the registers refuse changes, while the archive takes them (a conversation, a telling)
    beside a running writer. Raises FolderInUseError, DamagedError, StorageError.
    """
    make_folder(path)
    archive, opened_at = path / ARCHIVE_FILE, now or datetime.now(UTC)
    with folder_lock(path) if writes else nullcontext():
        decided = (path / STATE_FOLDER / f"{SCHEDULES.table}.json").exists()
        state = await open_state(path / STATE_FOLDER, presets, writable=writes)
        # Schedules that are older than the archive: it was taken away, with the record of what was sent.
        forgotten = unsure_until(opened_at) if decided and await state.schedules.all() else ()
        async with (
            _held(archive, opened_at) if writes else nullcontext(),
            open_archive(archive, when_new=forgotten) as database,
        ):
            notices = SqliteNotices(database)
            for fallback in state.fallbacks if writes else ():
                await notices.raise_(_unreadable(fallback, opened_at))
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
                notices=notices,
                usage=SqliteUsageLedger(database),
            )


@asynccontextmanager
async def _held(archive: Path, now: datetime) -> AsyncIterator[None]:
    """Around the archive's opening by the folder's writer: mended before, and noted afterwards as closed."""
    mending = asyncio.ensure_future(asyncio.to_thread(mend, archive, now))
    try:
        await asyncio.shield(mending)
    except asyncio.CancelledError:
        # Its thread goes on, and the folder's lock must not be let go before it ends.
        await asyncio.gather(mending, return_exceptions=True)
        raise
    try:
        marks.note_open(archive)
    except OSError as error:
        raise StorageError(f"{archive} cannot be opened: {error.strerror or error}.") from error
    try:
        yield
    finally:
        marks.note_closed(archive)


def _unreadable(fallback: Fallback, now: datetime) -> Notice:
    name = fallback.file.name
    text = (
        f"{fallback.file} could not be read ({fallback.fault[:200]}), so its last good copy is used: what was changed"
        f" last may be missing. The unreadable file is kept as {name}.unreadable once the next change is made. Look"
        " through what it holds, and bring back a backup with `newsthread restore FILE` if too much is missing."
    )
    identity = NoticeId(f"state unreadable {name} {fallback.digest}")
    return Notice(id=identity, audience=OPERATOR, text=text[:MAX_CHARS], raised_at=now)


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
