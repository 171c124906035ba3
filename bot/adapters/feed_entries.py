"""Entries of feeds made plain, their HTML by lxml. It reads no feed documents and extracts no article from a page."""

import re
from collections.abc import Iterable
from datetime import datetime
from html import unescape
from itertools import groupby
from operator import itemgetter

from lxml import etree
from msgspec import Struct

from bot.domain.addresses import resolved
from bot.domain.feeds import Entry, EntryId
from bot.domain.furniture import article_of, is_cut_off
from bot.domain.reading import bounded, told_apart
from bot.domain.text import paragraphs, plain

_BLOCKS = (
    *("address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
    *("nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
)
_UNSEEN = (
    *("script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "audio", "video", "form"),
    *("button", "select", "textarea", "head", "title"),
)
_INLINES = (
    *("a", "abbr", "b", "big", "cite", "code", "col", "colgroup", "del", "em", "font", "i", "img", "ins", "kbd"),
    *("mark", "picture", "q", "s", "small", "source", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
)
_BREAKS = {
    tag: end
    for names, end in ((_BLOCKS, "\n"), (_INLINES, ""))
    for name in names
    for spelling in (name, name.upper())
    for tag in (spelling, f"/{spelling}", f"{spelling}/")
}
"""What stands in the place of a tag that is no more than a tag."""


def _one_of(names: Iterable[str]) -> str:
    """A pattern for `names` in any case, sorted by their first letters: so most tags are passed over by that alone."""
    by_letter = groupby(sorted(names), key=itemgetter(0))
    return "|".join(f"[{at}{at.upper()}](?i:{'|'.join(name[1:] for name in names)})" for at, names in by_letter)


_BLOCK_TAG = re.compile(rf"<(?=/?(?:{_one_of(_BLOCKS)})\b)")
_ATTRIBUTES = r"""(?:\s+[\w:-]+(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`]+))?)*\s*/?"""
_TAG = re.compile(rf"<([a-zA-Z0-9/]+)(?:>|{_ATTRIBUTES}>)")
MOST_MARKUP_CHARS = 500_000
"""Of one entry's markup no more is read; all that is kept of an article stands before this."""
_BLANK_LINE = re.compile(r"\n\s*\n")
_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)


class Raw(Struct, frozen=True, kw_only=True):
    """An entry as its feed has it. `content` is the full text if there is one; texts are HTML unless plain."""

    id: str
    link: str
    title: str
    summary: str
    content: str
    summary_is_plain: bool = False
    content_is_plain: bool = False
    published: datetime | None
    author: str


def entries_of(raws: Iterable[Raw], base: str) -> tuple[Entry, ...]:
    """The entries, each with an id of its own."""
    return told_apart([_entry(raw, base) for raw in raws])


def _entry(raw: Raw, base: str) -> Entry:
    url = resolved(base, raw.link) if raw.link else ""
    title = plain(raw.title)
    content = _paragraphs(raw.content, is_plain=raw.content_is_plain)
    text = content or _paragraphs(raw.summary, is_plain=raw.summary_is_plain)
    return Entry(
        id=EntryId(raw.id.strip() or url or title),
        url=url,
        title=title,
        text=bounded("\n\n".join(article_of(text))),
        whole=bool(content) and not is_cut_off(content[-1]),
        published_at=raw.published,
        author=plain(raw.author) or None,
    )


def _paragraphs(value: str, *, is_plain: bool) -> list[str]:
    return _of_plain(value) if is_plain else _of_html(value)


def _of_html(markup: str) -> list[str]:
    """The paragraphs of an HTML fragment."""
    markup = markup[:MOST_MARKUP_CHARS]
    if "<" not in markup and "&" not in markup:
        return _of_plain(markup)
    # In HTML a line break is a space, in stored text the end of a paragraph.
    markup = " ".join(markup.splitlines())
    text = _without_tags(markup)
    if text is not None:
        return paragraphs(unescape(text))
    document = _BLOCK_TAG.sub("\n<", markup).encode("utf-8", "replace")
    try:
        root = etree.fromstring(b"<html><body><div>" + document + b"</div></body></html>", parser=_PARSER)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return _of_plain(re.sub(r"<[^<>]*>", " ", markup))
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return paragraphs(etree.tostring(root, method="text", encoding="unicode"))


def _without_tags(markup: str) -> str | None:
    """What most fragments say, which hold paragraphs, links and emphasis; None for others."""
    parts = _TAG.split(markup)
    try:
        parts[1::2] = map(_BREAKS.__getitem__, parts[1::2])
    except KeyError:
        return None
    text = "".join(parts)
    return None if "<" in text else text


def _of_plain(text: str) -> list[str]:
    """Of text without mark-up: a blank line ends a paragraph, a single line break is a space."""
    return paragraphs("\n".join(" ".join(block.split()) for block in _BLANK_LINE.split(text))) if text else []
