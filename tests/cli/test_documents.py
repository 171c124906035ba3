"""The JSON documents hold what the contract with programs names."""

from dataclasses import replace

from bot.cli.documents import briefing_document
from bot.domain.briefings import Withheld
from tests.contracts.samples import DAY, NOW, article, briefing, claim, telling

ONE = article("one")


def test_a_story_says_what_was_withheld_since_when_it_is_new_and_what_is_an_update() -> None:
    refusal = Withheld(text="It cost 99.", rule="figure", reason="The figure “99” stands in none of its quotes.")
    told = replace(
        telling("s1", ONE),
        claims=(claim(ONE), replace(claim(ONE), update=True)),
        refusals=(refusal,),
        since=NOW - DAY,
    )
    document = briefing_document(replace(briefing("b1", told, telling("s2", ONE)), unchanged=("Quiet",)))
    first, second = document["stories"]
    assert first["refusals"] == [{"text": refusal.text, "rule": "figure", "reason": refusal.reason}]
    assert (first["since"], second["since"]) == ("2026-02-28T12:00:00.123456Z", None)
    assert [each["update"] for each in first["claims"]] == [False, True]
    assert document["unchanged"] == ["Quiet"]
    assert "Nothing new on: “Quiet”." in document["messages"]["front"]
    assert "**Now:** " in document["messages"]["thread"][0]
