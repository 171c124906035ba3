"""What commands, buttons and questions say to members."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.destinations import Pause
from bot.domain.rendering import escape, moment
from bot.domain.schedules import Schedule, Slot
from bot.domain.wording import WEEKDAYS, listed

BRIEF = "Shows you what is new, with sources. Only you see it."
BRIEF_TOPIC = "One topic; all of them if you leave this out"
BRIEF_HOURS = "How many hours back, 24 if you leave this out"

ASK = "Answers a question from the stored articles, with sources."
ASK_QUESTION = "Your question"
ASK_TOPIC = "Look among the articles on this topic only"
ASK_TITLE = "Ask about the news"
ASK_LABEL = "Your question"
ASK_HINT = "Answered from the stored articles, with sources"
ASK_ABOUT = "Ask about this"
ABOUT_LABEL = "The message that it is about"
ABOUT_HINT = "It helps to find the articles that are meant, and is not believed."

STORY = "Shows what was told of a story so far, dated and with sources. Only you see it."
STORY_NAME = "Which story; pick it from the list"
WHY = "Says why an article was in the briefings, or why not. Only you see it."
WHY_TEXT = "The article's address, or words of its headline"

SCHEDULE = "Regular briefings in the channels of this server."
SCHEDULE_ADD = "Posts a briefing in a channel every day, or on some days of the week."
SCHEDULE_EDIT = "Changes a regular briefing; what you leave out stays as it is."
SCHEDULE_LIST = "Shows the regular briefings of this server."
SCHEDULE_REMOVE = "Ends a regular briefing; what was posted stays."
SCHEDULE_PAUSE = "Lets a regular briefing rest until you resume it."
SCHEDULE_RESUME = "Lets a paused briefing go on from now."
SCHEDULE_PREVIEW = "Shows you what a regular briefing would tell now. Only you see it; nothing is posted."
SCHEDULE_CHANNEL = "Where to post: a text, announcement or forum channel"
SCHEDULE_AT = "Time of day, such as 08:00 or 8:30 pm; several with commas between them"
SCHEDULE_DAYS = "Days of the week, such as Mon-Fri, weekdays, or Sat, Sun; every day if you leave this out"
SCHEDULE_QUIET = "What to do when there is nothing new: say so, unless you choose otherwise"
SCHEDULE_NEW_DAYS = "New days of the week, such as Mon-Fri, weekdays, every day"
SCHEDULE_NEW_QUIET = "What to do when there is nothing new"
QUIET_SAID, QUIET_SKIPPED = "Say that there is nothing new", "Post nothing"
PAUSED = "**Paused**; `/schedule resume` brings it back."
WOULD_BE_SKIPPED = "Nothing is new, so it would be skipped."
SCHEDULE_ZONE = "Time zone, such as Europe/Berlin"
SCHEDULE_TOPICS = "Topics with commas between them; all of them if you leave this out"
SCHEDULE_NAME = "Which one"
SCHEDULE_NEW_CHANNEL = "Where to post from the next one on"
SCHEDULE_NEW_AT = "New time of day, such as 08:00 or 8:30 pm; it counts from when it comes next"
SCHEDULE_NEW_ZONE = "New time zone, such as Europe/Berlin"
SCHEDULE_NEW_TOPICS = "New topics with commas between them, or: all"
ALL_TOPICS = "all"
CHANNEL_NOT_SEEN = "I cannot see that channel; give me the permission View Channel there. Nothing was stored."
CHANNEL_GONE = "a channel that is gone"
NOT_THERE = "Its channel is gone; `/schedule edit` moves it to another."
NO_SCHEDULES = "This server has no regular briefings yet. `/schedule add` sets one up."

FOLLOW = "Briefings for you alone, by direct message."
FOLLOW_TOPIC = "Sends you what is new on a topic, on days when there is something."
FOLLOW_TOPIC_NAME = "Which topic"
FOLLOW_STORY = "Sends you what is new of one story, until nobody reports on it any more."
FOLLOW_AT = "Time of day, such as 8:30 pm; 08:00 if you leave this out"
FOLLOW_ZONE = "Your time zone, such as Europe/Berlin; I remember it"
UNFOLLOW = "Ends what you follow, or brings back a topic that you muted."
UNFOLLOW_NAME = "Which one; pick it from the list"
UNMUTE = "Unmute"
TAKES_NO_MESSAGES = (
    "I could not reach you by direct message, so what you follow rests. Your settings are kept: allow direct messages"
    " from a server that we share (its menu, Privacy Settings), and the next briefing comes by itself. `/unfollow` ends"
    " what you do not want any more."
)

WHAT_TO_ASK = (
    "What would you like to know? Mention me with your question, reply to me with the mention on, or use `/ask`."
)
ONE_AFTER_THE_OTHER = "I am still at two questions of yours; please ask this one again when they are answered."
TOO_MANY_QUESTIONS = "I am asked more than I can answer right now. Please ask again in a few minutes."
LOST = "This question was lost before I could answer it. Please ask again."
REST_LOST = "The rest of this answer was lost before I could post it. For all of it, please ask again."
PERHAPS_LOST = "I was interrupted here. If the answer does not stand whole, please ask again."
NO_MORE_HERE = "There is more, but Discord takes no more messages from me here. Choose one topic, or fewer hours."
NOT_STORED = "I cannot store anything right now, so nothing was done. Please try again in a few minutes."
UNEXPECTED = "Something went wrong on our side; nothing was changed. Please try again in a moment."
REST_NOT_SENT = "The rest could not be sent. What stands above holds; for all of it, please ask again in a moment."
NEEDS_MANAGER = "Only members who may manage this server, or have a role named for it in `/setup`, can do that."
SERVER_ONLY = "That works in a server only, not in direct messages."
NOT_ALLOWED = "You may not do that here."
COMMAND_CHANGED = "That command has changed. Please wait a minute, reload Discord and try again."
NOT_TAKEN = "One of the values could not be read; please pick it from the list that Discord offers."
CHANNEL_UNSEEN = "I cannot see that channel. Please give me the permission View Channel there and try again."
OLD_BUTTON = "That button does nothing any more."

PERMISSIONS = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages (Create Posts in a forum)",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
    "create_public_threads": "Create Public Threads",
    "send_messages_in_threads": "Send Messages in Threads",
}


def missing_permissions(place: str, names: Sequence[str]) -> str:
    """Which permissions the bot lacks in a channel."""
    return f"I cannot post in {place} yet. Please give me there: {_permissions(names)}. Nothing was stored."


def lacking(names: Sequence[str]) -> str:
    """Which permissions the bot lacks where it is to post."""
    return f"I cannot post there; please give me: {_permissions(names)}."


def _permissions(names: Sequence[str]) -> str:
    return listed([PERMISSIONS[name] for name in names])


def lost_here(asked_at: datetime) -> str:
    """For all in a channel: a question whose asker cannot be reached any more by himself."""
    return f"A question asked here on {moment(asked_at)} was lost, or the rest of its answer. Please ask again."


def lost_elsewhere(asked_at: datetime) -> str:
    """For one asker, told directly: his question in a place where the bot cannot write."""
    return f"A question that you asked on {moment(asked_at)} was lost, or the rest of its answer. Please ask again."


def planned(schedules: Sequence[Schedule], place: str, first: Slot) -> str:
    """Schedules that were just added."""
    lines = [f"`{each.id}` · {regularly(each, place)}" for each in schedules]
    return "\n".join([*lines, f"The first one comes {when(first)}. `/schedule preview` shows what it would tell now."])


def changed(schedule: Schedule, place: str, following: Slot) -> str:
    """A schedule that was just edited."""
    return f"{regularly(schedule, place)}\n{PAUSED if schedule.paused else f'The next one comes {when(following)}.'}"


def paused(schedule: Schedule, place: str) -> str:
    """A schedule that rests from now on."""
    return f"{regularly(schedule, place)}\n{PAUSED}"


def resumed(schedule: Schedule, place: str, following: Slot) -> str:
    """A schedule that goes on."""
    return f"{changed(schedule, place, following)} It tells what is new since the last one, of seven days at most."


def previewed(schedule: Schedule, place: str, following: Slot, *, is_quiet: bool) -> str:
    """What stands under a preview."""
    skipped = f" {WOULD_BE_SKIPPED}" if is_quiet and not schedule.says_quiet else ""
    return f"This is what would be told now.{skipped} {changed(schedule, place, following)}"


def ended(schedule: Schedule, place: str) -> str:
    """A schedule that was just removed."""
    return f"There will be no more regular briefing in {place} at {schedule.at:%H:%M}. What was posted stays."


def followed(schedule: Schedule, name: str, following: Slot) -> str:
    """What a member follows from now on."""
    more = "Press the button again or use" if schedule.story else "Use"
    return (
        f"You follow “{escape(name)}”: a direct message at {schedule.at:%H:%M} ({schedule.zone}), on days with"
        f" something new. The first time is {when(following)}. {more} `/unfollow` to end it, `/follow` to change the"
        " time."
    )


def unfollowed(name: str) -> str:
    """What a member follows no longer."""
    return f"You do not follow “{escape(name)}” any more."


def muted(topic: str) -> str:
    """A topic that a member wants to read nothing of."""
    return (
        f"You hear nothing more of {escape(topic)}: your own `/brief` and what you follow leave it out. What is posted"
        " in channels stays for everyone."
    )


def muted_choice(topic: str) -> str:
    """A muted topic in a list."""
    return f"Muted: {topic}"


def unmuted(topic: str) -> str:
    """A topic that is muted no longer."""
    return f"Your own briefings tell of {escape(topic)} again."


def entry(schedule: Schedule, place: str, following: Slot, *, closed: Pause | None, hindered: str) -> str:
    """One line of a list of schedules: `closed` when it was last posted, `hindered` by what is known now."""
    rest = f"Next: {when(following)}."
    if schedule.paused:
        rest = PAUSED
    elif closed is not None:
        why = (hindered or closed.reason).rstrip(".")
        since = f"paused: the bot has no access since {moment(closed.since)} ({why})"
        rest = f"**{since}**; it goes on by itself once it has."
    elif hindered:
        rest = f"**{hindered}**"
    return f"`{schedule.id}` · {regularly(schedule, place)} {rest}"


def choice(schedule: Schedule, place: str) -> str:
    """A schedule in a list to choose from."""
    days = f" {weekly(schedule.weekdays)}" if schedule.weekdays else ""
    return f"{schedule.at:%H:%M}{days} {schedule.zone} in {place}{' (paused)' if schedule.paused else ''}"


def regularly(schedule: Schedule, place: str) -> str:
    """When, where and on what."""
    topics = escape(listed(schedule.topics)) or "all topics"
    shown = topics if len(topics) <= 60 else f"{len(schedule.topics)} topics"
    quiet = "" if schedule.says_quiet else " Nothing is posted when nothing is new."
    return f"{weekly(schedule.weekdays)} at {schedule.at:%H:%M} ({schedule.zone}) in {place}, on {shown}.{quiet}"


def weekly(weekdays: Sequence[int]) -> str:
    """On which days: `Every day`, `Monday to Friday`, `Sunday and Monday`."""
    if not weekdays:
        return "Every day"
    names = [WEEKDAYS[day] for day in weekdays]
    is_span = len(names) > 2 and weekdays[-1] - weekdays[0] == len(names) - 1
    return f"{names[0]} to {names[-1]}" if is_span else listed(names)


def when(slot: Slot) -> str:
    """When a slot is due."""
    return moment(slot.due_at)
