"""What a posted story rests on, and what is said of a claim that a member holds to be wrong.

Standard library only, no I/O.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.briefings import Claim, Telling
from bot.domain.deliveries import DeliveryId, Post
from bot.domain.notices import MAX_CHARS
from bot.domain.rendering.story import claim_forms, source_forms
from bot.domain.rendering.text import CONTENT_CHARS, SMALL, escape, fitted, link, moment, packed, shorten
from bot.domain.schedules import MemberId
from bot.domain.wording import posts as wording
from bot.domain.wording import reports

_QUOTE_CHARS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What a member says is wrong with a posted story: in his own words, of one of its claims (by its place), or None.

    `post` is the address of the message, empty for a direct one.
    """

    delivery: DeliveryId
    part: int
    member: MemberId
    said: str
    post: str
    claim: int | None = None


def sources_posts(telling: Telling, fell: Mapping[str, datetime]) -> tuple[Post, ...]:
    """Each claim above the quotes it rests on, then the sources, as messages of at most 2,000 characters.

    `fell` says when claims (by their text) were corrected.
    """
    lines = [f"**{shorten(escape(telling.headline), 200)}**"]
    for claim in telling.claims:
        corrected = wording.corrected_on(moment(fell[claim.text])) if claim.text in fell else ""
        lines += fitted([claim_forms(claim, corrected)], CONTENT_CHARS)
        lines += [f"{SMALL}[{each.n}] “{shorten(escape(each.quote), _QUOTE_CHARS)}”" for each in claim.citations]
    if not telling.claims:
        lines.append(wording.HEADLINE_ALONE)
    rows = [source_forms(n, each, titled=True)[0] for n, each in enumerate(telling.sources, 1)]
    lines += [wording.SOURCES, *rows]
    return tuple(Post(content=text) for text in packed(lines))


def wrong_text(wrong: Wrong, telling: Telling) -> str:
    """What those who look after a server are told of it, MAX_CHARS at most."""
    claim = None if wrong.claim is None else telling.claims[wrong.claim]
    about = shorten(escape(claim.text if claim else telling.headline), 350)
    rows = [
        [reports.wrong(f"<@{wrong.member.partition(':')[2]}>", about)],
        [reports.wrong_because(shorten(escape(wrong.said), 500))],
        *([_quoted(claim, telling)] if claim else []),
        [reports.wrong_stands(wrong.post)],
    ]
    return "\n".join(fitted(rows, MAX_CHARS))


def _quoted(claim: Claim, telling: Telling) -> list[str]:
    """The quote that backs a claim, in the forms that `fitted` takes."""
    cited = claim.citations[0]
    outlet = shorten(escape(telling.sources[cited.n - 1].outlet), 60)
    quote = shorten(escape(cited.quote), 200)
    return [reports.rests_on(name, quote) for name in (link(outlet, cited.link), link(outlet, cited.url), outlet)]
