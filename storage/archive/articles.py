"""Articles, their versions and entries, as rows. Search stands in `index`; triggers keep its table in step.

The columns `url` of articles and `feed` of entries hold `own_key`s: behind the server's id where the article is its
own, so that one address may stand once for each who may read it.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import starmap

from bot.domain.articles import LEAD_CHARS, Article, ArticleId, Lead, Tier
from bot.domain.errors import NotFoundError
from bot.domain.feeds import EntryId, FeedUrl
from bot.domain.reading import may_revise
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
    where exists (select 1 from entries as some where some.feed = asked.key)
"""
# A cross join walks what is asked as it stands, where SQLite would sort it first for `in`. It gives a row for each
# time that an address is asked for, so each must be asked for once.
_BY_URL = "select articles.* from json_each(?) as asked cross join articles on articles.url = asked.value"
_ORIGINS = """
    select asked.value from json_each(?) as asked
    where exists (select 1 from articles where url >= asked.value || '/' and url < asked.value || '0')
"""
"""The figure nought comes right after the slash."""

_INSERT = """
    insert into articles
        (id, url, title, outlet, published_at, seen_at, tier, text, feeds, version, author, language, server)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_UPDATE = """
    update articles set title = ?3, outlet = ?4, tier = ?7, text = ?8, feeds = ?9, version = ?10, author = ?11,
        language = ?12, server = ?13
    where id = ?1
"""
"""Bound to a whole row, as the other."""
_INSERT_VERSION = "insert into versions (article, version, title, tier, text) values (?, ?, ?, ?, ?)"
_INSERT_ENTRY = """
    insert into entries (feed, entry, article) values (?, ?, ?)
    on conflict do update set article = excluded.article where article <> excluded.article
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

    async def origins(self, asked: Collection[str]) -> Collection[str]:
        keys = {own_key(self._server, origin): origin for origin in asked}
        return {keys[row[0]] for row in await self._database.rows(_ORIGINS, (array(keys),))}

    async def by_url(self, urls: Collection[str]) -> Mapping[str, Article]:
        asked = dict.fromkeys(own_key(self._server, url) for url in urls)
        rows = await self._database.rows(_BY_URL, (array(asked),))
        return {article.url: article for article in map(article_of, rows)}

    async def store(self, filed: Sequence[Filed]) -> int:
        urls = [own_key(each.article.server, each.article.url) for each in filed]

        def write(archive: sqlite3.Connection) -> int:
            rows = archive.execute(_BY_URL, (array(dict.fromkeys(urls)),))
            changes = _Changes({row["url"]: article_of(row) for row in rows})
            entries = [changes.add(key, each) for key, each in zip(urls, filed, strict=True)]
            changes.write(archive)
            archive.executemany(_INSERT_ENTRY, entries)
            return len(changes.new)

        async with self._database.writing() as archive:
            return await archive.run(write)

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
    """What a batch makes of the articles already stored, by their column `url`, before any of it is written."""

    def __init__(self, stored: Mapping[str, Article]) -> None:
        self._stored = stored
        self._past: list[Article] = []
        self._changed: dict[str, Article] = {}
        self.new: dict[str, Article] = {}

    def add(self, key: str, filed: Filed) -> tuple[str, EntryId, ArticleId]:
        """The row of its entry."""
        old = self.new.get(key) or self._changed.get(key) or self._stored.get(key)
        article = _first(filed) if old is None else self._revised(old, filed)
        if key not in self._stored:
            self.new[key] = article
        elif article != old:
            self._changed[key] = article
        return own_key(article.server, filed.feed), filed.entry, article.id

    def _revised(self, old: Article, filed: Filed) -> Article:
        new, feeds = filed.article, _joined(old.feeds, filed.feed)
        if new.tier.rank > old.tier.rank or not (new.tier is Tier.FULL or may_revise(filed.feed, old)):
            return replace(old, feeds=feeds)
        if new.fingerprint == old.fingerprint:
            # Quotes stand word for word in the text as it was: other spacing or case does not replace it.
            return replace(old, feeds=feeds, tier=new.tier)
        self._past.append(old)
        return replace(
            new,
            id=old.id,
            published_at=old.published_at,
            seen_at=old.seen_at,
            feeds=feeds,
            version=old.version + 1,
            author=new.author or old.author,
            language=new.language or old.language,
        )

    def write(self, archive: sqlite3.Connection) -> None:
        past = ((each.id, each.version, each.title, each.tier, each.text) for each in self._past)
        archive.executemany(_INSERT, starmap(_row, self.new.items()))
        archive.executemany(_UPDATE, starmap(_row, self._changed.items()))
        archive.executemany(_INSERT_VERSION, past)


def _first(filed: Filed) -> Article:
    new = filed.article
    as_it_came = new.feeds == (filed.feed,) and new.version == 1
    return new if as_it_came else replace(new, feeds=_joined(new.feeds, filed.feed), version=1)


def _joined(feeds: Iterable[FeedUrl], feed: FeedUrl) -> tuple[FeedUrl, ...]:
    return tuple(dict.fromkeys((*feeds, feed)))


# What a batch brings was seen at few times, and feeds bring many an article each.
_time = lru_cache(stamp)
_feeds = lru_cache(array)


def _row(url: str, article: Article) -> tuple[str | int | None, ...]:
    return (
        article.id,
        url,
        article.title,
        article.outlet,
        stamp(article.published_at),
        _time(article.seen_at),
        str(article.tier),  # a quarter of what its value takes
        article.text,
        _feeds(article.feeds),
        article.version,
        article.author,
        article.language,
        article.server,
    )


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
