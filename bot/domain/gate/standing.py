"""Standing: what stands in some articles, prepared for being asked about many names (rule 4).

Standard library only, no I/O. Possessives, accents, initials, spellings and a country's other names are seen through.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Final

from bot.domain.gate.lexicon import ACRONYMS, COUNTRIES, KIN_ENDINGS
from bot.domain.gate.words import CODE, CONNECTORS, Word, code_key, words_of
from bot.domain.text import fold, stem

_MAX_GAP: Final = 2  # words that may stand between two parts of a name in the article: "Steve and Ann Johnson"
_KIN_STEM_CHARS: Final = 4
_LONG_STEM_CHARS: Final = 4
_MIN_SOUND_CHARS: Final = 4
_SPELLINGS: Final = (
    (re.compile("a[ea]"), "a"),  # Jægersborg, Aarhus
    (re.compile("oe"), "o"),
    (re.compile("ue"), "u"),
    (re.compile("(?:iy|yy|yi|ij|yj|ii|ei|ey|ie|i)$"), "y"),  # Zelenskyy, Zelenskiy, Zelensky
    (re.compile("ks"), "x"),
    (re.compile("ph"), "f"),
    (re.compile("kh"), "h"),
    (re.compile("w"), "v"),
    (re.compile(r"([a-z])\1"), r"\1"),
)


class Standing:
    """What stands in some articles, prepared for being asked about many names."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = [fold(text) for text in texts if text]
        self._words = [word for text in self._texts for word in [*words_of(text), _BREAK]]

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every word."""
        return frozenset(word.key for word in self._words)

    @cached_property
    def lower(self) -> frozenset[str]:
        """Words that stand somewhere without a capital."""
        return frozenset(word.key for word in self._words if not word.capital)

    @cached_property
    def lower_stems(self) -> frozenset[str]:
        """Stems of words that stand somewhere without a capital."""
        return frozenset(stem(key) for key in self.lower)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of every word."""
        return frozenset(stem(key) for key in self.keys)

    @cached_property
    def codes(self) -> frozenset[str]:
        """`F-35` and `F35` alike."""
        return frozenset(code_key(match.group()) for text in self._texts for match in CODE.finditer(text))

    @cached_property
    def _capitals(self) -> frozenset[str]:
        return frozenset(word.key for word in self._words if word.capital)

    @cached_property
    def _sequence(self) -> list[str]:
        return _canonical([word for word in self._words if len(word.key) > 1 or word.key.isdigit() or word is _BREAK])

    @cached_property
    def _line(self) -> str:
        return f" {' '.join(self._sequence)} "

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for index, key in enumerate(self._sequence):
            places.setdefault(key, []).append(index)
        return places

    @cached_property
    def _sounds(self) -> str:
        return f" {' '.join(map(sound, self._sequence))} "

    @cached_property
    def _initials(self) -> frozenset[str]:
        return frozenset(_initials_in(self._words))

    def has(self, words: list[Word]) -> bool:
        """Whether these words stand side by side, or nearly so, or as their acronym or its expansion."""
        parts = _canonical(words)
        if len(parts) == 1:
            return self._has_one(words[-1] if len(words) == 1 else None, parts[0])
        if f" {' '.join(parts)} " in self._line or self._nearly(parts):
            return True
        if f" {' '.join(map(sound, parts))} " in self._sounds:
            return True
        return any(letters in self._capitals for letters in _acronyms(words))

    def has_pair(self, first: str, second: str) -> bool:
        """Whether two keys stand side by side: `nasdaq 100`."""
        return f" {first} {second} " in self._line

    def _has_one(self, word: Word | None, part: str) -> bool:
        if word is not None and word.acronym and part == word.key:
            spelled = ACRONYMS.get(part)
            return part in self._capitals or part in self._initials or (spelled is not None and spelled in self._line)
        if part in self._places or part in self.keys:
            return True
        if len(part) > _LONG_STEM_CHARS and (stem(part) in self.stems or self._has_kin(part)):
            return True
        if len(part) >= _MIN_SOUND_CHARS and f" {sound(part)} " in self._sounds:
            return True
        return word is not None and word.text.isupper() and part in self._initials

    def _has_kin(self, part: str) -> bool:
        return any(_kin(part, key) for key in self._capitals if key[:_KIN_STEM_CHARS] == part[:_KIN_STEM_CHARS])

    def _nearly(self, parts: list[str]) -> bool:
        for first in self._places.get(parts[0], ()):
            at = first
            for part in parts[1:]:
                window = self._sequence[at + 1 : at + 2 + _MAX_GAP]
                if part not in window or _BREAK.key in window[: window.index(part)]:
                    break
                at += 1 + window.index(part)
            else:
                return True
        return False


_BREAK: Final = Word(start=0, end=0, text="\x00", key="\x00")


def _canonical(words: Iterable[Word]) -> list[str]:
    """Keys, where every name of a country is the same; `us` is one only in capitals."""
    given = list(words)
    keys: list[str] = []
    at = 0
    while at < len(given):
        for length in (4, 3, 2, 1):
            stretch = given[at : at + length]
            said = " ".join(word.key for word in stretch)
            if len(stretch) == length and said in COUNTRIES and stretch[0].capital:
                keys.append("@" + COUNTRIES[said].replace(" ", "_"))
                at += length
                break
        else:
            keys.append(given[at].key)
            at += 1
    return keys


def _kin(first: str, second: str) -> bool:
    """Whether two words are a place and its people (`Greenlander`, `Greenland`)."""
    common = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        common += 1
    for length in range(common, _KIN_STEM_CHARS - 1, -1):
        if first[length:] in KIN_ENDINGS and second[length:] in KIN_ENDINGS:
            return True
    return False


def _acronyms(words: list[Word]) -> set[str]:
    """The acronyms that these words may have, with and without their small words."""
    capitals = "".join(word.key[0] for word in words if word.capital)
    return {letters for letters in (capitals, "".join(word.key[0] for word in words)) if len(letters) > 2}


def _initials_in(words: list[Word]) -> Iterator[str]:
    """The acronyms of all runs of two to six capitalised words in a text."""
    small = CONNECTORS | {"and", "for", "the", "on"}
    for index, word in enumerate(words):
        run: list[Word] = []
        for following in words[index : index + 8] if word.capital else ():
            if not following.capital and following.key not in small:
                break
            run.append(following)
            if following.capital and len(run) > 1:
                yield from _acronyms(run)


@lru_cache(maxsize=1 << 14)
def sound(key: str) -> str:
    """The key of a name without what differs between transliterations: for comparing only."""
    for pattern, plain in _SPELLINGS:
        key = pattern.sub(plain, key)
    return key
