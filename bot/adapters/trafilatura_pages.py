"""Article pages by trafilatura: text, data about it, and whether it may be used. Runs in workers.

Whatever text leaves here stands in the page word for word, since readers are sent there to find it: paragraphs are kept
or dropped, never changed. What of the article is stored is not decided here.
"""

import json
import re
from datetime import timedelta
from itertools import chain
from typing import Any

import trafilatura
from lxml import etree
from trafilatura.metadata import extract_author

from bot.domain.bulk import check_page
from bot.domain.errors import ReadingError
from bot.domain.furniture import is_wall, without_furniture
from bot.domain.reading import bounded, moment
from bot.domain.text import normalise, plain
from bot.domain.wording import failures
from bot.ports.outside import Page, Workers

DEADLINE = timedelta(seconds=10)
FEW_CHARS = 600
"""Less text than this from the precise extraction, and the one that keeps more is asked too."""
FAR_MORE = 2
"""So many times as long, and what that one kept is the article: the precise one took a notice beside it for it."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:-]{2,40})", re.IGNORECASE)
_NOT_FREE = re.compile(r"\"isAccessibleForFree\"\s*:\s*\"?false", re.IGNORECASE)
_DOOR = re.compile(
    r"https?://(?:(?:accounts?|auth|consent|login|sso)\.|[^/?#]+/(?:[^?#]*/)?(?:log-?in|sign-?in|subscribe|captcha)/?(?:[?#]|$))",
    re.IGNORECASE,
)
"""Addresses of what stands before articles, where sites send who may not read them."""
_BLOCKS = ("p", "head", "quote", "list", "item", "table", "row", "cell", "code", "lb", "div", "details", "summary")


class TrafilaturaPages:
    """Port `PageReader`."""

    def __init__(self, workers: Workers, *, deadline: timedelta = DEADLINE) -> None:
        self._workers = workers
        self._deadline = deadline

    async def read(self, body: bytes, *, url: str, charset: str | None) -> Page:
        """See `ports.outside.PageReader`."""
        return await self._workers.run(self._deadline, read_page, body, url, charset)


def read_page(body: bytes, url: str, charset: str | None) -> Page:
    """Runs in a worker. Raises ReadingError for what is no HTML document."""
    check_page(body)
    tree = trafilatura.load_html(_decoded(body, charset))
    if tree is None:
        raise ReadingError(failures.NOT_HTML)
    text = _extracted(tree, url, precise=True)
    if len(text) < FEW_CHARS and len(more := _extracted(tree, url, precise=False)) > FAR_MORE * len(text):
        text = more
    metas, article = _metas(tree), _article(tree)
    title = plain(metas.get("og:title") or _first(tree, "h1") or _first(tree, "title"))
    text = _without_title(_standing(text, tree), title, tree)
    return Page(
        text=bounded(without_furniture(text)),
        title=title or None,
        author=plain(_names(article.get("author")) or metas.get("author") or extract_author(tree) or "") or None,
        language=(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").casefold() or None,
        canonical=_canonical(tree),
        published_at=moment(metas.get("article:published_time") or str(article.get("datePublished"))),
        reserved=_is_reserved(metas),
        free=not (_DOOR.match(url) or _says_not_free(tree, metas) or is_wall(text)),
    )


def _extracted(tree: Any, url: str, *, precise: bool) -> str:
    """The text that trafilatura takes for the article, empty where it finds none.

    Its data about the page would take as long as the text, most of it to guess what the page does not declare.
    """
    found = trafilatura.bare_extraction(
        tree, url=url, fast=True, favor_precision=precise, include_comments=False, with_metadata=False
    )
    return _paragraphs(getattr(found, "body", None))


def _paragraphs(body: Any) -> str:
    """The text of trafilatura's tree, a paragraph a block: its own text form marks lists and tables with signs."""
    if body is None:
        return ""
    for element in body.iter(etree.Element):
        for part in ("text", "tail"):
            if content := getattr(element, part):
                setattr(element, part, re.sub(r"\s+", " ", content))
    for element in body.iter(*_BLOCKS):
        element.text = "\n" + (element.text or "")
        element.tail = "\n" + (element.tail or "")
    return normalise("".join(body.itertext()))


def _standing(text: str, tree: Any) -> str:
    """The paragraphs of `text` that stand in the page: extraction has been seen to join what is apart."""
    page = "".join(normalise(etree.tostring(tree, method="text", encoding="unicode")).split())
    return "\n\n".join(p for p in text.split("\n\n") if "".join(p.split()) in page)


def _without_title(text: str, title: str, tree: Any) -> str:
    """`text` without its first paragraph where that is the headline, which is kept apart."""
    first, _, rest = text.partition("\n\n")
    headlines = [title, *(plain("".join(heading.itertext())) for heading in tree.iter("h1"))]
    return rest if first.casefold() in {headline.casefold() for headline in headlines} else text


def _metas(tree: Any) -> dict[str, str]:
    """What the page's meta elements say, by lower-case name or property; the first of each counts."""
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or ""
        found.setdefault(name.strip().casefold(), (meta.get("content") or "").strip())
    return found


def _article(tree: Any) -> dict[str, Any]:
    """What the page says of its article as JSON-LD (schema.org), empty where it says nothing that can be read."""
    for script in tree.iter("script"):
        if script.get("type") == "application/ld+json":
            try:
                document = json.loads(script.text or "")
            except (ValueError, RecursionError):
                continue  # broken data says nothing; the page itself still may
            listed = document if isinstance(document, list) else [document]
            graphs = [
                each["@graph"] for each in listed if isinstance(each, dict) and isinstance(each.get("@graph"), list)
            ]
            for each in (*listed, *chain(*graphs)):
                if isinstance(each, dict) and "datePublished" in each:
                    return each
    return {}


def _names(author: Any) -> str:
    """The names in schema.org's author: a text, a person, or a list of these."""
    listed = author if isinstance(author, list) else [author]
    names = (each.get("name") if isinstance(each, dict) else each for each in listed)
    return ", ".join(name for name in names if isinstance(name, str))


def _first(tree: Any, tag: str) -> str:
    """The text of the first such element."""
    found = next(tree.iter(tag), None)
    return "" if found is None else "".join(found.itertext(etree.Element))


def _canonical(tree: Any) -> str | None:
    links = (link for link in tree.iter("link") if "canonical" in (link.get("rel") or "").casefold().split())
    return next((href.strip() for link in links if (href := link.get("href"))), None)


def _is_reserved(metas: dict[str, str]) -> bool:
    """TDMRep's `tdm-reservation`, or the `noai` that publishers put beside `noindex`."""
    directives = {word.strip().casefold() for word in metas.get("robots", "").split(",")}
    return metas.get("tdm-reservation") == "1" or "noai" in directives


def _says_not_free(tree: Any, metas: dict[str, str]) -> bool:
    """schema.org's isAccessibleForFree, as search engines ask publishers to set it on walled articles."""
    if metas.get("isaccessibleforfree", "").casefold() == "false":
        return True
    scripts = (script for script in tree.iter("script") if script.get("type") == "application/ld+json")
    return any(_NOT_FREE.search(script.text or "") for script in scripts)


def _decoded(body: bytes, charset: str | None) -> str:
    """The document as text: by the header's charset, the page's own, UTF-8, and last by looking at the bytes."""
    named = _META_CHARSET.search(body[:4096])
    for name in (charset, "utf-8-sig" if body[:3] == b"\xef\xbb\xbf" else None, named[1].decode() if named else None):
        try:
            if name:
                return body.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue  # a wrong name is common; the next may be right
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return str(trafilatura.utils.decode_file(body))
