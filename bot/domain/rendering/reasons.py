"""What is on record of an article, in sentences. Standard library only, no I/O."""

from collections.abc import Iterator

from bot.domain.deliveries import Post
from bot.domain.reasons import Facts, Outcome, outcome, tellings_with
from bot.domain.rendering.text import escape, link, moment, packed, shorten
from bot.domain.topics import ON_TOPIC
from bot.domain.wording import reasons as wording

_MOST = 10


def reasons_posts(facts: Facts) -> tuple[Post, ...]:
    """The record as messages of at most 2,000 characters; a destination stands as its own word, not escaped."""
    article = facts.article
    title = link(shorten(escape(article.title), 200), article.url)
    lines = [f"**{title}** ({shorten(escape(article.outlet), 60)})", *(f"- {each}" for each in _sentences(facts))]
    return tuple(Post(content=text) for text in packed(lines))


def _sentences(facts: Facts) -> Iterator[str]:
    article = facts.article
    feeds = shorten(escape(", ".join(facts.feeds)), 200) or wording.FEED_FORGOTTEN
    found = wording.found(moment(article.published_at), moment(article.seen_at), feeds)
    yield f"{found} {wording.READ[article.tier]}"
    headline = shorten(escape(facts.headline or ""), 200)
    yield wording.in_story(facts.members, headline) if facts.members else wording.NO_STORY
    scores = ", ".join(f"{escape(topic)} {score:.1f}" for topic, score in facts.scores) or wording.NO_TOPIC
    yield wording.on_topics(shorten(scores, 600), ON_TOPIC)
    yield from _tellings(facts)
    yield from _withheld(facts)


def _tellings(facts: Facts) -> Iterator[str]:
    found = outcome(facts)
    for past in tellings_with(facts.told, facts.article.id)[-_MOST:]:
        cites = sum(any(c.article_id == facts.article.id for c in claim.citations) for claim in past.telling.claims)
        yield wording.told_in(str(past.destination), moment(past.at), cites)
    if found is Outcome.TOLD:
        yield wording.NOT_AGAIN
        return
    if facts.edition is None:
        yield wording.became(found, "", "", "", 0)
        return
    briefing = facts.edition.briefing
    yield wording.first_since(moment(briefing.created_at), facts.edition.destination)
    since, until = moment(briefing.window.since), moment(briefing.window.until)
    topics = escape(", ".join(briefing.topics))
    yield wording.became(found, topics, since, until, briefing.counts.stories_left_out)


def _withheld(facts: Facts) -> Iterator[str]:
    for each in facts.withheld[:_MOST]:
        text, reason = shorten(escape(each.text), 300), shorten(escape(each.reason), 300)
        yield wording.withheld(escape(each.rule), text, reason)
    if len(facts.withheld) > _MOST:
        yield wording.more_withheld(len(facts.withheld) - _MOST)
