"""What `/why` says of an article: what is on record of it, and why it was told or not."""

from bot.domain.articles import Tier
from bot.domain.reasons import Outcome
from bot.domain.wording import plural
from bot.domain.wording.faults import RULES

READ = {
    Tier.FULL: "Its page was read in full.",
    Tier.FEED: "Its text came with the feed; its page was not read.",
    Tier.EXCERPT: "Only an excerpt of it is known, from the feed.",
    Tier.HEADLINE: "Only its headline is known, so no claim can cite it.",
}
FEED_FORGOTTEN = "a feed that is followed no more"
NO_STORY = "It is in no story yet."
NO_TOPIC = "there are none"
NOT_AGAIN = "What was told is not told again there."
_OUTCOMES = {
    Outcome.NO_EDITION: "No briefing was written here since it was found.",
    Outcome.OFF_TOPIC: "That briefing left it out because it is on none of its topics ({topics}).",
    Outcome.OUTSIDE: "That briefing left it out because it was published outside its time, {since} to {until}.",
    Outcome.UNCHANGED: "That briefing left it out because its story was told before and had nothing new.",
    Outcome.CROWDED_OUT: "That briefing left it out because it did not fit: {left_out} were left out.",
    Outcome.NOT_CHOSEN: "That briefing left it out; its story as a whole may have counted too little on its topics.",
}


def found(published: str, seen: str, feeds: str) -> str:
    """When an article was published and found."""
    return f"Published {published}, found {seen} in the feed of {feeds}."


def in_story(articles: int, headline: str) -> str:
    """What story an article is in; without a headline it was never told."""
    last = f"was last told as “{headline}”." if headline else "was never told."
    return f"Its story has {plural(articles, 'article')} and {last}"


def on_topics(scores: str, least: float) -> str:
    """What an article counts."""
    return f"What it counts on each topic: {scores}. From {least:.0f} up it is on the topic."


def told_in(place: str, moment: str, cites: int) -> str:
    """Where and when an article was told."""
    cited = f"{plural(cites, 'claim cites', 'claims cite')} it" if cites else "no claim cites it"
    return f"Told in {place} on {moment}; {cited}."


def first_since(moment: str, place: str) -> str:
    """The first briefing that could have told an article."""
    return f"The first briefing since then was written {moment} for {place}."


def became(outcome: Outcome, topics: str, since: str, until: str, left_out: int) -> str:
    """What became of an article."""
    stories = plural(left_out, "story", "stories")
    return _OUTCOMES[outcome].format(topics=topics, since=since, until=until, left_out=stories)


def withheld(rule: str, text: str, reason: str) -> str:
    """A drafted sentence that was not shown."""
    return f"Withheld by the rule *{RULES.get(rule, rule)}*: “{text}” {reason}"


def more_withheld(n: int) -> str:
    """That there were more of them."""
    return f"{n} more drafted sentences were withheld."
