"""The judge: puts every rule of the gate to drafted claims, over articles that are prepared once.

Standard library only, no I/O. What each rule means is in the modules beside this one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from bot.domain import datelines
from bot.domain.articles import Article
from bot.domain.briefings import Citation, Claim
from bot.domain.drafts import DraftClaim, SourceId, Support
from bot.domain.gate import faults, quotes, shape, speech
from bot.domain.gate.exhibits import Exhibit, Quoted
from bot.domain.gate.faults import Fault
from bot.domain.gate.readings import Reading
from bot.domain.gate.rules import Refusal, Rule
from bot.domain.gate.standing import Standing
from bot.domain.gate.words import words_of
from bot.domain.text import normalise
from bot.domain.wording import faults as wording


class Judge:
    """Judges claims over one set of articles."""

    def __init__(self, sources: Mapping[SourceId, Article]) -> None:
        self._exhibits = {source: Exhibit(article, n) for n, (source, article) in enumerate(sources.items(), start=1)}
        self._standings: dict[frozenset[int], Standing] = {}
        self._readings: dict[str, Reading] = {}

    def claim(self, draft: DraftClaim) -> tuple[Claim, Refusal | None] | Refusal:
        """The claim with its citations and what is doubtful about it, or the first rule that it breaks."""
        text = " ".join(normalise(draft.text).split())
        quoted: list[Quoted] = []
        fault = self._quote_fault(draft.support, quoted) or self._shape_fault(draft.text, text, quoted)
        if fault is not None:
            return Refusal(text=draft.text, rule=fault[0], reason=fault[1])
        told = datelines.bare(text)
        if any(_is_said_by(quote, told) for quote in quoted):
            backing = [quote for quote in quoted if _is_said_by(quote, told) or self._carries(text, quote)]
            return Claim(role=draft.role, text=told, citations=_citations(backing)), None
        reading = self._reading(text)
        fault = next(self._faults(reading, quoted), None)
        if fault is not None:
            return Refusal(text=draft.text, rule=fault[0], reason=fault[1])
        doubt = next(faults.of_polarity(reading, quoted), None)
        claim = Claim(role=draft.role, text=speech.unmarked(told, _cited(quoted)), citations=_citations(quoted))
        return claim, Refusal(text=draft.text, rule=doubt[0], reason=doubt[1]) if doubt else None

    def headline(self, headline: str, claims: Sequence[Claim]) -> Refusal | None:
        """The first of the rules figure, name and shape that the headline breaks, if any."""
        shown = {exhibit.article.id: exhibit for exhibit in self._exhibits.values()}
        quoted = [
            Quoted(self._reading(citation.quote), shown[citation.article_id])
            for claim in claims
            for citation in claim.citations
            if citation.article_id in shown
        ]
        wrong = shape.fault(headline, [q.text for q in quoted], max_chars=shape.MAX_HEADLINE_CHARS, min_words=2)
        if wrong:
            return Refusal(text=headline, rule=Rule.SHAPE, reason=wrong)
        reading = Reading(" ".join(normalise(headline).split()))
        exhibits = self._exhibits.values()
        standing = self._standing(exhibits)
        title_case = _is_title_case(reading)
        found = chain(
            faults.of_figures(reading, quoted, standing),
            faults.of_names(reading, standing, noun_capitals="de" in _languages(exhibits), every_word_opens=title_case),
            faults.of_swaps(reading, quoted, standing),
        )
        fault = next(found, None)
        return Refusal(text=headline, rule=fault[0], reason=fault[1]) if fault else None

    def _quote_fault(self, support: Iterable[Support], quoted: list[Quoted]) -> Fault | None:
        """Rules 1 and 2; fills `quoted` with the stretches as they stand."""
        for given in support:
            exhibit = self._exhibits.get(given.source)
            if exhibit is None:
                return Rule.SOURCE, wording.unknown_source(given.source)
            if wrong := quotes.fault(given.quote):
                return Rule.QUOTE, wrong
            stretch = exhibit.view.find(given.quote)
            if stretch is None:
                return Rule.QUOTE, quotes.missing(given.quote, exhibit.view)
            quoted.append(Quoted(self._reading(stretch), exhibit))
        return None if quoted else (Rule.SOURCE, wording.NO_SOURCE)

    def _shape_fault(self, raw: str, text: str, quoted: Sequence[Quoted]) -> Fault | None:
        """Rule 6; before the others: what is far too long need not be read, and what has wrong marks reads wrong."""
        wrong = shape.fault(raw, [q.text for q in quoted], max_chars=shape.MAX_CLAIM_CHARS, min_words=3)
        wrong = wrong or shape.leaning(datelines.bare(text), _languages(_cited(quoted)))
        return (Rule.SHAPE, wrong) if wrong else None

    def _carries(self, text: str, quote: Quoted) -> bool:
        """Whether a quote backs `text` alone, undoubted: with another figure or the opposite it would be as alike."""
        reading = self._reading(text)
        return not any(chain(self._faults(reading, [quote]), faults.of_polarity(reading, [quote])))

    def _faults(self, reading: Reading, quoted: Sequence[Quoted]) -> Iterator[Fault]:
        """Rules 3 to 5, and speech; lazily, since only the first fault is told."""
        exhibits = _cited(quoted)
        standing = self._standing(exhibits)
        yield from faults.of_speech(reading.text, exhibits)
        yield from faults.of_figures(reading, quoted, standing)
        yield from faults.of_names(reading, standing, noun_capitals="de" in _languages(exhibits))
        yield from faults.of_swaps(reading, quoted, standing)
        yield from faults.of_flips(reading, quoted)
        yield from faults.of_overlap(reading, quoted)

    def _reading(self, text: str) -> Reading:
        if text not in self._readings:
            self._readings[text] = Reading(text)
        return self._readings[text]

    def _standing(self, exhibits: Iterable[Exhibit]) -> Standing:
        given = list(exhibits)
        key = frozenset(exhibit.n for exhibit in given)
        if key not in self._standings:
            articles = [exhibit.article for exhibit in given]
            self._standings[key] = Standing(
                part for a in articles for part in (a.title, a.outlet, a.author or "", a.text)
            )
        return self._standings[key]


def _is_said_by(quote: Quoted, told: str) -> bool:
    """Whether a quote has the sentence word for word."""
    return any(quotes.says_verbatim(given, told) for given in (quote.text, datelines.bare(quote.text)))


def _citations(quoted: Iterable[Quoted]) -> tuple[Citation, ...]:
    cited = dict.fromkeys((quote.exhibit, quote.text) for quote in quoted)
    return tuple(exhibit.cite(stretch) for exhibit, stretch in cited)


def _cited(quoted: Iterable[Quoted]) -> list[Exhibit]:
    return list(dict.fromkeys(quote.exhibit for quote in quoted))


def _languages(exhibits: Iterable[Exhibit]) -> frozenset[str]:
    """The languages of articles, as `de`; in German nouns have a capital, so that a capital makes no name."""
    return frozenset((exhibit.article.language or "en").casefold()[:2] for exhibit in exhibits)


def _is_title_case(headline: Reading) -> bool:
    """Whether nearly Every Long Word Has a Capital, which then says nothing."""
    words = [word for word in words_of(headline.wordly) if len(word.key) > 3]
    return len(words) > 3 and sum(word.capital for word in words) >= 0.8 * len(words)
