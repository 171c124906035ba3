"""What looks after a data folder without opening the whole program: doctor, backup, restore, files for a person."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

from bot.adapters.apscheduler_clock import SystemClock
from bot.bootstrap import read_presets
from bot.config import Settings
from bot.domain.errors import InputError, NewsthreadError, StorageError
from bot.domain.schedules import ServerId
from bot.domain.servers import Server
from bot.domain.usage import EVERYONE, DaySpent, Payer, Usage
from bot.ports.repositories import Repositories
from bot.services.doctor import Doctor, Finding, Probe, Seen
from storage.archive.database import ARCHIVE_FILE, check_archive
from storage.backup import backup, restore
from storage.folder import check_target, open_folder

_DISCORD_PATIENCE = timedelta(seconds=20)

Progress = Callable[[int, int], None]


async def examine(settings: Settings) -> tuple[Finding, ...]:
    """What the doctor finds; it works beside a running bot. Raises nothing of ours."""
    path = settings.newsthread_data_dir
    async with AsyncExitStack() as stack:
        folder: Repositories | None = None
        fault: NewsthreadError | None = None
        try:
            folder = await stack.enter_async_context(open_folder(path, presets=read_presets(), writes=False))
        except NewsthreadError as error:
            fault = error

        async def storage() -> Seen:
            if folder is None:
                raise fault or StorageError(f"{path} cannot be opened.")
            await asyncio.to_thread(_check_folder, path)
            return Seen(f"{await folder.articles.count():,} articles stored")

        probes = (
            Probe(
                name="storage",
                check=storage,
                todo=f"Check who owns {path}. A damaged archive is set aside and mended by the next `newsthread run`; "
                "`newsthread restore FILE` brings back a backup.",
            ),
            Probe(
                name="model",
                check=_model_check(settings, folder),
                todo="Check OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL.",
            ),
            Probe(
                name="Discord",
                check=_discord_check(settings),
                todo="Check DISCORD_TOKEN in the developer portal, and DISCORD_API_URL where it is set.",
                patience=_DISCORD_PATIENCE,
            ),
        )
        return await Doctor(folder, probes=probes).examine()


async def back_up(settings: Settings, file: Path, progress: Progress) -> None:
    """Writes the data folder into `file`. Raises StorageError."""
    await backup(settings.newsthread_data_dir, file, now=SystemClock().now(), progress=progress)


async def restore_folder(settings: Settings, file: Path, progress: Progress) -> None:
    """Puts `file` in place of the data folder. Raises FolderInUseError, DamagedError, StorageError."""
    await restore(file, settings.newsthread_data_dir, now=SystemClock().now(), progress=progress)


def write_text(settings: Settings, file: Path, text: str) -> None:
    """Writes a text that a person asked for, never over what is ours. Raises InputError, StorageError."""
    check_target(settings.newsthread_data_dir, file)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.") from error


def _check_folder(path: Path) -> None:
    for each in (path, path / ARCHIVE_FILE):
        if not os.access(each, os.R_OK | os.W_OK):
            raise StorageError(f"{each} cannot be written")
    check_archive(path / ARCHIVE_FILE)


def _model_check(settings: Settings, folder: Repositories | None) -> Callable[[], Awaitable[Seen]]:
    async def check() -> Seen:
        if not settings.writes_with_model:
            return Seen("none is set up, so extracts are written")
        from bot.bootstrap.model import open_models  # noqa: PLC0415  (half a second where no model is set up)

        ledger = folder.usage if folder else _NoLedger()

        async def undecided(server: ServerId) -> Server:
            return Server(id=server)  # a check is booked on none

        async with open_models(settings, ledger, SystemClock(), undecided) as models:
            return Seen(await models.check())

    return check


def _discord_check(settings: Settings) -> Callable[[], Awaitable[Seen]]:
    async def check() -> Seen:
        if settings.discord_token is None:
            return Seen("no token is set; `newsthread run` needs one, nothing else does")
        token = settings.discord_token.get_secret_value().strip()
        if not token.isprintable() or " " in token:
            raise InputError("The token holds a line break or a space, which no token does")
        from cogs.identity import who_am_i  # noqa: PLC0415  (no other command needs discord.py)

        identity = await who_am_i(token, str(settings.discord_api_url) if settings.discord_api_url else None)
        return Seen(f"logged in as {identity.name}; the address below invites it to a server", identity.invitation)

    return check


class _NoLedger:
    """Stands in where the folder cannot be opened: what the check costs is not counted."""

    async def add(self, usage: Usage) -> None:
        """See `ports.repositories.UsageLedger`."""

    async def tokens(self, since: datetime, payer: Payer = EVERYONE) -> int:
        """See `ports.repositories.UsageLedger`."""
        return 0

    async def by_day(self, since: datetime, payer: Payer = EVERYONE) -> Sequence[DaySpent]:
        """See `ports.repositories.UsageLedger`."""
        return ()
