"""Retelling: what is left of a story's telling for a place that was told of the story before.

Standard library only, no I/O, no clock. Stories are written once for everyone; which part of one is new to a place is
found here, by code, from what was posted there. Pure and CPU-bound: services run `retell` in a worker.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from bot.domain.articles import ArticleId
from bot.domain.briefings import Citation, Claim, Role, Source, Telling, Told
from bot.domain.drafts import CLAIMS_A_STORY, WORDS_A_STORY
from bot.domain.gate import dates
from bot.domain.gate.figures import agree
from bot.domain.gate.readings import Reading
from bot.domain.novelty import Novelty, Statement, compare, same
from bot.domain.orders import orders_about
from bot.domain.stories import StoryId


def retell(tellings: Sequence[Telling], told: Mapping[StoryId, Told]) -> tuple[Telling | None, ...]:
    """Each telling as a place is told it, that was told so much before; None where nothing of it is new there."""
    return tuple(_retold(telling, told.get(telling.story_id)) for telling in tellings)


def statement(claim: Claim, published: Mapping[ArticleId, datetime], otherwise: datetime) -> Statement:
    """A claim as it is compared, dated by its newest cited article, or `otherwise` where none of them is known."""
    days = [published[each.article_id] for each in claim.citations if each.article_id in published]
    return Statement(text=claim.text, at=max(days, default=otherwise))


def _retold(telling: Telling, told: Told | None) -> Telling | None:
    if told is None:
        shown = replace(telling, claims=tuple(_fitting(_units(telling.claims))))
        is_whole = shown.claims == telling.claims
        return _cited_in_order(shown if is_whole else replace(shown, headline=_headline(shown)), telling.sources)
    published = {source.id: source.published_at for source in telling.sources}
    newest = max(published.values(), default=told.at)
    if not telling.claims:
        title, before = (Statement(text=text, at=newest) for text in (telling.headline, told.headline))
        return None if told.claims or same(title, before) else replace(telling, since=told.at)
    known = [statement(each, told.published, told.at) for each in told.claims if each.text not in told.struck]

    def left(claim: Claim) -> Claim | None:
        if all(_was_known(each, told) for each in claim.citations):
            return None  # it may not have been told, for want of room, but it is not new since then
        found = {compare(statement(claim, published, newest), each) for each in known}
        if found & {Novelty.SAME, Novelty.EARLIER}:
            return None
        return replace(claim, update=True) if Novelty.UPDATE in found else claim

    new: list[Sequence[Claim]] = []
    for unit in _units(telling.claims):
        parts = [part for claim in unit if (part := left(claim))]
        new += [parts if len(unit) == 1 else unit] if parts else []  # of sources that differ all are heard again
    claims = tuple(_fitting(new))
    if not claims:
        return None
    shown = replace(telling, claims=claims, since=told.at)
    unknown = [source for source in telling.sources if source.id not in told.articles]
    return _cited_in_order(replace(shown, headline=_headline(shown)), unknown)


def _was_known(citation: Citation, told: Told) -> bool:
    """Whether the article was covered when the story was told last, and has no later version since."""
    cited = [
        each.version for claim in told.claims for each in claim.citations if each.article_id == citation.article_id
    ]
    return citation.article_id in told.articles and citation.version <= max(cited, default=citation.version)


def _units(claims: Sequence[Claim]) -> Iterator[Sequence[Claim]]:
    """What stands or falls together: the sides of sources that differ, and each other claim by itself."""
    for differs, group in groupby(claims, key=lambda claim: claim.role is Role.DIFFERS):
        sides = tuple(group)
        yield from [sides] if differs else [(claim,) for claim in sides]


def _fitting(units: Iterable[Sequence[Claim]]) -> Iterator[Claim]:
    """The first ones, as long as what is posted of a story holds them; the very first always."""
    count = words = 0
    for unit in units:
        words += sum(len(claim.text.split()) for claim in unit)
        if count and (words > WORDS_A_STORY or count + len(unit) > CLAIMS_A_STORY):
            return
        count += len(unit)
        yield from unit


def _cited_in_order(telling: Telling, sources: Iterable[Source]) -> Telling:
    """With these of its sources and all that are cited: those first, in the order in which they are, numbered so."""
    cited = dict.fromkeys(citation.article_id for claim in telling.claims for citation in claim.citations)
    by_id = {source.id: source for source in telling.sources}
    first = [by_id[article] for article in cited if article in by_id]
    ordered = tuple(dict.fromkeys((*first, *sources)))
    return replace(telling, sources=ordered, claims=tuple(renumbered(claim, ordered) for claim in telling.claims))


def _headline(telling: Telling) -> str:
    """The story's own where what is cited has its figures and dates; else the title of the newest cited article."""
    published = {source.id: source.published_at for source in telling.sources}
    citations = [citation for claim in telling.claims for citation in claim.citations]
    newest = max(telling.sources, key=lambda each: (each.id in {c.article_id for c in citations}, each.published_at))
    days = [(day, published[each.article_id].date()) for each in citations for day in Reading(each.quote).dates]
    given = [figure for each in citations for figure in Reading(each.quote).figures]
    said = Reading(telling.headline)
    if all(any(agree(figure, each) for each in given) for figure in said.figures if not figure.exempt) and all(
        any(dates.stands(wanted, day, at) for day, at in days) for wanted in said.dates
    ):
        return telling.headline
    return telling.headline if orders_about(newest.title) else f"{newest.title} ({newest.outlet})"


def renumbered(claim: Claim, sources: Sequence[Source]) -> Claim:
    """The claim with the numbers that its articles have among `sources`."""
    numbers = {source.id: n for n, source in enumerate(sources, 1)}
    return replace(claim, citations=tuple(replace(each, n=numbers[each.article_id]) for each in claim.citations))
