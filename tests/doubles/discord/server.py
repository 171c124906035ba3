"""The Discord double: REST and gateway in one web application on loopback, and the faults it can be told to make.

It puts the parts together and carries requests to them. State lives in `world`, and outlives any client.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self

from aiohttp import web

from tests.doubles.discord import limits
from tests.doubles.discord.gateway import Gateway
from tests.doubles.discord.interactions import Interaction, Interactions
from tests.doubles.discord.messages import Attachment, Message
from tests.doubles.discord.people import Json, Member, User
from tests.doubles.discord.places import Channel, Guild
from tests.doubles.discord.play import People
from tests.doubles.discord.rest import Call, Handler, Rest
from tests.doubles.discord.world import MESSAGE_CONTENT, ApiError, World

_API = "/api/v10"
_NO_TOKEN = ("/interactions/", "/webhooks/")
When = Literal["before", "after"]


@dataclass(eq=False)
class Fault:
    """Requests to spoil: those that match, from the one after `skip` on, `times` of them."""

    method: str
    pattern: str
    status: int | None
    headers: Mapping[str, str]
    body: Json
    times: int
    drop: When | None
    skip: int


@dataclass(eq=False)
class Hold:
    """Requests kept waiting, before or after they are taken. `caught` holds them; `release` lets all go on."""

    pattern: str
    method: str | None
    when: When
    skip: int
    server: DiscordServer
    caught: list[Call] = field(default_factory=list)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """From now on nothing is held. A request whose client has gone meanwhile is not taken."""
        self._released.set()

    async def reached(self, seconds: float = 5.0) -> Call:
        """The first request held, once there is one."""
        return await self.server.wait_for(lambda: self.caught and self.caught[0], seconds)

    async def keep(self, call: Call, when: When) -> None:
        if self._released.is_set() or when != self.when or self.method not in (None, call.method):
            return
        if re.search(self.pattern, call.path):
            if self.skip:
                self.skip -= 1
                return
            self.caught.append(call)
            self.server.changed.set()
            await self._released.wait()


class DiscordServer:
    """`async with DiscordServer() as server:` listens until the block ends; then `assert_no_faults` is for the test.

    Clients use `api_url` (DISCORD_API_URL) and `gateway_url`. `requests` logs every request, `violations` every body
    that broke a limit, `faults` what the double does not model. `message_content` is the switch in the developer
    portal; a client that asks for the intent while it is off is closed with 4014.
    """

    def __init__(
        self,
        *,
        token: str = "test-token",
        message_content: bool = False,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.token = token
        self.requests: list[Call] = []
        self.faults: list[str] = []
        self.violations: list[str] = []
        self.on_message_stored: Callable[[Message], Any] | None = None
        self.changed = asyncio.Event()
        allowed = MESSAGE_CONTENT if message_content else 0
        self.gateway = Gateway(token=token, allowed_intents=allowed, on_fault=self.faults.append)
        self.world = self.gateway.world = World(self._emit, clock)
        self.interactions = Interactions(self.world, self._check)
        self.rest = Rest(self.world, self.interactions, check=self._check, reads_content=message_content)
        self.people = People(self.world, self.interactions, self.wait_for)
        self._spoil: list[Fault] = []
        self._holds: list[Hold] = []

    # --- setting the scene --------------------------------------------------------------------------------------

    @property
    def bot(self) -> User:
        return self.world.bot

    @property
    def owner(self) -> User:
        """The application's owner, to whom the operator's notices go."""
        return self.world.owner

    @property
    def nonce_window(self) -> timedelta:
        """How long a nonce is remembered, by the clock given."""
        return self.world.nonce_window

    @nonce_window.setter
    def nonce_window(self, window: timedelta) -> None:
        self.world.nonce_window = window

    def add_guild(self, name: str = "Test server", *, bot_permissions: Sequence[str] = ()) -> Guild:
        """A server the bot is in, with the ordinary permissions and those named."""
        return self.world.add_guild(name, bot_permissions=bot_permissions)

    def dm(self, person: Member | User) -> Channel:
        """The direct messages between a person and the bot."""
        return self.world.direct_messages(person.user if isinstance(person, Member) else person)

    def file(self, name: str, data: bytes) -> Attachment:
        """A file for an option of that type."""
        return self.world.add_file(name, data)

    # --- acting as a person -------------------------------------------------------------------------------------

    async def say(self, person: Member | User, channel: Channel, content: str, **options: Any) -> Message:
        """A message; `reply_to=` another one, without a notification when `mention=False`."""
        return self.people.say(person, channel, content, **options)

    async def slash(self, person: Member | User, channel: Channel, command: str, **options: Any) -> Interaction:
        """`await server.slash(anna, news, "schedule add", time="07:00", channel=news)`."""
        return self.people.slash(person, channel, command, options)

    async def message_command(self, person: Member | User, message: Message, name: str) -> Interaction:
        return self.people.message_command(person, message, name)

    async def press(self, person: Member | User, message: Message, custom_id: str, *values: str) -> Interaction:
        """A button, or a menu's choice when values are given."""
        return self.people.press(person, message, custom_id, values or None)

    async def submit_modal(self, opened: Interaction, answers: Mapping[str, Any]) -> Interaction:
        """Sends the modal that an interaction brought up; answers go by custom_id or label."""
        return self.people.submit_modal(opened, answers)

    async def autocomplete(
        self, person: Member | User, channel: Channel, command: str, focused: str, **options: Any
    ) -> list[Json]:
        """What is offered while typing: `await server.autocomplete(anna, news, "feeds add", "topic", topic="tar")`."""
        opened = self.people.autocomplete(person, channel, command, focused, options)
        await self.wait_for(lambda: opened.choices is not None, self.interactions.deadline.total_seconds())
        return opened.choices or []

    # --- making trouble -----------------------------------------------------------------------------------------

    def fail_next(
        self,
        method: str,
        path_regex: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: Json | None = None,
        retry_after: float = 0.05,
        times: int = 1,
        drop: When | None = None,
        skip: int = 0,
    ) -> None:
        """Spoils the next requests that match: an error answer, or the connection dropped before or after taking it.

        A 429 carries `Via` and waits `retry_after` seconds unless headers and body say otherwise.
        """
        limited = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
        chosen = body or (limited if status == 429 else {"code": 0, "message": f"{status}: made by the test"})
        via = {"Via": "1.1 google", "Retry-After": str(retry_after)} if status == 429 else {}
        sent = via if headers is None else headers
        self._spoil.append(Fault(method, path_regex, status, sent, chosen, times, drop, skip))

    def hold(self, path_regex: str, *, method: str | None = None, when: When = "before", skip: int = 0) -> Hold:
        """Keeps matching requests waiting, so that the client can be killed at exactly that point."""
        self._holds.append(Hold(path_regex, method, when, skip, self))
        return self._holds[-1]

    async def wait_for(self, predicate: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Waits until the predicate is true and returns its value; TimeoutError after so many seconds."""
        async with asyncio.timeout(seconds):
            while not (result := predicate()):
                self.changed.clear()
                waiting = asyncio.ensure_future(self.changed.wait())
                await asyncio.wait([waiting], timeout=0.05)  # a predicate may also look at things of the test's own
                waiting.cancel()
        return result

    async def wait_connected(self, seconds: float = 10.0) -> None:
        """Until a client holds a session; it answers interactions from then on."""
        await self.wait_for(lambda: self.gateway.connected, seconds)

    def assert_no_faults(self) -> None:
        """No request was beyond what the double models, and none broke a limit."""
        assert not self.faults, "\n".join(self.faults)
        assert not self.violations, "\n".join(self.violations)

    # --- the web application ------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._carry], client_max_size=64 << 20)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/attachments/{id}/{name}", self._attachment)
        for (method, path), handler in self.rest.routes().items():
            app.router.add_route(method, _API + path, self._endpoint(handler))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.api_url = f"http://{host}:{port}{_API}"
        self.gateway_url = self.gateway.url = self.rest.gateway_url = f"ws://{host}:{port}/gateway"
        self.world.files_url = f"http://{host}:{port}/attachments"
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        for hold in self._holds:
            hold.release()
        self.gateway.cut()
        await self._runner.cleanup()

    def _emit(self, *args: Any, **options: Any) -> None:
        self.gateway.emit(*args, **options)
        self.changed.set()

    def _check(self, findings: list[limits.Finding]) -> None:
        if not findings:
            return
        self.violations += [f"{path}: {message}" for path, message in findings]
        errors: Json = {}
        for path, message in findings:
            place = errors
            for key in path.replace("[", ".").replace("]", "").split("."):
                place = place.setdefault(key, {})
            place.setdefault("_errors", []).append({"code": "INVALID", "message": message})
        raise ApiError(400, 50035, "Invalid Form Body", errors)

    async def _attachment(self, request: web.Request) -> web.Response:
        return web.Response(body=self.world.attachments[int(request.match_info["id"])].data)

    def _endpoint(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def endpoint(request: web.Request) -> web.StreamResponse:
            call = request[_CALL]
            call.params = request.match_info
            if self.token != call.token and not call.path.startswith(_NO_TOKEN):
                raise ApiError(401, 0, "401: Unauthorized")
            answer = handler(call)
            for message in self._fresh():
                outcome = self.on_message_stored(message) if self.on_message_stored else None
                if inspect.isawaitable(outcome):
                    await outcome
            return _json(200, answer) if answer is not None else web.Response(status=204)

        return endpoint

    def _fresh(self) -> list[Message]:
        fresh, self.world.fresh = self.world.fresh, []
        return fresh

    @web.middleware
    async def _carry(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if not request.path.startswith(_API):
            return await handler(request)
        call = request[_CALL] = await _read(request)
        self.requests.append(call)
        fault = self._fault_for(call)
        if fault and fault.drop == "before":
            return _hang_up(request)
        if fault and fault.status:
            call.status = fault.status
            return _json(fault.status, fault.body, fault.headers)
        async with self._held(call):
            if request.transport is None:
                return web.Response()  # the client was killed while its request was held
            response = await self._outcome(request, call, handler)
        call.status = response.status
        self.changed.set()
        return _hang_up(request) if fault else response

    @asynccontextmanager
    async def _held(self, call: Call) -> AsyncIterator[None]:
        for hold in self._holds:
            await hold.keep(call, "before")
        yield
        for hold in self._holds:
            await hold.keep(call, "after")

    async def _outcome(self, request: web.Request, call: Call, handler: Any) -> web.StreamResponse:
        # Faults answer 501, which the client does not repeat, so that a test fails at once.
        try:
            return await handler(request)
        except ApiError as refusal:
            return _json(refusal.status, refusal.body)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            self.faults.append(f"not modelled: {call.method} {call.path} {call.body}")
        except Exception:
            self.faults.append(f"{call.method} {call.path}: {traceback.format_exc()}")
        return _json(501, {"code": 0, "message": self.faults[-1]})

    def _fault_for(self, call: Call) -> Fault | None:
        for fault in self._spoil:
            if fault.method == call.method and re.search(fault.pattern, call.path) and fault.times:
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None


_CALL = web.RequestKey("call", Call)


async def _read(request: web.Request) -> Call:
    body: Any = None
    uploads: list[tuple[str, bytes]] = []
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if part.name == "payload_json":
                body = json.loads(await part.text())
            else:
                uploads.append((part.filename or part.name, bytes(await part.read())))
    elif request.can_read_body:
        body = json.loads(await request.read())
    token = request.headers.get("Authorization", "").removeprefix("Bot ") or None
    path = request.path.removeprefix(_API)
    return Call(request.method, path, datetime.now(UTC), token, request.query.copy(), body, uploads)


def _json(status: int, value: Any, headers: Mapping[str, str] | None = None) -> web.Response:
    # Exactly this Content-Type: with a charset behind it discord.py takes the body for a string.
    return web.Response(
        status=status, body=json.dumps(value).encode(), content_type="application/json", headers=headers
    )


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response()
