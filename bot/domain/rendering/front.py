"""The front of a briefing, and the name of its thread. Standard library only, no I/O."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from bot.domain.briefings import Briefing, Telling
from bot.domain.deliveries import Post
from bot.domain.rendering.text import CONTENT_CHARS, escape, fitted, local, plural, shorten
from bot.domain.schedules import Slot

FRONT_CHARS = 1_200
HEADLINE_WORDS = 12
THREAD_NAME_CHARS = 100
LATE_CHARS = 60
_NOTES_CHARS = 300
"""What notes may take at least; more only where the headlines leave room."""
WORDS_A_MINUTE = 220
LATE = timedelta(minutes=5)
"""An edition posted so long after its time says so; less is what reading and writing take."""


def front(briefing: Briefing, zone: str) -> str:
    """The channel post: date and span in `zone`, what it rests on, a line a story, the label that software wrote it."""
    there = local(briefing.created_at, zone)
    head = [
        f"**News briefing · {there:%A} {there.day} {there:%B %Y}**",
        f"{_span(briefing, zone)} · {_counts(briefing)}",
    ]
    tail = []
    if briefing.failed_feeds:
        tail.append(f"-# {plural(len(briefing.failed_feeds), 'feed')} did not answer.")
    if briefing.tellings:
        tail.append("-# Questions? Press Ask, mention the bot in the thread, or use /ask.")
    tail.append(f"-# {signature(briefing, zone)}")
    stories = _story_lines(briefing.tellings)
    room = FRONT_CHARS - _length((*head, *tail)) - 40 - LATE_CHARS
    notes = fitted(_notes(briefing), max(room - _length(stories), _NOTES_CHARS))
    stories = _within(stories, room - _length(notes))
    return "\n".join([*head, *stories, "", *notes, *tail])[:CONTENT_CHARS]


def as_posted(post: Post, slot: Slot, now: datetime) -> Post:
    """The front as it is posted now: below its date a late one says when it was planned, in the slot's own zone."""
    if now - slot.due_at < LATE:
        return post
    there = local(now, slot.zone)
    day = "" if there.date() == slot.local_date else f" on {there.day} {there:%B}"
    date, _, rest = post.content.partition("\n")
    return replace(post, content=f"{date}\n-# Planned {slot.planned:%H:%M}, posted {there:%H:%M}{day}\n{rest}")


def signature(briefing: Briefing, zone: str) -> str:
    """By whom, when, and from how many articles a briefing was written."""
    there = local(briefing.created_at, zone)
    how = f"the model {escape(briefing.engine.model)}" if briefing.engine.model else "extracts, no model"
    return (
        f"Written by software ({how}) at {there:%H:%M} {escape(zone)} "
        f"from {plural(briefing.counts.articles, 'article')}; each claim links to its quote."
    )


def thread_name(briefing: Briefing, zone: str) -> str:
    """The thread's name, 100 characters at most."""
    there = local(briefing.created_at, zone)
    return shorten(f"Briefing {there.day} {there:%B %Y}: {', '.join(briefing.topics)}", THREAD_NAME_CHARS)


def _story_lines(tellings: Sequence[Telling]) -> list[str]:
    if not tellings:
        return ["", "Nothing new on these topics in this time."]
    lines: list[str] = []
    for topic, group in groupby(tellings, key=lambda each: each.topic):
        lines += ["", f"**{escape(topic)}**", *(f"- {_short(each.headline, 140)}" for each in group)]
    return lines


def _within(lines: Sequence[str], room: int) -> list[str]:
    """As many of the lines as there is room for, the last of them saying so where some are left out."""
    kept = list(lines)
    while _length(kept) > room and len(kept) > 1:
        kept.pop()
        kept[-1] = "- … and more in the thread"
    return kept


def _notes(briefing: Briefing) -> list[list[str]]:
    """Small print about what is not told below, each line in the forms that `fitted` takes."""
    rows = [[f"-# {escape(note)}", f"-# {shorten(escape(note), 120)}"] for note in briefing.notes]
    if names := [f"“{_short(headline, 60)}”" for headline in briefing.unchanged]:
        shown = [_listed(names, most) for most in (3, 1)]
        rows.append([f"-# Nothing new on: {each}." for each in shown] + [f"-# Nothing new on {len(names)} others."])
    return rows


def _listed(names: Sequence[str], most: int) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def _short(headline: str, limit: int) -> str:
    words = headline.split()
    return shorten(escape(" ".join(words[:HEADLINE_WORDS]) + ("…" if len(words) > HEADLINE_WORDS else "")), limit)


def _length(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _span(briefing: Briefing, zone: str) -> str:
    since, until = local(briefing.window.since, zone), local(briefing.window.until, zone)
    return f"{since.day} {since:%b %H:%M} to {until.day} {until:%b %H:%M} ({escape(zone)})"


def _counts(briefing: Briefing) -> str:
    words = sum(len(claim.text.split()) for telling in briefing.tellings for claim in telling.claims)
    counts = briefing.counts
    return (
        f"{plural(counts.stories, 'story', 'stories')} · {max(1, round(words / WORDS_A_MINUTE))} min · "
        f"{plural(counts.articles, 'article')} from {plural(counts.feeds, 'feed')}"
    )
