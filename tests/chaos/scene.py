"""The scene: doubles that outlive every process, a data folder that knows the news, and the editions due.

It must not know how a process dies, nor what goes wrong.
"""

import asyncio
import json
import os
import random
import shutil
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from bot.domain.feeds import Feed, FeedUrl
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId
from bot.domain.topics import Topic
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.chaos.members import Members
from tests.chaos.program import ROOT, ChaosError, Program
from tests.chaos.servers import UnreliableDiscord, UnreliableModel
from tests.doubles.discord import Channel, Guild
from tests.doubles.news_site import Item, NewsSite

TOPICS = (
    Topic(name="Tariffs", words=("tariff*",)),
    Topic(name="AI stocks", words=("chip maker*",)),
    Topic(name="Greenland", words=("Greenland",)),
)
STORIES = {
    "/duties": (
        "Tariff of 15% on imported bicycles takes effect in April",
        "A tariff of 15% on imported bicycles takes effect on 4 April, the trade ministry said on Tuesday. "
        "Dealers said that the tariff would raise the price of a city bicycle by about 90 euros.",
    ),
    "/chips": (
        "Chip maker Halvorsen raises its forecast for the year",
        "The chip maker Halvorsen raised its forecast for the year to 3.2 billion dollars in sales. "
        "Orders for processors that train language models doubled, the chip maker's chairwoman said.",
    ),
    "/airport": (
        "Greenland opens a longer runway at Ilulissat",
        "Greenland opened a runway of 2,200 metres at Ilulissat, long enough for direct flights from Copenhagen. "
        "Hotels in northern Greenland expect twice as many guests, the island's tourist board said.",
    ),
}
ZONES = ("UTC", "Asia/Tokyo", "Asia/Kolkata", "America/Phoenix")  # clocks there are never put forward or back
LONGEST_AGO = timedelta(hours=10)  # an edition is posted up to twelve hours late


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An edition that is due: one schedule's, in a channel of its own."""

    schedule: ScheduleId
    channel: Channel


class Scene:
    """`async with Scene(folder) as scene:` serves Discord, news and model, and reads the news once for all rounds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.discord = UnreliableDiscord()
        self.model = UnreliableModel()
        self.site = NewsSite()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for server in (self.discord, self.model, self.site):
            await self._stack.enter_async_context(server)
        now = datetime.now(UTC)
        items = []
        for path, (title, text) in STORIES.items():
            self.site.page(path, f"<html><body><article><h1>{title}</h1><p>{text}</p></article></body></html>")
            items.append(Item(title, self.site.url(path), published=now - timedelta(hours=1)))
        feed = Feed(url=FeedUrl(self.site.feed("/feed.xml", items)), outlet="Morning Tide")
        async with open_folder(self.template, presets=Presets(feeds=(feed,), topics=TOPICS), writes=True):
            pass
        await self._poll()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._stack.aclose()

    @property
    def template(self) -> Path:
        """A data folder that has read the news and has nothing due."""
        return self.folder / "template"

    def settings(self, data: Path) -> dict[str, str]:
        """The environment of a process on this data folder."""
        return {
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_URL": self.discord.api_url,
            "NEWSTHREAD_DATA_DIR": str(data),
            "NEWSTHREAD_ALLOW_NETWORKS": "127.0.0.0/8",
            "NEWSTHREAD_HOST_PAUSE_SECONDS": "0",
        }

    async def _poll(self) -> None:
        environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)} | self.settings(self.template)
        poll = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "poll", "--json"),
            cwd=self.folder,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await poll.communicate()
        if poll.returncode or json.loads(told)["new_articles"] != len(STORIES):
            raise ChaosError(f"The news could not be read: {told.decode()}")


class Round:
    """A data folder of its own with so many editions due, and the process that works on it."""

    def __init__(self, scene: Scene, name: str, rng: random.Random, *, with_model: bool) -> None:
        self.scene = scene
        self.with_model = with_model
        self._rng = rng
        self.data = scene.folder / name / "data"
        self.guild: Guild = scene.discord.add_guild(name)
        # Lots of its own: how often members act is a matter of time, and must not move the kills.
        self.members = Members(scene.discord, name, random.Random(rng.random()))
        self.due: list[Due] = []
        self.program: Program | None = None
        self._programs: list[Program] = []

    async def prepare(self, editions: int) -> None:
        """Makes the folder, and so many schedules whose time came within the last hours, of each kind of channel."""
        await asyncio.to_thread(shutil.copytree, self.scene.template, self.data)
        async with open_folder(self.data, presets=Presets(), writes=True) as folder:
            for number in range(editions):
                channel = self._channel(f"channel-{number}")
                schedule = self._schedule(f"{self.data.parent.name}-{number}", channel)
                await folder.schedules.put(schedule)
                self.due.append(Due(schedule=schedule.id, channel=channel))
        self.scene.discord.edition_places = {due.channel.id for due in self.due}

    async def follow(self, url: str) -> None:
        """Adds a feed, while no process runs."""
        async with open_folder(self.data, presets=Presets(), writes=True) as folder:
            await folder.feeds.put(Feed(url=FeedUrl(url), outlet="Wire"))

    async def start(self) -> Program:
        """Starts the process."""
        settings = self.scene.settings(self.data)
        if self.with_model:
            # Another model in each life, so that each has stories to write: one model's are kept.
            settings["OPENAI_BASE_URL"] = self.scene.model.base_url
            settings["OPENAI_MODEL"] = f"model-{len(self._programs)}"
        self.scene.discord.started_at = datetime.now(UTC)
        self.program = await Program.start(self.data.parent, settings)
        self._programs.append(self.program)
        return self.program

    async def end(self, number: signal.Signals) -> None:
        """Ends the process. Raises ChaosError."""
        assert self.program is not None
        await self.program.end(number)
        self.program = None
        self.scene.discord.gateway.sessions.clear()  # nobody will resume them

    async def all_gone(self) -> None:
        """Raises ChaosError where processes outlive the programs that started them."""
        for program in self._programs:
            await program.gone()

    def close(self) -> None:
        """Leaves nothing behind, whatever happened."""
        for program in self._programs:
            program.clean_up()
        self.guild.remove_bot()
        self.members.leave()

    def _channel(self, name: str) -> Channel:
        kind = self._rng.choices(("text", "announcements", "forum"), weights=(5, 2, 3))[0]
        if kind == "forum":
            return self.guild.add_forum(name)
        return self.guild.add_text_channel(name, announcement=kind == "announcements")

    def _schedule(self, name: str, channel: Channel) -> Schedule:
        zone = self._rng.choice(ZONES)
        due_at = datetime.now(UTC) - timedelta(minutes=self._rng.randint(1, LONGEST_AGO // timedelta(minutes=1)))
        return Schedule(
            id=ScheduleId(name),
            server=ServerId(f"discord:{self.guild.id}"),
            destination=Destination(f"discord:{channel.id}"),
            at=due_at.astimezone(ZoneInfo(zone)).time().replace(second=0, microsecond=0),
            zone=zone,
            topics=(),
            created_at=due_at - timedelta(minutes=5),
        )
