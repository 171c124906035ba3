"""Polarity: what is denied and which way things go, and the doubt where claim and quotes differ in it.

Standard library only, no I/O. Words are too free for a rule: of good claims some are doubted, so a doubt asks for
another look and never withholds. What differs in nothing else is refused (see `flips`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.gate import contexts
from bot.domain.gate.lexicon import BEHIND_VERBS, NEGATIONS, OPPOSITES
from bot.domain.gate.readings import Reading, Token
from bot.domain.gate.words import Word
from bot.domain.text import STOP_WORDS, stem
from bot.domain.wording import faults as wording

_SCOPE: Final = 3  # words that say something, behind a negation
_CLAUSE_END = re.compile(r"[.,;:!?()\"]")
_PREFIXES: Final = ("un", "in", "im", "il", "ir", "dis", "non", "mis")
_MIN_BASE_CHARS: Final = 4
Sides = frozenset[tuple[int, int]]  # pairs of opposites, each with the side that a word is on


def _sides() -> dict[str, Sides]:
    found: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for pair, words in enumerate(OPPOSITES):
        for side, said in enumerate(words):
            for word in said.split():
                found[stem(word)].add((pair, side))
    return {word: frozenset(sides) for word, sides in found.items()}


_SIDES: Final = _sides()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """The stems of a text that it denies, and those that it does not."""

    denied: frozenset[str]
    plain: frozenset[str]


def is_negation(word: str) -> bool:
    """Whether a word of folded text, in small letters, denies what follows."""
    return word in NEGATIONS or word.endswith("n't")


def are_opposites(one: str, other: str) -> bool:
    """Whether two words of folded text, in small letters, stand on two sides of one pair."""
    sides, others = _SIDES.get(stem(one), Sides()), _SIDES.get(stem(other), Sides())
    return bool(_turned(sides) & others) and not sides & others


def has_opposite(word: str) -> bool:
    """Whether a word of folded text, in small letters, is on one side of a pair."""
    return stem(word) in _SIDES


def denial(claim: Reading, quotes: Sequence[Reading]) -> str | None:
    """What one of both denies and the other does not: one sentence, or None."""
    said = _said([claim])
    given = _said(quotes)
    for word in sorted(said.denied - said.plain):
        if word in given.plain and word not in given.denied:
            return wording.denies(word)
    for word in sorted(said.plain - said.denied):
        if word in given.denied and word not in given.plain:
            return wording.denied(word)
    known = given.plain | given.denied
    for word in sorted(said.plain | said.denied):
        if word not in known and word not in _SIDES and (opposite := _prefixed(word, known)):
            return wording.against(word, opposite)
    return None


def turn(claim: Reading, quotes: Sequence[Reading]) -> str | None:
    """What goes one way in the claim and the other way in its quotes: one sentence, or None."""
    given = [place for quote in quotes for place in contexts.places(quote, _sides_of)]
    for place in contexts.places(claim, _sides_of):
        same = [other for other in given if other.said & place.said]
        against = [other for other in given if other.said & _turned(place.said) and not other.said & place.said]
        own = max((contexts.closeness(place, other) for other in same), default=0.0)
        for other in against:
            if not same or contexts.is_closer(contexts.closeness(place, other), own):
                return wording.against(place.text, other.text)
    return None


def _said(readings: Sequence[Reading]) -> _Said:
    denied: set[str] = set()
    plain: set[str] = set()
    for reading in readings:
        for word, is_denied in _denials(reading):
            (denied if is_denied else plain).add(word)
    return _Said(denied=frozenset(denied), plain=frozenset(plain))


def _denials(reading: Reading) -> Iterator[tuple[str, bool]]:
    """Every stem that says something, with whether it is denied."""
    left, last, before = 0, 0, ""
    for token in reading.tokens:
        if _CLAUSE_END.search(reading.folded, last, token.said.start):
            left = 0
            yield from _plain(before)
            before = ""
        last = token.said.end
        if not isinstance(token.said, Word):
            continue
        key = str(token.key)
        if is_negation(token.text.casefold()):
            if before:
                yield before, True
            if key not in BEHIND_VERBS:  # "found no evidence" is "has not found evidence"
                yield from _plain(before)
            left, before = _SCOPE, ""
        elif key not in STOP_WORDS:
            yield from _plain(before)
            before = "" if left > 0 else stem(key)
            if left > 0:
                yield stem(key), True
            left -= 1
        elif key == "only":
            left = 0
    yield from _plain(before)


def _plain(word: str) -> Iterator[tuple[str, bool]]:
    if word:
        yield word, False


def _prefixed(word: str, known: frozenset[str]) -> str | None:
    for prefix in _PREFIXES:
        if len(word) >= _MIN_BASE_CHARS and prefix + word in known:
            return prefix + word
        base = word.removeprefix(prefix)
        if base != word and len(base) >= _MIN_BASE_CHARS and base in known:
            return base
    return None


def _sides_of(token: Token) -> Sides | None:
    return _SIDES.get(stem(str(token.key))) if isinstance(token.said, Word) else None


def _turned(sides: Sides) -> Sides:
    return frozenset((pair, 1 - side) for pair, side in sides)
