"""What is on record of an article, in sentences. Standard library only, no I/O."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.articles import Tier
from bot.domain.deliveries import Post
from bot.domain.reasons import Facts, Outcome, outcome, tellings_with
from bot.domain.rendering.text import escape, link, local, packed, plural, shorten
from bot.domain.topics import ON_TOPIC

_READ = {
    Tier.FULL: "Its page was read in full.",
    Tier.FEED: "Its text came with the feed; its page was not read.",
    Tier.EXCERPT: "Only an excerpt of it is known, from the feed.",
    Tier.HEADLINE: "Only its headline is known, so no claim can cite it.",
}
_OUTCOMES = {
    Outcome.NO_EDITION: "No briefing was written here since it was found.",
    Outcome.OFF_TOPIC: "That briefing left it out because it is on none of its topics ({topics}).",
    Outcome.OUTSIDE: "That briefing left it out because it was published outside its time, {since} to {until}.",
    Outcome.UNCHANGED: "That briefing left it out because its story was told before and had nothing new.",
    Outcome.CROWDED_OUT: "That briefing left it out because it did not fit: {left_out} were left out.",
    Outcome.NOT_CHOSEN: "That briefing left it out; its story as a whole may have counted too little on its topics.",
}
_MOST = 10


def reasons_posts(facts: Facts, zone: str) -> tuple[Post, ...]:
    """The record as messages of at most 2,000 characters; a destination stands as its own word, not escaped."""
    return tuple(Post(content=text) for text in packed(list(_lines(facts, zone))))


def _lines(facts: Facts, zone: str) -> Iterator[str]:
    article = facts.article
    title = link(shorten(escape(article.title), 200), article.url)
    yield f"**{title}** ({escape(article.outlet)})"
    feeds = escape(", ".join(facts.feeds)) or "a feed that is followed no more"
    published, seen = _when(article.published_at, zone), _when(article.seen_at, zone)
    yield f"- Published {published}, found {seen} in the feed of {shorten(feeds, 200)}. {_READ[article.tier]}"
    if not facts.members:
        yield "- It is in no story yet."
    elif facts.headline is None:
        yield f"- Its story has {plural(facts.members, 'article')} and was never told."
    else:
        headline = shorten(escape(facts.headline), 200)
        yield f"- Its story has {plural(facts.members, 'article')} and was last told as “{headline}”."
    counts = ", ".join(f"{escape(topic)} {score:.1f}" for topic, score in facts.scores) or "there are none"
    yield f"- What it counts on each topic: {shorten(counts, 600)}. From {ON_TOPIC:.0f} up it is on the topic."
    yield from _tellings(facts, zone)
    yield from _withheld(facts)


def _tellings(facts: Facts, zone: str) -> Iterator[str]:
    found = outcome(facts)
    for past in tellings_with(facts.told, facts.article.id)[-_MOST:]:
        cites = sum(any(c.article_id == facts.article.id for c in claim.citations) for claim in past.telling.claims)
        cited = f"{plural(cites, 'claim cites', 'claims cite')} it" if cites else "no claim cites it"
        yield f"- Told in {past.destination} on {_when(past.at, zone)}; {cited}."
    if found is Outcome.TOLD:
        yield "- What was told is not told again there."
        return
    if facts.edition is None:
        yield f"- {_OUTCOMES[found]}"
        return
    briefing = facts.edition.briefing
    written = _when(briefing.created_at, zone)
    yield f"- The first briefing since then was written {written} for {facts.edition.destination}."
    yield "- " + _OUTCOMES[found].format(
        topics=escape(", ".join(briefing.topics)),
        since=_when(briefing.window.since, zone),
        until=_when(briefing.window.until, zone),
        left_out=plural(briefing.counts.stories_left_out, "story", "stories"),
    )


def _withheld(facts: Facts) -> Iterator[str]:
    for each in facts.withheld[:_MOST]:
        text, reason = shorten(escape(each.text), 300), shorten(escape(each.reason), 300)
        yield f"- Withheld by the rule *{escape(each.rule)}*: “{text}” {reason}"
    if len(facts.withheld) > _MOST:
        yield f"- {len(facts.withheld) - _MOST} more drafted sentences were withheld."


def _when(moment: datetime, zone: str) -> str:
    there = local(moment, zone)
    return f"{there.day} {there:%b %H:%M}"
