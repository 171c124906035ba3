"""What people decide (feeds, topics, schedules, servers …), each a TinyDB table in a file of its own under `state/`.

Every access runs off the event loop. Commands that read work beside the process that writes: a register is read anew
when its file was replaced. Must not keep what grows: every change writes the whole file.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import structlog
from tinydb.table import Document, Table

from bot.domain.errors import NotFoundError, StorageError
from bot.domain.feeds import Feed
from bot.domain.schedules import MemberId, Schedule, ScheduleId, ServerId
from bot.domain.servers import Member, Server, own_key
from bot.domain.topics import Topic
from bot.domain.wording import refusals
from storage.codecs import plain, typed
from storage.state.files import Fallback, Migration, StateStorage, Tables, keep_private

STATE_FOLDER = "state"

Tell = Callable[[Fallback], Awaitable[object]]
"""Tells whoever can do something about it; called again where it fails, so it must say the same only once."""

K = TypeVar("K", bound=str)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Presets:
    """What a register holds before anybody decided anything."""

    feeds: tuple[Feed, ...] = ()
    topics: tuple[Topic, ...] = ()
    schedules: tuple[Schedule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[K, T]):
    """What a register holds. `table` names its file too; two keys that `fold` alike are the same."""

    table: str
    noun: str
    record: type[T]
    key: Callable[[T], K]
    fold: Callable[[str], str] = str
    migrations: tuple[Migration, ...] = ()


FEEDS: Kind[str, Feed] = Kind(
    table="feeds", noun=refusals.FEED, record=Feed, key=lambda feed: own_key(feed.server, feed.url)
)
TOPICS: Kind[str, Topic] = Kind(
    table="topics",
    noun=refusals.TOPIC,
    record=Topic,
    key=lambda topic: own_key(topic.server, topic.name),
    fold=str.casefold,
)
SCHEDULES: Kind[ScheduleId, Schedule] = Kind(
    table="schedules", noun=refusals.SCHEDULE, record=Schedule, key=lambda schedule: schedule.id
)
SERVERS: Kind[ServerId, Server] = Kind(
    table="servers", noun=refusals.SERVER, record=Server, key=lambda server: server.id
)
MEMBERS: Kind[MemberId, Member] = Kind(
    table="members", noun=refusals.MEMBER, record=Member, key=lambda member: member.id
)

_KINDS: tuple[Kind[Any, Any], ...] = (FEEDS, TOPICS, SCHEDULES, SERVERS, MEMBERS)
STATE_FILES = tuple(f"{kind.table}.json" for kind in _KINDS)


class TinyRegister(Generic[K, T]):
    """The Register port over one file in `folder`; `initial` is shown until somebody writes."""

    def __init__(self, folder: Path, kind: Kind[K, T], initial: Sequence[T], *, writable: bool) -> None:
        self._kind = kind
        self._initial = tuple(initial)
        self._writable = writable
        self._storage = StateStorage(folder / f"{kind.table}.json", kind.migrations, self._check)
        self._table = Table(self._storage, kind.table, cache_size=0)  # another process may change what it would cache
        self._turn = threading.Lock()  # not asyncio's: a cancelled call goes on in its thread, still holding its turn
        self._items: dict[str, T] = {}
        self._seen: object = ()  # like no signature; None is that of no file
        self._tell: Tell | None = None

    async def all(self) -> tuple[T, ...]:
        items = await asyncio.to_thread(self._load)
        await self._tell_fallback()
        return tuple(items.values())

    async def get(self, key: K) -> T:
        items = await asyncio.to_thread(self._load)
        await self._tell_fallback()
        try:
            return items[self._kind.fold(key)]
        except KeyError:
            raise self._not_found(key) from None

    async def put(self, *items: T) -> None:
        await asyncio.to_thread(self._put, items)
        await self._tell_fallback()

    async def remove(self, key: K) -> None:
        await asyncio.to_thread(self._remove, key)
        await self._tell_fallback()

    def seed(self) -> None:
        """Writes the initial items where there is no file yet; brings back one of which the copy stands. Blocks."""
        with self._turn:
            if self._storage.signature() is None:
                self._storage.bring_back()
            if self._storage.signature() is None:
                with self._storage.together():
                    self._seed()

    async def report(self, tell: Tell) -> None:
        """Has `tell` told of each time that the file's copy had to serve in its place: so far, and from now on."""
        self._tell = tell
        await self._tell_fallback()

    def check(self) -> None:
        """Raises DamagedError where the file cannot be read; blocks."""
        self._load()

    async def _tell_fallback(self) -> None:
        fallback = self._storage.fallback
        if fallback is None or self._tell is None:
            return
        try:
            await self._tell(fallback)
        except StorageError as error:  # what was asked of the register was done; the next call tells
            log = structlog.get_logger(__name__)
            log.warning("state_fallback_not_told", file=str(fallback.file), reason=str(error))
        else:
            if self._storage.fallback is fallback:
                self._storage.fallback = None

    def _load(self) -> dict[str, T]:
        with self._turn:
            seen = self._storage.signature()
            if seen != self._seen:
                stored = self._initial if seen is None else [typed(each, self._kind.record) for each in self._table]
                self._items = {self._fold(item): item for item in stored}
                self._seen = seen
            return self._items

    def _put(self, items: tuple[T, ...]) -> None:
        with self._turn:
            self._must_be_writable()
            with self._storage.together():
                self._seed()
                self._upsert(items)

    def _remove(self, key: K) -> None:
        with self._turn:
            self._must_be_writable()
            with self._storage.together():
                self._seed()
                number = self._numbers().get(self._kind.fold(key))
                if number is None:
                    raise self._not_found(key)
                self._table.remove(doc_ids=[number])

    def _seed(self) -> None:
        if self._storage.signature() is None:
            self._table.truncate()  # so that the table stands in the file even where it is empty
            self._upsert(self._initial)

    def _upsert(self, items: Sequence[T]) -> None:
        numbers = self._numbers()
        following = max(numbers.values(), default=0) + 1
        for item in items:
            number = numbers.setdefault(self._fold(item), following)
            following = max(following, number + 1)
            self._table.upsert(Document(plain(item), doc_id=number))

    def _numbers(self) -> dict[str, int]:
        return {self._fold(typed(each, self._kind.record)): each.doc_id for each in self._table}

    def _fold(self, item: T) -> str:
        return self._kind.fold(self._kind.key(item))

    def _check(self, tables: Tables) -> None:
        typed(tables.get(self._kind.table), dict[int, self._kind.record])  # type: ignore[name-defined]

    def _must_be_writable(self) -> None:
        if not self._writable:
            raise StorageError(f"{self._storage.path} was opened for reading only.")

    def _not_found(self, key: K) -> NotFoundError:
        return NotFoundError(refusals.missing(self._kind.noun, key))


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The registers of one data folder."""

    feeds: TinyRegister[str, Feed]
    topics: TinyRegister[str, Topic]
    schedules: TinyRegister[ScheduleId, Schedule]
    servers: TinyRegister[ServerId, Server]
    members: TinyRegister[MemberId, Member]

    @property
    def registers(self) -> tuple[TinyRegister[Any, Any], ...]:
        """All of them."""
        return self.feeds, self.topics, self.schedules, self.servers, self.members

    async def report(self, tell: Tell) -> None:
        """Has `tell` told of each time that a copy had to serve in its file's place."""
        for register in self.registers:
            await register.report(tell)


async def open_state(folder: Path, presets: Presets, *, writable: bool) -> State:
    """The registers in `folder`; a writer first writes the presets for every register that has no file yet.

    A reader makes no files. Raises StorageError, also DamagedError for a file that cannot be read.
    """
    state = State(
        feeds=TinyRegister(folder, FEEDS, presets.feeds, writable=writable),
        topics=TinyRegister(folder, TOPICS, presets.topics, writable=writable),
        schedules=TinyRegister(folder, SCHEDULES, presets.schedules, writable=writable),
        servers=TinyRegister(folder, SERVERS, (), writable=writable),
        members=TinyRegister(folder, MEMBERS, (), writable=writable),
    )
    if writable:
        await asyncio.to_thread(_seed, folder, state)
    for register in state.registers:
        await register.all()
    return state


def check_state_file(path: Path) -> None:
    """Raises DamagedError where the file at `path`, one of STATE_FILES, cannot be read; blocks."""
    for kind in _KINDS:
        if path.name == f"{kind.table}.json":
            TinyRegister(path.parent, kind, (), writable=False).check()


def _seed(folder: Path, state: State) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StorageError(f"The folder {folder} cannot be made: {error.strerror or error}.") from error
    keep_private(folder)
    for register in state.registers:
        register.seed()
