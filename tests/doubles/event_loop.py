"""The event loop watched from inside, for tests of what holds it up."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_by_callbacks() -> Iterator[list[float]]:
    """Records how long each callback holds the thread of the event loop, in seconds of this thread's CPU or waiting."""
    held: list[float] = []
    run = asyncio.events.Handle._run

    def timed(self: asyncio.events.Handle) -> None:
        wall, cpu = time.perf_counter(), time.thread_time()
        run(self)
        # What another process of a busy machine takes from this thread is not ours: the smaller of the two counts,
        # unless the callback slept or waited for a lock, which shows as time without CPU.
        held.append(time.perf_counter() - wall if time.thread_time() - cpu > 0.03 else time.thread_time() - cpu)

    asyncio.events.Handle._run = timed  # type: ignore[method-assign]
    try:
        yield held
    finally:
        asyncio.events.Handle._run = run  # type: ignore[method-assign]
