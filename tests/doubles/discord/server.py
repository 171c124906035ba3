"""The Discord double: REST and gateway in one web application on loopback, and the faults it can be told to make.

It puts the parts together and carries requests to them. State lives in `world`, and outlives any client.
"""

from __future__ import annotations

import inspect
import os
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from tests.doubles.discord import limits
from tests.doubles.discord.calls import API, Call, Handler, hang_up, json_answer, read_call
from tests.doubles.discord.described import description_of
from tests.doubles.discord.gateway import Gateway
from tests.doubles.discord.interactions import Interaction, Interactions
from tests.doubles.discord.messages import Attachment, Message
from tests.doubles.discord.people import Json, Member, User
from tests.doubles.discord.places import Channel, Guild
from tests.doubles.discord.play import People
from tests.doubles.discord.rates import Rates
from tests.doubles.discord.rest import Rest
from tests.doubles.discord.trouble import Trouble
from tests.doubles.discord.world import MESSAGE_CONTENT, ApiError, World

_NO_TOKEN = ("/interactions/", "/webhooks/")
_CALL = web.RequestKey("call", Call)


class DiscordServer(Trouble):
    """`async with DiscordServer() as server:` listens until the block ends; then `assert_no_faults` is for the test.

    Clients use `api_url` (DISCORD_API_URL) and `gateway_url`. `requests` logs every request, `violations` every body
    that broke a limit, `faults` what the double does not model; `rates` are off until a test sets them.
    `message_content` is the switch in the developer portal; a client that asks for the intent while it is off is
    closed with 4014.
    """

    def __init__(
        self,
        *,
        token: str = "test-token",
        message_content: bool = False,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__()
        self.token = token
        self.rates = Rates()
        self.requests: list[Call] = []
        self.faults: list[str] = []
        self.violations: list[str] = []
        self.on_message_stored: Callable[[Message], Any] | None = None
        allowed = MESSAGE_CONTENT if message_content else 0
        self.gateway = Gateway(token=token, allowed_intents=allowed, on_fault=self.faults.append)
        self.world = self.gateway.world = World(self._emit, clock)
        self.interactions = Interactions(self.world, self._check)
        self.rest = Rest(self.world, self.interactions, check=self._check, reads_content=message_content)
        self.people = People(self.world, self.interactions, self.wait_for)
        described = os.environ.get("NEWSTHREAD_DISCORD_OPENAPI")
        self.description = description_of(Path(described)) if described else None

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

    def group(self, person: User, name: str = "") -> Channel:
        """Direct messages of a person with others, of whom the bot is none."""
        return self.world.add_group(person, name)

    def add_user(self, name: str, *, installed: bool = False) -> User:
        """An account; `installed` for one that added the bot to itself, and so uses it where the bot is not."""
        user = User(self.world.next_id(), name)
        self.world.installed_by |= {user} if installed else set()
        return user

    def file(self, name: str, data: bytes) -> Attachment:
        """A file for an option of that type, or a modal's field."""
        return self.world.add_file(name, data)

    # --- acting as a person -------------------------------------------------------------------------------------

    async def say(self, person: Member | User, channel: Channel, content: str, **options: Any) -> Message:
        """A message; `reply_to=` another one, without a notification when `mention=False`."""
        return self.people.say(person, channel, content, **options)

    async def slash(self, person: Member | User, channel: Channel, command: str, /, **options: Any) -> Interaction:
        """`await server.slash(anna, news, "schedule add", time="07:00", channel=news)`."""
        return self.people.slash(person, channel, command, options)

    async def message_command(self, person: Member | User, message: Message, name: str) -> Interaction:
        return self.people.message_command(person, message, name)

    async def press(self, person: Member | User, message: Message, custom_id: str, *values: Any) -> Interaction:
        """A button, or a menu's choice when values are given: strings, or channels, roles, people."""
        return self.people.press(person, message, custom_id, values or None)

    async def submit_modal(self, opened: Interaction, answers: Mapping[str, Any]) -> Interaction:
        """Sends the modal that an interaction brought up; answers go by custom_id or label."""
        return self.people.submit_modal(opened, answers)

    async def autocomplete(
        self, person: Member | User, channel: Channel, command: str, focused: str, /, **options: Any
    ) -> list[Json]:
        """What is offered while typing: `await server.autocomplete(anna, news, "feeds add", "topic", topic="tar")`."""
        opened = self.people.autocomplete(person, channel, command, focused, options)
        await self.wait_for(lambda: opened.choices is not None, self.interactions.deadline.total_seconds())
        return opened.choices or []

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
            app.router.add_route(method, API + path, self._endpoint(path, handler))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.api_url = f"http://{host}:{port}{API}"
        self.gateway_url = self.gateway.url = self.rest.gateway_url = f"ws://{host}:{port}/gateway"
        self.world.files_url = f"http://{host}:{port}/attachments"
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.release_all()
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
        found = self.world.attachments.get(int(request.match_info["id"]))
        return web.Response(body=found.data) if found else web.Response(status=404)

    def _endpoint(self, path: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def endpoint(request: web.Request) -> web.StreamResponse:
            call = request[_CALL]
            call.params = request.match_info
            if self.token != call.token and not call.path.startswith(_NO_TOKEN):
                raise ApiError(401, 0, "401: Unauthorized")
            if self.description:
                self._check(self.description.request(call.method, path, call.body))
            self.world.fresh.clear()  # what people said meanwhile is not the bot's
            answer = handler(call)
            if self.description:
                self.faults += [f"{a}: {e}" for a, e in self.description.answer(call.method, path, answer)]
            for message in list(self.world.fresh):
                outcome = self.on_message_stored(message) if self.on_message_stored else None
                if inspect.isawaitable(outcome):
                    await outcome
            return json_answer(200, answer) if answer is not None else web.Response(status=204)

        return endpoint

    @web.middleware
    async def _carry(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if not request.path.startswith(API):
            return await handler(request)
        call = request[_CALL] = await read_call(request)
        self.requests.append(call)
        fault = self.fault_for(call)
        if fault and fault.drop == "before":
            return hang_up(request)
        if fault and fault.status:
            call.status = fault.status
            return json_answer(fault.status, fault.body, fault.headers)
        if refusal := self.rates.refusal(call):
            call.status = refusal.status
            return refusal
        async with self.held(call):
            if request.transport is None:
                return web.Response()  # the client was killed while its request was held
            response = await self._outcome(request, call, handler)
        call.status = response.status
        response.headers.update(self.rates.headers(call))
        self.changed.set()
        return hang_up(request) if fault else response

    async def _outcome(self, request: web.Request, call: Call, handler: Any) -> web.StreamResponse:
        # Faults answer 501, which the client does not repeat, so that a test fails at once.
        try:
            return await handler(request)
        except ApiError as refusal:
            return json_answer(refusal.status, refusal.body)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            self.faults.append(f"not modelled: {call.method} {call.path} {call.body}")
        except Exception:
            self.faults.append(f"{call.method} {call.path}: {traceback.format_exc()}")
        return json_answer(501, {"code": 0, "message": self.faults[-1]})
