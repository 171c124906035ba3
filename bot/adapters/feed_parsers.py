"""Feed documents: RSS, Atom, RDF and JSON Feed made plain, by fastfeedparser with feedparser behind it.

The fast parser reads what is well-formed and complete; where its result is in doubt the tolerant one reads the
document too, and the one that found more is believed. Both run in workers, since a hostile document holds either of
them for minutes. Nothing here fetches: handed text, either parser would follow it as an address, so they get bytes.
"""

import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.parsers import expat

import fastfeedparser
import feedparser

from bot.adapters.feed_entries import Raw, entries_of
from bot.adapters.json_feeds import is_json, read_json_feed
from bot.adapters.task_batches import TaskBatches
from bot.domain.addresses import resolved
from bot.domain.bulk import check_feed, check_json
from bot.domain.errors import Fault, FetchError, ReadingError
from bot.domain.feeds import ParsedFeed, Wishes
from bot.domain.reading import moment
from bot.domain.text import plain
from bot.domain.wording import failures
from bot.ports.outside import Workers

DEADLINE = timedelta(seconds=15)

_ROOT = re.compile(rb"<(?:(?!\?|!)(?:[\w.-]+:)?([\w.-]+))")
_FORMATS = {b"rss": "rss", b"feed": "atom", b"rdf": "rdf"}
_FIRST_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_DATE = re.compile(rb"<(?:\w+:)?(?:pubdate|published|issued|date|updated|modified|lastbuilddate)[\s>]", re.IGNORECASE)
_MARKED_UP = re.compile(
    rb"<(?=[tTsSdDcC])(?i:title|summary|description|content:encoded|content(?![^<>]*xhtml))"
    rb"(?:\s[^<>]*)?(?<!/)>[^<]*<(?!/|!\[CDATA\[)"
)
"""Texts that hold elements: the fast parser takes what stands before the first one for all of it."""
_TEXT_ELSEWHERE = re.compile(
    rb"<(?:\w+:(?:description|summary|abstract|body)|abstract|body|fullitem)[\s>]", re.IGNORECASE
)
_HUB = re.compile(rb"<(?:\w+:)?link\s[^>]{0,2000}?\brel\s*=\s*[\"']hub[\"'][^>]{0,2000}>", re.IGNORECASE)
_OUTLINE_BYTES = 100_000  # what a feed says of itself later than this is not listened to
_HALF = rb"&#(?:[xX][dD][89a-fA-F][0-9a-fA-F]{2}|5[5-7][0-9]{3});"
_HALVES = re.compile(rb"%b(?:%b)*" % (_HALF, _HALF))
_REFERENCE = re.compile(rb"&#([xX]?[0-9a-fA-F]+);")
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*<", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s*(\w+)\s*<", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WHOLE_LINK = ("http://", "https://")


class HybridFeedParser:
    """Port `FeedParser` over both parsers."""

    def __init__(self, workers: Workers, *, deadline: timedelta = DEADLINE) -> None:
        self._workers = workers
        self._deadline = deadline
        self._fast = TaskBatches(workers, deadline, read_fast, Reading)

    async def parse(self, body: bytes, *, url: str, content_type: str) -> ParsedFeed:
        """See `ports.outside.FeedParser`."""
        fast = await self._fast.run(body, url, content_type)
        if fast.feed is not None and fast.sure:
            return fast.feed
        try:
            tolerant = await self._workers.run(self._deadline, read_tolerant, body, url, content_type)
        except ReadingError:
            if fast.feed is None:
                raise
            return fast.feed
        better = _better(fast.feed, tolerant)
        if better is None:
            raise FetchError(Fault.NOT_A_FEED, failures.OTHER_DOCUMENT)
        return better


@dataclass(frozen=True, slots=True)
class Reading:
    """What the fast parser made of a document, and whether that can be believed unseen."""

    feed: ParsedFeed | None
    sure: bool


