import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.addresses import (
    canonical,
    feed_url,
    host_key,
    identity,
    origin,
    origins,
    own_address,
    resolved,
    same_publisher,
    same_site,
    shown,
    spellings,
    without_secrets_of,
)
from bot.domain.errors import InputError
from bot.domain.feeds import FeedUrl


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("https://Example.ORG/a", "https://example.org/a"),
        ("HTTPS://example.org:443/a", "https://example.org/a"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/a?utm_source=rss&utm_medium=feed", "https://example.org/a"),
        ("https://example.org/a?id=7&utm_source=rss&page=2", "https://example.org/a?id=7&page=2"),
        ("https://example.org/a?fbclid=x&gclid=y&at_medium=RSS&partner=rss&emc=rss", "https://example.org/a"),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org/a#comments", "https://example.org/a"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://bücher.example/ä b", "https://xn--bcher-kva.example/%C3%A4%20b"),
        ("https://example.org/a%20b?q=%2F", "https://example.org/a%20b?q=%2F"),
        ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
    ],
)
def test_what_does_not_choose_the_article_is_taken_off_its_address(given_url: str, expected: str) -> None:
    assert canonical(given_url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "no address", "file:///etc/passwd", "ftp://example.org/a", "data:text/plain,x", "javascript:alert(1)"),
        *("http://", "http://x:99999/", "https://ex ample.org/", "http://[::1/"),
    ],
)
def test_what_is_no_web_address_has_no_canonical_form(text: str) -> None:
    with pytest.raises(InputError, match="web address"):
        canonical(text)


def test_scheme_and_final_slash_do_not_make_another_article() -> None:
    many = ["http://example.org/x", "https://example.org/x", "http://example.org/x/", "https://example.org/x/"]
    assert len({identity(url) for url in many}) == 1
    assert all(set(many) <= set(spellings(url)) and spellings(url)[0] == url for url in many)
    assert identity("https://example.org/x?id=1") != identity("https://example.org/x?id=2")
    assert spellings("https://example.org/") == ("https://example.org/", "http://example.org/")


@pytest.mark.parametrize(
    ("fetched", "claimed", "expected"),
    [
        ("https://example.org/a?id=1", "https://example.org/a", "https://example.org/a"),
        ("https://example.org/a/amp", "/a", "https://example.org/a"),
        ("https://m.example.org/a", "https://www.example.org/a", "https://www.example.org/a"),
        ("https://example.org/a", "https://elsewhere.example/a", "https://example.org/a"),
        ("https://example.org/a", "https://example.org/", "https://example.org/a"),
        ("https://example.org/a", "http://example.org/a", "https://example.org/a"),
        ("https://example.org/a", "http://[", "https://example.org/a"),
        ("https://example.org/a?utm_source=x", None, "https://example.org/a"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:9090/a", "http://127.0.0.1:8080/a"),
    ],
)
def test_a_page_may_name_its_address_on_its_own_site(fetched: str, claimed: str | None, expected: str) -> None:
    assert own_address(fetched, claimed) == expected


def test_mobile_and_www_names_are_one_site_and_other_names_are_not() -> None:
    assert same_site("https://www.example.org/a", "http://example.org/b")
    assert same_site("https://amp.example.org/a", "https://m.example.org/b")
    assert not same_site("https://example.org/", "https://example.org.evil.example/")
    assert not same_site("https://example.org/", "https://example.org:8443/")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("example.org", "https://example.org/"),
        ("  Example.org/Feed?a=1#top ", "https://example.org/Feed?a=1"),
        ("feed://example.org/rss", "https://example.org/rss"),
        ("feed:http://example.org/rss", "http://example.org/rss"),
        ("127.0.0.1:8080/feed", "https://127.0.0.1:8080/feed"),
        ("https://me:pw@example.org/rss?utm_source=x", "https://me:pw@example.org/rss?utm_source=x"),
    ],
)
def test_a_feeds_identity_is_made_from_what_a_person_types(typed: str, expected: str) -> None:
    assert feed_url(typed) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://me:pw@example.org/rss", "https://example.org/rss"),
        ("https://me:p@w@example.org/rss?token=hush&id=7", "https://example.org/rss?token=***&id=7"),
        ("https://example.org/rss?id=7&api_key=hush", "https://example.org/rss?id=7&api_key=***"),
        ("https://example.org/rss?feed-token=hush#top", "https://example.org/rss?feed-token=***#top"),
        ("https://example.org/rss?x.auth=hush&SIG=hush", "https://example.org/rss?x.auth=***&SIG=***"),
        ("https://example.org/rss?password=hush&passwd=hush", "https://example.org/rss?password=***&passwd=***"),
        ("https://example.org/token=1?monkey=2&author=3&key=", "https://example.org/token=1?monkey=2&author=3&key="),
        ("https://me:pw@[", "an address that cannot be read"),
    ],
)
def test_nothing_that_opens_a_door_is_shown(url: str, expected: str) -> None:
    assert shown(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?token=hush", "https://example.org/a"),
        ("https://example.org/a?id=7&token=hush&page=2", "https://example.org/a?id=7&page=2"),
        ("https://example.org/a?token=another", "https://example.org/a?token=another"),
        ("https://example.org/a", "https://example.org/a"),
    ],
)
def test_an_articles_address_has_no_secret_of_its_feed(url: str, expected: str) -> None:
    assert without_secrets_of(FeedUrl("https://example.org/rss?kind=news&token=hush"), url) == expected
    assert without_secrets_of(FeedUrl("https://example.org/rss?kind=news"), url) == url


