"""Reading: what of a parsed feed is new, which page is read for it, and how much of an article is known then.

Standard library only, no I/O. When feeds are asked is the concern of `polling`, where an article stands of `addresses`.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile

from bot.domain.addresses import same_publisher
from bot.domain.articles import Article, Tier, fingerprint
from bot.domain.feeds import Entry, EntryId, FeedUrl

OLD = timedelta(days=7)
"""An entry older than this when it is first seen is stored from its feed alone: its page would not be news."""
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""There were no feeds before; 1970 and 0001 are what publishing systems write for no date."""
ENOUGH_CHARS = 100
"""A page's text shorter than this is a notice, not an article."""
SHORTER = 0.9
"""A page with less than this share of the feed's own text was not read whole: a wall, or a layout not understood."""

OPENING_CHARS = 100
MOST_CHARS = 60_000
"""More text than this of one article is not kept; the longest reports of newspapers are shorter."""
MOST_ID_CHARS, MOST_TITLE_CHARS = 500, 500
MOST_VERSIONS = 10
"""A feed that has written an article anew so often is not followed any further: it would fill the archive alone."""
MOST_ENTRIES = 2_000
"""More new entries than this of one feed are not stored in one poll, the newest first."""
_TOKENS = tuple(f"https://news.google.com/{path}/" for path in ("rss/articles", "articles", "read"))


def told_apart(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries in their order, each with an id of its own.

    Those that share one are told apart by link, and if they share that too by their words; true repetitions stay.
    In the place of a long id stands its hash.
    """
    listed = list(entries)
    for own in (lambda entry: entry.url, lambda entry: fingerprint(f"{entry.title} {entry.text}")):
        if len({entry.id for entry in listed}) < len(listed):
            count = Counter([entry.id for entry in listed])
            listed = [replace(e, id=EntryId(f"{e.id} {own(e)}")) if count[e.id] > 1 else e for e in listed]
    return tuple([_of_short_id(entry) if len(entry.id) > MOST_ID_CHARS else entry for entry in listed])


def _of_short_id(entry: Entry) -> Entry:
    return replace(entry, id=EntryId(hashlib.sha256(entry.id.encode(errors="replace")).hexdigest()))


def newest_first(entries: Iterable[Entry], known: Collection[EntryId], now: datetime) -> tuple[Entry, ...]:
    """Those not known yet, each once. Undated ones count as new, so they stand in front as their feed put them."""
    fresh = {entry.id: entry for entry in entries if entry.id not in known}
    ordered = sorted(fresh.values(), key=lambda entry: credible(entry.published_at, now) or now, reverse=True)
    return tuple(ordered[:MOST_ENTRIES])


def credible(published: datetime | None, now: datetime) -> datetime | None:
    """A feed's date if it can be believed; the time seen for one in the future; None for none."""
    if published is None or published < EARLIEST:
        return None
    return published if published < now else now


def moment(text: str | None) -> datetime | None:
    """A date in the form of RFC 3339, in UTC; without a zone it is taken for UTC, and what is no date for none."""
    try:
        found = datetime.fromisoformat((text or "").strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def bounded(text: str) -> str:
    """As many of the first paragraphs of `text` as are kept; words stay whole."""
    if len(text) <= MOST_CHARS:
        return text
    head = text[: MOST_CHARS + 1]
    return head.rpartition("\n\n")[0] or head.rpartition(" ")[0] or head[:MOST_CHARS]


def is_token(url: str) -> bool:
    """Whether this is an aggregator's redirect token, which leads to the article only by a detour through a script."""
    return url.startswith(_TOKENS)


def pages_wanted(entries: Sequence[Entry], now: datetime, at_most: int) -> frozenset[EntryId]:
    """Those of `entries`, newest first, whose pages are worth a request: the first `at_most` recent ones."""
    recent = takewhile(lambda entry: now - (credible(entry.published_at, now) or now) <= OLD, entries)
    pages = (entry.id for entry in recent if entry.url and not is_token(entry.url))
    return frozenset(islice(pages, at_most))


def best_text(entry: Entry, page_text: str) -> tuple[Tier, str]:
    """The text to keep of an article and its tier; `page_text` is empty where no page may serve."""
    if is_token(entry.url):
        return Tier.HEADLINE, ""
    if len(page_text) >= ENOUGH_CHARS and len(page_text) >= SHORTER * len(entry.text):
        return Tier.FULL, page_text
    if not entry.text or (len(entry.text) <= 2 * len(entry.title) and entry.text.casefold() == entry.title.casefold()):
        return Tier.HEADLINE, ""
    return (Tier.FEED if entry.whole else Tier.EXCERPT), entry.text


def may_revise(feed: FeedUrl, article: Article) -> bool:
    """Whether what a feed itself says may stand in place of an article's text: of its own article, or its publisher's.

    A page may always, since it is the article.
    """
    return feed == article.feeds[0] or same_publisher(feed, article.url)


def reserves(headers: Mapping[str, str]) -> bool:
    """Whether an answer reserves rights against mining (TDMRep) or asks not to serve models; lower-case names."""
    directives = {word.strip() for word in headers.get("x-robots-tag", "").casefold().split(",")}
    return headers.get("tdm-reservation", "").strip() == "1" or "noai" in directives


def title_of(entry: Entry, page_title: str | None, text: str) -> str:
    """What an article is called: by its feed, by its page, or by the opening of its text; may be empty."""
    named = entry.title or page_title
    return _clipped(named, MOST_TITLE_CHARS) if named else _clipped(text.partition("\n\n")[0], OPENING_CHARS)


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else (text[:most].rpartition(" ")[0] or text[: most - 1]) + "…"
