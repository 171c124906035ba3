"""The front of a briefing, and the name of its thread. Standard library only, no I/O."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from bot.domain.briefings import Briefing, Telling
from bot.domain.deliveries import Post
from bot.domain.rendering.text import CONTENT_CHARS, escape, local, plural, shorten
from bot.domain.schedules import Slot

FRONT_CHARS = 1_200
HEADLINE_WORDS = 12
THREAD_NAME_CHARS = 100
LATE_CHARS = 60
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
    tail = [f"-# {escape(note)}" for note in briefing.notes]
    if briefing.failed_feeds:
        tail.append(f"-# {plural(len(briefing.failed_feeds), 'feed')} did not answer.")
    if briefing.tellings:
        tail.append("-# Questions? Press Ask, mention the bot in the thread, or use /ask.")
    tail.append(f"-# {signature(briefing, zone)}")
    room = FRONT_CHARS - sum(len(line) + 1 for line in (*head, *tail)) - 40 - LATE_CHARS
    return "\n".join([*head, *_story_lines(briefing.tellings, room), "", *tail])[:CONTENT_CHARS]


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


def _story_lines(tellings: Sequence[Telling], room: int) -> list[str]:
    if not tellings:
        return ["", "Nothing new on these topics in this time."]
    lines: list[str] = []
    for topic, group in groupby(tellings, key=lambda each: each.topic):
        lines += ["", f"**{escape(topic)}**"]
        for telling in group:
            words = telling.headline.split()
            short = " ".join(words[:HEADLINE_WORDS]) + ("…" if len(words) > HEADLINE_WORDS else "")
            lines.append(f"- {shorten(escape(short), 140)}")
    while sum(len(line) + 1 for line in lines) > room and len(lines) > 1:
        lines.pop()
        lines[-1] = "- … and more in the thread"
    return lines


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
