"""Messages and files, and how they look on the wire and to a reader."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tests.doubles.discord.people import Json, User

if TYPE_CHECKING:
    from tests.doubles.discord.interactions import Interaction
    from tests.doubles.discord.places import Channel

DEFAULT, REPLY, COMMAND_REPLY, THREAD_STARTER = 0, 19, 20, 21
CROSSPOSTED, HAS_THREAD, EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 0, 1 << 5, 1 << 6, 1 << 7, 1 << 15


@dataclass(eq=False, slots=True)
class Attachment:
    """A file, sent by the bot or by a person; its bytes are served at `url`."""

    id: int
    filename: str
    data: bytes
    url: str
    description: str | None = None

    def payload(self) -> Json:
        kind = mimetypes.guess_type(self.filename)[0] or "application/octet-stream"
        where = {"url": self.url, "proxy_url": self.url, "content_type": kind}
        return {"id": str(self.id), "filename": self.filename, "size": len(self.data), **where, "flags": 0}


@dataclass(eq=False, repr=False)
class Message:
    """A message as it stands. `allowed_mentions` is what the sender sent, untouched; None if nothing was."""

    id: int
    channel: Channel
    author: User
    created_at: datetime
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    type: int = DEFAULT
    flags: int = 0
    nonce: str | None = None
    allowed_mentions: Json | None = None
    reply_to: Message | None = None
    interaction: Interaction | None = None
    thread: Channel | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    edited_at: datetime | None = None
    earlier_texts: list[str] = field(default_factory=list)
    deleted: bool = False

    def __repr__(self) -> str:
        return f"<{self.author.name}: {self.text!r}>"

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def pings(self) -> bool:
        """Whether anybody was notified by a mention in it."""
        return bool(self.mentions or self.mention_roles or self.mention_everyone)

    @property
    def parts(self) -> Iterator[Json]:
        """Every component in it, at whatever depth."""
        return walk(self.components)

    @property
    def buttons(self) -> list[Json]:
        return [part for part in self.parts if part.get("type") == 2]

    @property
    def text(self) -> str:
        """Everything a reader can read in it: content, embeds, text displays; not the labels of buttons."""
        found = [self.content]
        for embed in self.embeds:
            found += [embed.get("title", ""), embed.get("description", "")]
            found += [f"{f['name']}\n{f['value']}" for f in embed.get("fields", [])]
            found.append((embed.get("footer") or {}).get("text", ""))
        found += [part["content"] for part in self.parts if part.get("type") == 10]
        return "\n".join(piece for piece in found if piece)

    def delete(self) -> None:
        """A moderator, or its author, takes it away."""
        self.channel.world.delete_message(self)

    def payload(self, *, content: bool = True) -> Json:
        """As the bot gets it; without `content` what the Message Content intent guards is empty, unless exempt."""
        shown = content or self._open_to_the_bot()
        own: Json = {"id": str(self.id), "channel_id": str(self.channel.id), "type": self.type, "flags": self.flags}
        own |= {"author": self.author.payload(), "timestamp": self.created_at.isoformat(), "tts": False}
        own |= {"content": self.content if shown else "", "embeds": self.embeds if shown else [], "pinned": False}
        own["components"] = self.components if shown else []
        own["attachments"] = [a.payload() for a in self.attachments] if shown else []
        own["edited_timestamp"] = self.edited_at.isoformat() if self.edited_at else None
        own["mentions"] = [user.payload() for user in self.mentions]
        own |= {"mention_roles": [str(r) for r in self.mention_roles], "mention_everyone": self.mention_everyone}
        return own | self._relations(content)

    def _relations(self, content: bool) -> Json:
        own: Json = {"nonce": self.nonce} if self.nonce else {}
        if self.reply_to:
            near = self.reply_to.channel
            own["message_reference"] = {"message_id": str(self.reply_to.id), "channel_id": str(near.id), "type": 0}
            if near.guild:
                own["message_reference"]["guild_id"] = str(near.guild.id)
            own["referenced_message"] = None if self.reply_to.deleted else self.reply_to.payload(content=content)
        if self.thread:
            own["thread"] = self.thread.payload()
        if self.interaction:
            own |= {"application_id": str(self.author.id), "webhook_id": str(self.author.id)}
            own["interaction_metadata"] = self.interaction.metadata()
        return own

    def _open_to_the_bot(self) -> bool:
        bot = self.channel.world.bot
        return self.author is bot or self.channel.guild is None or bot in self.mentions


def walk(components: list[Json]) -> Iterator[Json]:
    """Components, those inside them, and accessories, depth first."""
    for part in components:
        yield part
        yield from walk(part.get("components", []))
        yield from walk([part[key] for key in ("accessory", "component") if key in part])
