"""The model that the settings name. A module of its own because the openai package takes half a second to import."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import openai

from bot.adapters.model_server import ModelServer
from bot.adapters.openai_writer import OpenAIWriter
from bot.config import Settings
from bot.ports.outside import Clock
from bot.ports.repositories import UsageLedger

__all__ = ["OpenAIWriter", "open_model"]


@asynccontextmanager
async def open_model(settings: Settings, ledger: UsageLedger, clock: Clock) -> AsyncIterator[ModelServer]:
    """The model's server; nothing is asked of it yet. A key is optional where a base URL is set."""
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none-needed"
    base_url = str(settings.openai_base_url) if settings.openai_base_url else None
    async with openai.AsyncOpenAI(api_key=key, base_url=base_url, max_retries=1) as client:
        tokens = settings.newsthread_daily_tokens
        yield ModelServer(client, settings.openai_model, ledger=ledger, clock=clock, daily_tokens=tokens)
