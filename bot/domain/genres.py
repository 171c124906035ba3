"""Genres: whether an article reports, explains or argues, as far as its title and address say so.

Standard library only, no I/O. What follows from it is decided where stories are selected and told.
"""

import re
from enum import IntEnum
from urllib.parse import urlsplit

from bot.domain.articles import Article

_ARGUES = (
    r"opinions?|op-ed|comment(?:ary)?|editorials?|columns?|letters?(?: to the editor)?|viewpoint|guest essay"
    r"|kommentar|meinung|leitartikel|leserbriefe?|gastbeitrag|leder|debat|læserbreve?|éditorial|chronique"
    r"|opinión|columna|cartas"
)
_OPINION = re.compile(
    rf"(?:{_ARGUES})\s*[:|–—]|.*(?:\s[|–—-]\s*|\()(?:opinion|comment|editorial|letters?)\)?$", re.IGNORECASE
)
_OPINION_PAGES = frozenset(
    "opinion opinions op-ed comment commentisfree commentary editorial editorials column columns columnists letters "
    "meinung kommentar kommentare debat".split()
)
_COUNT = r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_EXPLAINER = re.compile(
    rf"^(?:(?:the|top|these|here are) )*{_COUNT} (?:[\w'’-]+ ){{0,2}}?"
    r"(?:things|ways|reasons|takeaways|charts|questions|facts|tips|lessons|myths)\b"
    rf"|^(?:(?:the|top|these|here are) )*{_COUNT} (?:[\w'’-]+ ){{1,3}}"
    r"(?:to (?:watch|know|buy|see|read|try|follow)\b|(?:that )?(?:you|our readers|we)\b)"
    r"|^(?:explainer|factbox|timeline|quiz|q&a|how to|(?:a|the|your)(?: \w+)? guide to)\b"
    r"|\b(?:what|things|everything)\b.{0,20}\bto know\b|\bwhat we know\b|\bexplain(?:ed|er)$|\bexplain(?:ed|er):",
    re.IGNORECASE,
)


class Genre(IntEnum):
    """What kind of article it is, news first. An analysis is a report."""

    REPORT = 0
    EXPLAINER = 1
    OPINION = 2


def genre(article: Article) -> Genre:
    """The genre that an outlet names at the head or end of a title, or by a folder of the address; else a report."""
    folders = urlsplit(article.url).path.casefold().split("/")[:-1]
    title = article.title.strip()
    if _OPINION.match(title) or not _OPINION_PAGES.isdisjoint(folders):
        return Genre.OPINION
    return Genre.EXPLAINER if _EXPLAINER.search(title) else Genre.REPORT
