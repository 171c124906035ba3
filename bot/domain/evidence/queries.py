"""Queries: a question, and those asked before it, as words to look for. Standard library only, no I/O.

Weights of earlier turns are those measured best for multi-turn retrieval: the last turn twice, and the words of all of
the asker's turns once.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.questions import Asked, read
from bot.domain.synonyms import NATIONS, keys, kin, spelled_out
from bot.domain.text import STOP_WORDS, words

OWN_TURN, ANY_TURN, SYNONYM = 4, 2, 1
"""How often the index is asked for a word of the question, for one of any turn, and for a synonym of the question's."""
_MOST_WORDS = 40
_SOFT = 0.35
"""What a word weighs that an answer often leaves out, as share of another one."""

_CAPITAL = re.compile(r"\b[A-Z][\w'’&-]*(?: (?:of |the )?[A-Z][\w'’&-]*)*")
_DEED = re.compile(
    r"\b([a-z]{3,}(?:ing|ed))\b|\bto ([a-z]{3,})\b|^[Ww]hy (?:is|was|are|were) .+ ([a-z]{3,})\W*$"
    r"|\b(?:[Ww]ill|[Dd]oes|[Dd]o|[Dd]id) .*"
    + "".join(rf"(?<!\b{word})" for word in "a an the its in on of to for at by from with".split())
    + r" ([a-z]{3,})\W*$"
)
_MONTHS = frozenset(keys("January February March April June July August September October November December"))
_TIMES = _MONTHS | frozenset(keys("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"))


Name = tuple[str, ...]
"""The words of one name, in order, as they are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question as words with weights, in the form in which texts are compared (`keys`).

    `own` are the words of the question itself. Of them `names` name something (each name is its words), `figures` are
    numbers, `months` the months, and `matter` is what is asked about these; `soft` are what answers often leave out,
    `deeds` what is done or was, as far as a word shows it: texts tell that in other words.
    `before` are the words of earlier turns, `named_before` the names of the last of them that has any: a question that
    leans speaks of these.
    """

    asked: Asked
    weights: Mapping[str, float]
    own: frozenset[str]
    matter: frozenset[str]
    names: tuple[Name, ...]
    soft: frozenset[str]
    deeds: frozenset[str]
    figures: frozenset[str]
    months: frozenset[str]
    before: frozenset[str]
    named_before: tuple[Name, ...]

    def by_rarity(self, texts: Sequence[frozenset[str]]) -> "Query":
        """The same, each word weighed by its rarity among `texts`; what stands in none of them weighs most."""
        spread = Counter(word for text in texts for word in text)
        weights = {
            word: weight * math.log(1 + (1 + len(texts)) / (1 + spread[word])) for word, weight in self.weights.items()
        }
        return replace(self, weights=weights)


def query(question: str, earlier: Sequence[str] = (), rewritten: str = "") -> Query:
    """Weighs the words of a question, of its rewritten form and of those asked before it in the same conversation."""
    asked = read(question)
    own = _subject(question, asked)
    turns = [(turn, read(turn)) for turn in earlier]
    weights: defaultdict[str, float] = defaultdict(float, dict.fromkeys(own, 2.0))
    every = own.union(*(_subject(turn, asked) for turn, asked in turns), _subject(rewritten, asked))
    for word in every:
        weights[word] += 1.0
    for word in own & asked.soft:
        weights[word] *= _SOFT
    names = _names(question, own)
    figures = frozenset(word for word in own if word[0].isdigit())
    matter = own.difference(figures, *names) - _TIMES
    return Query(
        asked=asked,
        weights=dict(weights),
        own=own,
        matter=matter - asked.soft if names or asked.leans or matter - asked.soft else matter,
        soft=own & asked.soft,
        deeds=own.intersection(keys(" ".join(found[found.lastindex or 0] for found in _DEED.finditer(question)))),
        names=names,
        figures=figures,
        months=own & _MONTHS,
        before=frozenset(every - own),
        named_before=next(
            (found for turn, asked in reversed(turns) if (found := _names(turn, _subject(turn, asked)))), ()
        ),
    )


def search_words(question: str, earlier: Sequence[str] = (), rewritten: str = "") -> tuple[str, ...]:
    """What to ask the index for, as written; a word that weighs more stands there more often."""
    own = _written(question)
    every = dict.fromkeys(word for turn in (question, rewritten, *reversed(earlier)) for word in _written(turn))
    others = dict.fromkeys(other for key in keys(question) for other in kin(key) if other not in own)
    several = [
        *own[:_MOST_WORDS] * OWN_TURN,
        *list(every)[:_MOST_WORDS] * ANY_TURN,
        *list(others)[:_MOST_WORDS] * SYNONYM,
    ]
    return tuple(several)


def _written(turn: str) -> list[str]:
    """The words of a turn that say something, each once."""
    return list(dict.fromkeys(word for word in words(turn) if word not in STOP_WORDS))


def _subject(turn: str, asked: Asked) -> frozenset[str]:
    return frozenset(keys(turn)) - asked.idle


def _names(question: str, own: frozenset[str]) -> tuple[Name, ...]:
    """What the question names: words with a capital inside it, together where they stand together, and nations."""
    found: list[Name] = []
    text = spelled_out(question)
    if any(token[0].islower() for token in text.split()[1:]):
        for match in _CAPITAL.finditer(text):
            written = match[0]
            if match.start() == 0 and written.split()[0].casefold() in _OPENING:
                written = written.partition(" ")[2]
            found.append(tuple(word for word in keys(written) if word in own and word not in _TIMES))
    named = {word for name in found for word in name}
    found += [(word,) for word in own if word in NATIONS and word not in named]
    return tuple(dict.fromkeys(name for name in found if name))


_OPENING = STOP_WORDS | frozenset(
    "tell explain describe give list show write say name is are was were does did do has have had will would can could "
    "should may might please ok okay hey hi hello thanks whose ignore repeat summarise summarize according".split()
)
"""Words at the head of a question that are no name although they have a capital."""
