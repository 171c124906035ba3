"""Headlines: which of its articles' titles a story goes by. Standard library only, no I/O. No title is reworded."""

import re
from collections.abc import Collection, Mapping, Sequence

from bot.domain.articles import Article
from bot.domain.evidence import keys
from bot.domain.genres import Genre, genre

HEADLINE_WORDS = 12
_CENTRAL = 0.75
"""Share of the nearest title's nearness from which a short title is taken before a long one."""
_TOO_SHORT = 4
_OUTLET_WORDS = 4
_SUFFIX = re.compile(r"\s+(?:[-–—|•·:]|::)\s+(?P<name>[^-–—|•·]{2,40})$")
_SITE = re.compile(
    r"\b(?:news|times|post|reuters|bbc|cnn|guardian|ap|afp|journal|herald|tribune|telegraph|daily|today|magazine|online"
    r"|live|tv|radio|mail|mirror|independent|gazette|chronicle|press|wire|bloomberg|cnbc|axios"
    r"|politico|verge|\w+\.\w{2,3})\b",
    re.IGNORECASE,
)
_TEASER = re.compile(
    r"\?|\bhere(?:'|’)?(?:s| is| are)\b|\bexplain(?:ed|er)\b"
    r"|^(?:how|why|what|who|when|where|watch|listen|live|analysis|video|photos?|in pictures|podcast|review"
    r"|fact check|morning|evening|briefing|newsletter|this is|these)\b"
    r"|\blive (?:updates|blog)\b|\bas it happened\b"
    r"|\byou(?:r)?\b"
    r"|(?:\.\.\.|…)$|!",
    re.IGNORECASE,
)


def headline(articles: Sequence[Article], told: Sequence[str]) -> str:
    """The title nearest to what the claims `told` say, of at most HEADLINE_WORDS words where there is such a one.

    Verbatim but for the outlet's own name at its end. Titles that ask or tease stand back behind those that tell.
    """
    titles = [without_outlet(article) for article in articles]
    bags = [set(keys(title)) for title in titles]
    spoken = [set(keys(text)) for text in told]
    spread = {word: sum(word in bag for bag in bags) for bag in bags for word in bag}

    near = [_nearness(bag, spoken, spread) for bag in bags]
    enough = _CENTRAL * max(near)

    def worth(n: int) -> tuple[bool, bool, float, int]:
        length = len(titles[n].split())
        tells = genre(articles[n]) is Genre.REPORT and not _TEASER.search(titles[n]) and length >= _TOO_SHORT
        return tells, length <= HEADLINE_WORDS and near[n] >= enough, near[n], -n

    return titles[max(range(len(titles)), key=worth)]


def without_outlet(article: Article) -> str:
    """A title without the name of its outlet behind a dash or bar: ` - BBC News`, ` | Reuters`."""
    title = article.title
    while (match := _SUFFIX.search(title)) and _is_outlet(match["name"], article) and match.start() > 0:
        title = title[: match.start()]
    return title.strip()


def _is_outlet(name: str, article: Article) -> bool:
    ours, theirs = set(keys(name)), set(keys(article.outlet))
    known = bool(ours) and bool(theirs) and (ours <= theirs or theirs <= ours)
    return known or (len(name.split()) <= _OUTLET_WORDS and _SITE.search(name) is not None)


def _nearness(title: Collection[str], spoken: Sequence[Collection[str]], spread: Mapping[str, int]) -> float:
    """Share of a title's words that the claims say, the first one's above all, and words of other titles as well."""
    if not title:
        return 0.0
    lead = spoken[0] if spoken else ()
    everything = {word for claim in spoken for word in claim}
    said = sum((word in lead) + 0.5 * (word in everything) + 0.2 * (spread[word] - 1) for word in title)
    return said / (2 + len(title))
