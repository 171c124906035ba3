"""Every sentence that Newsthread says in Discord, and nothing else: to translate the bot, translate this package.

    posts        briefings, answers and notes, around what is quoted
    reasons      what `/why` says of an article
    suggestions  the follow-up questions on buttons
    answers      what is said of an answer before its claims, and of how it came about
    faults       what is said against a drafted claim
    notices      what operator and admins are told so that they can mend it
    commands     descriptions and replies of commands; what is long has a module of its own beside it: budget, feeds,
                 help, privacy, reports, setup, status, topics
    refusals     why something that was asked for is not done
    deliveries   why Discord did not take a message
    failures     why a feed, a page or the model gave nothing

Functions put values in and decide nothing else; claims and headlines keep the language of their sources. What is
understood is another matter: days and times as `schedules` reads them, questions as `questions` does; so examples of
them, and what `suggestions` asks, stay in words that those know. What stands in a terminal only is worded in `bot/cli`,
what a model is asked in `prompts`.
"""

from collections.abc import Sequence
from datetime import datetime

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def plural(n: int, one: str, many: str = "") -> str:
    """`1 article`, `2 articles`; `many` where an s does not make it."""
    return f"{n} {one}" if n == 1 else f"{n} {many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def dated(there: datetime) -> str:
    """`18 January 2026`."""
    return f"{month_day(there)} {there.year}"


def month_day(there: datetime) -> str:
    """`18 January`."""
    return f"{there.day} {_MONTHS[there.month - 1]}"


def short_day(there: datetime) -> str:
    """`18 Jan`."""
    return f"{there.day} {_MONTHS[there.month - 1][:3]}"
