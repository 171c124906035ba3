import pytest

from bot.domain.discovery import feed_links, well_known

URL = "https://example.org/news/"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/rss">', ["https://example.org/rss"]),
        ("<LINK REL=Alternate TYPE='application/atom+xml; charset=utf-8' HREF=atom>", [URL + "atom"]),
        ('<link rel="feed" href="https://feeds.example.com/x">', ["https://feeds.example.com/x"]),
        ('<base href="/base/"><link rel=feed href=f.json>', ["https://example.org/base/f.json"]),
        ('<link rel="alternate" hreflang="de" href="/de">', []),
        ('<link rel="alternate" type="application/json+oembed" href="/oembed">', []),
        ('<link rel="stylesheet" type="text/css" href="/s.css"><p>no feed', []),
        ('<link rel="alternate" type="application/rss+xml" href="javascript:x">', []),
        ("<link rel='alternate' type='text/xml' href='http://[' >", []),
    ],
)
def test_a_page_names_its_feeds(markup: str, expected: list[str]) -> None:
    assert list(feed_links(f"<html><head>{markup}</head></html>".encode(), URL)) == expected


def test_the_feed_of_comments_is_tried_last_and_each_feed_once() -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
    page = link.format("Comments", "/c") + link.format("News", "/n") + link.format("News", "/n")
    assert feed_links(page.encode(), URL) == ("https://example.org/n", "https://example.org/c")


def test_bytes_that_are_no_text_name_no_feed() -> None:
    assert feed_links(bytes(range(256)) * 10 + b"<![CDATA[<!x <![", URL) == ()


def test_well_known_paths_are_on_the_same_site() -> None:
    found = well_known("https://example.org/")
    assert found
    assert all(address.startswith("https://example.org/") for address in found)


def test_a_page_within_a_site_is_not_the_site() -> None:
    assert well_known("https://example.org/news/a-story") == ()
