"""Workers that run in this process: for tests of what is decided, not of where it runs."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class SameProcess:
    """Port Workers, without processes."""

    async def run(self, deadline: timedelta, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        await asyncio.sleep(0)
        return function(*args, **kwargs)
