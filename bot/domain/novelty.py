"""Novelty: what one sentence says beyond another, so that nobody is told the same twice.

Standard library only, no I/O, no clock. Compares by code alone and rather calls a thing new: what is wrongly taken for
old is news that nobody sees, and what is wrongly taken for an update looks silly.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import Final

from bot.domain.gate import dates, names, units
from bot.domain.gate.dates import Date
from bot.domain.gate.figures import Figure, Sort, agree
from bot.domain.gate.lexicon import CAPITALS, COUNTRIES, OPENERS, TITLES
from bot.domain.gate.readings import DATE, NAME, WORD, Reading, Token
from bot.domain.gate.words import Word
from bot.domain.text import STOP_WORDS, fold, stem

_LEFT_OUT: Final = 0.25
"""Share of a sentence's words that another may lack and still say the same."""
_MIN_SHARED: Final = 3
"""Words and names that two sentences share at least where only their figures differ."""
_SLOT: Final = 2
"""So few words in the place of others are told instead of them; more are another way to say it."""
_SAME_WEEKDAY: Final = timedelta(days=3)
"""Articles no further apart mean the same day by `on Tuesday`."""
_LENGTHS: Final = {
    "day": timedelta(days=1),
    "week": timedelta(days=3),
    "month": timedelta(days=14),
    "year": timedelta(days=90),
}
"""Articles less far apart mean the same by `yesterday`, `last week` and the like."""
_UP, _DOWN = "@up", "@down"
_LEADING: Final = frozenset({_UP, _DOWN, "stand", "reach", "hit"})
_ALIKE: Final = {
    stem(word): "@" + group.split()[0]
    for group in (
        "up rise rose risen climb increase gain jump surge soar grow grew grown higher",
        "down fall fell fallen drop decline decrease lose lost tumble slide slid slump plunge shrink shrank lower",
        "dead kill die died death deadly fatality",
        "hurt injure wound injury",
        "tariff duty levy",
        "share stock",
        "company firm",
        "arrest detain",
        "person people",
    )
    for word in group.split()
}
_UNSAID: Final = STOP_WORDS - {"down", "up"} | frozenset(
    "about almost around currently far nearly roughly least according announced confirmed reported told adding".split()
)
_DENIALS: Final = frozenset(
    "not no never without neither nor none nobody nothing cannot ohne nicht kein ikke refuse refuses refused deny"
    " denies denied fail fails failed threaten threatens threatened".split()
)
_HEDGES: Final = frozenset({"may", "might", "could"})
_BOUNDS: Final = frozenset("less fewer under below".split())
_DENIED = re.compile(r"\w+n't\b", re.IGNORECASE)
_SPEAKER = re.compile(
    r",? (?:the |a |an )?[a-z]+(?: [a-z]+){0,2} (?:said|says|reported|announced|confirmed)"
    r"(?: (?:on )?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|today|yesterday))?$"
)
"""Who said so, where that is nobody in particular: `, police said on Tuesday`."""
_LAST_WORD = re.compile(r"(\w+)(?: (?:by|of|about|nearly|almost|some|around|another|an?|further|more|than))*\W*$")
_NEXT_WORDS = re.compile(r"[\w']+")


