"""Corrections, and which pages were read again. Whatever a correction is made of stands whole in its row."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.articles import ArticleId
from bot.domain.briefings import BriefingId, Telling
from bot.domain.corrections import Correction, CorrectionId, Reread, Standing
from bot.domain.deliveries import (
    FIRST_STORY,
    WORTH_FINISHING,
    DeliveryId,
    MessageId,
    PartKind,
    Pending,
    Post,
    ThreadId,
    marked_as,
)
from bot.domain.errors import NotFoundError
from bot.domain.schedules import Destination, ServerId
from bot.domain.stories import StoryId
from storage.archive.database import Database, Row, in_slices
from storage.codecs import array, decode, encode, encode_state, moment, stamp

_STANDING = f"""
    select deliveries.*, story.position, briefings.created_at as written_at,
        json_extract(briefings.body, '$.tellings[' || (story.position - {FIRST_STORY}) || ']') as telling,
        json_extract(story.state_fields, '$.message') as message,
        json_extract(story.state_fields, '$.sent_at') as sent_at,
        json_extract(thread.state_fields, '$.message') as thread
    from deliveries
    join briefings on briefings.id = deliveries.briefing
    join parts as story on story.delivery = deliveries.id and story.kind = 'story' and story.state = 'sent'
    join parts as thread on thread.delivery = deliveries.id and thread.kind = 'thread' and thread.state = 'sent'
    where deliveries.created_at >= ? and julianday(json_extract(story.state_fields, '$.sent_at')) >= julianday(?)
    order by julianday(sent_at), story.delivery, story.position
"""  # noqa: S608 - ours
_RECORD = """
    insert into corrections (id, delivery, story, destination, found_at, shown_at, body) values (?, ?, ?, ?, ?, ?, ?)
    on conflict do nothing returning id
"""
_NEXT = "select max(position) + 1 as next from parts where delivery = ?"
_NOTE = """
    insert into parts (delivery, position, kind, post, state, state_fields)
    values (?, ?, ?, ?, ?, ?)
"""


class SqliteCorrections:
    """The Corrections port over the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self, since: datetime) -> Sequence[Standing]:
        # A delivery is opened before its parts are sent, by a week at most.
        rows = await self._database.rows(_STANDING, (stamp(since - WORTH_FINISHING), stamp(since)))
        return [each for each in await in_slices(rows, _standing) if each.telling.claims]

    async def rereads(self, articles: Collection[ArticleId]) -> Mapping[ArticleId, Reread]:
        rows = await self._database.rows(
            "select * from rereads where article in (select value from json_each(?))", (array(articles),)
        )
        return {ArticleId(row["article"]): reread_of(row) for row in rows}

    async def note_reread(self, article: ArticleId, at: datetime, *, read: bool) -> None:
        async with self._database.writing() as archive:
            await archive.execute_fetchall(
                "insert into rereads (article, tried_at, read_at) values (?, ?, ?) on conflict do update"
                " set tried_at = excluded.tried_at, read_at = coalesce(excluded.read_at, read_at)",
                (article, stamp(at), stamp(at) if read else None),
            )

    async def record(self, correction: Correction, note: Post) -> bool:
        async with self._database.writing() as archive:
            new = await archive.execute_fetchall(_RECORD, _row(correction))
            if not list(new):
                return False
            found = await archive.execute_fetchall(_NEXT, (correction.delivery,))
            index = next(row["next"] for row in found)
            post = encode(marked_as(note, correction.delivery, index))
            await archive.execute_fetchall(
                _NOTE, (correction.delivery, index, PartKind.NOTE.value, post, *encode_state(Pending()))
            )
        return True

    async def unshown(self) -> Sequence[Correction]:
        return await self._select("shown_at is null", ())

    async def shown(self, correction: CorrectionId, at: datetime) -> None:
        async with self._database.writing() as archive:
            changed = await archive.execute_fetchall(
                "update corrections set shown_at = ? where id = ? returning id", (stamp(at), correction)
            )
            if not list(changed):
                raise NotFoundError(f"There is no correction {correction}.")

    async def of_delivery(self, delivery: DeliveryId) -> Sequence[Correction]:
        return await self._select("delivery = ?", (delivery,))

    async def of_story(self, story: StoryId) -> Sequence[Correction]:
        return await self._select("story = ?", (story,))

    async def made(self, destination: Destination, since: datetime) -> Sequence[Correction]:
        return await self._select("destination = ? and found_at >= ?", (destination, stamp(since)))

    async def _select(self, condition: str, parameters: Sequence[Any]) -> list[Correction]:
        rows = await self._database.rows(
            f"select body, shown_at from corrections where {condition} order by number",  # noqa: S608 - ours
            parameters,
        )
        return [correction_of(row) for row in rows]


def correction_of(row: Row) -> Correction:
    """The correction in a row."""
    shown_at = moment(row["shown_at"]) if row["shown_at"] else None
    return replace(decode(row["body"], Correction), shown_at=shown_at)


def reread_of(row: Row) -> Reread:
    """When the article in a row was read again."""
    return Reread(tried_at=moment(row["tried_at"]), read_at=moment(row["read_at"]) if row["read_at"] else None)


def _row(correction: Correction) -> tuple[Any, ...]:
    return (
        *(correction.id, correction.delivery, correction.story, correction.destination),
        *(stamp(correction.found_at), correction.shown_at and stamp(correction.shown_at), encode(correction)),
    )


def _standing(row: Row) -> Standing:
    return Standing(
        delivery=DeliveryId(row["id"]),
        part=row["position"],
        message=MessageId(row["message"]),
        thread=ThreadId(row["thread"]),
        destination=Destination(row["destination"]),
        server=ServerId(row["server"]),
        posted_at=moment(row["sent_at"]),
        briefing=BriefingId(row["briefing"]),
        written_at=moment(row["written_at"]),
        telling=decode(row["telling"], Telling),
    )
