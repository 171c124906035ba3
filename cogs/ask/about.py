"""What the message is that somebody asks about, and the modal that takes the question.

The modal carries all that is known of the message, so that it works after a restart: what another person wrote stands
in a field, where the asker sees and changes it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.domain.conversations import QuestionId
from bot.domain.deliveries import Action, ThreadId, parse_custom_id
from bot.domain.errors import InputError
from bot.domain.rendering import shorten
from bot.domain.wording import commands as wording

MAX_QUESTION_CHARS = 1_000
MAX_ABOUT_CHARS = 1_000

ABOUT = "about"
"""The family of the custom_ids of modals about a message."""
QUESTION = "question"
"""The field of the question."""

_TOLD, _ANSWER, _OTHER = "told", "answer", "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a message is: a part of a delivery, or the answer to a question, else what it says."""

    told: Action | None = None
    answered: QuestionId | None = None
    text: str = ""


def meant(message: discord.Message, me: int | None) -> Meant:
    """What somebody means who speaks of a message; `me` is the bot's own id."""
    if message.author.id == me:
        if told := next(_parts(message), None):
            return Meant(told=told)
        if answered := _question_of(message):
            return Meant(answered=answered)
    return Meant(text=_text(message))


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
    is_meant = meant(message, me)
    custom_id = f"nt:{ABOUT}:{message.id}"
    if told := is_meant.told:
        return question_modal(f"{custom_id}:{_TOLD}:{told.delivery}:{told.part}")
    if is_meant.answered:
        return question_modal(f"{custom_id}:{_ANSWER}:{is_meant.answered}")
    return question_modal(f"{custom_id}:{_OTHER}", is_meant.text)


def asked_about(rest: str, text: str) -> tuple[ThreadId, Meant]:
    """What a modal that `modal_about` made is about, and the thread on that message.

    `rest` is its custom_id without the family, `text` what stands in its field.
    """
    message, what, *more = rest.split(":", 2)
    if what == _TOLD:
        return ThreadId(message), Meant(told=parse_custom_id(f"nt:{more[0]}:{_TOLD}"))
    if what == _ANSWER:
        return ThreadId(message), Meant(answered=QuestionId(more[0]))
    return ThreadId(message), Meant(text=text)


def _parts(message: discord.Message) -> Iterator[Action]:
    """The parts of deliveries that the buttons of a message are about."""
    for row in message.components:
        for button in getattr(row, "children", ()):
            try:
                yield parse_custom_id(str(button.custom_id))
            except InputError:
                continue  # a button of another kind, or of another bot's


def _question_of(answer: discord.Message) -> QuestionId | None:
    """The name of the question that a message of the bot's own was posted for, whichever process did."""
    if answer.interaction_metadata:
        return QuestionId(f"interaction:{answer.interaction_metadata.id}")
    return QuestionId(f"message:{answer.reference.message_id}") if answer.reference else None


def _text(message: discord.Message) -> str:
    """What a message says, by itself, in what it forwards and on its cards."""
    said: list[Any] = []
    snapshots: Sequence[discord.Message | discord.MessageSnapshot] = (message, *message.message_snapshots)
    for each in snapshots:
        said.append(each.content)
        said += [text for card in each.embeds for text in (card.title, card.description, card.url)]
    return shorten("\n".join(dict.fromkeys(filter(None, said))), MAX_ABOUT_CHARS)
