"""Destinations: what the bot needs there; and those that take nothing for now: how long, and when to try again.

Standard library only, no I/O. The settings of what posts there are not touched by any of this.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.deliveries import NEWS_FOR, Delivery, PartKind, ThreadId, standing
from bot.domain.schedules import Destination, ServerId, person

PROBE_EVERY = timedelta(hours=1)  # ten thousand refusals in ten minutes bar the bot's address from Discord
ASK_A_PERSON_EVERY = timedelta(hours=20)  # with each day's briefing, whose time may come a little earlier by the clock

TO_WRITE = ("view_channel", "send_messages", "embed_links", "read_message_history")
"""What single messages need, by the platform's own names; without the history it is not seen whether they stand."""


def needed(*, in_forum: bool) -> tuple[str, ...]:
    """What briefings need; in a forum every post is a thread already."""
    return (*TO_WRITE, "send_messages_in_threads", *(() if in_forum else ("create_public_threads",)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where messages go: a destination itself, or one thread in it."""

    destination: Destination
    thread: ThreadId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A place that refused the bot at `since` and, when it was asked last, at `tried_at`; `reason` is a sentence.

    `ended_at` is set once it took a message again.
    """

    place: Place
    server: ServerId
    reason: str
    since: datetime
    tried_at: datetime
    ended_at: datetime | None = None


def places(delivery: Delivery) -> tuple[Place, ...]:
    """Those that a delivery needs: its destination, and its thread once that stands."""
    thread = standing(delivery, PartKind.THREAD)
    above = Place(destination=delivery.destination)
    return (above, Place(destination=delivery.destination, thread=ThreadId(thread))) if thread else (above,)


def may_try(pause: Pause, now: datetime, *, seems_open: bool | None, misled: bool) -> bool:
    """Whether to post at a paused place now.

    `seems_open` is what the bot knows of it without asking, None where it knows nothing; `misled` says that the place
    refused the bot although it seemed open. What is known to be closed is not asked, and what is not known once an
    hour, of a person once a day.
    """
    every = ASK_A_PERSON_EVERY if person(pause.place.destination) else PROBE_EVERY
    if seems_open is False:
        return False
    return (seems_open is True and not misled) or not pause.tried_at <= now < pause.tried_at + every


def kept_from(pause: Pause | None, due_at: datetime) -> bool:
    """Whether a pause, of which its admin was told, is why what was due then was not posted while it was news."""
    return (
        pause is not None and pause.since <= due_at + NEWS_FOR and (pause.ended_at is None or pause.ended_at >= due_at)
    )
