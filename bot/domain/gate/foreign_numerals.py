"""Numbers spelled out in German, French, Danish and Spanish (part of rule 3).

Standard library only, no I/O. Counts up to twelve are read before a scale only (`drei Millionen`): alone they are
exempt, and many of them are words of another language as well.
"""

import re
from collections.abc import Iterable, Iterator
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


def _any_of(words: Iterable[str]) -> str:
    spellings = {word.replace("ssig", sharp) for word in words for sharp in ("ssig", "ßig")}
    return "|".join(sorted(spellings, key=len, reverse=True))


_SPELLED = re.compile(
    rf"\b(?:(?P<times>{_any_of(_NUMBERS.keys() - _ENGLISH)}) ?(?P<hundred>{_any_of(_HUNDREDS)})"
    rf"|(?P<number>{_any_of(_NUMBERS.keys() - _ENGLISH)}) ?(?P<scale>{_any_of(_SCALES)})"
    rf"|(?P<shared>{_any_of(_ENGLISH)}) (?P<own>mille|mil|millions d|millones|milliards|tusind|millioner|milliarder"
    r"|tausend|millionen|milliarden)"
    rf"|(?P<large>{_any_of(word for word in _NUMBERS.keys() - _DOUBTFUL if _NUMBERS[word] > SMALL_MAX)}))\b",
    re.IGNORECASE,
)


# What a number can begin with: looking that up first spares the long pattern nearly every word.
_WORD = re.compile(r"[^\W\d_]+")
_BEGINNINGS: Final = frozenset(
    match.group() for word in [*_NUMBERS, *_ENGLISH] if (match := _WORD.match(word)) is not None
)


def find(folded: str) -> Iterator[Numeral]:
    """The numbers spelled out in a folded text in one of the four languages, in order."""
    position = 0
    for word in _WORD.finditer(folded):
        if word.start() < position or not _may_begin(word.group().casefold()):
            continue
        if match := _SPELLED.match(folded, word.start()):
            yield Numeral(start=match.start(), end=match.end(), value=Fraction(_value(match)))
            position = match.end()


def _may_begin(word: str) -> bool:
    return word in _BEGINNINGS or word.endswith(tuple(_HUNDREDS)) or word.endswith(tuple(_SCALES))


def _value(match: re.Match[str]) -> int:
    said: dict[str, str] = {name: text.casefold() for name, text in match.groupdict().items() if text}
    if "times" in said:
        return _NUMBERS[said["times"]] * _HUNDREDS[said["hundred"]]
    if "number" in said:
        return _NUMBERS[said["number"]] * _SCALES[said["scale"]]
    if "shared" in said:
        return _NUMBERS[said["shared"]] * _SCALES[said["own"].removesuffix(" d")]
    return _NUMBERS[said["large"]]
