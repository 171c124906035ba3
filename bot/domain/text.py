"""Text: how it is stored, how words are taken from it, and when two spellings are the same word.

Standard library only, no I/O. Nothing here splits sentences or decides what a text means.
"""

import html
import re
import unicodedata
from functools import lru_cache

MAX_TITLE_SOURCE_CHARS = 5_000

# Controls, format and bidi characters, fillers that draw nothing, surrogates and private use.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_INVISIBLE_ASCII = dict.fromkeys((*range(9), *range(14, 32), 127))
_ODD_ASCII = bytes((*range(10), *range(11, 32), 127))

QUOTE_MARKS = {ord(mark): '"' for mark in "“”„‟«»〝〞＂"} | {ord(mark): "'" for mark in "‘’‚‛‹›`´′ʼ＇"}
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－⁃"), "-")
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ı": "i"}
    | {"æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th"}
)
# Without the space NFKD would turn "6½" into "61/2".
_FRACTIONS = {ord(sign): " " + unicodedata.normalize("NFKD", sign).replace("⁄", "/") for sign in "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"}

TOKEN = re.compile(
    r"(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])\.?"  # U.S., U.S, e.g.
    r"|\d+(?:[.,]\d+)*[^\W_]*"
    r"|[^\W_]+(?:['&][^\W_]+)*"
)
_OPENS = re.compile(r"[.!?:;\"(]")
_MOSTLY = 0.8
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")

_COMMENT_OR_CODE = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BLOCK_TAG = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|td|th|h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!\[CDATA\[|\]\]>|<[!?][^<>]*>")

STOP_WORDS = frozenset(
    # English
    """a about above after again against all also although am amid among an and any are as at be because been
    before being below between both but by can cannot could did do does doing done dont down during each either
    else even ever every few for from further had has have having he her here hers herself him himself his how
    however i if in into is isnt it its itself just last less like made make many may me might more most much must
    my near neither new no nor not now of off on once one only onto or other others our ours out over own per
    rather said same say saying says she should since so some still such than that the their theirs them
    themselves then there these they this those through thus to told too toward towards two under until up upon
    us very was we were what when where whether which while who whom whose why will with within without would yet
    you your yours"""
    # German, French, Danish, Spanish
    """ aber als am auch auf aus bei bis dass das dem den der des die doch ein eine einem einen einer eines er es
    fur hat hatte im ist kann mehr mit nach nicht noch nur oder sein seine sich sie sind soll uber um und uns
    unter vom von vor war waren wenn werden wie wird wurde zu zum zur
    au aux avec ce ces cette dans de des du elle en est et ete etre il ils je la le les leur lui mais ne nous on
    ont ou par pas plus pour que qui sa sans se ses son sont sur un une vous
    af at blev bliver da den denne der deres det dette dog efter eller end er for fra ham han hans har havde hende
    hun hvad hvis hvor i ikke jeg kan man med meget men mere mod ned nu og om op over pa sig sin sine skal som sa
    til ud var ved vi vil vaere
    al como con cual cuando del desde donde dos e el ella ellos entre era es esta estan estas este esto estos fue
    fueron ha han hasta hay la las lo los mas me mi muy ni no nos o otro para pero por porque quien se ser si sin
    sobre son su sus tambien tiene todo tras una uno unos ya y""".split()
)


def normalise(text: str) -> str:
    """`text` as it is stored: NFC, one space between words, no character that draws nothing or reorders others.

    Every line break ends a paragraph; paragraphs are separated by exactly one blank line. Idempotent.
    """
    return text.strip() if _is_even(text) else "\n\n".join(paragraphs(text))


def _is_even(text: str) -> bool:
    """Whether nothing but spaces at its ends can be wrong with a line, as with most titles."""
    return text.isascii() and text.isprintable() and "  " not in text


def paragraphs(text: str) -> list[str]:
    """The same, paragraph by paragraph."""
    ascii_alone = text.isascii()
    even = ascii_alone and "  " not in text
    if even and len(text.encode().translate(None, _ODD_ASCII)) == len(text):
        return list(filter(None, map(str.strip, text.split("\n"))))  # most texts: nothing else can be wrong with them
    text = text.translate(_INVISIBLE_ASCII) if ascii_alone else unicodedata.normalize("NFC", INVISIBLE.sub("", text))
    return list(filter(None, [" ".join(line.split()) for line in text.splitlines()]))


