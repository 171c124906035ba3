"""Opinions: what a second model is shown of the articles that a claim cites, and what its no amounts to.

Standard library only, no I/O.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.domain.articles import Article
from bot.domain.briefings import Claim
from bot.domain.drafts import SourceId
from bot.domain.gate import Refusal, Rule
from bot.domain.wording import faults as wording

MOST_CHARS: Final = 3_000
"""What is shown for one claim. Small models that are good at this read little more."""


def excerpts(claim: Claim, sources: Mapping[SourceId, Article]) -> dict[SourceId, Article]:
    """The articles that a claim cites, each with no more of its text than what stands around the quotes."""
    share = MOST_CHARS // len(claim.citations)
    found = {}
    for source, article in sources.items():
        quotes = [each.quote for each in claim.citations if each.article_id == article.id]
        if quotes:
            found[source] = replace(article, text=_around(quotes, article.text, share))
    return found


def objection(text: str) -> Refusal:
    """What is against a claim that the second model says no to; `text` as it was drafted."""
    return Refusal(text=text, rule=Rule.OPINION, reason=wording.UNCONFIRMED)


def _around(quotes: list[str], text: str, share: int) -> str:
    """A stretch of `share` characters round each quote, in the order of the text; where they meet they are one."""
    spans = sorted(_span(quote, text, share) for quote in quotes)
    joined = spans[:1]
    for start, end in spans[1:]:
        if start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return "\n\n".join(text[start:end].strip() for start, end in joined)


def _span(quote: str, text: str, share: int) -> tuple[int, int]:
    """From word to word, with the quote in the middle."""
    place = max(text.find(quote), 0)
    room = max(share - len(quote), 0) // 2
    start, end = max(place - room, 0), min(place + min(len(quote), share) + room, len(text))
    if start:
        start = text.find(" ", start, place) + 1 or place
    if end < len(text):
        end = max(text.rfind(" ", 0, end), place + min(len(quote), share))
    return start, end
