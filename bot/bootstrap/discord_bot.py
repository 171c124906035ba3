"""The Discord bot: connection, alarms, outbox, watchdog and metrics round the opened program, until it is to stop."""

import asyncio
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from bot.adapters.apscheduler_clock import Alarm
from bot.adapters.discord_delivery import DiscordDelivery, DiscordNotices
from bot.adapters.metrics import Metrics
from bot.bootstrap import App, Overrides, open_app
from bot.bootstrap.metering import MeteredAnswers, MeteredLedger, MeteredWriter, count_part, version
from bot.bootstrap.regular import Jobs
from bot.config import Settings
from bot.domain.deliveries import Delivery, Part
from bot.domain.errors import SettingsError
from bot.domain.liveness import Stage, Stall, notice
from bot.domain.notices import OPERATOR, NoticeId
from bot.services.deliver import Deliver
from bot.services.notify import Notify
from bot.services.watchdog import Watchdog
from cogs.client import Connection, NewsthreadBot
from cogs.services import Services

_OUTBOX_EVERY = timedelta(seconds=30)
_EDITIONS_EVERY = timedelta(seconds=5)
_POLL_EVERY = timedelta(minutes=1)
_PRUNE_EVERY = timedelta(hours=24)
_QUICK, _LONG = timedelta(minutes=2), timedelta(hours=3)  # after which a job hangs, whatever it waits for

NOTICES_EVERY = timedelta(seconds=15)
FIRST_POLL_WITHIN = timedelta(minutes=5)  # how long an edition that is late already waits for what is new
LAST_MESSAGES_WITHIN = timedelta(seconds=7)  # with what ends after it less than the ten seconds that supervisors give

log = structlog.get_logger()


def _patience() -> Mapping[Stage, timedelta]:
    """How long each stage may take to move; every request, call and worker within has a deadline far below."""
    return {
        Stage.POLLING: timedelta(minutes=30),  # a feed of many new pages on one slow host
        Stage.WRITING: timedelta(minutes=15),
        Stage.DELIVERY: timedelta(minutes=15),
        Stage.CONNECTION: timedelta(minutes=10),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Vigil:
    """How often the watchdog looks, and how long each stage may stand still."""

    every: timedelta = timedelta(seconds=30)
    patience: Mapping[Stage, timedelta] = field(default_factory=_patience)


async def run_discord(settings: Settings, overrides: Overrides | None = None, *, vigil: Vigil | None = None) -> None:
    """Runs the bot until SIGTERM or SIGINT. Raises SettingsError, FolderInUseError, StorageError."""
    if settings.discord_token is None:
        raise SettingsError(("DISCORD_TOKEN: the bot's token is wanted; the README says where to get one",))
    metrics = Metrics(version())
    metered = replace(
        overrides or Overrides(),
        around_model=lambda writer: MeteredWriter(writer, metrics),
        around_usage=lambda ledger: MeteredLedger(ledger, metrics),
    )
    async with open_app(settings, writes=True, overrides=metered) as app:
        connection = _connection(app, metrics, settings.discord_token.get_secret_value())
        notify = Notify(notices=app.folder.notices, notifier=DiscordNotices(lambda: connection.client), clock=app.clock)
        vigil = vigil or Vigil()
        watchdog = _watchdog(app, notify, vigil)
        deliver = _deliver(app, connection, notify, metrics, watchdog)
        jobs = Jobs(app, connection=connection, deliver=deliver, metrics=metrics, watchdog=watchdog)
        alarm = _alarm(jobs, notify, vigil)
        host, port = settings.newsthread_metrics_host, settings.newsthread_metrics_port
        async with metrics.serve(host, port, lambda: watchdog.stalls):
            await _until_told(alarm, connection, deliver)


def _connection(app: App, metrics: Metrics, token: str) -> Connection:
    settings = app.settings
    services = Services(
        compose=app.compose,
        answering=MeteredAnswers(app.answering, metrics),
        subscribe=app.subscribe,
        questions=app.folder.questions,
        clock=app.clock,
    )
    api_url = str(settings.discord_api_url) if settings.discord_api_url else None

    def make() -> NewsthreadBot:
        return NewsthreadBot(services, message_content=settings.discord_message_content, api_url=api_url)

    return Connection(make, token=token, clock=app.clock)


def _watchdog(app: App, notify: Notify, vigil: Vigil) -> Watchdog:
    async def tell(stall: Stall) -> None:
        if stall.stage is not Stage.CONNECTION:  # nobody could be told before it is over
            await notify.raise_(OPERATOR, NoticeId(stall.id), notice(stall))

    return Watchdog(vigil.patience, every=vigil.every, clock=app.clock, tell=tell)


def _deliver(app: App, connection: Connection, notify: Notify, metrics: Metrics, watchdog: Watchdog) -> Deliver:
    def recorded(delivery: Delivery, part: Part) -> None:
        watchdog.moved(Stage.DELIVERY)
        count_part(metrics, delivery, part, app.clock.now())

    return Deliver(
        outbox=app.folder.outbox,
        deliverer=DiscordDelivery(lambda: connection.client),
        notify=notify,
        clock=app.clock,
        watch=recorded,
    )


def _alarm(jobs: Jobs, notify: Notify, vigil: Vigil) -> Alarm:
    """Everything that happens by itself, each at its own pace."""

    async def ready_for_editions() -> None:
        await jobs.connection.logged_in()
        # What a program that was off for a while has stored is old, and "nothing new" would be said of it.
        await _set_within(jobs.polled, FIRST_POLL_WITHIN)

    alarm = Alarm()
    logged_in = jobs.connection.logged_in
    alarm.every(_OUTBOX_EVERY, "outbox", jobs.outbox, within=_QUICK, when=logged_in)
    alarm.every(_EDITIONS_EVERY, "editions", jobs.editions, within=_LONG, when=ready_for_editions)
    alarm.every(NOTICES_EVERY, "notices", notify.tell, within=_QUICK, when=logged_in)
    alarm.every(_POLL_EVERY, "poll", jobs.poll, within=_LONG)
    alarm.every(_PRUNE_EVERY, "prune", jobs.prune, within=_LONG)
    alarm.every(vigil.every, "backlog", jobs.backlog, within=_QUICK)
    alarm.every(vigil.every, "watchdog", jobs.watch, within=_QUICK)
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
        await asyncio.gather(alarm.stop(), deliver.stop(LAST_MESSAGES_WITHIN))
        for task in (connected, waiting):
            task.cancel()
        await asyncio.gather(connected, waiting, return_exceptions=True)