def read_fast(body: bytes, url: str, content_type: str) -> Reading:
    """Runs in a worker. Raises FetchError NOT_A_FEED for what no parser need look at."""
    body = body.lstrip()
    if is_json(body, content_type):
        check_json(body)
        return Reading(read_json_feed(body, url), sure=True)
    if not body:
        raise FetchError(Fault.NOT_A_FEED, failures.EMPTY)
    if _root(body) == b"html":
        raise FetchError(Fault.NOT_A_FEED, failures.PAGE_NOT_FEED)
    check_feed(body)
    body = _joined(body)
    try:
        found: dict[str, Any] = fastfeedparser.parse(body, include_tags=False)
    except Exception:
        return Reading(None, sure=False)  # whatever it stumbles over, the tolerant parser decides
    whole = _has_whole_text(body, found["entries"])
    raws = [_fast_raw(each, whole) for each in found["entries"]]
    return Reading(_feed(body, url, found["feed"], raws), sure=not _doubtful(body, raws))


def read_tolerant(body: bytes, url: str, content_type: str) -> ParsedFeed | None:
    """Runs in a worker. None where feedparser sees no feed either. Raises ReadingError."""
    body = _joined(body.lstrip())
    headers = {"content-type": content_type or "application/xml", "content-location": url}
    try:
        found = feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # of odd elements it calls what it does not have
        raise ReadingError(failures.READER_GAVE_UP) from error
    if not found.get("version") and not found.entries:
        return None
    return _feed(body, url, found.feed, [_tolerant_raw(each) for each in found.entries])


def _joined(body: bytes) -> bytes:
    """The document with halves of characters, as some write an emoji by two references, put together or replaced.

    Neither parser takes them, and feedparser gives up the whole document.
    """
    return _HALVES.sub(_whole_references, body) if b"&" in body else body


