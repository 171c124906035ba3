"""The doubles, unreliable on demand: a Discord and a model that spoil requests for as long as something is armed.

They must not choose what to spoil, and they know nothing of processes.
"""

import asyncio
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.doubles import models
from tests.doubles.discord import Channel, DiscordServer, Message
from tests.doubles.discord.calls import Call
from tests.doubles.discord.people import Json
from tests.doubles.discord.trouble import Fault
from tests.doubles.discord.world import ApiError
from tests.doubles.model_server import Body, ModelServer

NONCES_LAST = timedelta(seconds=10)
"""Shorter than the bot's first rest, longer than discord.py's own repetitions: the bot has to look for what stands."""
BAD_GATEWAY = 502
_PLACE = re.compile(r"/channels/(\d+)")
_THINKING = timedelta(seconds=0.05)


@dataclass(eq=False, slots=True, kw_only=True)
class Spoiling:
    """One request to spoil: the first that matches after `skip` others.

    With `stored` Discord takes it and answers 502 all the same; with `pulled` the bot loses these permissions in the
    channel of an edition just before, so that Discord refuses it; else `status` or `drop` say what happens.
    """

    method: str
    pattern: str
    status: int | None = None
    drop: str | None = None
    stored: bool = False
    pulled: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: Json = field(default_factory=dict)
    skip: int = 0
    met: asyncio.Event = field(default_factory=asyncio.Event)
    channel: Channel | None = None

    def is_due(self, call: Call) -> bool:
        if call.method != self.method or not re.search(self.pattern, call.path):
            return False
        self.skip -= 1
        return self.skip < 0


class UnreliableDiscord(DiscordServer):
    """Spoils what is in `armed`, one request a channel, thread or life, so that no part rests longer and longer.

    A process that starts finds the nonces of those before it forgotten, as after a night.
    """

    def __init__(self) -> None:
        super().__init__()
        self.armed: list[Spoiling] = []
        self.edition_places: Collection[int] = ()
        self.pulled_places: set[int] = set()
        self.started_at = datetime.now(UTC)
        self._spoilt: set[str] = set()
        self._behind: set[int] = set()
        self.on_message_stored = self._answer_badly

    def fault_for(self, call: Call) -> Fault | None:
        """Called by the double for every request, before it is carried out."""
        self.nonce_window = min(NONCES_LAST, datetime.now(UTC) - self.started_at)
        found = _PLACE.match(call.path)
        place = found[1] if found else f"{call.path} {self.started_at}"
        if place in self._spoilt:
            return None
        channel = self._edition_channel(int(found[1])) if found else None
        spoiling = next((each for each in self.armed if (channel or not each.pulled) and each.is_due(call)), None)
        if spoiling is None:
            return None
        self.armed.remove(spoiling)
        self._spoilt.add(place)
        spoiling.met.set()
        if spoiling.stored:
            self._behind.add(int(place))
            return None
        if spoiling.pulled and channel:
            channel.deny(*spoiling.pulled)
            spoiling.channel = channel
            self.pulled_places.add(channel.id)
            return None
        drop: Any = spoiling.drop
        return Fault(call.method, "", spoiling.status, spoiling.headers, spoiling.body, 0, drop, 0)

    def _edition_channel(self, place: int) -> Channel | None:
        """The channel of an edition that this is, or whose thread it is."""
        channel = self.world.channels.get(place)
        channel = channel.parent or channel if channel else None
        return channel if channel and channel.id in self.edition_places else None

    def _answer_badly(self, message: Message) -> None:
        parent = message.channel.parent
        for place in (message.channel.id, parent.id if parent else None):
            if place in self._behind:
                self._behind.remove(place)
                raise ApiError(BAD_GATEWAY, 0, "stored, and answered with 502")


@dataclass(eq=False, slots=True, kw_only=True)
class BadReply:
    """What the model says once in place of a sound reply."""

    reply: Callable[[Body], Any]
    met: asyncio.Event = field(default_factory=asyncio.Event)


class UnreliableModel(ModelServer):
    """An honest model that takes a moment; bad replies in `armed` are given first, each once."""

    def __init__(self) -> None:
        super().__init__(self._reply)
        self.armed: list[BadReply] = []

    async def _reply(self, body: Body) -> Any:
        await asyncio.sleep(_THINKING.total_seconds())
        if not self.armed:
            return models.honest(body)
        bad = self.armed.pop(0)
        bad.met.set()
        return bad.reply(body)
