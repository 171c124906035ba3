"""Small tasks handed to workers several at a time: a task of its own for each costs more than the task itself.

A task that costs its worker is found out by running those of its batch again alone: none pays for another.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Generic, TypeVar

import msgspec

from bot.ports.outside import Workers

R = TypeVar("R")

AT_ONCE = 4
PATIENCE = timedelta(milliseconds=50)
"""Another batch begins beside those that have taken so long. Most take much less: then one worker keeps up with what
comes, and what it reads costs less of the processors than what two read side by side."""
MOST_TASKS, MOST_BYTES = 24, 900_000

_Task = tuple[Any, ...]


class TaskBatches(Generic[R]):
    """Runs `function` in workers; its first argument is the document, by whose size it is weighed."""

    def __init__(self, workers: Workers, deadline: timedelta, function: Callable[..., R], kind: type[R]) -> None:
        self._workers = workers
        self._deadline = deadline
        self._function = function
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._waiting: list[tuple[_Task, asyncio.Future[R]]] = []
        self._running: set[asyncio.Task[None]] = set()
        self._latest: asyncio.Task[None] | None = None

    async def run(self, *task: Any) -> R:
        """As `Workers.run`, for this function."""
        mine: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((task, mine))
        self._start()
        return await mine

    def _start(self) -> None:
        while self._waiting and self._latest is None and len(self._running) < AT_ONCE:
            self._latest = running = asyncio.create_task(self._serve(self._taken()))
            self._running.add(running)
            running.add_done_callback(self._ended)
            asyncio.get_running_loop().call_later(PATIENCE.total_seconds(), self._has_taken_long, running)

    def _ended(self, running: "asyncio.Task[None]") -> None:
        self._running.discard(running)
        self._has_taken_long(running)

    def _has_taken_long(self, running: "asyncio.Task[None]") -> None:
        """It keeps no other from beginning any more."""
        if self._latest is running:
            self._latest = None
        self._start()

    def _taken(self) -> list[tuple[_Task, "asyncio.Future[R]"]]:
        count = size = 0
        for task, _ in self._waiting[:MOST_TASKS]:
            size += len(task[0])
            if count and size > MOST_BYTES:
                break
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch

    async def _serve(self, batch: list[tuple[_Task, "asyncio.Future[R]"]]) -> None:
        encoded: Sequence[bytes | None] = [None] * len(batch)
        if len(batch) > 1:
            with suppress(Exception):  # one of them cost the worker: alone, each says for itself what came of it
                encoded = await self._workers.run(self._deadline, run_all, self._function, [task for task, _ in batch])
        alone = []
        for (task, mine), each in zip(batch, encoded, strict=True):
            if each is None:
                alone.append(self._alone(task, mine))
            elif not mine.cancelled():
                try:
                    mine.set_result(self._decoder.decode(each))
                except msgspec.MsgspecError as error:
                    mine.set_exception(error)
        await asyncio.gather(*alone)

    async def _alone(self, task: _Task, mine: "asyncio.Future[R]") -> None:
        if mine.cancelled():
            return
        try:
            result = await self._workers.run(self._deadline, self._function, *task)
        except Exception as error:
            if not mine.cancelled():
                mine.set_exception(error)
        else:
            if not mine.cancelled():
                mine.set_result(result)


def run_all(function: Callable[..., object], tasks: Sequence[_Task]) -> list[bytes | None]:
    """Runs in a worker: what each comes to, None for one that is to be run alone to say what is wrong with it."""
    return [_encoded(function, task) for task in tasks]


def _encoded(function: Callable[..., object], task: _Task) -> bytes | None:
    try:
        return msgspec.msgpack.encode(function(*task))
    except Exception:
        return None
