import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.feed_parsers import HybridFeedParser, read_tolerant
from bot.domain.errors import Fault, FetchError, ReadingError
from bot.domain.feeds import Entry, ParsedFeed, Wishes
from tests.doubles.workers_here import WorkersHere

URL = "https://example.org/news/feed.xml"
TEXT = "<p>Ships waited off the coast on Monday.</p><p>They left on Tuesday.</p>"
PLAIN = "Ships waited off the coast on Monday.\n\nThey left on Tuesday."
RSS_HEAD = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title><link>https://example.org/</link>'
)


def rss(*items: str, head: str = "") -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{RSS_HEAD}{head}{inner}</channel></rss>'


def item(title: str = "Ships wait", link: str = "https://example.org/a", rest: str = "") -> str:
    return f"<title>{title}</title><link>{link}</link>{rest}<pubDate>Sun, 18 Jan 2026 12:00:00 +0100</pubDate>"


def atom(*entries: str, attributes: str = "") -> str:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>News</title><id>x</id>{inner}</feed>'


async def read(body: str | bytes, *, content_type: str = "", workers: WorkersHere | None = None) -> ParsedFeed:
    raw = body.encode() if isinstance(body, str) else body
    return await HybridFeedParser(workers or WorkersHere()).parse(raw, url=URL, content_type=content_type)


async def first(body: str | bytes, **more: str) -> Entry:
    return (await read(body, **more)).entries[0]


async def test_an_rss_item_becomes_an_entry() -> None:
    markup = "<guid isPermaLink='false'>7</guid><dc:creator>Ann Example</dc:creator><description>Short.</description>"
    feed = await read(rss(item(rest=markup), head="<language>en-GB</language>"))
    assert (feed.title, feed.home, feed.format, feed.language) == ("News", "https://example.org/", "rss", "en-gb")
    assert feed.entries == (
        Entry(
            id="7",
            url="https://example.org/a",
            title="Ships wait",
            text="Short.",
            published_at=datetime(2026, 1, 18, 11, tzinfo=UTC),
            author="Ann Example",
        ),
    )


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("AT&amp;T &amp; others", "AT&T & others"),
        ("AT&amp;amp;T", "AT&T"),
        ("Don&amp;#8217;t", "Don’t"),
        ("<![CDATA[A <b>bold</b> claim]]>", "A bold claim"),
        ("A &lt;em&gt;mild&lt;/em&gt; claim", "A mild claim"),
        ("A <b>marked</b> claim", "A marked claim"),
        ("  two\n  lines ", "two lines"),
        ("Zero\u200bwidth \u202eright", "Zerowidth right"),
        ("5 &lt; 7", "5 < 7"),
    ],
)
async def test_titles_are_plain(title: str, expected: str) -> None:
    assert (await first(rss(item(title)))).title == expected


async def test_full_content_is_told_from_a_description() -> None:
    encoded = f"<content:encoded><![CDATA[{TEXT}]]></content:encoded>"
    full = await first(rss(item(rest=f"<description>Short.</description>{encoded}")))
    assert (full.text, full.whole) == (PLAIN, True)
    short = await first(rss(item(rest=f"<description><![CDATA[{TEXT}]]></description>")))
    assert (short.text, short.whole) == (PLAIN, False)
    same = await first(rss(item(rest=f"<description><![CDATA[{TEXT}]]></description>{encoded}")))
    assert same.whole


async def test_full_content_of_an_rdf_feed_is_read() -> None:
    feed = await read(
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        '<channel rdf:about="x"><title>News</title><link>https://example.org/</link></channel>'
        '<item rdf:about="https://example.org/a"><title>Ships wait</title><link>https://example.org/a</link>'
        f"<dc:date>2026-01-18T11:00:00Z</dc:date><content:encoded><![CDATA[{TEXT}]]></content:encoded></item></rdf:RDF>"
    )
    entry = feed.entries[0]
    assert (feed.format, entry.text, entry.whole) == ("rdf", PLAIN, True)
    assert entry.published_at == datetime(2026, 1, 18, 11, tzinfo=UTC)


