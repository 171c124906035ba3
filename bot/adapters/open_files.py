"""How many files and connections this process may have open at once."""

import contextlib
import sys

if sys.platform != "win32":
    import resource

WANTED = 2_048
"""A poll has hundreds of connections open; some systems allow 256 files unless asked for more."""


def allow_many_files() -> None:
    """Raises the process's own limit to what is WANTED, as far as the system lets it; never lowers it."""
    if sys.platform == "win32":
        return  # it has no such limit
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
