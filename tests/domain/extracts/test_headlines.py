"""Which title a story goes by."""

from collections.abc import Sequence

import pytest

from bot.domain.extracts.headlines import headline, without_outlet
from tests.domain.samples import article

TOLD = ["Donald Trump announced a tariff of 10% on all goods from the United Kingdom on Saturday."]
LONG = "Trump announces 10% tariff on all goods from the United Kingdom, stunning London and Brussels"
TELLS = "Trump announces 10% tariff on all UK goods"


@pytest.mark.parametrize(
    ("titles", "chosen"),
    [
        ([TELLS, "Washington sends London a bill"], TELLS),
        (["Washington sends London a bill", TELLS], TELLS),
        (["Will Trump's 10% tariff on UK goods hurt?", TELLS], TELLS),
        (["Here's what Trump's 10% tariff on UK goods means", TELLS], TELLS),
        (["Trump's 10% tariff on all UK goods: what to know", TELLS], TELLS),
        (["Live: Trump announces 10% tariff on all UK goods", TELLS], TELLS),
        ([LONG, TELLS], TELLS),
        ([LONG, "A cold wind"], LONG),
        (["Will Trump's 10% tariff on UK goods hurt?"], "Will Trump's 10% tariff on UK goods hurt?"),
        ([f"{TELLS} | Harbour Ledger"], TELLS),
    ],
)
def test_the_headline_is_the_title_that_tells_most_in_twelve_words(titles: Sequence[str], chosen: str) -> None:
    assert headline([article(title) for title in titles], TOLD) == chosen


def test_a_story_without_claims_goes_by_a_title_too() -> None:
    assert headline([article(TELLS)], []) == TELLS


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Envoys meet in Brussels - BBC News", "Envoys meet in Brussels"),
        ("Envoys meet in Brussels | Reuters", "Envoys meet in Brussels"),
        ("Envoys meet in Brussels – Harbour Ledger", "Envoys meet in Brussels"),
        ("Envoys meet in Brussels - World - The Guardian", "Envoys meet in Brussels - World"),
        ("Envoys meet in Brussels - and go home", "Envoys meet in Brussels - and go home"),
        ("Envoys meet in Brussels", "Envoys meet in Brussels"),
        ("BBC News", "BBC News"),
    ],
)
def test_a_title_goes_without_its_outlet(title: str, bare: str) -> None:
    assert without_outlet(article(title, outlet="Harbour Ledger")) == bare
