"""Sentences: which ones can be read without the one before. Standard library only, no I/O."""

import re
from dataclasses import dataclass

from bot.domain.drafts import SourceId

_MAX_CHARS = 300
_LEANING = frozenset(
    "he she it they this that these those his her their its such there here but and or so yet nor still then "
    "however moreover meanwhile instead also both another others one some elsewhere afterwards later earlier "
    "we our i my you your er sie es dieser diese dieses das doch aber il elle ils elles ce cette mais".split()
)
"""First words that lean on a sentence before; what starts so does not stand alone."""
_SPEAKING = frozenset({"i", "we", "my", "our"})
"""What a quotation may begin with: its speaker is named behind it."""
_POINTING = re.compile(
    r"[“\"]?(?:the (?:same|former|latter|other|two|three|first|second|third|move|measure|plans?|report|warning|decision"
    r"|announcement|developer|official|analyst|owner|speaker|question|answer|condition|date|figures?|result|reason)\b"
    r"(?! of\b| by\b| that\b| to\b)|what (?:should|follows|comes|is|was)\b|for (?:him|her|them|that|this)\b"
    r"|in (?:that|this|other)\b|at the same)",
    re.IGNORECASE,
)
"""First words that point back at something said before."""
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,60}\b(?:instruction|prompt|previous|above|rule)"
    r"|\b(?:system prompt|as an ai|language model reading|ai (?:assistant|model|system)s? (?:must|should|reading))\b"
    r"|@everyone|@here",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:click here|sign up|subscribe|newsletter|read more|photo|picture credit|cookies?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence as it stands in an article. `place` counts from 0 in its article, `opens` a paragraph or not."""

    source: SourceId
    place: int
    text: str


def orders_about(paragraph: str) -> bool:
    """Whether a paragraph speaks to whatever reads it rather than to people; nothing of it is quoted."""
    return _ORDERS.search(paragraph) is not None


def stands_alone(text: str) -> bool:
    """Whether a sentence can be read without the one before: whole, plain, not leaning, not a question or an aside."""
    tokens = text.split()
    if not len(tokens) >= 7 or not 40 <= len(text) <= _MAX_CHARS:
        return False
    first = re.sub(r"[^\w]", "", tokens[0]).casefold()
    spoken = text[0] in '“"' and first in _SPEAKING
    if (
        (first in _LEANING and not spoken)
        or _POINTING.match(text)
        or not (text[0].isupper() or text[0].isdigit() or text[0] in "“\"'‘£$€")
    ):
        return False
    if text[-1] not in ".!”\"’'" or "?" in text or _ASIDE.search(text):
        return False
    if text.count("“") != text.count("”") or text.count('"') % 2:
        return False
    return not re.search(r"\byou(?:r|rs)?\b", re.sub(r"“[^”]*”|\"[^\"]*\"", "", text), re.IGNORECASE)


def opening(text: str) -> str:
    """The first sentence of a text: what a publisher itself puts first."""
    paragraph = text.split("\n\n", 1)[0]
    end = re.search(r"(?<=[^\W\d_]{2}[.!?])[”\"’']?(?=\s+[“\"‘']?[A-Z0-9])", paragraph[40:])
    return paragraph[: 40 + end.end()] if end else paragraph
