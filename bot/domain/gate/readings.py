"""Readings: a claim or a quote taken apart into dates, figures and words, once for all rules.

Standard library only, no I/O. Nothing is judged here.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.domain.gate import dates, figures
from bot.domain.gate.dates import Date
from bot.domain.gate.figures import Figure
from bot.domain.gate.lexicon import OPENERS
from bot.domain.gate.words import Word, content_keys, opens_sentence, words_of
from bot.domain.text import STOP_WORDS, fold, stem

NAME: Final = "name"
WORD: Final = "word"
DATE: Final = "date"


@dataclass(frozen=True, slots=True)
class Token:
    """One step of a text: a word, or a whole date or figure. Equal keys are the same thing said."""

    kind: str
    key: object
    text: str
    said: Figure | Date | Word
    opens: bool = False


class Reading:
    """What a text says."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        found = dates.find(self.folded)
        undated = [(date.start, date.end) for date in found if not date.only_year]
        self._dateless = figures.blank(self.folded, undated)
        self.figures: list[Figure] = figures.find(self._dateless)
        bare = {(figure.start, figure.end) for figure in self.figures}
        # What counts or measures something is no year: "1800 million".
        self.dates: list[Date] = [date for date in found if not date.only_year or (date.start, date.end) in bare]

    @cached_property
    def wordly(self) -> str:
        """The folded text with dates and figures blanked: what is left are words and names."""
        return figures.blank(self._dateless, [(figure.start, figure.end) for figure in self.figures])

    @cached_property
    def content(self) -> set[str]:
        """The stems that say something."""
        return {key for word in words_of(self.wordly) if word.key not in STOP_WORDS for key in content_keys(word)}

    @cached_property
    def matter(self) -> set[str]:
        """The stems that say something and are no names: what is told of them."""
        return {
            key
            for word in words_of(self.wordly)
            if word.key not in STOP_WORDS and (not word.capital or (word.start == 0 and stem(word.key) in OPENERS))
            for key in content_keys(word)
        }

    @cached_property
    def tokens(self) -> list[Token]:
        """The text step by step."""
        steps: dict[int, Token] = {}
        for date in self.dates:
            # A range of days is compared as it is written.
            twice = date.start in steps
            steps[date.start] = Token(WORD if twice else DATE, date.text if twice else date.key, date.text, date)
        for figure in self.figures:
            steps.setdefault(figure.start, Token(figure.sort.value, figure.key, figure.text, figure))
        for word in words_of(self.wordly):
            kind = NAME if word.capital else WORD
            opens = word.capital and opens_sentence(self.wordly, word.start)
            steps[word.start] = Token(kind, word.key, word.text, word, opens)
        return [steps[start] for start in sorted(steps)]
