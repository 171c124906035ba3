"""What a new text of a cited article means for a claim that was posted. Standard library only, no I/O.

A claim stands while its quote stands, typography apart; or while sentences that say the same in other words would
carry it through the gate. A source that corrects itself tells of its error, too: that paragraph backs nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from bot.domain import gate
from bot.domain.articles import Article, ArticleId
from bot.domain.briefings import Citation, Claim, Telling
from bot.domain.corrections.comparing import (
    counts_others,
    is_past,
    misspelt,
    names_in,
    negated,
    sentences_of,
    without_asides,
    without_own_errors,
)
from bot.domain.corrections.records import Change
from bot.domain.corrections.rereading import is_same_page
from bot.domain.drafts import DraftClaim, Support
from bot.domain.gate import dates, figures, swaps
from bot.domain.gate.dates import Date
from bot.domain.gate.figures import Figure
from bot.domain.gate.quotes import OUTER, View, compared, fault
from bot.domain.gate.readings import WORD, Reading, Token
from bot.domain.gate.standing import Standing
from bot.domain.text import content_words, words

SAME_STATEMENT = 0.6
"""The share of the quote's words that say something which a sentence has that takes its place with another figure."""
REWORDED = 0.5
"""The same for a sentence that came in the quote's stead and may back the claim."""
REPEATED = 0.8
"""The same for one that stood there before, beside the quote."""
_LOOKED_AT, _NEAREST = 40, 8
_TINY = frozenset({"a", "an", "the", "of", "that", "also"})

