"""One model on one OpenAI-compatible server: a call, what it may cost, and every way in which it fails.

All errors of the openai package, and the shape errors it lets through, become ModelError here and nowhere else.
"""

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import openai
import structlog

from bot.domain.errors import BudgetError, ModelError, StorageError
from bot.domain.usage import Usage
from bot.ports.outside import Clock
from bot.ports.repositories import UsageLedger

_MAX_TOKENS = 4_000
"""Room for thinking models; a reply itself takes some 600."""
_TYPICAL_REPLY_TOKENS = 600
"""What is booked for a reply whose server does not say."""
_AT_ONCE = 4
_RESTS_AFTER = 3
_RESTS_FOR = timedelta(seconds=60)

log = structlog.get_logger()


class ModelServer:
    """Asks one model. At most four calls run at once.

    After three failures in a row nothing is asked for a minute, so that a server that is down costs no waiting.
    What a server does not take (`json_schema`, `json_object`, `max_tokens`) is remembered and not sent again.
    """

    def __init__(
        self, client: openai.AsyncOpenAI, model: str, *, ledger: UsageLedger, clock: Clock, daily_tokens: int
    ) -> None:
        self.model = model
        self._client = client
        self._ledger = ledger
        self._clock = clock
        self._daily_tokens = daily_tokens
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._formats = ["json_schema", "json_object", "none"]
        self._limit_name = "max_tokens"
        self._failures = 0
        self._rests_until = 0.0

    async def complete(
        self, *, task: str, system: str, user: str, schema: Mapping[str, object], deadline: timedelta
    ) -> str:
        """One reply as text, not empty and not cut off. Raises ModelError, BudgetError."""
        async with self._slots:
            await self._check_budget()
            if time.monotonic() < self._rests_until:
                raise ModelError("The model failed repeatedly, so it is left alone for a minute")
            messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
            try:
                async with asyncio.timeout(deadline.total_seconds()):
                    completion = await self._create(messages, schema)
                await self._ledger.add(self._usage(task, completion, messages))  # paid for, usable or not
                reply = _content(completion)
            except StorageError:
                raise
            except ModelError:
                self._failed(task)
                raise
            except Exception as error:
                self._failed(task)
                raise _translated(error) from error
            self._failures = 0
            return reply

    async def check(self) -> None:
        """Asks for the shortest of replies, to see that server, key and model work. Raises ModelError."""
        await self.complete(
            task="check",
            system='Reply with {"ok": true} and nothing else.',
            user="<check/>",
            schema={"name": "check", "schema": {"type": "object", "properties": {"ok": {"type": "boolean"}}}},
            deadline=timedelta(seconds=30),
        )

    async def _create(self, messages: list[dict[str, str]], schema: Mapping[str, object]) -> Any:
        """Asks, each time with less of what the server said it does not take; three such refusals at most."""
        while True:
            extra: dict[str, Any] = {self._limit_name: _MAX_TOKENS}
            if self._formats[0] == "json_schema":
                extra["response_format"] = {"type": "json_schema", "json_schema": dict(schema)}
            elif self._formats[0] == "json_object":
                extra["response_format"] = {"type": "json_object"}
            try:
                return await self._client.chat.completions.create(
                    model=self.model,
                    messages=messages,  # type: ignore[arg-type]  # plain dicts are what the wire takes
                    **extra,
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                self._learn(error)

    def _learn(self, error: openai.APIStatusError) -> None:
        """Takes a refused request as a lesson, or raises it on."""
        said = str(error).casefold()
        if self._limit_name == "max_tokens" and "max_completion_tokens" in said:
            self._limit_name = "max_completion_tokens"
        elif len(self._formats) > 1:
            refused = self._formats.pop(0)
            log.info("model_takes_less", refused=refused, next=self._formats[0])
        else:
            raise error

    async def _check_budget(self) -> None:
        if not self._daily_tokens:
            return
        midnight = self._clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        if await self._ledger.tokens(midnight) >= self._daily_tokens:
            raise BudgetError(f"Today's {self._daily_tokens:,} tokens are used up; more at midnight UTC")

    def _failed(self, task: str) -> None:
        self._failures += 1
        log.warning("model_failed", task=task, in_a_row=self._failures)
        if self._failures >= _RESTS_AFTER:
            self._rests_until = time.monotonic() + _RESTS_FOR.total_seconds()

    def _usage(self, task: str, completion: Any, messages: list[dict[str, str]]) -> Usage:
        usage = getattr(completion, "usage", None)
        asked = getattr(usage, "prompt_tokens", None)
        given = getattr(usage, "completion_tokens", None)
        return Usage(
            at=self._clock.now(),
            task=task,
            model=self.model,
            prompt_tokens=asked if isinstance(asked, int) else sum(len(each["content"]) for each in messages) // 4,
            completion_tokens=given if isinstance(given, int) else _TYPICAL_REPLY_TOKENS,
        )


def _content(completion: Any) -> str:
    """The reply's text. Raises ModelError for every shape that is no whole reply."""
    choices = getattr(completion, "choices", None)
    if not isinstance(choices, list) or not choices:
        raise ModelError("The model's server answered with something that is no completion")
    message = getattr(choices[0], "message", None)
    if getattr(message, "refusal", None):
        raise ModelError("The model refused the task")
    if getattr(choices[0], "finish_reason", None) != "stop":
        raise ModelError("The model's reply was cut off")
    content = getattr(message, "content", None)
    if not isinstance(content, str) or not content.strip():
        raise ModelError("The model replied with nothing")
    return content


def _translated(error: Exception) -> ModelError:
    """One sentence for each way of failing; nothing of the server's own text, which may hold anything."""
    match error:
        case TimeoutError() | openai.APITimeoutError():
            return ModelError("The model took too long")
        case openai.APIConnectionError():
            return ModelError("The model's server could not be reached; check OPENAI_BASE_URL")
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return ModelError("The model's server refused the key; check OPENAI_API_KEY")
        case openai.NotFoundError():
            return ModelError("The model's server does not know this model or address; check OPENAI_MODEL")
        case openai.RateLimitError():
            return ModelError("The model's server is asked too often or its quota is used up")
        case openai.APIStatusError():
            return ModelError(f"The model's server answered with HTTP status {error.status_code}")
        case _:
            return ModelError("The model's server answered with something that is no completion")
