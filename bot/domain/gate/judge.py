"""The judge: puts every rule of the gate to a drafted claim, over articles that are prepared once.

Standard library only, no I/O. What each rule means is in the modules beside this one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import cached_property
from itertools import chain
from typing import Final

from bot.domain import links
from bot.domain.articles import Article
from bot.domain.briefings import Citation, Claim
from bot.domain.drafts import DraftClaim, SourceId, Support
from bot.domain.gate import dates, figures, names, quotes, shape, swaps
from bot.domain.gate.figures import Figure, Sort
from bot.domain.gate.readings import Reading
from bot.domain.gate.rules import Refusal, Rule
from bot.domain.wording import fold, words

# Measured on news summaries: supported sentences share a third of their content words at least with the best two
# sentences of their article, 97 % of those put beside another article's share less than 0.3.
MIN_OVERLAP: Final = 0.3
_SAME_PREFIX_CHARS: Final = 6
# Single marks are apostrophes too often.
_SPOKEN = re.compile(r"\"([^\"]+)\"")
_NOT = re.compile(r"(?<=[a-z])n't\b")
_MIN_SPOKEN_WORDS: Final = 3

Fault = tuple[Rule, str]


class Exhibit:
    """One article, prepared for being quoted."""

    def __init__(self, article: Article, n: int) -> None:
        self.article = article
        self.n = n
        # Dates far from ours would leave the calendar when weeks and years are added to them.
        day = article.published_at.astimezone(UTC).date()
        self.published = min(max(day, date(1900, 1, 1)), date(2999, 12, 31))

    @cached_property
    def view(self) -> quotes.View:
        """Its text as quotes are looked for."""
        return quotes.View(self.article.text)

    @cached_property
    def spoken(self) -> str:
        """Its words on one line, for what people are said to have said."""
        return f" {' '.join(_spoken_words(f'{self.article.title} {self.article.text}'))} "

    def cite(self, quote: str) -> Citation:
        """The citation of a stretch of its text."""
        article = self.article
        return Citation(
            n=self.n,
            article_id=article.id,
            version=article.version,
            url=article.url,
            link=links.citation_link(article.url, article.tier, quote, within=article.text),
            quote=quote,
        )


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote that stands, with its article."""

    reading: Reading
    exhibit: Exhibit

    @property
    def text(self) -> str:
        """The quote as it stands."""
        return self.reading.text


class Judge:
    """Judges claims over one set of articles."""

    def __init__(self, sources: Mapping[SourceId, Article]) -> None:
        self._exhibits = {source: Exhibit(article, n) for n, (source, article) in enumerate(sources.items(), start=1)}
        self._standings: dict[frozenset[int], names.Standing] = {}
        self._readings: dict[str, Reading] = {}

    def claim(self, draft: DraftClaim) -> Claim | Refusal:
        """The claim with its citations, or the first rule that it breaks."""
        text = " ".join(draft.text.split())
        quoted: list[Quoted] = []
        fault = self._quote_fault(draft.support, quoted) or next(self._faults(text, draft.text, quoted), None)
        if fault is not None:
            return Refusal(text=draft.text, rule=fault[0], reason=fault[1])
        cited = dict.fromkeys((quote.exhibit, quote.text) for quote in quoted)
        return Claim(role=draft.role, text=text, citations=tuple(exhibit.cite(stretch) for exhibit, stretch in cited))

    def headline(self, headline: str, claims: Sequence[Claim]) -> Refusal | None:
        """The first rule that the headline breaks, if any."""
        shown = {exhibit.article.id: exhibit for exhibit in self._exhibits.values()}
        quoted = [
            Quoted(self._reading(citation.quote), shown[citation.article_id])
            for claim in claims
            for citation in claim.citations
            if citation.article_id in shown
        ]
        reading = Reading(" ".join(headline.split()))
        standing = self._standing(self._exhibits.values())
        faults = chain(
            _figure_faults(reading, quoted, standing),
            _name_faults(reading, standing, every_word_opens=_is_title_case(reading)),
            _swap_faults(reading, quoted, standing),
        )
        fault = next(faults, None)
        wrong = shape.fault(headline, [q.text for q in quoted], max_chars=shape.MAX_HEADLINE_CHARS, min_words=2)
        if fault is None and wrong is None:
            return None
        rule, reason = fault or (Rule.SHAPE, wrong or "")
        return Refusal(text=headline, rule=rule, reason=reason)

    def _quote_fault(self, support: Iterable[Support], quoted: list[Quoted]) -> Fault | None:
        """Rules 1 and 2; fills `quoted` with the stretches as they stand."""
        for given in support:
            exhibit = self._exhibits.get(given.source)
            if exhibit is None:
                return Rule.SOURCE, f"There is no source {given.source!r}."
            if wrong := quotes.fault(given.quote):
                return Rule.QUOTE, wrong
            stretch = exhibit.view.find(given.quote)
            if stretch is None:
                return Rule.QUOTE, quotes.missing(given.quote, exhibit.view)
            quoted.append(Quoted(self._reading(stretch), exhibit))
        return None if quoted else (Rule.SOURCE, "It cites no source.")

    def _faults(self, text: str, raw: str, quoted: Sequence[Quoted]) -> Iterator[Fault]:
        """Rules 2 to 6, as far as they are asked for."""
        if not any(quotes.says_verbatim(quote.text, text) for quote in quoted):
            reading = Reading(text)
            exhibits = list(dict.fromkeys(quote.exhibit for quote in quoted))
            standing = self._standing(exhibits)
            german = any((exhibit.article.language or "").startswith("de") for exhibit in exhibits)
            yield from _speech_faults(reading, exhibits)
            yield from _figure_faults(reading, quoted, standing)
            yield from _name_faults(reading, standing, noun_capitals=german)
            yield from _swap_faults(reading, quoted, standing)
            yield from _overlap_faults(reading, quoted)
        if wrong := shape.fault(raw, [q.text for q in quoted], max_chars=shape.MAX_CLAIM_CHARS, min_words=3):
            yield Rule.SHAPE, wrong

    def _reading(self, text: str) -> Reading:
        if text not in self._readings:
            self._readings[text] = Reading(text)
        return self._readings[text]

    def _standing(self, exhibits: Iterable[Exhibit]) -> names.Standing:
        given = list(exhibits)
        key = frozenset(exhibit.n for exhibit in given)
        if key not in self._standings:
            articles = [exhibit.article for exhibit in given]
            self._standings[key] = names.Standing(
                part for a in articles for part in (a.title, a.outlet, a.author or "", a.text)
            )
        return self._standings[key]


