"""Deliveries: one briefing to one destination, part by part.

Standard library only, no I/O. A part's state is one of a closed set, each with exactly its own fields.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.briefings import BriefingId
from bot.domain.schedules import Destination, Slot

DeliveryId = NewType("DeliveryId", str)
MessageId = NewType("MessageId", str)
ThreadId = NewType("ThreadId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Not posted. `tried_at` is set before a request goes out, so that a restart knows to look first."""

    tried_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Posted: `message` stands (for the thread part, the thread's id)."""

    message: MessageId
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Refused for now; tried again at `retry_at`."""

    reason: str
    attempts: int
    tried_at: datetime
    retry_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Refused for good; ends the delivery."""

    reason: str
    rejected_at: datetime


PartState = Pending | Sent | Failed | Rejected


class PartKind(StrEnum):
    """The channel post, the thread on it, one message in the thread."""

    FRONT = "front"
    THREAD = "thread"
    STORY = "story"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An action under a message; `custom_id` (100 characters at most) names it, delivery and part."""

    label: str
    custom_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message as it will stand, within Discord's limits.

    Either `content` alone (front, answers), or a card of `title`, `body` and `footer` (stories). For the thread part
    `title` is the thread's name and all else is empty. `labels` name the forum tags to set, where there are such tags.
    """

    content: str = ""
    title: str = ""
    body: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a delivery; `index` 0 is the front, 1 the thread, 2 and up the stories."""

    index: int
    kind: PartKind
    post: Post
    state: PartState


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One briefing to one destination; parts are posted in order, never two at once."""

    id: DeliveryId
    slot: Slot
    destination: Destination
    briefing: BriefingId
    created_at: datetime
    parts: tuple[Part, ...]
