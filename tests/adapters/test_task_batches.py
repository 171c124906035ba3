"""Small tasks that go to workers together: fewer tasks, and still each its own outcome."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from bot.adapters.task_batches import AT_ONCE, MOST_BYTES, MOST_TASKS, PATIENCE, TaskBatches
from bot.domain.errors import Fault, FetchError, ReadingError

DEADLINE = timedelta(seconds=5)


def length(document: bytes) -> int:
    if document == b"deadly":
        raise ReadingError("The document could not be read: its reader broke down over it.")
    if document == b"page":
        raise FetchError(Fault.NOT_A_FEED, "There is a web page at this address, and no feed.")
    return len(document)


def named(document: bytes) -> int | str:
    return len(document) if len(document) == 1 else "two"


class Workers:
    """Runs tasks in place once `free` is set; a batch with a deadly document loses its worker."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.sizes: list[int] = []

    async def run(self, deadline: timedelta, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        documents = [task[0] for task in args[1]] if function not in (length, named) else [args[0]]
        self.sizes.append(len(documents))
        await self.free.wait()
        if len(documents) > 1 and b"deadly" in documents:
            raise ReadingError("The document could not be read: its reader broke down over it.")
        return function(*args, **kwargs)


async def _run(workers: Workers, *documents: bytes) -> list[int | BaseException]:
    batches = TaskBatches(workers, DEADLINE, length, int)
    asked = [asyncio.create_task(batches.run(document)) for document in documents]
    await asyncio.sleep(0)
    workers.free.set()
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_what_comes_while_workers_are_busy_shares_a_task() -> None:
    workers = Workers()
    documents = [bytes(n) for n in range(1 + MOST_TASKS + 2)]
    assert await _run(workers, *documents) == list(range(len(documents)))
    assert workers.sizes == [1, MOST_TASKS, 2]


async def test_others_begin_beside_those_that_take_long_and_only_then() -> None:
    workers = Workers()
    batches = TaskBatches(workers, DEADLINE, length, int)
    asked = [asyncio.create_task(batches.run(b"x")) for _ in range(1 + MOST_TASKS * AT_ONCE)]
    await asyncio.sleep(PATIENCE.total_seconds() / 2)
    assert workers.sizes == [1]
    await asyncio.sleep(PATIENCE.total_seconds() * (AT_ONCE + 2))
    assert workers.sizes == [1] + [MOST_TASKS] * (AT_ONCE - 1)
    workers.free.set()
    assert await asyncio.gather(*asked) == [1] * len(asked)


async def test_large_documents_share_with_nobody() -> None:
    workers = Workers()
    documents = [b"x"] + [bytes(MOST_BYTES)] * 3
    await _run(workers, *documents)
    assert workers.sizes == [1] * len(documents)


@pytest.mark.parametrize("bad", [b"deadly", b"page"])
async def test_a_task_that_fails_harms_none_of_its_batch(bad: bytes) -> None:
    *good, failed = await _run(Workers(), *[b"x"] * (AT_ONCE + 3), bad)
    assert good == [1] * (AT_ONCE + 3)
    assert isinstance(failed, FetchError if bad == b"page" else ReadingError)


async def test_a_cancelled_call_leaves_the_others_of_its_batch_their_results() -> None:
    workers = Workers()
    batches = TaskBatches(workers, DEADLINE, length, int)
    asked = [asyncio.create_task(batches.run(b"x")) for _ in range(AT_ONCE + 3)]
    await asyncio.sleep(0)
    asked[-1].cancel()
    workers.free.set()
    assert await asyncio.gather(*asked[:-1]) == [1] * (AT_ONCE + 2)


async def test_a_result_that_cannot_be_read_keeps_none_of_its_batch_waiting() -> None:
    workers = Workers()
    batches = TaskBatches(workers, DEADLINE, named, int)
    asked = [asyncio.create_task(batches.run(b"x" * size)) for size in [1] * AT_ONCE + [1, 2, 1]]
    await asyncio.sleep(0)
    workers.free.set()
    *_, one, odd, other = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 5)
    assert (one, other) == (1, 1)
    assert isinstance(odd, msgspec.MsgspecError)
