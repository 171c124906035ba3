"""`newsthread run` against a Discord double: in this process, or in one of its own, with what is left of it when a test
fails.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, time, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.bootstrap import Overrides
from bot.bootstrap.discord_bot import Vigil, run_discord
from bot.config import Settings
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.doubles.discord import Channel, DiscordServer

ROOT = Path(__file__).parents[2]
_OURS = ("NEWSTHREAD_", "OPENAI_", "DISCORD_")


def settings_for(folder: Path, discord: DiscordServer, **more: Any) -> Settings:
    """Settings of a bot that reads from loopback, whatever the environment says."""
    return Settings(
        _env_file=None,
        discord_token=discord.token,
        discord_api_url=discord.api_url,
        newsthread_data_dir=folder,
        newsthread_allow_networks="127.0.0.0/8",
        newsthread_host_pause_seconds=0,
        **more,
    )


@asynccontextmanager
async def running(settings: Settings, overrides: Overrides, vigil: Vigil | None = None) -> AsyncIterator[None]:
    """The bot in this process, until the block ends."""
    task = asyncio.create_task(run_discord(settings, overrides, vigil=vigil))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Program:
    """`async with Program(folder, discord) as program:`; the data folder is `folder/data`, the log `folder/log`.

    Processes that are not gone at the end are killed; where the block failed, the log's end goes with the error.
    """

    def __init__(self, folder: Path, discord: DiscordServer, **settings: str) -> None:
        self.folder = folder
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)} | {
            "PYTHONPATH": str(ROOT),
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "NEWSTHREAD_DATA_DIR": str(self.data),
            "NEWSTHREAD_ALLOW_NETWORKS": "127.0.0.0/8",
            "NEWSTHREAD_HOST_PAUSE_SECONDS": "0",
            **settings,
        }
        self._processes: list[asyncio.subprocess.Process] = []

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    async def start(self, command: str = "run") -> asyncio.subprocess.Process:
        with (self.folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", command),
                cwd=self.folder,
                env=self.env,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    async def stop(self, process: asyncio.subprocess.Process, number: signal.Signals = signal.SIGTERM) -> int:
        """Asks the process to stop, and returns its status. TimeoutError after ten seconds."""
        process.send_signal(number)
        return await asyncio.wait_for(process.wait(), 10)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        if error is not None:
            error.add_note(f"The program's log ends with:\n{self.log[-8_000:]}")


async def schedule_of_this_hour(folder: Path, presets: Presets, channel: Channel, now: datetime) -> None:
    """A schedule since yesterday whose time of today has just come."""
    planned = now - timedelta(minutes=1)
    schedule = Schedule(
        id=ScheduleId("bakotu"),
        server=ServerId(f"discord:{channel.guild.id}"),
        destination=Destination(f"discord:{channel.id}"),
        at=time(planned.hour, planned.minute),
        zone="UTC",
        topics=(),
        created_at=now - timedelta(days=1),
    )
    async with open_folder(folder, presets=presets, writes=True) as opened:
        await opened.schedules.put(schedule)
