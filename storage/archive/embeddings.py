"""Vectors of texts, as 32-bit floats of this machine, under a hash of model and text."""

from array import array as floats
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.ports.repositories import Vector
from storage.archive.database import Database
from storage.codecs import array, stamp

KEPT_FOR = timedelta(days=30)


class SqliteEmbeddings:
    """The Embeddings port over the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, keys: Collection[str]) -> Mapping[str, Vector]:
        rows = await self._database.rows(
            "select key, vector from embeddings where key in (select value from json_each(?))", (array(keys),)
        )
        return {row["key"]: floats("f", row["vector"]) for row in rows}

    async def put(self, vectors: Mapping[str, Vector], at: datetime) -> None:
        async with self._database.writing() as archive:
            await archive.executemany(
                "insert or replace into embeddings (key, kept_at, vector) values (?, ?, ?)",
                [(key, stamp(at), floats("f", vector).tobytes()) for key, vector in vectors.items()],
            )
            await archive.execute_fetchall("delete from embeddings where kept_at < ?", (stamp(at - KEPT_FOR),))
