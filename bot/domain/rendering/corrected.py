"""A posted story with its corrected claims struck through, and the notes about them. Standard library only, no I/O."""

from collections.abc import Sequence

from bot.domain.corrections import Change, Correction
from bot.domain.deliveries import Button, Post, custom_id
from bot.domain.rendering.story import BODY_CHARS, TITLE_CHARS
from bot.domain.rendering.text import SMALL, escape, fitted, link, moment, shorten
from bot.domain.wording import posts as wording

_NOW_CHARS = (300, 120, 0)  # of what the source says now, as much as there is room for


def corrected(posted: Post, corrections: Sequence[Correction]) -> Post:
    """The story as it was posted, each corrected claim struck through, with the date and what its source says now.

    Its headline may say the same, so that it is marked too.

    Made anew from `posted` each time, so that doing it again gives the same; the buttons stay.
    """
    rows = [[line] for line in posted.body.split("\n")]
    for correction in corrections:
        _strike(rows, correction)
    return Post(
        title=shorten(wording.corrected_title(posted.title), TITLE_CHARS) if corrections else posted.title,
        body="\n".join(fitted(rows, BODY_CHARS)),
        footer=posted.footer,
        buttons=posted.buttons,
        labels=posted.labels,
    )


def correction_note(correction: Correction) -> Post:
    """What is said in the thread of one correction, with a button that leads to the story."""
    at = moment(correction.found_at)
    said = wording.correction(at, shorten(escape(correction.claim), 500), _now(correction, 500))
    button = custom_id(correction.delivery, correction.part, f"story-{correction.part}")
    lines = (f"{said} {link(wording.ARTICLE, correction.url)}", SMALL + wording.correction_signature(at))
    return Post(content="\n".join(lines), buttons=(Button(label=wording.TIMELINE, custom_id=button),))


def _strike(rows: list[list[str]], correction: Correction) -> None:
    """Strikes the claim out in the line that tells it, the shortest such, and puts the correction below it."""
    said = escape(correction.claim)
    telling = [n for n, row in enumerate(rows) if said in row[0] and not row[0].startswith(SMALL)]
    if not telling:
        rows.insert(0, _forms(correction, f"~~{shorten(said, 500)}~~ "))
        return
    at = min(telling, key=lambda n: len(rows[n][0]))
    rows[at] = [rows[at][0].replace(said, f"~~{said}~~", 1)]
    rows.insert(at + 1, _forms(correction, ""))


def _forms(correction: Correction, before: str) -> list[str]:
    head = f"{SMALL}{before}{wording.corrected(moment(correction.found_at))}"
    return list(dict.fromkeys(f"{head} {_now(correction, chars)}" for chars in _NOW_CHARS))


def _now(correction: Correction, max_chars: int) -> str:
    outlet = shorten(escape(correction.outlet), 60)
    if correction.change is Change.GONE:
        return wording.says_no_longer(outlet)
    return wording.says_now(outlet, shorten(escape(correction.now), max_chars) if max_chars else "")