class Novelty(StrEnum):
    """What a sentence is beside another: the same, with an earlier or a later figure, or another matter."""

    SAME = "same"
    EARLIER = "earlier"
    UPDATE = "update"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence, and when what it rests on was published: by that `on Tuesday` is read, and which figure is later."""

    text: str
    at: datetime


def compare(new: Statement, old: Statement) -> Novelty:
    """What `new` is to whoever knows `old`."""
    if not adds(new, old):
        return Novelty.SAME
    if new.at == old.at or not _is_same_but_for_figures(new, old):
        return Novelty.OTHER
    return Novelty.UPDATE if new.at > old.at else Novelty.EARLIER


def same(one: Statement, other: Statement) -> bool:
    """Whether neither says anything that the other does not."""
    return not adds(one, other) and not adds(other, one)


def adds(new: Statement, old: Statement) -> bool:
    """Whether `new` says anything that `old` does not: a figure, a date, a name, a denial, or what happened."""
    said, known = _said(new.text), _said(old.text)
    if _has_other_date(new, old):
        return True
    if said.text == known.text:
        return False
    return (
        not _stand_in_order(said.figures, known.figures)
        or len(said.matter - known.matter) > _LEFT_OUT * len(said.matter)
        or _is_otherwise(said, known)
    )


def _is_same_but_for_figures(new: Statement, old: Statement) -> bool:
    """Whether both tell the same of the same things, in as many figures of the same sorts."""
    said, known = _said(new.text), _said(old.text)
    if _has_other_date(new, old) or _has_other_date(old, new) or said.moved or known.moved:
        return False
    if said.measured != known.measured or not all(map(_are_comparable, said.figures, known.figures)):
        return False
    if all(map(agree, said.figures, known.figures)):
        return False
    said, known = _levelled(said), _levelled(known)
    fewer, more = sorted((said.matter, known.matter), key=len)
    if len(fewer.union(said.names)) < _MIN_SHARED or not fewer <= more:
        return False
    return not _is_otherwise(said, known) and not _is_otherwise(known, said)


def _levelled(said: "_Said") -> "_Said":
    """The same without the words that lead to a figure: `has risen to 14`, `stands at 12`."""
    steps = tuple(step for step in said.steps if step not in _LEADING)
    return replace(said, matter=said.matter - _LEADING, steps=steps, moves=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A text taken apart: `matter` are the words that tell what happened, `steps` all that it says, in order.

    `measured` is what stands behind each figure, what it counts; `bounded` is whether `less than` is said, `hedged`
    whether it only may be so.
    """

    text: str
    figures: tuple[Figure, ...]
    dates: tuple[Date, ...]
    names: tuple[str, ...]
    matter: frozenset[str]
    moves: frozenset[str]
    steps: tuple[str, ...]
    measured: tuple[str, ...]
    moved: bool
    denied: bool
    bounded: bool
    hedged: bool


@lru_cache(maxsize=1 << 13)  # what a place was told is compared with every claim that may be told there
def _said(text: str) -> _Said:
    folded = _SPEAKER.sub("", fold(text).rstrip(".! "))
    reading = Reading(folded)
    figures = tuple(each for each in reading.figures if not _is_one(each))
    words = folded.casefold().replace(",", " ").split()
    steps = [step for token in reading.tokens if (step := _step(token))[1]]
    matter = frozenset(key for kind, key in steps if kind == WORD)
    return _Said(
        text=" ".join(words),
        figures=figures,
        dates=tuple(each for each in reading.dates if not each.only_year),
        names=tuple(dict.fromkeys(_names(reading.wordly))),
        matter=matter,
        moves=matter & {_UP, _DOWN},
        steps=tuple(key for _, key in steps),
        measured=tuple(_behind(figure, folded) for figure in figures),
        moved=any(_is_move(figure, folded) for figure in figures),
        bounded=not _BOUNDS.isdisjoint(words),
        hedged=not _HEDGES.isdisjoint(folded.split()),  # in lower case: `May` is a month
        denied=bool(_DENIED.search(folded) or _DENIALS.intersection(words)),
    )


def _step(token: Token) -> tuple[str, str]:
    """The kind of a step, and what it is compared by: empty for one that says nothing."""
    if token.kind == DATE:
        return DATE, "#date"
    if isinstance(token.said, Figure):
        return token.kind, "" if _is_one(token.said) else "#figure"
    word = str(token.key)
    if word in TITLES or _says_nothing(token.said):
        return token.kind, ""
    if token.kind == NAME and not (token.opens and stem(word) in OPENERS):
        return NAME, _place(word)
    return WORD, _ALIKE.get(stem(word), stem(word))


