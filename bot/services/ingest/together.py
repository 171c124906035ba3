"""Coroutines side by side: all of which have ended when one of them fails, or which ask together."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import timedelta
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

IN_ONE_TURN = 16
"""So many start, or go on with an answer, before others get their turn of the event loop."""


async def together(coroutines: Iterable[Coroutine[Any, Any, R]]) -> list[R]:
    """Their results in order. The first error cancels the others, is waited out, and raised as it is."""
    tasks: list[asyncio.Task[R]] = []
    try:
        for each in coroutines:
            tasks.append(asyncio.create_task(each))
            if len(tasks) % IN_ONE_TURN == 0:
                await asyncio.sleep(0)
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Batches(Generic[T, R]):
    """Answers what is asked meanwhile all at once, one batch after the other and `apart` from it, if it is not full.

    `answer` gives a result for each of what it is handed, in order; what it raises, all of them raise. A batch weighs
    `most` at most, unless it is of one. Whoever made it stops it.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        *,
        most: int,
        weight: Callable[[T], int],
        apart: timedelta = timedelta(),
    ) -> None:
        self._answer = answer
        self._most = most
        self._weight = weight
        self._apart = apart.total_seconds()
        self._hurried: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._begun = 0.0
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._serving: asyncio.Task[None] | None = None

    def ask(self, asked: T) -> "asyncio.Future[R]":
        """What comes of it; nobody need look."""
        mine: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, mine))
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())
        return mine

    def hurry(self) -> None:
        """Nothing more is asked, and no batch need wait for it. Said once."""
        self._hurried.set_result(None)

    async def stop(self, *others: "Batches[Any, Any]") -> None:
        """Nothing is answered any more, here and by the others; what is under way has ended when this returns."""
        serving = [each._serving for each in (self, *others) if each._serving is not None]
        for each in serving:
            each.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self) -> None:
        clock = asyncio.get_running_loop().time
        try:
            while self._waiting:
                if self._count() == len(self._waiting):
                    await asyncio.wait([self._hurried], timeout=self._begun + self._apart - clock())
                self._begun = clock()
                await self._next()
        finally:
            self._serving = None

    async def _next(self) -> None:
        count = self._count()
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        try:
            answers = await self._answer([asked for asked, _ in batch])
            for number, ((_, result), answer) in enumerate(zip(batch, answers, strict=True)):
                if number and number % IN_ONE_TURN == 0:
                    await asyncio.sleep(0)
                if not result.done():  # whoever was cancelled meanwhile does not look
                    result.set_result(answer)
        except Exception as error:
            for _, result in batch:
                if not result.done():
                    result.set_exception(error)
                    result.exception()  # nobody need look
        finally:
            for _, result in batch:
                result.cancel()  # who still waits here was cancelled with the answer

    def _count(self) -> int:
        """How many of those waiting the next batch takes."""
        count = weight = 0
        for asked, _ in self._waiting:
            weight += self._weight(asked)
            if count and weight > self._most:
                break
            count += 1
        return count
