"""What is said while the bot is set up."""

from collections.abc import Sequence

from bot.domain.rendering import moment
from bot.domain.schedules import Schedule, Slot
from bot.domain.wording.commands import planned

COMMAND = "Sets up a regular briefing for this server, step by step; also who may manage me."
COMMAND_ZONE = "Time zone, such as Europe/Berlin"
COMMAND_TIME = "Time of day, such as 08:00 or 8:30 pm"
COMMAND_ROLE = "A role whose members may manage me; named again, they may no longer"
COMMAND_LOG = "Where I tell those who look after this server what members report"

WELCOME = (
    "## A briefing for this server\nPick a channel, the topics, your time zone and a time of day. **Preview** shows you"
    " what I would tell now; nothing is stored or posted before you press **Done**."
)
CHANNEL = "Where to post: a text, announcement or forum channel"
TOPICS = "What to tell of"
ZONE = "Time zone"
AT = "Time of day"
OTHER_ZONE, OTHER_AT, PREVIEW, DONE = "Other zone…", "Other time…", "Preview", "Done"
OTHERS = {
    "other-zone": ("Another time zone", "Time zone", "Such as Europe/Berlin or America/New_York"),
    "other-at": ("Another time of day", "Time of day", "Such as 06:45 or 8:30 pm"),
}

PICK_A_CHANNEL = "Please pick a channel in the first menu; nothing was stored yet."
OLD_PANEL = "That panel is out of date. Please run `/setup` for a new one."
RUN_SETUP = (
    "Thank you for having me in **{server}**. I may not write in any of its channels yet. To get a regular briefing,"
    " give me View Channel and Send Messages in one of them and run `/setup` there: it takes a minute."
)
NEEDS_ADMIN = "Only members who may manage this server can name a role for managing me. Nothing was stored."
NOT_EVERYONE = "Then everybody could manage me; please name another role. Nothing was stored."


def first(at: str, zone: str, slot: Slot) -> str:
    """When the first one would come; each reader sees it in his own time, which shows a wrong zone."""
    return f"Every day at **{at}** ({zone}); the first one would come {moment(slot.due_at)} your time."


def done(schedules: Sequence[Schedule], place: str, slot: Slot) -> str:
    """What was set up."""
    more = "`/topics` and `/feeds` change what it tells of, `/schedule` when and where."
    return f"## All set\n{planned(schedules, place, slot)} {more}"


def manages(role: str) -> str:
    """A role whose members may manage the bot from now on."""
    return f"Members with {role} may manage me from now on."


def manages_no_longer(role: str) -> str:
    """A role whose members may manage the bot no longer."""
    return f"Members with {role} may manage me no longer, unless they may manage this server."


def reports_go(place: str) -> str:
    """Where reports go from now on."""
    return f"What members report comes to {place} from now on."
