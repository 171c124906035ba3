"""Ordering: when what a sentence tells took place, and what it does in its story. Standard library only, no I/O."""

import re
from datetime import date, timedelta

from bot.domain.gate.dates import Date, find
from bot.domain.text import fold

BACKGROUND_AFTER = timedelta(days=45)
"""What lies further back than this is no part of the event: it is told last, as what led there."""
_LONG_AGO = re.compile(
    r"\b(?:(?:years?|decades?|centur(?:y|ies)) (?:ago|earlier|before)|previously|formerly|historically"
    r"|since (?:19|20)\d\d"
    r"|last (?:year|decade|century)|(?:19|20)?\d0s|in the past|long (?:been|had)|was (?:born|founded|established)"
    r"|(?:is|are) (?:home to|an? autonomous|the (?:largest|biggest|second)))\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"(?:The |An? )?[A-Z][\w'’-]+(?: [\w'’-]+){0,3}(?:, [^,]{1,60},)? (?:is|are) (?:an?|the|one of)\b"
)
"""What is so in general: `Greenland is a self-governing territory`."""
_AHEAD = re.compile(
    r"\b(?:will|is (?:due|expected|scheduled|set|planned) to|are (?:due|expected|set) to|next (?:week|month|year))\b"
)
_MATTERS = re.compile(
    r"""\bthe\ (?:first|biggest|worst|deadliest)\b[^.]{0,80}\b(?:since|in\ (?:\d+|more\ than|at\ least
    |nearly|almost|over|two|three|four|five|six|seven|eight|nine|ten|a)\ [^.]{0,20}(?:years?|decades?|century)
    |ever|on\ record)\b
    |\bfirst\ time\b[^.]{0,60}\b(?:since|in\ [^.]{0,20}(?:years|decades)|ever|that)\b
    |\b(?:could|may|might|would|likely\ to|risks?)\ (?:\w+\ ){0,2}?(?:raise|push\ up|drive\ up|increase|cost|cut|wipe
    |hurt|harm|hit|damage|weaken|undermine|destabili[sz]e|disrupt|jeopardi[sz]e|trigger|lead\ to|force|worsen|deepen
    |plunge|spark|reshape|affect|mean\ (?:that|higher|lower|the|fewer|more)|make\ it\ (?:harder|easier))\b
    |\b(?:raising|raises|raised|stoking|stoked|fuelling|fueling)\ (?:\w+\ )?(?:fears?|concerns?|worries|doubts
    |questions|alarm|hopes|the\ (?:prospect|risk|stakes|threat|possibility))\b|\bat\ stake\b
    |\ba\ (?:\w+\ )?(?:blow|setback|boost)\ (?:to|for)\b
    |\b(?:matters|significant|important|crucial)\ because\b""",
    re.IGNORECASE | re.VERBOSE,
)


def says_why(text: str) -> bool:
    """Whether a sentence itself says why its news matters: what may follow, or how rare it is."""
    return _MATTERS.search(re.sub(r"[\"“][^\"”]*[\"”]", "", text)) is not None


def took_place(text: str, published: date) -> tuple[bool, date]:
    """Whether a sentence tells background, and the day it tells of, as far as it says so; else that of its article."""
    ahead = _AHEAD.search(text) is not None
    days = [day for said in find(fold(text)) if (day := _day(said, published, ahead=ahead)) is not None]
    told = max(days, default=published + timedelta(days=1) if ahead else published)
    general = _LONG_AGO.search(text) is not None or (not days and _DEFINES.match(text) is not None)
    background = told < published - BACKGROUND_AFTER or (not ahead and general)
    return background, told


def _day(said: Date, published: date, *, ahead: bool) -> date | None:
    """The last day that a date can mean; a weekday is the one before publication, or after it in talk of the future."""
    if said.weekday is not None:
        back = (published.weekday() - said.weekday) % 7
        return published + timedelta(days=7 - back if ahead and back else -back)
    if said.away is not None:
        length = {"day": 1, "week": 7, "month": 30, "year": 365}[said.unit]
        return published + timedelta(days=said.away * length)
    if said.month is None:
        return date(said.year, 12, 31) if said.year is not None and said.year < published.year else None
    likely = (said.year,) if said.year else (published.year + away for away in (-1, 0, 1))
    days = [day for year in likely if (day := _calendar_day(year, said.month, said.day)) is not None]
    if ahead and not said.year:
        days = [day for day in days if day >= published] or days
    return min(days, key=lambda day: abs((day - published).days), default=None)


def _calendar_day(year: int, month: int, day: int | None) -> date | None:
    """The day, or the 28th of the month where none is said; None for 29 February of another year."""
    try:
        return date(year, month, day or 28)
    except ValueError:
        return None
