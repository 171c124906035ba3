"""One story as a thread message. Standard library only, no I/O."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.briefings import Claim, Role, Source, Telling
from bot.domain.deliveries import Post
from bot.domain.rendering.text import SMALL, escape, fitted, link, moment, one_line, shorten
from bot.domain.wording import posts as wording

BODY_CHARS = 4_000
TITLE_CHARS = 256
STORY_COLOUR = 0x5865F2
"""Of the bar beside a story's card."""
FOOTER_CHARS = 200
MOST_POINTS = 3
MOST_SOURCES = 12
"""How many are shown, unless more are cited."""
_CLAIM_CHARS = (1_200, 400, 100)
"""What a claim's text may take, escaped; the gate lets 300 characters pass, so that the first is never met by those."""

_LABELS = {Role.WHY: wording.WHY, Role.DIFFERS: wording.DIFFERS}


def story(telling: Telling, written_at: datetime) -> Post:
    """One thread message: headline, claims with citation marks, sources. No buttons yet."""
    head = [
        wording.new_since(moment(telling.since)) if telling.since else "",
        wording.FORMS.get(telling.form, ""),
    ]
    rows = [
        *([SMALL + line] for line in head if line),
        *_claim_rows(telling.claims),
        ["\n" + wording.sources_as_of(moment(written_at))],
        *source_rows(telling.sources, telling.claims),
    ]
    return Post(
        title=shorten(escape(telling.headline), TITLE_CHARS),
        body="\n".join(fitted(rows, BODY_CHARS)).strip(),
        footer=shorten(wording.story_signature(one_line(telling.topic), len(telling.sources)), FOOTER_CHARS),
    )


def _claim_rows(claims: Sequence[Claim]) -> list[list[str]]:
    """The forms of each claim's line (see `fitted`): what happened, why it matters, points, where sources differ.

    What is so now stands first. Points beyond the last MOST_POINTS stand with what happened; where nothing stands
    before them they have no label.
    """
    sides = [claim for claim in claims if claim.role is Role.DIFFERS]
    updates = [claim for claim in claims if claim.update and claim not in sides]
    what, why, points = (
        [claim for claim in claims if claim.role is role and not claim.update]
        for role in (Role.WHAT, Role.WHY, Role.POINT)
    )
    rows = [claim_forms(claim) for claim in (*updates, *what, *points[:-MOST_POINTS], *why)]
    rows += _below(wording.POINTS if rows else "", points[-MOST_POINTS:])
    if len(sides) == 1:
        return [*rows, claim_forms(sides[0])]
    return rows + _below(wording.DIFFERS, [replace(claim, role=Role.POINT) for claim in sides])


def _below(label: str, claims: Sequence[Claim]) -> list[list[str]]:
    rows = [claim_forms(claim) for claim in claims]
    return [[label], *rows] if label and rows else rows


def claim_line(claim: Claim, *, links: int = 2, max_chars: int = _CLAIM_CHARS[0], corrected: str = "") -> str:
    """A claim as a list item, its citation marks behind it: linked to the quote (2), to the article (1), or not (0).

    One that is `corrected` is struck through, and what that says (escaped) stands behind it.
    """
    targets = {each.n: ("", each.url, each.link)[links] for each in claim.citations}
    marks = "".join(link(f"[{n}]", target) for n, target in targets.items())
    label = wording.NOW if claim.update else _LABELS.get(claim.role, "")
    text = shorten(escape(claim.text), max_chars)
    said = f"~~{text}~~ {marks} {corrected}" if corrected else f"{text} {marks}"
    return f"- {label} {said}" if label else f"- {said}"


def claim_forms(claim: Claim, corrected: str = "") -> list[str]:
    linked = [claim_line(claim, links=links, corrected=corrected) for links in (2, 1, 0)]
    return linked + [claim_line(claim, links=0, max_chars=chars, corrected=corrected) for chars in _CLAIM_CHARS[1:]]


def source_rows(sources: Sequence[Source], claims: Iterable[Claim], *, titled: bool = False) -> list[list[str]]:
    """The forms of each source's line: all that are cited and, up to MOST_SOURCES, others; then how many more."""
    cited = {citation.n for claim in claims for citation in claim.citations}
    others = [n for n in range(1, len(sources) + 1) if n not in cited][: max(0, MOST_SOURCES - len(cited))]
    shown = [n for n in range(1, len(sources) + 1) if n in cited or n in others]
    rows = [source_forms(n, sources[n - 1], titled=titled) for n in shown]
    more = len(sources) - len(shown)
    return [*rows, [SMALL + wording.more_sources(more)]] if more else rows


def source_forms(n: int, source: Source, *, titled: bool = False) -> list[str]:
    """A source as a line of small print: with its link, and without."""
    name = f"{source.title} ({source.outlet})" if titled else source.outlet
    label = shorten(escape(name), 160 if titled else 60)
    rest = f" · {moment(source.published_at)} · {wording.TIERS[source.tier]}"
    return [f"{SMALL}[{n}] {link(label, source.url)}{rest}", f"{SMALL}[{n}] {label}{rest}"]
