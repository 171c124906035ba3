"""What is on record of corrections, and how the next front tells of them. Standard library only, no I/O."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.articles import ArticleId
from bot.domain.briefings import BriefingId, Telling
from bot.domain.deliveries import DeliveryId, MessageId, ThreadId
from bot.domain.schedules import Destination, ServerId
from bot.domain.stories import StoryId
from bot.domain.wording import posts as wording

CorrectionId = NewType("CorrectionId", str)

NOTES_ON_FRONT = 3
NOTED_CHARS = 60  # three such notes have room on every front


class Change(StrEnum):
    """What became of a quote: it is gone, or it now has another figure."""

    GONE = "gone"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A story part that stands in its thread, with the telling it was made of (`part` is its index)."""

    delivery: DeliveryId
    part: int
    message: MessageId
    thread: ThreadId
    destination: Destination
    server: ServerId
    posted_at: datetime
    briefing: BriefingId
    written_at: datetime
    telling: Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """When a cited article was last to be read again, and when that last succeeded."""

    tried_at: datetime
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One posted claim that its source no longer supports.

    `claim` is its text as posted, `quote` what it cited; `now` is the sentence that stands in the quote's place, empty
    where it is gone. `version` is the article's version that no longer has it.
    """

    id: CorrectionId
    delivery: DeliveryId
    part: int
    destination: Destination
    story: StoryId
    headline: str
    claim: str
    article: ArticleId
    outlet: str
    url: str
    version: int
    change: Change
    quote: str
    now: str
    found_at: datetime
    shown_at: datetime | None = None


def correction_id(delivery: DeliveryId, part: int, claim: str) -> CorrectionId:
    """The identity of the correction of one posted claim: the same in every process, so that it is made once."""
    return CorrectionId("k" + hashlib.sha256(f"{delivery} {part} {claim}".encode()).hexdigest()[:15])


def front_notes(made: Iterable[Correction]) -> tuple[str, ...]:
    """What the next front says of the corrections made since the last one: a sentence each for three, and a count."""
    once = list({correction.claim: correction for correction in made}.values())
    notes = [wording.noted(each.found_at, _cut(each.claim)) for each in once]
    more = len(once) - NOTES_ON_FRONT
    if more > 0:
        notes[NOTES_ON_FRONT:] = [wording.more_corrected(more)]
    return tuple(notes)


def _cut(claim: str) -> str:
    if len(claim) <= NOTED_CHARS:
        return claim.rstrip(".")
    cut = claim[:NOTED_CHARS]
    return (cut.rpartition(" ")[0] or cut).rstrip(",;:") + "…"
