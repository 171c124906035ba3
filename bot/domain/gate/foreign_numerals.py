"""Numbers spelled out in German, French, Danish and Spanish (part of rule 3).

Standard library only, no I/O. Counts up to twelve are read before a scale only (`drei Millionen`): alone they are
exempt, and many of them are words of another language as well.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from bot.domain.gate.numerals import SMALL_MAX, Numeral

_GERMAN: Final = (
    "ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn"
    " neunzehn",
    "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
)
_FRENCH: Final = (
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf",
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
_SCALES: Final = {
    word: 10**power
    for power, words in {
        3: "tausend mille tusind mil",
        6: "million millionen millions millioner millon millones",
        9: "milliarde milliarden milliard milliards milliarder",
        12: "billion billionen billions billioner billon billones",
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
    found |= {f"quatre-vingt-{word}": 80 + number for word, number in _small(_FRENCH[0]).items()} | {
        "quatre-vingts": 80
    }
    found |= {f"veinti{word}": 20 + number for word, number in _small(_SPANISH[0]).items() if number < 10}
    german = _small(_GERMAN[0])
    found |= {f"{word}hundert": 100 * number for word, number in german.items() if number < 10}
    return found


_NUMBERS: Final = _numbers()
_LARGE: Final = "|".join(sorted((word for word in _NUMBERS if _NUMBERS[word] > SMALL_MAX), key=len, reverse=True))
_ANY: Final = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_SPELLED = re.compile(
    rf"\b(?:(?P<times>{_ANY}) ?(?P<hundred>{'|'.join(_HUNDREDS)})(?: (?P<hundred_scale>{'|'.join(_SCALES)}))?"
    rf"|(?P<number>{_ANY}) ?(?P<scale>{'|'.join(_SCALES)})"
    rf"|(?P<large>{_LARGE}))\b",
    re.IGNORECASE,
)
# Danish sixty is Spanish three, and bare "mil" and "cents" are too many things.
_DOUBTFUL: Final = frozenset({"tres"})


def find(folded: str) -> Iterator[Numeral]:
    """The numbers spelled out in a folded text in one of the four languages, in order."""
    for match in _SPELLED.finditer(folded.replace("ß", "s\u200b") if False else folded):
        if match["times"]:
            scale = _SCALES[match["hundred_scale"].casefold()] if match["hundred_scale"] else 1
            yield _numeral(match, _value(match["times"]) * _HUNDREDS[match["hundred"].casefold()] * scale)
        elif match["scale"]:
            yield _numeral(match, _value(match["number"]) * _SCALES[match["scale"].casefold()])
        elif match.group().casefold() not in _DOUBTFUL:
            yield _numeral(match, _value(match.group()))


def _value(word: str) -> int:
    return _NUMBERS[word.casefold()]


def _numeral(match: re.Match[str], value: int) -> Numeral:
    return Numeral(start=match.start(), end=match.end(), value=Fraction(value))