async def test_a_text_that_ends_by_asking_to_read_on_is_not_whole() -> None:
    entry = await first(
        rss(item(rest=f"<content:encoded><![CDATA[{TEXT}<p><a href='x'>Continue reading</a></p>]]></content:encoded>"))
    )
    assert (entry.text, entry.whole) == (PLAIN, False)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (f"<description>{TEXT}</description>", PLAIN),
        (f"<content:encoded>{TEXT}</content:encoded>", PLAIN),
        ("<dc:description>Ships waited.</dc:description>", "Ships waited."),
        ("<itunes:summary>Ships waited.</itunes:summary>", "Ships waited."),
        (f"<body xmlns='http://www.w3.org/1999/xhtml'>{TEXT}</body>", PLAIN),
        (
            "<media:group><media:content url='https://example.org/v.mp4'/><media:description>A film of ships."
            "</media:description></media:group>",
            "A film of ships.",
        ),
        (
            "<description>Ships waited.</description><media:content url='https://example.org/v.jpg'>"
            "<media:description>Ships in the harbour. Photo: Ann Example</media:description></media:content>",
            "Ships waited.",
        ),
    ],
)
async def test_an_rss_items_text_is_found_wherever_it_stands(markup: str, text: str) -> None:
    spaces = 'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    assert (await first(rss(item(rest=markup)).replace("<rss ", f"<rss {spaces} "))).text == text


@pytest.mark.parametrize(
    "content",
    [
        f'<content type="text/html">{TEXT}</content>',
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{TEXT}</div></content>',
        f'<summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{TEXT}</div></summary>',
        f"<content type='html' xml:base='https://example.org/deep/'><![CDATA[{TEXT}]]></content>",
    ],
)
async def test_an_atom_entrys_text_is_read_escaped_or_not(content: str) -> None:
    entry = f'<id>1</id><title>One</title><link href="https://example.org/a"/>{content}'
    assert (await first(atom(f"{entry}<updated>2026-01-18T11:00:00Z</updated>"))).text == PLAIN


async def test_atom_with_a_base_and_markup_in_titles() -> None:
    feed = await read(
        atom(
            '<id>1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Less <i>is</i> more</div></title>'
            '<link rel="self" href="/self"/><link rel="alternate" href="a"/><updated>2026-01-18T11:00:00Z</updated>'
            f'<content type="html">{TEXT.replace("<", "&lt;")}</content>',
            '<id>2</id><title>Two</title><link href="b"/><updated>2026-01-18T10:00:00Z</updated>'
            '<content type="text">5 &lt; 7, they say</content>',
            attributes='xml:base="https://example.org/base/" xml:lang="de"',
        )
    )
    one, two = feed.entries
    assert (feed.format, feed.language) == ("atom", "de")
    assert (one.title, one.url, one.text, one.whole) == ("Less is more", "https://example.org/base/a", PLAIN, True)
    assert (two.url, two.text) == ("https://example.org/base/b", "5 < 7, they say")


async def test_a_base_of_one_entry_counts_for_that_entry() -> None:
    entry = '<title>One</title><link href="a"/><updated>2026-01-18T11:00:00Z</updated>'
    body = atom(f"<id>1</id>{entry}", "").replace("<entry><id>1", '<entry xml:base="https://example.com/deep/"><id>1')
    assert (await first(body)).url == "https://example.com/deep/a"


async def test_relative_links_are_made_whole() -> None:
    assert (await first(rss(item(link="/a?x=1&amp;y=2")))).url == "https://example.org/a?x=1&y=2"
    assert (await first(rss(item(link="javascript:alert(1)")))).url == ""


async def test_one_id_on_all_entries_leaves_all_of_them() -> None:
    guid = '<guid isPermaLink="false">same</guid>'
    entries = (await read(rss(*(item(link=f"https://example.org/{n}", rest=guid) for n in range(3))))).entries
    assert len({entry.id for entry in entries}) == 3


async def test_no_date_is_none_and_an_id_is_not_taken_for_one() -> None:
    assert (await first(rss("<title>A</title><link>https://example.org/a</link>"))).published_at is None
    guid = "<guid isPermaLink='false'>2024-05-06</guid>"
    assert (await first(rss(f"<title>A</title><link>https://example.org/a</link>{guid}"))).published_at is None


