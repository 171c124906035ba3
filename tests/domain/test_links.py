"""Links that lead a browser to a quote."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import Tier
from bot.domain.links import citation_link

URL = "https://ledger.example/a?id=1&x=2"


def test_a_short_quote_stands_whole() -> None:
    assert citation_link(URL, Tier.FULL, "The port, re-opened") == f"{URL}#:~:text=The%20port%2C%20re%2Dopened"


def test_a_long_quote_is_named_by_its_first_and_last_words() -> None:
    quote = "The harbour at Nuuk reopened on Friday after the storm had passed"
    assert citation_link(URL, Tier.FULL, quote) == f"{URL}#:~:text=The%20harbour%20at%20Nuuk,the%20storm%20had%20passed"


def test_a_fragment_that_is_there_already_is_dropped() -> None:
    assert citation_link(f"{URL}#comments", Tier.FULL, "The port is open") == citation_link(
        URL, Tier.FULL, "The port is open"
    )


@pytest.mark.parametrize("tier", [Tier.FEED, Tier.EXCERPT, Tier.HEADLINE])
def test_a_page_that_was_not_read_is_linked_as_it_is(tier: Tier) -> None:
    assert citation_link(f"{URL}#top", tier, "The port is open") == f"{URL}#top"


def test_the_first_words_grow_until_they_are_unique_in_the_article() -> None:
    quote = "He said that the port would open again in May after the long storm"
    text = f"He said that the talks failed. {quote}."
    link = citation_link(URL, Tier.FULL, quote, within=text)
    assert link.endswith("#:~:text=He%20said%20that%20the%20port,after%20the%20long%20storm")


@given(st.text(min_size=1), st.text())
def test_the_fragment_is_the_quotes_own_beginning_and_end(quote: str, within: str) -> None:
    page, mark, fragment = citation_link(URL, Tier.FULL, quote, within=within).partition("#:~:text=")
    assert page == URL
    words = " ".join(quote.split()).encode(errors="replace").decode()
    if not words:
        assert not mark
        return
    assert set(fragment) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%,")
    first, _, last = fragment.partition(",")
    assert words.startswith(unquote(first))
    assert words.endswith(unquote(last))
    assert len(unquote(first)) + len(unquote(last)) <= len(words)
