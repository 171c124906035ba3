"""One story as a thread message. Standard library only, no I/O."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from bot.domain.articles import Tier
from bot.domain.briefings import Claim, Form, Role, Source, Telling
from bot.domain.deliveries import Post
from bot.domain.rendering.text import escape, fitted, link, local, plural, shorten

BODY_CHARS = 4_000
TITLE_CHARS = 256

_NOW = "**Now:** "
_LABELS = {Role.WHY: "**Why it matters:** ", Role.DIFFERS: "**Sources differ:** "}
_TIERS = {Tier.FULL: "full text", Tier.FEED: "feed text", Tier.EXCERPT: "excerpt", Tier.HEADLINE: "headline only"}
_FORMS = {
    Form.HEADLINE: "-# Only the headline is known; follow the link to read on.",
    Form.QUOTED: "-# In the publisher's own words:",
}


def story(telling: Telling, zone: str, written_at: datetime) -> Post:
    """One thread message: headline, claims with citation marks, sources. No buttons yet."""
    claims = _claim_rows(telling.claims)
    sources = [source_forms(n, each, zone) for n, each in enumerate(telling.sources, 1)]
    head = [[line] for line in (_since(telling, zone, written_at), _FORMS.get(telling.form)) if line]
    lines = fitted([*head, *claims, ["\n**Sources**"], *sources], BODY_CHARS)
    there = local(written_at, zone)
    return Post(
        title=shorten(escape(telling.headline), TITLE_CHARS),
        body="\n".join(lines).strip(),
        footer=f"{telling.topic} · written by software on {there.day} {there:%b %Y, %H:%M} "
        f"from {plural(len(telling.sources), 'article')}",
    )


def _claim_rows(claims: Sequence[Claim]) -> list[list[str]]:
    """The forms of each claim's line (see `fitted`); where sources differ their sides stand below one label."""
    rows: list[list[str]] = []
    for differs, group in groupby(claims, key=lambda claim: claim.role is Role.DIFFERS):
        sides = list(group)
        grouped = differs and len(sides) > 1
        rows += [[f"- {_LABELS[Role.DIFFERS].strip()}"]] if grouped else []
        for claim in sides:
            forms = claim_forms(replace(claim, role=Role.POINT) if grouped else claim)
            rows.append([f"  {form}" for form in forms] if grouped else forms)
    return rows


def claim_line(claim: Claim, *, links: int = 2, corrected: str = "") -> str:
    """A claim as a list item, its citation marks behind it: linked to the quote (2), to the article (1), or not (0).

    One that is `corrected` is struck through, and what that says (escaped) stands behind it.
    """
    targets = {each.n: ("", each.url, each.link)[links] for each in claim.citations}
    marks = "".join(link(f"[{n}]", target) for n, target in targets.items())
    label = _NOW if claim.update else _LABELS.get(claim.role, "")
    text = escape(claim.text)
    return f"- {label}~~{text}~~ {marks} {corrected}" if corrected else f"- {label}{text} {marks}"


def claim_forms(claim: Claim, corrected: str = "") -> list[str]:
    return [claim_line(claim, links=links, corrected=corrected) for links in (2, 1, 0)]


def _since(telling: Telling, zone: str, written_at: datetime) -> str:
    """When the place was last told of the story; empty for the first time."""
    if telling.since is None:
        return ""
    then = local(telling.since, zone)
    is_today = then.date() == local(written_at, zone).date()
    return f"-# New since {then:%H:%M}" if is_today else f"-# New since {then.day} {then:%b}"


def source_forms(n: int, source: Source, zone: str, *, titled: bool = False) -> list[str]:
    """A source as a line of small print: with its link, and without."""
    there = local(source.published_at, zone)
    name = f"{source.title} ({source.outlet})" if titled else source.outlet
    label = shorten(escape(name), 160 if titled else 60)
    rest = f" · {there.day} {there:%b %H:%M} · {_TIERS[source.tier]}"
    return [f"-# [{n}] {link(label, source.url)}{rest}", f"-# [{n}] {label}{rest}"]
