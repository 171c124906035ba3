"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read leniently: a field of the wrong type counts as missing."""

import json
from typing import Any

from bot.adapters.plain_html import html_text, plain_text
from bot.domain.addresses import resolved
from bot.domain.errors import Fault, FetchError
from bot.domain.feeds import Entry, EntryId, ParsedFeed, Wishes
from bot.domain.furniture import is_cut_off, without_furniture
from bot.domain.reading import bounded, moment, told_apart
from bot.domain.wording import plain


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
        raise FetchError(Fault.NOT_A_FEED, "There is a JSON document at this address, and no feed.")
    return ParsedFeed(
        title=plain(_text(document, "title")),
        home=resolved(url, _text(document, "home_page_url") or "/"),
        format="json",
        entries=told_apart(_entry(item, url) for item in items if isinstance(item, dict)),
        language=_text(document, "language").casefold() or None,
        wishes=Wishes(hub=_hub(document)),
    )


def _entry(item: dict[str, Any], base: str) -> Entry:
    link = _text(item, "url") or _text(item, "external_url")
    url = resolved(base, link) if link else ""
    content = html_text(_text(item, "content_html")) or plain_text(_text(item, "content_text"))
    title = plain(_text(item, "title"))
    # The specification wants a string for an id; numbers are common.
    identity = str(item["id"]) if isinstance(item.get("id"), str | int | float) else ""
    return Entry(
        id=EntryId(identity or url or title),
        url=url,
        title=title,
        text=bounded(without_furniture(content or plain_text(_text(item, "summary")))),
        whole=bool(content) and not is_cut_off(content),
        published_at=moment(_text(item, "date_published") or _text(item, "date_modified")),
        author=_author(item),
    )


def _hub(document: dict[str, Any]) -> str | None:
    listed = document.get("hubs")
    hubs = [hub for hub in listed if isinstance(hub, dict)] if isinstance(listed, list) else []
    addresses = (resolved("", _text(hub, "url")) for hub in hubs if _text(hub, "type").casefold() == "websub")
    return next(filter(None, addresses), None)


def _author(item: dict[str, Any]) -> str | None:
    listed = item.get("authors")
    first = listed[0] if isinstance(listed, list) and listed else item.get("author")
    return (plain(_text(first, "name")) or None) if isinstance(first, dict) else None


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
