"""What briefings, answers and notes say around what is quoted.

No mark-up beside emphasis: whatever is put in was escaped before.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.articles import Tier
from bot.domain.briefings import Form
from bot.domain.conversations import Status
from bot.domain.wording import WEEKDAYS, dated, month_day, plural, short_day

ASK = "Ask"
ASK_ABOUT = "Ask about this"
SOURCES_SHOWN = "Sources"
TIMELINE = "Timeline"
FOLLOW = "Follow this story"
MUTE = "Mute this topic for me"
WRONG = "Wrong?"

NOTHING_NEW = "Nothing new on these topics in this time."
MORE_BELOW = "… and more below"
STORY_OVER = "Nobody has reported on this story for three days, so you follow it no longer."
HOW_TO_ASK = "Questions? Press Ask, reply to the bot, or use /ask."
HOW_TO_ASK_ALONE = "Questions? Use /ask."

NOW = "**Now:**"
WHY = "**Why it matters:**"
POINTS = "**In detail**"
DIFFERS = "**Sources differ:**"
SOURCES = "**Sources**"
NEAREST = "**Nearest to it**"
WHAT_THEY_SAY = "What they say about it:"
TIERS = {
    Tier.FULL: "full text",
    Tier.FEED: "feed text",
    Tier.EXCERPT: "excerpt",
    Tier.HEADLINE: "headline only",
}
FORMS = {
    Form.HEADLINE: "Only the headline is known; follow the link to read on.",
    Form.QUOTED: "In the publisher's own words:",
}

NO_ANSWER = {
    Status.NOT_COVERED: "Nothing that I have stored answers this.",
    Status.OVER_BUDGET: "Today's budget for the model is used up, and no stored sentence answers this by itself.",
    Status.UNAVAILABLE: "The model does not answer right now, and no stored sentence answers this by itself.",
}

HEADLINE_ALONE = "Only the headline of this story is known so far."
TIMELINE_SIGNED = "Dated by publication · written by software; each claim links to its quote."
ARTICLE = "[article]"


def heading(there: datetime) -> str:
    """The first line of a front."""
    return f"**News briefing · {WEEKDAYS[there.weekday()]} {dated(there)}**"


def thread_named(there: datetime, topics: Sequence[str]) -> str:
    """The name of a briefing's thread, as long as its topics are."""
    return f"Briefing {dated(there)}: {', '.join(topics)}"


def span(since: datetime, until: datetime, zone: str) -> str:
    """What a briefing covers, in its schedule's zone."""
    return f"{short_day(since)} {since:%H:%M} to {short_day(until)} {until:%H:%M} ({zone})"


def counts(stories: int, minutes: int, articles: int, feeds: int) -> str:
    """What a briefing holds and rests on; one without stories takes no time."""
    told = f"{plural(stories, 'story', 'stories')} · {minutes} min · " if stories else ""
    return f"{told}{plural(articles, 'article')} from {plural(feeds, 'feed')}"


def late(planned: str, there: datetime, *, same_day: bool) -> str:
    """That an edition is late."""
    day = "" if same_day else f" on {month_day(there)}"
    return f"Planned {planned}, posted {there:%H:%M}{day}"


def unread_feeds(n: int, hosts: Sequence[str]) -> str:
    """How many feeds could not be read, and which, where they are to be named."""
    named = f": {', '.join(hosts)}." if hosts else "."
    return f"{plural(n, 'feed')} could not be read{named}"


def unchanged(names: Sequence[str], more: int) -> str:
    """Which stories have nothing new."""
    if not names:
        return f"Nothing new on {more} others."
    return f"Nothing new on: {', '.join(names)}" + (f" and {more} more." if more else ".")


def signature(model: str, there: datetime, zone: str, articles: int, claims: int) -> str:
    """By whom, when and from what a briefing was written; without a `model` by extracts."""
    how = f"the model {model}" if model else "extracts, no model"
    backed = "; each claim links to its quote" if claims else ""
    return f"Written by software ({how}) at {there:%H:%M} {zone} from {plural(articles, 'article')}{backed}."


def story_signature(topic: str, articles: int) -> str:
    """Below a story, whose sources say as of when."""
    return f"{topic} · written by software from {plural(articles, 'article')}"


def untitled(outlet: str) -> str:
    """What a story is called whose articles have no title that is one."""
    return f"An article in {outlet}"


def new_since(moment: str) -> str:
    """When a place was last told of a story."""
    return f"New since {moment}"


def sources_as_of(moment: str) -> str:
    """Above the sources of a story."""
    return f"{SOURCES} as of {moment}"


def more_sources(n: int) -> str:
    """Below the sources that are shown."""
    return f"… and {plural(n, 'more article')}"


def answer_signature(moment: str, articles: int) -> str:
    """Below an answer; without claims of its own it rests on no article."""
    how = f" from {plural(articles, 'article')}; each claim links to its quote" if articles else ""
    return f"As of {moment} · written by software{how}."


def earlier_claims(n: int) -> str:
    """That a timeline had more."""
    return f"{plural(n, 'earlier claim is', 'earlier claims are')} not shown."


def corrected_on(moment: str) -> str:
    """Behind a claim of a timeline that was corrected."""
    return f"*corrected {moment}*"


def corrected_title(title: str) -> str:
    """The title of a story one of whose claims was corrected."""
    return f"Corrected: {title}"


def corrected(moment: str) -> str:
    """Before what a source says of a posted claim by now."""
    return f"Corrected {moment}:"


def correction(moment: str, quoted: str, now: str) -> str:
    """What a thread is told of a correction."""
    return f"**Correction** {moment}: “{quoted}” — {now}"


def correction_signature(moment: str) -> str:
    """Below a correction."""
    return f"Written by software {moment} from 1 article, read again then."


def says_now(outlet: str, now: str) -> str:
    """What a source says in a posted claim's place; without `now` that it is another figure."""
    return f"{outlet} now says “{now}”" if now else f"{outlet} has another figure now."


def says_no_longer(outlet: str) -> str:
    """That a source took back a posted claim."""
    return f"{outlet} no longer says this."


def told_by_extracts(n: int, of: int, reason: str) -> str:
    """A note on a front: the model did not write these."""
    return f"{n} of {of} stories are told by extracts or headlines: {reason}."


def left_out(n: int) -> str:
    """A note on a front: what had no room."""
    return f"{plural(n, 'more story', 'more stories')} did not fit."


def noted(at: datetime, claim: str) -> str:
    """A note on a front: a posted claim that was corrected since the last one."""
    return f"Corrected on {short_day(at)}: “{claim}”."


def more_corrected(n: int) -> str:
    """A note on a front: how many more were."""
    return f"{plural(n, 'more claim was', 'more claims were')} corrected."
