"""What is said about topics."""

from collections.abc import Sequence

from bot.domain.rendering import escape, shorten
from bot.domain.topics import ServedTopic, Topic
from bot.domain.wording import plural

GROUP = "What the briefings here are about."
ADD = "Adds a topic for this server."
EDIT = "Changes a topic for this server; what you leave out stays as it is."
REMOVE = "Takes a topic out for this server."
LIST = "Shows the topics of this server, with their words and feeds."
NAME = "What it is called, such as Space flight"
WHICH = "Which one"
WORDS = "Words with commas between: rocket*, moon + landing. * is any ending, + needs both"
EXCLUSIONS = "Words that keep an article out, with commas between"
NEW_EXCLUSIONS = "New words that keep an article out; none: no words at all"
FEEDS = "Addresses of feeds it reads alone, with commas between; every feed if you leave this out"
NEW_FEEDS = "New addresses of feeds it reads alone, or: all"
NONE, ALL = "none", "all"

_MAX_CHARS = 1_900  # words and exclusions stand on one card

EMPTY = "This server has no topics. `/topics add` adds one."


def added(topic: Topic) -> str:
    """A topic that was just added."""
    words = _listed(topic.words)
    return f"Added **{escape(topic.name)}**: {words}. Schedules on all topics tell of it from the next one on."


def changed(topic: Topic) -> str:
    """A topic that was just changed."""
    return f"Changed **{escape(topic.name)}** for this server:\n{_rules(topic)}"


def removed(topic: Topic) -> str:
    """A topic that was just removed."""
    return f"**{escape(topic.name)}** is taken out for this server. What was posted on it stays."


def entry(served: ServedTopic) -> str:
    """One line of a list of topics."""
    topic = served.topic
    count = plural(len(served.feeds), "feed")
    own = ", this server's own" if topic.server else ""
    return f"**{escape(topic.name)}** ({count}{own})\n{_rules(topic)}"


def _rules(topic: Topic) -> str:
    without = f"\n-# Not with: {_listed(topic.exclusions)}" if topic.exclusions else ""
    return f"-# {_listed(topic.words)}{without}"


def _listed(words: Sequence[str]) -> str:
    return shorten(escape(", ".join(words)), _MAX_CHARS)
