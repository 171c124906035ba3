"""Posts as arguments of discord.py, and the choices that are offered while a member types."""

from collections.abc import Iterable, Iterator
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.deliveries import Button, Post
from bot.domain.locales import OFTEN_USED
from bot.domain.rendering import CONTENT_CHARS, STORY_COLOUR
from bot.domain.schedules import PUBLIC, MemberId, ServerId, zones
from bot.domain.wording import commands as wording
from bot.services.plan import Plan
from bot.services.subscribe import Subscribe

MAX_CHOICES = 25
MAX_CHOICE_CHARS = 100
MAX_CARD_CHARS = 4_096
MAX_CARDS, MAX_CARDS_CHARS = 10, 6_000  # of one message
MESSAGES_ELSEWHERE = 5  # Discord takes one answer and five more where the bot is not; the last says that there is more

_SHOWN = "shown"


def drawn(post: Post) -> dict[str, Any]:
    """A post for one reader or one answer: plain content without preview cards and with its buttons, or a card."""
    if post.content:
        plain = {"content": post.content, "suppress_embeds": True}
        return plain | {"view": pressed(post.buttons)} if post.buttons else plain
    card = discord.Embed(title=post.title or None, description=post.body, colour=STORY_COLOUR)
    return {"embed": card.set_footer(text=post.footer) if post.footer else card}


def pressed(buttons: Iterable[Button]) -> discord.ui.View:
    """Buttons that are answered by their custom_id, also after a restart; a running view would be kept in memory."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(discord.ui.Button(label=button.label, custom_id=button.custom_id))
    view.stop()
    return view


async def show(
    interaction: discord.Interaction[commands.AutoShardedBot], posts: Iterable[Post], *, ephemeral: bool = False
) -> None:
    """Sends posts in answer to a deferred interaction, which remembers that it has shown something.

    Several cards share a message. Where a person has installed the bot for himself alone, Discord takes only a few.
    """
    messages = list(_together(posts))
    most = len(messages) if is_there(interaction) else MESSAGES_ELSEWHERE
    for message in messages[:most]:
        await interaction.followup.send(ephemeral=ephemeral, **message)
        interaction.extras[_SHOWN] = True
    if most < len(messages):
        await interaction.followup.send(wording.NO_MORE_HERE, ephemeral=True)


def _together(posts: Iterable[Post]) -> Iterator[dict[str, Any]]:
    """Posts as messages: each text by itself, cards beside each other as far as Discord takes them."""
    beside: list[discord.Embed] = []
    for post in posts:
        message = drawn(post)
        card = message.get("embed")
        if beside and (card is None or len(beside) == MAX_CARDS or sum(map(len, (*beside, card))) > MAX_CARDS_CHARS):
            yield {"embeds": beside}
            beside = []
        if card is None:
            yield message
        else:
            beside = [*beside, card]
    if beside:
        yield {"embeds": beside}


def has_shown(interaction: discord.Interaction[commands.AutoShardedBot]) -> bool:
    """Whether something of the answer stands already."""
    return _SHOWN in interaction.extras


def cards(lines: Iterable[str]) -> list[discord.Embed]:
    """Lines, each shorter than a card, on as few cards as hold them; one message each."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= MAX_CARD_CHARS:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [discord.Embed(description=text) for text in texts]


async def show_list(
    interaction: discord.Interaction[commands.AutoShardedBot], lines: Iterable[str], *, empty: str
) -> None:
    """Answers an interaction, deferred or not, with a list for the one who asks, on as many messages as it takes."""
    for card in cards(list(lines) or [empty]):
        await _whisper(interaction, embed=card)


async def say(interaction: discord.Interaction[commands.AutoShardedBot], text: str) -> None:
    """Answers an interaction, deferred or not, for the one who asks: by cards where a message takes no such text."""
    if len(text) <= CONTENT_CHARS:
        await _whisper(interaction, content=text)
    else:
        await show_list(interaction, text.splitlines(), empty="")


