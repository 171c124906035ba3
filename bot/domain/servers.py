"""Servers and members: what is remembered of each, and what a server has of its own.

Standard library only, no I/O. What everyone has (topics, feeds) a server may replace by a record of its own with the
same key, or hide; it adds others. What is its own reaches nobody else.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.domain.schedules import PUBLIC, Destination, MemberId, ServerId

GRACE = timedelta(days=30)
"""How long a server's settings are kept after it removed the bot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A Discord guild. `managers` are ids of roles whose members may manage the bot beside those who manage the server.

    `log` is where its admins read what members report; None: its owner is told directly. `zone` is an IANA name.
    Budgets are tokens a day, 0 for no limit: of all its members together, of each role's members together (by role
    id), of each member. `left_at` is when it removed the bot, None while the bot is there.
    """

    id: ServerId
    managers: tuple[str, ...] = ()
    log: Destination | None = None
    zone: str = "UTC"
    tokens: int = 0
    role_tokens: Mapping[str, int] = field(default_factory=dict)
    member_tokens: int = 0
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person: the topics he muted for himself, and his time zone where he named it.

    `told_of` is the beginning of the last pause of his direct messages that he was told of.
    """

    id: MemberId
    muted: tuple[str, ...] = ()
    zone: str | None = None
    told_of: datetime | None = None


class Owned(Protocol):
    """Everyone's (`PUBLIC`), or one server's own; `hidden`: that server wants none of the one with this key."""

    @property
    def server(self) -> ServerId:
        """Whose it is."""

    @property
    def hidden(self) -> bool:
        """Whether it stands for its absence."""


T = TypeVar("T", bound=Owned)


def own_key(server: ServerId, key: str) -> str:
    """The key of a server's own record among all; everyone's have their key as it is."""
    return f"{server} {key}" if server else key


def owned(records: Iterable[T], server: ServerId, key: Callable[[T], str]) -> tuple[T, ...]:
    """What a server has: everyone's, its own in their place where it has some with the same key, none that it hides.

    In the order of `records`; for `PUBLIC` what everyone has.
    """
    found: dict[str, T] = {}
    for each in records:
        if each.server == server or (each.server == PUBLIC and key(each) not in found):
            found[key(each)] = each
    return tuple(each for each in found.values() if not each.hidden)


def is_forgotten(server: Server, now: datetime) -> bool:
    """Whether a server that removed the bot has been away for so long that what is kept of it is dropped."""
    return server.left_at is not None and now - server.left_at >= GRACE


def away(servers: Iterable[Server]) -> frozenset[ServerId]:
    """Those that removed the bot: nothing is read or written for them."""
    return frozenset(server.id for server in servers if server.left_at)
