"""Shape: what a claim or headline may look like (rule 6).

Standard library only, no I/O. A claim is one line of prose; links, mentions and mark-up are the renderer's to add.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

from bot.domain.gate.words import count_words
from bot.domain.text import INVISIBLE, TOKEN, fold
from bot.domain.wording import faults as wording

MAX_CLAIM_CHARS: Final = 300
MAX_HEADLINE_CHARS: Final = 120

_MARKS: Final = (
    (wording.LINK, re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|\bwww\.|\bmailto:|\bdiscord\.gg\b", re.IGNORECASE)),
    (wording.E_MAIL, re.compile(r"[^\s@]@[^\s@]+\.\w")),
    (wording.MENTION, re.compile(r"@\w|<[@#]|@&")),
    (wording.MASKED_LINK, re.compile(r"\]\s*\(|\]\s*\[|\]:")),
    (wording.MARK_UP, re.compile(r"[`*\\]|~~|\|\||__|(?<!\w)_(?=\S)[^_]*_(?!\w)|<(?=[a-zA-Z/!?:])")),
    (wording.MARK_UP, re.compile(r"^(?:#{1,6}\s|-#\s|>{1,3}\s?|[-+•]\s|\d{1,3}[.)]\s)")),
    (wording.ADDRESS, re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[a-z0-9-]{2,}\.[a-z]{2,}/\w", re.IGNORECASE)),
)
# Endings under which names of companies and sites are registered; "it", "to" and their like are words too often.
_DOMAIN = re.compile(
    r"(?<![\w.@-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|io|ai|gov|edu|mil|int|info|biz|co|app|dev|xyz|news|site|online|shop|link|club|top|gg|ly|me|tv|cc"
    r"|uk|us|eu|de|fr|dk|es|nl|se|fi|pl|ch|ie|ru|cn|jp|br|au|ca|nz|gl|fo|ua|kr|tw|hk|sg)(?![\w-])(?P<path>[/:?]\S)?",
    re.IGNORECASE,
)
# Words that mean something named before, as the first word of a sentence, by language.
_LEANING: Final = {
    "en": "he she it they we this that these those his her its their our him them",
    "de": "er sie es dieser diese dieses ihr ihre sein seine",
    "fr": "il elle ils elles ce cela cette ces son sa ses leur leurs",
    "da": "han hun de det dette denne disse hans hendes deres",
    "es": "ella ello ellos ellas esto este esta estos estas eso su sus",
}
# ... which may be names all the same before another capital (He Lifeng, We Are Social), while "his" never is.
_MAYBE_NAMES: Final = frozenset({"he", "they", "we", "our", "it"})
# ... or only fill the place of what follows, or a day: "It is unclear whether", "This week", "Those who".
_FILLING = re.compile(
    r"It(?: is|'s| was| will be| would be| has been| remain(?:s|ed)) (?!\w+ing\b)(?:[\w'-]+ ){1,6}?"
    r"(?:that|to|for|if|whether|who|which|how|why|when|where|because)\b"
    r"|It (?:takes|took|will take|would take|costs?|appears|appeared|seems|seemed|emerged|turns out|turned out)\b"
    r"|It (?:rained|snowed)\b|It(?: is|'s| was) (?:raining|snowing)\b"
    r"|(?:This|That|These) (?:mornings?|afternoon|evening|weekend|week|month|quarter|year|spring|summer|autumn|fall"
    r"|winter|season|decade|century|days)\b"
    r"|Those (?!\w+ed (?:in|by)\b)(?:who|with|without|in|from|affected|responsible|involved|\w+ing)\b"
    r"|(?:His|Her|Their) (?:Majest|Highness|Royal|Holiness|Excellenc|Eminence|Honou?r)"
    r"|Es (?:gibt|gab|wird|kam|kommt|bleibt|handelt)\b|Il (?:y a|y avait|faut|fallait|est|s'agit|reste)\b"
    r"|Ce (?:n'est|sont|fut|matin|soir|mois|week-end)\b|Cette (?:annee|semaine)\b|Diese Woche\b|Dieses Jahr\b"
    r"|De [^\W\d_]+e\b|Det (?:er|var|bliver|blev|vil|kan|skal) [\w ]*?\b(?:at|som|der)\b"
    r"|Est[ea] (?:ano|semana|mes|lunes)\b"
)
_LOST: Final = "\ufffd"
_CAPITAL_NEXT = re.compile(r"\S+ [A-Z]")
_SMALL_NAME = re.compile(r"(?:al|el|an|as|ad|d|l|ibn|bin|von|van|de|da|di|du|der|ter|ten)(?:[-' ]+[a-z]+)?[-' ]+[A-Z]")


def leaning(text: str, languages: Collection[str]) -> str | None:
    """Whether `text` begins in the middle of a sentence or with a word for something named before: why, or None."""
    folded = fold(text)
    word = TOKEN.match(folded)
    if word is None:  # quotation marks and other signs: speech may begin with anything
        return None
    first = word.group()
    if first[0].islower():
        if first.islower() and not _SMALL_NAME.match(folded) and not any(char.isdigit() for char in first):
            return wording.begins_midway(first)
        return None
    key = first.casefold().removesuffix("'s")
    if first[1:].isupper() or not any(key in _LEANING.get(each, "").split() for each in languages):
        return None
    if _FILLING.match(folded) or (key in _MAYBE_NAMES and _CAPITAL_NEXT.match(folded)):
        return None
    return wording.leans(first)


def fault(text: str, quotes: Iterable[str], *, max_chars: int, min_words: int) -> str | None:
    """What is wrong with the shape of `text`: one sentence, or None.

    The name of a site (`Booking.com`) may stand when it stands in a quote, bare of scheme and path.
    """
    if INVISIBLE.search(text):
        return wording.UNSEEN
    text = unicodedata.normalize("NFC", text.strip())
    if _LOST in text:
        return wording.LOST
    if len(text.splitlines()) > 1:
        return wording.MANY_LINES
    if count_words(text) < min_words:
        return wording.few_words(min_words)
    if len(text) > max_chars:
        return wording.long(max_chars)
    plain = _plain(text)
    for what, pattern in _MARKS:
        if match := pattern.search(plain):
            return wording.carries(what, match.group())
    return _foreign_domain(plain, _plain(" ".join(quotes)).casefold())


def _plain(text: str) -> str:
    """`text` with full-width and other forms of a sign as browsers read them in addresses (UTS #46)."""
    return unicodedata.normalize("NFKC", text.replace("…", " ")).replace("。", ".")


def _foreign_domain(text: str, quoted: str) -> str | None:
    for match in _DOMAIN.finditer(text):
        if match["path"] or not re.search(rf"(?<![\w.-]){re.escape(match.group().casefold())}(?![\w-])", quoted):
            return wording.carries(wording.ADDRESS, match.group())
    return None
