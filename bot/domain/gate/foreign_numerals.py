"""Numbers spelled out in German, French, Danish and Spanish (part of rule 3).

Standard library only, no I/O. Counts up to twelve are read before a scale only (`drei Millionen`): alone they are
exempt, and many of them are words of another language as well.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from bot.domain.gate.numerals import SMALL_MAX, Numeral

_GERMAN: Final = (
    "ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn"
    " achtzehn neunzehn",
    "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
)
_FRENCH: Final = (
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit"
    " dix-neuf",
    "vingt trente quarante cinquante soixante",
)
_DANISH: Final = (
    "en to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
    "tyve tredive fyrre halvtreds tres firs halvfems",
)
_SPANISH: Final = (
    "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho"
    " diecinueve",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
)
_HUNDREDS: Final = {"hundert": 100, "cents": 100, "hundrede": 100, "cientos": 100, "cientas": 100}
_SCALES: Final[dict[str, int]] = {
    word: 10**power
    for power, words in {
        3: "tausend mille tusind mil",
        6: "million millionen millions millioner millon millones",
        9: "milliarde milliarden milliard milliards milliarder",
        12: "billionen billioner billon billones",
    }.items()
    for word in words.split()
}


def _small(units: str) -> dict[str, int]:
    return {word: number for number, word in enumerate(units.split(), start=1)}


def _numbers() -> dict[str, int]:
    """Every number up to 99, and even hundreds as one word, as they are written."""
    found: dict[str, int] = {}
    for (units, tens), joints, is_turned in (
        (_GERMAN, ("und",), True),
        (_FRENCH, ("-", " et ", "-et-"), False),
        (_DANISH, ("og",), True),
        (_SPANISH, (" y ",), False),
    ):
        small = _small(units)
        found |= small
        for ten, high in enumerate(tens.split(), start=2):
            found[high] = ten * 10
            for word, number in small.items():
                if number < 10 or (high == "soixante" and number < 20):
                    for joint in joints:
                        found[word + joint + high if is_turned else high + joint + word] = ten * 10 + number
    found |= {f"quatre-vingt-{word}": 80 + number for word, number in _small(_FRENCH[0]).items()}
    found["quatre-vingts"] = 80
    found |= {f"veinti{word}": 20 + number for word, number in _small(_SPANISH[0]).items() if number < 10}
    german = _small(_GERMAN[0])
    found |= {f"{word}hundert": 100 * number for word, number in german.items() if number < 10}
    return found


_NUMBERS: Final = _numbers()
# Words that English has too: "to millions", "seize", "two hundred and six million".
_ENGLISH: Final = frozenset("to en fire six un once seize elf sept dix quince firs".split())
# Danish sixty is Spanish three.
_DOUBTFUL: Final = _ENGLISH | {"tres"}


def _spellings() -> dict[str, list[tuple[str, int]]]:
    """The numbers by their first two letters, the longest first, with and without a German sharp s."""
    found: dict[str, list[tuple[str, int]]] = {}
    for word, number in sorted(_NUMBERS.items(), key=lambda each: -len(each[0])):
        for spelling in dict.fromkeys((word, word.replace("ssig", "ßig"))):
            found.setdefault(spelling[:2], []).append((spelling, number))
    return found


_SPELLINGS: Final = _spellings()
_HUNDRED = re.compile(rf" ?({'|'.join(_HUNDREDS)})\b")
_SCALE = re.compile(rf" ?({'|'.join(sorted(_SCALES, key=len, reverse=True))})\b")
# What no English sentence says behind such a word.
_OWN_SCALE = re.compile(
    r" (mille|mil|millions(?= d)|millones|milliards|tusind|millioner|milliarder|tausend|millionen|milliarden)(?: d)?\b"
)
_WORD = re.compile(r"\b[^\W\d_]+")
_END = re.compile(r"\b")
_LONGEST: Final = 60


def find(folded: str) -> Iterator[Numeral]:
    """The numbers spelled out in a folded text in one of the four languages, in order."""
    position = 0
    lowered = folded.lower() if len(folded.lower()) == len(folded) else folded
    for word in _WORD.finditer(lowered):
        start = word.start()
        begins = _SPELLINGS.get(word.group()[:2]) if start >= position else None
        if begins and (read := _read(lowered[start : start + _LONGEST], begins)):
            position = start + read[0]
            yield Numeral(start=start, end=position, value=Fraction(read[1]))


def _read(text: str, begins: Sequence[tuple[str, int]]) -> tuple[int, int] | None:
    """How long the number is that `text` begins with, and its value; None for none."""
    candidates = [(word, number) for word, number in begins if text.startswith(word)]
    for times, values in ((_HUNDRED, _HUNDREDS), (_SCALE, _SCALES)):
        for word, number in candidates:
            if word not in _ENGLISH and (match := times.match(text, len(word))):
                return match.end(), number * values[match[1]]
    for word, number in candidates:
        if word in _ENGLISH and (match := _OWN_SCALE.match(text, len(word))):
            return match.end(), number * _SCALES[match[1]]
    for word, number in candidates:
        if word not in _DOUBTFUL and number > SMALL_MAX and _END.match(text, len(word)):
            return len(word), number
    return None
