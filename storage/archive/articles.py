"""Articles, their versions and entries, as rows. Search stands in `index`; triggers keep its table in step.

The columns `url` of articles and `feed` of entries hold `own_key`s: behind the server's id where the article is its
own, so that one address may stand once for each who may read it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import aiosqlite

from bot.domain.articles import LEAD_CHARS, Article, ArticleId, Lead, Tier
from bot.domain.errors import NotFoundError
from bot.domain.feeds import EntryId, FeedUrl
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.servers import own_key
from bot.ports.repositories import Filed
from storage.archive.database import Database, Row, in_slices
from storage.archive.pruning import drop_old, drop_until_it_fits
from storage.codecs import array, decode, encode, moment, stamp

MOST = 5_000
"""Articles and leads given at once, at most."""

_KNOWN = """
    select entries.feed, entries.entry, entries.article
    from json_each(?) as asked cross join json_each(asked.value) as id cross join entries
    on entries.feed = asked.key and entries.entry = id.value
"""
_BY_URL = "select * from articles where url in (select value from json_each(?))"

_INSERT = """
    insert into articles
        (id, url, title, outlet, published_at, seen_at, tier, text, feeds, version, author, language, server)
    values {rows}
"""
_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ROWS_AT_ONCE = 1_000
"""The full-text index writes out what it gathered before each statement: a row at a time costs it twice as much."""
_UPDATE = """
    update articles set title = :title, outlet = :outlet, tier = :tier, text = :text, feeds = :feeds,
        version = :version, author = :author, language = :language
    where id = :id
