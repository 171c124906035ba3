"""The event loop watched from inside, for tests of what holds it up."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_by_callbacks() -> Iterator[list[float]]:
    """Records what each callback takes of the event loop's thread, in seconds of CPU.

    Not of the clock: what another process of a busy machine takes from this thread is not ours. So a callback that
    sleeps or waits for a disk is not seen here.
    """
    held: list[float] = []
    run = asyncio.events.Handle._run

    def timed(self: asyncio.events.Handle) -> None:
        began = time.thread_time()
        run(self)
        held.append(time.thread_time() - began)

    asyncio.events.Handle._run = timed  # type: ignore[method-assign]
    try:
        yield held
    finally:
        asyncio.events.Handle._run = run  # type: ignore[method-assign]
