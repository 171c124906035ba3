"""What people decided, and what polling remembers: the contract of each repository."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from bot.domain.feeds import Feed, FeedState, FeedUrl
from bot.domain.schedules import MemberId, Schedule, ScheduleId, ServerId
from bot.domain.servers import Member, Server
from bot.domain.topics import Topic

K = TypeVar("K", contravariant=True)
T = TypeVar("T")


class Register(Protocol[K, T]):
    """A small set of things that people decided, each with its own key."""

    async def all(self) -> tuple[T, ...]:
        """Everything, in the order in which it was first put."""

    async def get(self, key: K) -> T:
        """The one with this key. Raises NotFoundError."""

    async def put(self, *items: T) -> None:
        """Adds each, or replaces the one with the same key; all of them or none."""

    async def remove(self, key: K) -> None:
        """Takes it out. Raises NotFoundError."""


FeedRegister = Register[FeedUrl, Feed]
TopicRegister = Register[str, Topic]  # the key is compared casefolded
ScheduleRegister = Register[ScheduleId, Schedule]
ServerRegister = Register[ServerId, Server]
MemberRegister = Register[MemberId, Member]


class FeedStates(Protocol):
    """What polling remembers."""

    async def all(self) -> Mapping[FeedUrl, FeedState]:
        """The state of every feed that was ever polled and not removed."""

    async def put(self, states: Sequence[FeedState]) -> None:
        """Replaces the states of these feeds in one transaction."""

    async def remove(self, url: FeedUrl) -> None:
        """Forgets one feed's state; what it brought stays. Unknown feeds are no error."""
