"""Scales and units: the spellings after and before a number, and when two units can be the same (part of rule 3).

Standard library only, no I/O. Tables and their patterns; numbers are read in `figures`.
"""

import re
import unicodedata
from typing import Final

SCALES: Final[dict[str, int]] = {
    spelling: 10**power
    for power, spellings in {
        2: "hundred",
        3: "thousand tausend mille tusind mil k",
        5: "lakh",
        6: "million millions millionen millioner millon millones mln mn mio m",
        7: "crore",
        9: "billion billions milliard milliards milliarde milliarden milliarder bn mrd mia mds md b",
        12: "trillion trillions billionen billioner billones tn trn t",
    }.items()
    for spelling in spellings.split()
}
_SHORT_SCALES: Final = "k mln mn mio m bn mrd mia mds md b tn trn t".split()
# Chinese, Japanese and Korean, right behind the digits, as they are folded.
_HAN_SCALES: Final = {
    unicodedata.normalize("NFKD", sign): size
    for signs, size in {"千": 10**3, "万萬만": 10**4, "亿億억": 10**8, "兆조": 10**12}.items()
    for sign in signs
} | {"百万": 10**6}
SCALES.update(_HAN_SCALES)

# Units on which a figure hangs: 13 % is not 13, and not 13 points.
STRICT: Final = frozenset({"percent", "points", "basis points", "per mille"})

_UNITS: Final = {
    "percent": r"%|ハーセント|per ?cent\b|pct\b\.?|pc\b|percentage(?! point)|prozent\w*|pour ?cents?\b"
    r"|procent\b|por ?ciento\b",
    "points": r"个?百分点|percentage[ -]points?\b|pp\b|ppts?\b|prozentpunkte?n?\b|points? de pourcentage\b"
    r"|procentpoint\b|puntos? porcentual(?:es)?\b",
    "basis points": r"basis[ -]points?\b|bps?\b|basispunkte?n?\b",
    "per mille": r"‰",
    "usd": r"美元|us[ -]dollars?\b|american dollars?\b|usd\b",
    "aud": r"australian dollars?\b|aud\b",
    "cad": r"canadian dollars?\b|cad\b",
    "hkd": r"hong kong dollars?\b|hkd\b",
    "sgd": r"singapore dollars?\b|sgd\b",
    "nzd": r"new zealand dollars?\b|nzd\b",
    "twd": r"taiwan(?:ese)? dollars?\b|twd\b",
    "dollar": r"トル|dollars?\b|\$|dolares\b",
    "eur": r"欧元|ユーロ|euros?\b|eur\b|€",
    "gbp": r"pounds? sterling\b|sterling\b|gbp\b|£",
    "pound": r"pounds?\b|lbs?\b|pfund\b",
    "jpy": r"日元|円|yen\b|jpy\b",
    "cny": r"元|人民币|yuan\b|renminbi\b|rmb\b|cny\b",
    "yen or yuan": r"¥",
    "inr": r"rupees?\b|inr\b|rs\b\.?|₹",
    "krw": r"won\b|krw\b|₩",
    "rub": r"rou?bles?\b|rub\b|₽",
    "chf": r"swiss francs?\b|(?:schweizer )?franken\b|chf\b",
    "dkk": r"danish (?:kroner?|crowns?)\b|dkk\b",
    "sek": r"swedish (?:kronor?|crowns?)\b|sek\b",
    "nok": r"norwegian (?:kroner?|crowns?)\b|nok\b",
    "krone": r"kron(?:er?|ors?|a)\b|crowns?\b|kr\b\.?",
    "bare points": r"points?\b|punkte?n?\b|puntos?\b",
    "cent": r"cents?\b|pence\b|p\b",
    "day": r"days?\b|tage?n?\b|jours?\b|dage?\b|dias?\b",
    "week": r"weeks?\b|wochen?\b|semaines?\b|uger?\b|semanas?\b",
    "month": r"months?\b|monate?n?\b|mois\b|maneder\b|mes(?:es)?\b",
    "year": r"years?\b|jahre?n?\b|ans\b|annees?\b|ar\b|anos?\b",
    "hour": r"hours?\b|stunden?\b|heures?\b|timer?\b|horas?\b",
    "minute": r"minut(?:es?|en|ter|os?)\b",
    "second": r"seconds?\b|sekunden?\b",
    "kilometre": r"kilomet(?:er|re)s?\b|km\b",
    "metre": r"met(?:er|re)s?\b|m\b",
    "centimetre": r"centimet(?:er|re)s?\b|cm\b",
    "mile": r"miles?\b",
    "foot": r"feet\b|foot\b|ft\b",
    "inch": r"inch(?:es)?\b",
    "hectare": r"hectares?\b|ha\b",
    "acre": r"acres?\b",
    "kilogram": r"kilogram(?:me)?s?\b|kilos?\b|kg\b",
    "tonne": r"(?:metric )?tons?\b|tonnes?\b|tonnen\b",
    "barrel": r"barrels?\b|bbl\b",
    "litre": r"lit(?:er|re)s?\b",
    "kilowatt": r"kilowatts?\b|kw\b",
    "megawatt": r"megawatts?\b|mw\b",
    "gigawatt": r"gigawatts?\b|gw\b",
    "terawatt": r"terawatts?\b|tw\b",
    "celsius": r"(?:degrees? )?celsius\b|° ?c\b",
    "fahrenheit": r"(?:degrees? )?fahrenheit\b|° ?f\b",
}
# Several units that one spelling can stand for.
_READINGS: Final = {
    "dollar": frozenset({"usd", "aud", "cad", "hkd", "sgd", "nzd", "twd"}),
    "pound": frozenset({"gbp", "lb"}),
    "bare points": frozenset({"points", "index points"}),
    "yen or yuan": frozenset({"jpy", "cny"}),
    "krone": frozenset({"dkk", "sek", "nok"}),
}
CURRENCIES: Final = frozenset("usd aud cad hkd sgd nzd twd eur gbp jpy cny inr krw rub chf dkk sek nok cent".split())
_GROUPS: Final = {f"u{index}": name for index, name in enumerate(_UNITS)}
_ORDER: Final = ("points", "basis points", *(name for name in _UNITS if name not in ("points", "basis points")))

