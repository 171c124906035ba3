"""The JSON documents hold what the contract with programs names."""

from dataclasses import replace

from bot.cli.documents import briefing_document, feed_document
from bot.domain.briefings import Withheld
from bot.domain.feeds import Feed, FeedState, FeedUrl
from tests.contracts.samples import DAY, NOW, article, briefing, claim, telling

ONE = article("one")


def test_a_feed_says_when_it_is_checked_how_much_it_brings_and_what_its_failures_mean() -> None:
    feed = Feed(url=FeedUrl("https://me:hunter2@a.example/feed"), outlet="A")
    state = FeedState(
        url=feed.url,
        due_at=NOW,
        succeeded_at=NOW - DAY,
        failures=3,
        failing_since=NOW - DAY,
        error="timeout",
        detail="The server took too long to answer.",
        entries_a_week=7.26,
    )
    document = feed_document(feed, state)
    assert (document["url"], document["due_at"]) == ("https://a.example/feed", "2026-03-01T12:00:00.123456Z")
    assert (document["failures"], document["gone"], document["entries_a_week"]) == (3, False, 7.3)
    assert document["trouble"].startswith("Failed 3 times in a row since 2026-02-28 12:00 UTC: ")
    never = feed_document(feed, None)
    assert (never["succeeded_at"], never["due_at"], never["trouble"], never["entries_a_week"]) == (None,) * 4


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
