"""What is dropped of the archive: what is too old, and the oldest of what is too much.

Must not drop what a standing claim cites, nor hold others up: it goes batch by batch.
"""

import math
from datetime import datetime, timedelta

import structlog

from storage.archive.database import Database
from storage.codecs import moment, stamp

SPARED = timedelta(days=2)
"""Before the newest article: what the size of the archive never drops, or nothing would be left to tell of."""
_BATCH = 500
"""Rows dropped in one transaction, so that others get their turn between two."""

_DROP_PREVIEWS = """
    delete from briefings where id in (
        select id from briefings where created_at < ? and id not in (select briefing from deliveries) limit ?
    ) returning id
"""
_DROP_TURNS = """
    delete from turns where number in (select number from turns where asked_at < ? limit ?) returning number
"""
_DROP = """
    delete from articles where number in (
        select number from articles
        where published_at < ? and not exists (select 1 from citations where article = articles.id)
        limit ?
    ) returning number
"""
_DROP_OLDEST = """
    delete from articles where number in (
        select number from articles
        where published_at < ? and not exists (select 1 from citations where article = articles.id)
        order by published_at limit ?
    ) returning number
"""
_BYTES = """
    select (page_count - freelist_count) * page_size
    from pragma_page_count(), pragma_freelist_count(), pragma_page_size()
"""
# What is dropped stays in the index until its parts are merged; a negative number means all of them (FTS5 §6.8).
_MERGE = "insert into articles_fts (articles_fts, rank) values ('merge', ?)"
_MERGED_AT_ONCE = 500
_DROP_STORIES = """
    delete from stories where updated_at < ? and not exists (
        select 1 from story_articles join articles on articles.id = story_articles.article
        where story_articles.story = stories.id
    )
"""


async def drop_old(database: Database, before: datetime) -> int:
    """Drops what is from before `before`, previews and turns first; returns how many articles went."""
    await drop_in_batches(database, _DROP_PREVIEWS, stamp(before))
    await drop_in_batches(database, _DROP_TURNS, stamp(before))
    dropped = await drop_in_batches(database, _DROP, stamp(before))
    async with database.writing() as archive:
        await archive.execute_fetchall(_DROP_STORIES, (stamp(before),))
        await archive.execute_fetchall("delete from tellings where newest < ?", (stamp(before),))
        await archive.execute_fetchall("delete from rereads where tried_at < ?", (stamp(before),))
    return dropped


async def drop_in_batches(database: Database, statement: str, *parameters: str) -> int:
    """Repeats a deletion of one batch until there is nothing left of it; returns how many rows went.

    The statement's last parameter is how many rows a batch has, and it returns a row for each.
    """
    dropped = 0
    while True:
        async with database.writing() as archive:
            gone = len(list(await archive.execute_fetchall(statement, (*parameters, _BATCH))))
        dropped += gone
        if gone < _BATCH:
            return dropped


async def drop_until_it_fits(database: Database, most_bytes: int) -> int:
    """Drops the oldest articles until the archive's pages in use fit; returns how many went.

    What is not articles may fill the archive alone: then it stays over the limit, which is logged.
    """
    newest = await database.row("select max(published_at) from articles having count(*)")
    spared = stamp(moment(newest[0]) - SPARED) if newest else ""
    dropped = 0
    while (used := await _number(database, _BYTES)) > most_bytes:
        wanted = math.ceil(await _number(database, "select count(*) from articles") * (used - most_bytes) / used)
        gone = await _drop_oldest(database, wanted, spared)
        if not gone:
            log = structlog.get_logger(__name__)
            log.warning(
                "archive_over_limit", used_megabytes=round(used / 1e6, 1), wanted_megabytes=round(most_bytes / 1e6, 1)
            )
            break
        dropped += gone
        await _merge(database)
    return dropped


async def _drop_oldest(database: Database, wanted: int, before: str) -> int:
    dropped = 0
    while dropped < wanted:
        async with database.writing() as archive:
            batch = min(_BATCH, wanted - dropped)
            gone = len(list(await archive.execute_fetchall(_DROP_OLDEST, (before, batch))))
        dropped += gone
        if gone < batch:
            break
    return dropped


async def _merge(database: Database) -> None:
    """Has the full-text index let go of what was dropped, a little at a time."""
    pages = -_MERGED_AT_ONCE
    while True:
        async with database.writing() as archive:
            before = list(await archive.execute_fetchall("select total_changes()"))
            await archive.execute_fetchall(_MERGE, (pages,))
            after = list(await archive.execute_fetchall("select total_changes()"))
        if after[0][0] - before[0][0] < 2:  # FTS5 §6.8: nothing was left to merge
            return
        pages = _MERGED_AT_ONCE


async def _number(database: Database, sql: str) -> int:
    row = await database.row(sql)
    return int(row[0]) if row else 0
