import contextlib
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.trafilatura_pages import TrafilaturaPages
from bot.domain.errors import ReadingError
from bot.ports.outside import Page
from tests.doubles.workers_here import WorkersHere

URL = "https://example.org/ships"
PARAGRAPHS = [
    "Forty ships waited off the coast on Monday morning, more than the harbour has seen since the strike of 2019.",
    "“We cannot unload them all before the weekend,” the harbour master, Ann Example, told reporters at the quay.",
    "The queue grew by a third within a day, because two of the five cranes have stood still since Saturday night.",
    "Importers expect to pay 12.5 per cent more for each container until the cranes run again, their union said.",
]


def page(*paragraphs: str, head: str = "", around: str = "", lang: str = "en-GB") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or PARAGRAPHS)
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>Ships wait</title>{head}</head><body>'
        f"<nav><a href='/'>Home</a> <a href='/b'>Business</a></nav><main><article><h1>Ships wait off the coast</h1>"
        f"{body}</article></main>{around}<footer><p>© 2026 The Example. All rights reserved.</p></footer></body></html>"
    )


async def read(html: str | bytes, charset: str | None = "utf-8") -> Page:
    raw = html.encode() if isinstance(html, str) else html
    return await TrafilaturaPages(WorkersHere()).read(raw, url=URL, charset=charset)


async def test_an_article_is_read_without_what_stands_around_it() -> None:
    around = (
        "<aside><h3>Recent news</h3><ul><li><a href='/x'>Another story entirely</a> 7 hours ago</li></ul></aside>"
        "<div class='newsletter'><p>Sign up for our newsletter</p></div>"
    )
    found = await read(page(around=around))
    assert found.text.split("\n\n") == PARAGRAPHS
    assert (found.language, found.free, found.reserved) == ("en-gb", True, False)


async def test_furniture_inside_the_article_is_dropped() -> None:
    mixed = [
        PARAGRAPHS[0],
        "Advertisement",
        *PARAGRAPHS[1:],
        "Read more: Strike enters its third week",
        "Senior Correspondent",
    ]
    assert (await read(page(*mixed))).text.split("\n\n") == PARAGRAPHS


async def test_every_paragraph_stands_in_the_page_word_for_word() -> None:
    marked = [
        'Forty <a href="/s">ships</a> waited <em>off</em> the <b>coast</b>, more than <span>it</span> ever saw.',
        "Two&nbsp;cranes&#8217; engines failed<br>The others\n   run at half&#8209;speed, said the union on Monday.",
        *PARAGRAPHS,
    ]
    body = "<ul><li>The first crane stands still</li><li>The second is being repaired now</li></ul>"
    table = "<table><tr><th>Port</th><th>Queue</th></tr><tr><td>Example</td><td>Forty ships in all</td></tr></table>"
    html = page(*marked, body, table)
    visible = re.sub(r"\s+", " ", re.sub(r"<br>|</?(p|li|ul|td|th|tr|table|h1)[^>]*>", " ", html))
    visible = re.sub(r"<[^>]+>", "", visible).replace("&nbsp;", " ").replace("&#8217;", "’").replace("&#8209;", "‑")
    found = await read(html)
    assert len(found.text.split("\n\n")) >= len(PARAGRAPHS) + 2
    for paragraph in found.text.split("\n\n"):
        assert paragraph in visible


async def test_data_about_the_article_is_read() -> None:
    head = (
        '<link rel="canonical" href="https://example.org/ships"><meta name="author" content="Ann Example">'
        '<meta property="article:published_time" content="2026-01-18T12:00:00+01:00">'
        '<meta property="og:title" content="Ships &amp; cranes">'
    )
    found = await read(page(head=head))
    assert (found.title, found.author, found.canonical) == (
        "Ships & cranes",
        "Ann Example",
        "https://example.org/ships",
    )
    assert found.published_at == datetime(2026, 1, 18, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "author"),
    [
        ('{"author": {"name": "Ann Example"}, %s}', "Ann Example"),
        ('[{"@type": "WebSite"}, {"author": [{"name": "Ann"}, {"name": "Bob"}, 3], %s}]', "Ann, Bob"),
        ('{"@graph": [{"name": "Site"}, {"author": "Ann Example", %s}]}', "Ann Example"),
        ('{"author": {"name": {"odd": 1}}, %s}', None),
    ],
)
async def test_data_given_as_json_ld_is_read(said: str, author: str | None) -> None:
    script = "<script type='application/ld+json'>{}</script>"
    dated = said % '"datePublished": "2026-01-18T12:00:00+01:00"'
    found = await read(page(head=script.format("{no json") + script.format(dated)))
    assert (found.author, found.published_at) == (author, datetime(2026, 1, 18, 11, tzinfo=UTC))


