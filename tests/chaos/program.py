"""The program as a process of its own, and how it ends. It must not know why it is ended."""

import asyncio
import os
import signal
import sys
from collections import deque
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
STOPS_WITHIN, LETS_GO_WITHIN = timedelta(seconds=12), timedelta(seconds=20)
LINES_KEPT = 400
_OURS = ("NEWSTHREAD_", "OPENAI_", "DISCORD_")


class ChaosError(Exception):
    """The program did what no kill and no fault explains: it ended, would not end, or left processes behind."""


class Program:
    """`newsthread run` as a process of its own; `log` holds its last lines."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log: deque[str] = deque(maxlen=LINES_KEPT)
        self.lines = 0
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, folder: Path, settings: dict[str, str]) -> Self:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return cls(
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=folder,
                env=inherited | {"PYTHONPATH": str(ROOT)} | settings,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    async def end(self, number: signal.Signals) -> None:
        """Sends the signal and waits for the end. Raises ChaosError where it had ended before, or does not end."""
        if self.process.returncode is not None:
            raise ChaosError(f"The program ended by itself with status {self.process.returncode}.\n{self.told}")
        self.process.send_signal(number)
        try:
            status = await asyncio.wait_for(self.process.wait(), STOPS_WITHIN.total_seconds())
        except TimeoutError:
            raise ChaosError(f"The program does not end on {number.name}.\n{self.told}") from None
        if status not in (0, -number):  # a signal that comes before the program listens to it ends it all the same
            raise ChaosError(f"Asked to stop, the program ended with status {status}.\n{self.told}")

    async def gone(self) -> None:
        """Waits until its workers have ended too: they hold the other end of its standard error."""
        try:
            await asyncio.wait_for(self._reading, LETS_GO_WITHIN.total_seconds())
        except TimeoutError:
            raise ChaosError(f"Processes outlive the program {self.pid}.\n{self.told}") from None

    @property
    def told(self) -> str:
        return "\n".join(self.log)

    def told_since(self, line: int) -> list[str]:
        """What was said after so many lines, as far as it is kept."""
        said = self.lines - line
        return list(self.log)[-said:] if said else []

    def clean_up(self) -> None:
        """Leaves nothing behind, whatever happened."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._reading.cancel()

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log.append(line.decode(errors="replace").rstrip())
            self.lines += 1
