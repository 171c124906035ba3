"""The Discord bot: connection, alarms, outbox, watchdog and metrics round the opened program, until it is to stop."""

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import structlog

from bot.adapters.apscheduler_clock import Alarm
from bot.adapters.discord_delivery import DiscordDelivery, DiscordNotices, Pace, paced
from bot.adapters.metrics import Metrics
from bot.bootstrap import App, Overrides, open_app, version
from bot.bootstrap.metering import MeteredAnswers, MeteredLedger, MeteredWriter, count_part
from bot.bootstrap.regular import Jobs, Reach
from bot.config import Settings
from bot.domain.deliveries import Delivery, Failed, Part
from bot.domain.errors import MendableError, SettingsError
from bot.domain.liveness import Stage, Stall
from bot.domain.notices import OPERATOR, NoticeId
from bot.domain.schedules import Destination, ServerId
from bot.domain.wording.notices import stalled
from bot.services.access import Access
from bot.services.correct import Correct
from bot.services.deliver import Deliver
from bot.services.follow import Follow
from bot.services.notify import Notify
from bot.services.report import Report
from bot.services.suggest import Suggest
from bot.services.watchdog import Watchdog
from cogs.client import Connection, NewsthreadBot
from cogs.services import Services

_OUTBOX_EVERY = timedelta(seconds=10)
_EDITIONS_EVERY = timedelta(seconds=5)
_POLL_EVERY = timedelta(minutes=1)
_PRUNE_EVERY = timedelta(hours=24)
_QUICK, _LONG = timedelta(minutes=2), timedelta(hours=3)  # after which a job hangs, whatever it waits for

NOTICES_EVERY = timedelta(seconds=15)
CORRECTIONS_EVERY = timedelta(minutes=5)
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


async def run_discord(
    settings: Settings,
    overrides: Overrides | None = None,
    *,
    vigil: Vigil | None = None,
    stopping: Callable[[], None] = lambda: None,
) -> None:
    """Runs the bot until SIGTERM or SIGINT, at which `stopping` is called first.

    Raises SettingsError, FolderInUseError, StorageError.
    """
    if settings.discord_token is None:
        raise SettingsError(("DISCORD_TOKEN: the bot's token is wanted; the README says where to get one",))
    metrics = Metrics(version())
    metered = replace(
        overrides or Overrides(),
        around_model=lambda writer: MeteredWriter(writer, metrics),
        around_usage=lambda ledger: MeteredLedger(ledger, metrics.spent),
    )
    async with open_app(settings, writes=True, overrides=metered) as app:
        reach = reach_discord(app, lambda: connection.client)
        connection = connect_discord(app, reach, metrics, settings.discord_token.get_secret_value())
        vigil = vigil or Vigil()
        watchdog = _watchdog(app, reach.notify, vigil)
        deliver = _deliver(app, reach, metrics, watchdog)
        jobs = Jobs(app, connection=connection, deliver=deliver, reach=reach, metrics=metrics, watchdog=watchdog)
        damage: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        alarm = _alarm(jobs, reach.notify, _correct(app, reach, deliver, metrics), vigil, damage)
        host, port = settings.newsthread_metrics_host, settings.newsthread_metrics_port
        async with metrics.serve(host, port, lambda: watchdog.stalls):
            await _until_told(alarm, connection, deliver, ends=(damage, _signalled(stopping)))


def reach_discord(app: App, client: Callable[[], NewsthreadBot | None]) -> Reach:
    """What posts and tells through the client that `client` gives, for the folder of `app`."""

    async def log_of(server: ServerId) -> Destination | None:
        return (await app.server_settings.of(server)).log

    delivery, notices = DiscordDelivery(client), DiscordNotices(client, log_of)
    notify = Notify(notices=app.folder.notices, notifier=notices, clock=app.clock)
    access = Access(pauses=app.folder.pauses, deliverer=delivery, notify=notify, clock=app.clock)
    return Reach(delivery=delivery, notify=notify, access=access)


def connect_discord(app: App, reach: Reach, metrics: Metrics, token: str) -> Connection:
    """The bot of `app`; its clients, one after the other, keep one pace."""
    settings = app.settings
    services = Services(
        compose=app.compose,
        answering=MeteredAnswers(app.answering, metrics),
        subscribe=app.subscribe,
        plan=app.plan,
        follow=Follow(app.folder, access=reach.access, clock=app.clock),
        explain=app.explain,
        report=Report(app.explain, reach.notify),
        suggest=Suggest(app.folder, app.explain),
        forget=app.forget,
        access=reach.access,
        budgeting=app.budgeting,
        survey=app.survey,
        questions=app.folder.questions,
        settings=app.server_settings,
        members=app.folder.members,
        clock=app.clock,
    )
    api_url = str(settings.discord_api_url) if settings.discord_api_url else None

    pace = Pace()

    def make() -> NewsthreadBot:
        return NewsthreadBot(
            services, message_content=settings.discord_message_content, api_url=api_url, http_trace=paced(pace)
        )

    return Connection(make, token=token, clock=app.clock)


