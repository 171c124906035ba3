"""Deliveries and their parts as rows. The unique slot makes a delivery once, however many processes try."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import aiosqlite

from bot.domain.briefings import BriefingId
from bot.domain.deliveries import Delivery, DeliveryId, Part, PartKind, PartState, Pending, Post, ThreadId
from bot.domain.errors import NotFoundError
from bot.domain.schedules import Destination, ScheduleId, ServerId, Slot
from storage.archive.database import Database, Row, Statement
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
_EARLIER = "id in (select id from deliveries where schedule = ? and due_at < ? order by due_at desc limit ?)"
_THREAD = """
    id in (
        select delivery from parts
        where kind = 'thread' and state = 'sent' and json_extract(state_fields, '$.message') = ?
    )
"""

_UNSURE_UNTIL = "outbox_unsure_until"
# A clock that was ahead once may have opened deliveries for a time that is still to come.
_UNSURE = """
    insert into facts (name, value) values (?, max(?, (
        select coalesce(max(max(created_at, due_at)), '') from deliveries
    )))
    on conflict do update set value = max(value, excluded.value)
"""
_TRIED = """
    update parts
    set state_fields = json_object('tried_at', (select created_at from deliveries where id = parts.delivery))
    where state = 'pending' and json_extract(state_fields, '$.tried_at') is null
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
                await _insert_parts(archive, await _known_as(archive, delivery))
        standing = await self._select(_SLOT, planned)
        return standing[0]

    async def find(self, schedule: ScheduleId, local_date: str, planned: str) -> Delivery | None:
        return _first(await self._select(_SLOT, (schedule, local_date, planned)))

    async def earlier(self, schedule: ScheduleId, before: datetime, limit: int = 10) -> Sequence[Delivery]:
        found = await self._select(_EARLIER, (schedule, stamp(before), limit))
        return sorted(found, key=lambda delivery: delivery.slot.due_at, reverse=True)

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
        found = await self._select(_THREAD, (thread,))
        return found[-1] if found else None

    async def _select(self, condition: str, parameters: Sequence[Any]) -> list[Delivery]:
        """Deliveries with their parts, oldest first, in one statement, so that no change comes in between."""
        rows = await self._database.rows(
            f"select * from deliveries left join parts on parts.delivery = deliveries.id where {condition}"  # noqa: S608 - ours
            " order by created_at, deliveries.rowid, position",
            parameters,
        )
        grouped: dict[str, list[Row]] = {}
        for row in rows:
            grouped.setdefault(row["id"], []).append(row)
        return [_delivery(parts) for parts in grouped.values()]


def unsure_until(now: datetime) -> tuple[Statement, ...]:
    """What is executed where not all is known any more of what was sent until `now`."""
    return (_UNSURE, (_UNSURE_UNTIL, stamp(now))), (_TRIED, ())


async def _known_as(archive: aiosqlite.Connection, delivery: Delivery) -> Delivery:
    """The delivery, its parts taken for tried where it may have been begun before and that was forgotten."""
    found = await archive.execute_fetchall("select value from facts where name = ?", (_UNSURE_UNTIL,))
    due_at = delivery.slot.due_at
    if not any(stamp(due_at) <= row["value"] for row in found):
        return delivery
    tried = Pending(tried_at=due_at)
    return replace(
        delivery,
        parts=tuple(replace(part, state=tried) if part.state == Pending() else part for part in delivery.parts),
    )


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
        slot=slot_of(head),
        destination=Destination(head["destination"]),
        briefing=BriefingId(head["briefing"]),
        created_at=moment(head["created_at"]),
        parts=tuple(part_of(row) for row in rows if row["position"] is not None),
        server=ServerId(head["server"]),
    )


def slot_of(row: Row) -> Slot:
    """The slot in a row of `deliveries`."""
    return Slot(
        schedule=ScheduleId(row["schedule"]),
        local_date=date.fromisoformat(row["local_date"]),
        planned=time.fromisoformat(row["planned"]),
        due_at=moment(row["due_at"]),
        zone=row["zone"],
    )


def part_of(row: Row) -> Part:
    """The part of a row of `parts`."""
    return Part(
        index=row["position"],
        kind=PartKind(row["kind"]),
        post=decode(row["post"], Post),
        state=decode_state(row["state"], row["state_fields"]),
    )
