"""A process's own memory: looked through seldom, given back when freed, bounded while something runs.

The last two on Linux alone.
"""

import contextlib
import ctypes
import gc
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import resource

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # malloc.h
_STATM = Path("/proc/self/statm")
_LARGE = 4 << 20
"""What is smaller is kept: bringing in fresh pages for each batch of documents takes longer than copying it does."""
_SELDOM, _USUAL = 30_000, gc.get_threshold()


def collect_seldom() -> None:
    """Has cycles sought where many objects came since, and not among those that are there now.

    What imports brought stays for good, and a full collection would walk it for 100 ms. What a poll makes is mostly
    freed by itself: to look through it every 700 objects is a sixth of its work, and every 10,000 a hundredth. Much
    more at a time holds the loop.
    """
    gc.freeze()
    gc.set_threshold(_SELDOM, *_USUAL[1:])


def collect_as_usual() -> None:
    """Ends `collect_seldom`, or what is garbage by then stays for as long as the process."""
    gc.unfreeze()
    gc.set_threshold(*_USUAL)


def keep_memory_flat() -> None:
    """Has glibc give back what is freed (mallopt(3)); other C libraries do, or have no such settings.

    By default large buffers come from heaps that then stay, one for each thread: a tenth more memory in a month.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        for option, value in ((_M_ARENA_MAX, 2), (_M_MMAP_THRESHOLD, _LARGE), (_M_TRIM_THRESHOLD, _LARGE)):
            mallopt(option, value)


@contextlib.contextmanager
def bounded_memory(more_bytes: int | None) -> Iterator[None]:
    """So much more than the process has now, and no more; None sets no bound."""
    if more_bytes is None or sys.platform != "linux":
        yield
        return
    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = int(_STATM.read_text().split()[0]) * resource.getpagesize() + more_bytes
    resource.setrlimit(resource.RLIMIT_AS, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, hard))
