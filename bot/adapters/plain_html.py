"""HTML made plain by lxml: paragraphs of text for what feeds carry. It extracts no article from a page."""

import re

from lxml import etree

from bot.domain.wording import normalise

_BLOCKS = (
    *("address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
    *("nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
)
_UNSEEN = (
    *("script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "audio", "video", "form"),
    *("button", "select", "textarea", "head", "title"),
)
_BLOCK_TAG = re.compile(rb"<(?=/?(?:%b)\b)" % "|".join(_BLOCKS).encode(), re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n\s*\n")
_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)


def html_text(markup: str) -> str:
    """The text of an HTML fragment as paragraphs with one blank line between them."""
    if "<" not in markup and "&" not in markup:
        return plain_text(markup)
    # In HTML a line break is a space, in stored text the end of a paragraph.
    document = _BLOCK_TAG.sub(b"\n<", " ".join(markup.splitlines()).encode("utf-8", "replace"))
    try:
        root = etree.fromstring(b"<html><body><div>" + document + b"</div></body></html>", parser=_PARSER)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return plain_text(re.sub(r"<[^>]*>", " ", markup))
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return normalise(etree.tostring(root, method="text", encoding="unicode"))


def plain_text(text: str) -> str:
    """Text without mark-up as paragraphs: a blank line ends one, a single line break is a space."""
    return normalise("\n".join(" ".join(block.split()) for block in _BLANK_LINE.split(text))) if text else ""
