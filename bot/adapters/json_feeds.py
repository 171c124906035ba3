"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read leniently: a field of the wrong type counts as missing."""

import json
from typing import Any

from bot.adapters.feed_entries import Raw, entries_of
from bot.domain.addresses import resolved
from bot.domain.errors import Fault, FetchError
from bot.domain.feeds import ParsedFeed, Wishes
from bot.domain.reading import moment
from bot.domain.text import plain
from bot.domain.wording import failures


def is_json(body: bytes, content_type: str) -> bool:
    """Whether a document, without leading space, is to be read as JSON."""
    return body[:4].removeprefix(b"\xef\xbb\xbf")[:1] in (b"{", b"[") and (
        "xml" not in content_type or body[:1] == b"{"
    )


def read_json_feed(body: bytes, url: str) -> ParsedFeed:
    """Raises FetchError NOT_A_FEED for JSON of another kind."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(document.get("version")):
        raise FetchError(Fault.NOT_A_FEED, failures.OTHER_JSON)
    return ParsedFeed(
        title=plain(_text(document, "title")),
        home=resolved(url, _text(document, "home_page_url") or "/"),
        format="json",
        entries=entries_of((_raw(item) for item in items if isinstance(item, dict)), url),
        language=_text(document, "language").casefold() or None,
        wishes=Wishes(hub=_hub(document)),
    )


def _raw(item: dict[str, Any]) -> Raw:
    content = _text(item, "content_html")
    # The specification wants a string for an id; numbers are common.
    identity = item.get("id")
    return Raw(
        id=_whole(str(identity)) if isinstance(identity, str | int | float) else "",
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        summary=_text(item, "summary"),
        content=content or _text(item, "content_text"),
        summary_is_plain=True,
        content_is_plain=not content,
        published=moment(_text(item, "date_published") or _text(item, "date_modified")),
        author=_author(item),
    )


def _hub(document: dict[str, Any]) -> str | None:
    listed = document.get("hubs")
    hubs = [hub for hub in listed if isinstance(hub, dict)] if isinstance(listed, list) else []
    addresses = (resolved("", _text(hub, "url")) for hub in hubs if _text(hub, "type").casefold() == "websub")
    return next(filter(None, addresses), None)


def _author(item: dict[str, Any]) -> str:
    listed = item.get("authors")
    first = listed[0] if isinstance(listed, list) and listed else item.get("author")
    return _text(first, "name") if isinstance(first, dict) else ""


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    return _whole(value) if isinstance(value, str) else ""


def _whole(text: str) -> str:
    """`text` without halves of characters, which JSON can spell and nobody can keep (RFC 8259 §8.2)."""
    return text.encode(errors="ignore").decode()
