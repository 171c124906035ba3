"""Headlines pass the rules figure, name and shape against the quotes of the story's claims."""

import pytest

from bot.domain.drafts import DraftClaim, Support
from bot.domain.gate import Rule, check, check_headline
from tests.domain.gate.scene import source

SOURCES = {
    "S1": source(
        "Nvidia forecast revenue of $65 billion for the first quarter, above estimates of $61.7 billion.\n\n"
        "Shares of the company rose nearly 4% on Monday. Chief Executive Jensen Huang spoke of strong demand."
    ),
    "S2": source("Analysts at Danske Bank said the outlook for chip makers is good.", title="Nasdaq climbs"),
}
CLAIMS = check(
    [
        DraftClaim(
            text="Nvidia forecast revenue of $65bn.",
            support=(Support(source="S1", quote="Nvidia forecast revenue of $65 billion for the first quarter"),),
        ),
        DraftClaim(
            text="Shares of Nvidia rose almost 4 per cent.",
            support=(Support(source="S1", quote="Shares of the company rose nearly 4% on Monday"),),
        ),
    ],
    SOURCES,
).claims


@pytest.mark.parametrize(
    "headline",
    [
        "Nvidia forecasts $65bn as demand holds",
        "Nvidia shares rise 4% on Monday",
        "Nvidia Forecasts $65 Billion In Revenue As Demand Holds",
        "Huang's Nvidia lifts its outlook",
        "Danske Bank praises chip makers",
    ],
)
def test_a_supported_headline_passes(headline: str) -> None:
    assert len(CLAIMS) == 2
    assert check_headline(headline, CLAIMS, SOURCES) is None


@pytest.mark.parametrize(
    ("headline", "rule"),
    [
        ("Nvidia forecasts $66bn as demand holds", Rule.FIGURE),
        ("Nvidia forecasts $61.7bn as demand holds", Rule.FIGURE),  # in the article, in no quote
        ("Nvidia shares rise on Friday", Rule.FIGURE),
        ("Intel forecasts $65bn as demand holds", Rule.NAME),
        ("Nvidia And Broadcom Forecast Higher Revenue", Rule.NAME),
        ("Nvidia shares *rise* again", Rule.SHAPE),
        ("Nvidia shares rise @everyone", Rule.SHAPE),
        ("Nvidia", Rule.SHAPE),
        ("Nvidia shares rise " + "and rise " * 15, Rule.SHAPE),
        ("", Rule.SHAPE),
    ],
)
def test_an_unsupported_headline_is_refused(headline: str, rule: Rule) -> None:
    found = check_headline(headline, CLAIMS, SOURCES)
    assert found is not None
    assert (found.rule, found.text) == (rule, headline)


def test_without_claims_no_figure_stands() -> None:
    found = check_headline("Nvidia forecasts $65bn", [], SOURCES)
    assert found is not None
    assert found.rule is Rule.FIGURE
    assert check_headline("Nvidia lifts its forecast", [], SOURCES) is None
