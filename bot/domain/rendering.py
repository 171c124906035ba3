"""Rendering: briefings and answers as the messages that will stand, within Discord's limits.

Standard library only, no I/O. Whatever comes from a feed, a page or a model is escaped here, whoever checked it
before. Names a message's actions as custom_ids; the delivery adapter draws them.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain.articles import Tier
from bot.domain.briefings import Briefing, Claim, Form, Role, Source, Telling
from bot.domain.conversations import Answer, Status
from bot.domain.deliveries import Button, DeliveryId, Part, PartKind, Pending, Post, custom_id
from bot.domain.schedules import Slot
from bot.domain.wording import INVISIBLE

FRONT_CHARS = 1_200
CONTENT_CHARS = 2_000
BODY_CHARS = 4_000
TITLE_CHARS = 256
HEADLINE_WORDS = 12
THREAD_NAME_CHARS = 100
LATE_CHARS = 60
LINK_CHARS = 700
"""A longer link would leave no room for words; the citation's number then links to the article itself, or nothing."""
WORDS_A_MINUTE = 220
LATE = timedelta(minutes=5)
"""An edition posted so long after its time says so; less is what reading and writing take."""

_LABELS = {Role.WHY: "**Why it matters:** ", Role.DIFFERS: "**Sources differ:** "}
_TIERS = {Tier.FULL: "full text", Tier.FEED: "feed text", Tier.EXCERPT: "excerpt", Tier.HEADLINE: "headline only"}
_FORMS = {
    Form.HEADLINE: "-# Only the headline is known; follow the link to read on.",
    Form.QUOTED: "-# In the publisher's own words:",
}


def escape(text: str) -> str:
    """`text` as Discord shows it letter for letter: no mark-up, no mention, no link, no preview, one line."""
    plain = " ".join(INVISIBLE.sub("", text).split())
    marked = re.sub(r"([\\*_~`|>#\[\]<])", r"\\\1", plain)
    return re.sub(r"(?<=[a-zA-Z]):(?=//)", ":\u200b", marked).replace("@", "@\u200b")


def link(label: str, url: str) -> str:
    """A masked link without a preview; the label alone where the address would break out of it or is too long."""
    safe = re.sub(r"[\s<>()\[\]\\]", lambda found: f"%{ord(found[0]):02X}", url)
    return f"[{label}](<{safe}>)" if len(safe) <= LINK_CHARS and safe.startswith(("http://", "https://")) else label


def front(briefing: Briefing, zone: str) -> str:
    """The channel post: date and span in `zone`, what it rests on, a line a story, the label that software wrote it."""
    local = _local(briefing.created_at, zone)
    head = [
        f"**News briefing · {local:%A} {local.day} {local:%B %Y}**",
        f"{_span(briefing, zone)} · {_counts(briefing)}",
    ]
    tail = [f"-# {escape(note)}" for note in briefing.notes]
    if briefing.failed_feeds:
        tail.append(f"-# {_plural(len(briefing.failed_feeds), 'feed')} did not answer.")
    if briefing.tellings:
        tail.append("-# Questions? Press Ask, mention the bot in the thread, or use /ask.")
    tail.append(f"-# {signature(briefing, zone)}")
    room = FRONT_CHARS - sum(len(line) + 1 for line in (*head, *tail)) - 40 - LATE_CHARS
    return "\n".join([*head, *_story_lines(briefing.tellings, room), "", *tail])[:CONTENT_CHARS]


def as_posted(post: Post, slot: Slot, now: datetime) -> Post:
    """The front as it is posted now: below its date a late one says when it was planned, in the slot's own zone."""
    if now - slot.due_at < LATE:
        return post
    local = _local(now, slot.zone)
    day = "" if local.date() == slot.local_date else f" on {local.day} {local:%B}"
    date, _, rest = post.content.partition("\n")
    return replace(post, content=f"{date}\n-# Planned {slot.planned:%H:%M}, posted {local:%H:%M}{day}\n{rest}")


def signature(briefing: Briefing, zone: str) -> str:
    """By whom, when, and from how many articles a briefing was written."""
    local = _local(briefing.created_at, zone)
    how = f"the model {escape(briefing.engine.model)}" if briefing.engine.model else "extracts, no model"
    return (
        f"Written by software ({how}) at {local:%H:%M} {escape(zone)} "
        f"from {_plural(briefing.counts.articles, 'article')}; each claim links to its quote."
    )


