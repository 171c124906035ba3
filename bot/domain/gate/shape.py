"""Shape: what a claim or headline may look like (rule 6).

Standard library only, no I/O. A claim is one line of prose; links, mentions and mark-up are the renderer's to add.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from bot.domain.wording import INVISIBLE

MAX_CLAIM_CHARS: Final = 300
MAX_HEADLINE_CHARS: Final = 120

_MARKS: Final = (
    ("a link", re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|\bwww\.|\bmailto:|\bdiscord\.gg\b", re.IGNORECASE)),
    ("an e-mail address", re.compile(r"[^\s@]@[^\s@]+\.\w")),
    ("a mention", re.compile(r"@\w|<[@#]|@&")),
    ("a masked link", re.compile(r"\]\s*\(|\]\s*\[|\]:")),
    ("mark-up", re.compile(r"[`*\\]|~~|\|\||__|(?<!\w)_(?=\S)[^_]*_(?!\w)|<(?=[a-zA-Z/!?:])")),
    ("mark-up", re.compile(r"^(?:#{1,6}\s|-#\s|>{1,3}\s?|[-+•]\s|\d{1,3}[.)]\s)")),
    ("an address", re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")),
)
# Endings under which names of companies and sites are registered; "it", "to" and their like are words too often.
_DOMAIN = re.compile(
    r"(?<![\w.@-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|io|ai|gov|edu|mil|int|info|biz|co|app|dev|xyz|news|site|online|shop|link|club|top|gg|ly|me|tv|cc"
    r"|uk|us|eu|de|fr|dk|es|nl|se|fi|pl|ch|ie|ru|cn|jp|br|au|ca|nz|gl|fo|ua|kr|tw|hk|sg)(?![\w-])(?P<path>[/:?]\S)?",
    re.IGNORECASE,
)


def fault(text: str, quotes: Iterable[str], *, max_chars: int, min_words: int) -> str | None:
    """What is wrong with the shape of `text`: one sentence, or None.

    The name of a site (`Booking.com`) may stand when it stands in a quote, bare of scheme and path.
    """
    if INVISIBLE.search(text):
        return "It carries control characters or characters that cannot be seen."
    text = unicodedata.normalize("NFC", text.strip())
    if len(text.splitlines()) > 1:
        return "It has more than one line."
    if sum(any(char.isalnum() for char in word) for word in text.split()) < min_words:
        return f"It has fewer than {min_words} words."
    if len(text) > max_chars:
        return f"It is longer than {max_chars} characters."
    for what, pattern in _MARKS:
        if match := pattern.search(text):
            return f"It carries {what} (“{match.group()}”)."
    return _foreign_domain(text, " ".join(quotes).casefold())


def _foreign_domain(text: str, quoted: str) -> str | None:
    for match in _DOMAIN.finditer(text):
        if match["path"] or not re.search(rf"(?<![\w.-]){re.escape(match.group().casefold())}(?![\w-])", quoted):
            return f"It carries an address (“{match.group()}”)."
    return None
