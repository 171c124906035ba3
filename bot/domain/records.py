"""Records: dataclasses that are made by the ten thousand, frozen by the type checker alone.

Standard library only, no I/O.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, **options: Any) -> Callable[[type[T]], type[T]]:
        """As `dataclass`, but that no guard stands before the fields of what is frozen.

        To make one takes a third of the time, since each field of a frozen one is set by a call that passes the guard.
        """
        return dataclass(unsafe_hash=frozen, **options)


__all__ = ["record"]