def story(telling: Telling, zone: str, written_at: datetime) -> Post:
    """One thread message: headline, claims with citation marks, sources. No buttons yet."""
    claims = [_claim_forms(claim) for claim in telling.claims]
    sources = [_source_forms(n, each, zone) for n, each in enumerate(telling.sources, 1)]
    head = [[_FORMS[telling.form]]] if telling.form in _FORMS else []
    lines = _fitted([*head, *claims, ["\n**Sources**"], *sources], BODY_CHARS)
    local = _local(written_at, zone)
    return Post(
        title=shorten(escape(telling.headline), TITLE_CHARS),
        body="\n".join(lines).strip(),
        footer=f"{telling.topic} · written by software on {local.day} {local:%b %Y, %H:%M} "
        f"from {_plural(len(telling.sources), 'article')}",
    )


def claim_line(claim: Claim, *, links: int = 2) -> str:
    """A claim as a list item, its citation marks behind it: linked to the quote (2), to the article (1), or not (0)."""
    targets = {each.n: ("", each.url, each.link)[links] for each in claim.citations}
    marks = "".join(link(f"[{n}]", target) for n, target in targets.items())
    return f"- {_LABELS.get(claim.role, '')}{escape(claim.text)} {marks}"


def _claim_forms(claim: Claim) -> list[str]:
    return [claim_line(claim, links=links) for links in (2, 1, 0)]


def _fitted(rows: Sequence[Sequence[str]], room: int) -> list[str]:
    """A line for each row, all within `room` characters. A row holds the forms of one line, the one we want first.

    The longest line takes its next form until all fit; if none has another, the last ones go.
    """
    chosen = [0] * len(rows)
    lines = [row[0] for row in rows]
    while lines and sum(len(line) + 1 for line in lines) > room:
        shorter = [n for n in range(len(lines)) if chosen[n] + 1 < len(rows[n])]
        if not shorter:
            lines.pop()
            continue
        longest = max(shorter, key=lambda n: len(lines[n]))
        chosen[longest] += 1
        lines[longest] = rows[longest][chosen[longest]]
    return lines


def thread_name(briefing: Briefing, zone: str) -> str:
    """The thread's name, 100 characters at most."""
    local = _local(briefing.created_at, zone)
    return shorten(f"Briefing {local.day} {local:%B %Y}: {', '.join(briefing.topics)}", THREAD_NAME_CHARS)


def parts(briefing: Briefing, delivery: DeliveryId, zone: str) -> tuple[Part, ...]:
    """All messages of a delivery, none of them sent: the front, the thread, a message a story."""

    def part(index: int, kind: PartKind, post: Post) -> Part:
        return Part(index=index, kind=kind, post=post, state=Pending())

    name = thread_name(briefing, zone)
    labels = tuple(sorted({telling.topic for telling in briefing.tellings}))
    ask = Button(label="Ask", custom_id=custom_id(delivery, 0, "ask"))
    first = part(0, PartKind.FRONT, Post(content=front(briefing, zone), title=name, buttons=(ask,), labels=labels))
    thread = part(1, PartKind.THREAD, Post(title=name))
    rest = []
    for index, telling in enumerate(briefing.tellings, 2):
        post = story(telling, zone, briefing.created_at)
        button = Button(label="Ask about this", custom_id=custom_id(delivery, index, "ask"))
        rest.append(
            part(index, PartKind.STORY, Post(title=post.title, body=post.body, footer=post.footer, buttons=(button,)))
        )
    return (first, thread, *rest)


def preview(briefing: Briefing, zone: str) -> tuple[Post, ...]:
    """A briefing for one reader: the front and a message a story, without buttons."""
    stories = (story(telling, zone, briefing.created_at) for telling in briefing.tellings)
    return (Post(content=front(briefing, zone)), *stories)


def as_text(post: Post) -> str:
    """A post as one text, the way `messages` of a briefing document gives it."""
    if post.content:
        return post.content
    return "\n".join(filter(None, (f"**{post.title}**", post.body, f"-# {escape(post.footer)}" if post.footer else "")))


