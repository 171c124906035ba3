"""What is said about how the bot is."""

from datetime import datetime

from bot.domain.deliveries import Delivery
from bot.domain.health import FeedHealth
from bot.domain.rendering import escape, moment, moments_shown, shorten
from bot.domain.schedules import Schedule, Slot
from bot.domain.status import ModelState, Outcome, Program, outcome
from bot.domain.wording import plural

STATUS = "Shows how the bot is here: briefings, feeds, model. Only you see it; managers see more."
TITLE = "How things are"
NO_LAST = "Last briefing: none so far."
NO_FEEDS = "Feeds: none; `/feeds add` follows one."
NO_NEXT = "Next briefing: none; `/schedule add` sets one up, `/schedule resume` brings a paused one back."
EXTRACTS = "Model: none is set up; briefings and answers are extracts of the articles."
MOST_FEEDS = 10
_TROUBLE_CHARS = 220

_OUTCOMES = {
    Outcome.POSTED: "posted",
    Outcome.IN_PART: "posted in part only",
    Outcome.UNDER_WAY: "still on its way",
    Outcome.REFUSED: "refused there",
    Outcome.QUIET: "nothing was new, so nothing was posted",
}


def last(delivery: Delivery) -> str:
    """The latest edition."""
    what = _OUTCOMES[outcome(delivery)]
    return f"Last briefing: {moment(delivery.slot.due_at)} in {_place(delivery.destination)}, {what}."


def following(schedule: Schedule, slot: Slot, hindered: str) -> str:
    """The edition that comes next, and what keeps it from being posted as far as is known."""
    return f"Next briefing: {moment(slot.due_at)} in {_place(schedule.destination)}. {hindered}".rstrip()


def feeds(number: int, troubled: int) -> str:
    """How many there are, and how many fail."""
    if not number:
        return NO_FEEDS
    well = "all well" if number > 1 else "well"
    return f"Feeds: {number}, {well if not troubled else f'{troubled} of them in trouble'}."


def trouble(health: FeedHealth) -> str:
    """One feed that fails."""
    text = moments_shown(shorten(escape(health.trouble), _TROUBLE_CHARS))
    return f"- {shorten(escape(health.feed.outlet), 60)}: {text}"


def more(feeds: int) -> str:
    """Those that are not named."""
    return f"- and {feeds} more; `/feeds list` shows them all"


def model(state: ModelState) -> str:
    """Whether the model can be reached, as far as is known."""
    name = escape(state.model)
    if state.fails and state.failed_at:
        return f"Model: {name}, failed {_ago(state.failed_at)}; extracts are used meanwhile."
    return f"Model: {name}, {f'answered {_ago(state.answered_at)}' if state.answered_at else 'not asked yet'}."


def failure(state: ModelState) -> str:
    """Why the model failed last."""
    rest = f" It is left alone until {_ago(state.rests_until)}." if state.rests_until else ""
    return f"- {escape(state.reason)}.{rest}"


def backlog(deliveries: int, questions: int) -> str:
    """What is not finished."""
    return f"Under way or waiting: {plural(deliveries, 'briefing')}, {plural(questions, 'question')}."


def program(program: Program, stored_bytes: int) -> str:
    """The process."""
    megabytes = stored_bytes / 1_000_000
    return f"Version {program.version}, running since {moment(program.started_at)}; {megabytes:,.1f} MB are stored."


def version(program: Program) -> str:
    """The program's version alone."""
    return f"Version {program.version}."


def _place(destination: str) -> str:
    return f"<#{destination.removeprefix('discord:')}>"


def _ago(at: datetime) -> str:
    return f"<t:{int(at.timestamp())}:R>"
