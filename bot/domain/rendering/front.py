"""The front of a briefing, and the name of its thread. Standard library only, no I/O."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

from bot.domain.briefings import Briefing, Telling
from bot.domain.deliveries import Post
from bot.domain.rendering.text import SMALL, escape, fitted, local, one_line, shorten
from bot.domain.schedules import Slot
from bot.domain.wording import posts as wording

FRONT_CHARS = 1_200
HEADLINE_WORDS = 12
THREAD_NAME_CHARS = 100
LATE_CHARS = 60
_NOTES_CHARS = 340
"""What notes may take at least; more only where the headlines leave room."""
_TOPIC_CHARS = _MODEL_CHARS = 60
MOST_FEEDS_NAMED = 3
WORDS_A_MINUTE = 220
LATE = timedelta(minutes=5)
"""An edition posted so long after its time says so; less is what reading and writing take."""


def front(briefing: Briefing, zone: str, how_to_ask: str = wording.HOW_TO_ASK) -> str:
    """The channel post: date and span in `zone`, what it rests on, a line a story, the label that software wrote it."""
    head = [
        wording.heading(local(briefing.created_at, zone)),
        f"{_span(briefing, zone)} · {_counts(briefing)}",
    ]
    tail = [SMALL + signature(briefing, zone)]
    if briefing.tellings:
        tail.insert(0, SMALL + how_to_ask)
    stories = _story_lines(briefing.tellings)
    room = FRONT_CHARS - _length((*head, "", *tail)) - LATE_CHARS
    notes = fitted(_notes(briefing), max(room - _length(stories), _NOTES_CHARS))
    stories = _within(stories, room - _length(notes))
    return "\n".join([*head, *stories, "", *notes, *tail])


def as_posted(post: Post, slot: Slot, now: datetime) -> Post:
    """The front as it is posted now: below its date a late one says when it was planned, in the slot's own zone."""
    if now - slot.due_at < LATE:
        return post
    there = local(now, slot.zone)
    late = wording.late(f"{slot.planned:%H:%M}", there, same_day=there.date() == slot.local_date)
    date, _, rest = post.content.partition("\n")
    return replace(post, content=f"{date}\n{SMALL}{late}\n{rest}")


def signature(briefing: Briefing, zone: str) -> str:
    """By whom, when, and from how many articles a briefing was written."""
    model = shorten(escape(briefing.engine.model or ""), _MODEL_CHARS)
    counts, there = briefing.counts, local(briefing.created_at, zone)
    return wording.signature(model, there, escape(zone), counts.articles, counts.claims_posted)


def thread_name(briefing: Briefing, zone: str) -> str:
    """The thread's name, 100 characters at most."""
    there = local(briefing.created_at, zone)
    return shorten(one_line(wording.thread_named(there, briefing.topics)), THREAD_NAME_CHARS)


def _story_lines(tellings: Sequence[Telling]) -> list[str]:
    if not tellings:
        return ["", wording.NOTHING_NEW]
    lines: list[str] = []
    for topic, group in groupby(tellings, key=lambda each: each.topic):
        name = shorten(escape(topic), _TOPIC_CHARS)
        lines += ["", f"**{name}**", *(f"- {_short(each.headline, 140)}" for each in group)]
    return lines


def _within(lines: Sequence[str], room: int) -> list[str]:
    """As many of the lines as there is room for, the last of them saying so where some are left out."""
    kept = list(lines)
    while _length(kept) > room and len(kept) > 1:
        kept.pop()
        kept[-1] = f"- {wording.MORE_BELOW}"
    return kept


def _notes(briefing: Briefing) -> list[list[str]]:
    """Small print about what is not told below, each line in the forms that `fitted` takes."""
    rows = []
    if failed := len(briefing.failed_feeds):
        hosts = list(dict.fromkeys(_host(each.url) for each in briefing.failed_feeds))
        named = [wording.unread_feeds(failed, hosts)] if len(hosts) <= MOST_FEEDS_NAMED else []
        rows.append([SMALL + form for form in (*named, wording.unread_feeds(failed, ()))])
    rows += [[SMALL + escape(note), SMALL + shorten(escape(note), 120)] for note in briefing.notes]
    if names := [f"“{_short(headline, 60)}”" for headline in briefing.unchanged]:
        forms = [wording.unchanged(names[:most], max(0, len(names) - most)) for most in (3, 1, 0)]
        rows.append([SMALL + form for form in forms])
    return rows


def _host(url: str) -> str:
    return shorten(escape((urlsplit(url).hostname or "?").removeprefix("www.")), 60)


def _short(headline: str, limit: int) -> str:
    words = headline.split()
    return shorten(escape(" ".join(words[:HEADLINE_WORDS]) + ("…" if len(words) > HEADLINE_WORDS else "")), limit)


def _length(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _span(briefing: Briefing, zone: str) -> str:
    return wording.span(local(briefing.window.since, zone), local(briefing.window.until, zone), escape(zone))


def _counts(briefing: Briefing) -> str:
    words = sum(len(claim.text.split()) for telling in briefing.tellings for claim in telling.claims)
    counts = briefing.counts
    return wording.counts(counts.stories, max(1, round(words / WORDS_A_MINUTE)), counts.articles, counts.feeds)
