"""Topics: what readers ask for, and how an article is told to be on one.

Standard library only, no I/O.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.articles import Article
from bot.domain.wording import words

OPENING_WORDS = 80
READ_CHARS = 6_000
"""What an article is about is said by then, however long it is."""
ON_TOPIC = 3.0
"""A word of the topic in the title is enough; so is one in the opening with one more, or three in the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What readers ask for. `name` is its identity, whatever the case.

    A word matches whole words, whatever case and accents; `*` at its end matches any ending; `a + b` needs both in
    one article. An article with an exclusion in its title is not on the topic.
    """

    name: str
    words: tuple[str, ...]
    exclusions: tuple[str, ...] = ()


def relevance(topic: Topic, article: Article) -> float:
    """How much `article` is on `topic`: 0 for not at all, ON_TOPIC or more for on it, 12 at most for each word."""
    title = _spaced(words(article.title))
    if any(_count(_pattern(word), title) for word in topic.exclusions):
        return 0.0
    body = words(article.text[:READ_CHARS])
    places = (title, _spaced(body[:OPENING_WORDS]), _spaced(body[OPENING_WORDS:]))
    return sum(min(_weight(part, places) for part in word.split("+")) for word in topic.words)


def mentions(topic: Topic, text: str) -> int:
    """How often words of `topic` stand in `text`; a word `a + b` counts where either part stands."""
    spaced = _spaced(words(text))
    return sum(_count(_pattern(part), spaced) for word in topic.words for part in word.split("+"))


def _weight(part: str, places: tuple[str, str, str]) -> float:
    pattern = _pattern(part)
    title, opening, body = (min(_count(pattern, place), 3) for place in places)
    return 3.0 * min(title, 1) + 2.0 * opening + 1.0 * body


def _spaced(tokens: Iterable[str]) -> str:
    return " " + " ".join(tokens) + " "


@lru_cache(maxsize=2048)
def _pattern(word: str) -> re.Pattern[str] | None:
    word = word.strip()
    tokens = words(word)
    if not tokens:
        return None
    ending = r"\w* " if word.endswith("*") else " "
    return re.compile("(?= " + re.escape(" ".join(tokens)) + ending + ")")


def _count(pattern: re.Pattern[str] | None, spaced: str) -> int:
    return 0 if pattern is None else sum(1 for _ in pattern.finditer(spaced))
