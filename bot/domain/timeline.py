"""Timelines: what was told of a story so far, wherever that was, as one list of dated claims.

Standard library only, no I/O, no clock. Pure and CPU-bound: services run `timeline` in a worker.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.briefings import Claim, PastTelling, Source, told
from bot.domain.corrections import Correction
from bot.domain.novelty import Statement, adds
from bot.domain.retelling import renumbered, statement
from bot.domain.stories import StoryId

MOST_ENTRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A claim with the time that its newest cited article was published; `corrected_at` is when it fell."""

    at: datetime
    claim: Claim
    corrected_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A story's page: the latest MOST_ENTRIES claims in order of time, citing `sources`; `left_out` came before."""

    story: StoryId
    headline: str
    entries: tuple[Entry, ...]
    sources: tuple[Source, ...]
    left_out: int = 0


def timeline(past: Sequence[PastTelling], corrections: Sequence[Correction]) -> Timeline:
    """Each claim of these tellings of one story (one at least, oldest first) once, unless it was corrected."""
    latest = past[-1].telling
    known = told(past)[latest.story_id]
    fell = {correction.claim: correction.found_at for correction in corrections}
    dated = [(statement(claim, known.published, known.at), claim) for claim in known.claims]
    entries = _each_once(sorted(dated, key=lambda pair: pair[0].at), set(fell))
    shown = entries[-MOST_ENTRIES:]
    cited = dict.fromkeys(citation.article_id for _, claim in shown for citation in claim.citations)
    shown_of = {source.id: source for each in past for source in each.telling.sources}
    sources = tuple(shown_of[article] for article in cited if article in shown_of)
    return Timeline(
        story=latest.story_id,
        headline=latest.headline,
        entries=tuple(
            Entry(
                at=said.at,
                claim=replace(renumbered(claim, sources), update=False),
                corrected_at=fell.get(claim.text),
            )
            for said, claim in shown
        ),
        sources=sources,
        left_out=len(entries) - len(shown),
    )


def _each_once(dated: Sequence[tuple[Statement, Claim]], fell: set[str]) -> list[tuple[Statement, Claim]]:
    """Without those that add nothing to one before; a claim that fell stands for itself alone."""
    kept: list[tuple[Statement, Claim]] = []
    texts: set[str] = set()
    for said, claim in dated:
        before = [other for other, each in kept if (each.text in fell) == (claim.text in fell)]
        if claim.text not in texts and all(adds(said, other) for other in before):
            kept.append((said, claim))
            texts.add(claim.text)
    return kept
