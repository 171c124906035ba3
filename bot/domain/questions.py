"""Questions: what kind of answer one asks for, and whether a sentence can be it.

Standard library only, no I/O. English questions, since most members ask in English; of a question in another language
nothing is demanded but its words.
"""

import re

from bot.domain.evidence import keys

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|dozens?|half|twice|double|a third)\b",
    re.IGNORECASE,
)
_NO_COUNT = re.compile(
    r"[A-Z]{0,3}[$£€¥]\s?[\d.,]+(?:\s?(?:trillion|billion|million|tn|bn|m)\b)?"
    r"|[\d.,]+\s?(?:%|per ?cent\b)"
    r"|\b(?:19|20)\d\d\b"
    rf"|\b{_MONTH} \d{{1,2}}\b|\b\d{{1,2}} {_MONTH}"
)
"""Figures that count nothing: money, shares, years, dates."""
_WHEN = re.compile(
    rf"\b(?:\d{{1,2}}|today|tomorrow|yesterday|tonight|(?:mon|tues|wednes|thurs|fri|satur|sun)day|{_MONTH}"
    r"|(?:19|20)\d\d|week|month|year)",
    re.IGNORECASE,
)
_WHO = re.compile(r"(?<!^)\b[A-Z][a-z]\w+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ROLE = re.compile(r"\bwho(?:'s| is| was| are| were) (?:the |an? )?(.{3,60}?) (?:of|at|in|for)\b", re.IGNORECASE)
_OPINION = re.compile(
    r"\b(?:should|shall|ought) (?:i|we|one)\b|\bdo you (?:think|believe|recommend|expect)\b"
    r"|\byour (?:view|opinion|advice)\b|\bis it worth\b",
    re.IGNORECASE,
)


def wants_opinion(question: str) -> bool:
    """Whether advice or a view is asked for, which no article gives to the asker."""
    return _OPINION.search(question) is not None


def fits(question: str, text: str) -> bool:
    """Whether `text` holds the kind of thing asked for: a figure, a count of that thing, a time, a name, a role.

    A year that is asked about must stand in it.
    """
    asked = question.casefold()
    if not set(_YEAR.findall(question)) <= set(_YEAR.findall(text)):
        return False
    if counted := re.search(r"\bhow many (?:more |of the |other )?(\w+)", asked):
        return set(keys(counted[1])) <= set(keys(text)) and _FIGURE.search(_NO_COUNT.sub(" ", text)) is not None
    if re.search(r"\bhow (?:much|far|large|big|high|long|old)\b|\bwhat (?:percentage|share|amount)\b", asked):
        return _FIGURE.search(text) is not None
    if re.search(r"\bwhen\b|\bwhat (?:date|day|time)\b", asked):
        return _WHEN.search(text) is not None
    if re.search(r"\bwho\b", asked):
        role = _ROLE.search(question)
        return _WHO.search(text) is not None and (role is None or set(keys(role[1])) <= set(keys(text)))
    return True
