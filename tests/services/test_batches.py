"""Batches of questions: what is asked meanwhile is answered at once, and nothing outlives its end."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.services.ingest.together import Batches

SOON = timedelta(milliseconds=20)


class Doubling:
    """Answers each number with its double, when it may; `calls` holds the batches."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.may = asyncio.Event()
        self.may.set()
        self.ended = False

    async def __call__(self, numbers: Sequence[int]) -> Sequence[int]:
        self.calls.append(list(numbers))
        try:
            await self.may.wait()
        finally:
            self.ended = True
        if 0 in numbers:
            raise ValueError("no double")
        return [2 * number for number in numbers]


async def test_what_is_asked_meanwhile_is_one_batch_of_its_weight_at_most() -> None:
    doubling = Doubling()
    batches = Batches(doubling, most=5, weight=lambda number: number, apart=SOON)
    doubling.may.clear()
    first = batches.ask(7)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = [batches.ask(number) for number in (1, 2, 2, 3)]
    doubling.may.set()
    assert await asyncio.gather(first, *rest) == [14, 2, 4, 4, 6]
    assert doubling.calls == [[7], [1, 2, 2], [3]]


async def test_a_batch_that_is_not_full_waits_for_company() -> None:
    doubling = Doubling()
    batches = Batches(doubling, most=5, weight=lambda number: number, apart=SOON)
    assert await batches.ask(1) == 2
    later = batches.ask(2)
    await asyncio.sleep(0)
    assert await asyncio.gather(later, batches.ask(3)) == [4, 6]
    assert doubling.calls == [[1], [2, 3]]


async def test_nothing_waits_once_nothing_more_is_asked() -> None:
    batches = Batches(Doubling(), most=9, weight=lambda number: 1, apart=timedelta(hours=1))
    assert await batches.ask(1) == 2
    later = batches.ask(2)
    await asyncio.sleep(0)
    batches.hurry()
    assert await asyncio.wait_for(later, 10) == 4


async def test_an_error_is_that_of_its_batch_alone() -> None:
    batches = Batches(Doubling(), most=9, weight=lambda number: 1)
    asked = [batches.ask(number) for number in (1, 0)]
    for each in asked:
        with pytest.raises(ValueError, match="no double"):
            await each
    assert await batches.ask(3) == 6


async def test_who_was_cancelled_is_not_missed_and_the_end_waits_for_what_is_under_way() -> None:
    doubling = Doubling()
    batches = Batches(doubling, most=9, weight=lambda number: 1)
    given_up, kept = batches.ask(1), batches.ask(2)
    given_up.cancel()
    assert await kept == 4
    doubling.may.clear()
    doubling.ended = False
    batches.ask(3)
    for _ in range(9):  # turns until it is begun
        await asyncio.sleep(0)
    await batches.stop()
    assert doubling.ended


async def test_an_answer_that_is_cancelled_from_within_leaves_nobody_waiting() -> None:
    async def give_up(numbers: Sequence[int]) -> Sequence[int]:
        raise asyncio.CancelledError

    batches = Batches(give_up, most=9, weight=lambda number: 1)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(batches.ask(1), 1)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(batches.ask(2), 1)
