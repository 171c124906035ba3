"""Facts: the figures of a sentence with what each of them measures. Standard library only, no I/O.

Nothing is compared here. What a figure measures is told from the words beside it, so far as they tell.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from bot.domain.evidence import keys
from bot.domain.gate import figures
from bot.domain.gate.figures import Figure, Sort
from bot.domain.gate.readings import Reading
from bot.domain.text import STOP_WORDS, stem, stems, word_key

_KINDS: Mapping[str, frozenset[str]] = {
    name: frozenset(stems(words))
    for name, words in {
        "dead": "die died dead death killed killing kill kills toll fatal fatality fatalities",
        "hurt": "injured injuring injury injuries wounded wounding hurt hospitalised hospitalized",
        "missing": "missing unaccounted",
        "held": "arrested arrest arrests detained detaining detention custody",
        "moved": "evacuated evacuate displaced homeless fled",
        "magnitude": "magnitude richter",
    }.items()
}
"""What is counted in disasters: reports of one event that count it differently disagree, whatever else they say."""
ANYBODY = frozenset(keys("people person victims casualties injuries deaths arrests")).union(*_KINDS.values())
"""Nouns that are as good as none: `12 people`, `12 dead`."""
_REACH = 200
"""What a figure measures is said within so many characters of it."""
_KIND_REACH = 6
_NOUNS = 3
_CLAUSE = re.compile(r"[.!?]\s|[,;:()\x00]\s| - | (?:and|but|while|whereas|with|after|before|as|including|among) ")
_LOOSE: Mapping[str, re.Pattern[str]] = {
    sign: re.compile(rf"(?:{words}) $")
    for sign, words in {
        "+": "at least|no fewer than|no less than|a minimum of",
        ">": "more than|over|above|upwards of|exceeding",
        "<": "up to|as many as|as much as|at most|less than|fewer than|under|below|no more than|a maximum of",
        "~": "about|around|roughly|some|nearly|almost|approximately|an estimated|estimated|close to|circa|just",
    }.items()
}
_COUNT = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|another|several)"
_PART_BEFORE = re.compile(
    r"(?:another|additional|further|other|extra|from|compared (?:with|to)|versus|vs\.?|than in|out of|between|per|every"
    r"|each|the|remaining|previous|earlier|number|no\.|page|route|flight|chapter|article|section|top|aged|age"
    r"|(?:increased|rose|fell) by|up|down) (?:(?:at least|about|around|some|nearly|the) )?$"
    rf"|\b{_COUNT}(?: [\w-]+){{1,2}},? and $|(?:between|from) \S+(?: \w+)? (?:and|to) $"
)
_PART_BEHIND = re.compile(
    r" ?(?:of (?:the|them|those|its|his|her|their|which)|others?\b|more\b|additional|each\b|per\b"
    r"|a (?:day|week|month|year)"
    r"|out of|times|-(?:year|day|week|month|hour|minute|mile|point)s?\b"
    r"|-? ?(?:to|and|or|-) ?(?:\d|\w+ (?:per ?cent|%)))"
    rf"|(?: [\w-]+){{1,2}},? and (?:an? |another )?{_COUNT}\b"
)
"""`two women and one man`, `another 12`, `12 of the 30`, `10 to 15`: a part, another time or a range, not the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One figure with what it measures.

    `kind` is what of a disaster it counts, empty for nothing of it; `nouns` are the words right behind it, `matter`
    all words of its clause; `loose` is "+" for at least, ">" for more than, "<" for at most, "~" for about; `whole`
    is False where the words beside it say that it is a part, a range or another time's figure.
    """

    figure: Figure
    kind: str
    nouns: frozenset[str]
    matter: frozenset[str]
    loose: str
    whole: bool

    @property
    def value(self) -> Fraction | None:
        """The one value it can mean, None where there are several."""
        return next(iter(self.figure.values)) if len(self.figure.values) == 1 else None


def facts(reading: Reading) -> Iterator[Fact]:
    """The figures of a text that measure something, in order; no years, ordinals, names or fractions."""
    text = figures.blank(reading.folded, [(each.start, each.end) for each in reading.dates])
    years = {each.start for each in reading.dates}
    for figure in reading.figures:
        if figure.sort is not Sort.NUMBER or figure.start in years or figure.percent is not None:
            continue
        before, behind = text[max(0, figure.start - _REACH) : figure.start], text[figure.end : figure.end + _REACH]
        clause = _clause(before, behind)
        nouns, kind = _nouns(behind), _kind(clause)
        if figure.units - {""}:
            kind = ""
        elif not kind and (figure.name or not nouns):
            continue
        lowered = before[-60:].casefold()
        part = _PART_BEFORE.search(lowered) or _PART_BEHIND.match(behind.casefold())
        yield Fact(
            figure=figure,
            kind=kind,
            nouns=nouns,
            matter=frozenset(keys(" ".join(clause))),
            loose=next((sign for sign, pattern in _LOOSE.items() if pattern.search(lowered)), ""),
            whole=part is None,
        )


def _clause(before: str, behind: str) -> tuple[str, str]:
    """The words around a figure, from where its thought begins to where the next one does."""
    starts = [match.end() for match in _CLAUSE.finditer(before)]
    end = _CLAUSE.search(behind)
    return before[starts[-1] if starts else 0 :], behind[: end.start() if end else len(behind)]


def _kind(clause: tuple[str, str]) -> str:
    """What of a disaster is counted, by the nearest word that says so; empty for nothing of it."""
    before, behind = stems(clause[0])[::-1], stems(clause[1])
    for distance in range(_KIND_REACH):
        for words in (behind, before):
            for name, members in _KINDS.items():
                if distance < len(words) and words[distance] in members:
                    return name
    return ""


def _nouns(behind: str) -> frozenset[str]:
    """What is counted: the next words that say something, up to a mark, a small word or what became of them."""
    found: list[str] = []
    for match in re.finditer(r"[\w'-]+|[.,;:()]", behind[:60]):
        word = word_key(match.group()) if match.group()[0].isalnum() else ""
        small = word in STOP_WORDS and word not in ("man", "men")  # small words of other languages
        if not word or small or len(found) == _NOUNS or (found and stem(word) in ANYBODY):
            break
        found.extend(keys(word) or [word])
    return frozenset(found)
