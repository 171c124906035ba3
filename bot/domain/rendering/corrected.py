"""A posted story with its corrected claims struck through, and the notes about them. Standard library only, no I/O."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.corrections import Change, Correction
from bot.domain.deliveries import Button, Post, custom_id
from bot.domain.rendering.story import BODY_CHARS, TITLE_CHARS
from bot.domain.rendering.text import escape, fitted, link, local, shorten

_SMALL = "-# "
_NOW_CHARS = (300, 120, 0)  # of what the source says now, as much as there is room for


def corrected(posted: Post, corrections: Sequence[Correction], zone: str) -> Post:
    """The story as it was posted, each corrected claim struck through, with the date and what its source says now.

    Its headline may say the same, so that it is marked too.

    Made anew from `posted` each time, so that doing it again gives the same; the buttons stay.
    """
    rows = [[line] for line in posted.body.split("\n")]
    for correction in corrections:
        _strike(rows, correction, zone)
    return Post(
        title=shorten(f"Corrected: {posted.title}", TITLE_CHARS) if corrections else posted.title,
        body="\n".join(fitted(rows, BODY_CHARS)),
        footer=posted.footer,
        buttons=posted.buttons,
        labels=posted.labels,
    )


def correction_note(correction: Correction, zone: str) -> Post:
    """What is said in the thread of one correction, with a button that leads to the story."""
    quoted = f"“{shorten(escape(correction.claim), 500)}”"
    source = shorten(escape(correction.outlet), 60)
    now = f"{source} now says “{shorten(escape(correction.now), 500)}”"
    if correction.change is Change.GONE:
        now = f"{source} no longer says this."
    button = custom_id(correction.delivery, correction.part, f"story-{correction.part}")
    there = local(correction.found_at, zone)
    lines = (
        f"**Correction** {_when(correction.found_at, zone)}: {quoted} — {now} {link('[article]', correction.url)}",
        f"-# Written by software on {there.day} {there:%b %Y, %H:%M} from 1 article, read again then.",
    )
    return Post(content="\n".join(lines), buttons=(Button(label="Timeline", custom_id=button),))


def _strike(rows: list[list[str]], correction: Correction, zone: str) -> None:
    """Strikes the claim out in the line that tells it, the shortest such, and puts the correction below it."""
    said = escape(correction.claim)
    telling = [n for n, row in enumerate(rows) if said in row[0] and not row[0].startswith(_SMALL)]
    if not telling:
        rows.insert(0, _forms(correction, zone, f"~~{said}~~ "))
        return
    at = min(telling, key=lambda n: len(rows[n][0]))
    rows[at] = [rows[at][0].replace(said, f"~~{said}~~", 1)]
    rows.insert(at + 1, _forms(correction, zone, ""))


def _forms(correction: Correction, zone: str, before: str) -> list[str]:
    head = f"-# {before}Corrected {_when(correction.found_at, zone)}: {shorten(escape(correction.outlet), 60)}"
    if correction.change is Change.GONE:
        return [f"{head} no longer says this."]
    return [
        f"{head} now says “{shorten(escape(correction.now), chars)}”" if chars else f"{head} has another figure now."
        for chars in _NOW_CHARS
    ]


def _when(found_at: datetime, zone: str) -> str:
    there = local(found_at, zone)
    return f"{there.day} {there:%b %H:%M}"
