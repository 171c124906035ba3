"""A month of 50 servers and 200 feeds: is every edition posted once, and does the memory stay what it was?

The real program on a real data folder, with the extractive engine, under a clock that the simulation moves: feeds and
pages come over loopback from another process, posts go to a platform that keeps counts only. Every other night the
services are made anew, as by a restart.
"""

import argparse
import gc
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_network
from itertools import count
from pathlib import Path
from typing import Any

from bot.bootstrap import App, Overrides, open_app, read_presets
from bot.config import EngineChoice, Settings
from bot.domain.deliveries import MessageId, Post, ThreadId, delivery_id, nonce
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.notices import Audience
from bot.domain.rendering import parts
from bot.domain.schedules import Destination, ServerId, slots
from bot.logs import set_up_logs
from bot.ports.outside import Posted
from bot.services.access import Access
from bot.services.deliver import Deliver
from bot.services.editions import Editions
from bot.services.notify import Notify
from storage.state.registers import Presets
from tests.bench.month_site import START, sites
from tests.doubles.clock import StandingClock

NEEDS = "nothing; Linux, half a gigabyte of disk, some minutes"

LOOK_EVERY = timedelta(minutes=15)
DAY = timedelta(days=1)
ZONES = (
    *("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Santiago"),
    *("Asia/Tokyo", "Pacific/Auckland", "UTC"),
)
TOPICS = ((), ("Tariffs",), ("AI stocks", "Greenland"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--servers", type=int, default=50)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--poll-hours", type=int, default=2, help="time between two polls")


@dataclass(slots=True)
class Counts:
    """The platform: a Deliverer and Notifier that remembers how often each front was posted, and nothing else."""

    ids: "count[int]" = field(default_factory=lambda: count(1))
    fronts: Counter[str] = field(default_factory=Counter)
    stories: int = 0
    notices: int = 0

    def may_post(self, destination: Destination, thread: ThreadId | None = None) -> bool:
        return True

    async def find(self, destination: Destination, thread: ThreadId | None, marker: str, since: datetime) -> None:
        return None

    async def post_front(self, destination: Destination, post: Post, nonce: str) -> Posted:
        self.fronts[nonce] += 1
        return self._posted()

    async def open_thread(self, destination: Destination, front: MessageId, name: str) -> ThreadId:
        return ThreadId(front)

    async def post_part(self, thread: ThreadId, post: Post, nonce: str) -> Posted:
        self.stories += 1
        return self._posted()

    async def tell(self, audience: Audience, text: str, nonce: str, tried_since: datetime | None) -> MessageId:
        self.notices += 1
        return self._posted().message

    def _posted(self) -> Posted:
        return Posted(message=MessageId(str(next(self.ids))))


async def run(arguments: argparse.Namespace) -> dict[str, Any]:
    set_up_logs(as_json=False, level="ERROR")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="newsthread-month-") as folder, sites(arguments.feeds) as (feeds, site_now):
        clock = StandingClock(START)
        async with AsyncExitStack() as stack:
            settings, overrides = _parts(Path(folder), arguments, feeds, clock)
            app = await stack.enter_async_context(open_app(settings, writes=True, overrides=overrides))
            month = Month(app, clock, lambda now: setattr(site_now, "value", now.timestamp()))
            await month.plan(arguments.servers)
            for day in range(arguments.days):
                await month.live(START + day * DAY, START + (day + 1) * DAY, timedelta(hours=arguments.poll_hours))
            document = await month.document()
    return {**document, "seconds": time.monotonic() - began}


def _parts(
    folder: Path, arguments: argparse.Namespace, feeds: list[str], clock: StandingClock
) -> tuple[Settings, Overrides]:
    settings = Settings(
        _env_file=None,
        newsthread_data_dir=folder / "data",
        newsthread_engine=EngineChoice.EXTRACTIVE,
        newsthread_allow_networks=(ip_network("127.0.0.0/8"),),
        newsthread_poll_seconds=arguments.poll_hours * 3_600,
        newsthread_host_pause_seconds=0,
    )
    followed = tuple(Feed(url=FeedUrl(url), outlet=f"Outlet {number}") for number, url in enumerate(feeds))
    return settings, Overrides(clock=clock, presets=Presets(topics=read_presets().topics, feeds=followed))


