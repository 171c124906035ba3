"""The gate: no claim is shown that does not pass all of its rules.

    source    the article is one that was supplied
    quote     each quote stands in that article's text, word for word
    figure    every number, amount, percentage and date stands in the quotes
    name      every name stands in the quotes or elsewhere in those articles
    overlap   claim and quotes speak of the same thing
    shape     one line of prose that stands by itself, without links, mentions, mark-up or addresses

What passes may still be doubted, by negation or direction: it may say the opposite of its quotes.
Pure functions over untrusted drafts; standard library only, no I/O. Nothing here asks a model or repairs anything.
"""

from collections.abc import Mapping, Sequence

from bot.domain.articles import Article
from bot.domain.briefings import Claim
from bot.domain.drafts import DraftClaim, SourceId
from bot.domain.gate.judge import Judge
from bot.domain.gate.rules import Refusal, Rule, Verdict

__all__ = ["Refusal", "Rule", "Verdict", "check", "check_headline"]


def check(draft_claims: Sequence[DraftClaim], sources: Mapping[SourceId, Article]) -> Verdict:
    """Judges every drafted claim against the articles that were supplied, in mapping order.

    A claim that passes cites each article by its place in `sources`, from 1, and quotes it as its text stands; where
    one quote has the claim word for word, of the others only those stay that would carry it alone. Its own text is the
    draft's, but for a dateline before a sentence told verbatim, and for quotation marks around words that only nearly
    were said.
    """
    judge = Judge(sources)
    results = [judge.claim(draft) for draft in draft_claims]
    passed = [result for result in results if not isinstance(result, Refusal)]
    return Verdict(
        claims=tuple(claim for claim, _ in passed),
        refusals=tuple(result for result in results if isinstance(result, Refusal)),
        doubts=tuple(doubt for _, doubt in passed if doubt is not None),
    )


def check_headline(headline: str, claims: Sequence[Claim], sources: Mapping[SourceId, Article]) -> Refusal | None:
    """Judges a drafted headline by the rules figure, name and shape (120 characters) against the claims' quotes."""
    return Judge(sources).headline(headline, claims)
