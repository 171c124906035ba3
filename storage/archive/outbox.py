"""Deliveries and their parts as rows. The unique slot makes a delivery once, however many processes try."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

import aiosqlite

from bot.domain.briefings import BriefingId
from bot.domain.deliveries import Delivery, DeliveryId, Part, PartKind, PartState, Post, ThreadId
from bot.domain.errors import NotFoundError
from bot.domain.schedules import Destination, ScheduleId, ServerId, Slot
from storage.archive.database import Database, Row
from storage.codecs import decode, decode_state, encode, encode_state, moment, stamp

_OPEN = """
    insert into deliveries
    (id, schedule, local_date, planned, due_at, zone, destination, briefing, created_at, server)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (schedule, local_date, planned) do nothing returning id
"""
_SLOT = "schedule = ? and local_date = ? and planned = ?"
ENDED = """
    exists (
        select 1 from parts as refused where refused.delivery = deliveries.id and refused.state = 'rejected'
        and coalesce(json_extract(refused.state_fields, '$.ends'), 1)
    )
"""
"""The condition under which a row of `deliveries` has ended before its last part."""
_UNFINISHED = f"id in (select delivery from parts where state in ('pending', 'failed')) and not {ENDED}"  # noqa: S608 - ours
_THREAD = """
    id in (
        select delivery from parts
        where kind = 'thread' and state = 'sent' and json_extract(state_fields, '$.message') = ?
    )
"""


class SqliteOutbox:
    """The Outbox port over the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, delivery: Delivery) -> Delivery:
        slot = delivery.slot
        planned = (slot.schedule, slot.local_date.isoformat(), _hours(slot.planned))
        async with self._database.writing() as archive:
            row = (delivery.id, *planned, stamp(slot.due_at), slot.zone, delivery.destination, delivery.briefing)
            new = await archive.execute_fetchall(_OPEN, (*row, stamp(delivery.created_at), delivery.server))
            if list(new):
                await _insert_parts(archive, delivery)
        standing = await self._select(_SLOT, planned)
        return standing[0]

    async def find(self, schedule: ScheduleId, local_date: str, planned: str) -> Delivery | None:
        return _first(await self._select(_SLOT, (schedule, local_date, planned)))

    async def get(self, delivery: DeliveryId) -> Delivery:
        found = _first(await self._select("id = ?", (delivery,)))
        if found is None:
            raise NotFoundError(f"There is no delivery {delivery}.")
        return found

    async def record(self, delivery: DeliveryId, part: int, state: PartState) -> None:
        async with self._database.writing() as archive:
            changed = await archive.execute_fetchall(
                "update parts set state = ?, state_fields = ? where delivery = ? and position = ? returning position",
                (*encode_state(state), delivery, part),
            )
            if not list(changed):
                raise NotFoundError(f"There is no part {part} of a delivery {delivery}.")

    async def unfinished(self) -> Sequence[Delivery]:
        return await self._select(_UNFINISHED, ())

    async def by_thread(self, thread: ThreadId) -> Delivery | None:
        return _first(await self._select(_THREAD, (thread,)))

    async def _select(self, condition: str, parameters: Sequence[Any]) -> list[Delivery]:
        """Deliveries with their parts, oldest first, in one statement, so that no change comes in between."""
        rows = await self._database.rows(
            f"select * from deliveries join parts on parts.delivery = deliveries.id where {condition}"  # noqa: S608 - ours
            " order by created_at, deliveries.rowid, position",
            parameters,
        )
        grouped: dict[str, list[Row]] = {}
        for row in rows:
            grouped.setdefault(row["id"], []).append(row)
        return [_delivery(parts) for parts in grouped.values()]


async def _insert_parts(archive: aiosqlite.Connection, delivery: Delivery) -> None:
    await archive.executemany(
        "insert into parts (delivery, position, kind, post, state, state_fields) values (?, ?, ?, ?, ?, ?)",
        [
            (delivery.id, part.index, part.kind.value, encode(part.post), *encode_state(part.state))
            for part in delivery.parts
        ],
    )


def _first(deliveries: Sequence[Delivery]) -> Delivery | None:
    return deliveries[0] if deliveries else None


def _hours(planned: time) -> str:
    return planned.strftime("%H:%M")


def _delivery(rows: Sequence[Row]) -> Delivery:
    head = rows[0]
    return Delivery(
        id=DeliveryId(head["id"]),
        slot=Slot(
            schedule=ScheduleId(head["schedule"]),
            local_date=date.fromisoformat(head["local_date"]),
            planned=time.fromisoformat(head["planned"]),
            due_at=moment(head["due_at"]),
            zone=head["zone"],
        ),
        destination=Destination(head["destination"]),
        briefing=BriefingId(head["briefing"]),
        created_at=moment(head["created_at"]),
        parts=tuple(_part(row) for row in rows),
        server=ServerId(head["server"]),
    )


def _part(row: Row) -> Part:
    return Part(
        index=row["position"],
        kind=PartKind(row["kind"]),
        post=decode(row["post"], Post),
        state=decode_state(row["state"], row["state_fields"]),
    )
