"""Schedules: when, which topics, where to; and the slots in which a briefing is due.

Standard library only, no I/O, no clock: `now` is an argument.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NewType

ScheduleId = NewType("ScheduleId", str)
ServerId = NewType("ServerId", str)
Destination = NewType("Destination", str)  # "discord:<channel id>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A briefing on `topics` (none: all of them), every day at `at` in `zone` (an IANA name), to `destination`."""

    id: ScheduleId
    server: ServerId
    destination: Destination
    at: time
    zone: str
    topics: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One planned edition; (schedule, local_date, planned) is unique. `due_at` is in UTC."""

    schedule: ScheduleId
    local_date: date
    planned: time
    due_at: datetime
