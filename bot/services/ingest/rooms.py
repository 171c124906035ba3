"""Room in memory for documents between their coming and their reading: for many small ones, and few large ones.

Without it a poll's memory is what strangers choose to send: hundreds of answers, each as large as one may be.
"""

from asyncio import Semaphore
from contextlib import suppress
from typing import Self

SMALL_BYTES = 500_000
"""Most feeds and pages are smaller by far."""
SMALL, LARGE = 128, 2


class Rooms:
    """So many documents at a time. Nobody may ask for a second room while holding one."""

    def __init__(self, *, small: int = SMALL, large: int = LARGE) -> None:
        self._small = Semaphore(small)
        self._large = Semaphore(large)

    def room(self) -> "_Room":
        """A port `Room` within `with`, given back at its end."""
        return _Room(self._small, self._large)


class _Room:
    """Who waits to grow keeps what he has, and who has grown waits for nobody: there is no circle to wait in."""

    def __init__(self, small: Semaphore, large: Semaphore) -> None:
        self._needed = [(SMALL_BYTES, large), (-1, small)]
        self._held: list[Semaphore] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        while self._held:
            self._held.pop().release()

    def take(self, size_bytes: int) -> bool:
        """See `ports.outside.Room`."""
        while self._lacks(size_bytes) and not self._needed[-1][1].locked():
            with suppress(StopIteration):  # at once, since it is not locked; there is no other call for that
                self._needed[-1][1].acquire().send(None)
            self._held.append(self._needed.pop()[1])
        return not self._lacks(size_bytes)

    async def hold(self, size_bytes: int) -> None:
        """See `ports.outside.Room`."""
        while self._lacks(size_bytes):
            _, semaphore = self._needed.pop()
            await semaphore.acquire()
            self._held.append(semaphore)

    def _lacks(self, size_bytes: int) -> bool:
        return bool(self._needed) and size_bytes > self._needed[-1][0]
