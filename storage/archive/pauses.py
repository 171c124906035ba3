"""Pauses as rows, the latest one of each place."""

from collections.abc import Sequence

from bot.domain.destinations import Pause, Place
from storage.archive.database import Database, Row
from storage.codecs import decode, encode

_PUT = """
    insert into pauses (destination, thread, standing, body) values (?, ?, ?, ?)
    on conflict (destination, thread) do update set standing = excluded.standing, body = excluded.body
"""


class SqlitePauses:
    """The Pauses port over the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, pause: Pause) -> None:
        async with self._database.writing() as archive:
            await archive.execute(_PUT, (*_key(pause.place), pause.ended_at is None, encode(pause)))

    async def last(self, place: Place) -> Pause | None:
        rows = await self._database.rows("select body from pauses where destination = ? and thread = ?", _key(place))
        return pause_of(rows[0]) if rows else None

    async def standing(self) -> Sequence[Pause]:
        rows = await self._database.rows("select body from pauses where standing order by destination, thread")
        return [pause_of(row) for row in rows]


def pause_of(row: Row) -> Pause:
    """The pause in a row."""
    return decode(row["body"], Pause)


def _key(place: Place) -> tuple[str, str]:
    return place.destination, place.thread or ""
