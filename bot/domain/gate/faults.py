"""Faults: what rules 3 to 5 find wrong with a claim, with the words it puts into people's mouths, and what to doubt.

Standard library only, no I/O. Each function yields one sentence a fault, naming the figure, name or words; the first
is enough, so all are lazy. How figures, dates and names compare is in the modules beside this one.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.domain.gate import contexts, dates, figures, flips, multiples, names, polarity, speech, swaps
from bot.domain.gate.exhibits import Exhibit, Quoted
from bot.domain.gate.figures import Figure, Sort
from bot.domain.gate.readings import Reading
from bot.domain.gate.rules import Rule
from bot.domain.gate.standing import Standing
from bot.domain.wording import faults as wording

# Measured on news summaries: supported sentences share a third of their content words at least with the best two
# sentences of their article, 97 % of those put beside another article's share less than 0.3.
MIN_OVERLAP: Final = 0.3
# The same without names, which whole articles have in common: at least a fifth, and mostly none.
MIN_MATTER_OVERLAP: Final = 0.15
_MIN_MATTER_WORDS: Final = 3
_SAME_PREFIX_CHARS: Final = 6

Fault = tuple[Rule, str]


def of_speech(claim: str, exhibits: Sequence[Exhibit]) -> Iterator[Fault]:
    """Words in quotation marks that nobody said."""
    for said in speech.altered(claim, exhibits):
        yield Rule.QUOTE, wording.not_said(said)


def of_figures(claim: Reading, quoted: Sequence[Quoted], standing: Standing) -> Iterator[Fault]:
    """A date or figure that no quote has."""
    for wanted in claim.dates:
        if wanted.only_year or any(_date_stands(wanted, quote) for quote in quoted):
            continue
        yield Rule.FIGURE, wording.no_date(wanted.text)
    for figure in claim.figures:
        if figure.exempt or any(_figure_stands(figure, quote, claim) for quote in quoted):
            continue
        if _figure_is_named(figure, standing):
            continue
        yield Rule.FIGURE, _figure_reason(figure, quoted)
    given = [multiple for quote in quoted for multiple in multiples.find(quote.reading.folded)]
    held = [figure for quote in quoted for figure in quote.reading.figures]
    for multiple in multiples.find(claim.folded):
        if not multiples.stands(multiple, given, held):
            yield Rule.FIGURE, wording.no_figure(multiple.text)


def _date_stands(wanted: dates.Date, quote: Quoted) -> bool:
    return any(dates.stands(wanted, given, quote.exhibit.published) for given in quote.reading.dates)


def _figure_stands(figure: Figure, quote: Quoted, claim: Reading) -> bool:
    if any(figures.agree(figure, given) for given in quote.reading.figures):
        return True
    # A bare year may be said by a date: "last year", "13 January 2026".
    years = (date for date in claim.dates if date.only_year and date.start == figure.start)
    return any(_date_stands(year, quote) for year in years)


def _figure_is_named(figure: Figure, standing: Standing) -> bool:
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
    return wording.other_figure(figure.text, near[0]) if near else wording.no_figure(figure.text)


def of_names(
    claim: Reading, standing: Standing, *, noun_capitals: bool = False, every_word_opens: bool = False
) -> Iterator[Fault]:
    """A name that no cited article has."""
    strangers = names.strangers(claim.wordly, standing, noun_capitals=noun_capitals, every_word_opens=every_word_opens)
    for stranger in strangers:
        yield Rule.NAME, wording.no_name(stranger)


def of_swaps(claim: Reading, quoted: Sequence[Quoted], standing: Standing) -> Iterator[Fault]:
    """A figure or name that stands, told of the wrong thing."""
    given = [(quote.reading, quote.exhibit.published) for quote in quoted]
    swap = swaps.find(claim, given, standing)
    if swap is not None:
        rule = Rule.NAME if swap.name else Rule.FIGURE
        yield rule, wording.instead(swap.said, swap.quoted)
    mistold = contexts.find(claim, dict.fromkeys(given))
    if mistold is not None:
        yield Rule.FIGURE, wording.of_another(mistold.said, mistold.quoted)


def of_flips(claim: Reading, quoted: Sequence[Quoted]) -> Iterator[Fault]:
    """The quote's own words, but for one that turns them round."""
    if flip := flips.find(claim.text, [quote.text for quote in quoted]):
        said, given = flip
        rule = Rule.DIRECTION if said and given else Rule.NEGATION
        yield rule, wording.opposite(said, given)
    if turned := flips.of_a_figure(claim, [quote.reading for quote in quoted]):
        yield Rule.DIRECTION, wording.instead(*turned)


def of_overlap(claim: Reading, quoted: Sequence[Quoted]) -> Iterator[Fault]:
    """Claim and quotes do not speak of the same thing."""
    readings = [quote.reading for quote in quoted]
    share = _share(claim.content, readings)
    matter = claim.matter
    if share < MIN_OVERLAP or (len(matter) >= _MIN_MATTER_WORDS and _share(matter, readings) < MIN_MATTER_OVERLAP):
        yield Rule.OVERLAP, wording.little_shared(share)


def _share(wanted: set[str], quoted: Iterable[Reading]) -> float:
    """The share of these stems that the quotes have, too; 0 when there are none."""
    given = {word for quote in quoted for word in quote.content}
    starts = {word[:_SAME_PREFIX_CHARS] for word in given if len(word) >= _SAME_PREFIX_CHARS}
    shared = sum(word in given or word[:_SAME_PREFIX_CHARS] in starts for word in wanted)
    return shared / len(wanted) if wanted else 0.0


def of_polarity(claim: Reading, quoted: Sequence[Quoted]) -> Iterator[Fault]:
    """Doubts, no faults: the claim may say the opposite of its quotes."""
    readings = [quote.reading for quote in quoted]
    if denial := polarity.denial(claim, readings):
        yield Rule.NEGATION, denial
    if turn := polarity.turn(claim, readings):
        yield Rule.DIRECTION, turn
