"""What somebody is told so that he can mend it: what happened, what was kept and what to do.

Moments stand as `at` writes them. Whom a notice reaches, and when, is the concern of `notices`, `health` and
`liveness`.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain.liveness import Stage
from bot.domain.wording import plural

MOMENT = re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d UTC\b")

REPORTED = "A member says that something is wrong in a story that was posted in his server."
ADDRESS_WITHHELD = "(an address of its own)"
GONE = "Gone for good, as the server says; not asked any more. Remove it."
NOT_HAD = "It could not be had."
FEEDS_ANSWER_AGAIN = "Feeds answer again. What they published meanwhile is read; there is nothing to do."

_FEEDS = {
    "gone": (
        "gone for good, as the server says, and not asked any more",
        "What they brought is kept. Take them out with `{command} remove`; a paper often has another feed.",
    ),
    "failing": (
        "failing",
        "What they brought is kept, and they are asked again by themselves, less and less often. `{command} check`"
        " tries one now; one that will not come back goes with `{command} remove`.",
    ),
    "well": (
        "well again",
        "They are asked at their usual times, and what they published meanwhile is read; there is nothing to do.",
    ),
}
_STALLED = {
    Stage.POLLING: (
        "polling",
        "no feed could be checked",
        "What was read before is kept, and briefings are written from it",
    ),
    Stage.WRITING: (
        "writing",
        "a briefing is due and none was written",
        "It is written and posted, late, as soon as that works",
    ),
    Stage.DELIVERY: (
        "delivery",
        "messages are due and none was posted",
        "What is due is kept, and posted once it works again",
    ),
    Stage.CONNECTION: (
        "connection",
        "the bot is not connected to Discord",
        "Questions asked meanwhile do not reach it",
    ),
}


def at(moment: datetime) -> str:
    """A moment as it stands in notices: to be read in a log, and to be found by who shows them (see MOMENT)."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def passed_on(said: str, why: str) -> str:
    """For the operator: what a server's admin cannot be told."""
    return f"{said}\n(Its server's owner could not be told: {why})"


def left_out(due_at: datetime, destination: str, story: int, reason: str) -> str:
    """That one story of a briefing was refused for good."""
    return f"The {_planned(due_at)} in {destination} stands without its story {story}: {reason}"


def not_posted(due_at: datetime, destination: str, reason: str, *, begun: bool) -> str:
    """That a briefing was refused for good."""
    how = "was posted in part only" if begun else "was not posted"
    return (
        f"The {_planned(due_at)} {how} in {destination}: {reason} Its schedule stays, and the next briefing there is"
        " tried again. Give the bot access to that channel, or set up the schedule anew for another one."
    )


def closed(due_at: datetime, destination: str, reason: str, *, correction: bool, begun: bool) -> str:
    """That a place takes nothing from the bot any more, as a `correction` or the briefing itself met it."""
    what = "A correction of the" if correction else "The"
    how = "was posted in part only" if begun else "could not be posted"
    return (
        f"{what} {_planned(due_at)} {how} in {destination}: {reason} The schedules there are kept, and nothing is tried"
        " there until the bot has access again; then it goes on by itself, also with what waits, while that is news."
        " Give the bot access to that channel, unlock its thread, or choose another channel with `/schedule edit`."
    )


def not_corrected(due_at: datetime, destination: str, reason: str) -> str:
    """That a post stays as it is although a source corrected what it says."""
    return (
        f"A source changed what the {_planned(due_at)} says in {destination}, and the correction cannot be shown there:"
        f" {reason} The next briefing there tells of it on its front."
    )


def missed(due_at: datetime, destination: str) -> str:
    """That a briefing came to nothing while it was news."""
    return (
        f"There is no record that the {_planned(due_at)} was posted in {destination}: for half a day it could not be"
        " written, or the bot was not running. The next one tells what this one would have told."
    )


def _planned(due_at: datetime) -> str:
    return f"briefing planned for {at(due_at)}"


def feeds(kind: str, named: Sequence[str], more: int, *, in_terminal: bool) -> str:
    """What became of feeds, those `named` and more; their reader sees to them in Discord or in a terminal."""
    command = "newsthread feeds" if in_terminal else "/feeds"
    what, todo = _FEEDS[kind]
    lines = [f"- {each}" for each in named]
    if more:
        lines.append(f"- and {more} more; `{command} list` names them all")
    count = plural(len(named) + more, "feed is", "feeds are")
    return "\n".join([f"{count} {what}:", *lines, todo.format(command=command)])


def failing(address: str, since: datetime, detail: str) -> str:
    """One of these feeds, which fails."""
    return f"{address}, since {at(since)}: {detail}"


def trouble(failures: int, since: datetime | None, detail: str | None) -> str:
    """What is wrong with a feed, in a list of them; it has no failures of its own where no feed answered."""
    times = f"Failed {'once' if failures == 1 else f'{failures} times in a row'}" if failures else "No feed answered"
    lasting = f" since {at(since)}" if since else ""
    return f"{times}{lasting}: {detail or 'it could not be had.'}"


def silence(since: datetime, detail: str) -> str:
    """That none of several feeds answers; `detail` is the last reason."""
    return (
        f"No feed has answered since {at(since)}; the last reason: {detail} What was read before is kept, no feed is"
        " given up, and all are asked again by themselves. The fault may be here: see to the connection of this"
        " computer, its DNS and its firewall. `newsthread feeds list` shows every feed."
    )


def stalled(stage: Stage, since: datetime) -> str:
    """That something the bot does by itself stands still."""
    what, happened, kept = _STALLED[stage]
    return (
        f"The bot's {what} stands still: since {at(since)} {happened}. {kept}. "
        "The log tells why; `newsthread doctor` checks storage, model and Discord; a restart loses nothing."
    )


def archive_gone(archive: str) -> str:
    """That the archive was begun anew."""
    return (
        f"The archive {archive} was missing or empty although it was in use before, so a new one was begun. What was"
        " collected and told is not in it; feeds, topics and schedules are as they were, and what may have been posted"
        " is looked for before it is posted again. Stop the program and put the file back if you have it, or bring"
        " back a backup with `newsthread restore FILE`; if nobody took it away, the disk may be failing."
    )


def archive_damaged(fault: str, aside: str, saved: int, lost: int, uncounted: Sequence[str]) -> str:
    """That so many rows of the archive were saved; of the tables `uncounted` nobody knows how many were lost."""
    what = f"{saved:,} of its {saved + lost:,} rows were saved"
    if uncounted:
        tables = ", ".join(uncounted)
        what = f"{saved:,} of its rows were saved (how many were lost of {tables} is not known)"
    return (
        f"The archive was found damaged ({fault}). It was set aside in {aside}, and {what} into a new one, which is in"
        " use. What feeds still hold is collected anew. If that is too little, stop the program and bring back a"
        " backup with `newsthread restore FILE`; if it happens again, the disk may be failing."
    )


def file_gone(file: str) -> str:
    """That the previous copy of a file serves, which was taken away."""
    return (
        f"{file} was gone, so its previous copy was put in its place: what was changed last may be missing. Look"
        " through what it holds, and bring back a backup with `newsthread restore FILE` if too much is missing; if"
        " nobody took it away, the disk may be failing."
    )


def file_unreadable(file: str, fault: str, kept_as: str) -> str:
    """That the last good copy of a file serves."""
    return (
        f"{file} could not be read ({fault}), so its last good copy is used: what was changed last may be missing. The"
        f" unreadable file is kept as {kept_as} once the next change is made. Look through what it holds, and bring"
        " back a backup with `newsthread restore FILE` if too much is missing."
    )
