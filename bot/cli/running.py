"""From a parsed command to an exit status: settings, logs, the event loop, and errors as one line.

Exit statuses: 0 done, 1 could not be done, 2 wrong usage or settings, 130 interrupted.
"""

import asyncio
import json
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import structlog
import typer

from bot.bootstrap import App, Overrides, open_app
from bot.cli.terminal import complain
from bot.config import LogFormat, LogLevel, Settings, read_settings
from bot.domain.errors import NewsthreadError, SettingsError
from bot.logs import set_up_logs

T = TypeVar("T")

_LOOP = asyncio.SelectorEventLoop if sys.platform == "win32" else None
"""Windows has another by default, on which libcurl cannot wait."""
LEAVES_WITHIN = timedelta(seconds=9.5)  # after ten seconds process supervisors kill


def settings_for_command(**overrides: Any) -> Settings:
    """The settings, with logs set up by them. Ends the program with status 2 when they cannot be used."""
    try:
        settings = read_settings(**overrides)
    except SettingsError as error:
        for problem in error.problems:
            complain(problem)
        raise typer.Exit(2) from None
    _set_up_logs(settings, settings.newsthread_log_level)
    return settings


def _set_up_logs(settings: Settings, level: LogLevel) -> None:
    secrets = [each.get_secret_value() for each in (settings.discord_token, settings.openai_api_key) if each]
    set_up_logs(as_json=settings.newsthread_log_format is LogFormat.JSON, level=level.value, secrets=secrets)


def quiet(settings: Settings) -> Settings:
    """For a person at the terminal: what the command prints says it all, so only warnings are logged beside it."""
    if settings.newsthread_log_level is LogLevel.INFO and settings.newsthread_log_format is LogFormat.CONSOLE:
        _set_up_logs(settings, LogLevel.ERROR)
    return settings


def with_app(
    work: Callable[[App], Awaitable[T]],
    *,
    writes: bool = False,
    settings: Settings | None = None,
    overrides: Overrides | None = None,
) -> T:
    """Opens the program on its data folder, does `work`, closes it."""

    async def opened(chosen: Settings) -> T:
        async with open_app(chosen, writes=writes, overrides=overrides or Overrides()) as app:
            return await work(app)

    return done(opened(settings or quiet(settings_for_command())))


def done(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine to its end; an error becomes one line and an exit status."""
    try:
        with asyncio.Runner(loop_factory=_LOOP) as runner:
            return runner.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except Exception as error:
        failed(error)
        raise typer.Exit(2 if isinstance(error, SettingsError) else 1) from None


def leave_in_time(after: timedelta = LEAVES_WITHIN) -> None:
    """Ends the process `after` that long, whatever still runs then.

    Python waits for every thread at its end, also for one that hangs in the DNS. What counts is on disk by then, and
    what is not is taken up at the next start, as after a kill.
    """

    def leave() -> None:
        structlog.get_logger().warning("stop_cut_short")
        os._exit(0)

    timer = threading.Timer(after.total_seconds(), leave)
    timer.daemon = True
    timer.start()


def failed(error: BaseException) -> None:
    """Says what went wrong: our own errors have their sentence, anything else is a fault of ours."""
    first = error
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    if isinstance(first, NewsthreadError):
        complain(str(first))
    elif isinstance(first, BrokenPipeError):
        # Whoever read the output has read enough; what is left of it must not be complained about at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    else:
        complain(f"something went wrong inside ({type(first).__name__}); set NEWSTHREAD_LOG_LEVEL=DEBUG to see where")
        structlog.get_logger().debug("unexpected_error", exc_info=error)


def print_document(document: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
