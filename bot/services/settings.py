"""Settings of servers: the one way to change them, so that of two changes at the same moment none is lost."""

import asyncio
from collections.abc import Callable

from bot.domain.errors import NotFoundError
from bot.domain.schedules import ServerId
from bot.domain.servers import Server
from bot.ports.repositories import ServerRegister


class ServerSettings:
    """What the servers of one data folder decided. All methods raise StorageError."""

    def __init__(self, servers: ServerRegister) -> None:
        self._servers = servers
        self._changing = asyncio.Lock()  # what a change starts from must not change before it is stored

    async def of(self, server: ServerId) -> Server:
        """What is remembered of a server; the defaults where that is nothing."""
        try:
            return await self._servers.get(server)
        except NotFoundError:
            return Server(id=server)

    async def change(self, server: ServerId, change: Callable[[Server], Server]) -> Server:
        """Stores what `change` makes of it and returns that; what `change` raises is raised, with nothing stored."""
        async with self._changing:
            after = change(await self.of(server))
            await self._servers.put(after)
        return after
