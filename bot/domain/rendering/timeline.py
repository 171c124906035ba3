"""A story's page as messages: its claims under their days, split between claims. Standard library only, no I/O."""

from itertools import groupby

from bot.domain.deliveries import Post
from bot.domain.rendering.story import claim_forms, source_forms
from bot.domain.rendering.text import CONTENT_CHARS, escape, fitted, local, packed, plural, shorten
from bot.domain.timeline import Timeline


def timeline_posts(page: Timeline, zone: str) -> tuple[Post, ...]:
    """A timeline as messages of at most 2,000 characters, its days those of `zone`."""
    lines = [f"**{shorten(escape(page.headline), 200)}**"]
    if page.left_out:
        lines.append(f"-# {plural(page.left_out, 'earlier claim is', 'earlier claims are')} not shown.")
    if not page.entries:
        lines.append("Only the headline of this story is known so far.")
    for day, entries in groupby(page.entries, key=lambda entry: local(entry.at, zone).date()):
        head = f"**{day.day} {day:%b %Y}**\n"
        for entry in entries:
            fell = local(entry.corrected_at, zone) if entry.corrected_at else None
            forms = claim_forms(entry.claim, f"*corrected {fell.day} {fell:%b}*" if fell else "")
            lines.append(head + fitted([forms], CONTENT_CHARS - len(head))[0])
            head = ""
    if page.sources:
        sources = [source_forms(n, each, zone)[0] for n, each in enumerate(page.sources, 1)]
        lines += [f"**Sources**\n{sources[0]}", *sources[1:]]
    lines.append("-# Dated by publication · written by software; each claim links to its quote.")
    return tuple(Post(content=text) for text in packed(lines))
