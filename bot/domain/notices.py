"""Notices: what somebody must be told so that he can mend it, each said once.

Standard library only, no I/O. Whom a notice reaches is an audience: the operator, or the admin of one server.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.domain.deliveries import Failed, PartState, Pending
from bot.domain.schedules import ServerId

NoticeId = NewType("NoticeId", str)
Audience = NewType("Audience", str)  # OPERATOR, or a ServerId: its admin

OPERATOR = Audience("operator")
MAX_CHARS = 1_500
UNTOLD = Pending()


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


def admin_of(server: ServerId) -> Audience:
    """The admin of a server; the operator where it is not known which server it is."""
    return Audience(server) if server else OPERATOR


def is_due(notice: Notice, now: datetime) -> bool:
    """Whether to tell it now. One that rests is due again when its rest is over, or when the clock was set back."""
    match notice.state:
        case Pending():
            return True
        case Failed(tried_at=tried_at, retry_at=retry_at):
            return not tried_at <= now < retry_at
        case _:
            return False
