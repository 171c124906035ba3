"""Words: one by one as they stand in folded text, and codes such as F-35.

Standard library only, no I/O. Which of them are names is for `names` to say.
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.text import TOKEN, stem, word_key

CODE = re.compile(
    r"(?<![\w$€£¥.,-])(?:[A-Z][A-Za-z]*-?\d[\w.]*(?:-(?=[\dA-Z])\w+)*|[a-z]{1,2}\d+\w*|\d+[A-Z]{1,3}\d*)(?!\w)"
)
_OPENING = re.compile(r"(?:[.!?:;\x00]['\")]?|[-\"(\[]|[\s(]')\s*$|^['\"(\[ ]+$")
CONNECTORS: Final = frozenset("of de del della di da do dos du des der den van von bin ibn la le el al".split())

# Scripts that put no space between words: kana, Chinese characters, Thai.
UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


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


def words_of(folded: str) -> list[Word]:
    """The words of a folded text, in order."""
    return [Word(start=m.start(), end=m.end(), text=m.group(), key=word_key(m.group())) for m in TOKEN.finditer(folded)]


def opens_sentence(folded: str, start: int) -> bool:
    """Whether a capital at `start` may be there because a sentence or a quotation begins."""
    return _OPENING.search(folded, max(0, start - 6), start) is not None if start else True


def code_key(code: str) -> str:
    """`F-35` and `F35` alike."""
    return re.sub(r"[^a-z0-9]", "", code.casefold())


def count_words(text: str) -> int:
    """How many words `text` has; where no spaces part them, two letters count as one."""
    unspaced = len(UNSPACED.findall(text))
    return unspaced // 2 + sum(any(char.isalnum() for char in word) for word in UNSPACED.sub("", text).split())


def content_keys(word: Word) -> list[str]:
    """What `word` is compared by where texts are said to speak of the same: its stem, or its pairs of letters."""
    if UNSPACED.search(word.key):
        return [word.key[at : at + 2] for at in range(max(1, len(word.key) - 1))]
    return [stem(word.key)]
