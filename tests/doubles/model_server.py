"""An OpenAI-compatible server on loopback: the wire of Chat Completions, and every way seen to get it wrong.

What it answers comes from a handler (see `models`) or a script. It must not know what the program asks for.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Self

from aiohttp import web

Body = dict[str, Any]
# What a handler returns, or a coroutine of it: a Reply, the text of one, or an object to be sent as JSON text.
Handler = Callable[[Body], Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the server: by default a completion with `content`, or an error object if `status` is one.

    `raw` replaces the whole body. `drop` hangs up without an answer, or in a stream half way through it.
    """

    content: str | None = None
    finish_reason: str | None = "stop"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    delay: timedelta = timedelta()
    refusal: str | None = None
    usage: bool = True
    drop: bool = False


def error(status: int, message: str, *, param: str | None = None, **headers: str) -> Reply:
    """The error object of OpenAI's API; a header's underscores stand for dashes."""
    body = {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": None}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, raw=json.dumps(body).encode(), headers=named)


_EMPTY = {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": []}

# Replies that hold no answer at all, by what is wrong with them.
BROKEN: Mapping[str, Reply] = MappingProxyType(
    {
        "empty content": Reply(content=""),
        "null content": Reply(content=None),
        "cut short by length": Reply(content='{"headline": "Tar', finish_reason="length"),
        "no finish reason": Reply(content="{}", finish_reason=None),
        "an error body with status 200": replace(error(200, "upstream provider failed"), status=200),
        "a web page": Reply(raw=b"<html><body>Sign in</body></html>", headers={"Content-Type": "text/html"}),
        "no choices": Reply(raw=json.dumps(_EMPTY).encode()),
        "an array": Reply(raw=b"[]"),
        "half a body": Reply(raw=b'{"id": "c", "choices": [{"message": {"content": "{'),
        "choices that are words": Reply(raw=json.dumps({**_EMPTY, "choices": ["stop"]}).encode()),
        "a choice without a message": Reply(
            raw=json.dumps({**_EMPTY, "choices": [{"index": 0, "finish_reason": "stop"}]}).encode()
        ),
        "a filtered reply": Reply(content="I", finish_reason="content_filter"),
        "a refusal": Reply(content=None, refusal="I cannot help with that."),
        "a dropped connection": Reply(drop=True),
        "too many requests": error(429, "Rate limit reached"),
        "too many requests, retry after 1 s": error(429, "Rate limit reached", Retry_After="1"),
        "a server error": error(500, "The server had an error"),
    }
)


def fenced(text: str) -> str:
    """Sound JSON the way chatty models wrap it: in a code fence, with a word before it."""
    return f"Here is the JSON:\n```json\n{text}\n```"


def thinking(text: str) -> str:
    """Sound JSON behind the thoughts that reasoning models leave in their content."""
    return f'<think>\nThe user wants {{"claims": []}} or so.\n</think>\n\n{text}'


class ModelServer:
    """`async with ModelServer(honest) as server:` listens until the block ends.

    `base_url` is what OPENAI_BASE_URL wants. `requests` holds the bodies received, `authorizations` the header
    of each. Replies given to `script` are used up first, then `handler` answers from the request's body. Embeddings
    are given by `embeds`, from the body too: a Reply, or a list of vectors; a server without it knows no embeddings.
    """

    def __init__(self, handler: Handler, *, models: tuple[str, ...] = ("test-model",)) -> None:
        self.handler: Handler = handler
        self.embeds: Handler | None = None
        self.models = models
        self.requests: list[Body] = []
        self.authorizations: list[str | None] = []
        self.base_url = ""
        self._script: deque[Any] = deque()
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_post("/v1/embeddings", self._embed)
        app.router.add_get("/v1/models", self._list)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    def script(self, *replies: Any) -> None:
        """Queues replies, each for one request: whatever a handler may return."""
        self._script.extend(replies)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._runner.cleanup()

    async def _list(self, request: web.Request) -> web.Response:
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "tests"} for name in self.models]
        return web.json_response({"object": "list", "data": data})

    async def _embed(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.requests.append(body)
        answer = self.embeds(body) if self.embeds else error(404, "no such route")
        if isinstance(answer, Reply):
            return web.Response(status=answer.status, body=_payload(body, answer), content_type="application/json")
        rows = [{"object": "embedding", "index": n, "embedding": each} for n, each in enumerate(answer)]
        usage = {"prompt_tokens": len(body["input"]), "total_tokens": len(body["input"])}
        return web.json_response({"object": "list", "model": body["model"], "data": rows, "usage": usage})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        self.authorizations.append(request.headers.get("Authorization"))
        answer = self._script.popleft() if self._script else self.handler(body)
        if inspect.isawaitable(answer):
            answer = await answer
        reply = _as_reply(answer)
        await asyncio.sleep(reply.delay.total_seconds())
        if body.get("stream") and reply.raw is None:
            return await _stream(request, body, reply)
        if reply.drop:
            return _hang_up(request)
        headers = {"Content-Type": "application/json", **reply.headers}
        return web.Response(status=reply.status, headers=headers, body=_payload(body, reply))


def _as_reply(answer: Any) -> Reply:
    if isinstance(answer, Reply):
        return answer
    return Reply(content=answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False))


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response()


def _payload(body: Body, reply: Reply) -> bytes:
    if reply.raw is not None:
        return reply.raw
    if reply.status != 200:
        return error(reply.status, "failed").raw or b""
    message = {"role": "assistant", "content": reply.content, "refusal": reply.refusal}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason, "logprobs": None}
    payload = {**_EMPTY, "model": body.get("model"), "choices": [choice]}
    if reply.usage:
        asked = sum(len(str(m.get("content")).split()) for m in body.get("messages", []))
        told = len((reply.content or "").split())
        payload["usage"] = {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told}
    return json.dumps(payload).encode()


async def _stream(request: web.Request, body: Body, reply: Reply) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    text = reply.content or ""
    cut = len(text) // 2 if reply.drop else len(text)
    parts: list[tuple[Body, str | None]] = [({"role": "assistant", "content": text[:cut]}, None)]
    if not reply.drop:
        parts.append(({}, reply.finish_reason))
    for delta, reason in parts:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        chunk = {**_EMPTY, "object": "chat.completion.chunk", "model": body.get("model"), "choices": [choice]}
        await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
    if not reply.drop:
        await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response


def refusing(handler: Handler, *refused: str) -> Handler:
    """A server that answers 400 to parameters it does not know, as local servers and newer models do.

    `refused` names parameters (`max_tokens`, `temperature` …) or kinds of response_format (`json_schema`,
    `json_object`).
    """

    def answer(body: Body) -> Any:
        kind = (body.get("response_format") or {}).get("type")
        if kind in refused:
            return error(400, f"'response_format.type' '{kind}' is not supported", param="response_format")
        for name in refused:
            if name in body:
                hint = " Use 'max_completion_tokens' instead." if name == "max_tokens" else ""
                return error(400, f"Unsupported parameter: '{name}' is not supported.{hint}", param=name)
        return handler(body)

    return answer
