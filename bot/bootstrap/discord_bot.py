"""The Discord bot: connection, alarms, outbox and metrics around the opened program, until it is told to stop."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.adapters.apscheduler_clock import Alarm
from bot.adapters.discord_delivery import DiscordDelivery, DiscordNotices
from bot.adapters.metrics import Metrics
from bot.bootstrap import App, Overrides, open_app
from bot.config import Settings
from bot.domain.briefings import Briefing, Window
from bot.domain.errors import SettingsError
from bot.domain.rendering import parts
from bot.domain.schedules import Destination
from bot.services.deliver import Deliver
from bot.services.editions import Editions
from bot.services.notify import Notify
from cogs.client import Connection, NewsthreadBot
from cogs.services import Services

_EDITIONS_EVERY = timedelta(seconds=5)
_OUTBOX_EVERY = timedelta(seconds=30)
_NOTICES_EVERY = timedelta(seconds=15)
_POLL_EVERY = timedelta(minutes=1)
_PRUNE_EVERY = timedelta(hours=24)

FIRST_POLL_WITHIN = timedelta(minutes=5)  # how long an edition that is late already waits for what is new
LAST_MESSAGES_WITHIN = timedelta(seconds=8)  # process supervisors kill what is not gone ten seconds after SIGTERM

log = structlog.get_logger()


async def run_discord(settings: Settings, overrides: Overrides | None = None) -> None:
    """Runs the bot until SIGTERM or SIGINT. Raises SettingsError, FolderInUseError, StorageError."""
    if settings.discord_token is None:
        raise SettingsError(("DISCORD_TOKEN: the bot's token is wanted; the README says where to get one",))
    async with open_app(settings, writes=True, overrides=overrides) as app:
        metrics = Metrics()
        connection = _connection(app, settings.discord_token.get_secret_value())
        notify = Notify(notices=app.folder.notices, notifier=DiscordNotices(lambda: connection.client), clock=app.clock)
        deliver = Deliver(
            outbox=app.folder.outbox,
            deliverer=DiscordDelivery(lambda: connection.client),
            notify=notify,
            clock=app.clock,
        )
        alarm = _alarm(app, deliver, connection, metrics)
        alarm.every(_NOTICES_EVERY, "notices", notify.tell)
        async with metrics.serve(settings.newsthread_metrics_host, settings.newsthread_metrics_port):
            await _until_told(alarm, connection, deliver)


def _connection(app: App, token: str) -> Connection:
    settings = app.settings
    services = Services(compose=app.compose, answering=app.answering, subscribe=app.subscribe, clock=app.clock)
    api_url = str(settings.discord_api_url) if settings.discord_api_url else None

    def make() -> NewsthreadBot:
        return NewsthreadBot(services, message_content=settings.discord_message_content, api_url=api_url)

    return Connection(make, token=token, clock=app.clock)


def _editions(app: App, deliver: Deliver, metrics: Metrics) -> Editions:
    async def brief(topics: Sequence[str], window: Window, destination: Destination | None) -> Briefing:
        briefing = await app.compose.brief(topics, window, destination)
        metrics.briefed(briefing)
        return briefing

    return Editions(
        schedules=app.folder.schedules,
        outbox=app.folder.outbox,
        brief=brief,
        render=parts,
        deliver=deliver,
        clock=app.clock,
    )


def _alarm(app: App, deliver: Deliver, connection: Connection, metrics: Metrics) -> Alarm:
    """Everything that happens by itself, each at its own pace."""
    editions = _editions(app, deliver, metrics)
    polled = asyncio.Event()

    async def poll() -> None:
        try:
            metrics.polled(await app.ingest.poll(), app.clock.now().timestamp())
        finally:
            polled.set()

    async def edition() -> None:
        await connection.logged_in()
        # What a program that was off for a while has stored is old, and "nothing new" would be said of it.
        await _set_within(polled, FIRST_POLL_WITHIN)
        await editions.run_due()

    async def outbox() -> None:
        await connection.logged_in()
        await deliver.resume()
        metrics.backlog(len(await app.folder.outbox.unfinished()))

    async def prune() -> None:
        dropped = await app.folder.articles.prune(app.clock.now() - app.settings.keep_for)
        log.info("old_articles_dropped", articles=dropped)

    alarm = Alarm()
    alarm.every(_OUTBOX_EVERY, "outbox", outbox)
    alarm.every(_EDITIONS_EVERY, "editions", edition)
    alarm.every(_POLL_EVERY, "poll", poll)
    alarm.every(_PRUNE_EVERY, "prune", prune)
    return alarm


async def _set_within(event: asyncio.Event, patience: timedelta) -> None:
    """Waits for the event; after `patience` it is taken for set, now and later."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), patience.total_seconds())
    event.set()


async def _until_told(alarm: Alarm, connection: Connection, deliver: Deliver) -> None:
    """Runs connection and alarms until a signal, or until the connection ends for good."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no signal handlers in loops; Ctrl-C interrupts there
            loop.add_signal_handler(number, told.set)
    connected = asyncio.create_task(connection.run())
    waiting = asyncio.create_task(told.wait())
    alarm.start()
    try:
        await asyncio.wait({connected, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if connected.done():
            connected.result()
    finally:
        log.info("stopping")
        await alarm.stop()
        await deliver.stop(LAST_MESSAGES_WITHIN)
        for task in (connected, waiting):
            task.cancel()
        await asyncio.gather(connected, waiting, return_exceptions=True)
