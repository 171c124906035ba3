"""Repairs: what the gate found against each drafted claim, which are asked for again, and what becomes of them.

Standard library only, no I/O. Pure and CPU-bound: the service runs `judged` and `told` in a worker.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from bot.domain.articles import Article
from bot.domain.briefings import Claim, Role
from bot.domain.drafts import (
    CLAIMS_AN_ANSWER,
    CLAIMS_WRITTEN,
    WORDS_AN_ANSWER,
    WORDS_WRITTEN,
    DraftClaim,
    SourceId,
    StoryTask,
    Task,
)
from bot.domain.gate import Refusal, check, check_headline
from bot.domain.novelty import Statement, same
from bot.domain.orders import orders_about, without_orders
from bot.domain.text import content_words

_READ: Final = 2
"""Of what a writer drafts, so many times what may be told is looked at; the rest is not what was asked for."""
_ALIKE: Final = 0.3
"""Share of words from which a sentence is taken for the mended form of one that was only doubted."""
_HEADLINE_SHARE: Final = 2 / 3
"""Share of a headline's words that the quotes or titles of its story have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A drafted claim, the claim that it became where it passed, and what is against it or doubted of it."""

    draft: DraftClaim
    claim: Claim | None
    fault: Refusal | None = None


def judged(task: Task, drafted: Sequence[DraftClaim]) -> tuple[Judged, ...]:
    """What the gate says of each, in order. What gives orders to machines stands in no article that may be quoted."""
    most = _limits(task)[0] * _READ
    verdict = check(drafted[:most], {source: _heard(each) for source, each in task.sources.items()})
    passed, refused = iter(verdict.claims), list(verdict.refusals)
    doubts = {doubt.text: doubt for doubt in verdict.doubts}
    found = []
    for draft in drafted[:most]:
        if refused and refused[0].text == draft.text:
            found.append(Judged(draft=draft, claim=None, fault=refused.pop(0)))
        else:
            found.append(Judged(draft=draft, claim=next(passed), fault=doubts.get(draft.text)))
    return tuple(found)


def mended(first: Sequence[Judged], second: Sequence[Judged]) -> tuple[Judged, ...]:
    """The first judgement with what passed of a repair in the places of what was refused or doubted.

    A claim that was only doubted gives way to one like it that is not; else it stands. What is over is dropped.
    """
    result = list(first)
    open_places = [n for n, each in enumerate(first) if each.fault]
    for repaired in second:
        if repaired.claim is None:
            continue
        alike = {n: _share(repaired.claim.text, first[n].draft.text) for n in open_places}
        fits = [n for n in open_places if first[n].claim is None or (alike[n] >= _ALIKE and not repaired.fault)]
        if fits:
            best = max(fits, key=lambda n: (alike[n], -n))
            result[best] = repaired
            open_places.remove(best)
    return tuple(result)


def told(task: Task, claims: Sequence[Claim], headline: str) -> tuple[tuple[Claim, ...], str | None]:
    """What may be told of claims that passed, in order: each thing once with all its citations, within the task's
    limits, the first always. And the headline, where it stands.
    """
    published = {each.id: each.published_at for each in task.sources.values()}
    kept: list[tuple[Claim, Statement]] = []
    for claim in claims:
        statement = Statement(text=claim.text, at=max(published[each.article_id] for each in claim.citations))
        twin = next((n for n, (known, said) in enumerate(kept) if _say_the_same(claim, known, statement, said)), None)
        if twin is None:
            kept.append((claim, statement))
        else:
            known, said = kept[twin]
            joined = tuple(dict.fromkeys((*known.citations, *claim.citations)))
            kept[twin] = replace(known, citations=joined), said
    within = _with_both_sides(_bounded(task, [claim for claim, _ in kept]))
    return within, headline if headline and within and _stands(headline, within, task.sources) else None


def _say_the_same(one: Claim, other: Claim, *said: Statement) -> bool:
    """Whether both are one claim; two sides of a contradiction are two, however alike."""
    return one.text == other.text or (Role.DIFFERS not in (one.role, other.role) and same(*said))


def _stands(headline: str, claims: Sequence[Claim], sources: Mapping[SourceId, Article]) -> bool:
    """Whether the gate passes a headline and it speaks of what the claims' quotes and the articles' titles say."""
    said = [each.quote for claim in claims for each in claim.citations]
    said += [each.title for each in sources.values() if not orders_about(each.title)]
    known = set().union(*map(content_words, said))
    wanted = content_words(headline)
    speaks = len(wanted & known) >= _HEADLINE_SHARE * len(wanted)
    return speaks and not orders_about(headline) and check_headline(headline, claims, sources) is None


def _bounded(task: Task, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    most, words = _limits(task)
    kept: list[Claim] = []
    for claim in claims:
        words -= len(claim.text.split())
        if kept and (words < 0 or len(kept) == most):
            break
        kept.append(claim)
    return tuple(kept)


def _with_both_sides(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Where one side of a contradiction did not pass, nobody is said to differ."""
    found: list[Claim] = []
    for role, group in groupby(claims, key=lambda claim: claim.role):
        sides = list(group)
        alone = len({citation.article_id for claim in sides for citation in claim.citations}) == 1
        found += [replace(claim, role=Role.POINT) for claim in sides] if role is Role.DIFFERS and alone else sides
    return tuple(found)


def _limits(task: Task) -> tuple[int, int]:
    """Claims and words."""
    is_story = isinstance(task, StoryTask)
    return (CLAIMS_WRITTEN, WORDS_WRITTEN) if is_story else (CLAIMS_AN_ANSWER, WORDS_AN_ANSWER)


def _heard(article: Article) -> Article:
    text = without_orders(article.text)
    return article if text == article.text else replace(article, text=text)


def _share(text: str, other: str) -> float:
    one, two = content_words(text), content_words(other)
    return len(one & two) / len(one | two) if one | two else 0.0
