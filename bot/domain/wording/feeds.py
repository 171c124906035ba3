"""What is said about feeds."""

from datetime import datetime

from bot.domain.addresses import shown
from bot.domain.feeds import Entry, Feed, FeedCheck, PollReport
from bot.domain.health import FeedHealth
from bot.domain.opml import ImportReport
from bot.domain.rendering import escape, moments_shown, shorten
from bot.domain.wording import plural

GROUP = "The feeds that the briefings here rest on."
ADD = "Follows a feed for this server alone; a site's address is enough."
REMOVE = "Stops following a feed in this server."
LIST = "Shows the feeds of this server: last success, next check, entries a week, troubles."
CHECK = "Tries an address without following it. Only you see what is found."
REFRESH = "Checks the feeds of this server now, none that was checked in the last ten minutes."
REFRESH_WHICH = "Which one; all of them if you leave this out"
IMPORT = "Follows every feed of an OPML file for this server alone."
FEEDS_TITLE = "Newsthread feeds"
EXPORT = "Gives you the feeds of this server as an OPML file."
ADDRESS = "The feed's address, or the site's"
TOPICS = "Topics it serves, with commas between them; all of them if you leave this out"
WHICH = "Which one; its address"
FILE = "An OPML file, 1 MB at most"
FILE_NAME = "newsthread-feeds.opml"

EMPTY = "This server has no feeds. `/feeds add` follows one."
EXPORTED = "These are the feeds of this server, without any user name or password in their addresses."
SAMPLE = 5
_REFUSED = 10


def added(feed: Feed) -> str:
    """A feed that was just added."""
    on = f"on {escape(', '.join(feed.topics))}" if feed.topics else "on all topics"
    return (
        f"Following **{escape(feed.outlet)}** ({_address(feed.url)}) {on}, for this server alone. It is read within a"
        " few minutes."
    )


def removed(feed: Feed) -> str:
    """A feed that was just removed."""
    return f"This server no longer follows **{escape(feed.outlet)}**. What was posted from it stays."


def found(check: FeedCheck) -> str:
    """What is at an address."""
    if check.error:
        return f"There is no feed to follow: {check.detail}"
    entries = plural(len(check.entries), "entry", "entries")
    head = f"A good feed: **{shorten(escape(check.title or 'without a title'), 150)}** ({check.format}), {entries}."
    return "\n".join([head, _address(check.feed_url or check.url), *map(_entry, check.entries[:SAMPLE])])


def refreshed(report: PollReport) -> str:
    """What came of feeds that were asked at once."""
    if not report.feeds:
        return "No feed was checked: each was within the last ten minutes, or wants to be left alone until later."
    failed = f", {len(report.failed)} did not answer" if report.failed else ""
    return f"{report.feeds} checked: {plural(report.new_articles, 'new article')}{failed}. `/feeds list` shows each."


def imported(report: ImportReport) -> str:
    """What became of the feeds of a file."""
    head = f"{len(report.added)} added, {len(report.known)} followed before, {len(report.refused)} refused."
    lines = [f"- {_address(each.url)}: {each.reason}" for each in report.refused[:_REFUSED]]
    rest = len(report.refused) - _REFUSED
    return "\n".join([head, *lines, *([f"- and {rest} more"] if rest > 0 else ())])


def entry(health: FeedHealth) -> str:
    """One line of a list of feeds."""
    week = "" if health.entries_a_week is None else f" · {health.entries_a_week:.0f} a week"
    own = " · this server's own" if health.feed.server else ""
    topics = f" · {escape(', '.join(health.feed.topics))}" if health.feed.topics else ""
    said = f"**{escape(health.feed.outlet)}**{own}{topics}{week}\n-# {_address(health.feed.url)}\n-# {_times(health)}"
    return f"{said}\n-# ⚠ {moments_shown(escape(health.trouble))}" if health.trouble else said


def _times(health: FeedHealth) -> str:
    last = _ago(health.succeeded_at) if health.succeeded_at else "never"
    due = f", next check {_ago(health.due_at)}" if health.due_at else ""
    return f"Last read {last}{due}"


def _entry(entry: Entry) -> str:
    when = f"{_ago(entry.published_at)} " if entry.published_at else ""
    return f"- {when}{shorten(escape(entry.title), 150)}"


def _ago(at: datetime) -> str:
    return f"<t:{int(at.timestamp())}:R>"


def _address(url: str) -> str:
    """In angle brackets, so that no preview comes; without what is secret in it."""
    return f"<{shorten(shown(url), 200)}>"
