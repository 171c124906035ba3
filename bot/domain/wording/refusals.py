"""Why something that was asked for is not done; what is said about budgets in this way stands in `budget`.

Nearly everything imports this, so it imports nothing but the package.
"""

from collections.abc import Sequence

FEED, TOPIC, SCHEDULE, SERVER, MEMBER = "feed", "topic", "schedule", "server", "member"
"""What can be missing, see `missing`."""

NOT_AN_ADDRESS = "This is not a web address; one looks like https://example.org/feed."
HOST_UNREADABLE = "The host name of this address cannot be read."
ADDRESS_UNREADABLE = "an address that cannot be read"

NOT_DAYS = "Those are not days of the week; write them like Mon-Fri, weekdays, or Sat, Sun."
NOT_A_TIME = "That is not a time of day; write it like 08:00 or 8:30 pm."
NOT_A_ZONE = "That is not a time zone; write one like Europe/Berlin or America/New_York."

NOT_OPML = "That file is not a usable OPML file; nothing was imported."
NOT_XML = "That file is not well-formed XML; nothing was imported."
DOCUMENT_TYPE = "That file declares a document type, which no OPML file needs; nothing was imported."
FILE_TOO_LARGE = "That file is larger than 1 MB; nothing was imported."

FEED_KNOWN = "That feed is followed already; to change its topics, remove it and add it again."
FEED_UNKNOWN = "No feed with that address is followed; `feeds list` shows those that are."
NO_FEED_THERE = "no feed was found there"

NO_WORD_ADDED = "A topic needs a word to look for; nothing was added."
NO_WORD_LEFT = "A topic needs a word to look for; nothing was changed."
SAME_TOPIC = "Nothing was changed; name words, exclusions or feeds that differ."

NO_SCHEDULE = "This server has no schedule with that name; `/schedule list` shows those it has."
SCHEDULE_KNOWN = "That channel has the same schedule already."
SAME_SCHEDULE = "Nothing was changed; name something that differs from what `/schedule list` shows."
PAUSED = "That one is paused already; `/schedule resume` brings it back."
NOT_PAUSED = "That one is not paused; `/schedule list` says when it comes next."

STORY_OF_A_SERVER = (
    "You cannot follow that story. It rests on what this server alone reads, and direct messages bring only what"
    " everyone may read."
)
STORY_QUIET = "Nobody has reported on that story for three days, so there is nothing left to follow."
NOT_FOLLOWED = "You follow nothing of that name; `/unfollow` offers what you follow."

NO_STORY = "No story of that name was told in the last two weeks; please pick one from the list."
NO_RECORD = "That story is not on record any more."
NO_CLAIM = "That sentence is not in the story any more; please press the button again."
NO_ANSWER = "That question has no answer on record any more. Please ask in your own words."
ADDRESS_NOT_SEEN = "That address was not seen in any feed that I follow, so it was in no briefing."
NO_HEADLINE = "I have no article with a headline like that; its address is the surest way to name one."

NOT_OUR_BUTTON = "That button is not one of ours."

_NONE = "none"
_NAME_CHARS, _ADDRESS_CHARS = 80, 200


def missing(noun: str, key: str) -> str:
    """That something is not on record; an address is not repeated, for it may hold a password."""
    return f"There is no such {noun}." if "://" in key else f"There is no {noun} “{key}”."


def question_chars(most: int, chars: int) -> str:
    """A question of no or too many characters."""
    return f"A question has between 1 and {most:,} characters; this one has {chars:,}"


def address_chars(most: int) -> str:
    """An address that is too long."""
    return f"This address is longer than {most:,} characters, which is more than is kept."


def feeds_in_file(most: int) -> str:
    """A file with too many feeds."""
    return f"That file lists more than {most} feeds; nothing was imported."


def no_feed_added(why: str) -> str:
    """An address where there is no readable feed."""
    return f"No feed was added: {why}"


def own_feeds(most: int, own: int) -> str:
    """More feeds of its own than a server may have."""
    return f"A server may follow {most} feeds of its own; this one has {own}, so nothing was added."


def not_followed_here(address: str) -> str:
    """A feed that is to be read and is not followed."""
    return f"No feed at {address[:_ADDRESS_CHARS]} is followed here; `/feeds list` shows those that are."


def no_topic(name: str, topics: Sequence[str]) -> str:
    """A topic that there is not, and those that there are."""
    return f"There is no topic called “{name[:_NAME_CHARS]}”; the topics are: {_all(topics)}."


def no_topic_of_everyone(name: str, topics: Sequence[str]) -> str:
    """A topic that not everyone has, and those that everyone has."""
    return f"There is no topic called “{name[:_NAME_CHARS]}” that everyone has; those are: {_all(topics)}."


def topic_known(name: str) -> str:
    """A topic that there is already."""
    return f"There is a topic “{name}” already; `/topics edit` changes it."


def topics(most: int) -> str:
    """More topics than there may be."""
    return f"There are {most} topics, which is the most; remove one first."


def topic_in_use(name: str, schedules: Sequence[str]) -> str:
    """A topic that is not taken out while schedules are on it."""
    return f"Schedules are on “{name}” ({', '.join(schedules)}), so it stays; change or remove them first."


def topic_name(most_chars: int) -> str:
    """A name that no topic can have."""
    return (
        f"A topic's name has 1 to {most_chars} characters, one of them a letter or digit, and none of , @ # < > ` * ~ |"
    )


def said_instead(name: str) -> str:
    """A name that means something else where topics are named."""
    return f"“{name}” is what is said instead of a topic; please call it something else."


def topic_words(most: int) -> str:
    """More words than a topic may have."""
    return f"That is more than {most} words; nothing was changed."


def no_word(word: str) -> str:
    """What a topic cannot look for."""
    return f"“{word}” is no word that can be looked for; nothing was changed."


def schedules(most: int) -> str:
    """More schedules than a server may have."""
    return f"A server has {most} schedules at most; remove one first."


def follows(most: int) -> str:
    """More than a member may follow."""
    return f"You follow {most} things, which is the most; `/unfollow` one first."


def _all(names: Sequence[str]) -> str:
    return ", ".join(names) or _NONE
