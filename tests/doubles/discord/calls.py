"""Requests as they come in, and the few ways to answer one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.doubles.discord.people import Json
from tests.doubles.discord.world import ApiError

API = "/api/v10"


@dataclass(eq=False, slots=True)
class Call:
    """One request as it came in; `path` is that below the API's base, `status` what was answered (0: nothing)."""

    method: str
    path: str
    at: datetime
    token: str | None
    query: Mapping[str, str]
    body: Any
    uploads: list[tuple[str, bytes]]
    params: Mapping[str, str] = field(default_factory=dict)
    status: int = 0

    @property
    def fields(self) -> Json:
        """The body of a request that has to bring an object."""
        if not isinstance(self.body, dict):
            raise ApiError(400, 50109, "The request body contains invalid JSON.")
        return self.body


Handler = Callable[[Call], Any]


async def read_call(request: web.Request) -> Call:
    """JSON, or a form with files and the JSON in one of its fields."""
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
    path = request.path.removeprefix(API)
    return Call(request.method, path, datetime.now(UTC), token, request.query.copy(), body, uploads)


def json_answer(status: int, value: Any, headers: Mapping[str, str] | None = None) -> web.Response:
    # Exactly this Content-Type: with a charset behind it discord.py takes the body for a string.
    return web.Response(
        status=status, body=json.dumps(value).encode(), content_type="application/json", headers=headers
    )


def hang_up(request: web.Request) -> web.Response:
    """Closes the connection instead of answering."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()