UNIT: Final = re.compile(
    r"[ -]?(?:" + "|".join(f"(?P<u{list(_UNITS).index(name)}>{_UNITS[name]})" for name in _ORDER) + ")",
    re.IGNORECASE,
)
# The short ones are scales only right behind the digits or with one space: "3m", "$3 bn".
SCALE: Final = re.compile(
    rf"(?: |-)?(?P<long>{'|'.join(sorted(SCALES.keys() - _HAN_SCALES - {*_SHORT_SCALES}, key=len, reverse=True))})\b"
    rf"|(?P<han>{'|'.join(sorted(_HAN_SCALES, key=len, reverse=True))})"
    rf"| ?(?P<short>{'|'.join(sorted(_SHORT_SCALES, key=len, reverse=True))})\b(?:(?<=mrd|mio|mia)\.)?",
    re.IGNORECASE,
)
_SIGNS: Final = {"$": "dollar", "€": "eur", "£": "gbp", "¥": "yen or yuan", "₹": "inr", "₩": "krw", "₽": "rub"}
_PREFIXES: Final = {"us": "usd", "a": "aud", "au": "aud", "c": "cad", "ca": "cad", "hk": "hkd"} | {
    "s": "sgd",
    "nz": "nzd",
    "nt": "twd",
}
BEFORE: Final = re.compile(
    r"(?:(?<![A-Za-z])(?P<prefix>US|AU?|CA?|HK|S|NZ|NT))?(?P<sign>[$€£¥₹₩₽]) ?[-+]?$"
    r"|(?<![A-Za-z])(?P<code>USD|AUD|CAD|HKD|SGD|NZD|TWD|EUR|GBP|JPY|CNY|RMB|INR|KRW|RUB|CHF|DKK|SEK|NOK|kr\.?|Rs\.?)"
    r" ?$"
)


_CUT_BEFORE: Final = re.compile(r"(?:(?:US|AU?|CA?|HK|S|NZ|NT)?[$€£¥₹₩₽] ?)?(?:\d+[.,])*$")
_CUT_AFTER: Final = re.compile(r"(?:[.,]\d+)*")


def amount_start(text: str, start: int) -> int:
    """Where the amount begins that the digit at `start` belongs to: "5 million" may be cut from "$1.5 million"."""
    match = _CUT_BEFORE.search(text, max(0, start - 20), start) if text[start].isdigit() else None
    return match.start() if match else start


def amount_end(text: str, end: int) -> int:
    """Where the amount ends whose number ends at `end`: "13" may be cut from "13.5 million euros"."""
    match = _CUT_AFTER.match(text, end)
    end = match.end() if match else end
    while match := SCALE.match(text, end):
        end = match.end()
    unit, unit_end = unit_after(text, end)
    return unit_end if unit & (STRICT | CURRENCIES) else end


def unit_after(folded: str, start: int) -> tuple[frozenset[str], int]:
    """The units that the words from `start` can mean and where they end; none and `start` if there is no unit."""
    match = UNIT.match(folded, start)
    if match is None or match.lastgroup is None:
        return frozenset(), start
    name = _GROUPS[match.lastgroup]
    return _READINGS.get(name, frozenset({name})), match.end()


def currency_before(folded: str, end: int) -> tuple[frozenset[str], int]:
    """The currencies that the sign or code up to `end` can mean and where it starts; none and `end` without."""
    match = BEFORE.search(folded, max(0, end - 6), end)
    if match is None:
        return frozenset(), end
    if match["code"]:
        unit, _ = unit_after(match["code"], 0)
        return unit, match.start()
    if match["prefix"] and match["sign"] == "$":
        return frozenset({_PREFIXES[match["prefix"].casefold()]}), match.start()
    name = _SIGNS[match["sign"]]
    return _READINGS.get(name, frozenset({name})), match.start("sign")


def agree(wanted: frozenset[str], given: frozenset[str]) -> bool:
    """Whether two sets of possible units can be the same unit; the empty string is no unit at all.

    Percent and points must agree; of the others one side may be silent.
    """
    if wanted & given:
        return True
    return ("" in wanted and bool(given - STRICT)) or ("" in given and bool(wanted - STRICT))
