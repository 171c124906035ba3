"""The models that the settings name. A module of its own because the openai package takes half a second to import."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import openai

from bot.adapters.model_server import AT_ONCE, ModelServer
from bot.adapters.openai_search import OpenAIEmbedder, OpenAIRewriter
from bot.adapters.openai_verifier import OpenAIVerifier
from bot.adapters.openai_writer import OpenAIWriter
from bot.adapters.purse import Purse, SettingsOf
from bot.config import Settings
from bot.ports.outside import Clock, Embedder, Rewriter, Verifier, Writer
from bot.ports.repositories import UsageLedger


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What writes, and what helps search and gate where the settings name a model for it.

    `servers` are what is behind them but for the embedder, the writer's first.
    """

    writer: Writer
    rewriter: Rewriter
    verifier: Verifier | None
    embedder: Embedder | None
    servers: tuple[ModelServer, ...]

    async def check(self) -> str:
        """Asks each for the least there is, and says which answered. Raises ModelError."""
        for server in self.servers:
            await server.check()
        named = [server.model for server in self.servers]
        if self.embedder:
            await self.embedder.embed(["check"])
            named.append(self.embedder.name)
        return " and ".join(named) + (" answers" if len(named) == 1 else " answer")


@asynccontextmanager
async def open_models(
    settings: Settings, ledger: UsageLedger, clock: Clock, settings_of: SettingsOf
) -> AsyncIterator[Models]:
    """The models; nothing is asked of them yet. A key is optional where a base URL is set. Raises PromptError."""
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none-needed"
    base_url = str(settings.openai_base_url) if settings.openai_base_url else None
    async with openai.AsyncOpenAI(api_key=key, base_url=base_url, max_retries=1) as client:
        slots = asyncio.Semaphore(AT_ONCE)
        purse = Purse(ledger, clock, settings.budgets, settings_of)

        def server(model: str) -> ModelServer:
            return ModelServer(client, model, ledger=ledger, clock=clock, purse=purse, slots=slots)

        writes = server(settings.openai_model)
        verifies = server(settings.newsthread_verifier_model) if settings.newsthread_verifier_model else None
        embeds = server(settings.openai_embedding_model) if settings.openai_embedding_model else None
        yield Models(
            writer=OpenAIWriter(writes),
            rewriter=OpenAIRewriter(writes),
            verifier=OpenAIVerifier(verifies) if verifies else None,
            embedder=OpenAIEmbedder(embeds) if embeds else None,
            servers=(writes, verifies) if verifies else (writes,),
        )