def _spoken_words(text: str) -> list[str]:
    """Words without punctuation; in speech "didn't" and "did not" are the same."""
    return words(_NOT.sub(" not", fold(text).casefold()))


def _speech_faults(claim: Reading, exhibits: Sequence[Exhibit]) -> Iterator[Fault]:
    """What stands between quotation marks was said so, or the marks lie."""
    for match in _SPOKEN.finditer(claim.folded):
        speech = match[1]
        if len(speech.split()) < _MIN_SPOKEN_WORDS or "[" in speech or "..." in speech:
            continue
        said = f" {' '.join(_spoken_words(speech))} "
        if not any(said in exhibit.spoken for exhibit in exhibits):
            yield Rule.QUOTE, f"The words “{speech}” stand in none of its articles, so they are no quotation."


def _figure_faults(claim: Reading, quoted: Sequence[Quoted], standing: names.Standing) -> Iterator[Fault]:
    for wanted in claim.dates:
        if wanted.only_year or any(_date_stands(wanted, quote) for quote in quoted):
            continue
        yield Rule.FIGURE, f"The date “{wanted.text}” stands in none of its quotes."
    for figure in claim.figures:
        if figure.exempt or any(_figure_stands(figure, quote, claim) for quote in quoted):
            continue
        if _figure_is_named(figure, standing):
            continue
        yield Rule.FIGURE, _figure_reason(figure, quoted)


def _date_stands(wanted: dates.Date, quote: Quoted) -> bool:
    return any(dates.stands(wanted, given, quote.exhibit.published) for given in quote.reading.dates)


def _figure_stands(figure: Figure, quote: Quoted, claim: Reading) -> bool:
    if any(figures.agree(figure, given) for given in quote.reading.figures):
        return True
    # A bare year may be said by a date: "last year", "13 January 2026".
    years = (date for date in claim.dates if date.only_year and date.start == figure.start)
    return any(_date_stands(year, quote) for year in years)


def _figure_is_named(figure: Figure, standing: names.Standing) -> bool:
    """Whether the figure is part of a name that stands: `Nasdaq 100`, the fourth quarter."""
    if figure.sort is Sort.QUARTER:
        number = int(min(figure.values))
        word = ("first", "second", "third", "fourth")[number - 1]
        return f"q{number}" in standing.codes or standing.has_pair(word, "quarter")
    return figure.name != "" and standing.has_pair(figure.name.casefold(), figure.text)


def _figure_reason(figure: Figure, quoted: Sequence[Quoted]) -> str:
    near = [
        given.text
        for quote in quoted
        for given in quote.reading.figures
        if given.sort is figure.sort and given.values & figure.values
    ]
    if near:
        return f"The figure “{figure.text}” does not stand in its quotes, which say “{near[0]}”."
    return f"The figure “{figure.text}” stands in none of its quotes."


def _name_faults(
    claim: Reading, standing: names.Standing, *, noun_capitals: bool = False, every_word_opens: bool = False
) -> Iterator[Fault]:
    strangers = names.strangers(claim.wordly, standing, noun_capitals=noun_capitals, every_word_opens=every_word_opens)
    for stranger in strangers:
        yield Rule.NAME, f"The name “{stranger}” stands in none of its articles."


def _swap_faults(claim: Reading, quoted: Sequence[Quoted], standing: names.Standing) -> Iterator[Fault]:
    swap = swaps.find(claim, [(quote.reading, quote.exhibit.published) for quote in quoted], standing)
    if swap is not None:
        rule = Rule.NAME if swap.name else Rule.FIGURE
        yield rule, f"It says “{swap.said}” where its quote says “{swap.quoted}”."


def _overlap_faults(claim: Reading, quoted: Sequence[Quoted]) -> Iterator[Fault]:
    share = overlap(claim, [quote.reading for quote in quoted])
    if share < MIN_OVERLAP:
        yield Rule.OVERLAP, f"Its quotes do not say it: they share {share:.0%} of its words."


def overlap(claim: Reading, quoted: Iterable[Reading]) -> float:
    """The share of the claim's content words that its quotes have, too; 0 when it has none."""
    given = {word for quote in quoted for word in quote.content}
    starts = {word[:_SAME_PREFIX_CHARS] for word in given if len(word) >= _SAME_PREFIX_CHARS}
    wanted = claim.content
    shared = sum(word in given or word[:_SAME_PREFIX_CHARS] in starts for word in wanted)
    return shared / len(wanted) if wanted else 0.0


def _is_title_case(headline: Reading) -> bool:
    """Whether nearly Every Long Word Has a Capital, which then says nothing."""
    words = [word for word in names.words_of(headline.wordly) if len(word.key) > 3]
    return len(words) > 3 and sum(word.capital for word in words) >= 0.8 * len(words)