class Month:
    """The running bot without Discord, and what is counted about it."""

    def __init__(self, app: App, clock: StandingClock, tell_site: Callable[[datetime], None]) -> None:
        self._app = app
        self._clock = clock
        self._tell_site = tell_site
        self._platform = Counts()
        self._memory_mb: list[float] = []
        self._peak_mb: list[float] = []
        self._polls = 0
        self._restart()

    def _restart(self) -> None:
        app, clock = self._app, self._clock
        notify = Notify(notices=app.folder.notices, notifier=self._platform, clock=clock)
        access = Access(pauses=app.folder.pauses, deliverer=self._platform, notify=notify, clock=clock)
        self._deliver = Deliver(
            outbox=app.folder.outbox, deliverer=self._platform, access=access, notify=notify, clock=clock
        )
        self._editions = Editions(
            schedules=app.folder.schedules,
            servers=app.folder.servers,
            outbox=app.folder.outbox,
            brief=app.compose.edition,
            render=parts,
            deliver=self._deliver,
            access=access,
            notify=notify,
            clock=clock,
        )

    async def plan(self, servers: int) -> None:
        """A daily briefing for each server, at times spread over the day."""
        for number in range(servers):
            minutes = number * 29 % 1_440
            await self._app.plan.add(
                ServerId(f"discord:{number}"),
                Destination(f"discord:{1_000 + number}"),
                at=f"{minutes // 60}:{minutes % 60:02}",
                zone=ZONES[number % len(ZONES)],
                topics=TOPICS[number % len(TOPICS)],
            )

    async def live(self, since: datetime, until: datetime, poll_every: timedelta) -> None:
        """What the alarm clock runs between two times."""
        if (since - START) // DAY % 2:
            self._restart()
        now = since
        while now < until:
            now += LOOK_EVERY
            self._clock.set(now)
            self._tell_site(now)
            if not (now - START) % poll_every:
                await self._app.ingest.poll()
                self._polls += 1
            await self._editions.run_due()
            await self._deliver.resume()
            await self._deliver.settled()
        await self._app.folder.articles.prune(now - self._app.settings.keep_for)
        gc.collect()
        self._memory_mb.append(_status_mb("VmRSS"))
        self._peak_mb.append(_status_mb("VmHWM"))

    async def document(self) -> dict[str, Any]:
        """What came of it. Each slot is named by its front's nonce, which follows from the slot alone."""
        due = [
            nonce(delivery_id(slot), 0)
            for schedule in await self._app.folder.schedules.all()
            for slot in slots(schedule, START, self._clock.now())
        ]
        posted = self._platform.fronts
        return {
            "editions": {
                "due": len(due),
                "once": sum(posted[each] == 1 for each in due),
                "lost": sum(not posted[each] for each in due),
                "doubled": sum(number > 1 for number in posted.values()),
                "never_due": len(set(posted) - set(due)),
            },
            "memory_mb": _compared(self._memory_mb),
            "peak_mb": _compared(self._peak_mb),
            "daily_mb": [round(each, 1) for each in self._memory_mb],
            "polls": self._polls,
            "articles": await self._app.folder.articles.count(),
            "story_messages": self._platform.stories,
            "notices": self._platform.notices,
        }


def _compared(daily: list[float]) -> dict[str, float]:
    return {"first_day": daily[0], "end": daily[-1], "ratio": daily[-1] / daily[0]}


def _status_mb(name: str) -> float:
    """A figure of this process in MB, from Linux's /proc."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1_000
    raise OSError(f"/proc/self/status does not name {name}")
