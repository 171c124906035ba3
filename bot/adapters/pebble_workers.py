"""Worker processes by pebble: reading feeds and pages, grouping stories, away from the event loop.

Each task has a deadline that ends its own worker and no other; a worker has bounded memory, less for reading a small
document, and is replaced after some hundred tasks. Nothing here knows what the tasks are; workers import what is
preloaded, what tasks name, and no more.
"""

import asyncio
import contextlib
import logging
import os
import pickle
import sys
import threading
import types
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.reduction import ForkingPickler
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from bot.adapters.glibc_memory import bounded_memory, collect_seldom, keep_memory_flat
from bot.domain.errors import NewsthreadError, ReadingError
from bot.domain.wording import failures

if sys.platform == "win32":
    from multiprocessing.context import SpawnContext as _UsualContext
    from multiprocessing.context import SpawnProcess as _UsualProcess
else:
    import fcntl
    import resource
    from multiprocessing.context import ForkServerContext as _UsualContext
    from multiprocessing.context import ForkServerProcess as _UsualProcess

P = ParamSpec("P")
R = TypeVar("R")

PRELOADED = (
    *("bot.adapters.feed_parsers", "bot.adapters.trafilatura_pages", "bot.adapters.robots"),
    *("bot.adapters.extractive_writer", "bot.domain.stories", "bot.domain.selection", "bot.domain.evidence"),
    *("bot.domain.gate", "bot.domain.discovery"),
)
MOST_WORKERS = 4
TASKS_A_WORKER = 500
"""Parsers of C and caches of libraries grow; a fresh worker costs little where the fork server has all imports."""
MEMORY_BYTES = 1 << 30
READING_BYTES, LARGE_READING_BYTES = 96 << 20, 192 << 20
"""What reading a document may take beside what its worker has already, and reading a large one."""
LARGE_BYTES = 1_000_000
"""Documents larger than this are read one at a time, or together they would fill a small machine."""
PIPE_BYTES = 1 << 20
PATIENCE = timedelta(seconds=30)
"""What a task may wait for others beside its own deadline, before the pool counts as stuck."""

log = structlog.get_logger(__name__)
_STARTING = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Done:
    value: Any


@dataclass(frozen=True, slots=True)
class _Ours:
    """An error of ours on its way home: exceptions with arguments of their own do not survive pickling."""

    kind: type[NewsthreadError]
    arguments: tuple[Any, ...]
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Broken:
    """A foreign error; only its type crosses, since messages of parsers quote what they read."""

    type_name: str