Stretch = tuple[str, ...]  # sentences one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A citation that no longer backs its claim, in which version of the article, and what stands there `now`."""

    change: Change
    citation: Citation
    version: int
    now: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A posted claim, and those of its articles that can be compared with what was cited."""

    claim: Claim
    articles: frozenset[ArticleId]


def doubts(telling: Telling, newest: Mapping[ArticleId, Article]) -> Iterator[Doubt]:
    """The telling's claims that cite an earlier version of an article than the newest.

    What a feed said is not compared with a page that was read since.
    """
    tiers = {source.id: source.tier for source in telling.sources}
    comparable = {each for each, article in newest.items() if tiers.get(each) is article.tier}
    for claim in telling.claims:
        cited = frozenset(citation.article_id for citation in claim.citations) & comparable
        if any(each.article_id in cited and each.version < newest[each.article_id].version for each in claim.citations):
            yield Doubt(claim, cited)


def judge_all(
    doubted: Sequence[Doubt], before: Mapping[tuple[ArticleId, int], str], newest: Mapping[ArticleId, Article]
) -> list[Finding | None]:
    """`judge` for each, in order. For a worker: a claim takes some milliseconds."""
    return [judge(doubt.claim, before, {each: newest[each] for each in doubt.articles}) for doubt in doubted]


def judge(
    claim: Claim, before: Mapping[tuple[ArticleId, int], str], newest: Mapping[ArticleId, Article]
) -> Finding | None:
    """What the newest texts of the cited articles mean for a claim; None where it stands.

    `before` holds the texts that were cited. A figure that changed counts always, a quote that is gone only where no
    other quote of the claim stands. An article that is not given, or whose text is another page, backs it as before.
    """
    gone = [each for each in claim.citations if not _stands(each, before, newest)]
    others = [
        (article, each.quote)
        for each in claim.citations
        if each not in gone and (article := newest.get(each.article_id)) and _has(View(article.text), each.quote)
    ]
    found = [
        _found(claim, each, before[each.article_id, each.version], newest[each.article_id], others) for each in gone
    ]
    changed = [each for each in found if each is not None]
    figure = next((each for each in changed if each.change is Change.FIGURE), None)
    if figure is None and changed and len(changed) == len(claim.citations):
        return changed[0]
    return figure


def _stands(
    citation: Citation, before: Mapping[tuple[ArticleId, int], str], newest: Mapping[ArticleId, Article]
) -> bool:
    """Whether nothing is known against it: its quote is there, or the article was not read again."""
    article, old = newest.get(citation.article_id), before.get((citation.article_id, citation.version))
    if article is None or old is None or article.version == citation.version or not is_same_page(old, article.text):
        return True
    return _has(View(without_own_errors(old, article.text)), citation.quote)


def _has(view: View, quote: str) -> bool:
    """Whether the quote stands there, and not as a part of another amount: 13 in 13.5 million."""
    found = view.find(quote)
    return found is not None and compared(found).strip(OUTER) == compared(quote).strip(OUTER)


def _found(
    claim: Claim, citation: Citation, old: str, article: Article, others: Sequence[tuple[Article, str]]
) -> Finding | None:
    article = replace(article, text=without_own_errors(old, article.text))
    finding = _finding(claim, citation, old, article, others)
    plain = without_asides(article.text)
    if finding is None or plain == article.text:
        return finding
    # A figure that an aside adds is taken for another one of the same thing, here and by the gate.
    return finding if _finding(claim, citation, old, replace(article, text=plain), others) else None


def _finding(
    claim: Claim, citation: Citation, old: str, article: Article, others: Sequence[tuple[Article, str]]
) -> Finding | None:
    case, was = _Case(claim, citation.quote, article, others), View(old)
    near = case.nearest()
    fresh = [each for each in near if not _stood(was, each)][:_NEAREST]
    known = [each for each in near if each not in fresh][:_NEAREST]
    if any(map(case.is_said_by, (*fresh, *known))) or any(case.is_backed_by(each, REWORDED) for each in fresh):
        return None
    other = next(filter(case.is_changed_to, fresh), None)
    if other is None and any(case.is_backed_by(each, REPEATED) for each in known):
        return None
    return Finding(
        change=Change.FIGURE if other else Change.GONE,
        citation=citation,
        version=article.version,
        now=" ".join(other or ()),
    )


def _stood(was: View, near: Stretch) -> bool:
    return all(was.find(sentence) is not None for sentence in near)


class _Case:
    """A quote that does not stand any more, and the sentences of the new text that may stand in its place."""

    def __init__(self, claim: Claim, quote: str, article: Article, others: Sequence[tuple[Article, str]]) -> None:
        self._claim = claim
        self._said = Reading(claim.text)
        self._quote = Reading(quote)
        self._article = article
        self._others = others
        self._published = article.published_at.astimezone(UTC).date()
        self._standing = Standing((article.title, article.outlet, article.author or "", article.text, quote))
        self._readings: dict[Stretch, Reading] = {}

    def nearest(self) -> list[Stretch]:
        """The stretches of the new text, as many sentences as the quote or one more, that share most of its words."""
        wanted = content_words(self._quote.text)
        sentences = list(sentences_of(self._article.text))
        held = [content_words(sentence) for sentence in sentences]
        size = len(list(sentences_of(self._quote.text)))
        ranked: list[tuple[int, int, Stretch]] = []
        for length in (size, size + 1):
            for start in range(len(sentences) - length + 1):
                shared = wanted & set().union(*held[start : start + length])
                if shared:
                    ranked.append((-len(shared), length, tuple(sentences[start : start + length])))
        return [stretch for *_, stretch in sorted(ranked)[:_LOOKED_AT]]

    def is_said_by(self, near: Stretch) -> bool:
        """Whether this stretch says the quote word for word, if in other signs and spellings."""
        other = self._reading(near)
        ours, theirs = ([each for each in reading.tokens if each.key not in _TINY] for reading in (self._quote, other))
        return any(
            all(self._equal(a, b) for a, b in zip(ours, theirs[start:], strict=False))
            for start in range(len(theirs) - len(ours) + 1)
        )

    def is_backed_by(self, near: Stretch, share: float) -> bool:
        """Whether this stretch, with so much of the quote's words, says it in others that back the claim."""
        other = self._reading(near)
        return (
            self._share(other) >= share
            and not self._swap(other)
            and not self._names_changed(other)
            and not self._lost(other)
            and not counts_others(self._quote, other)
            and negated(self._quote.text) == negated(other.text)
            and self._passes(near)
        )

    def is_changed_to(self, near: Stretch) -> bool:
        """Whether this stretch makes the quote's statement with another figure or date."""
        other = self._reading(near)
        if self._share(other) < SAME_STATEMENT or self._names_changed(other):
            return False
        swap = self._swap(other)
        return (swap is not None and not swap.name) or (swap is None and self._lost(other))

    def _reading(self, near: Stretch) -> Reading:
        if near not in self._readings:
            self._readings[near] = Reading(" ".join(near))
        return self._readings[near]

    def _equal(self, ours: Token, theirs: Token) -> bool:
        if isinstance(ours.said, Figure) and isinstance(theirs.said, Figure):
            return figures.agree(ours.said, theirs.said)
        if isinstance(ours.said, Date) and isinstance(theirs.said, Date):
            return self._same_day(ours.said, theirs.said)
        return ours.key == theirs.key or (ours.kind == theirs.kind == WORD and misspelt(str(ours.key), str(theirs.key)))

    def _same_day(self, one: Date, other: Date) -> bool:
        return dates.stands(one, other, self._published) or dates.stands(other, one, self._published)

    def _share(self, other: Reading) -> float:
        wanted = self._quote.content
        return len(wanted & other.content) / len(wanted) if wanted else 0.0

    def _swap(self, other: Reading) -> swaps.Swap | None:
        return swaps.find(self._quote, [(other, self._published)], self._standing)

    def _names_changed(self, other: Reading) -> bool:
        """Whether a name of the quote is missing here while there is one that the quote does not have."""
        ours, theirs = names_in(self._quote), names_in(other)
        return bool(ours - theirs - set(words(other.text))) and bool(theirs - ours - set(words(self._quote.text)))

    def _lost(self, other: Reading) -> bool:
        """Whether a figure or date of both quote and claim is missing here while there is another of its kind."""
        return any(self._lost_figure(figure, other) for figure in self._quote.figures) or any(
            self._lost_date(date, other) for date in self._quote.dates
        )

    def _lost_figure(self, figure: Figure, other: Reading) -> bool:
        if not any(figures.agree(figure, said) for said in self._said.figures):
            return False
        past = is_past(figure, self._quote)
        if any(figures.agree(figure, each) and is_past(each, other) == past for each in other.figures):
            return False
        kind = (figure.sort, figure.units)
        return any(
            (each.sort, each.units) == kind and not any(figures.agree(each, was) for was in self._quote.figures)
            for each in other.figures
        )

    def _lost_date(self, date: Date, other: Reading) -> bool:
        if not any(self._same_day(date, said) for said in self._said.dates):
            return False
        return bool(other.dates) and not any(self._same_day(date, each) for each in other.dates)

    def _passes(self, near: Stretch) -> bool:
        quoted = [*((self._article, each) for each in near if fault(each) is None), *self._others]
        verdict = self._verdict(quoted)
        alone = [(replace(self._article, text=self._quote.text), self._quote.text)]
        # What was in doubt when it was posted is no worse now.
        return bool(verdict.claims) and (not verdict.doubts or bool(self._verdict(alone).doubts))

    def _verdict(self, quoted: Sequence[tuple[Article, str]]) -> gate.Verdict:
        sources = {f"S{n}": article for n, (article, _) in enumerate(quoted, 1)}
        support = tuple(Support(source=f"S{n}", quote=quote) for n, (_, quote) in enumerate(quoted, 1))
        return gate.check([DraftClaim(text=self._claim.text, support=support, role=self._claim.role)], sources)
