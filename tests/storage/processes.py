"""Other processes for the storage tests: `python -m tests.storage.processes ROLE FOLDER`.

Each prints a line when it is ready or has done one thing, and goes on until it is killed.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

from bot.domain.topics import Topic
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.contracts.samples import article, filed

ROOT = Path(__file__).parents[2]


@contextmanager
def running(role: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of this role, killed with SIGKILL at the end if not before."""
    command = [sys.executable, "-m", "tests.storage.processes", role, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def kill_amid_work(process: subprocess.Popen[str], after: timedelta) -> int:
    """Kills a process some time after its first line; the number in the last whole line that it wrote."""
    assert process.stdout is not None
    lines = [process.stdout.readline()]
    time.sleep(after.total_seconds())  # real time: the kill must fall somewhere in the middle of real work
    process.kill()
    lines += [line for line in process.stdout if line.endswith("\n")]
    return int(lines[-1])


async def _writer(folder: Path) -> None:
    """Puts a topic and stores an article, one after the other, for ever; some it has indexed before the next."""
    async with open_folder(folder, presets=Presets(), writes=True) as opened:
        for number in count(await opened.articles.count()):
            await opened.topics.put(Topic(name=f"Topic {number}", words=("word",) * 20))
            await opened.articles.store([filed(article(str(number), f"Text {number}."))])
            if number % 3:
                await opened.index.catch_up()
            print(number, flush=True)


async def _holder(folder: Path) -> None:
    """Holds the folder, with a forked child that lives on when it is killed."""
    async with open_folder(folder, presets=Presets(), writes=True):
        print(_fork(), flush=True)
        await asyncio.sleep(60)


def _fork() -> int:
    ready, done = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(done, b".")  # by now it has let go of what it inherited
        time.sleep(60)
        os._exit(0)
    os.read(ready, 1)
    return child


if __name__ == "__main__":
    asyncio.run({"writer": _writer, "holder": _holder}[sys.argv[1]](Path(sys.argv[2])))
