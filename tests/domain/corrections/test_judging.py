"""What a new text of a cited article means for a claim: nothing for typography, a correction for another figure."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.articles import Article, Tier, article_id
from bot.domain.briefings import Citation, Claim, Role
from bot.domain.corrections import Change, Finding, judge
from bot.domain.text import normalise

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
QUOTE = "A tariff of 10% on all goods from the United Kingdom starts on February 1, the White House said on Sunday."
BEFORE = "Officials had hinted at such a step for several weeks, and exporters had begun to fill their warehouses."
REST = (
    "British exporters said that the levy would cost them orders across the United States. The pound fell against "
    "the dollar in early trading.\n\nA spokesman for the government in London said that talks went on and that nobody "
    "wanted a trade war. Canada and Mexico are not affected.\n\nThe measure follows a dispute over steel that began "
    "last autumn, when mills in Wales were offered help with their energy bills by the ministry."
)
GONE, FIGURE = Change.GONE, Change.FIGURE


def article(text: str, *, version: int = 2, name: str = "tariff") -> Article:
    url = f"https://news.example/{name}"
    return Article(
        id=article_id(url),
        url=url,
        title="Tariff on British goods",
        outlet="The Example",
        published_at=NOW,
        seen_at=NOW,
        tier=Tier.FULL,
        text=text,
        feeds=(),
        version=version,
        language="en",
    )


def page(sentence: str) -> str:
    return f"{BEFORE} {sentence}\n\n{REST}"


def claim(text: str, *quotes: str, name: str = "tariff") -> Claim:
    url = f"https://news.example/{name}"
    citations = (
        Citation(n=1, article_id=article_id(url), version=1, url=url, link=url, quote=quote) for quote in quotes
    )
    return Claim(role=Role.POINT, text=text, citations=tuple(citations))


def judged(old: str, new: str, *, said: str | None = None, quote: str | None = None) -> Finding | None:
    posted = claim(said or quote or old, quote or old)
    before = {(each.article_id, each.version): page(old) for each in posted.citations}
    newest = article(page(new))
    return judge(posted, before, {newest.id: newest})


TYPOGRAPHIC = {
    "the same": QUOTE,
    "capitals": QUOTE.replace("A tariff", "A TARIFF"),
    "spaces": QUOTE.replace(" on ", "  on "),
    "a hard space": QUOTE.replace("February 1", "February\u00a01"),
    "a soft hyphen": QUOTE.replace("Kingdom", "King\u00addom"),
    "per cent": QUOTE.replace("10%", "10 per cent"),
    "percent": QUOTE.replace("10%", "10 percent"),
    "in words": QUOTE.replace("10%", "ten percent"),
    "the date the other way round": QUOTE.replace("February 1", "1 February"),
    "the month cut": QUOTE.replace("February 1", "Feb. 1"),
    "another comma": QUOTE.replace(", the White House", " - the White House"),
    "a dateline": f"WASHINGTON (Reuters) - {QUOTE}",
    "quotation marks": QUOTE.replace("all goods", "“all goods”"),
    "a clause more": QUOTE.replace(" on Sunday.", " on Sunday, after weeks of talks."),
    "a new paragraph before it": f"\n\n{QUOTE}",
    "a misspelt word": QUOTE.replace("goods", "godos"),
    "a letter too many": QUOTE.replace("starts", "startts"),
    "a word spelt elsewhere": QUOTE.replace("all goods", "all goods of that"),
    "an article left out": QUOTE.replace("A tariff", "Tariff"),
    "a sentence more": f"{QUOTE} Steel is exempt.",
    "the country's other name": QUOTE.replace("the United Kingdom", "Britain"),
    "the country cut short": QUOTE.replace("the United Kingdom", "the UK").replace("February 1", "1 February"),
}


@pytest.mark.parametrize("new", TYPOGRAPHIC.values(), ids=TYPOGRAPHIC)
def test_a_typographic_change_does_nothing(new: str) -> None:
    assert judged(QUOTE, new) is None


OTHER_FIGURE = {
    "another percentage": (QUOTE.replace("10%", "12%"), "12%"),
    "in words": (QUOTE.replace("10%", "twelve percent"), "twelve percent"),
    "finer than before": (QUOTE.replace("10%", "10.5%"), "10.5%"),
    "points instead": (QUOTE.replace("10%", "10 percentage points"), "10 percentage points"),
    "another day": (QUOTE.replace("February 1", "March 1"), "March 1"),
    "the figure and some words": (
        "A tariff of 25% on most goods from the United Kingdom starts on February 1, the White House announced.",
        "25%",
    ),
    "told anew with another figure": (
        "From February 1 goods from the United Kingdom face a tariff of 15%, the White House said on Sunday.",
        "15%",
    ),
    "with a word of the old one": (
        "A tariff of 12%, up from 10%, on all goods from the United Kingdom starts on February 1, the White House said "
        "on Sunday.",
        "up from 10%",
    ),
    "with a paragraph about the error": (
        QUOTE.replace("10%", "12%") + "\n\nCorrection: An earlier version of this article said that a tariff of 10% on"
        " all goods from the United Kingdom starts on February 1. It is 12%.",
        "12%",
    ),
    "behind a new lead": (
        f"The White House corrected itself on Monday over the levy.\n\n{QUOTE.replace('10%', '20%')}",
        "20%",
    ),
}


@pytest.mark.parametrize(("new", "now"), OTHER_FIGURE.values(), ids=OTHER_FIGURE)
def test_another_figure_in_the_quotes_place_is_told_with_what_stands_there_now(new: str, now: str) -> None:
    found = judged(QUOTE, new)
    assert found is not None
    assert (found.change, found.version, found.citation.quote) == (FIGURE, 2, QUOTE)
    assert now in found.now
    assert "earlier version" not in found.now


TOLL = "At least 12 people died when the ferry sank off the coast near Aasiaat on Friday night, the police said."
MINE, PRICE = "The mine near Narsaq is to open in 2028 at the latest.", "The firm will pay $1.2 billion for the mine."
LOSSES, VOTE = (
    "The ministry counted 13 million euros in losses",
    "The parliament votes on the treaty on Tuesday in Nuuk.",
)
DUTY = "Die Zölle steigen im März auf 15,5 Prozent, sagte der Minister."
SWAPPED = {
    "counts in words": (TOLL.replace("12", "two"), "two", "three"),
    "counts in digits": (TOLL, "12", "14"),
    "a count in words for one in digits": (TOLL, "12", "nine"),
    "money": (PRICE, "1.2", "1.4"),
    "the scale of money": (PRICE, "billion", "million"),
    "the currency": (PRICE, "$1.2", "€1.2"),
    "a longer amount": (LOSSES, "13", "13.5"),
    "weekdays": (VOTE, "Tuesday", "Friday"),
    "a year": (MINE, "2028", "2031"),
    "German figures": (DUTY, "15,5", "12,5"),
}


@pytest.mark.parametrize(("old", "was", "now"), SWAPPED.values(), ids=SWAPPED)
def test_figures_of_every_kind_are_seen_to_change(old: str, was: str, now: str) -> None:
    new = old.replace(was, now)
    found = judged(old, new)
    assert found is not None
    assert (found.change, found.now) == (FIGURE, new)


REWORDED = {
    "other words": "The White House said on Sunday that a 10% tariff on all goods from the United Kingdom starts on "
    "February 1.",
    "active voice": "The White House will put a tariff of 10% on all goods from the United Kingdom from February 1.",
    "split in two": "A tariff of 10% on all goods from the United Kingdom starts on February 1. The White House said "
    "so on Sunday.",
    "a day left out": "A tariff of 10% on all goods from the United Kingdom starts on February 1, officials said.",
    "more said": "A tariff of 10% on all goods from the United Kingdom, except medicines, starts on February 1, the "
    "White House said on Sunday after a meeting of its trade advisers.",
}


@pytest.mark.parametrize("new", REWORDED.values(), ids=REWORDED)
def test_other_words_that_still_back_the_claim_do_nothing(new: str) -> None:
    assert judged(QUOTE, new, said="A tariff of 10% on goods from the United Kingdom starts on February 1.") is None


NO_LONGER_SAID = {
    "taken out": "",
    "denied": QUOTE.replace("starts", "will not start"),
    "of somebody else": QUOTE.replace("the United Kingdom", "South Korea"),
    "of another country": QUOTE.replace("the United Kingdom", "France"),
    "only in the paragraph about the error": f"Correction: An earlier version of this article said: {QUOTE}",
    "something else in its place": "The White House said on Sunday that it looked at many ways to help farmers.",
}


@pytest.mark.parametrize("new", NO_LONGER_SAID.values(), ids=NO_LONGER_SAID)
def test_what_is_no_longer_said_is_gone(new: str) -> None:
    found = judged(QUOTE, new)
    assert found is not None
    assert (found.change, found.now) == (GONE, "")


ASIDES = {
    "in brackets": (
        "Denmark will spend 14.6 billion kroner on ships for the Arctic, the ministry said on Monday.",
        "Denmark is to spend 14.6 billion kroner ($2.1bn) on ships for the Arctic, the ministry said on Monday.",
    ),
    "between commas": (TOLL, TOLL.replace("people", "people, among them two children,")),
}


@pytest.mark.parametrize(("old", "new"), ASIDES.values(), ids=ASIDES)
def test_an_aside_with_a_figure_of_its_own_does_nothing(old: str, new: str) -> None:
    assert judged(old, new) is None


def test_what_is_said_of_the_hurt_backs_nothing_about_the_dead() -> None:
    found = judged(TOLL, TOLL.replace("died", "were injured"))
    assert found is not None
    assert found.change is GONE
    assert judged(TOLL, TOLL.replace("12 people died", "12 people were killed and 30 injured")) is None


def test_a_sentence_that_stood_there_before_takes_no_ones_place() -> None:
    kept = "Exports to Mexico fell by 7% in the year, the office said in its report."
    old = f"{kept}\n\nExports to Canada fell by 5% in the year, the office said in its report."
    posted = claim("Exports to Canada fell by 5% in the year.", "Exports to Canada fell by 5% in the year")
    newest = article(page(kept))
    found = judge(posted, {(newest.id, 1): page(old)}, {newest.id: newest})
    assert found is not None
    assert (found.change, found.now) == (GONE, "")


def test_a_claim_that_the_article_made_twice_stands_on_the_other_sentence() -> None:
    again = "Goods from the United Kingdom face a tariff of 10% from February 1, the White House said on Sunday."
    assert judged(f"{QUOTE}\n\n{again}", again, quote=QUOTE) is None


def test_a_sentence_beside_the_quote_about_much_the_same_backs_no_claim() -> None:
    beside = "A tariff on steel from the United Kingdom was dropped on Sunday."
    found = judged(
        f"{QUOTE}\n\n{beside}", beside, quote=QUOTE, said="A tariff on goods from the United Kingdom starts."
    )
    assert found is not None
    assert found.change is GONE


@pytest.mark.parametrize(("was", "now"), [("rose", "fell"), ("more", "less")])
def test_the_same_figure_in_another_direction_is_gone(was: str, now: str) -> None:
    quote = f"Exports from Norway {was} than doubled" if was == "more" else f"Exports from Norway {was} by 12% in March"
    found = judged(
        f"{quote}, the office in Oslo said.", f"{quote.replace(was, now)}, the office in Oslo said.", quote=quote
    )
    assert found is not None
    assert found.change is GONE


def test_a_figure_that_the_claim_does_not_tell_and_that_was_dropped_does_nothing() -> None:
    quote = "A tariff of 10% on 300 sorts of goods from the United Kingdom starts on February 1, officials said."
    new = "A tariff of 10% on goods from the United Kingdom starts on February 1, officials said."
    assert judged(quote, new, said="A tariff of 10% on goods from the United Kingdom starts on February 1.") is None


def test_a_claim_with_another_quote_that_stands_is_corrected_for_a_figure_and_not_for_what_is_gone() -> None:
    said = "A tariff of 10% on goods from the United Kingdom starts on February 1."
    other = article(page(QUOTE), name="other", version=1)
    first = claim(said, QUOTE)
    both = replace(first, citations=(*first.citations, *claim(said, QUOTE, name="other").citations))
    before = {(each.article_id, 1): page(QUOTE) for each in both.citations}
    for new, change in (("", None), (QUOTE.replace("10%", "12%"), FIGURE)):
        newest = article(page(new))
        found = judge(both, before, {newest.id: newest, other.id: other})
        assert (found and found.change) == change
    nowhere = [article(page(""), name=name) for name in ("tariff", "other")]
    found = judge(both, before, {each.id: each for each in nowhere})
    assert found is not None
    assert found.change is GONE


@pytest.mark.parametrize(
    "new",
    ["Please accept our cookies to read on.", "Error 503", "", "Ten things about ferries. " * 60],
    ids=["consent", "error", "nothing", "another page"],
)
def test_what_is_another_page_says_nothing_about_the_claim(new: str) -> None:
    posted, newest = claim(QUOTE, QUOTE), article(new)
    assert judge(posted, {(newest.id, 1): page(QUOTE)}, {newest.id: newest}) is None


def test_an_article_that_was_not_read_again_backs_its_claim_as_before() -> None:
    posted, same = claim(QUOTE, QUOTE), article(page(""), version=1)
    assert judge(posted, {(same.id, 1): page(QUOTE)}, {}) is None
    assert judge(posted, {}, {same.id: replace(same, version=2)}) is None
    assert judge(posted, {(same.id, 1): page(QUOTE)}, {same.id: same}) is None


_SIGNS = {"-": "–—‑", '"': "“”„«»", "'": "’‘", " ": "\u00a0\u2009", "%": "%"}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_other_sign_case_or_invisible_letter_ever_corrects(data: st.DataObject) -> None:
    old = 'The "10%" duty - the minister\'s idea - starts on 1 March for well-known goods, he said.'
    new = "".join(data.draw(st.sampled_from((sign, *_SIGNS.get(sign, "")))) for sign in old)
    places = data.draw(st.lists(st.integers(0, len(new)), max_size=3))
    for place in places:
        new = new[:place] + "\u00ad" + new[place:]
    if data.draw(st.booleans()):
        new = new.upper()
    assert judged(old, new) is None


@settings(max_examples=40, deadline=None)
@given(figure=st.integers(13, 99_999))
def test_any_other_count_is_a_correction(figure: int) -> None:
    found = judged(TOLL, TOLL.replace("12", f"{figure:,}"))
    assert found is not None
    assert found.change is FIGURE


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_judge(new: str) -> None:
    found = judged(QUOTE, new)
    assert found is None or found.change is GONE or found.now in normalise(new)
