"""What is said about what is kept of people and servers."""

from bot.domain.traces import Held
from bot.domain.wording import plural

GROUP = "What I keep of you: look at it, take it with you, delete it."
SHOW = "Shows you what I keep of you, and what for. Only you see it."
EXPORT = "Gives you all that I keep of you as a file. Only you see it."
DELETE = "Deletes all that I keep of you; asks you once before."
DELETE_WHAT = "What to delete: what is kept of you, unless you choose otherwise"
OF_YOU, OF_SERVER = "What is kept of you", "What is kept of this server (for its owner)"

FILE_NAME = "newsthread-kept-of-you.json"
EXPORTED = "This is all that I keep of you."
ONLY_OWNER = "Only the owner of this server can have it forgotten. Nothing was deleted."

SURE = (
    "This deletes your mutes and time zone, what you follow, the questions you asked me with their answers, and what"
    " you reported. It cannot be undone. What I posted stays where it stands, until somebody deletes it in Discord."
)
SURE_SERVER = (
    "This deletes all that I keep of this server: its schedules, its own topics and feeds with their articles, who may"
    " manage me, what was told and asked here. It cannot be undone. What I posted stays; so do I, until you remove me."
)
DELETE_ALL = "Delete all of it"
SERVER_GONE = (
    "Forgotten: schedules, own topics and feeds with their articles, settings, what was told and asked here. What"
    " models took is still counted, for nobody. `/setup` begins anew."
)

_WAITING = (
    "question that waits for an answer, with the message that it is about",
    "questions that wait for an answer, with the messages that they are about",
)


def shown(held: Held) -> str:
    """How much of what is kept, and what for."""
    traces = held.traces
    zone = held.member.zone or "none"
    return "\n".join(
        [
            "**What I keep of you**",
            f"- {plural(len(held.member.muted), 'muted topic')} and your time zone ({zone}),"
            " for what comes to you alone",
            f"- {plural(len(held.follows), 'thing')} that you follow, and the record of"
            f" {plural(traces.briefings, 'briefing')} sent to you, so that each comes once",
            f"- {_answered(len(traces.turns))}, so that you can ask on; old ones go by themselves",
            f"- {plural(len(traces.questions), *_WAITING)}",
            f"- {plural(len(traces.usage), 'call')} of a model booked on you, for budgets",
            f"- {plural(len(traces.reports), 'report')} of what was wrong, for those who look after the server",
            "Of other messages I keep nothing. `/privacy export` gives you all of it, `/privacy delete` deletes it.",
        ]
    )


def gone(held: Held) -> str:
    """What was just deleted."""
    traces = held.traces
    return (
        f"Deleted: {plural(len(held.member.muted), 'mute')}, {plural(len(held.follows), 'follow')} with the record of"
        f" {plural(traces.briefings, 'briefing')}, {_answered(len(traces.turns))},"
        f" {plural(len(traces.questions), 'question')} that waited, {plural(len(traces.reports), 'report')}."
        f" {plural(len(traces.usage), 'call of a model is', 'calls of a model are')} still counted, for nobody. What"
        " you ask me from now on is kept anew."
    )


def _answered(n: int) -> str:
    return plural(n, "question with its answer", "questions with their answers")
