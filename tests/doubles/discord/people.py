"""People, roles and what they may do, and how each looks on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.doubles.discord.places import Channel, Guild

Json = dict[str, Any]

PERMISSIONS: Mapping[str, int] = {
    name: 1 << bit
    for name, bit in {
        "administrator": 3,
        "manage_channels": 4,
        "manage_guild": 5,
        "view_channel": 10,
        "send_messages": 11,
        "manage_messages": 13,
        "embed_links": 14,
        "attach_files": 15,
        "read_message_history": 16,
        "mention_everyone": 17,
        "use_application_commands": 31,
        "manage_threads": 34,
        "create_public_threads": 35,
        "send_messages_in_threads": 38,
    }.items()
}
_FOR_MODERATORS = {"administrator", "manage_channels", "manage_guild", "manage_messages", "mention_everyone"}
ORDINARY = [name for name in PERMISSIONS if name not in _FOR_MODERATORS | {"manage_threads"}]
ALL = (1 << 50) - 1


def bits(*names: str) -> int:
    """The permissions of that name as one number."""
    return sum({PERMISSIONS[name] for name in names})


@dataclass(eq=False, slots=True)
class User:
    """An account. `accepts_dms` off makes every direct message to it fail with 50007."""

    id: int
    name: str
    bot: bool = False
    accepts_dms: bool = True

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def payload(self) -> Json:
        names = {"username": self.name, "global_name": None if self.bot else self.name.title(), "discriminator": "0"}
        own = {"id": str(self.id), "avatar": None, "bot": self.bot, "public_flags": 0, "flags": 0}
        return own | names | {"primary_guild": None}


@dataclass(eq=False, slots=True)
class Role:
    id: int
    name: str
    permissions: int = 0
    mentionable: bool = False

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"

    def payload(self) -> Json:
        looks = {"color": 0, "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
        looks |= {"hoist": False, "icon": None, "unicode_emoji": None, "position": 0, "flags": 0}
        own = {"id": str(self.id), "name": self.name, "permissions": str(self.permissions)}
        return {**looks, **own, "managed": False, "mentionable": self.mentionable}


@dataclass(eq=False, slots=True)
class Member:
    """A person in a guild; `user` is the account, shared by all guilds."""

    user: User
    guild: Guild
    joined_at: datetime
    roles: list[Role] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def mention(self) -> str:
        return self.user.mention

    def permissions_in(self, channel: Channel | None = None) -> int:
        """Roles first, then the channel's overwrites: everyone's, the roles', the member's own."""
        granted = self.guild.everyone.permissions
        for role in self.roles:
            granted |= role.permissions
        if self.id == self.guild.owner.id or granted & PERMISSIONS["administrator"]:
            return ALL
        overwrites = (channel.parent or channel).overwrites if channel else {}
        for target in (self.guild.id, *(r.id for r in self.roles), self.id):
            allow, deny = overwrites.get(target, (0, 0))
            granted = granted & ~deny | allow
        return granted

    def can(self, name: str, channel: Channel | None = None) -> bool:
        return bool(self.permissions_in(channel) & PERMISSIONS[name])

    def payload(self, *, user: bool = True) -> Json:
        own = {"roles": [str(r.id) for r in self.roles], "joined_at": self.joined_at.isoformat()}
        looks = {"nick": None, "avatar": None, "banner": None, "premium_since": None, "flags": 0}
        state = {"deaf": False, "mute": False, "pending": False, "communication_disabled_until": None}
        return {**own, **looks, **state, **({"user": self.user.payload()} if user else {})}
