"""Exhibits: the articles before the gate, each prepared once, and the quotes found in them.

Standard library only, no I/O. Nothing is judged here.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date
from functools import cached_property

from bot.domain import links
from bot.domain.articles import Article
from bot.domain.briefings import Citation
from bot.domain.gate.quotes import View
from bot.domain.gate.readings import Reading
from bot.domain.text import fold, words

_NOT = re.compile(r"(?<=[a-z])n't\b")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\s\"”’)]+(?=[^\Wa-z])|\n+")


class Exhibit:
    """One article, prepared for being quoted."""

    def __init__(self, article: Article, n: int) -> None:
        self.article = article
        self.n = n
        # Dates far from ours would leave the calendar when weeks and years are added to them.
        day = article.published_at.astimezone(UTC).date()
        self.published = min(max(day, date(1900, 1, 1)), date(2999, 12, 31))

    @cached_property
    def view(self) -> View:
        """Its text as quotes are looked for."""
        return View(self.article.text)

    @cached_property
    def spoken(self) -> str:
        """Its words on one line, for what people are said to have said."""
        return f" {' '.join(spoken_words(f'{self.article.title} {self.article.text}'))} "

    @cached_property
    def sentences(self) -> list[list[str]]:
        """The same words, sentence by sentence."""
        return [spoken_words(sentence) for sentence in _SENTENCE_END.split(self.article.text)]

    def cite(self, quote: str) -> Citation:
        """The citation of a stretch of its text."""
        article = self.article
        return Citation(
            n=self.n,
            article_id=article.id,
            version=article.version,
            url=article.url,
            link=links.citation_link(article.url, article.tier, quote, within=article.text),
            quote=quote,
        )


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote that stands, with its article."""

    reading: Reading
    exhibit: Exhibit

    @property
    def text(self) -> str:
        """The quote as it stands."""
        return self.reading.text


def spoken_words(text: str) -> list[str]:
    """Words without punctuation; in speech "didn't" and "did not" are the same."""
    return words(_NOT.sub(" not", fold(text).casefold()))
