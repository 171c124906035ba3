"""The data folder: the one door to everything that is kept.

Must not decide anything; services ask for the ports they need, and `bot/bootstrap` alone opens a folder.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.domain.errors import StorageError
from bot.domain.notices import MAX_CHARS, OPERATOR, Notice, NoticeId
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.wording import notices as wording
from bot.ports.repositories import Repositories
from storage.archive import marks
from storage.archive.articles import SqliteArticles
from storage.archive.briefings import SqliteBriefings
from storage.archive.conversations import SqliteConversations
from storage.archive.corrections import SqliteCorrections
from storage.archive.database import ARCHIVE_FILE, Database, open_archive
from storage.archive.embeddings import SqliteEmbeddings
from storage.archive.erasure import SqliteErasure
from storage.archive.feed_states import SqliteFeedStates
from storage.archive.index import SqliteIndex
from storage.archive.notices import RAISE, SqliteNotices, notice_row
from storage.archive.outbox import SqliteOutbox, unsure_until
from storage.archive.pauses import SqlitePauses
from storage.archive.questions import SqliteQuestions
from storage.archive.salvage import mend
from storage.archive.stories import SqliteStories
from storage.archive.usage import SqliteUsageLedger
from storage.lock import LOCK_FILE, folder_lock
from storage.state.files import Fallback, keep_private
from storage.state.own import OwnRegister
from storage.state.registers import FEEDS, SCHEDULES, STATE_FOLDER, TOPICS, Presets, State, open_state

SCRATCH = ".newsthread-"
"""How the names of folders begin that hold what is not yet whole."""


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
        stood = (decided and bool(await state.schedules.all())) or marks.was_closed(archive)
        async with (
            _held(archive, opened_at) if writes else nullcontext(),
            _open(archive, opened_at, stood=stood) as database,
        ):
            repositories = _seen_by(PUBLIC, state, database)
            if writes:
                await state.report(lambda fallback: repositories.notices.raise_(_unreadable(fallback, opened_at)))
            yield repositories


def _seen_by(server: ServerId, state: State, database: Database) -> Repositories:
    """All that is kept, as far as `server` may read."""
    return Repositories(
        server=server,
        seen_by=lambda other: _seen_by(other, state, database),
        all_feeds=state.feeds,
        all_topics=state.topics,
        feeds=OwnRegister(state.feeds, server, noun=FEEDS.noun, key=lambda feed: feed.url),
        topics=OwnRegister(state.topics, server, noun=TOPICS.noun, key=lambda topic: topic.name, fold=str.casefold),
        schedules=state.schedules,
        servers=state.servers,
        members=state.members,
        feed_states=SqliteFeedStates(database),
        articles=SqliteArticles(database, server),
        index=SqliteIndex(database, server),
        stories=SqliteStories(database, server),
        briefings=SqliteBriefings(database),
        outbox=SqliteOutbox(database),
        pauses=SqlitePauses(database),
        conversations=SqliteConversations(database),
        questions=SqliteQuestions(database),
        notices=SqliteNotices(database),
        corrections=SqliteCorrections(database),
        embeddings=SqliteEmbeddings(database),
        usage=SqliteUsageLedger(database),
        erasure=SqliteErasure(database),
    )


@asynccontextmanager
async def _open(archive: Path, now: datetime, *, stood: bool) -> AsyncIterator[Database]:
    """The archive; where it `stood` here and is gone, the new one says so from its first moment."""
    if stood and not _holds_something(archive):
        structlog.get_logger(__name__).error("archive_gone", file=str(archive))
    gone = (*unsure_until(now), (RAISE, notice_row(_gone(archive, now)))) if stood else ()
    async with open_archive(archive, when_new=gone) as database:
        yield database


@asynccontextmanager
async def _held(archive: Path, now: datetime) -> AsyncIterator[None]:
    """Around the archive's opening by the folder's writer: mended before, and noted afterwards as closed."""
    mending = asyncio.ensure_future(asyncio.to_thread(_made_ready, archive, now))
    try:
        looked_at = await asyncio.shield(mending)
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
        marks.note_closed(archive, looked_at)


def _made_ready(archive: Path, now: datetime) -> datetime:
    sweep(archive.parent)
    looked_at = mend(archive, now)
    for path in archive.parent.glob(f"{ARCHIVE_FILE}*"):
        keep_private(path)
    return looked_at


def sweep(folder: Path) -> None:
    """Removes what a restore that was killed left half done; the folder's lock must be held. Blocks."""
    for left in folder.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)


def _gone(archive: Path, now: datetime) -> Notice:
    identity = NoticeId(f"archive gone {now.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}")
    text = wording.archive_gone(str(archive))[:MAX_CHARS]
    return Notice(id=identity, audience=OPERATOR, text=text, raised_at=now)


def _unreadable(fallback: Fallback, now: datetime) -> Notice:
    file = fallback.file
    if fallback.gone:
        text = wording.file_gone(str(file))
        identity = NoticeId(f"state gone {file.name} {fallback.digest} {now.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}")
    else:
        text = wording.file_unreadable(str(file), fallback.fault[:200], f"{file.name}.unreadable")
        identity = NoticeId(f"state unreadable {file.name} {fallback.digest}")
    return Notice(id=identity, audience=OPERATOR, text=text[:MAX_CHARS], raised_at=now)


def bytes_of(path: Path) -> int:
    """What the data folder takes on the disk, file by file; one that goes meanwhile counts as nothing. Blocks."""
    total = 0
    for file in path.rglob("*"):
        with suppress(OSError):
            total += file.stat().st_size if file.is_file() else 0
    return total


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
            with suppress(StorageError), folder_lock(path):  # never from under another process that holds it
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


def _holds_something(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False
    except OSError:  # whoever opens it says what is wrong with it
        return True


def _stands(folder: Path) -> bool:
    try:
        return folder.exists()
    except OSError:  # whatever is there, it was not made by us
        return True
