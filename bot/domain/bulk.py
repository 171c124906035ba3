"""Bulk: documents that are no larger than others and hold far more than any feed or page does.

Standard library only, no I/O. What is looked at are bytes, before any parser makes objects of them: those take ten and
a hundred times the memory, and some parsers the square of the time. What passes is not harmless, only not hopeless.
"""

import re

from bot.domain.errors import ReadingError
from bot.domain.wording import failures

SMALL_BYTES = 100_000
"""In so little nothing has room that a reader could not bear."""
MOST_ENTRIES = 20_000
MOST_FEED_TAGS, MOST_PAGE_TAGS = 500_000, 100_000
"""Opening and closing ones: feeds hold the pages of many articles."""
MOST_VALUES = 300_000
MOST_ATTRIBUTES = 2_000

_ENTRY = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_LONG_TAG = re.compile(rb"<[a-z][^<>]{8000,}", re.IGNORECASE)


def check_feed(document: bytes) -> None:
    """Raises ReadingError for XML that no reader should be given."""
    if len(document) > SMALL_BYTES:
        tags = document.count(b"<")
        if tags > MOST_ENTRIES and sum(1 for _ in _ENTRY.finditer(document)) > MOST_ENTRIES:
            raise ReadingError(failures.too_many_entries(MOST_ENTRIES))
        _check_tags(document, tags, MOST_FEED_TAGS)


def check_json(document: bytes) -> None:
    """Raises ReadingError for JSON that no reader should be given."""
    if len(document) > SMALL_BYTES and sum(map(document.count, (b"{", b"[", b'",', b"},"))) > MOST_VALUES:
        raise ReadingError(failures.TOO_MANY_VALUES)


def check_page(document: bytes) -> None:
    """Raises ReadingError for HTML that no reader should be given."""
    if len(document) > SMALL_BYTES:
        _check_tags(document, document.count(b"<"), MOST_PAGE_TAGS)


def _check_tags(document: bytes, tags: int, most: int) -> None:
    if tags > most:
        raise ReadingError(failures.too_many_tags(most))
    if any(found[0].count(b"=") > MOST_ATTRIBUTES for found in _LONG_TAG.finditer(document)):
        raise ReadingError(failures.too_many_attributes(MOST_ATTRIBUTES))