@pytest.mark.parametrize(
    "date",
    [
        "Sun, 18 Jan 2026 11:00:00 GMT",
        "2026-01-18T12:00:00+01:00",
        "Sun, 18 Jan 2026 06:00:00 EST",
        "2026-01-18 11:00:00",
    ],
)
async def test_dates_are_read_in_utc(date: str) -> None:
    entry = await first(rss(f"<title>A</title><link>https://example.org/a</link><pubDate>{date}</pubDate>"))
    assert entry.published_at == datetime(2026, 1, 18, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        rss(item(), head='<atom:link href="https://hub.example/" rel="hub"/>'),
        rss(item(), head="<atom:link rel='hub' href='//hub.example/'></atom:link>"),
        atom("<id>1</id>", attributes="").replace(
            "<id>x</id>", '<link rel="self" href="/x"/><link rel="hub" href="https://hub.example/"/>'
        ),
        '{"version": "https://jsonfeed.org/version/1.1", "items": [],'
        ' "hubs": [{"type": "rssCloud", "url": "https://x.example/"}, {"type": "WebSub", "url": "https://hub.example/"}]}',
    ],
)
async def test_a_hub_that_a_feed_names_is_noted(body: str) -> None:
    assert (await read(body)).wishes.hub == "https://hub.example/"


async def test_wishes_are_read_from_the_head() -> None:
    head = (
        "<ttl>90</ttl><skipHours><hour>0</hour><hour> 24 </hour><hour>5</hour></skipHours><skipDays><day>Sunday</day>"
    )
    feed = await read(rss(item(), head=head + "<day>noday</day></skipDays>"))
    expected = Wishes(ttl=timedelta(minutes=90), skip_hours=frozenset({0, 5}), skip_days=frozenset({6}))
    assert feed.wishes == expected
    assert (await read(rss(item()))).wishes == Wishes()


async def test_a_json_feed_is_a_feed() -> None:
    feed = await read(
        '{"version": "https://jsonfeed.org/version/1.1", "title": "News", "home_page_url": "/", "items": ['
        f'{{"id": 7, "url": "a", "title": "A &amp; B", "content_html": "{TEXT}", "authors": [{{"name": "Ann"}}],'
        '"date_published": "2026-01-18T12:00:00+01:00"},'
        '{"id": "8", "url": "b", "content_text": "Five < seven.\\n\\nSo it is."},'
        '{"id": "9", "url": "c", "title": "C", "summary": "Short."}, 3, {"id": {}, "title": 4}]}',
        content_type="application/feed+json",
    )
    one, two, three, four = feed.entries
    assert (feed.format, feed.title, feed.home) == ("json", "News", "https://example.org/")
    assert (one.id, one.url, one.title, one.author) == ("7", "https://example.org/news/a", "A & B", "Ann")
    assert (one.text, one.whole, one.published_at) == (PLAIN, True, datetime(2026, 1, 18, 11, tzinfo=UTC))
    assert (two.title, two.text, two.whole) == ("", "Five < seven.\n\nSo it is.", True)
    assert (three.text, three.whole, three.published_at) == ("Short.", False, None)
    assert (four.url, four.title) == ("", "")


async def test_half_a_character_in_a_json_feed_is_left_out() -> None:
    feed = await read(
        r'{"version": "https://jsonfeed.org/version/1.1", "title": "News", "language": "en\udc00", "items": ['
        r'{"id": "7\ud83d", "url": "/a\ud83d", "title": "\ud83d\ude00 \ud83dA", "content_text": "B\ude00"}]}'
    )
    (entry,) = feed.entries
    assert (feed.language, entry.id, entry.url) == ("en", "7", "https://example.org/a")
    assert (entry.title, entry.text) == ("😀 A", "B")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  \n",
        b"<!DOCTYPE html><html><head><title>Front</title></head><body><p>News</p></body></html>",
        b"<html><body><rss>no</rss></body></html>",
        b"<?xml version='1.0'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
        b"just some words",
        b'{"items": 5}',
        b'{"version": "1", "items": []}',
        b"[1, 2]",
        b"\x00\x01\x02\xff\xfe",
        b"%PDF-1.4 ...",
        b"<?xml version='1.0'?><urlset><url><loc>https://example.org/</loc></url></urlset>",
        b"/etc/passwd",
        b"http://127.0.0.1:9/feed",
    ],
)
async def test_what_is_no_feed_says_so(body: bytes) -> None:
    with pytest.raises(FetchError) as caught:
        await read(body)
    assert caught.value.fault is Fault.NOT_A_FEED


async def test_a_feed_without_entries_is_a_feed() -> None:
    feed = await read(rss())
    assert (feed.title, feed.entries) == ("News", ())


async def test_a_broken_document_is_read_as_far_as_it_goes() -> None:
    body = rss(item("One"), item("Two &nbsp; & <3", "https://example.org/b"), item("Three", "https://example.org/c"))
    entries = (await read(body[: body.index("</channel>")])).entries
    assert [entry.title.split()[0] for entry in entries] == ["One", "Two", "Three"]


