"""Guilds, channels and threads, and how each looks on the wire.

They are what a test sets the scene with. The rules of the API are in `world` and `rest`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.doubles.discord.messages import THREAD_STARTER, Message
from tests.doubles.discord.people import Json, Member, Role, User, bits

if TYPE_CHECKING:
    from tests.doubles.discord.world import World

TEXT, DM, GROUP, ANNOUNCEMENT, FORUM = 0, 1, 3, 5, 15
THREADS = ANNOUNCEMENT_THREAD, PUBLIC_THREAD = 10, 11


@dataclass(eq=False, repr=False)
class Guild:
    """A server. Its `add_…` methods work before and after the bot connects; a connected bot is told."""

    id: int
    name: str
    world: World
    owner: User
    everyone: Role
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    away: bool = False
    locale: str = "en-US"
    system_channel: Channel | None = None

    def __repr__(self) -> str:
        return f"<guild {self.name}>"

    @property
    def me(self) -> Member:
        """The bot's own membership."""
        return self.members[self.world.bot.id]

    def add_role(self, name: str, *permissions: str, mentionable: bool = False) -> Role:
        return self.world.add_role(self, Role(self.world.next_id(), name, bits(*permissions), mentionable))

    def add_member(
        self, name: str, *, manage_guild: bool = False, roles: tuple[Role, ...] = (), user: User | None = None
    ) -> Member:
        """A person joins; `user` brings an account that is in another guild already."""
        account = user or User(self.world.next_id(), name)
        owned = list(roles) + ([self.add_role(f"{name}'s admin role", "manage_guild")] if manage_guild else [])
        self.members[account.id] = Member(account, self, self.world.clock(), owned)
        return self.members[account.id]

    def add_text_channel(self, name: str, *, topic: str = "", announcement: bool = False) -> Channel:
        return self.world.add_channel(self, ANNOUNCEMENT if announcement else TEXT, name, topic)

    def add_forum(self, name: str, *, topic: str = "", tags: tuple[str, ...] = ()) -> Channel:
        channel = self.world.add_channel(self, FORUM, name, topic)
        channel.tags = {self.world.next_id(): tag for tag in tags}
        return channel

    def change_role(self, role: Role, *permissions: str) -> None:
        """Gives a role these permissions and no others: GUILD_ROLE_UPDATE."""
        role.permissions = bits(*permissions)
        self.world.announce_role(self, role, "UPDATE")

    def remove_bot(self) -> None:
        """An administrator throws the bot out: GUILD_DELETE, and no access from then on."""
        self.world.remove_guild(self)

    def add_bot(self) -> None:
        """The bot is invited once more, and finds what is there now: GUILD_CREATE."""
        self.world.join_guild(self)

    def go_away(self) -> None:
        """Discord itself loses sight of the guild for a while; the bot stays a member."""
        self.world.lose_guild(self)

    def come_back(self) -> None:
        """The end of `go_away`."""
        self.world.find_guild(self)

    def payload(self, *, everything: bool = False) -> Json:
        """A guild as REST gives it; with `everything` as GUILD_CREATE does."""
        nothing = ("icon", "splash", "discovery_splash", "banner", "description", "vanity_url_code")
        nothing += ("afk_channel_id", "rules_channel_id", "public_updates_channel_id")
        nothing += ("application_id", "safety_alerts_channel_id", "widget_channel_id", "max_presences")
        nothing += ("home_header", "incidents_data")
        zero = ("verification_level", "default_message_notifications", "explicit_content_filter")
        zero += ("mfa_level", "premium_tier", "premium_subscription_count", "nsfw_level", "system_channel_flags")
        own = {"id": str(self.id), "name": self.name, "owner_id": str(self.owner.id), "preferred_locale": self.locale}
        own["system_channel_id"] = str(self.system_channel.id) if self.system_channel else None
        own |= {"region": "deprecated", "afk_timeout": 300}
        own |= {"features": [], "emojis": [], "stickers": [], "roles": [r.payload() for r in self.roles.values()]}
        own |= {"premium_progress_bar_enabled": False, "widget_enabled": False, "nsfw": False}
        own |= {"max_members": 500_000, "max_video_channel_users": 25, "max_stage_video_channel_users": 50}
        own |= dict.fromkeys(nothing) | dict.fromkeys(zero, 0)
        if everything:
            shown = [c for c in self.channels.values() if not c.deleted]
            own["channels"] = [c.payload() for c in shown if not c.is_thread]
            own["threads"] = [c.payload() for c in shown if c.is_thread and not c.archived]
            own["members"] = [self.me.payload()]
            own |= {"joined_at": self.me.joined_at.isoformat(), "large": False}
            own |= {"member_count": len(self.members), "voice_states": [], "presences": [], "stage_instances": []}
            own |= {"guild_scheduled_events": [], "soundboard_sounds": []}
        return own


