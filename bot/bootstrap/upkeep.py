"""What looks after a data folder without opening the whole program: doctor, backup, restore."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from bot.adapters.apscheduler_clock import SystemClock
from bot.bootstrap import read_presets
from bot.config import Settings
from bot.services.doctor import Doctor, Finding, Probe
from storage.backup import backup, restore
from storage.folder import open_folder

Progress = Callable[[int, int], None]


async def examine(settings: Settings) -> tuple[Finding, ...]:
    """What the doctor finds; it works beside a running bot."""
    async with AsyncExitStack() as stack:
        folder = await stack.enter_async_context(
            open_folder(settings.newsthread_data_dir, presets=read_presets(), writes=False)
        )
        clock = SystemClock()

        async def model() -> str:
            if not settings.writes_with_model:
                return "none is set up, so extracts are written"
            from bot.bootstrap.model import open_model  # noqa: PLC0415  (half a second where no model is set up)

            server = await stack.enter_async_context(open_model(settings, folder.usage, clock))
            await server.check()
            return f"{settings.openai_model} answers"

        async def discord() -> str:
            if settings.discord_token is None:
                return "no token is set; `newsthread run` needs one, nothing else does"
            from cogs.client import who_am_i  # noqa: PLC0415  (no other command needs discord.py)

            api_url = str(settings.discord_api_url) if settings.discord_api_url else None
            return await who_am_i(settings.discord_token.get_secret_value(), api_url)

        probes = (
            Probe(name="model", check=model, todo="Check OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL."),
            Probe(name="Discord", check=discord, todo="Check DISCORD_TOKEN in the developer portal."),
        )
        doctor = Doctor(feeds=folder.feeds, feed_states=folder.feed_states, articles=folder.articles, probes=probes)
        return await doctor.examine()


async def back_up(settings: Settings, file: Path, progress: Progress) -> None:
    """Writes the data folder into `file`. Raises StorageError."""
    await backup(settings.newsthread_data_dir, file, now=SystemClock().now(), progress=progress)


async def restore_folder(settings: Settings, file: Path, progress: Progress) -> None:
    """Puts `file` in place of the data folder. Raises FolderInUseError, DamagedError, StorageError."""
    await restore(file, settings.newsthread_data_dir, now=SystemClock().now(), progress=progress)
