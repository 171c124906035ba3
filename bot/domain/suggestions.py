"""Suggestions: what a reader of an answer may ask next, from what was told of its story. No model is asked.

Standard library only, no I/O. A suggestion is known by its story and its kind alone, so that its button works for good.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.briefings import Claim, Role
from bot.domain.deliveries import Button
from bot.domain.questions import read
from bot.domain.rendering.text import one_line, shorten
from bot.domain.stories import StoryId
from bot.domain.synonyms import keys
from bot.domain.text import STOP_WORDS, content_words
from bot.domain.wording import suggestions as wording

MOST = 3
LABEL_CHARS = 80
MORE = "more"
"""The family of the custom_ids of its buttons."""
_SHARED = 2
"""Words that the headline of another story shares with what was told, from which it is near."""
_MATTER_WORDS = 8


class Kind(StrEnum):
    """What is asked of a story."""

    WHY = "why"
    DIFFERS = "differs"
    NEW = "new"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What stands of a story: its last headline, and the claims told of it that were not corrected."""

    story: StoryId
    headline: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A question about a story, and the label of its button."""

    kind: Kind
    story: StoryId
    headline: str
    label: str
    question: str


def suggestions(known: Known | None, others: Sequence[Known], asked: str = "") -> tuple[Suggestion, ...]:
    """The best MOST behind an answer to `asked` on a story, or on none; `others` are near, the nearest first.

    What was just asked is not suggested again.
    """
    own = [suggestion(kind, known) for kind in (Kind.WHY, Kind.DIFFERS, Kind.NEW)] if known else []
    found = [*own, *(suggestion(Kind.OTHER, other) for other in (others[:1] if known else others))]
    return tuple(each for each in found if each and (each.kind is Kind.OTHER or each.question != asked))[:MOST]


def suggestion(kind: Kind, known: Known) -> Suggestion | None:
    """What is asked of a story, None where what was told of it answers nothing of that kind."""
    label, question = "", ""
    match kind:
        case Kind.WHY if any(claim.role is Role.WHY for claim in known.claims):
            label, question = wording.WHY, wording.WHY_ASKED
        case Kind.DIFFERS if matter := _matter(known.claims):
            label, question = wording.DIFFERS, wording.differs_asked(matter)
        case Kind.NEW:
            label, question = wording.NEW, wording.NEW_ASKED
        case Kind.OTHER if headline := one_line(known.headline):
            label, question = shorten(wording.other(headline), LABEL_CHARS), wording.OTHER_ASKED
    if not question:
        return None
    return Suggestion(kind=kind, story=known.story, headline=known.headline, label=label, question=question)


def nearest(known: Known, others: Iterable[Known]) -> tuple[Known, ...]:
    """The other stories whose headlines share words with what was told of this one, the nearest first."""
    words = content_words(" ".join((known.headline, *(claim.text for claim in known.claims))))
    shared = [(len(words & content_words(each.headline)), each) for each in others if each.story != known.story]
    return tuple(each for n, each in sorted(shared, key=lambda pair: -pair[0]) if n >= _SHARED)


def buttons(found: Iterable[Suggestion]) -> tuple[Button, ...]:
    """The buttons that ask."""
    return tuple(Button(label=each.label, custom_id=f"nt:{MORE}:{each.story}:{each.kind.value}") for each in found)


def _matter(claims: Sequence[Claim]) -> str:
    """The words that both sides of a difference have, as the first one writes them; empty where there is none."""
    told = [claim for claim in claims if claim.role is Role.DIFFERS]
    sides = [claim.text for claim in told] if len(told) > 1 else [c.quote for claim in told for c in claim.citations]
    if len(sides) < 2:
        return ""
    both = set(keys(sides[0])).intersection(keys(sides[1])) - read("").idle
    words = (word.strip(".,;:!?“”\"'()") for word in one_line(sides[0]).split())
    common = [word for word in words if word.casefold() not in STOP_WORDS and both.intersection(keys(word))]
    return ", ".join(list(dict.fromkeys(common))[:_MATTER_WORDS])