def test_hosts_are_told_apart_by_port() -> None:
    assert host_key("http://Example.org/a") == "example.org:80"
    assert host_key("https://example.org/a") == "example.org:443"
    assert host_key("http://127.0.0.1:8080/") == "127.0.0.1:8080"


def test_a_relative_link_becomes_a_whole_address_or_none() -> None:
    assert resolved("https://example.org/a/b", "../c") == "https://example.org/c"
    assert resolved("https://example.org/", "mailto:a@b.c") == ""
    assert resolved("https://example.org/", "http://[") == ""


def test_half_a_character_in_an_address_is_left_out() -> None:
    assert canonical("https://example.org/\ud83d?a=\udfff") == "https://example.org/?a="


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_an_input_error(text: str) -> None:
    for read in (canonical, feed_url):
        try:
            once = read(f"https://example.org/{text}")
        except InputError:
            continue
        assert read(once) == once


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("https://feeds.example.org/rss", "https://www.example.org/a", True),
        ("https://rss.example.co.uk/feed", "https://example.co.uk/a", True),
        ("https://one.co.uk/feed", "https://two.co.uk/a", False),
        ("https://example.org/", "https://example.org.evil.example/", False),
        ("https://one.substack.com/feed", "https://two.substack.com/p/a", False),
        ("https://one.substack.com/feed", "https://one.substack.com/p/a", True),
        ("https://go.com/feed", "https://abcnews.go.com/a", True),
        ("http://10.0.0.1/feed", "http://10.0.0.2/a", False),
        ("http://127.0.0.1:8001/feed", "http://127.0.0.1:8002/a", False),
        ("http://[::1]/feed", "http://[::1]/a", True),
        ("", "https://example.org/", False),
        ("", "", False),
    ],
)
def test_addresses_under_one_domain_belong_to_one_publisher(one: str, other: str, expected: bool) -> None:
    assert same_publisher(one, other) is expected


def test_an_address_that_nobody_could_use_is_refused() -> None:
    with pytest.raises(InputError, match="longer than 2,000 characters"):
        canonical("https://example.org/" + "x" * 2_000)


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        (["https://a.example/x", "https://a.example/y/z"], ["https://a.example", "http://a.example"]),
        (["HTTP://me:secret@A.Example:8080?q=/x"], ["https://a.example:8080", "http://a.example:8080"]),
        (["https://a.example/", "https://b.example/", "https://c.example/"], []),
        (["https://a.example/", "no address"], []),
        ([], []),
    ],
)
def test_addresses_of_few_origins_say_where_they_lead(urls: list[str], expected: list[str]) -> None:
    assert origins(urls, at_most=2) == set(expected)


@given(st.text(st.sampled_from("htps:/@ab.E\\?#\n %[]ü"), max_size=30))
def test_where_an_address_leads_is_where_its_canonical_form_does_or_cannot_be_told(text: str) -> None:
    for url in (text, f"https:/{text}", f"http://a{text}", f" https://a.b{text}"):
        try:
            found = canonical(url)
        except InputError:
            continue
        assert not origins([url], at_most=1) or origin(found) in origins([url], at_most=1)