def _watchdog(app: App, notify: Notify, vigil: Vigil) -> Watchdog:
    async def tell(stall: Stall) -> None:
        if stall.stage is not Stage.CONNECTION:  # nobody could be told before it is over
            await notify.raise_(OPERATOR, NoticeId(stall.id), stalled(stall.stage, stall.since))

    return Watchdog(vigil.patience, every=vigil.every, clock=app.clock, tell=tell)


def _deliver(app: App, reach: Reach, metrics: Metrics, watchdog: Watchdog) -> Deliver:
    def recorded(delivery: Delivery, part: Part) -> None:
        if not isinstance(part.state, Failed):
            watchdog.moved(Stage.DELIVERY)
        count_part(metrics, delivery, part, app.clock.now())

    return Deliver(
        outbox=app.folder.outbox,
        deliverer=reach.delivery,
        access=reach.access,
        notify=reach.notify,
        clock=app.clock,
        watch=recorded,
    )


def _correct(app: App, reach: Reach, deliver: Deliver, metrics: Metrics) -> Correct:
    return Correct(
        app.folder,
        read_again=app.ingest.read_again,
        workers=app.workers,
        deliverer=reach.delivery,
        deliver=deliver,
        access=reach.access,
        notify=reach.notify,
        clock=app.clock,
        watch=metrics.corrected,
    )


def _alarm(jobs: Jobs, notify: Notify, correct: Correct, vigil: Vigil, damage: asyncio.Future[None]) -> Alarm:
    """Everything that happens by itself, each at its own pace.

    Damage to the archive, once met, is the error of `damage`: whoever supervises the process starts it again, and the
    start mends the archive.
    """

    def met(error: BaseException) -> None:
        if (found := _damage_in(error)) and not damage.done():
            damage.set_exception(found)

    async def ready_for_editions() -> None:
        await jobs.connection.logged_in()
        # What a program that was off for a while has stored is old, and "nothing new" would be said of it.
        await _set_within(jobs.polled, FIRST_POLL_WITHIN)

    alarm = Alarm(failed=met)
    logged_in = jobs.connection.logged_in
    alarm.every(_OUTBOX_EVERY, "outbox", jobs.outbox, within=_QUICK, when=logged_in)
    alarm.every(_EDITIONS_EVERY, "editions", jobs.editions, within=_LONG, when=ready_for_editions)
    alarm.every(NOTICES_EVERY, "notices", notify.tell, within=_QUICK, when=logged_in)
    alarm.every(CORRECTIONS_EVERY, "corrections", correct.run, within=_LONG, when=logged_in)
    alarm.every(_POLL_EVERY, "poll", jobs.poll, within=_LONG)
    alarm.every(_PRUNE_EVERY, "prune", jobs.prune, within=_LONG)
    alarm.every(vigil.every, "backlog", jobs.backlog, within=_QUICK)
    alarm.every(vigil.every, "watchdog", jobs.watch, within=_QUICK)
    return alarm


def _damage_in(error: BaseException) -> MendableError | None:
    """The damage to the archive that made a job fail, by itself or in a group, if that was it."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(_damage_in, error.exceptions)), None)
    return error if isinstance(error, MendableError) else None


async def _set_within(event: asyncio.Event, patience: timedelta) -> None:
    """Waits for the event; after `patience` it is taken for set, now and later."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), patience.total_seconds())
    event.set()


def _signalled(stopping: Callable[[], None]) -> asyncio.Future[None]:
    """Is done when the process is told to stop; `stopping` is called at once."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[None] = loop.create_future()

    def stop() -> None:
        if not told.done():
            stopping()
            told.set_result(None)

    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no signal handlers in loops; Ctrl-C interrupts there
            loop.add_signal_handler(number, stop)
    return told


async def _until_told(
    alarm: Alarm, connection: Connection, deliver: Deliver, *, ends: Sequence[asyncio.Future[Any]]
) -> None:
    """Runs connection and alarms until one of `ends` is done or the connection ends for good, and raises its error."""
    connected = asyncio.create_task(connection.run())
    alarm.start()
    try:
        done, _ = await asyncio.wait([*ends, connected], return_when=asyncio.FIRST_COMPLETED)
        for end in done:
            end.result()
    finally:
        log.info("stopping")
        await asyncio.gather(alarm.stop(), deliver.stop(LAST_MESSAGES_WITHIN))
        connected.cancel()
        await asyncio.gather(connected, return_exceptions=True)
