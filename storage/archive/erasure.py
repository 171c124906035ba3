"""Forgetting a person or a server, over all tables that name one.

What is dropped is what the rows themselves say of whose they are. Must not touch what everyone has.
"""

import aiosqlite

from bot.domain.conversations import Question
from bot.domain.schedules import MemberId, ServerId, direct
from bot.domain.servers import own_key
from bot.domain.traces import Traces
from storage.archive.conversations import turn_of
from storage.archive.database import Database
from storage.archive.notices import notice_of
from storage.archive.pruning import drop_in_batches
from storage.archive.usage import usage_of
from storage.codecs import array, decode

_TURNS = "select * from turns where asker = ? order by number"
_QUESTIONS = "select body from questions where json_extract(body, '$.asker') = ? order by asked_at, rowid"
_USAGE = "select * from usage where member = ? order by at, rowid"
_BY_MEMBER = "id || ' ' like 'wrong % ' || ? || ' %'"
"""What `domain.notices.is_report_by` tells, as a condition."""
_REPORTS = f"select * from notices where {_BY_MEMBER} order by number"  # noqa: S608 - ours
_BRIEFINGS = (
    "select count(*) from deliveries where destination = ? and exists (select 1 from parts where delivery = id)"
)

_OF_MEMBER = (
    "delete from turns where asker = ?",
    "delete from questions where json_extract(body, '$.asker') = ?",
    f"delete from notices where {_BY_MEMBER}",  # noqa: S608 - ours
    "update usage set member = '', roles = '[]' where member = ?",
)
# Turns from before they said where they were asked are known by their thread.
_OF_SERVER = (
    """
    delete from turns where server = ?1 or conversation in (
        select json_extract(parts.state_fields, '$.message')
        from parts join deliveries on deliveries.id = parts.delivery
        where deliveries.server = ?1 and parts.kind = 'thread' and parts.state = 'sent'
    )
    """,
    "delete from questions where json_extract(body, '$.server') = ?1",
    "delete from notices where audience = ?1",
    "delete from pauses where json_extract(body, '$.server') = ?1",
    "update usage set server = '', roles = '[]' where server = ?1",
    """
    delete from tellings where iif(json_valid(body), json_extract(body, '$.story_id'), '') in (
        select id from stories where server = ?1
    )
    """,
)
_PREVIEWS = """
    delete from briefings where id in (
        select briefing from told_stories where story in (select id from stories where server = ?)
    ) and id not in (select briefing from deliveries)
"""
_UNPOSTED = """
    delete from briefings
    where id in (select value from json_each(?)) and id not in (select briefing from deliveries)
"""
# `own_key`s begin with the server's id and a space; in the order of text, all of them lie between these two.
_REREADS = "delete from rereads where article in (select id from articles where url >= ? and url < ?)"
_ARTICLES = """
    delete from articles where number in (select number from articles where url >= ? and url < ? limit ?)
    returning number
"""
_ENTRIES = """
    delete from entries where (feed, entry) in (select feed, entry from entries where feed >= ? and feed < ? limit ?)
    returning feed
"""


class SqliteErasure:
    """The Erasure port over the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def traces(self, member: MemberId) -> Traces:
        sent = await self._database.row(_BRIEFINGS, (direct(member),))
        return Traces(
            turns=tuple(map(turn_of, await self._database.rows(_TURNS, (member,)))),
            questions=tuple(decode(row["body"], Question) for row in await self._database.rows(_QUESTIONS, (member,))),
            reports=tuple(map(notice_of, await self._database.rows(_REPORTS, (member,)))),
            usage=tuple(map(usage_of, await self._database.rows(_USAGE, (member,)))),
            briefings=int(sent[0]) if sent else 0,
        )

    async def forget_member(self, member: MemberId) -> None:
        async with self._database.writing() as archive:
            for statement in _OF_MEMBER:
                await archive.execute(statement, (member,))
            await archive.execute("delete from pauses where destination = ?", (direct(member),))
            await _drop_deliveries(archive, "destination", direct(member))

    async def forget_server(self, server: ServerId) -> None:
        own = own_key(server, ""), own_key(server, "")[:-1] + "!"
        async with self._database.writing() as archive:
            for statement in _OF_SERVER:
                await archive.execute(statement, (server,))
            await _drop_deliveries(archive, "server", server)
            await archive.execute(_PREVIEWS, (server,))
            await archive.execute(_REREADS, own)
            await archive.execute("delete from stories where server = ?", (server,))
        await drop_in_batches(self._database, _ENTRIES, *own)
        await drop_in_batches(self._database, _ARTICLES, *own)


async def _drop_deliveries(archive: aiosqlite.Connection, column: str, value: str) -> None:
    """Drops the deliveries with that value in a column, and the briefings that no other delivery posts."""
    gone = await archive.execute_fetchall(f"delete from deliveries where {column} = ? returning briefing", (value,))  # noqa: S608 - ours
    await archive.execute(_UNPOSTED, (array([row["briefing"] for row in gone]),))
