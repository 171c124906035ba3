"""Deliveries: one briefing to one destination, part by part.

Standard library only, no I/O. A part's state is one of a closed set, each with exactly its own fields.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.briefings import BriefingId, Window
from bot.domain.errors import DeferredError, InputError, RefusedError, UnacceptableError
from bot.domain.schedules import Destination, Schedule, ServerId, Slot
from bot.domain.wording import deliveries as wording
from bot.domain.wording import refusals

DeliveryId = NewType("DeliveryId", str)
MessageId = NewType("MessageId", str)
ThreadId = NewType("ThreadId", str)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=30)
NEWS_FOR = timedelta(hours=12)  # a briefing that could not be begun for so long is no news any more
WORTH_FINISHING = timedelta(days=7)  # one that stands in part is finished for so long
FIRST_WINDOW, LONGEST_WINDOW = timedelta(hours=24), timedelta(days=7)

UNKNOWN_SERVER = ServerId("")
FIRST_STORY = 2  # the index of the first telling's part

CUSTOM_ID = re.compile(
    r"nt:(?P<delivery>[\w-]{1,60}):(?P<part>\d{1,3}):(?P<action>[\w-]{1,20}?)(?:-(?P<about>\d{1,3}))?", re.ASCII
)


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
    """Refused for good. `ends` the delivery, or leaves this story out of it and the others in."""

    reason: str
    rejected_at: datetime
    ends: bool = True


PartState = Pending | Sent | Failed | Rejected


class PartKind(StrEnum):
    """The channel post, the thread on it, one message in the thread, a word about one that was corrected."""

    FRONT = "front"
    THREAD = "thread"
    STORY = "story"
    NOTE = "note"


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
    """One message of a delivery; `index` 0 is the front, 1 the thread, 2 and up the stories, behind them the notes."""

    index: int
    kind: PartKind
    post: Post
    state: PartState


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One briefing to one destination; parts are posted in order, never two at once.

    Without parts it stands for an edition that had nothing to say and was skipped. `server` is whose admin hears when
    it cannot be posted; empty where that is not known.
    """

    id: DeliveryId
    slot: Slot
    destination: Destination
    briefing: BriefingId
    created_at: datetime
    parts: tuple[Part, ...]
    server: ServerId = UNKNOWN_SERVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a button stands for: `name` is the action, about this part of this delivery."""

    delivery: DeliveryId
    part: int
    name: str


def delivery_id(slot: Slot) -> DeliveryId:
    """The identity of a slot's delivery: the same in every process, so that its messages have the same nonces."""
    named = f"{slot.schedule} {slot.local_date:%Y-%m-%d} {slot.planned:%H:%M}"
    return DeliveryId("d" + hashlib.sha256(named.encode()).hexdigest()[:15])


def marker(delivery: DeliveryId, part: int) -> str:
    """How the custom_id of every button of this part begins, and of no other part."""
    return f"nt:{delivery}:{part}:"


def custom_id(delivery: DeliveryId, part: int, action: str) -> str:
    """The custom_id of a button: delivery, part, action (letters, digits, `_` and `-`, 20 at most).

    An action that ends in `-` and a number is about that part, and not about the one that has the button.
    """
    return marker(delivery, part) + action


def parse_custom_id(text: str) -> Action:
    """What `custom_id` wrote. Raises InputError for the custom_id of anything else."""
    match = CUSTOM_ID.fullmatch(text)
    if match is None:
        raise InputError(refusals.NOT_OUR_BUTTON)
    return Action(
        delivery=DeliveryId(match["delivery"]), part=int(match["about"] or match["part"]), name=match["action"]
    )


def marked_as(post: Post, delivery: DeliveryId, part: int) -> Post:
    """The post with its buttons marked as this part's, whichever part they were made for."""
    buttons = (
        replace(each, custom_id=marker(delivery, part) + each.custom_id.rpartition(":")[2]) for each in post.buttons
    )
    return replace(post, buttons=tuple(buttons))


def nonce(delivery: DeliveryId, part: int) -> str:
    """24 characters, always the same for this part (Discord takes 25 at most)."""
    return hashlib.sha256(f"{delivery} {part}".encode()).hexdigest()[:24]


