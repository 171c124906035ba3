"""What a model does for search: a question made to stand by itself, and texts as vectors. Nothing of it is shown."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

import openai

from bot.adapters.model_messages import turns_message
from bot.adapters.model_server import Call, ModelServer
from bot.adapters.prompt_files import load_prompt
from bot.adapters.replies import MAX_REWRITTEN_CHARS, read_question
from bot.domain.errors import ModelError
from bot.domain.usage import EVERYONE, Payer
from bot.domain.wording import failures
from bot.ports.repositories import Vector

_DEADLINE: Final = timedelta(seconds=10)
"""For all of it, the waiting for others' calls with it: whoever searches is waiting, too."""
_CALL: Final = 0.8
"""Share of it for one call, which fails by itself then, so that the breaker hears of a server that hangs."""
_BATCH: Final = 64
_TEXT_CHARS: Final = 2_000
"""Some 500 tokens: the small models that embed well take no more."""


class OpenAIRewriter:
    """Port Rewriter, over a model server."""

    def __init__(self, server: ModelServer, *, deadline: timedelta = _DEADLINE) -> None:
        self._server = server
        self._deadline = deadline
        self._prompt = load_prompt("rewrite", {"max_chars": MAX_REWRITTEN_CHARS})

    async def rewrite(self, question: str, earlier: Sequence[str], payer: Payer = EVERYONE) -> str:
        message = turns_message(question, earlier)
        call = Call(
            task=self._prompt.name,
            system=self._prompt.text,
            user=message,
            deadline=self._deadline * _CALL,
            payer=payer,
        )
        async with _within(self._deadline):
            return await self._server.complete(call, read_question)


class OpenAIEmbedder:
    """Port Embedder, over a model server. One that has no embeddings is asked for them once."""

    def __init__(self, server: ModelServer) -> None:
        self._server = server
        self._lacking = False

    @property
    def name(self) -> str:
        return self._server.model

    async def embed(self, texts: Sequence[str], payer: Payer = EVERYONE) -> Sequence[Vector]:
        vectors: list[Vector] = []
        async with _within(_DEADLINE):
            for start in range(0, len(texts), _BATCH):
                batch = [text[:_TEXT_CHARS] or " " for text in texts[start : start + _BATCH]]
                vectors += await self._embedded(batch, payer)
        if len({len(vector) for vector in vectors}) > 1:
            raise ModelError(failures.UNEQUAL_VECTORS)
        return vectors

    async def _embedded(self, batch: Sequence[str], payer: Payer) -> list[Vector]:
        if self._lacking:
            raise ModelError(failures.NO_EMBEDDINGS)

        def read(answer: Any) -> list[Vector]:
            return _vectors(answer, len(batch))

        try:
            return await self._server.embed(batch, read, deadline=_DEADLINE * _CALL, payer=payer)
        except ModelError as error:
            self._lacking = isinstance(error.__cause__, openai.NotFoundError | openai.BadRequestError)
            raise


@asynccontextmanager
async def _within(deadline: timedelta) -> AsyncIterator[None]:
    """Raises ModelError after `deadline`."""
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            yield
    except TimeoutError as error:
        raise ModelError(failures.MODEL_TOO_SLOW) from error


def _vectors(answer: Any, wanted: int) -> list[Vector]:
    """The vectors in the order of their texts, each of length 1. Raises ModelError for anything else."""
    rows = sorted(answer.data, key=lambda row: int(row.index))
    if [row.index for row in rows] != list(range(wanted)):
        raise ModelError(failures.OTHER_VECTORS)
    return [_unit(row.embedding) for row in rows]


def _unit(given: Any) -> Vector:
    if not isinstance(given, list) or not all(type(each) in (int, float) for each in given):
        raise ModelError(failures.NO_VECTOR)
    length = math.hypot(*given)
    if not math.isfinite(length) or not length:
        raise ModelError(failures.NO_VECTOR)
    return [each / length for each in given]