"""


class SqliteArticles:
    """The Articles port over the archive, as far as `server` may read."""

    def __init__(self, database: Database, server: ServerId = PUBLIC) -> None:
        self._database = database
        self._server = server

    async def known_entries(
        self, entries: Mapping[FeedUrl, Collection[EntryId]]
    ) -> Mapping[FeedUrl, Mapping[EntryId, ArticleId]]:
        keys = {own_key(self._server, feed): feed for feed in entries}
        asked = encode({key: list(entries[feed]) for key, feed in keys.items()})
        known: dict[FeedUrl, dict[EntryId, ArticleId]] = {feed: {} for feed in entries}
        for row in await self._database.rows(_KNOWN, (asked,)):
            known[keys[row["feed"]]][row["entry"]] = row["article"]
        return known

    async def by_url(self, urls: Collection[str]) -> Mapping[str, Article]:
        rows = await self._database.rows(_BY_URL, (array([own_key(self._server, url) for url in urls]),))
        return {article.url: article for article in map(article_of, rows)}

    async def store(self, filed: Sequence[Filed]) -> int:
        async with self._database.writing() as archive:
            rows = await archive.execute_fetchall(_BY_URL, (array([_key(each.article) for each in filed]),))
            changes = _Changes({row["url"]: article_of(row) for row in rows})
            await in_slices(filed, changes.add)
            await changes.write(archive)
            await archive.executemany(
                "insert into entries (feed, entry, article) values (?, ?, ?)"
                " on conflict do update set article = excluded.article where article <> excluded.article",
                [
                    (own_key(each.article.server, each.feed), each.entry, changes.now[_key(each.article)].id)
                    for each in filed
                ],
            )
        return len(changes.new)

    async def get(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Article]:
        rows = await self._database.rows(
            "select * from articles where id in (select value from json_each(?))", (array(ids),)
        )
        return {ArticleId(row["id"]): article_of(row) for row in rows}

    async def text(self, article: ArticleId, version: int) -> str:
        row = await self._database.row(
            "select text from articles where id = ?1 and version = ?2"
            " union all select text from versions where article = ?1 and version = ?2",
            (article, version),
        )
        if row is None:
            raise NotFoundError(f"Version {version} of the article {article} is not stored.")
        return str(row["text"])

    async def published(self, since: datetime, until: datetime) -> Sequence[Article]:
        rows = await self._database.rows(
            "select * from articles where published_at >= ? and published_at < ? and server in ('', ?)"
            " order by published_at desc, number desc limit ?",
            (stamp(since), stamp(until), self._server, MOST),
        )
        return await in_slices(rows, article_of)

    async def leads(self, since: datetime) -> Sequence[Lead]:
        rows = await self._database.rows(
            "select id, title, substr(text, 1, ?) as opening, published_at from articles"
            " where published_at >= ? and server = ? order by published_at desc, number desc limit ?",
            (LEAD_CHARS, stamp(since), self._server, MOST),
        )
        return await in_slices(rows[::-1], _lead)

    async def count(self) -> int:
        row = await self._database.row("select count(*) from articles")
        return int(row[0]) if row else 0

    async def prune(self, before: datetime, *, most_bytes: int | None = None, even_all: bool = False) -> int:
        newer = await self._database.row("select 1 from articles where published_at >= ? limit 1", (stamp(before),))
        dropped = await drop_old(self._database, before) if newer or even_all else 0
        return dropped if most_bytes is None else dropped + await drop_until_it_fits(self._database, most_bytes)


class _Changes:
    """What a batch makes of the articles already stored, worked out before any of it is written."""

    def __init__(self, stored: Mapping[str, Article]) -> None:
        self._stored = stored
        self._past: list[Article] = []
        self.now = dict(stored)

    @property
    def new(self) -> list[Article]:
        return [article for url, article in self.now.items() if url not in self._stored]

    def add(self, filed: Filed) -> None:
        new = filed.article
        key = _key(new)
        old = self.now.get(key)
        if old is None:
            as_it_came = new.feeds == (filed.feed,) and new.version == 1
            self.now[key] = new if as_it_came else replace(new, feeds=_joined(new.feeds, filed.feed), version=1)
        elif new.tier.rank > old.tier.rank:
            self.now[key] = replace(old, feeds=_joined(old.feeds, filed.feed))
        elif new.fingerprint == old.fingerprint:
            # Quotes stand word for word in the text as it was: other spacing or case does not replace it.
            self.now[key] = replace(old, feeds=_joined(old.feeds, filed.feed), tier=new.tier)
        else:
            self._past.append(old)
            self.now[key] = replace(
                new,
                id=old.id,
                published_at=old.published_at,
                seen_at=old.seen_at,
                feeds=_joined(old.feeds, filed.feed),
                version=old.version + 1,
                author=new.author or old.author,
                language=new.language or old.language,
            )

    async def write(self, archive: aiosqlite.Connection) -> None:
        changed = [self.now[url] for url, article in self._stored.items() if self.now[url] != article]
        new = await in_slices(self.new, _columns)
        for start in range(0, len(new), _ROWS_AT_ONCE):
            rows = new[start : start + _ROWS_AT_ONCE]
            statement = _INSERT.format(rows=", ".join([_ROW] * len(rows)))
            await archive.execute_fetchall(statement, [value for row in rows for value in row.values()])
        await archive.executemany(_UPDATE, [_columns(article) for article in changed])
        await archive.executemany(
            "insert into versions (article, version, title, tier, text) values (?, ?, ?, ?, ?)",
            [(each.id, each.version, each.title, each.tier, each.text) for each in self._past],
        )


def _key(article: Article) -> str:
    return own_key(article.server, article.url)


def _joined(feeds: Iterable[FeedUrl], feed: FeedUrl) -> tuple[FeedUrl, ...]:
    return tuple(dict.fromkeys((*feeds, feed)))


def _columns(article: Article) -> dict[str, str | int | None]:
    return {
        "id": article.id,
        "url": _key(article),
        "title": article.title,
        "outlet": article.outlet,
        "published_at": stamp(article.published_at),
        "seen_at": stamp(article.seen_at),
        "tier": article.tier.value,
        "text": article.text,
        "feeds": array(article.feeds),
        "version": article.version,
        "author": article.author,
        "language": article.language,
        "server": article.server,
    }


def article_of(row: Row) -> Article:
    """The article of a whole row."""
    return Article(
        id=ArticleId(row["id"]),
        url=row["url"].removeprefix(own_key(ServerId(row["server"]), "")),
        title=row["title"],
        outlet=row["outlet"],
        published_at=moment(row["published_at"]),
        seen_at=moment(row["seen_at"]),
        tier=Tier(row["tier"]),
        text=row["text"],
        feeds=tuple(FeedUrl(url) for url in decode(row["feeds"], list)),
        version=row["version"],
        author=row["author"],
        language=row["language"],
        server=ServerId(row["server"]),
    )


def _lead(row: Row) -> Lead:
    return Lead(
        id=ArticleId(row["id"]),
        title=row["title"],
        opening=row["opening"],
        published_at=moment(row["published_at"]),
    )