def _says_nothing(word: Date | Word) -> bool:
    """`US` is no `us`."""
    return isinstance(word, Word) and not word.acronym and (word.key in _UNSAID or word.text.endswith("n't"))


def _names(wordly: str) -> Iterator[str]:
    """The last word of each name, or the place it stands for: of a person the one that is never left out."""
    for name in names.find(wordly):
        words = [word for word in name.words if word.capital and word.key not in TITLES and not _says_nothing(word)]
        if name.opens and words and words[0] is name.words[0] and stem(words[0].key) in OPENERS:
            words = words[1:]
        if words:
            whole = " ".join(word.key for word in words)
            yield _place(whole if whole in COUNTRIES or whole in CAPITALS else words[-1].key)


def _place(word: str) -> str:
    return CAPITALS.get(word) or COUNTRIES.get(word) or stem(word)


def _is_one(figure: Figure) -> bool:
    """`One of them` and `the first` count nothing."""
    return figure.exempt and figure.values == {1} and figure.units == {""}


def _has_other_date(new: Statement, old: Statement) -> bool:
    known = _said(old.text).dates
    return any(not any(_is_same_day(day, new.at, each, old.at) for each in known) for day in _said(new.text).dates)


def _is_same_day(wanted: Date, at: datetime, given: Date, then: datetime) -> bool:
    """Whether a date of an article published `at` says no more than one of an article published `then`."""
    if _is_relative(wanted) and _is_relative(given) and wanted.key == given.key:
        if wanted.unit:
            return abs(at.date() - then.date()) < _LENGTHS[wanted.unit]
        return abs(at - then) <= _SAME_WEEKDAY
    if _is_relative(wanted) and at.date() != then.date():
        return False
    return dates.stands(wanted, given, then.date())


def _is_relative(date: Date) -> bool:
    return date.weekday is not None or date.away is not None


def _stand_in_order(wanted: Sequence[Figure], given: Iterable[Figure]) -> bool:
    """Whether these figures stand among the others, in the same order: told of the same things, then."""
    rest = iter(given)
    return all(any(agree(figure, each) for each in rest) for figure in wanted)


def _are_comparable(one: Figure, other: Figure) -> bool:
    """Whether one figure may take the other's place: numbers of one unit."""
    return one.sort is other.sort is Sort.NUMBER and units.agree(one.units, other.units)


def _is_move(figure: Figure, folded: str) -> bool:
    """Whether it says how far something rose or fell, which is told anew each time, and not where it stands."""
    before = _LAST_WORD.search(folded, 0, figure.start)
    behind = _NEXT_WORDS.search(folded, figure.end)
    near = [each for each in (before and before[1], behind and behind[0]) if each]
    return any(_ALIKE.get(stem(word.casefold())) in (_UP, _DOWN) for word in near)


def _behind(figure: Figure, folded: str) -> str:
    """What a bare number counts: the next word that says something."""
    if figure.units != {""}:
        return ""
    words = (match[0].casefold() for match in _NEXT_WORDS.finditer(folded, figure.end))
    return next((_ALIKE.get(stem(word), stem(word)) for word in words if word not in _UNSAID), "")


def _is_otherwise(said: _Said, known: _Said) -> bool:
    """Whether what happened, or to whom, is told otherwise."""
    return (
        (said.denied, said.bounded, said.hedged) != (known.denied, known.bounded, known.hedged)
        or said.names != tuple(name for name in known.names if name in said.names)
        or (said.moves | known.moves == {_UP, _DOWN} and said.moves != known.moves)
        or _exchanged(said.steps, known.steps)
    )


def _exchanged(steps: Sequence[str], others: Sequence[str]) -> bool:
    """Whether at some place, between what both say, each says a word or two that the other does not say there."""
    for tag, start, end, from_, to in SequenceMatcher(None, others, steps, autojunk=False).get_opcodes():
        if tag == "replace" and max(end - start, to - from_) <= _SLOT:
            return True
    return False
