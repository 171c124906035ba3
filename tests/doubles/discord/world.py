"""Everything Discord knows and the changes it allows, whoever asks for them: a request, or a test.

Each change is atomic, announces itself through `emit`, and outlives the client. The world must not know of sockets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from tests.doubles.discord.messages import (
    COMPONENTS_V2,
    DEFAULT,
    HAS_THREAD,
    LOADING,
    REPLY,
    THREAD_STARTER,
    Attachment,
    Message,
)
from tests.doubles.discord.people import ORDINARY, Json, Member, Role, User, bits
from tests.doubles.discord.places import (
    ANNOUNCEMENT,
    ANNOUNCEMENT_THREAD,
    DM,
    FORUM,
    GROUP,
    PUBLIC_THREAD,
    Channel,
    Guild,
)

_EPOCH_MS = 1_420_070_400_000
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15


class Emit(Protocol):
    """Sends an event to the sessions that asked for `intent`; `make(content_allowed)` builds its payload."""

    def __call__(
        self, event: str, make: Callable[[bool], Json], *, guild: Guild | None = None, intent: int = 0
    ) -> None: ...


class ApiError(Exception):
    """A refusal in the shape Discord gives it."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"code": code, "message": message} | ({"errors": errors} if errors else {})


class World:
    """The state behind the API. `clock` gives the time of messages, of the nonce window and of tokens."""

    def __init__(self, emit: Emit, clock: Callable[[], datetime] | None = None) -> None:
        self.emit = emit
        self.clock = clock or (lambda: datetime.now(UTC))
        self.nonce_window = timedelta(minutes=5)
        self.files_url = ""
        self._last_id = 0
        self.bot = User(self.next_id(), "newsthread", bot=True)
        self.owner = User(self.next_id(), "operator")
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.attachments: dict[int, Attachment] = {}
        self.fresh: list[Message] = []
        self.commands: dict[int | None, list[Json]] = {}
        self.installed_by: set[User] = set()
        self._nonces: dict[tuple[int, int, str], Message] = {}

    def next_id(self) -> int:
        """A snowflake: later ones are larger, even where the clock stands still."""
        now_ms = int(self.clock().timestamp() * 1000)
        self._last_id = max(self._last_id + 1, (now_ms - _EPOCH_MS) << 22)
        return self._last_id

    # --- places -----------------------------------------------------------------------------------------------

    def add_guild(self, name: str, *, owner: User | None = None, bot_permissions: Sequence[str] = ()) -> Guild:
        guild_id = self.next_id()
        everyone = Role(guild_id, "@everyone", bits(*ORDINARY))
        guild = Guild(guild_id, name, self, owner or User(self.next_id(), f"owner of {name}"), everyone)
        guild.roles[guild_id] = everyone
        for user in (guild.owner, self.bot):
            guild.members[user.id] = Member(user, guild, self.clock())
        guild.me.roles.append(Role(self.next_id(), self.bot.name, bits(*bot_permissions)))
        guild.roles[guild.me.roles[0].id] = guild.me.roles[0]
        self.join_guild(guild)
        return guild

    def join_guild(self, guild: Guild) -> None:
        self.guilds[guild.id] = guild
        self.emit("GUILD_CREATE", lambda _: guild.payload(everything=True), guild=guild, intent=GUILDS)

    def remove_guild(self, guild: Guild) -> None:
        self.emit("GUILD_DELETE", lambda _: {"id": str(guild.id)}, guild=guild, intent=GUILDS)
        del self.guilds[guild.id]

    def lose_guild(self, guild: Guild) -> None:
        self.emit("GUILD_DELETE", lambda _: {"id": str(guild.id), "unavailable": True}, guild=guild, intent=GUILDS)
        guild.away = True

    def find_guild(self, guild: Guild) -> None:
        guild.away = False
        payload = guild.payload(everything=True) | {"unavailable": False}
        self.emit("GUILD_CREATE", lambda _: payload, guild=guild, intent=GUILDS)

    def add_role(self, guild: Guild, role: Role) -> Role:
        guild.roles[role.id] = role
        self.announce_role(guild, role, "CREATE")
        return role

    def announce_role(self, guild: Guild, role: Role, what: str) -> None:
        payload = {"guild_id": str(guild.id), "role": role.payload()}
        self.emit(f"GUILD_ROLE_{what}", lambda _: payload, guild=guild, intent=GUILDS)

    def add_channel(self, guild: Guild, kind: int, name: str, topic: str) -> Channel:
        channel = Channel(self.next_id(), kind, name, self, guild, topic=topic)
        self._keep(channel)
        self.announce_channel(channel, "CREATE")
        return channel

    def _keep(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        if channel.guild:
            channel.guild.channels[channel.id] = channel

    def announce_channel(self, channel: Channel, what: str) -> None:
        """CHANNEL_ or THREAD_ followed by CREATE, UPDATE or DELETE."""
        event = ("THREAD_" if channel.is_thread else "CHANNEL_") + what
        extra = {"newly_created": True} if event == "THREAD_CREATE" else {}
        self.emit(event, lambda _: channel.payload() | extra, guild=channel.guild, intent=GUILDS)

    def add_group(self, user: User, name: str) -> Channel:
        """Direct messages among people, of whom the bot is none."""
        channel = Channel(self.next_id(), GROUP, name, self, recipient=user)
        self._keep(channel)
        return channel

    def direct_messages(self, user: User) -> Channel:
        """The one channel between the bot and a person."""
        for channel in self.channels.values():
            if channel.kind == DM and channel.recipient is user:
                return channel
        channel = Channel(self.next_id(), DM, "", self, recipient=user)
        self._keep(channel)
        return channel

    def find_user(self, user_id: int) -> User | None:
        known = {m.id: m.user for guild in self.guilds.values() for m in guild.members.values()}
        return (known | {u.id: u for u in (self.bot, self.owner, *self.installed_by)}).get(user_id)

    def start_thread(self, parent: Channel, owner: User, body: Json, *, on: Message | None = None) -> Channel:
        """Opens a thread on a message, whose id it shares, or on its own. A forum post has the id of its message."""
        kind = ANNOUNCEMENT_THREAD if parent.kind == ANNOUNCEMENT else PUBLIC_THREAD
        thread = Channel(on.id if on else self.next_id(), kind, body["name"], self, parent.guild, parent)
        thread.owner, thread.created_at = owner, self.clock()
        thread.auto_archive_minutes = body.get("auto_archive_duration") or 1440
        thread.applied_tags = [str(tag) for tag in body.get("applied_tags") or []]
        self._keep(thread)
        self.announce_channel(thread, "CREATE")
        if on:
            on.thread, on.flags = thread, on.flags | HAS_THREAD
            self.announce_message(on, "UPDATE")
            self.add_message(thread, owner, {}, kind=THREAD_STARTER, reply_to=on)
        return thread

    # --- messages ---------------------------------------------------------------------------------------------

    def add_message(
        self,
        channel: Channel,
        author: User,
        body: Json,
        *,
        files: Sequence[Attachment] = (),
        kind: int = DEFAULT,
        reply_to: Message | None = None,
        **fields: Any,
    ) -> Message:
        """Takes a message that was found sound, unless its nonce says that it stands already."""
        key = (channel.id, author.id, str(body.get("nonce")))
        known = self._nonces.get(key)
        if body.get("enforce_nonce") and known and self.clock() - known.created_at < self.nonce_window:
            return known
        first_in_forum = channel.parent is not None and channel.parent.kind == FORUM and not channel.messages
        message_id = channel.id if first_in_forum else self.next_id()
        message = Message(message_id, channel, author, self.clock(), type=REPLY if reply_to and not kind else kind)
        message.reply_to, message.attachments = reply_to, list(files)
        message.nonce = str(body["nonce"]) if body.get("nonce") is not None else None
        for name, value in fields.items():
            setattr(message, name, value)
        self._write(message, body)
        if message.nonce:
            self._nonces[key] = message
        if not message.ephemeral:
            self._wake(channel)
            channel.messages[message.id] = message
            self.announce_message(message, "CREATE")
        self.fresh.append(message)
        return message

    def edit_message(self, message: Message, body: Json, files: Sequence[Attachment] = ()) -> Message:
        """Changes what the body names and leaves the rest."""
        if not message.loading:
            message.earlier_texts.append(message.text)
            message.edited_at = self.clock()
        message.flags &= ~LOADING
        if body.get("attachments") is not None:
            kept = {str(a.get("id")) for a in body["attachments"]}
            message.attachments = [a for a in message.attachments if str(a.id) in kept]
        message.attachments += files
        self._write(message, body)
        self.announce_message(message, "UPDATE")
        return message

    def delete_message(self, message: Message) -> None:
        message.deleted = True
        message.channel.messages.pop(message.id, None)
        self.announce_message(message, "DELETE")

    def announce_message(self, message: Message, what: str) -> None:
        """MESSAGE_CREATE, _UPDATE or _DELETE, with the content withheld from sessions without the intent."""
        guild = message.channel.guild
        where: Json = {"id": str(message.id), "channel_id": str(message.channel.id)}
        where |= {"guild_id": str(guild.id)} if guild else {}

        def make(content: bool) -> Json:
            if what == "DELETE":
                return where
            author = guild.members.get(message.author.id) if guild else None
            return message.payload(content=content) | where | ({"member": author.payload(user=False)} if author else {})

        hidden = message.channel.kind == GROUP or (guild and not guild.me.can("view_channel", message.channel))
        if not message.ephemeral and not hidden:
            intent = GUILD_MESSAGES if guild else DIRECT_MESSAGES
            self.emit(f"MESSAGE_{what}", make, guild=guild, intent=intent)

    def _wake(self, channel: Channel) -> None:
        if channel.is_thread and channel.archived:
            channel.archived = False
            self.announce_channel(channel, "UPDATE")

    def _write(self, message: Message, body: Json) -> None:
        if "content" in body:
            message.content = str(body["content"] or "")
        if "embeds" in body:
            message.embeds = list(body["embeds"] or [])
        if "components" in body:
            message.components = deepcopy(body["components"] or [])
            for number, part in enumerate(message.parts, 1):
                part.setdefault("id", number)
        message.allowed_mentions = body.get("allowed_mentions")
        settable = 1 << 2 | 1 << 12 | COMPONENTS_V2  # ephemeral is decided by an interaction's first answer
        message.flags |= int(body.get("flags") or 0) & settable
        self._work_out_mentions(message)

    def _work_out_mentions(self, message: Message) -> None:
        """Who is notified: what is written, cut down by allowed_mentions, roles and @everyone by permission too."""
        allowed: Json = message.allowed_mentions or {}
        every_kind = message.allowed_mentions is None
        parse = ["users", "roles", "everyone"] if every_kind else allowed.get("parse", [])
        text = "\n".join([message.content, *(p["content"] for p in message.parts if p.get("type") == 10)])
        guild = message.channel.guild
        member = guild.members.get(message.author.id) if guild else None
        may_ping_all = bool(member and member.can("mention_everyone", message.channel))
        users = {int(n) for n in re.findall(r"<@!?(\d+)>", text)}
        users = users if "users" in parse else users & {int(n) for n in allowed.get("users") or []}
        if message.reply_to and message.type == REPLY and (every_kind or allowed.get("replied_user")):
            users.add(message.reply_to.author.id)
        found = {int(n) for n in re.findall(r"<@&(\d+)>", text)}
        found = found if "roles" in parse else found & {int(n) for n in allowed.get("roles") or []}
        roles = guild.roles if guild else {}
        message.mentions = [user for n in sorted(users) if (user := self.find_user(n))]
        message.mention_roles = [n for n in sorted(found) if n in roles and (may_ping_all or roles[n].mentionable)]
        message.mention_everyone = may_ping_all and "everyone" in parse and bool(re.search("@everyone|@here", text))

    def add_file(self, name: str, data: bytes, description: str | None = None) -> Attachment:
        file_id = self.next_id()
        self.attachments[file_id] = Attachment(file_id, name, data, f"{self.files_url}/{file_id}/{name}", description)
        return self.attachments[file_id]

    def add_files(self, uploads: Sequence[tuple[str, bytes]]) -> list[Attachment]:
        return [self.add_file(name, data) for name, data in uploads]
