"""One model on one OpenAI-compatible server: a call, what it may cost, and when the server is left alone.

Knows nothing of prompts, nor of what replies should look like: whoever asks hands in the reader of the reply.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, TypeVar

import openai
import structlog

from bot.adapters.breaker import Breaker
from bot.adapters.openai_completions import content, estimated, tokens, translated
from bot.adapters.purse import Purse
from bot.domain.errors import ModelError, StorageError
from bot.domain.status import ModelState
from bot.domain.usage import EVERYONE, Payer, Usage
from bot.domain.wording import failures
from bot.ports.outside import Clock
from bot.ports.repositories import UsageLedger

R = TypeVar("R")

AT_ONCE: Final = 4
_MAX_TOKENS: Final = 4_000
"""Room for thinking models."""
_USUAL_REPLY_TOKENS: Final = 600
_LIMITS: Final = ("max_tokens", "max_completion_tokens", "")
_FORMATS: Final = ("json_schema", "json_object", "")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked: the prompt's name, the fixed prompt, the material, and the reply's schema where it has one."""

    task: str
    system: str
    user: str
    deadline: timedelta
    schema: Mapping[str, object] | None = None
    payer: Payer = EVERYONE


class ModelServer:
    """Asks one model. At most AT_ONCE calls run at once on all models that share `slots`.

    The purse is opened before a call; without one there is no budget. After three failures in a row nothing is asked
    for a minute, so that a server that is down costs no waiting. What a server does not take (`json_schema`,
    `json_object`, `max_tokens`) is remembered once it answered without, and not sent again.
    """

    def __init__(
        self,
        client: openai.AsyncOpenAI,
        model: str,
        *,
        ledger: UsageLedger,
        clock: Clock,
        purse: Purse | None = None,
        slots: asyncio.Semaphore | None = None,
    ) -> None:
        self.model = model
        self._client = client
        self._ledger = ledger
        self._clock = clock
        self._purse = purse
        self._slots = slots or asyncio.Semaphore(AT_ONCE)
        self._breaker = Breaker()
        self._last = ModelState(model=model)
        self._limits: Sequence[str] = _LIMITS
        self._formats: Sequence[str] = _FORMATS

    async def complete(self, call: Call, read: Callable[[str], R]) -> R:
        """One reply, as `read` makes it of the text, which is not empty and not cut off.

        `read` raises ModelError for what it cannot use, which counts as a failure. Raises ModelError, BudgetError.
        """

        async def asked() -> R:
            messages = [{"role": "system", "content": call.system}, {"role": "user", "content": call.user}]
            async with asyncio.timeout(call.deadline.total_seconds()):
                completion = await self._create(messages, call.schema)
            await self._book(call.task, call.payer, tokens(completion, (call.system, call.user)))  # usable or not
            return read(content(completion))

        expected = estimated((call.system, call.user)) + _USUAL_REPLY_TOKENS
        return await self._watched(call.task, self._paying(call.payer, expected), asked)

    async def embed(
        self, texts: Sequence[str], read: Callable[[Any], R], *, deadline: timedelta, payer: Payer = EVERYONE
    ) -> R:
        """Vectors of `texts`, as `read` makes them of the server's answer. Raises ModelError, BudgetError."""

        async def asked() -> R:
            async with asyncio.timeout(deadline.total_seconds()):
                # By default the package asks for base64, which not every server has.
                answer = await self._client.embeddings.create(
                    model=self.model, input=list(texts), encoding_format="float"
                )
            await self._book("embed", payer, tokens(answer, texts))
            return read(answer)

        return await self._watched("embed", self._paying(payer, estimated(texts)), asked)

    async def check(self) -> None:
        """Asks for the shortest of replies, to see that server, key and model work. Raises ModelError."""
        call = Call(task="check", system="Reply with the word yes.", user="<check/>", deadline=timedelta(seconds=30))
        await self.complete(call, str)

    def state(self) -> ModelState:
        """What is known of the model, of this process's calls."""
        return replace(self._last, rests_until=self._breaker.open_until(self._clock.now()))

    def _paying(self, payer: Payer, expected_tokens: int) -> AbstractAsyncContextManager[None]:
        return self._purse.opened(payer, expected_tokens) if self._purse else nullcontext()

    async def _watched(
        self, task: str, paying: AbstractAsyncContextManager[None], ask: Callable[[], Awaitable[R]]
    ) -> R:
        """Within the slots, the budgets and the breaker."""
        async with self._slots, paying:
            if not self._breaker.admits(self._clock.now()):
                raise ModelError(failures.MODEL_RESTING)
            try:
                answer = await ask()
            except (StorageError, asyncio.CancelledError):
                self._breaker.gave_up()
                raise
            except Exception as error:
                ours = error if isinstance(error, ModelError) else translated(error)
                now = self._clock.now()
                in_a_row = self._breaker.failed(now)
                self._last = replace(self._last, failed_at=now, reason=str(ours))
                log.warning("model_failed", task=task, model=self.model, reason=str(ours), in_a_row=in_a_row)
                if ours is error:
                    raise
                raise ours from error
            self._breaker.succeeded()
            self._last = replace(self._last, answered_at=self._clock.now())
            return answer

    async def _create(self, messages: list[dict[str, str]], schema: Mapping[str, object] | None) -> Any:
        """Asks, each time with less of what the server said it does not take; four such refusals at most."""
        limits, formats = self._limits, self._formats if schema else _FORMATS[-1:]
        while True:
            extra: dict[str, Any] = {limits[0]: _MAX_TOKENS} if limits[0] else {}
            if formats[0]:
                named = {"json_schema": dict(schema or {})} if formats[0] == "json_schema" else {}
                extra["response_format"] = {"type": formats[0], **named}
            try:
                completion = await self._client.chat.completions.create(
                    model=self.model,
                    messages=messages,  # type: ignore[arg-type]  # plain dicts are what the wire takes
                    **extra,
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                said = str(error).casefold()
                if len(limits) > 1 and any(name and name in said for name in limits[:2]):
                    limits = limits[1:]
                elif len(formats) > 1:
                    formats = formats[1:]
                else:
                    raise
            else:
                self._remember(limits, formats if schema else self._formats)
                return completion

    def _remember(self, limits: Sequence[str], formats: Sequence[str]) -> None:
        if (limits, formats) != (self._limits, self._formats):
            log.info("model_takes_less", model=self.model, limit=limits[0], format=formats[0])
            self._limits, self._formats = limits, formats

    async def _book(self, task: str, payer: Payer, cost: tuple[int, int]) -> None:
        if any(cost):
            usage = Usage(
                at=self._clock.now(),
                task=task,
                model=self.model,
                prompt_tokens=cost[0],
                completion_tokens=cost[1],
                payer=payer,
            )
            await self._ledger.add(usage)
