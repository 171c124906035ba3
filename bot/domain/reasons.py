"""Reasons: why an article was told in an edition, or why it was not, as far as the record says.

Standard library only, no I/O, no clock. `services/explain` gathers the facts; they are put into words in `rendering`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.articles import Article, ArticleId
from bot.domain.briefings import Briefing, PastTelling, Withheld
from bot.domain.schedules import Destination
from bot.domain.selection import LATE
from bot.domain.topics import ON_TOPIC


class Outcome(StrEnum):
    """What became of an article in the first edition that could have told it."""

    TOLD = "told"
    NO_EDITION = "no_edition"
    OFF_TOPIC = "off_topic"
    OUTSIDE = "outside"
    UNCHANGED = "unchanged"
    CROWDED_OUT = "crowded_out"
    NOT_CHOSEN = "not_chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A briefing that was written for a place."""

    briefing: Briefing
    destination: Destination


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is on record of an article.

    `feeds` led to it; `members` is how many articles its story has (0: it is in none), `headline` what that was last
    told as; `scores` are what it counts on each topic; `told` are the story's tellings in the places asked about,
    oldest first; `withheld` is what was drafted on the story and not shown; `edition` is the first one written in
    those places since the article was seen.
    """

    article: Article
    feeds: tuple[str, ...]
    members: int
    headline: str | None
    scores: tuple[tuple[str, float], ...]
    told: tuple[PastTelling, ...]
    withheld: tuple[Withheld, ...]
    edition: Edition | None


def outcome(facts: Facts) -> Outcome:
    """What became of the article; of several reasons the one that a briefing meets first."""
    article, edition = facts.article, facts.edition
    if tellings_with(facts.told, article.id):
        return Outcome.TOLD
    if edition is None:
        return Outcome.NO_EDITION
    briefing = edition.briefing
    if not any(score >= ON_TOPIC for topic, score in facts.scores if topic in briefing.topics):
        return Outcome.OFF_TOPIC
    if not briefing.window.since - LATE <= article.published_at < briefing.window.until:
        return Outcome.OUTSIDE
    if any(past.at < briefing.created_at for past in facts.told):
        return Outcome.UNCHANGED
    return Outcome.CROWDED_OUT if briefing.counts.stories_left_out else Outcome.NOT_CHOSEN


def tellings_with(told: Sequence[PastTelling], article: ArticleId) -> list[PastTelling]:
    """Those of the tellings that show the article, or were made knowing it."""
    return [past for past in told if article in past.telling.covers]