async def _whisper(interaction: discord.Interaction[commands.AutoShardedBot], **message: Any) -> None:
    if interaction.response.is_done():
        await interaction.followup.send(ephemeral=True, **message)
    else:
        await interaction.response.send_message(ephemeral=True, **message)


def fields(data: Any) -> dict[str, str]:
    """What a submitted modal holds, by custom_id; of a menu the first choice. Fields stand in labels, or in rows."""
    found: dict[str, str] = {}
    for inner in filter(None, (data.get("component"), *(data.get("components") or ()))):
        found |= fields(inner)
    values = data.get("values") or [data.get("value")]
    return found | ({str(data["custom_id"]): str(values[0])} if values[0] is not None else {})


def server_of(interaction: discord.Interaction[Any]) -> ServerId:
    """The server that an interaction comes from; `PUBLIC` in direct messages, and where the bot is no member.

    A bot that a person added for himself alone is used in servers that know nothing of it.
    """
    # The library makes up a guild for an interaction from one that it does not know.
    guild = interaction.client.get_guild(interaction.guild_id) if interaction.guild_id else None
    return ServerId(f"discord:{guild.id}") if guild else PUBLIC


def is_there(interaction: discord.Interaction[Any]) -> bool:
    """Whether the bot itself is where an interaction comes from, so that it may write there and read what it wrote."""
    return bool(server_of(interaction)) if interaction.guild_id else interaction.context.dm_channel


def member_of(interaction: discord.Interaction[Any]) -> MemberId:
    """Who did something."""
    return MemberId(f"discord:{interaction.user.id}")


def roles_of(person: discord.abc.User) -> tuple[str, ...]:
    """The roles that somebody has where he did something, without the one that everyone has; none outside servers."""
    return tuple(str(role.id) for role in getattr(person, "roles", ()) if not role.is_default())


async def zone_of(interaction: discord.Interaction[commands.AutoShardedBot], plan: Plan) -> str:
    """The zone of the server's first schedule: Discord does not tell a bot where a member is."""
    server = server_of(interaction)
    known = await plan.schedules(server) if server else ()
    return known[0].zone if known else "UTC"


async def topic_choices(subscribe: Subscribe, typed: str) -> list[app_commands.Choice[str]]:
    """The topics in whose names `typed` occurs."""
    return choices([served.topic.name for served in await subscribe.topics() if _occurs(typed, served.topic.name)])


def zone_choices(typed: str) -> list[app_commands.Choice[str]]:
    """The time zones in whose names `typed` occurs; some that are often used, where nothing is typed yet."""
    wanted = typed.strip().replace(" ", "_").casefold()
    if not wanted:
        return choices(list(OFTEN_USED))
    return choices(
        sorted((name for name in zones() if wanted in name.casefold()), key=lambda name: _rank(name, wanted))
    )


def _rank(name: str, wanted: str) -> tuple[bool, bool]:
    """Places whose own name begins with what was typed come first, and the old names under Etc/ last."""
    return not name.casefold().rpartition("/")[2].startswith(wanted), name.startswith("Etc/")


async def topics_choices(subscribe: Subscribe, typed: str) -> list[app_commands.Choice[str]]:
    """The topics that go on a list with commas between them, behind those that were typed before, none twice."""
    before, comma, last = typed.rpartition(",")
    named = {name.strip().casefold() for name in before.split(",")}
    offered = await topic_choices(subscribe, last)
    return choices(
        [f"{before.strip()}{comma and ', '}{each.name}" for each in offered if each.name.casefold() not in named]
    )


def choices(values: list[str]) -> list[app_commands.Choice[str]]:
    """As many of `values` as Discord takes."""
    fitting = [value for value in values if 0 < len(value) <= MAX_CHOICE_CHARS]
    return [app_commands.Choice(name=value, value=value) for value in fitting[:MAX_CHOICES]]


def _occurs(typed: str, name: str) -> bool:
    return typed.strip().casefold() in name.casefold()
