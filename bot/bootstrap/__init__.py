"""The composition root: builds the program from its parts. The one module that knows every layer.

What a command needs is opened by `open_app` and closed in reverse; tests and the demonstration hand in other parts.
"""

import asyncio
import gc
import importlib.metadata
import secrets
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING

from bot.adapters.apscheduler_clock import SystemClock
from bot.adapters.extractive_writer import ExtractiveWriter
from bot.adapters.feed_http import CurlWeb
from bot.adapters.feed_parsers import HybridFeedParser
from bot.adapters.glibc_memory import collect_as_usual, collect_seldom, keep_memory_flat
from bot.adapters.open_files import allow_many_files
from bot.adapters.pebble_workers import PebbleWorkers
from bot.adapters.robots import SiteRobots
from bot.adapters.trafilatura_pages import TrafilaturaPages
from bot.config import Settings
from bot.domain.conversations import ConversationId
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.status import Program
from bot.domain.topics import Topic
from bot.ports.outside import Clock, Workers, Writer
from bot.ports.repositories import Repositories, UsageLedger
from bot.services.answer import Answering
from bot.services.budget import Budgeting
from bot.services.compose import Compose
from bot.services.explain import Explain
from bot.services.forget import Forget
from bot.services.ingest import Ingest
from bot.services.plan import Plan
from bot.services.settings import ServerSettings
from bot.services.subscribe import Subscribe
from bot.services.survey import Survey
from storage.folder import bytes_of, open_folder
from storage.state.registers import Presets

if TYPE_CHECKING:
    from bot.bootstrap.model import Models


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Parts that stand in for the usual ones, and what goes round those that call the model and book its calls."""

    clock: Clock | None = None
    presets: Presets | None = None
    writer: Writer | None = None
    around_model: Callable[[Writer], Writer] | None = None
    around_usage: Callable[[UsageLedger], UsageLedger] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The program, open on its data folder."""

    settings: Settings
    clock: Clock
    folder: Repositories
    workers: Workers
    ingest: Ingest
    compose: Compose
    answering: Answering
    subscribe: Subscribe
    plan: Plan
    explain: Explain
    forget: Forget
    server_settings: ServerSettings
    budgeting: Budgeting
    survey: Survey

    def new_conversation(self) -> ConversationId:
        """An id that no conversation has."""
        return ConversationId("c" + secrets.token_hex(5))


@asynccontextmanager
async def open_app(
    settings: Settings, *, writes: bool = False, overrides: Overrides | None = None
) -> AsyncIterator[App]:
    """Opens the program on the data folder; with `writes` it holds the folder's lock.

    Raises FolderInUseError, StorageError, PromptError.
    """
    keep_memory_flat()
    allow_many_files()
    parts = overrides or Overrides()
    clock = parts.clock or SystemClock()
    async with AsyncExitStack() as stack:
        presets = parts.presets or read_presets()
        folder = await stack.enter_async_context(
            open_folder(settings.newsthread_data_dir, presets=presets, writes=writes, now=clock.now())
        )
        if parts.around_usage:
            folder = replace(folder, usage=parts.around_usage(folder.usage))
        workers = await stack.enter_async_context(PebbleWorkers())
        web = await stack.enter_async_context(
            CurlWeb(
                clock,
                allow_networks=settings.newsthread_allow_networks,
                host_pause=settings.host_pause,
                contact=settings.newsthread_contact,
            )
        )
        fallback = ExtractiveWriter(workers)
        models = await _models(settings, folder, clock, stack) if parts.writer is None else None
        model = parts.writer or (models.writer if models else None)
        writer = parts.around_model(model) if parts.around_model and model else model or fallback
        gc.collect()
        collect_seldom()
        stack.callback(collect_as_usual)
        tools = Tools(clock=clock, workers=workers, web=web, writer=writer, fallback=fallback, models=models)
        yield _app(settings, folder, tools)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The opened adapters that services are built on; `models` are those of the settings, if any."""

    clock: Clock
    workers: Workers
    web: CurlWeb
    writer: Writer
    fallback: Writer
    models: "Models | None"


def _ingest(settings: Settings, folder: Repositories, tools: Tools) -> Ingest:
    return Ingest(
        folder,
        web=tools.web,
        parser=HybridFeedParser(tools.workers),
        pages=TrafilaturaPages(tools.workers),
        robots=SiteRobots(tools.web, tools.workers, tools.clock),
        workers=tools.workers,
        clock=tools.clock,
        poll_every=settings.poll_every,
    )


def _survey(settings: Settings, folder: Repositories, tools: Tools) -> Survey:
    return Survey(
        folder,
        program=Program(version=version(), started_at=tools.clock.now()),
        model=tools.models.servers[0].state if tools.models else None,
        stored=partial(asyncio.to_thread, bytes_of, settings.newsthread_data_dir),
        clock=tools.clock,
    )


def _app(settings: Settings, folder: Repositories, tools: Tools) -> App:
    ingest, models, servers = _ingest(settings, folder, tools), tools.models, ServerSettings(folder.servers)
    return App(
        settings=settings,
        clock=tools.clock,
        folder=folder,
        workers=tools.workers,
        ingest=ingest,
        compose=Compose(
            folder,
            writer=tools.writer,
            fallback=tools.fallback,
            verifier=models.verifier if models else None,
            workers=tools.workers,
            clock=tools.clock,
        ),
        answering=Answering(
            folder,
            writer=tools.writer,
            fallback=tools.fallback,
            verifier=models.verifier if models else None,
            rewriter=models.rewriter if models else None,
            embedder=models.embedder if models else None,
            workers=tools.workers,
            clock=tools.clock,
        ),
        subscribe=Subscribe(folder, check=ingest.check, refresh=ingest.refresh),
        plan=Plan(folder, clock=tools.clock),
        explain=Explain(folder, workers=tools.workers, clock=tools.clock),
        forget=Forget(folder, servers, clock=tools.clock),
        server_settings=servers,
        budgeting=Budgeting(
            settings=servers,
            usage=folder.usage,
            operators=settings.budgets,
            prices=settings.prices,
            clock=tools.clock,
        ),
        survey=_survey(settings, folder, tools),
    )


async def _models(settings: Settings, folder: Repositories, clock: Clock, stack: AsyncExitStack) -> "Models | None":
    """The models, where one is to write."""
    if not settings.writes_with_model:
        return None
    from bot.bootstrap.model import open_models  # noqa: PLC0415  (half a second that most commands spare)

    own = ServerSettings(folder.servers).of
    return await stack.enter_async_context(open_models(settings, folder.usage, clock, own))


def version() -> str:
    """The version of the program that runs."""
    try:
        return importlib.metadata.version("newsthread")
    except importlib.metadata.PackageNotFoundError:
        return "0"  # run from a checkout


def read_presets() -> Presets:
    """The topics and feeds that a new data folder starts with, from `presets.toml`."""
    document = tomllib.loads(resources.files("bot").joinpath("presets.toml").read_text(encoding="utf-8"))
    return Presets(
        topics=tuple(
            Topic(name=each["name"], words=tuple(each["words"]), exclusions=tuple(each["exclusions"]))
            for each in document["topic"]
        ),
        feeds=tuple(
            Feed(url=FeedUrl(each["url"]), outlet=each["outlet"], topics=tuple(each["topics"]))
            for each in document["feed"]
        ),
    )
