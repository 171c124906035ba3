from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.articles import Tier
from bot.domain.feeds import Entry, EntryId
from bot.domain.reading import best_text, credible, newest_first, pages_wanted, told_apart

NOW = datetime(2026, 1, 18, 12, 0, tzinfo=UTC)
SENTENCE = "The commission answered on Monday that it would wait. "


def entry(name: str = "a", **more: object) -> Entry:
    return Entry(**{"id": EntryId(name), "url": f"https://example.org/{name}", "title": name, **more})


def test_entries_that_share_an_id_are_told_apart_by_link() -> None:
    one, two = entry("a", id=EntryId("same")), entry("b", id=EntryId("same"))
    assert [e.id for e in told_apart([one, two, entry("c")])] == [
        "same https://example.org/a",
        "same https://example.org/b",
        "c",
    ]


def test_entries_that_share_id_and_link_are_told_apart_by_their_words() -> None:
    one, two = told_apart([entry("a", title="One"), entry("a", title="Two")])
    assert one.id != two.id


def test_an_entry_given_twice_is_new_once() -> None:
    assert newest_first(told_apart([entry(), entry()]), (), NOW) == told_apart([entry(), entry()])[:1]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (NOW - timedelta(hours=1), NOW - timedelta(hours=1)),
        (NOW + timedelta(days=1), NOW),
        (datetime(1970, 1, 1, tzinfo=UTC), None),
        (datetime(1, 1, 1, tzinfo=UTC), None),
        (None, None),
    ],
)
def test_only_a_credible_date_is_believed(published: datetime | None, expected: datetime | None) -> None:
    assert credible(published, NOW) == expected


def test_known_entries_are_not_new_and_new_ones_come_newest_first() -> None:
    hour = timedelta(hours=1)
    entries = [entry("old", published_at=NOW - 2 * hour), entry("known"), entry("new", published_at=NOW - hour)]
    assert [e.id for e in newest_first(entries, {EntryId("known")}, NOW)] == ["new", "old"]


def test_pages_are_read_for_the_newest_recent_entries_only() -> None:
    token = "https://news.google.com/rss/articles/CBMiX"
    entries = [
        entry("a"),
        entry("token", url=token),
        entry("b", published_at=NOW - timedelta(days=1)),
        entry("c", published_at=NOW - timedelta(days=2)),
        entry("ancient", published_at=NOW - timedelta(days=8)),
    ]
    assert pages_wanted(entries, NOW, at_most=10) == {"a", "b", "c"}
    assert pages_wanted(entries, NOW, at_most=2) == {"a", "b"}


@pytest.mark.parametrize(
    ("given_entry", "page", "expected"),
    [
        (entry(text=SENTENCE), SENTENCE * 5, Tier.FULL),
        (entry(text=SENTENCE * 9, whole=True), SENTENCE * 5, Tier.FEED),
        (entry(text=SENTENCE * 9), SENTENCE * 5, Tier.EXCERPT),
        (entry(text=SENTENCE), "", Tier.EXCERPT),
        (entry(text=SENTENCE, whole=True), "", Tier.FEED),
        (entry(), "Please enable JavaScript.", Tier.HEADLINE),
        (entry(), "", Tier.HEADLINE),
        (entry("A title", text="A Title"), "", Tier.HEADLINE),
        (entry(url="https://news.google.com/rss/articles/CBMiX", text=SENTENCE), SENTENCE * 5, Tier.HEADLINE),
    ],
)
def test_the_best_text_that_is_known_serves(given_entry: Entry, page: str, expected: Tier) -> None:
    tier, text = best_text(given_entry, page)
    assert tier is expected
    assert text == {Tier.FULL: page, Tier.HEADLINE: ""}.get(tier, given_entry.text)
