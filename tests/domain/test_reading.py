from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.articles import Tier
from bot.domain.feeds import Entry, EntryId
from bot.domain.reading import (
    MOST_CHARS,
    MOST_ENTRIES,
    best_text,
    bounded,
    credible,
    moment,
    newest_first,
    pages_wanted,
    reserves,
    title_of,
    told_apart,
)

NOON = datetime(2026, 1, 18, 12, 0, tzinfo=UTC)
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
    assert newest_first(told_apart([entry(), entry()]), (), NOON) == told_apart([entry(), entry()])[:1]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (NOON - timedelta(hours=1), NOON - timedelta(hours=1)),
        (NOON + timedelta(days=1), NOON),
        (datetime(1970, 1, 1, tzinfo=UTC), None),
        (datetime(1, 1, 1, tzinfo=UTC), None),
        (None, None),
    ],
)
def test_only_a_credible_date_is_believed(published: datetime | None, expected: datetime | None) -> None:
    assert credible(published, NOON) == expected


def test_known_entries_are_not_new_and_new_ones_come_newest_first() -> None:
    hour = timedelta(hours=1)
    entries = [entry("old", published_at=NOON - 2 * hour), entry("known"), entry("new", published_at=NOON - hour)]
    assert [e.id for e in newest_first(entries, {EntryId("known")}, NOON)] == ["new", "old"]


def test_pages_are_read_for_the_newest_recent_entries_only() -> None:
    token = "https://news.google.com/rss/articles/CBMiX"
    entries = [
        entry("a"),
        entry("token", url=token),
        entry("b", published_at=NOON - timedelta(days=1)),
        entry("c", published_at=NOON - timedelta(days=2)),
        entry("ancient", published_at=NOON - timedelta(days=8)),
    ]
    assert pages_wanted(entries, NOON, at_most=10) == {"a", "b", "c"}
    assert pages_wanted(entries, NOON, at_most=2) == {"a", "b"}


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


def test_of_a_flood_of_entries_the_newest_are_kept() -> None:
    entries = [entry(str(n), published_at=NOON - timedelta(seconds=n)) for n in range(MOST_ENTRIES + 5)]
    kept = newest_first(reversed(entries), (), NOON)
    assert (len(kept), kept[0].id) == (MOST_ENTRIES, "0")


@pytest.mark.parametrize("paragraph", ["word " * 50, "word", "w" * 2 * MOST_CHARS, "word " * MOST_CHARS])
def test_an_endless_text_is_kept_up_to_a_paragraph_or_word(paragraph: str) -> None:
    text = "\n\n".join([paragraph.strip()] * (3 * MOST_CHARS // len(paragraph) + 2))
    kept = bounded(text)
    assert text.startswith(kept)
    assert 0 < len(kept) <= MOST_CHARS
    assert bounded(kept) == kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-18T13:00:00+01:00", NOON),
        ("2026-01-18T12:00:00Z", NOON),
        (" 2026-01-18 12:00 ", NOON),
        ("2026-01-18", NOON.replace(hour=0)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_a_moment_is_read_in_utc(text: str | None, expected: datetime | None) -> None:
    assert moment(text) == expected


def test_headers_may_reserve_rights() -> None:
    assert reserves({"tdm-reservation": "1"})
    assert reserves({"x-robots-tag": "noindex, NoAI"})
    assert not reserves({"tdm-reservation": "0", "x-robots-tag": "noindex"})
    assert not reserves({})


def test_an_article_is_called_by_feed_page_or_opening() -> None:
    assert title_of(entry(title="Feed"), "Page", "Text.") == "Feed"
    assert title_of(entry(title=""), "Page", "Text.") == "Page"
    assert title_of(entry(title=""), None, "Text.\n\nMore.") == "Text."
    assert title_of(entry(title=""), None, "word " * 30) == "word " * 19 + "word…"
    assert title_of(entry(title=""), None, "") == ""
