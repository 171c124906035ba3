"""Notices: what somebody must be told so that he can mend it, each said once.

Standard library only, no I/O. Whom a notice reaches is an audience: the operator, or the admin of one server.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, NewType

from bot.domain.deliveries import (
    Delivery,
    Failed,
    Part,
    PartKind,
    PartState,
    Pending,
    Rejected,
    begun,
    delivery_id,
    rests,
)
from bot.domain.schedules import Destination, MemberId, ServerId, Slot, person
from bot.domain.wording import notices as wording

NoticeId = NewType("NoticeId", str)
Audience = NewType("Audience", str)  # OPERATOR, or a ServerId: its admin

OPERATOR = Audience("operator")
NOBODY = Audience("")
"""What is not told: of a person's direct messages he learns from the bot's answer to his next command."""
MAX_CHARS = 1_500
UNTOLD = Pending()
_ADDRESS = re.compile(r"<https?://[^>\s]*>|https?://\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`text` (MAX_CHARS at most) says what happened, what was kept and what to do.

    `id` names the fact: what has the same id is told once, however often it is noticed and whenever the process dies.
    """

    id: NoticeId
    audience: Audience
    text: str
    raised_at: datetime
    state: PartState = UNTOLD


def admin_of(server: ServerId, destination: Destination) -> Audience:
    """Who can mend a place: a server's admin, or the operator where it is not known which server it is in."""
    if person(destination):
        return NOBODY
    return Audience(server) if server else OPERATOR


def report_id(delivery: str, part: int, member: MemberId) -> NoticeId:
    """The name of what a member reports about a part of a delivery."""
    return NoticeId(f"wrong {delivery} {part} {member}")


def is_report(notice: NoticeId) -> bool:
    """Whether it passes on what a person wrote, which is for no log."""
    return notice.startswith("wrong ")


def is_report_by(notice: NoticeId, member: MemberId) -> bool:
    """Whether it is a report of this member, also one that was passed on."""
    return is_report(notice) and f" {member} " in f"{notice} "


def is_due(notice: Notice, now: datetime) -> bool:
    """Whether to tell it now: it was not told, and does not rest."""
    match notice.state:
        case Pending():
            return True
        case Failed() as state:
            return not rests(state, now)
        case _:
            return False


class Fact(NamedTuple):
    """Something that somebody must be told: whom it concerns, its name, the text."""

    audience: Audience
    id: NoticeId
    text: str


def passed_on(notice: Notice, why: str) -> Fact:
    """For the operator: what a server's admin cannot be told, without what that server alone reads."""
    said = wording.REPORTED if is_report(notice.id) else _ADDRESS.sub(wording.ADDRESS_WITHHELD, notice.text)
    return Fact(OPERATOR, NoticeId(f"{notice.id} for the operator"), wording.passed_on(said, why))


def noted(fact: Fact, now: datetime) -> Notice:
    """The fact as it is recorded."""
    return Notice(id=fact.id, audience=fact.audience, text=fact.text[:MAX_CHARS].strip(), raised_at=now)


def not_posted(delivery: Delivery, part: Part, state: Rejected) -> Fact:
    """What is said of a part that was refused for good: to the server's admin where it ended the delivery.

    A story that was left out was refused for what it holds, which only the operator can do something about.
    """
    if part.kind is PartKind.NOTE:
        return not_corrected(delivery, state.reason)
    due_at, place = delivery.slot.due_at, delivery.destination
    if not state.ends:
        text = wording.left_out(due_at, place, part.index - 1, state.reason)
        return Fact(OPERATOR, NoticeId(f"left out {delivery.id} {part.index}"), text)
    text = wording.not_posted(due_at, place, state.reason, begun=begun(delivery))
    return Fact(admin_of(delivery.server, place), _not_posted(delivery), text)


def closed(delivery: Delivery, part: Part, reason: str) -> Fact:
    """What the admin of a server is told once, when a place takes nothing from the bot any more.

    A delivery that is given up for it later has the same name, so that nothing more is said of it then.
    """
    due_at, place, is_note = delivery.slot.due_at, delivery.destination, part.kind is PartKind.NOTE
    text = wording.closed(due_at, place, reason, correction=is_note, begun=begun(delivery) and not is_note)
    return Fact(admin_of(delivery.server, place), _not_posted(delivery), text)


def _not_posted(delivery: Delivery) -> NoticeId:
    return NoticeId(f"not posted {delivery.id}")


def not_corrected(delivery: Delivery, reason: str) -> Fact:
    """What the admin of a server is told of a posted claim that its source corrected, where the post stays as it is."""
    text = wording.not_corrected(delivery.slot.due_at, delivery.destination, reason)
    return Fact(admin_of(delivery.server, delivery.destination), NoticeId(f"not corrected {delivery.id}"), text)


def missed(slot: Slot, server: ServerId, destination: Destination) -> Fact:
    """What the admin of a server is told of a slot that came to nothing while it was news."""
    text = wording.missed(slot.due_at, destination)
    return Fact(admin_of(server, destination), NoticeId(f"missed {delivery_id(slot)}"), text)