def answer_posts(answer: Answer) -> tuple[Post, ...]:
    """An answer as messages of at most 2,000 characters, split at claims."""
    lines = [_NOTHING[answer.status]] if answer.status is not Status.ANSWERED else []
    if answer.note:
        lines.append(f"-# {escape(answer.note)}")
    for claim in answer.claims:
        lines += _fitted([_claim_forms(claim)], CONTENT_CHARS)
    if answer.sources:
        lines.append("**Sources**" if answer.claims else "**Nearest to it**")
        titled = not answer.claims
        lines += [_source_forms(n, each, "UTC", titled=titled)[0] for n, each in enumerate(answer.sources, 1)]
    as_of = f"{answer.as_of.day} {answer.as_of:%B %Y, %H:%M} UTC"
    if answer.claims:
        count = _plural(len(answer.sources), "article")
        lines.append(f"-# As of {as_of} · written by software from {count}; each claim links to its quote.")
    else:
        lines.append(f"-# As of {as_of} · written by software.")
    return tuple(Post(content=text) for text in _packed(lines))


_NOTHING = {
    Status.NOT_COVERED: "Nothing that I have stored answers this.",
    Status.OVER_BUDGET: "Today's budget for the model is used up, and no stored sentence answers this by itself.",
    Status.UNAVAILABLE: "The model does not answer right now, and no stored sentence answers this by itself.",
}


def shorten(text: str, limit: int) -> str:
    """`text` within `limit` characters, cut at a word with an ellipsis; never ends in half an escape."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1].rsplit(" ", 1)[0] if " " in text[: limit - 1] else text[: limit - 1]
    return cut.rstrip("\\ ,;:") + "…"


def _packed(lines: Sequence[str]) -> list[str]:
    texts: list[str] = []
    for line in lines:
        fitting = line if len(line) <= CONTENT_CHARS else shorten(line, CONTENT_CHARS)
        if texts and len(texts[-1]) + 1 + len(fitting) <= CONTENT_CHARS:
            texts[-1] += "\n" + fitting
        else:
            texts.append(fitting)
    return texts


def _story_lines(tellings: Sequence[Telling], room: int) -> list[str]:
    if not tellings:
        return ["", "Nothing new on these topics in this time."]
    lines: list[str] = []
    for topic, group in groupby(tellings, key=lambda each: each.topic):
        lines += ["", f"**{escape(topic)}**"]
        for telling in group:
            words = telling.headline.split()
            short = " ".join(words[:HEADLINE_WORDS]) + ("…" if len(words) > HEADLINE_WORDS else "")
            lines.append(f"- {shorten(escape(short), 140)}")
    while sum(len(line) + 1 for line in lines) > room and len(lines) > 1:
        lines.pop()
        lines[-1] = "- … and more in the thread"
    return lines


def _source_forms(n: int, source: Source, zone: str, *, titled: bool = False) -> list[str]:
    """A source as a line of small print: with its link, and without."""
    local = _local(source.published_at, zone)
    name = f"{source.title} ({source.outlet})" if titled else source.outlet
    label = shorten(escape(name), 160 if titled else 60)
    rest = f" · {local.day} {local:%b %H:%M} · {_TIERS[source.tier]}"
    return [f"-# [{n}] {link(label, source.url)}{rest}", f"-# [{n}] {label}{rest}"]


def _span(briefing: Briefing, zone: str) -> str:
    since, until = _local(briefing.window.since, zone), _local(briefing.window.until, zone)
    return f"{since.day} {since:%b %H:%M} to {until.day} {until:%b %H:%M} ({escape(zone)})"


def _counts(briefing: Briefing) -> str:
    words = sum(len(claim.text.split()) for telling in briefing.tellings for claim in telling.claims)
    counts = briefing.counts
    return (
        f"{_plural(counts.stories, 'story', 'stories')} · {max(1, round(words / WORDS_A_MINUTE))} min · "
        f"{_plural(counts.articles, 'article')} from {_plural(counts.feeds, 'feed')}"
    )


def _plural(n: int, one: str, many: str = "") -> str:
    return f"{n} {one}" if n == 1 else f"{n} {many or one + 's'}"


def _local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))