def _whole_references(found: re.Match[bytes]) -> bytes:
    numbers = [int(each[1:], 16) if each[:1] in b"xX" else int(each) for each in _REFERENCE.findall(found[0])]
    text = "".join(map(chr, numbers)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "".join(f"&#{ord(character)};" for character in text).encode()


def _fast_raw(entry: Mapping[str, Any], whole: Callable[[Mapping[str, Any]], bool]) -> Raw:
    content = (entry.get("content") or [{}])[0]
    has_content = bool(content.get("value")) and whole(entry)
    return Raw(
        id=entry.get("id") or "",
        link=entry.get("link") or next((e.get("url") or "" for e in entry.get("enclosures") or ()), ""),
        title=entry.get("title") or "",
        summary=(content.get("value") if not has_content else "") or entry.get("description") or _of_media(entry),
        content=content["value"] if has_content else "",
        content_is_plain=content.get("type") in {"text", "text/plain"},
        published=moment(entry.get("published") or entry.get("updated")),
        author=entry.get("author") or "",
    )


def _of_media(entry: Mapping[str, Any]) -> str:
    """What a film's or picture's description says, where there is no other text."""
    return next((said for media in entry.get("media_content") or () if (said := media.get("description"))), "")


def _tolerant_raw(entry: Mapping[str, Any]) -> Raw:
    content = (entry.get("content") or [{}])[0]
    parts = entry.get("published_parsed") or entry.get("updated_parsed")
    return Raw(
        id=entry.get("id") or "",
        link=entry.get("link") or next((e.get("href") or "" for e in entry.get("enclosures") or ()), ""),
        title=entry.get("title") or "",
        summary=entry.get("summary") or "",
        content=content.get("value") or "",
        content_is_plain=content.get("type") == "text/plain",
        published=_utc(parts[:6]) if parts else None,
        author=entry.get("author") or "",
    )


def _has_whole_text(body: bytes, entries: list[Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], bool]:
    """Tells an entry's full content from a description, which the fast parser puts into the same place in RSS."""
    everywhere = body.count(b"<content:encoded") >= len(entries) or _root(body) == b"feed"
    return lambda entry: everywhere or entry["content"][0]["value"].strip() != entry.get("description")


def _doubtful(body: bytes, raws: list[Raw]) -> bool:
    """Whether the tolerant parser may find more than these."""
    if not raws or any(not raw.title or not raw.link or "\ufffd" in raw.title for raw in raws):
        return True
    if _root(body) == b"rdf" and b"<content:encoded" in body:
        return True  # which the fast parser does not read there
    outline = _outline(body)
    if _MARKED_UP.search(body):
        return True
    if not all(raw.content or raw.summary for raw in raws) and _TEXT_ELSEWHERE.search(body, len(outline)):
        return True
    if not all(raw.link.startswith(_WHOLE_LINK) for raw in raws) and body.find(b"xml:base", len(outline)) >= 0:
        return True
    if _root(body) != b"feed":  # the fast parser takes an id for a date where there is none
        dated = sum(raw.published is not None for raw in raws)
        begin = len(outline)
        if body.count(b"<pubDate>", begin) < dated and len(_DATE.findall(body, begin)) < dated:
            return True
    return not _is_well_formed(body)


def _better(fast: ParsedFeed | None, tolerant: ParsedFeed | None) -> ParsedFeed | None:
    """The one that found more; the tolerant one if they found the same, since the fast one was in doubt."""

    def found(feed: ParsedFeed | None) -> tuple[int, int]:
        entries = feed.entries if feed else ()
        return len(entries), sum(bool(e.title) + bool(e.url) - ("\ufffd" in e.title) for e in entries)

    return fast if tolerant is None or found(fast) > found(tolerant) else tolerant


def _feed(body: bytes, url: str, head: Mapping[str, Any], raws: Iterable[Raw]) -> ParsedFeed:
    outline = _outline(body)[:_OUTLINE_BYTES]
    stated = _attribute(outline, rb"xml:base")
    base = (resolved(url, stated) if stated else "") or url
    language = _element(outline, rb"(?:dc:)?language") or _attribute(outline, rb"xml:lang")
    return ParsedFeed(
        title=plain(head.get("title") or ""),
        home=resolved(base, head.get("link") or "") or resolved(url, "/"),
        format=_FORMATS.get(_root(body), "rss"),
        entries=entries_of(raws, base),
        language=language.casefold() or None,
        wishes=_wishes(outline, base),
    )


def _root(body: bytes) -> bytes:
    """Lower-case local name of the first element."""
    found = _ROOT.search(body[:4096])
    return found[1].lower() if found else b""


def _outline(body: bytes) -> bytes:
    """The document up to its first entry: where a feed speaks of itself."""
    first = _FIRST_ENTRY.search(body)
    return body[: first.start()] if first else body


def _wishes(outline: bytes, base: str) -> Wishes:
    ttl = _element(outline, rb"ttl")
    hours = _HOUR.findall(_block(outline, rb"skipHours"))
    days = _DAY.findall(_block(outline, rb"skipDays"))
    return Wishes(
        ttl=timedelta(minutes=int(ttl)) if re.fullmatch(r"[0-9]{1,7}", ttl) else None,
        skip_hours=frozenset(int(hour) % 24 for hour in hours),
        skip_days=frozenset(_DAYS.index(name) for day in days if (name := day.decode().casefold()) in _DAYS),
        hub=next(filter(None, (resolved(base, _attribute(link, b"href")) for link in _HUB.findall(outline))), None),
    )


def _block(outline: bytes, tag: bytes) -> bytes:
    found = re.search(rb"<%b>(.{0,2000}?)</%b>" % (tag, tag), outline, re.IGNORECASE | re.DOTALL)
    return found[1] if found else b""


def _element(outline: bytes, tag: bytes) -> str:
    found = re.search(rb"<%b>([^<]{1,200})</" % tag, outline, re.IGNORECASE)
    return found[1].decode("ascii", "replace").strip()[:40] if found else ""


def _attribute(outline: bytes, name: bytes) -> str:
    found = re.search(rb"\s%b\s*=\s*[\"']([^\"'<>]{1,2000})[\"']" % name, outline)
    return found[1].decode("utf-8", "replace") if found else ""


def _is_well_formed(body: bytes) -> bool:
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError):
        return False
    return True


def _utc(parts: Iterable[int]) -> datetime | None:
    try:
        year, month, day, hour, minute, second = parts
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None
