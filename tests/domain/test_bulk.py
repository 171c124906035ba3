import pytest

from bot.domain import bulk
from bot.domain.errors import ReadingError

PARAGRAPH = b"<p>Forty ships waited off the coast on <a href='/monday'>Monday</a> morning.</p>\n"
ITEM = (
    b"<item><title>Ships</title><link>https://example.org/1</link><description>"
    + b"word " * 160
    + b"</description></item>"
)


@pytest.mark.parametrize(
    "document",
    [
        b"<item/>" * (bulk.MOST_ENTRIES + 1),
        b"<a:ENTRY >" * (bulk.MOST_ENTRIES + 1),
        b"<a>" * (bulk.MOST_FEED_TAGS + 1),
        b"<rss><item " + b'a="1" ' * (bulk.MOST_ATTRIBUTES + 1) + b">" + b" " * bulk.SMALL_BYTES,
    ],
)
def test_a_feed_that_holds_more_than_any_does_is_given_to_no_reader(document: bytes) -> None:
    with pytest.raises(ReadingError, match="more than"):
        bulk.check_feed(document)


@pytest.mark.parametrize("value", [b"{},", b"[", b'"a",', b'{"a":1},'])
def test_nor_is_json_of_endless_values(value: bytes) -> None:
    with pytest.raises(ReadingError, match="more values"):
        bulk.check_json(b"[" + value * bulk.MOST_VALUES)


def test_nor_is_a_page_of_endless_tags() -> None:
    with pytest.raises(ReadingError, match="100,000 tags"):
        bulk.check_page(b"<div>" * (bulk.MOST_PAGE_TAGS + 1))


def test_large_feeds_and_pages_as_they_are_written_for_people_pass() -> None:
    bulk.check_feed(ITEM * (14_000_000 // len(ITEM)))
    bulk.check_feed(b"<item><description><![CDATA[" + PARAGRAPH * 100_000 + b"]]></description></item>")
    bulk.check_page(PARAGRAPH * 20_000)
    bulk.check_page(b'<img src="data:image/png;base64,' + b"iVBORw0KGgoA" * 100_000 + b'">' + PARAGRAPH)
    bulk.check_json(
        b'{"items": [' + b'{"id": "1", "title": "Ships, and more", "content_html": "<p>Forty.</p>"},' * 50_000
    )
