"""Interactions: what a person did, and what the bot may answer to it, when and how often.

The deadline of the first answer runs in real time, the life of the token by the world's clock. Nothing here decides
what a person may do; that is in `play`.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.doubles.discord import limits
from tests.doubles.discord.messages import COMMAND_REPLY, DEFAULT, EPHEMERAL, LOADING, Message
from tests.doubles.discord.people import Json, Member, User
from tests.doubles.discord.places import Channel
from tests.doubles.discord.world import ApiError, World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
_ANSWERS = {
    COMMAND: {MESSAGE, DEFERRED_MESSAGE, MODAL},
    COMPONENT: {MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE},
}
_MOST_FOLLOW_UPS = 5  # where the bot was installed by the person alone
TOKEN_LIFE = timedelta(minutes=15)

WaitFor = Callable[[Callable[[], Any], float], Awaitable[Any]]


@dataclass(eq=False)
class Interaction:
    """One act of a person. `message` is what a button or modal hangs on, `first_response_after` is in seconds.

    `owners` says through which installation it came: "0" a server's, "1" the person's own.
    """

    id: int
    kind: int
    person: Member | User
    channel: Channel
    data: Json
    created_at: datetime
    wait_for: WaitFor
    owners: Json
    message: Message | None = None
    opened_by: Interaction | None = None
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    began: float = field(default_factory=time.monotonic)
    first_response_after: float | None = None
    answered_with: int | None = None
    original: Message | None = None
    sent: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None

    @property
    def user(self) -> User:
        return self.person.user if isinstance(self.person, Member) else self.person

    @property
    def messages(self) -> list[Message]:
        """What the person sees in answer, oldest first; `ephemeral` tells who else does."""
        return [m for m in self.sent if not m.loading and not m.deleted]

    @property
    def thinking(self) -> bool:
        return any(m.loading and not m.deleted for m in self.sent)

    async def wait_reply(self, seconds: float = 5.0) -> Message:
        """The first whole message in answer, be it new or the changed one that the button hangs on."""
        return await self.wait_for(lambda: self.messages and self.messages[0], seconds)

    async def wait_messages(self, count: int, seconds: float = 5.0) -> list[Message]:
        """All messages in answer, once there are so many."""
        return await self.wait_for(lambda: len(self.messages) >= count and self.messages, seconds)

    async def wait_modal(self, seconds: float = 5.0) -> Json:
        return await self.wait_for(lambda: self.modal, seconds)

    def metadata(self) -> Json:
        own = {"id": str(self.id), "type": self.kind, "user": self.user.payload()}
        own |= {"interacted_message_id": str(self.message.id)} if self.message else {}
        own |= {"triggering_interaction_metadata": self.opened_by.metadata()} if self.opened_by else {}
        return own | {"authorizing_integration_owners": self.owners}

    def payload(self, world: World) -> Json:
        """As INTERACTION_CREATE carries it."""
        guild = self.channel.guild
        own: Json = {"id": str(self.id), "application_id": str(world.bot.id), "type": self.kind, "data": self.data}
        own |= {
            "token": self.token,
            "version": 1,
            "locale": "en-US",
            "entitlements": [],
            "context": self.channel.context,
        }
        own |= {"channel_id": str(self.channel.id), "channel": self.channel.payload()}
        own |= {"attachment_size_limit": 10 << 20, "app_permissions": "0"}
        own["authorizing_integration_owners"] = self.owners
        if self.message:
            own["message"] = self.message.payload()
        if guild is None:
            return own | {"user": self.user.payload()}
        assert isinstance(self.person, Member)
        granted = str(self.person.permissions_in(self.channel))
        own["channel"] |= {"permissions": granted}
        own |= {"guild_id": str(guild.id), "guild": {"id": str(guild.id), "locale": "en-US", "features": []}}
        own["app_permissions"] = str(guild.me.permissions_in(self.channel))
        return own | {"guild_locale": "en-US", "member": self.person.payload() | {"permissions": granted}}


class Interactions:
    """Takes the bot's answers to interactions, and the follow-ups sent with their tokens."""

    def __init__(self, world: World, check: Callable[[list[limits.Finding]], None]) -> None:
        self.world = world
        self.check = check
        self.deadline = timedelta(seconds=3)
        self.by_token: dict[str, Interaction] = {}

    def answer(self, token: str, body: Json, files: list[Any]) -> Json:
        """The first answer; in time, of a kind that fits, and only one."""
        kind, data = body["type"], body.get("data") or {}
        interaction = self.by_token.get(token)
        late = interaction and time.monotonic() - interaction.began > self.deadline.total_seconds()
        if interaction is None or (late and interaction.answered_with is None):
            raise ApiError(404, 10062, "Unknown interaction")
        if interaction.answered_with is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        if kind not in _ANSWERS[interaction.kind] or (kind in (DEFERRED_UPDATE, UPDATE) and not interaction.message):
            raise ApiError(400, 50035, f"Invalid Form Body: type {kind} does not answer type {interaction.kind}")
        shown = self._carry_out(interaction, kind, data, files)
        interaction.answered_with = kind
        interaction.first_response_after = time.monotonic() - interaction.began
        told: Json = {"id": str(interaction.id), "type": interaction.kind}
        if shown is None:
            return {"interaction": told}
        told |= {"response_message_id": str(shown.id), "response_message_loading": shown.loading}
        told["response_message_ephemeral"] = shown.ephemeral
        if kind == DEFERRED_MESSAGE:
            return {"interaction": told}
        return {"interaction": told, "resource": {"type": kind, "message": shown.payload()}}

    def _carry_out(self, interaction: Interaction, kind: int, data: Json, files: list[Any]) -> Message | None:
        if kind == MODAL:
            self.check(limits.modal(data))
            interaction.modal = data
        elif kind == CHOICES:
            self.check(limits.choices(data))
            interaction.choices = data.get("choices") or []
        elif kind == DEFERRED_UPDATE:
            interaction.original = interaction.message
        elif kind == UPDATE:
            assert interaction.message
            self.check_edit(interaction.message, data)
            interaction.original = self.world.edit_message(interaction.message, data, files)
            interaction.sent.append(interaction.original)
            return interaction.original
        else:
            loading = LOADING if kind == DEFERRED_MESSAGE else 0
            interaction.original = self._send(interaction, data, files, loading=loading)
            return interaction.original
        return None

    def _send(self, interaction: Interaction, data: Json, files: list[Any], *, loading: int = 0) -> Message:
        if interaction.channel.locked:
            raise ApiError(403, 50083, "Thread is archived")
        if not loading:
            self.check_message(data, files)
        first_of_command = interaction.kind == COMMAND and not interaction.sent
        flags = loading | (data.get("flags") or 0) & EPHEMERAL
        kind = COMMAND_REPLY if first_of_command else DEFAULT
        message = self.world.add_message(
            interaction.channel, self.world.bot, data, files=files, kind=kind, interaction=interaction, flags=flags
        )
        interaction.sent.append(message)
        return message

    def check_message(self, data: Json, files: list[Any], flags: int = 0) -> None:
        self.check(limits.message(data, flags))
        if not (str(data.get("content") or "").strip() or data.get("embeds") or data.get("components") or files):
            raise ApiError(400, 50006, "Cannot send an empty message")

    def check_edit(self, message: Message, data: Json) -> None:
        self.check(limits.edit(data, {"content": message.content, "embeds": message.embeds}, message.flags))

    def _live(self, token: str) -> Interaction:
        interaction = self.by_token.get(token)
        if interaction is None or interaction.answered_with is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        if self.world.clock() - interaction.created_at > TOKEN_LIFE:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return interaction

    def follow_up(self, token: str, body: Json, files: list[Any]) -> Json:
        """A further message. The first one after a deferral fills the message that was promised instead."""
        interaction = self._live(token)
        original = interaction.original
        if original and original.loading and not original.deleted:
            self.check_message(body, files)
            return self.world.edit_message(original, body, files).payload()
        if (
            "0" not in interaction.owners
            and len([m for m in interaction.sent if m is not original]) >= _MOST_FOLLOW_UPS
        ):
            raise ApiError(400, 40094, "This interaction has reached the maximum number of follow up messages.")
        return self._send(interaction, body, files).payload()

    def message(self, token: str, message_id: str) -> Message:
        """`@original` or one of the messages sent with this token."""
        interaction = self._live(token)
        known = {str(m.id): m for m in interaction.sent} | {"@original": interaction.original}
        found = known.get(message_id)
        if found is None or found.deleted:
            raise ApiError(404, 10008, "Unknown Message")
        return found

    def edit(self, token: str, message_id: str, body: Json, files: list[Any]) -> Json:
        message = self.message(token, message_id)
        if message.loading:
            self.check_message(body, files)
        else:
            self.check_edit(message, body)
        interaction = self.by_token[token]
        self.world.edit_message(message, body, files)
        if message not in interaction.sent:
            interaction.sent.append(message)
        return message.payload()

    def open(self, kind: int, person: Member | User, channel: Channel, data: Json, **more: Any) -> Interaction:
        """Something a person did, told to the bot; `wait_for` and `message` are among `more`."""
        new = Interaction(self.world.next_id(), kind, person, channel, data, self.world.clock(), **more)
        self.by_token[new.token] = new
        self.world.emit("INTERACTION_CREATE", lambda _: new.payload(self.world), guild=channel.guild)
        return new
