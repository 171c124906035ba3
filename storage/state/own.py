"""One server's side of a register that holds everyone's records and each server's own. Must not keep anything."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from bot.domain.errors import NotFoundError
from bot.domain.feeds import Feed
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.servers import own_key, owned
from bot.domain.topics import Topic
from bot.domain.wording import refusals
from bot.ports.repositories import Register

T = TypeVar("T", Topic, Feed)


class OwnRegister(Generic[T]):
    """The Register port over what `server` has (see `domain.servers.owned`); for `PUBLIC` over what everyone has.

    What is put becomes the server's own. What is removed and everyone has is hidden from this server alone.
    """

    def __init__(
        self,
        everything: Register[str, T],
        server: ServerId,
        *,
        noun: str,
        key: Callable[[T], str],
        fold: Callable[[str], str] = str,
    ) -> None:
        self._everything: Register[str, T] = everything
        self._server = server
        self._noun = noun
        self._key: Callable[[T], str] = lambda record: fold(key(record))
        self._fold: Callable[[str], str] = fold

    async def all(self) -> tuple[T, ...]:
        return owned(await self._everything.all(), self._server, self._key)

    async def get(self, key: Any) -> T:
        return next((each for each in await self.all() if self._key(each) == self._fold(key)), None) or self._none(key)

    async def put(self, *items: T) -> None:
        await self._everything.put(*(replace(item, server=self._server) for item in items))

    async def remove(self, key: Any) -> None:
        gone = await self.get(key)
        same = [each for each in await self._everything.all() if self._key(each) == self._key(gone)]
        if self._server != PUBLIC and any(each.server == PUBLIC for each in same):
            await self._everything.put(replace(gone, server=self._server, hidden=True))
        else:
            await self._everything.remove(own_key(self._server, key))

    def _none(self, key: str) -> T:
        raise NotFoundError(refusals.missing(self._noun, key))
