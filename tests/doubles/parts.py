"""Small parts that stand in where the world would: a clock that is set by hand, workers that run in this process."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class HandClock:
    """Port Clock; the time is what the test says, and sleeping moves it."""

    def __init__(self, now: datetime = datetime(2026, 1, 18, 18, 0, tzinfo=UTC)) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    async def sleep(self, span: timedelta) -> None:
        self.time += max(span, timedelta())
        await asyncio.sleep(0)


class SameProcess:
    """Port Workers, without processes: for tests of what is decided, not of where it runs."""

    async def run(self, deadline: timedelta, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        await asyncio.sleep(0)
        return function(*args, **kwargs)