def next_part(delivery: Delivery, now: datetime) -> Part | None:
    """The part to post now: the first that does not stand. None: nothing is left, it has ended, or it rests."""
    if rejected(delivery) is not None:
        return None
    part = next((part for part in delivery.parts if isinstance(part.state, Pending | Failed)), None)
    if part is not None and isinstance(part.state, Failed) and rests(part.state, now):
        return None
    return part


def rests(state: Failed, now: datetime) -> bool:
    """Whether it is too early to try again. Where the clock was set back, the rest is over: its end may be far off."""
    return state.tried_at <= now < state.retry_at


def rejected(delivery: Delivery) -> Rejected | None:
    """Why the delivery ended early, if it did."""
    states = (part.state for part in delivery.parts)
    return next((state for state in states if isinstance(state, Rejected) and state.ends), None)


def with_state(delivery: Delivery, part: int, state: PartState) -> Delivery:
    """The delivery after this part came into this state."""
    parts = tuple(replace(each, state=state) if each.index == part else each for each in delivery.parts)
    return replace(delivery, parts=parts)


def standing(delivery: Delivery, kind: PartKind) -> MessageId | None:
    """The first part of this kind that was posted: its message, or the thread's id."""
    states = (part.state for part in delivery.parts if part.kind is kind)
    return next((state.message for state in states if isinstance(state, Sent)), None)


def begun(delivery: Delivery) -> bool:
    """Whether anything of the delivery stands."""
    return any(isinstance(part.state, Sent) for part in delivery.parts)


def may_stand(state: PartState) -> bool:
    """Whether a request for this part went out before, so that it must be looked for and not only posted."""
    return isinstance(state, Failed) or (isinstance(state, Pending) and state.tried_at is not None)


def tried_since(delivery: Delivery, state: PartState, now: datetime) -> datetime:
    """The earliest time at which a request for a part in this state may have gone out.

    Its slot's time, since what was sent before the outbox was lost counts too. Where it was tried at a time that is
    still to come, the clock was wrong then, and nobody knows by how much.
    """
    earliest = min(delivery.slot.due_at, delivery.created_at, now)
    tried_at = state.tried_at if isinstance(state, Pending | Failed) else None
    return earliest - WORTH_FINISHING if tried_at is not None and tried_at > now else earliest


def refusal(part: Part, error: RefusedError, now: datetime) -> Rejected:
    """The state after a refusal for good: without its front or thread, or without access, a delivery has ended.

    A note comes after all of it, and ends nothing.
    """
    left_out = part.kind is PartKind.STORY and isinstance(error, UnacceptableError)
    return Rejected(reason=str(error), rejected_at=now, ends=not left_out and part.kind is not PartKind.NOTE)


def too_late(delivery: Delivery, part: Part, now: datetime) -> Rejected | None:
    """The end of a delivery, or of a note, that nobody needs any more; None while it is worth posting.

    A note is made days after its story, which itself may have been late.
    """
    ends = part.kind is not PartKind.NOTE
    patience = WORTH_FINISHING if begun(delivery) else NEWS_FOR
    if now - delivery.slot.due_at <= (patience if ends else 2 * WORTH_FINISHING):
        return None
    return Rejected(reason=wording.TOO_LATE, rejected_at=now, ends=ends)


def failure(before: PartState, error: DeferredError, now: datetime) -> Failed:
    """The state after a refusal for now: pauses double from 15 s to 30 min, or last as long as was asked for."""
    attempts = before.attempts + 1 if isinstance(before, Failed) else 1
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
    pause = max(pause, error.retry_after or pause)
    return Failed(reason=str(error), attempts=attempts, tried_at=now, retry_at=now + pause)


def edition_window(schedule: Schedule, previous: Slot | None, now: datetime) -> Window:
    """What an edition covers: since the last slot that was delivered, or 24 hours for a schedule's first at its time.

    Never more than 7 days; a schedule older than that with nothing delivered in them gets those 7 days. Of one story
    nothing is told that was published before somebody asked to follow it.
    """
    earliest = now - LONGEST_WINDOW
    if previous is not None:
        since = max(previous.due_at, earliest)
    else:
        since = earliest if schedule.since < earliest else now - FIRST_WINDOW
    if schedule.story:
        since = max(since, schedule.created_at)
    return Window(since=since, until=now)
