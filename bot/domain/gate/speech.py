"""Speech: words in quotation marks, which must have been said (rule 2).

Standard library only, no I/O. Words that nobody said are refused. Where only small words differ from what one sentence
of an article says, the claim is a paraphrase: it may be told, but without the marks that make a quotation of it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.gate.exhibits import Exhibit, spoken_words
from bot.domain.gate.polarity import is_negation
from bot.domain.text import QUOTE_MARKS, STOP_WORDS, stem

# Single marks are apostrophes too often.
_MARKS: Final = "".join(chr(mark) for mark, plain in QUOTE_MARKS.items() if plain == '"') + '"'
_SPOKEN = re.compile(f"[{_MARKS}]([^{_MARKS}]+)[{_MARKS}]")
_MIN_SPOKEN_WORDS: Final = 3
_MIN_SAID_WORDS: Final = 2


def altered(claim: str, exhibits: Sequence[Exhibit]) -> Iterator[str]:
    """What `claim` has in quotation marks and nobody said, not even in other small words."""
    for match in _unsaid(claim, exhibits):
        if not _is_paraphrase(match[1], exhibits):
            yield match[1]


def unmarked(claim: str, exhibits: Sequence[Exhibit]) -> str:
    """`claim` without the marks around what was not said in these very words."""
    for match in reversed(list(_unsaid(claim, exhibits))):
        claim = claim[: match.start()] + match[1] + claim[match.end() :]
    return claim


def _unsaid(claim: str, exhibits: Sequence[Exhibit]) -> Iterator[re.Match[str]]:
    for match in _SPOKEN.finditer(claim):
        speech = match[1]
        if len(speech.split()) < _MIN_SPOKEN_WORDS or "[" in speech or "..." in speech or "…" in speech:
            continue
        said = f" {' '.join(spoken_words(speech))} "
        if not any(said in exhibit.spoken for exhibit in exhibits):
            yield match


def _is_paraphrase(speech: str, exhibits: Sequence[Exhibit]) -> bool:
    """Whether all words that say something stand in one sentence, in this order, denied or not as there."""
    said = spoken_words(speech)
    wanted = [stem(word) for word in said if word not in STOP_WORDS and not is_negation(word)]
    denied = any(map(is_negation, said))
    return len(wanted) >= _MIN_SAID_WORDS and any(
        denied is any(map(is_negation, sentence)) and _stands_in_order(wanted, sentence)
        for exhibit in exhibits
        for sentence in exhibit.sentences
    )


def _stands_in_order(wanted: Sequence[str], sentence: Sequence[str]) -> bool:
    given = iter(stem(word) for word in sentence)
    return all(word in given for word in wanted)
