"""What the message is that somebody asks about, and the modal that takes the question.

The modal carries all that is known of the message, so that it works after a restart: what another person wrote stands
in a field, where the asker sees and changes it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.domain.conversations import QuestionId
from bot.domain.deliveries import FIRST_STORY, Action, ThreadId, parse_custom_id
from bot.domain.errors import InputError
from bot.domain.rendering import shorten
from cogs import wording

MAX_QUESTION_CHARS = 1_000
MAX_ABOUT_CHARS = 1_000

ABOUT = "about"
"""The family of the custom_ids of modals about a message."""
QUESTION = "question"
"""The field of the question."""

_STORY, _ANSWER, _BRIEFING, _OTHER = "story", "answer", "briefing", "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a modal is about: a part that tells a story, or the question whose answer it is, in a message's thread."""

    thread: ThreadId
    told: Action | None = None
    answered: QuestionId | None = None


def question_modal(custom_id: str, text: str | None = None) -> discord.ui.Modal:
    """The modal for a question; with a text that it is about where that is not None."""
    modal = discord.ui.Modal(title=wording.ASK_TITLE, custom_id=custom_id)
    modal.add_item(
        discord.ui.Label(
            text=wording.ASK_LABEL,
            component=discord.ui.TextInput(
                custom_id=QUESTION,
                style=discord.TextStyle.paragraph,
                placeholder=wording.ASK_HINT,
                max_length=MAX_QUESTION_CHARS,
            ),
        )
    )
    if text is not None:
        about: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
            custom_id=ABOUT,
            style=discord.TextStyle.paragraph,
            default=text,
            required=False,
            max_length=MAX_ABOUT_CHARS,
        )
        modal.add_item(discord.ui.Label(text=wording.ABOUT_LABEL, description=wording.ABOUT_HINT, component=about))
    modal.stop()  # answered by custom_id; a running modal would be kept in memory, and lost with a restart
    return modal


def modal_about(message: discord.Message, me: int | None) -> discord.ui.Modal:
    """The modal for a question about a message; `me` is the bot's own id."""
    is_own = message.author.id == me
    told = next(_parts(message), None) if is_own else None
    if told is not None:
        is_story = told.part >= FIRST_STORY
        what = f"{_STORY}:{told.delivery}:{told.part}" if is_story else _BRIEFING
        return question_modal(f"nt:{ABOUT}:{message.id}:{what}")
    if is_own and (answered := question_of(message)):
        return question_modal(f"nt:{ABOUT}:{message.id}:{_ANSWER}:{answered}")
    return question_modal(f"nt:{ABOUT}:{message.id}:{_OTHER}", _text(message))


def target(rest: str) -> Target:
    """What a modal that `modal_about` made is about; `rest` is its custom_id without the family."""
    message, what, *more = rest.split(":", 2)
    return Target(
        thread=ThreadId(message),
        told=parse_custom_id(f"nt:{more[0]}:{_STORY}") if what == _STORY else None,
        answered=QuestionId(more[0]) if what == _ANSWER else None,
    )


def question_of(answer: discord.Message) -> QuestionId | None:
    """The name of the question that a message of the bot's own was posted for, whichever process did."""
    if answer.interaction_metadata:
        return QuestionId(f"interaction:{answer.interaction_metadata.id}")
    return QuestionId(f"message:{answer.reference.message_id}") if answer.reference else None


def _parts(message: discord.Message) -> Iterator[Action]:
    """The parts of deliveries that the buttons of a message are about."""
    for row in message.components:
        for button in getattr(row, "children", ()):
            try:
                yield parse_custom_id(str(button.custom_id))
            except InputError:
                continue


def _text(message: discord.Message) -> str:
    """What a message says, by itself, in what it forwards and on its cards."""
    said: list[Any] = []
    snapshots: Sequence[discord.Message | discord.MessageSnapshot] = (message, *message.message_snapshots)
    for each in snapshots:
        said.append(each.content)
        said += [text for card in each.embeds for text in (card.title, card.description, card.url)]
    return shorten("\n".join(dict.fromkeys(filter(None, said))), MAX_ABOUT_CHARS)
