"""Coroutines side by side: all of which have ended when one of them fails, or which ask together."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def together(coroutines: Iterable[Coroutine[Any, Any, R]]) -> list[R]:
    """Their results in order. The first error cancels the others, is waited out, and raised as it is."""
    tasks = [asyncio.create_task(each) for each in coroutines]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Batches(Generic[T, R]):
    """Answers what is asked meanwhile all at once, while the answer before is under way.

    `answer` gives a result for each of what it is handed, in order; what it raises, all of them raise. A batch weighs
    `most` at most, unless it is of one.
    """

    def __init__(
        self, answer: Callable[[Sequence[T]], Awaitable[Sequence[R]]], *, most: int, weight: Callable[[T], int]
    ) -> None:
        self._answer = answer
        self._most = most
        self._weight = weight
        self._turn = asyncio.Lock()
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []

    async def __call__(self, asked: T) -> R:
        mine: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, mine))
        async with self._turn:
            while not mine.done():
                await self._next()
        return mine.result()

    async def _next(self) -> None:
        batch = self._taken()
        try:
            answers = await self._answer([asked for asked, _ in batch])
        except Exception as error:
            for _, result in batch:
                result.set_exception(error)
                result.exception()  # whoever was cancelled meanwhile does not look
            return
        except BaseException:
            self._waiting[:0] = batch  # cancelled: the others are next
            raise
        for (_, result), answer in zip(batch, answers, strict=True):
            result.set_result(answer)

    def _taken(self) -> list[tuple[T, "asyncio.Future[R]"]]:
        count = weight = 0
        for asked, _ in self._waiting:
            weight += self._weight(asked)
            if count and weight > self._most:
                break
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch
