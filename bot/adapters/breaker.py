"""A breaker: when a server that keeps failing is left alone, and when it is tried again.

Holds counts and times only; it asks nobody and sleeps nowhere. The time is handed in.
"""

from datetime import datetime, timedelta
from typing import Final

_OPENS_AFTER: Final = 3
_OPEN_FOR: Final = timedelta(minutes=1)


class Breaker:
    """Closed, it admits every call. Three failures in a row open it for a minute; then one call alone is admitted,
    and what comes of that closes it or opens it for another minute.

    Each call that was admitted is followed by one of `succeeded`, `failed` and `gave_up`.
    """

    def __init__(self) -> None:
        self._in_a_row = 0
        self._open_until: datetime | None = None
        self._trying = False

    def admits(self, now: datetime) -> bool:
        """Whether a call may be made; True is for one call."""
        if self._open_until is None:
            return True
        # A clock that is set back must not keep it open for longer.
        if now < self._open_until <= now + _OPEN_FOR or self._trying:
            return False
        self._trying = True
        return True

    def open_until(self, now: datetime) -> datetime | None:
        """Until when no call is admitted; None where one would be."""
        return self._open_until if self._open_until is not None and now < self._open_until else None

    def succeeded(self) -> None:
        """Closes it."""
        self._in_a_row, self._open_until, self._trying = 0, None, False

    def failed(self, now: datetime) -> int:
        """Returns how many calls failed in a row."""
        self._in_a_row += 1
        self._trying = False
        if self._in_a_row >= _OPENS_AFTER:
            self._open_until = now + _OPEN_FOR
        return self._in_a_row

    def gave_up(self) -> None:
        """For a call that ended with nothing known of the server, such as one that was cancelled."""
        self._trying = False
