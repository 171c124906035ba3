"""Full-text search, by SQLite's FTS5 table beside the articles' rows.

What is stored has a number beyond those indexed, and triggers note in `unindexed` what is revised, in the same
transaction; it is indexed after that, many at once, at the end of a poll or by whoever searches first.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from bot.domain.articles import ArticleId
from bot.domain.schedules import PUBLIC, ServerId
from bot.ports.repositories import Hit
from storage.archive.database import Database
from storage.codecs import array, stamp

# Title counts four times the text. `rank match` lets FTS5 sort by itself, so that only the best rows are joined.
_SEARCH = """
    select articles.id, articles_fts.rank as rank
    from articles_fts join articles on articles.number = articles_fts.rowid
    where articles_fts match ? and articles_fts.rank match 'bm25(4.0, 1.0)' and articles.server in ('', ?)
"""
# The first bound spares FTS5 the older rows (numbers grow with time, roughly); the second is the exact one. The plus
# makes SQLite use the index by time: for a plain minimum it walks the table from its beginning.
_SINCE = """
    and articles_fts.rowid >= (select min(+number) from articles where published_at >= ?)
    and articles.published_at >= ?
"""
# Here the plus keeps SQLite from running the whole match once for each of them.
_AMONG = " and +articles_fts.rowid in (select number from articles where id in (select value from json_each(?)))"
_AT_ONCE = 500
"""Articles indexed in one transaction, so that others get their turn between two."""

_WAITING = """
    select number from unindexed union all select number from articles where number > (select until from indexed)
    order by number limit ?
"""
INDEX_SOME = (
    f"""
    insert into articles_fts (rowid, title, text)
    select number, title, text from articles where number in ({_WAITING})
    """,  # noqa: S608 - ours
    f"update indexed set until = max(until, coalesce((select max(number) from ({_WAITING})), 0))",  # noqa: S608 - ours
    "delete from unindexed where number in (select number from unindexed order by number limit ?)",
)
"""Statements of one transaction, each bound to the number of articles that it takes."""
_BEST = " order by articles_fts.rank limit ?"


class SqliteIndex:
    """The Index port over the archive, as far as `server` may read."""

    def __init__(self, database: Database, server: ServerId = PUBLIC) -> None:
        self._database = database
        self._server = server

    async def catch_up(self) -> None:
        while await self._database.row(_WAITING, (1,)):
            async with self._database.writing() as archive:
                for statement in INDEX_SOME:
                    await archive.execute_fetchall(statement, (_AT_ONCE,))

    async def search(
        self,
        words: Collection[str],
        *,
        since: datetime | None = None,
        among: Collection[ArticleId] | None = None,
        limit: int = 20,
    ) -> Sequence[Hit]:
        match = " OR ".join(_quoted(word) for word in words if any(map(str.isalnum, word)))
        if not match:
            return []
        await self.catch_up()
        sql, parameters = _SEARCH, [match, self._server]
        if since is not None:
            sql += _SINCE
            parameters += [stamp(since)] * 2
        if among is not None:
            sql += _AMONG
            parameters.append(array(among))
        bound: tuple[Any, ...] = (*parameters, limit)
        rows = await self._database.rows(sql + _BEST, bound)
        return [Hit(article=ArticleId(row["id"]), score=-row["rank"]) for row in rows]


def _quoted(word: str) -> str:
    """A string of FTS5's query language, in which only the double quote means anything; NUL would end it."""
    return '"' + word.replace('"', '""').replace("\0", " ") + '"'
