"""Workers without processes: what the readers do with a document needs none."""

from collections.abc import Callable
from datetime import timedelta
from typing import ParamSpec, TypeVar

from bot.domain.errors import NewsthreadError, ReadingError

P = ParamSpec("P")
R = TypeVar("R")


class WorkersHere:
    """Port Workers that runs each task in place; functions named in `broken` lose their worker instead."""

    def __init__(self, *broken: str) -> None:
        self.calls: list[str] = []
        self._broken = broken

    async def run(self, deadline: timedelta, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        self.calls.append(function.__name__)
        if function.__name__ in self._broken:
            raise ReadingError("The document took too long to read.")
        try:
            return function(*args, **kwargs)
        except NewsthreadError:
            raise
        except Exception as error:
            raise ReadingError("The document could not be read: its reader gave up on it.") from error