def plain(text: str) -> str:
    """A title on one line: entities unescaped up to twice, mark-up stripped, spaces folded.

    Feeds escape titles once or twice. Only the first 5,000 characters are read.
    """
    text = text[:MAX_TITLE_SOURCE_CHARS]
    if "<" in text or "&" in text:
        for _ in range(2):
            text = _COMMENT_OR_CODE.sub(" ", html.unescape(text))
            text = _TAG.sub("", _BLOCK_TAG.sub(" ", text))
    return text.strip() if _is_even(text) else " ".join(paragraphs(text))


def fold(text: str) -> str:
    """`text` with accents, typographic marks, dashes and odd spaces made plain; case and wording stay."""
    if not text.isascii():
        text = text.translate(QUOTE_MARKS | DASHES | _FRACTIONS)
        text = unicodedata.normalize("NFKD", INVISIBLE.sub("", text)).translate(_LETTERS)
        text = "".join(char for char in text if not unicodedata.combining(char)).replace("⁄", "/")
    return " ".join(text.split())


def word_key(token: str) -> str:
    """What a token of folded text is compared by: no case, possessive, apostrophes, acronym dots or 1,000 commas."""
    key = token.casefold()
    if key[0].isdigit():
        return _THOUSANDS.sub("", key)
    return key.removesuffix("'s").replace("'", "").replace(".", "")


def words(text: str) -> list[str]:
    """Words and numbers of `text` in order, without case and accents: `Denmark's` gives `denmark`, `U.S.` `us`."""
    return [word_key(match.group()) for match in TOKEN.finditer(fold(text))]


def stems(text: str) -> list[str]:
    """Stems of the words of `text` that say something, in order: without stop words of five languages."""
    return [found for token in TOKEN.findall(fold(text)) if (found := _stem_of(token))]


def marked_stems(text: str) -> list[tuple[str, bool]]:
    """The stems of a stored text, in order, each with whether it stands there as a name or a figure.

    A capital at the head of a sentence makes no name, nor does one in a line that capitalises most of its words.
    """
    found: list[tuple[str, bool]] = []
    for line in map(fold, text.split("\n")):
        tokens = [(match, _stem_of(match.group())) for match in TOKEN.finditer(line)]
        capitals = sum(match.group()[0].isupper() for match, said in tokens if said)
        is_headline = capitals > 3 and capitals > _MOSTLY * sum(1 for _, said in tokens if said)
        end = 0
        for match, said in tokens:
            first = match.group()[0]
            opens = not end or _OPENS.search(line, end, match.start())
            if said:
                found.append((said, first.isdigit() or (first.isupper() and not opens and not is_headline)))
            end = match.end()
    return found


@lru_cache(maxsize=1 << 15)  # texts say the same words again and again, and reading them is what evidence costs
def _stem_of(token: str) -> str:
    word = word_key(token)
    return "" if word in STOP_WORDS else stem(word)


def content_words(text: str) -> set[str]:
    """The same as a set."""
    return set(stems(text))


def stem(word: str) -> str:
    """A light stem, good enough to find `impose` in `imposed`; for comparing only, never for showing."""
    if len(word) < 4 or not word.isalpha():
        return word
    if len(word) > 5 and word.endswith("ly"):
        word = word[:-2]
    word = _without_ending(word)
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiolsz":
        word = word[:-1]
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 2 and word[-1] == "y" else word


def _without_ending(word: str) -> str:
    if word.endswith(("ies", "ied")) and len(word) > 4:
        return word[:-2]
    if word.endswith("sses"):
        return word[:-2]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and not word.endswith("eed") and any(c in "aeiouy" for c in rest):
            return rest
    if word[-1] == "s" and not word.endswith(("ss", "us", "is")):
        rest = word[:-1]
        return rest[:-1] if rest.endswith(("xe", "che", "she")) else rest
    return word