@dataclass(eq=False, repr=False)
class Channel:
    """A text, announcement or forum channel, a thread in one (`parent`), a member's direct messages, or a group's."""

    id: int
    kind: int
    name: str
    world: World
    guild: Guild | None = None
    parent: Channel | None = None
    topic: str = ""
    owner: User | None = None
    recipient: User | None = None
    created_at: datetime | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    overwrites: dict[int, tuple[int, int]] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)
    applied_tags: list[str] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    auto_archive_minutes: int = 1440
    deleted: bool = False

    def __repr__(self) -> str:
        return f"<#{self.name or self.recipient}: {self.posts}>"

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS

    @property
    def context(self) -> int:
        """As interactions say it: 0 in a server, 1 in direct messages with the bot, 2 among people."""
        return 0 if self.guild else 1 if self.kind == DM else 2

    @property
    def posts(self) -> list[Message]:
        """The messages that stand here, oldest first, without Discord's own notes such as a thread's starter."""
        return [m for m in self.messages.values() if m.type != THREAD_STARTER and not m.loading]

    @property
    def threads(self) -> list[Channel]:
        """The threads (in a forum, the posts) of this channel, oldest first."""
        return [c for c in (self.guild.channels.values() if self.guild else ()) if c.parent is self and not c.deleted]

    def deny(self, *names: str, to: Member | Role | None = None, quietly: bool = False) -> None:
        """Takes permissions from the bot, or from `to`. `quietly`: the bot's own cache is not told."""
        self._overwrite(to, lambda allow, deny: (allow & ~bits(*names), deny | bits(*names)), quietly)

    def allow(self, *names: str, to: Member | Role | None = None) -> None:
        """Gives permissions, whatever the roles say."""
        self._overwrite(to, lambda allow, deny: (allow | bits(*names), deny & ~bits(*names)), quietly=False)

    def _overwrite(self, to: Member | Role | None, change: Any, quietly: bool) -> None:
        assert self.guild, "direct messages have no permissions"
        target = (to or self.guild.me).id
        self.overwrites[target] = change(*self.overwrites.get(target, (0, 0)))
        if not quietly:
            self.world.announce_channel(self, "UPDATE")

    def archive(self, *, locked: bool = False, quietly: bool = False) -> None:
        """Puts a thread away, as time does; `locked` is a moderator's doing and refuses new messages."""
        self.archived, self.locked = True, locked
        if not quietly:
            self.world.announce_channel(self, "UPDATE")

    def delete(self, *, quietly: bool = False) -> None:
        """Deletes the channel and its threads: 10003 from then on."""
        for gone in (self, *self.threads):
            gone.deleted = True
        if not quietly:
            self.world.announce_channel(self, "DELETE")

    def payload(self) -> Json:
        last = max(self.messages, default=None)
        own: Json = {"id": str(self.id), "type": self.kind, "flags": 0, "last_message_id": last and str(last)}
        if self.recipient:
            group = {"owner_id": str(self.recipient.id), "name": self.name, "icon": None} if self.kind == GROUP else {}
            return own | {"recipients": [self.recipient.payload()]} | group
        assert self.guild
        own |= {"guild_id": str(self.guild.id), "name": self.name, "rate_limit_per_user": 0}
        own["parent_id"] = str(self.parent.id) if self.parent else None
        return own | (self._thread_fields() if self.is_thread else self._channel_fields())

    def _channel_fields(self) -> Json:
        def overwrite(target: int, allow: int, deny: int) -> Json:
            assert self.guild
            return {
                "id": str(target),
                "type": 0 if target in self.guild.roles else 1,
                "allow": str(allow),
                "deny": str(deny),
            }

        overwrites = [overwrite(target, *pair) for target, pair in self.overwrites.items()]
        own: Json = {"position": 0, "permission_overwrites": overwrites, "nsfw": False, "topic": self.topic or None}
        if self.kind == FORUM:
            tag = {"moderated": False, "emoji_id": None, "emoji_name": None}
            own["available_tags"] = [{"id": str(i), "name": name, **tag} for i, name in self.tags.items()]
        return own

    def _thread_fields(self) -> Json:
        assert self.owner
        assert self.created_at
        began = self.created_at.isoformat()
        metadata = {"archived": self.archived, "locked": self.locked, "archive_timestamp": began}
        metadata |= {"auto_archive_duration": self.auto_archive_minutes, "create_timestamp": began}
        count = max(len(self.messages) - 1, 0)
        own = {"owner_id": str(self.owner.id), "thread_metadata": metadata, "applied_tags": self.applied_tags}
        own |= {"message_count": count, "total_message_sent": count, "member_count": 1}
        if self.owner.bot:
            own["member"] = {"id": str(self.id), "user_id": str(self.owner.id), "join_timestamp": began, "flags": 0}
        return own
