"""One story as a thread message. Standard library only, no I/O."""

from datetime import datetime

from bot.domain.articles import Tier
from bot.domain.briefings import Claim, Form, Role, Source, Telling
from bot.domain.deliveries import Post
from bot.domain.rendering.text import escape, fitted, link, local, plural, shorten

BODY_CHARS = 4_000
TITLE_CHARS = 256

_LABELS = {Role.WHY: "**Why it matters:** ", Role.DIFFERS: "**Sources differ:** "}
_TIERS = {Tier.FULL: "full text", Tier.FEED: "feed text", Tier.EXCERPT: "excerpt", Tier.HEADLINE: "headline only"}
_FORMS = {
    Form.HEADLINE: "-# Only the headline is known; follow the link to read on.",
    Form.QUOTED: "-# In the publisher's own words:",
}


def story(telling: Telling, zone: str, written_at: datetime) -> Post:
    """One thread message: headline, claims with citation marks, sources. No buttons yet."""
    claims = [claim_forms(claim) for claim in telling.claims]
    sources = [source_forms(n, each, zone) for n, each in enumerate(telling.sources, 1)]
    head = [[_FORMS[telling.form]]] if telling.form in _FORMS else []
    lines = fitted([*head, *claims, ["\n**Sources**"], *sources], BODY_CHARS)
    there = local(written_at, zone)
    return Post(
        title=shorten(escape(telling.headline), TITLE_CHARS),
        body="\n".join(lines).strip(),
        footer=f"{telling.topic} · written by software on {there.day} {there:%b %Y, %H:%M} "
        f"from {plural(len(telling.sources), 'article')}",
    )


def claim_line(claim: Claim, *, links: int = 2) -> str:
    """A claim as a list item, its citation marks behind it: linked to the quote (2), to the article (1), or not (0)."""
    targets = {each.n: ("", each.url, each.link)[links] for each in claim.citations}
    marks = "".join(link(f"[{n}]", target) for n, target in targets.items())
    return f"- {_LABELS.get(claim.role, '')}{escape(claim.text)} {marks}"


def claim_forms(claim: Claim) -> list[str]:
    return [claim_line(claim, links=links) for links in (2, 1, 0)]


def source_forms(n: int, source: Source, zone: str, *, titled: bool = False) -> list[str]:
    """A source as a line of small print: with its link, and without."""
    there = local(source.published_at, zone)
    name = f"{source.title} ({source.outlet})" if titled else source.outlet
    label = shorten(escape(name), 160 if titled else 60)
    rest = f" · {there.day} {there:%b %H:%M} · {_TIERS[source.tier]}"
    return [f"-# [{n}] {link(label, source.url)}{rest}", f"-# [{n}] {label}{rest}"]
