"""Rendering: briefings and answers as the messages that will stand, within Discord's limits.

Standard library only, no I/O. Whatever comes from a feed, a page or a model is escaped here, whoever checked it
before. Names a message's actions as custom_ids; the delivery adapter draws them.
"""

from dataclasses import replace

from bot.domain.briefings import Briefing
from bot.domain.deliveries import Button, DeliveryId, Part, PartKind, Pending, Post, custom_id
from bot.domain.rendering.answers import answer_posts
from bot.domain.rendering.front import (
    FRONT_CHARS,
    HEADLINE_WORDS,
    LATE,
    LATE_CHARS,
    THREAD_NAME_CHARS,
    as_posted,
    front,
    signature,
    thread_name,
)
from bot.domain.rendering.reasons import reasons_posts
from bot.domain.rendering.sources import Wrong, sources_posts, wrong_text
from bot.domain.rendering.story import BODY_CHARS, STORY_COLOUR, TITLE_CHARS, claim_line, story
from bot.domain.rendering.text import (
    CONTENT_CHARS,
    LINK_CHARS,
    MOMENT,
    SMALL,
    escape,
    link,
    moment,
    moments_shown,
    shorten,
)
from bot.domain.rendering.timeline import timeline_posts
from bot.domain.wording import posts as wording

__all__ = [
    "ASK",
    "BODY_CHARS",
    "CONTENT_CHARS",
    "FOLLOW",
    "FRONT_CHARS",
    "HEADLINE_WORDS",
    "LATE",
    "LATE_CHARS",
    "LINK_CHARS",
    "MOMENT",
    "MUTE",
    "SOURCES",
    "STORY_COLOUR",
    "THREAD_NAME_CHARS",
    "TIMELINE",
    "TITLE_CHARS",
    "WRONG",
    "Wrong",
    "answer_posts",
    "as_posted",
    "as_text",
    "claim_line",
    "escape",
    "front",
    "link",
    "moment",
    "moments_shown",
    "parts",
    "preview",
    "reasons_posts",
    "shorten",
    "signature",
    "sources_posts",
    "story",
    "thread_name",
    "timeline_posts",
    "whispered",
    "wrong_text",
]

ASK, SOURCES, TIMELINE, FOLLOW, MUTE, WRONG = "ask", "sources", "story", "follow", "mute", "wrong"
"""The actions of our buttons."""

_STORY_BUTTONS = {
    ASK: wording.ASK_ABOUT,
    SOURCES: wording.SOURCES_SHOWN,
    TIMELINE: wording.TIMELINE,
    FOLLOW: wording.FOLLOW,
    MUTE: wording.MUTE,
    WRONG: wording.WRONG,
}


def parts(briefing: Briefing, delivery: DeliveryId, zone: str) -> tuple[Part, ...]:
    """All messages of a delivery, none of them sent: the front, the thread, a message a story."""

    def part(index: int, kind: PartKind, post: Post) -> Part:
        return Part(index=index, kind=kind, post=post, state=Pending())

    name = thread_name(briefing, zone)
    labels = tuple(sorted({telling.topic for telling in briefing.tellings}))
    ask = Button(label=wording.ASK, custom_id=custom_id(delivery, 0, ASK))
    first = part(0, PartKind.FRONT, Post(content=front(briefing, zone), title=name, buttons=(ask,), labels=labels))
    thread = part(1, PartKind.THREAD, Post(title=name))
    rest = []
    for index, telling in enumerate(briefing.tellings, 2):
        post = story(telling, briefing.created_at)
        rest.append(part(index, PartKind.STORY, replace(post, buttons=_story_buttons(delivery, index))))
    return (first, thread, *rest)


def _story_buttons(delivery: DeliveryId, part: int) -> tuple[Button, ...]:
    return tuple(Button(label=label, custom_id=custom_id(delivery, part, act)) for act, label in _STORY_BUTTONS.items())


def preview(briefing: Briefing, zone: str, how_to_ask: str = wording.HOW_TO_ASK) -> tuple[Post, ...]:
    """A briefing as it would be posted, without buttons: the front and a message a story."""
    stories = (story(telling, briefing.created_at) for telling in briefing.tellings)
    return (Post(content=front(briefing, zone, how_to_ask)), *stories)


def whispered(briefing: Briefing, zone: str) -> tuple[Post, ...]:
    """A briefing for one reader alone, who can neither reply to it nor press anything."""
    return preview(briefing, zone, wording.HOW_TO_ASK_ALONE)


def as_text(post: Post) -> str:
    """A post as one text, the way `messages` of a briefing document gives it."""
    if post.content:
        return post.content
    return "\n".join(
        filter(None, (f"**{post.title}**", post.body, f"{SMALL}{escape(post.footer)}" if post.footer else ""))
    )