async def test_a_byline_in_the_page_names_the_author_and_no_date_is_guessed() -> None:
    found = await read(page(around='<p class="byline">By Ann Example, Monday 12 January 2026</p>'))
    assert found.author is not None
    assert "Ann Example" in found.author
    assert found.published_at is None


async def test_a_notice_beside_the_article_is_not_taken_for_it() -> None:
    notice = "This copy is for your personal use only, as the terms say that every reader of this paper accepts. " * 3
    story = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 3)
    html = page(notice, f'<div class="bottom">{story}</div>')
    assert PARAGRAPHS[0] in (await read(html)).text


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="tdm-reservation" content="1">',
        '<meta name="robots" content="index, noai, noimageai">',
        '<meta name="ROBOTS" content="NoAI">',
    ],
)
async def test_a_page_may_reserve_its_rights(head: str) -> None:
    assert (await read(page(head=head))).reserved


async def test_other_directives_reserve_nothing() -> None:
    head = '<meta name="robots" content="noindex, max-image-preview:large"><meta name="tdm-reservation" content="0">'
    assert not (await read(page(head=head))).reserved


@pytest.mark.parametrize(
    "html",
    [
        page("We value your privacy. Please accept all cookies to continue to the article you wanted to read today."),
        page("Please enable JavaScript and reload this page to read the article that you came for."),
        page(*PARAGRAPHS, "Subscribe to continue reading this article."),
        page(head='<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'),
        page(head='<script type="application/ld+json">{"isAccessibleForFree":"False"}</script>'),
    ],
)
async def test_a_page_behind_a_wall_says_so(html: str) -> None:
    assert not (await read(html)).free


@pytest.mark.parametrize(
    ("url", "free"),
    [
        ("https://example.org/login?next=/ships", False),
        ("https://example.org/user/Sign-In/", False),
        ("https://consent.example.org/v2/collect?session=1", False),
        ("https://example.org/ships-log-in-the-harbour", True),
        ("https://example.org/login/ships", True),
        ("https://example.org/ships?from=/login", True),
        ("https://accountancy.example.org/ships", True),
    ],
)
async def test_where_a_site_asks_who_is_there_no_article_stands(url: str, free: bool) -> None:
    found = await TrafilaturaPages(WorkersHere()).read(page().encode(), url=url, charset="utf-8")
    assert found.free is free


async def test_an_article_declared_free_is_free() -> None:
    head = '<script type="application/ld+json">{"isAccessibleForFree": true}</script>'
    assert (await read(page(head=head))).free


@pytest.mark.parametrize("charset", ["iso-8859-1", None, "no-such-charset", "utf-8"])
async def test_an_encoding_is_found_by_header_or_page(charset: str | None) -> None:
    html = page(*(p.replace("“", "«").replace("”", "»").replace("e", "é") for p in PARAGRAPHS))
    raw = html.replace('charset="utf-8"', 'charset="iso-8859-1"').encode("iso-8859-1")
    assert "Forty ships waitéd" in (await read(raw, charset)).text


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"\x00\x01\x02", b"%PDF-1.7 binary", b'{"json": true}', b"<html></html>"]
)
async def test_what_has_no_article_has_no_text(body: bytes) -> None:
    with contextlib.suppress(ReadingError):  # as good an answer
        assert len((await read(body)).text) < 100


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 900))
async def test_any_bytes_are_a_page_or_a_reading_error(noise: bytes, at: int) -> None:
    good = page().encode()
    for body in (noise, good[:at] + noise + good[at:]):
        with contextlib.suppress(ReadingError):  # as good an answer
            assert isinstance(await read(body, None), Page)
