"""The second opinion of a model: one short question a claim. What a no means is decided elsewhere."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.adapters.model_messages import opinion_message
from bot.adapters.model_server import Call, ModelServer
from bot.adapters.prompt_files import load_prompt
from bot.adapters.replies import read_opinion
from bot.domain.articles import Article
from bot.domain.drafts import SourceId
from bot.domain.usage import EVERYONE, Payer

_DEADLINE: Final = timedelta(seconds=20)
_REMEMBERED: Final = 2_000


class OpenAIVerifier:
    """Port Verifier, over a model server. The last opinions are remembered for as long as the process runs."""

    def __init__(self, server: ModelServer) -> None:
        self._server = server
        self._prompt = load_prompt("verify", {})
        self._opinions: OrderedDict[str, bool] = OrderedDict()

    async def supports(self, excerpts: Mapping[SourceId, Article], claim: str, payer: Payer = EVERYONE) -> bool:
        message = opinion_message(excerpts, claim)
        key = hashlib.sha256(f"{self._server.model}\n{message}".encode()).hexdigest()
        if key not in self._opinions:
            call = Call(task=self._prompt.name, system=self._prompt.text, user=message, deadline=_DEADLINE, payer=payer)
            self._opinions[key] = await self._server.complete(call, read_opinion)
            if len(self._opinions) > _REMEMBERED:
                self._opinions.popitem(last=False)
        self._opinions.move_to_end(key)
        return self._opinions[key]
