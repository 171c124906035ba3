"""Date words: how English, German, French, Danish, Spanish and Chinese write dates, as one pattern (part of rule 3).

Standard library only, no I/O. Tables and their pattern over folded text; what a date means is in `dates`.
"""

import re
from typing import Final

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january januar janvier enero jan",
            "february februar fevrier febrero feb",
            "march marz mars marts marzo mar",
            "april avril abril apr",
            "may mai maj mayo",
            "june juni juin junio jun",
            "july juli juillet julio jul",
            "august aout agosto aug",
            "september septembre septiembre setiembre sept sep",
            "october oktober octobre octubre oct okt",
            "november novembre noviembre nov",
            "december dezember decembre diciembre dec dez",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday montag lundi mandag lunes",
            "tuesday dienstag mardi tirsdag martes",
            "wednesday mittwoch mercredi onsdag miercoles",
            "thursday donnerstag jeudi torsdag jueves",
            "friday freitag vendredi fredag viernes",
            "saturday samstag samedi lordag sabado",
            "sunday sonntag dimanche sondag domingo",
        )
    )
    for name in names.split()
}
DAYS_AWAY: Final = {
    phrase: days
    for days, phrases in {
        -2: "the day before yesterday|vorgestern|avant-hier|anteayer|antier|i forgars",
        -1: "yesterday|gestern|ayer|i gar",
        0: "today|tonight|heute|aujourd'hui|hoy|i dag",
        1: "tomorrow|demain|i morgen",
        2: "the day after tomorrow|ubermorgen|apres-demain|pasado manana|i overmorgen",
    }.items()
    for phrase in phrases.split("|")
}
AWAY: Final = {"last": -1, "this": 0, "next": 1}
# The same in other languages, as patterns, by how many units away.
UNITS_AWAY: Final = (
    (-1, "week", r"(?:letzten?|vorigen?|vergangenen?) woche|la semaine derniere|sidste uge|la semana pasada"),
    (-1, "month", r"(?:letzt|vorig|vergangen)en monat|le mois dernier|sidste maned|el mes pasado"),
    (-1, "year", r"(?:letzt|vorig|vergangen)e[ns] jahr|l'an(?:nee)? (?:derniere?|passee?)"
     r"|sidste ar|el ano pasado"),
    (0, "week", r"diese[rn]? woche|cette semaine|denne uge|esta semana"),
    (0, "month", r"diese[nms]{1,2} monat|ce mois-ci|denne maned|este mes"),
    (0, "year", r"dieses jahr|in diesem jahr|cette annee|i ar|este ano"),
    (1, "week", r"(?:nachste|kommende)n? woche|la semaine prochaine|naeste uge|la (?:proxima semana|semana que viene)"),
    (1, "month", r"(?:nachsten|kommenden) monat|le mois prochain|naeste maned|el (?:proximo mes|mes que viene)"),
    (1, "year", r"(?:nachst|kommend)e[ns] jahr|l'an(?:nee)? prochaine?|naeste ar|el (?:proximo ano|ano que viene)"),
)  # fmt: skip
COUNTS: Final = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "einem zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
        "un deux trois quatre cinq six sept huit neuf dix onze douze",
        "en to tre fire fem seks syv otte ni ti elleve tolv",
        "un dos tres cuatro cinco seis siete ocho nueve diez once doce",
    )
    for number, word in enumerate(words.split(), start=1)
} | {"a": 1, "an": 1, "einer": 1, "une": 1, "et": 1, "una": 1}
UNIT_NAMES: Final = {
    name: unit
    for unit, names in {
        "day": "day days tag tage tagen jour jours dag dage dia dias",
        "week": "week weeks woche wochen semaine semaines uge uger semana semanas",
        "month": "month months monat monate monaten mois maned maneder mes meses",
        "year": "year years jahr jahre jahren an ans ar ano anos",
    }.items()
    for name in names.split()
}
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
_UNIT_NAME = rf"(?:{'|'.join(sorted(UNIT_NAMES, key=len, reverse=True))})"
_AGO = (
    rf"(?:(?P<count1>{_COUNT}) (?P<name1>{_UNIT_NAME}) (?:ago|siden)"
    rf"|(?:vor|il y a|hace) (?P<count2>{_COUNT}) (?P<name2>{_UNIT_NAME}))\b"
)

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DAY_END = r"(?:st|nd|rd|th|er|\.)?"
_MONTH = r"(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
# Short names are words of their own, or abbreviations that stand beside a number: alone they are no month.
_LONG = [name for name in MONTHS if len(name) > 4 and name != "march"]
_ALONE = r"(?:" + "|".join(name for name in MONTHS if name in (*"june july juni juli juin".split(), *_LONG)) + ")"
_YEAR = r"(?:1[89]|20)\d\d"
_TO = r"\s?(?:-|to|and|bis|und|au|et|til|og|al?|y|,)\s?"
DATE = re.compile(
    rf"\b(?P<iso>(?P<iy>{_YEAR})-(?P<im>0[1-9]|1[0-2])-(?P<id>0[1-9]|[12]\d|3[01]))\b"
    rf"|(?<![\d./])(?P<n1>{_DAY})(?P<mark>[/.])(?P<n2>{_DAY})(?P=mark)(?P<ny>{_YEAR})\b"
    rf"|(?<![\w.,$-])(?:(?P<d0>{_DAY}){_DAY_END}{_TO})?(?P<d1>{_DAY}){_DAY_END}[ -](?:of |de )?(?P<m1>{_MONTH})"
    rf"(?:,? (?:de |del )?(?P<y1>{_YEAR})\b)?"
    rf"|\b(?P<m2>{_MONTH}) (?P<d2>{_DAY}|\d+(?=,? {_YEAR}\b))(?:st|nd|rd|th)?"
    rf"(?:{_TO}(?P<d3>{_DAY})(?:st|nd|rd|th)?)?(?![\w%]|[.,:]\d)"
    rf"(?! (?:per ?cent|percent|million|billion|trillion)\b)(?:,? (?P<y2>{_YEAR})\b)?"
    rf"|\b(?P<m3>{_MONTH})(?: of| de)? (?P<y3>{_YEAR})\b"
    r"|\b(?:(?:in|since|until|by|last|next|early|late|mid|this|from|of|during)[ -])(?P<m4>may|march)\b(?= |[.,;:)]|$)"
    r"|\b(?:im|seit|ab|bis|en|depuis|desde|hasta|(?-i:i)|fra|siden) (?P<m6>mai|marz|mars|maj|mayo|aout)\b"
    rf"|\b(?P<m5>{_ALONE})\b"
    rf"|\b(?P<weekday>{'|'.join(WEEKDAYS)})s?\b"
    rf"|\b(?P<day>{'|'.join(sorted(DAYS_AWAY, key=len, reverse=True))})\b"
    r"|(?<!the )\b(?P<away>last|this|next) (?P<unit>week|month|year)\b"
    rf"|\b(?:{'|'.join(f'(?P<away{n}>{pattern})' for n, (_, _, pattern) in enumerate(UNITS_AWAY))})\b"
    rf"|(?<![\w.,$-]){_AGO}"
    rf"|\b(?:am|vom|dem|den|bis|zum|ab) (?P<dn>{_DAY})\.\s?(?P<dm>{_DAY})\.(?! ?\d)"
    rf"|(?:(?<!\d)(?P<hy>{_YEAR})\s?年)?\s?(?<!\d)(?P<hm>1[0-2]|0?[1-9])\s?月(?:\s?(?P<hd>{_DAY})\s?日)?"
    rf"|(?<![\w.,$-])(?P<y4>{_YEAR})(?![\w%]|[.,]\d|-?(?:per ?cent|percent|million|billion|trillion)\b)",
    re.IGNORECASE,
)
