"""Posts as arguments of discord.py, and whether Discord would take them. Sends nothing."""

import math
from typing import Any

import discord

from bot.domain.deliveries import Post
from bot.domain.errors import UnacceptableError
from bot.domain.rendering import STORY_COLOUR
from bot.domain.wording import deliveries as wording

ROW_OF_BUTTONS = 5


def check(post: Post) -> None:
    """Raises UnacceptableError for a post that Discord would refuse, so that it is never sent."""
    within(wording.CONTENT, post.content, 2_000)
    within(wording.TITLE, post.title, 256)
    within(wording.TEXT, post.body, 4_096)
    within(wording.FOOTER, post.footer, 2_048)
    if not post.content.strip() and not post.body.strip():
        raise UnacceptableError(wording.EMPTY)
    if not post.content and len(post.title) + len(post.body) + len(post.footer) > 6_000:
        raise UnacceptableError(wording.CARD_TOO_LONG)
    if len(post.buttons) > 25 or len({button.custom_id for button in post.buttons}) < len(post.buttons):
        raise UnacceptableError(wording.BUTTONS)
    for button in post.buttons:
        within(wording.LABEL, button.label, 80, least=1)
        within(wording.BUTTON_ID, button.custom_id, 100, least=1)


def within(what: str, text: str, limit: int, *, least: int = 0) -> None:
    """Raises UnacceptableError for a text of another length than Discord takes."""
    if not least <= len(text) <= limit:
        raise UnacceptableError(wording.length(what, len(text), least, limit))


def tags(channel: discord.ForumChannel, post: Post) -> list[discord.ForumTag]:
    """The channel's own tags that the post's labels name; none are made, because a forum's tags are its moderators'."""
    wanted = {label.casefold() for label in post.labels}
    usable = [tag for tag in channel.available_tags if not tag.moderated]
    chosen = [tag for tag in usable if tag.name.casefold() in wanted][:5]
    return chosen or (usable[:1] if channel.flags.require_tag else [])


def drawn(post: Post) -> dict[str, Any]:
    """A post as arguments of discord.py: plain content, or a card."""
    drawn: dict[str, Any] = {"allowed_mentions": discord.AllowedMentions.none()}
    if post.content:
        drawn["content"] = post.content
    else:
        drawn["embed"] = discord.Embed(title=post.title or None, description=post.body, colour=STORY_COLOUR)
        if post.footer:
            drawn["embed"].set_footer(text=post.footer)
    if post.buttons:
        drawn["view"] = _rows(post)
    return drawn


def _rows(post: Post) -> discord.ui.View:
    """The buttons in rows of the same length, as few as hold them."""
    view = discord.ui.View(timeout=None)
    rows = math.ceil(len(post.buttons) / ROW_OF_BUTTONS)
    for n, button in enumerate(post.buttons):
        row = n * rows // len(post.buttons)
        view.add_item(discord.ui.Button(label=button.label, custom_id=button.custom_id, row=row))
    view.stop()  # answered by custom_id, also after a restart; a running view would be kept in memory for good
    return view
