"""Rules 1 and 2: the source was supplied and the quote stands in it, word for word."""

import pytest

from bot.domain.articles import Tier, article_id
from bot.domain.briefings import Role
from bot.domain.drafts import DraftClaim, Support
from bot.domain.gate import Rule, check
from bot.domain.gate.quotes import View
from tests.domain.gate.scene import broken, judged, refusal, source

TEXT = (
    "Officials in Nuuk said the talks “won’t be hurried” – not this month. The next round is planned for May.\n\n"
    "The port, which opened in 2019, handles most of the island's freight… and its fish. Ørsted’s café is closed."
)

STANDING = [
    ("Officials in Nuuk said the talks", "Officials in Nuuk said the talks"),
    ("officials in NUUK said the talks", "Officials in Nuuk said the talks"),
    ('said the talks "won\'t be hurried" - not this month', "said the talks “won’t be hurried” – not this month"),
    ("said the talks «won´t be hurried» — not this month.", "said the talks “won’t be hurried” – not this month."),
    ("Officials  in\u00a0Nuuk\nsaid\tthe talks", "Officials in Nuuk said the talks"),
    ("Offi\u00adcials in Nu\u200buk said the talks", "Officials in Nuuk said the talks"),
    ("most of the island's freight... and its fish", "most of the island's freight… and its fish"),
    ("ørsted's cafe\u0301 is closed", "Ørsted’s café is closed"),
    ('"The next round is planned for May"', "The next round is planned for May"),
    ("…the next round is planned for May…", "The next round is planned for May"),
    ("The next round is planned for May!", None),
    ("The next round is planned for Ma", None),
    ("fficials in Nuuk said the talks", None),
    ("Officials in Nuuk said talks", None),
    ("Officials in Nuuk say the talks", None),
    ("The port opened in 2019, handles most", None),
    ("Orsted's cafe is closed today", None),
]


@pytest.mark.parametrize(("given", "stands"), STANDING)
def test_a_quote_is_found_through_typography_and_through_nothing_else(given: str, stands: str | None) -> None:
    stored = source(TEXT).text
    assert View(stored).find(given) == stands
    assert stands is None or stands in stored


def test_a_quote_is_given_back_as_it_stands() -> None:
    text = "The minister spoke of “a long – very long – road” on Monday."
    verdict = judged("The minister spoke of a road.", 'The minister spoke of "a long - very long - road"', text=text)
    assert verdict.claims[0].citations[0].quote == "The minister spoke of “a long – very long – road”"


def test_a_quote_across_two_paragraphs_is_refused_with_that_reason() -> None:
    found = refusal("The round is planned for May.", "planned for May. The port, which opened", text=TEXT)
    assert found is not None
    assert found.rule is Rule.QUOTE
    assert "two paragraphs" in found.reason


@pytest.mark.parametrize("dots", ["…", "...", " … ", " [...] "])
def test_a_quote_that_leaves_words_out_is_refused_with_that_reason(dots: str) -> None:
    quote = f"Officials in Nuuk said{dots}not this month"
    found = refusal("Officials said not this month.", quote, text=TEXT)
    assert found is not None
    assert found.rule is Rule.QUOTE
    assert "leaves words out" in found.reason


def test_a_quote_of_three_words_is_too_short_to_mean_anything() -> None:
    found = refusal("The talks are in Nuuk.", "Officials in Nuuk", text=TEXT)
    assert found is not None
    assert found.rule is Rule.QUOTE
    assert "too short" in found.reason


def test_an_article_is_no_quote() -> None:
    text = "The island exports fish. " * 60
    assert broken("The island exports fish.", text, text=text) is Rule.QUOTE


def test_a_source_that_was_not_supplied_is_refused() -> None:
    draft = DraftClaim(text="The talks go on.", support=(Support(source="S2", quote="The talks go on in Nuuk."),))
    refused = check([draft], {"S1": source("The talks go on in Nuuk.")}).refusals[0]
    assert refused.rule is Rule.SOURCE
    assert "S2" in refused.reason


def test_a_claim_without_support_is_refused() -> None:
    verdict = check([DraftClaim(text="The talks go on.", support=())], {"S1": source("The talks go on.")})
    assert [refused.rule for refused in verdict.refusals] == [Rule.SOURCE]


