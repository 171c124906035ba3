"""The gateway: sessions that are identified, resumed and cut, and the events they get.

A session outlives its socket, and keeps every event so that a RESUME replays what was missed. It must hand a session
nothing that its intents do not cover.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.doubles.discord.people import Json
from tests.doubles.discord.places import Guild
from tests.doubles.discord.world import GUILDS, MESSAGE_CONTENT, World

_PRIVILEGED = MESSAGE_CONTENT | 1 << 1 | 1 << 8  # and members, presences


class Socket:
    """One connection; compressed when the client asked for it, and written to by one task at a time."""

    def __init__(self, ws: web.WebSocketResponse, transport: asyncio.Transport, *, compress: bool) -> None:
        self.ws = ws
        self.transport = transport
        self._packer = zlib.compressobj() if compress else None
        self._turn = asyncio.Lock()

    async def send(self, op: int, data: object = None, *, seq: int | None = None, event: str | None = None) -> None:
        text = json.dumps({"op": op, "d": data, "s": seq, "t": event})
        async with self._turn:
            with contextlib.suppress(ConnectionError):  # the client left, a RESUME will bring what it missed
                if self._packer:
                    frame = self._packer.compress(text.encode()) + self._packer.flush(zlib.Z_SYNC_FLUSH)
                    await self.ws.send_bytes(frame)
                else:
                    await self.ws.send_str(text)


@dataclass(eq=False)
class Session:
    """What one IDENTIFY opened. `log` holds its events in order, the first with sequence number 1."""

    intents: int
    shard: tuple[int, int]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    log: list[tuple[str, Json]] = field(default_factory=list)
    sent: int = 0
    socket: Socket | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, event: str, data: Json) -> None:
        self.log.append((event, data))
        self.news.set()


class Gateway:
    """All sessions. `identifies` and `resumes` hold what clients sent, so that tests can count them."""

    def __init__(self, *, token: str, allowed_intents: int, on_fault: Callable[[str], None]) -> None:
        self.token = token
        self.allowed_intents = allowed_intents
        self.on_fault = on_fault
        self.url = ""
        self.heartbeat_ms = 41_250
        self.world: World
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self._open = asyncio.Event()
        self._open.set()

    @property
    def connected(self) -> list[Session]:
        """The sessions with a client at the other end."""
        return [session for session in self.sessions.values() if session.socket]

    def emit(self, event: str, make: Callable[[bool], Json], *, guild: Guild | None = None, intent: int = 0) -> None:
        """Adds an event to every session of the right shard with that intent, connected or not.

        Of a guild that the bot is not in it hears of interactions alone.
        """
        if guild and intent and (guild.id not in self.world.guilds or guild.away):
            return
        for session in self.sessions.values():
            shard, of = session.shard
            mine = ((guild.id >> 22) % of if guild else 0) == shard
            if mine and session.intents & intent == intent:
                session.add(event, make(bool(session.intents & MESSAGE_CONTENT)))

    # --- what a test can do to a connection -------------------------------------------------------------------

    async def ask_to_reconnect(self) -> None:
        """Op 7: clients leave and RESUME."""
        for session in self.connected:
            await session.socket.send(7)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9: clients IDENTIFY anew, or RESUME if that is left to them."""
        for session in self.connected:
            socket = session.socket
            if not resumable:
                del self.sessions[session.id]
            await socket.send(9, resumable)

    def cut(self) -> None:
        """The link breaks without a closing handshake."""
        for session in self.connected:
            session.socket.transport.abort()

    def hold(self) -> None:
        """Keeps events back until `release`: late, in order, none lost."""
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    def repeat(self, event: str) -> None:
        """Sends the newest event of that name once more, under a new sequence number."""
        for session in self.sessions.values():
            session.add(event, next(data for name, data in reversed(session.log) if name == event))

    # --- the protocol -----------------------------------------------------------------------------------------

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(autoclose=True)
        try:
            await ws.prepare(request)
        except ConnectionError:  # the client was killed meanwhile
            return ws
        socket = Socket(ws, request.transport, compress=request.query.get("compress") == "zlib-stream")
        await socket.send(10, {"heartbeat_interval": self.heartbeat_ms})
        session: Session | None = None
        pump: asyncio.Task[None] | None = None
        try:
            async for frame in ws:
                message = json.loads(frame.data)
                if message["op"] == 1:
                    await socket.send(11)
                elif message["op"] in (2, 6) and session is None:
                    session = await self._open_session(socket, message["op"], message["d"])
                    pump = asyncio.create_task(self._pump(session, socket)) if session else None
                elif message["op"] != 3:
                    self.on_fault(f"gateway: op {message['op']} is not modelled: {message['d']}")
        finally:
            if pump:
                pump.cancel()
            if session and session.socket is socket:
                session.socket = None
                if ws.close_code in (1000, 1001):
                    self.sessions.pop(session.id, None)  # a clean goodbye ends the session
        return ws

    async def _open_session(self, socket: Socket, op: int, data: Json) -> Session | None:
        if data["token"].removeprefix("Bot ") != self.token:
            await socket.ws.close(code=4004, message=b"Authentication failed.")
            return None
        if op == 6:
            return await self._resume(socket, data)
        self.identifies.append(data)
        if data["intents"] & _PRIVILEGED & ~self.allowed_intents:
            await socket.ws.close(code=4014, message=b"Disallowed intent(s).")
            return None
        shard, of = data.get("shard") or (0, 1)
        session = Session(data["intents"], (shard, of), socket=socket)
        guilds = [g for g in self.world.guilds.values() if (g.id >> 22) % of == shard]
        session.add("READY", self._ready(session, guilds))
        present = [guild for guild in guilds if not guild.away]
        for guild in present if session.intents & GUILDS else []:
            session.add("GUILD_CREATE", guild.payload(everything=True) | {"unavailable": False})
        self.sessions[session.id] = session
        return session

    async def _resume(self, socket: Socket, data: Json) -> Session | None:
        self.resumes.append(data)
        session = self.sessions.get(data["session_id"])
        if session is None or data["seq"] > len(session.log):
            await socket.send(9, data=False)
            return None
        session.sent, session.socket = data["seq"], socket
        session.add("RESUMED", {"_trace": []})
        return session

    def _ready(self, session: Session, guilds: list[Guild]) -> Json:
        bot = self.world.bot
        known = [{"id": str(guild.id), "unavailable": True} for guild in guilds]
        application = {"id": str(bot.id), "flags": 0}
        where = {"session_id": session.id, "resume_gateway_url": self.url, "shard": list(session.shard)}
        user = bot.payload() | {"verified": True, "mfa_enabled": True, "email": None}
        rest = {"v": 10, "private_channels": [], "relationships": [], "user_settings": {}, "_trace": []}
        return {"user": user, "guilds": known, "application": application, **where, **rest}

    async def _pump(self, session: Session, socket: Socket) -> None:
        while True:
            session.news.clear()
            while session.sent < len(session.log):
                await self._open.wait()
                event, data = session.log[session.sent]
                session.sent += 1
                await socket.send(0, data, seq=session.sent, event=event)
            await session.news.wait()
