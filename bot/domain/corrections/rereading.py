"""Which cited articles are read again now, and whether what was read is the article. Standard library only, no I/O."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.domain.articles import ArticleId
from bot.domain.corrections.records import Reread, Standing
from bot.domain.text import words

READ_AGAIN = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""How long after a claim was posted its pages are read again."""
LOOKED_AFTER = timedelta(hours=48)
"""How long after a claim was posted a reading that was missed or failed is made up for."""
RETRY = timedelta(hours=1)

_RUN = 5
_SAME = 0.5
_SHORTER = 1 / 3
_TAIL = 0.25
"""Share of a text that is missing from its end, with nothing in its place, where the page breaks off."""


def cited(standing: Standing) -> frozenset[ArticleId]:
    """The articles that a part's claims cite."""
    return frozenset(citation.article_id for claim in standing.telling.claims for citation in claim.citations)


def due(standing: Iterable[Standing], rereads: Mapping[ArticleId, Reread], now: datetime) -> tuple[ArticleId, ...]:
    """The articles to read again now, each once however many posts cite it, the longest overdue first.

    A reading serves every moment before it. One that failed is tried again at the next moment, and after the last
    one every hour, until 48 hours after the claim was posted.
    """
    overdue: dict[ArticleId, datetime] = {}
    for part in standing:
        if not part.posted_at <= now <= part.posted_at + LOOKED_AFTER:
            continue
        for article in cited(part):
            since = _due_since(part.posted_at, rereads.get(article), now)
            if since is not None:
                overdue[article] = min(since, overdue.get(article, since))
    return tuple(sorted(overdue, key=lambda article: (overdue[article], article)))


def _due_since(posted_at: datetime, reread: Reread | None, now: datetime) -> datetime | None:
    passed = [posted_at + after for after in READ_AGAIN if posted_at + after <= now]
    if reread is None or reread.tried_at > now:  # a time to come was written by a clock that was wrong
        return passed[0] if passed else None
    if missed := [moment for moment in passed if moment > reread.tried_at]:
        return missed[0]
    over = len(passed) == len(READ_AGAIN)
    failed = over and (reread.read_at is None or reread.read_at < passed[-1])
    return reread.tried_at + RETRY if failed and now - reread.tried_at >= RETRY else None


def is_same_page(old: str, new: str) -> bool:
    """Whether `new` can be a later text of the article whose text was `old`.

    A wall, a consent form, an error or a page built anew shares less than half of the runs of five words, or is
    shorter than a third; one that asks to pay for the rest breaks off: of what it lacks nothing can be said.
    """
    if len(new) < len(old) * _SHORTER or _breaks_off(old, new):
        return False
    before, after = _runs(old), _runs(new)
    return len(before & after) >= _SAME * len(before)


def _breaks_off(old: str, new: str) -> bool:
    """Whether the paragraphs of `old` stand in `new` up to a place from which on nearly all is missing."""
    paragraphs = old.split("\n\n")
    kept = next((n for n, each in enumerate(paragraphs) if each not in new), len(paragraphs))
    missing = sum(map(len, paragraphs[kept:]))
    return kept > 0 and missing >= _TAIL * len(old) and len(new) <= len(old) - missing * (1 - _TAIL)


def _runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[start : start + _RUN]) for start in range(max(1, len(found) - _RUN + 1))}
