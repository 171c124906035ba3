"""Names: finds them in a claim and looks for each in the articles that the claim cites (rule 4).

Standard library only, no I/O. A name is what is written with a capital where a common word would not be; a code such
as F-35 or COVID-19 is one too. Titles, possessives, accents, initials and a country's other names are seen through.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.domain.gate.lexicon import ACRONYMS, COUNTRIES, KIN_ENDINGS, OPENERS, TITLES
from bot.domain.wording import STOP_WORDS, TOKEN, fold, stem, word_key

_CODE = re.compile(
    r"(?<![\w$€£¥.,-])(?:[A-Z][A-Za-z]*-?\d[\w.]*(?:-(?=[\dA-Z])\w+)*|[a-z]{1,2}\d+\w*|\d+[A-Z]{1,3}\d*)(?!\w)"
)
_OPENING = re.compile(r"(?:[.!?:;\x00]['\")]?|[-\"(\[]|[\s(]')\s*$|^['\"(\[ ]+$")
CONNECTORS: Final = frozenset("of de del della di da do dos du des der den van von bin ibn la le el al".split())
_MAX_GAP: Final = 2  # words that may stand between two parts of a name in the article: "Steve and Ann Johnson"
_KIN_STEM_CHARS: Final = 4
_LONG_STEM_CHARS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a folded text between `start` and `end`: as written, and as it is compared."""

    start: int
    end: int
    text: str
    key: str

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital, wherever in it (`iPhone`)."""
        return not self.text.islower() and any(char.isupper() for char in self.text)

    @property
    def acronym(self) -> bool:
        """Two to five capitals: `WHO` is not `who`."""
        letters = self.text.removesuffix("'s").replace(".", "")
        return 2 <= len(letters) <= 5 and letters.isalpha() and letters.isupper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Words of a claim that make up a name; `opens` when the first stands where a sentence may begin."""

    words: tuple[Word, ...]
    opens: bool


def words_of(folded: str) -> list[Word]:
    """The words of a folded text, in order."""
    return [Word(start=m.start(), end=m.end(), text=m.group(), key=word_key(m.group())) for m in TOKEN.finditer(folded)]


def opens_sentence(folded: str, start: int) -> bool:
    """Whether a capital at `start` may be there because a sentence or a quotation begins."""
    return _OPENING.search(folded, max(0, start - 6), start) is not None if start else True


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
        return frozenset(_code_key(match.group()) for text in self._texts for match in _CODE.finditer(text))

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
    def _initials(self) -> frozenset[str]:
        return frozenset(_initials_in(self._words))

    def has(self, words: list[Word]) -> bool:
        """Whether these words stand side by side, or nearly so, or as their acronym or its expansion."""
        parts = _canonical(words)
        if len(parts) == 1:
            return self._has_one(words[-1] if len(words) == 1 else None, parts[0])
        if f" {' '.join(parts)} " in self._line or self._nearly(parts):
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


def strangers(
    folded: str, standing: Standing, *, noun_capitals: bool = False, every_word_opens: bool = False
) -> Iterator[str]:
    """The names of a folded claim, dates and figures blanked, that do not stand.

    `noun_capitals` is for German, where a capital says little: each word is looked for by itself. In a Title Case
    Headline `every_word_opens`, as the first word of a sentence does.
    """
    for match in _CODE.finditer(folded):
        if _code_key(match.group()) not in standing.codes:
            yield match.group()
    folded = _CODE.sub(lambda match: "\x00" * len(match.group()), folded)
    for name in find(folded):
        if len(name.words) > 1 and not noun_capitals and standing.has(list(name.words)):
            continue
        opens = every_word_opens or name.opens
        loose = [
            _is_loose(word, standing, opens=every_word_opens or (name.opens and not index))
            for index, word in enumerate(name.words)
        ]
        if not opens and all(word.key in TITLES for word in name.words):  # "the Duke" of nobody named
            loose = [stem(word.key) in standing.stems for word in name.words]
        for part in _parts(name, loose, apart=noun_capitals):
            if not standing.has(part):
                yield " ".join(word.text for word in part)


def find(folded: str) -> Iterator[Name]:
    """Runs of capitalised words, with what joins them (`Bank of Japan`), in order."""
    run: list[Word] = []
    waiting: list[Word] = []
    for word in words_of(folded):
        last = waiting[-1] if waiting else run[-1] if run else None
        between = folded[last.end : word.start] if last else ""
        if run and (between not in (" ", ". ") or (between == ". " and len(run[-1].text) > 1)):
            yield _name(run, folded)
            run, waiting = [], []
        if word.capital:
            run += [*waiting, word]
            waiting = []
            if word.text.endswith("'s") or folded[word.end : word.end + 2] == "' ":
                yield _name(run, folded)
                run = []
        elif run and word.key in CONNECTORS:
            waiting.append(word)
        elif run:
            yield _name(run, folded)
            run, waiting = [], []
    if run:
        yield _name(run, folded)


def _name(run: list[Word], folded: str) -> Name:
    return Name(words=tuple(run), opens=opens_sentence(folded, run[0].start))


def _parts(name: Name, loose: list[bool], *, apart: bool) -> Iterator[list[Word]]:
    """The stretches of `name` that have to stand: what is left when titles and common words are taken out."""
    part: list[Word] = []
    for word, is_loose in zip(name.words, loose, strict=True):
        if part and (is_loose or apart):
            yield part
            part = []
        if not is_loose and (word.capital or part):
            part.append(word)
    while part and not part[-1].capital:
        part.pop()
    if part:
        yield part


def _is_loose(word: Word, standing: Standing, *, opens: bool) -> bool:
    """Whether `word` is no name by itself, whatever its capital."""
    if len(word.key) < 2 or word.key in TITLES:
        return True
    if word.key in COUNTRIES and standing.has([word]):
        return True
    if word.acronym:
        return False
    if word.key in standing.lower or word.key in STOP_WORDS:
        return True
    return opens and (stem(word.key) in standing.lower_stems or stem(word.key) in OPENERS)


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


def _code_key(code: str) -> str:
    return re.sub(r"[^a-z0-9]", "", code.casefold())
