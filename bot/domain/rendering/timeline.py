"""A story's page as messages: its claims under their times, split between claims. Standard library only, no I/O."""

from itertools import groupby

from bot.domain.deliveries import Post
from bot.domain.rendering.story import claim_forms, source_forms
from bot.domain.rendering.text import CONTENT_CHARS, SMALL, escape, fitted, moment, packed, shorten
from bot.domain.timeline import Timeline
from bot.domain.wording import posts as wording


def timeline_posts(page: Timeline) -> tuple[Post, ...]:
    """A timeline as messages of at most 2,000 characters."""
    lines = [f"**{shorten(escape(page.headline), 200)}**"]
    if page.left_out:
        lines.append(SMALL + wording.earlier_claims(page.left_out))
    if not page.entries:
        lines.append(wording.HEADLINE_ALONE)
    for at, entries in groupby(page.entries, key=lambda entry: entry.at):
        head = f"**{moment(at)}**\n"
        for entry in entries:
            fell = wording.corrected_on(moment(entry.corrected_at)) if entry.corrected_at else ""
            forms = claim_forms(entry.claim, fell)
            lines.append(head + fitted([forms], CONTENT_CHARS - len(head))[0])
            head = ""
    if page.sources:
        sources = [source_forms(n, each)[0] for n, each in enumerate(page.sources, 1)]
        lines += [f"{wording.SOURCES}\n{sources[0]}", *sources[1:]]
    lines.append(SMALL + wording.TIMELINE_SIGNED)
    return tuple(Post(content=text) for text in packed(lines))
