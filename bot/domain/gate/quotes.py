"""Quotes: where a stretch that a writer gave stands in an article, word for word (rule 2).

Standard library only, no I/O. Typography is forgiven - Unicode forms, spaces, hyphens, quotation marks, case - and
nothing else: a word left out, added or altered is no quote.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from bot.domain.gate import numerals, units
from bot.domain.gate.words import UNSPACED, count_words
from bot.domain.text import DASHES, INVISIBLE, QUOTE_MARKS, normalise
from bot.domain.wording import faults as wording

MIN_QUOTE_WORDS: Final = 4
MAX_QUOTE_CHARS: Final = 1_000

_TYPOGRAPHY = QUOTE_MARKS | DASHES
# White space; plain ASCII, which is compared as it stands; a character with its accents.
_CLUSTER = re.compile(
    r"\s+|(?P<plain>[!-,.-_a-~]+(?![\u0300-\u036f]))|[^\u0300-\u036f\s][\u0300-\u036f]*|[\u0300-\u036f]"
)
_PARAGRAPH: Final = "\n"
OUTER: Final = " \"'.,;:-…"
_SENTENCE_ENDS: Final = ".!?。"
# Spaces and hyphens between letters, and spaces beside other signs; what stands between digits makes the number.
_PARTING = re.compile(r"(?<=[^\W\d_])- ?(?=[^\W\d_])|(?<!\d) | (?!\d)")
_MIN_JOINED_CHARS: Final = 12


class View:
    """A text as quotes are compared with it, with the way back to the text as it stands."""

    __slots__ = ("_offsets", "_spaceless", "compared", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        parts: list[str] = []
        offsets: list[int] = []
        before = ""
        for match in _CLUSTER.finditer(text):
            if match["plain"]:
                before = match.group().lower()
                parts.append(before)
                offsets.extend(range(match.start(), match.end()))
                continue
            part = _compared(match.group())
            if part == before == "-" or (part == " " and before == " "):
                continue
            if part:
                parts.append(part)
                offsets.extend([match.start()] * len(part))
                before = part
        self.compared = "".join(parts)
        self._offsets = [*offsets, len(text)]
        self._spaceless: tuple[str, list[int]] | None = None

    def find(self, quote: str) -> str | None:
        """`quote` as it stands in the text, or None; never across two paragraphs."""
        for form in _forms(quote):
            start = _at_word_bounds(self.compared, form)
            if start is not None:
                return self._stretch(start, start + len(form))
        return self._find_joined(quote)

    def _find_joined(self, quote: str) -> str | None:
        """`quote` where words are parted otherwise: a space was lost, or a word broken at the end of a line."""
        wanted, _ = _joined(compared(quote).strip(OUTER))
        if self._spaceless is None:
            self._spaceless = _joined(self.compared)
        text, places = self._spaceless
        start = text.find(wanted) if len(wanted) >= _MIN_JOINED_CHARS else -1
        while start >= 0:
            first, end = places[start], places[start + len(wanted) - 1] + 1
            if _is_whole(self.compared, first, end):
                return self._stretch(first, end)
            start = text.find(wanted, start + 1)
        return None

    def _stretch(self, start: int, end: int) -> str:
        # One character may be compared as several: the stretch ends where the next character begins.
        while end < len(self.compared) and self._offsets[end] == self._offsets[end - 1]:
            end += 1
        return self._whole(self._offsets[start], self._offsets[end])

    def _whole(self, start: int, end: int) -> str:
        """The stretch, with the rest of an amount that its ends cut through: a quote must not make 13 of 13 million."""
        end = start + len(self.text[start:end].rstrip())
        if numerals.ends_in_number(self.text[start:end]):
            end = units.amount_end(self.text, end)
        return self.text[units.amount_start(self.text, start) : end]

    def runs_across(self, quote: str) -> bool:
        """Whether `quote` stands in the text when paragraphs are not kept apart."""
        joined = self.compared.replace(_PARAGRAPH, " ")
        return any(_at_word_bounds(joined, form) is not None for form in _forms(quote))


def fault(quote: str) -> str | None:
    """What is wrong with `quote` before it is looked for: one sentence, or None."""
    if count_words(normalise(quote)) < MIN_QUOTE_WORDS:
        return wording.short_quote(quote, MIN_QUOTE_WORDS)
    if len(quote) > MAX_QUOTE_CHARS:
        return wording.long_quote(quote[:60])
    return None


def missing(quote: str, view: View) -> str:
    """One sentence that says how `quote`, not found by `view`, fails to stand in its article."""
    if view.runs_across(quote):
        return wording.quote_across(quote)
    if any(dots in quote.strip(OUTER) for dots in ("…", "...")):
        return wording.quote_with_gaps(quote)
    return wording.no_quote(quote)


def says_verbatim(quote: str, claim: str) -> bool:
    """Whether `claim` is one or more whole sentences of `quote`, or all of it."""
    said, given = compared(claim).strip(OUTER + _SENTENCE_ENDS), compared(quote)
    start = _at_word_bounds(given, said) if said else None
    if start is None:
        return False
    before, after = given[:start], given[start + len(said) :]
    opens = not before.strip(OUTER) or before.rstrip(" \"'([")[-1:] in tuple(_SENTENCE_ENDS)
    return opens and (not after.strip(OUTER) or after[0] in _SENTENCE_ENDS)


def compared(text: str) -> str:
    """`text` as quotes are compared, on one line."""
    return View(" ".join(text.split())).compared.strip()


@lru_cache(maxsize=4096)
def _compared(cluster: str) -> str:
    if cluster.isspace():
        return _PARAGRAPH if cluster.count("\n") > 1 else " "
    folded = unicodedata.normalize("NFKC", INVISIBLE.sub("", cluster).translate(_TYPOGRAPHY)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def _forms(quote: str) -> tuple[str, ...]:
    """The quote itself, and without the marks that writers put around what they copy."""
    whole = compared(quote)
    bare = whole.strip(OUTER)
    return (whole, bare) if bare and bare != whole else (whole,)


def _joined(text: str) -> tuple[str, list[int]]:
    """`text` without what parts words from each other, never digits, and where each character of it stands."""
    kept = [True] * len(text)
    for match in _PARTING.finditer(text):
        kept[match.start() : match.end()] = [False] * len(match.group())
    places = [at for at, keeps in enumerate(kept) if keeps]
    return "".join(text[at] for at in places), places


def _at_word_bounds(text: str, part: str) -> int | None:
    start = text.find(part)
    while start >= 0:
        if _is_whole(text, start, start + len(part)):
            return start
        start = text.find(part, start + 1)
    return None


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a stretch begins and ends where words do, which some scripts do not show."""
    opens = start == 0 or not (_is_lettered(text[start]) and _is_lettered(text[start - 1]))
    closes = end == len(text) or not (_is_lettered(text[end - 1]) and _is_lettered(text[end]))
    return opens and closes


def _is_lettered(char: str) -> bool:
    return char.isalnum() and not UNSPACED.match(char)