class PebbleWorkers:
    """Port `Workers`, within `async with PebbleWorkers() as workers:`; the first call starts the processes.

    The pool starts and stops in threads, so that the event loop is free meanwhile; a call waits for the start.
    """

    def __init__(self, *, max_workers: int | None = None, memory_bytes: int = MEMORY_BYTES) -> None:
        self._count = max_workers or min(_cpus(), MOST_WORKERS)
        self._memory_bytes = memory_bytes
        self._context = _context()
        self._open = False
        self._starting: asyncio.Task[ProcessPool] | None = None
        self._large = asyncio.Semaphore(1)
        # One task waits in the pipe for each that runs, so that no worker idles while the loop is busy.
        self._room = asyncio.Semaphore(2 * self._count)

    async def __aenter__(self) -> Self:
        self._open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        starting, self._starting = self._starting, None
        if starting is not None:
            await asyncio.shield(_stopped(starting))

    async def run(self, deadline: timedelta, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """See `ports.outside.Workers`."""
        if function.__module__ == "__main__":
            raise ValueError("a worker cannot import the main program, so its functions cannot run there")
        document = _document_bytes(args)
        async with self._large if document > LARGE_BYTES else contextlib.nullcontext(), self._room:
            outcome = await self._outcome(deadline, (function, args, kwargs, _reading_bytes(document)))
        if isinstance(outcome, _Ours):
            ours = outcome.kind.__new__(outcome.kind, *outcome.arguments)
            ours.__dict__.update(outcome.attributes)
            raise ours
        if isinstance(outcome, _Broken):
            log.debug("task_broke", function=function.__qualname__, error=outcome.type_name)
            if outcome.type_name == MemoryError.__name__:
                raise ReadingError(failures.TOO_MUCH_MEMORY)
            raise ReadingError(failures.READER_GAVE_UP)
        value: R = outcome.value
        return value

    async def _outcome(self, deadline: timedelta, task: tuple[Any, ...]) -> _Done | _Ours | _Broken:
        """Of a task as `_carried` takes it."""
        if not self._open:
            raise RuntimeError("workers are used outside their context")
        if self._starting is None:
            self._starting = asyncio.create_task(asyncio.to_thread(self._start))
        starting = self._starting
        future: Future[Any] | None = None
        try:
            pool = await asyncio.shield(starting)
            future = pool.schedule(_carried, args=task, timeout=deadline.total_seconds())
            return await self._patiently(future, deadline)
        except TimeoutError as error:
            if future is not None and future.cancelled():
                # By our own patience: pebble did not end the task, so it cannot.
                await self._replace(starting)
            raise ReadingError(failures.READING_TOO_LONG) from error
        except ProcessExpired as error:
            log.warning("worker_died", function=task[0].__qualname__, exit_code=error.exitcode)
            raise ReadingError(failures.READER_BROKE_DOWN) from error
        except Exception as error:
            # What is left is the pool itself: a broken pipe, a task that cannot be pickled, a pool that was stopped.
            log.warning("workers_broke", function=task[0].__qualname__, error=type(error).__name__)
            if starting.exception() is not None or not starting.result().active:
                await self._replace(starting)
            raise ReadingError(failures.READERS_BROKE_DOWN) from error

    async def _patiently(self, future: "Future[Any]", deadline: timedelta) -> _Done | _Ours | _Broken:
        outcome: _Done | _Ours | _Broken
        async with asyncio.timeout((2 * deadline + PATIENCE).total_seconds()):
            outcome = await asyncio.wrap_future(future)
        return outcome

    async def _replace(self, broken: "asyncio.Task[ProcessPool]") -> None:
        """Starts a fresh pool in place of this one, once however many tasks found it broken."""
        if self._starting is broken:
            self._starting = asyncio.create_task(asyncio.to_thread(self._start))
            await asyncio.shield(_stopped(broken))

    def _start(self) -> ProcessPool:
        pool = ProcessPool(
            max_workers=self._count,
            max_tasks=TASKS_A_WORKER,
            initializer=_prepare,
            initargs=(self._memory_bytes,),
            context=self._context,
        )
        # Pebble starts its processes with the first task; a task each leaves them time to come up.
        for future in [pool.schedule(_warm) for _ in range(self._count)]:
            with contextlib.suppress(Exception):  # the task that meets a pool which cannot start reports it
                future.result(timeout=PATIENCE.total_seconds())
        return pool


async def _stopped(starting: "asyncio.Task[ProcessPool]") -> None:
    await asyncio.wait([starting])
    if starting.exception() is None:
        await asyncio.to_thread(_stop, starting.result())


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble's signatures have gaps
    pool.join()


def _document_bytes(value: Any) -> int:
    """How large the documents are that a task is handed, alone or several at a time."""
    if isinstance(value, bytes):
        return len(value)
    return sum(map(_document_bytes, value)) if isinstance(value, list | tuple) else 0


def _reading_bytes(document_bytes: int) -> int | None:
    """The memory that a task may take beside its worker's own; None, as much as a worker has, where it is ours."""
    if not document_bytes:
        return None
    return LARGE_READING_BYTES if document_bytes > LARGE_BYTES else READING_BYTES


def _carried(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], memory_bytes: int | None
) -> _Done | _Ours | _Broken:
    """Runs in the worker: the outcome of a task as a value that can be pickled."""
    try:
        with bounded_memory(memory_bytes):
            return _Done(function(*args, **kwargs))
    except NewsthreadError as error:
        return _Ours(type(error), error.args, vars(error))
    except BaseException as error:
        return _Broken(type(error).__name__)


def _prepare(memory_bytes: int) -> None:
    """Runs first in each worker: bounded memory, given back when freed, no core files, silent libraries."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    # What a library of C or Rust says when it ends its process would stand among the program's own words.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    keep_memory_flat()
    collect_seldom()
    if sys.platform != "win32":
        os.nice(10)  # the event loop comes first: whoever waits for Discord, or for a worker, waits for it
        with contextlib.suppress(ValueError, OSError):  # a lower limit of the machine's own is as good
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _warm() -> None:
    """Does nothing, in a worker."""


def _cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Worker(_UsualProcess):
    """A process that does not import the main program: what it runs is named by module.

    Python would run the main script again in each worker, with all that it imports, and for ever if it is unguarded.
    """

    def start(self) -> None:
        with _STARTING:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = types.ModuleType("__main__")
            try:
                super().start()
            finally:
                sys.modules["__main__"] = main

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrived, (bytes(ForkingPickler.dumps(vars(self))),)


def _arrived(fields: bytes) -> _Worker:
    """Runs in a new process: the worker that it is to be."""
    worker = _Worker.__new__(_Worker)
    try:
        vars(worker).update(pickle.loads(fields))  # noqa: S301  (from the process that started this one)
    except FileNotFoundError:
        # The pool was stopped meanwhile and its locks are gone: nobody waits for this worker, nor for its traceback.
        raise SystemExit(1) from None
    return worker


class _Context(_UsualContext):
    """The fork server where there is one: workers are forked from a process that has imported the readers.

    A fork of this process itself would inherit its threads' locks and its sockets.
    """

    Process = _Worker

    def Pipe(self, duplex: bool = True) -> Any:  # noqa: N802  (its name there)
        """With room for a batch of documents: its writer need not wait for the reader, nor others for both."""
        ends = super().Pipe(duplex)
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # a lower limit of the machine's own is as good
                fcntl.fcntl(ends[0].fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        return ends


def _context() -> _Context:
    context = _Context()
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(list(PRELOADED))
    return context
