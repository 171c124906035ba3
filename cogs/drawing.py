"""Posts as arguments of discord.py, and the choices that are offered while a member types."""

from typing import Any

import discord
from discord import app_commands

from bot.domain.deliveries import Post
from bot.services.subscribe import Subscribe

MAX_CHOICES = 25
MAX_CHOICE_CHARS = 100


def drawn(post: Post) -> dict[str, Any]:
    """A post for one reader or one answer: plain content without preview cards, or a card. Without buttons."""
    if post.content:
        return {"content": post.content, "suppress_embeds": True}
    card = discord.Embed(title=post.title or None, description=post.body)
    return {"embed": card.set_footer(text=post.footer) if post.footer else card}


async def topic_choices(subscribe: Subscribe, typed: str, before: str = "") -> list[app_commands.Choice[str]]:
    """The topics in whose names `typed` occurs; each choice begins with `before`, which stands already."""
    names = [before + served.topic.name for served in await subscribe.topics() if _occurs(typed, served.topic.name)]
    return choices(names)


def choices(values: list[str]) -> list[app_commands.Choice[str]]:
    """As many of `values` as Discord takes."""
    fitting = [value for value in values if 0 < len(value) <= MAX_CHOICE_CHARS]
    return [app_commands.Choice(name=value, value=value) for value in fitting[:MAX_CHOICES]]


def _occurs(typed: str, name: str) -> bool:
    return typed.strip().casefold() in name.casefold()
