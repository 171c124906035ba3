"""Comparing: the words by which a text and a question about it are compared. Standard library only, no I/O.

News and readers name the same thing in different words; a group of theirs is compared as its first word. English,
since most members ask in English; in other languages a word is compared as itself.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.domain.synonyms.groups import GROUPS
from bot.domain.synonyms.nations import NATIONAL
from bot.domain.synonyms.phrases import PHRASES
from bot.domain.synonyms.related import RELATED
from bot.domain.text import stems

_PHRASE = re.compile(
    r"\b(?=[UGEACFPILSWabcefghijklmpstw])(?:" + "|".join(f"({pattern})" for pattern, _ in PHRASES) + ")"
)
_SPELLINGS = tuple(
    (re.compile(pattern), here)
    for pattern, here in (
        (r"iz(?=$|at|ing|er)", "is"),
        (r"(?<=[a-z]{2}[lbvn])or(?=$|s|it)", "our"),
        (r"(?<=[ft])ens(?=$|iv)", "enc"),
        (r"^(cent|theat|met|lit|fib)er$", r"\1r"),
        (r"^program$", "programm"),
    )
)
"""American endings of stems, and British ones."""
_NOUN_ENDINGS = ("ation", "ition", "ement", "ment", "ion", "anc", "enc", "ent", "ant", "abl", "ibl", "cy", "er", "or")


def _root(stem: str) -> str:
    """A stem without the ending that makes a noun of a verb, spelled as in Britain: `resignat` is `resign`."""
    word = stem[:-1] + "y" if stem.endswith("i") else stem
    for there, here in _SPELLINGS:
        word = there.sub(here, word)
    for ending in _NOUN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (3 if ending == "er" else 5):
            return word.removesuffix(ending)
    return word[:-1] if word.endswith("y") and len(word) >= 7 else word


def _roots(text: str) -> list[str]:
    return [_root(each) for each in stems(text)]


_SAME = {root: roots[0] for roots in map(_roots, (*GROUPS, *NATIONAL)) for root in roots}
NATIONS = frozenset(_SAME[_roots(group)[0]] for group in NATIONAL)
"""The keys of countries, however they are written."""


def keys(text: str) -> list[str]:
    """The content words of `text` in order, each as the first of its synonyms."""
    return [_key(word) for word in stems(spelled_out(text))]


@lru_cache(maxsize=1 << 15)
def _key(stem: str) -> str:
    root = _root(stem)
    return _SAME.get(root, root)


def meanings(text: str) -> frozenset[str]:
    """The keys of `text`, and those that may stand for them in one sense or another."""
    found = keys(text)
    return frozenset(found).union(*(_NEAR.get(each, ()) for each in found))


def is_known(word: str) -> bool:
    """Whether a word stands in a group here, and so is none that somebody misspelt."""
    return any(_root(stem) in _SAME for stem in stems(word))


def spelled_out(text: str) -> str:
    """`text` with abbreviations and phrases that mean one thing written as one word: U.S. and United States alike."""
    return _PHRASE.sub(lambda found: PHRASES[(found.lastindex or 1) - 1][1], text)


def kin(key: str) -> Sequence[str]:
    """The words that are compared as `key`, as they are written; none for most."""
    return _KIN.get(key, ())


_NEAR: dict[str, frozenset[str]] = {}
for _row in RELATED:
    _alike = frozenset(keys(_row))
    _NEAR |= {each: _NEAR.get(each, frozenset()) | _alike for each in _alike}

_KIN: dict[str, list[str]] = {
    "america": ["us", "united states"],
    "britain": ["uk", "united kingdom"],
    "europe": ["eu"],
    "artificial": ["ai"],
}
for _word in " ".join((*GROUPS, *NATIONAL)).split():
    _KIN.setdefault(next(iter(keys(_word)), _word), []).append(_word)


def initialisms(text: str) -> Iterator[str]:
    """Initials of the names of several words in `text`, in small letters: World Trade Organization gives `wto`."""
    for found in re.finditer(r"\b[A-Z][\w'’]+(?: (?:(?:of|for|the|and|on) )*[A-Z][\w'’]+)+", text):
        initials = "".join(word[0] for word in found[0].removeprefix("The ").split() if word[0].isupper())
        yield initials.casefold()