def test_one_bad_quote_among_good_ones_refuses_the_claim() -> None:
    text = "The talks go on in Nuuk.\n\nThe port is closed for now."
    assert (
        broken("The talks go on in Nuuk.", "The talks go on in Nuuk.", "The port is open again", text=text)
        is Rule.QUOTE
    )


def test_citations_are_numbered_by_the_place_of_their_source() -> None:
    one, two = source("The talks go on in Nuuk."), source("The port stays closed until May.", version=3)
    draft = DraftClaim(
        text="  The talks go on,\nand the port stays closed. ".replace("\n", " "),
        role=Role.WHY,
        support=(
            Support(source="B", quote="the port stays closed until May"),
            Support(source="A", quote="The talks go on in Nuuk."),
            Support(source="A", quote="the talks go on in Nuuk."),
        ),
    )
    claim = check([draft], {"A": one, "B": two}).claims[0]
    assert claim.role is Role.WHY
    assert claim.text == "The talks go on, and the port stays closed."
    assert [(citation.n, citation.version, citation.quote) for citation in claim.citations] == [
        (2, 3, "The port stays closed until May"),
        (1, 1, "The talks go on in Nuuk."),
    ]
    assert claim.citations[0].article_id == article_id("https://ledger.example/a?id=1")
    assert claim.citations[0].link == "https://ledger.example/a?id=1#:~:text=The%20port%20stays%20closed%20until%20May"


def test_only_a_page_that_was_read_is_linked_by_its_text() -> None:
    held = source("The talks go on in Nuuk.", tier=Tier.EXCERPT)
    draft = DraftClaim(text="The talks go on in Nuuk.", support=(Support(source="S1", quote="talks go on in Nuuk"),))
    citation = check([draft], {"S1": held}).claims[0].citations[0]
    assert citation.link == citation.url == held.url


def test_words_in_quotation_marks_must_have_been_said() -> None:
    quote = "She told reporters that Europe didn’t want a fight but would not be blackmailed."
    assert broken('Europe, she said, "did not want a fight".', quote) is None
    assert broken('Europe "would not be blackmailed," she said.', quote) is None
    assert broken('Europe "would not be threatened", she said.', quote) is Rule.QUOTE
    assert broken('Europe "would be blackmailed again", she said.', quote) is Rule.QUOTE
    assert broken('Reporters were told that the "fight" was not what Europe wanted.', quote) is None


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        ('Europe "did not want to fight", she said.', "Europe did not want to fight, she said."),
        ("Europe “didn’t want a fight”, she said.", "Europe “didn’t want a fight”, she said."),
    ],
)
def test_words_that_only_nearly_were_said_are_told_without_quotation_marks(claim: str, shown: str) -> None:
    quote = "She told reporters that Europe didn’t want a fight but would not be blackmailed."
    assert [each.text for each in judged(claim, quote).claims] == [shown]


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ("The port lost about 13", "The port lost about 13.5 million euros"),
        ("The port lost about 13.5 million", "The port lost about 13.5 million euros"),
        ("5 million euros last year", "13.5 million euros last year"),
        ("12 billion, the minister said", "$12 billion, the minister said"),
        ("while its rival gained twenty", "while its rival gained twenty per cent"),
    ],
)
def test_a_quote_that_cuts_through_an_amount_is_completed(given: str, stands: str) -> None:
    text = (
        "The port lost about 13.5 million euros last year, while its rival gained twenty per cent. "
        "It would take $12 billion, the minister said."
    )
    assert View(text).find(given) == stands
    assert broken("The port lost about 13 last year.", "The port lost about 13", text=text) is Rule.FIGURE


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ("The government said. The long term plan", "The govern-ment said.The long-term plan"),
        ("The govern-\nment said. The long-term plan", "The govern-ment said.The long-term plan"),
        ("the long‑term plan cost 1 000 euros", "The long-term plan cost 1 000 euros"),
        ("The long-term plan cost 1000 euros", None),
        ("euros and 1213 ships were", None),
        ("The government said the plan", None),
        ("overnment said. The long term plan", None),
        ("The government said. The long term pla", None),
    ],
)
def test_a_quote_is_found_through_words_joined_or_broken_but_never_through_digits(
    given: str, stands: str | None
) -> None:
    assert (
        View("The govern-ment said.The long-term plan cost 1 000 euros and 12-13 ships were built.").find(given)
        == stands
    )
