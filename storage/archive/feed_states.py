"""What polling remembers, a row a feed."""

from collections.abc import Mapping, Sequence

from bot.domain.feeds import FeedState, FeedUrl
from storage.archive.database import Database, Row, in_slices
from storage.codecs import decode, encode


class SqliteFeedStates:
    """The FeedStates port over the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[FeedUrl, FeedState]:
        rows = await self._database.rows("select body from feed_states")
        return {state.url: state for state in await in_slices(rows, _state)}

    async def put(self, states: Sequence[FeedState]) -> None:
        async with self._database.writing() as archive:
            await archive.executemany(
                "insert into feed_states (url, body) values (?, ?) on conflict do update set body = excluded.body",
                [(state.url, encode(state)) for state in states],
            )

    async def remove(self, url: FeedUrl) -> None:
        async with self._database.writing() as archive:
            await archive.execute_fetchall("delete from feed_states where url = ?", (url,))


def _state(row: Row) -> FeedState:
    return decode(row["body"], FeedState)