async def test_a_wrongly_declared_encoding_loses_no_entry() -> None:
    body = rss(item("Caf\xe9 Z\xfcrich")).encode("latin-1")
    assert (await first(body)).title == "Café Zürich"
    declared = rss(item("Café")).replace("utf-8", "iso-8859-1").encode("latin-1")
    assert (await first(declared)).title == "Café"


async def test_space_before_the_declaration_does_no_harm() -> None:
    workers = WorkersHere()
    assert len((await read("\n\n " + rss(item()), workers=workers)).entries) == 1
    assert workers.calls == ["read_fast"]


async def test_a_good_document_is_read_once_and_a_doubtful_one_twice() -> None:
    good, doubtful = WorkersHere(), WorkersHere()
    await read(rss(item()), workers=good)
    await read(rss(item("")), workers=doubtful)
    assert (good.calls, doubtful.calls) == (["read_fast"], ["read_fast", "read_tolerant"])


async def test_what_the_fast_parser_found_serves_when_the_tolerant_one_takes_too_long() -> None:
    body = rss(item(), item("", "https://example.org/b"))
    assert len((await read(body, workers=WorkersHere("read_tolerant"))).entries) == 2
    with pytest.raises(ReadingError):
        await read("<rss><oops", workers=WorkersHere("read_tolerant"))


def test_what_makes_the_tolerant_parser_fail_is_a_document_that_cannot_be_read() -> None:
    with pytest.raises(ReadingError, match="gave up"):
        read_tolerant(b'<rss version="2.0"><channel><title>A<width></width><oops', URL, "application/xml")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


@pytest.mark.parametrize(
    ("doctype", "title"),
    [
        ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE r SYSTEM "file:///etc/passwd">', "Ships"),
        (f"<!DOCTYPE r [{LAUGHS}]>", "&l9;"),
        ('<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>', "Ships"),
    ],
)
async def test_no_entity_is_resolved_and_no_bomb_goes_off(doctype: str, title: str) -> None:
    body = rss(item(title)).replace("\n", doctype, 1)
    try:
        feed = await read(body)
    except (FetchError, ReadingError):
        return
    said = repr(feed)
    assert "root:" not in said
    assert len(said) < 10_000


async def test_links_stand_in_for_ids_and_enclosures_for_links() -> None:
    enclosure = '<title>Pod</title><enclosure url="https://example.org/a.mp3" type="audio/mpeg" length="1"/>'
    one, two = (await read(rss(item(), enclosure))).entries
    assert one.id == one.url == "https://example.org/a"
    assert two.url == "https://example.org/a.mp3"


async def test_furniture_and_scripts_of_a_feeds_text_are_dropped() -> None:
    markup = (
        f"{TEXT}<script>evil()</script><style>p {{}}</style><p>The post Ships appeared first on News.</p><p>&nbsp;</p>"
    )
    entry = await first(rss(item(rest=f"<content:encoded><![CDATA[{markup}]]></content:encoded>")))
    assert entry.text == PLAIN


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400))
async def test_any_bytes_are_a_feed_or_one_of_our_errors(noise: bytes, at: int) -> None:
    good = rss(item(rest=f"<description>{TEXT}</description>")).encode()
    for body in (noise, good[:at] + noise + good[at:]):
        with contextlib.suppress(FetchError, ReadingError):  # as good an answer
            assert isinstance(await read(body), ParsedFeed)


@pytest.mark.parametrize(
    ("reference", "reads"),
    [
        ("&#55357;&#56832;", "\U0001f600"),
        ("&#xD83D;&#xDE00;", "\U0001f600"),
        ("&#55357;", "\ufffd"),
        ("&#x41;&#56832;", "A\ufffd"),
    ],
)
async def test_halves_of_characters_are_put_together_or_replaced_and_cost_no_feed(reference: str, reads: str) -> None:
    feed = await read(rss(item(title=f"Ships {reference} wait"), item(title="Cranes", link="https://example.org/b")))
    assert [entry.title for entry in feed.entries] == [f"Ships {reads} wait", "Cranes"]


async def test_an_empty_document_is_called_empty() -> None:
    with pytest.raises(FetchError, match="is empty") as caught:
        await read(" \n")
    assert caught.value.fault is Fault.NOT_A_FEED
