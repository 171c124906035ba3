"""Typed JSON to and from the domain's frozen dataclasses, for files and rows, through msgspec.

Datetimes are ISO 8601 in UTC, timedeltas ISO 8601 durations, frozensets and tuples arrays. msgspec takes no union of
dataclasses, so what is one (PartState) is kept as a name beside the fields. Must not touch files or the database.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from bot.domain.deliveries import Failed, PartState, Pending, Rejected, Sent
from bot.domain.errors import DamagedError, StorageError

T = TypeVar("T")

_STATES: dict[str, type[Pending | Sent | Failed | Rejected]] = {
    "pending": Pending,
    "sent": Sent,
    "failed": Failed,
    "rejected": Rejected,
}
_NAMES = {kind: name for name, kind in _STATES.items()}


def encode(value: object) -> str:
    """JSON text of a domain value. Raises StorageError for text that is not Unicode (half a surrogate pair)."""
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError as error:
        raise StorageError("A text holds half a character and cannot be kept.") from error


def decode(text: str, kind: type[T]) -> T:
    """The domain value of type `kind` in this JSON text. Raises DamagedError."""
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        raise DamagedError(f"A stored {kind.__name__} cannot be read: {error}.") from error


def encode_state(state: PartState) -> tuple[str, str]:
    """The name of a part's state, and its fields as JSON text."""
    return _NAMES[type(state)], encode(state)


def decode_state(name: str, fields: str) -> PartState:
    """The reverse of `encode_state`. Raises DamagedError."""
    if name not in _STATES:
        raise DamagedError(f"A stored delivery has a part in the unknown state {name!r}.")
    return decode(fields, _STATES[name])


def plain(value: object) -> dict[str, Any]:
    """A domain dataclass as a dict of what JSON knows."""
    fields: dict[str, Any] = msgspec.to_builtins(value)
    return fields


def typed(fields: object, kind: type[T]) -> T:
    """The reverse of `plain`. Raises ValueError, with the place, where the fields do not fit."""
    try:
        return msgspec.convert(fields, kind, str_keys=True)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def array(values: Collection[str]) -> str:
    """A JSON array, as SQLite's json_each takes it: any number of values in one parameter."""
    return encode(list(values))


def stamp(moment: datetime) -> str:
    """A time of one fixed width in UTC, so that text sorts as time does."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    text: str = msgspec.to_builtins(utc)  # a fifth of what isoformat takes
    return text if utc.microsecond else text[:-1] + ".000000Z"


def moment(text: str) -> datetime:
    """The reverse of `stamp`."""
    return datetime.fromisoformat(text)
