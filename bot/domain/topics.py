"""Topics: what readers ask for, and how an article is told to be on one.

Standard library only, no I/O.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.articles import Article
from bot.domain.errors import InputError, NotFoundError
from bot.domain.feeds import FeedUrl
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.text import normalise, words
from bot.domain.wording import refusals

OPENING_WORDS = 80
READ_CHARS = 6_000
"""What an article is about is said by then, however long it is."""
NAME_CHARS, WORD_CHARS, MOST_WORDS = 40, 60, 60
_SAID_INSTEAD_OF_NAMES = frozenset({"all", "none"})
_NOT_IN_NAMES = re.compile(r"[,@#<>`*~|\[\]\x00-\x1f]")
ON_TOPIC = 3.0
"""A word of the topic in the title is enough; so is one in the opening with one more, or three in the body.

A word `a + b` weighs as much as its parts in the mean, and at most half more than the weaker: with `a` in the title,
`b` there or twice in the opening is enough, while one `b` far down is not, however often `a` stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What readers ask for. `name` is its identity, whatever the case.

    A word matches whole words, whatever case and accents; `*` at its end matches any ending; `a + b` needs both in
    one article. An article with an exclusion in its title is not on the topic, nor is one with an exclusion in its
    opening unless its title holds a word of the topic. With `feeds` only what they brought is on it. Everyone's, or one
    server's own (see `servers.owned`).
    """

    name: str
    words: tuple[str, ...]
    exclusions: tuple[str, ...] = ()
    feeds: tuple[FeedUrl, ...] = ()
    server: ServerId = PUBLIC
    hidden: bool = False


def named(topics: Iterable[Topic], names: Iterable[str]) -> tuple[str, ...]:
    """The names as their topics spell them, each once. Raises NotFoundError for one that no topic has."""
    spelled = {topic.name.casefold(): topic.name for topic in topics}
    wanted = [name.strip() for name in names if name.strip()]
    missing = [name for name in wanted if name.casefold() not in spelled]
    if missing:
        raise NotFoundError(refusals.no_topic(missing[0], list(spelled.values())))
    return tuple(dict.fromkeys(spelled[name.casefold()] for name in wanted))


def topic_words(typed: str) -> tuple[str, ...]:
    """The words of a topic as people type them, with commas between them. Raises InputError."""
    listed = tuple(dict.fromkeys(" ".join(each.split()) for each in typed.split(",") if each.strip()))
    if len(listed) > MOST_WORDS:
        raise InputError(refusals.topic_words(MOST_WORDS))
    for each in listed:
        if len(each) > WORD_CHARS or not all(words(part) for part in each.split("+")):
            raise InputError(refusals.no_word(each[:WORD_CHARS]))
    return listed


def topic_name(typed: str) -> str:
    """A topic's name as it is kept. Raises InputError."""
    name = " ".join(normalise(typed).split())
    if not 1 <= len(name) <= NAME_CHARS or _NOT_IN_NAMES.search(name) or not words(name):
        raise InputError(refusals.topic_name(NAME_CHARS))
    if name.casefold() in _SAID_INSTEAD_OF_NAMES:
        raise InputError(refusals.said_instead(name))
    return name


def relevance(topic: Topic, article: Article) -> float:
    """How much `article` is on `topic`: 0 for not at all, ON_TOPIC or more for on it, 12 at most for each word."""
    places = _places(article.title, article.text[:READ_CHARS])
    title, opening, _ = places
    named = any(_stands(word, title) for word in topic.words)
    if any(_count(word, title) or (not named and _count(word, opening)) for word in topic.exclusions):
        return 0.0
    return sum(_joined(word, places) for word in topic.words)


def mentions(topic: Topic, text: str) -> int:
    """How often words of `topic` stand in `text`; a word `a + b` counts where either part stands."""
    spaced = _spaced(words(text))
    return sum(_count(part, spaced) for word in topic.words for part in word.split("+"))


def _joined(word: str, places: tuple[str, str, str]) -> float:
    weights = [_weight(part, places) for part in word.split("+")]
    return min(sum(weights) / len(weights), 1.5 * min(weights))


def _stands(word: str, place: str) -> bool:
    return all(_count(part, place) for part in word.split("+"))


def _weight(part: str, places: tuple[str, str, str]) -> float:
    title, opening, body = (min(_count(part, place), 3) for place in places)
    return 3.0 * min(title, 1) + 2.0 * opening + 1.0 * body


@lru_cache(maxsize=1024)  # each topic reads them again, and so does each briefing of the same hour
def _places(title: str, text: str) -> tuple[str, str, str]:
    body = words(text)
    return _spaced(words(title)), _spaced(body[:OPENING_WORDS]), _spaced(body[OPENING_WORDS:])


def _spaced(tokens: Iterable[str]) -> str:
    return " " + " ".join(tokens) + " "


def _count(word: str, spaced: str) -> int:
    start, pattern = _pattern(word)
    # Looking for its start is many times faster, and most articles hold few of the words.
    return sum(1 for _ in pattern.finditer(spaced)) if start and start in spaced else 0


@lru_cache(maxsize=2048)
def _pattern(word: str) -> tuple[str, re.Pattern[str]]:
    """How the word begins where it stands, empty for what is no word, and a pattern for each place where it does."""
    word = word.strip()
    tokens = words(word)
    start = " " + " ".join(tokens) if tokens else ""
    ending = r"\w* " if word.endswith("*") else " "
    return start, re.compile("(?=" + re.escape(start) + ending + ")")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTopic:
    """A topic and the feeds that serve it."""

    topic: Topic
    feeds: tuple[FeedUrl, ...]
