"""One claim before the gate, in as few words as a table of cases allows."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.articles import Article
from bot.domain.drafts import DraftClaim, Support
from bot.domain.gate import Refusal, Rule, Verdict, check
from bot.domain.text import normalise
from tests.domain.samples import article

TUESDAY = datetime(2026, 1, 20, 14, 0, tzinfo=UTC)


def source(text: str, *, title: str = "", outlet: str = "The Ledger", language: str = "en", **other: object) -> Article:
    """An article published on Tuesday, 20 January 2026."""
    made = article(title, normalise(text), outlet=outlet, url="https://ledger.example/a?id=1")
    return replace(made, **{"published_at": TUESDAY, "language": language, **other})


def judged(claim: str, *quotes: str, text: str = "", **other: str) -> Verdict:
    """The verdict on `claim` with these quotes of one article; its text is the quotes unless `text` is given."""
    held = source(text or "\n\n".join(quotes), **other)
    support = tuple(Support(source="S1", quote=quote) for quote in quotes)
    return check([DraftClaim(text=claim, support=support)], {"S1": held})


def refusal(claim: str, *quotes: str, text: str = "", **other: str) -> Refusal | None:
    """Why the claim is refused, if it is."""
    refusals = judged(claim, *quotes, text=text, **other).refusals
    return refusals[0] if refusals else None


def broken(claim: str, *quotes: str, text: str = "", **other: str) -> Rule | None:
    """The rule that the claim breaks, if any."""
    found = refusal(claim, *quotes, text=text, **other)
    return found.rule if found else None
