"""The port Workers over pebble: real processes, started once for all tests of this file."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.adapters.pebble_workers import LARGE_BYTES, PebbleWorkers
from bot.domain.errors import DeferredError, Fault, FetchError, NewsthreadError, ReadingError, SettingsError

SOON = timedelta(seconds=10)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers() -> AsyncIterator[PebbleWorkers]:
    async with PebbleWorkers(max_workers=2) as pool:
        yield pool


def add(one: int, *, other: int) -> int:
    return one + other


def pid_after(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def fails_with(error: Exception) -> None:
    raise error


def fails_with_fetch_error() -> None:
    raise FetchError(Fault.GONE, "It is gone.", status=410, retry_after=timedelta(seconds=5))


def fails_with_settings_error() -> None:
    raise SettingsError(("A is missing", "B is wrong"))


def dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def eats_memory() -> int:
    return len(bytearray(4 << 30))


def gives_a_lambda() -> object:
    return lambda: None


async def test_a_function_runs_in_another_process(workers: PebbleWorkers) -> None:
    assert await workers.run(SOON, add, 1, other=2) == 3
    assert await workers.run(SOON, os.getpid) != os.getpid()


async def test_our_errors_come_through_unchanged(workers: PebbleWorkers) -> None:
    with pytest.raises(FetchError) as caught:
        await workers.run(SOON, fails_with_fetch_error)
    error = caught.value
    assert (error.fault, error.detail, error.status) == (Fault.GONE, "It is gone.", 410)
    assert (error.retry_after, str(error)) == (timedelta(seconds=5), "It is gone.")
    with pytest.raises(SettingsError, match="A is missing") as settings:
        await workers.run(SOON, fails_with_settings_error)
    assert settings.value.problems == ("A is missing", "B is wrong")


@pytest.mark.parametrize("ours", [ReadingError("No."), DeferredError("Later.", retry_after=SOON)])
async def test_every_error_of_the_tree_survives_the_way_home(workers: PebbleWorkers, ours: NewsthreadError) -> None:
    with pytest.raises(type(ours), match=str(ours)):
        await workers.run(SOON, fails_with, ours)


async def test_a_foreign_error_is_a_reading_error_that_repeats_nothing(workers: PebbleWorkers) -> None:
    with pytest.raises(ReadingError) as caught:
        await workers.run(SOON, fails_with, ValueError("<secret body>"))
    assert "secret" not in str(caught.value)


async def test_a_task_past_its_deadline_loses_its_worker_and_only_that_one(workers: PebbleWorkers) -> None:
    other = asyncio.create_task(workers.run(SOON, pid_after, 0.8))
    await asyncio.sleep(0.1)
    with pytest.raises(ReadingError, match="too long"):
        await workers.run(timedelta(milliseconds=200), pid_after, 60)
    assert await other
    assert await workers.run(SOON, add, 1, other=1) == 2


async def test_a_worker_that_dies_is_replaced(workers: PebbleWorkers) -> None:
    with pytest.raises(ReadingError, match="broke down"):
        await workers.run(SOON, dies)
    assert await workers.run(SOON, add, 1, other=1) == 2


async def test_a_worker_cannot_eat_the_machines_memory(workers: PebbleWorkers) -> None:
    with pytest.raises(ReadingError):
        await workers.run(SOON, eats_memory)
    assert await workers.run(SOON, add, 1, other=1) == 2


def takes_ours(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def is_alone(document: bytes, mark: Path) -> bool:
    """Whether no other call is under way at the same time; short of what it looks for, it takes its time."""
    try:
        mark.mkdir()
    except FileExistsError:
        return False
    time.sleep(0.05)
    mark.rmdir()
    return True


def takes(document: bytes, megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


async def test_reading_a_document_takes_little_memory_and_a_large_one_more(workers: PebbleWorkers) -> None:
    assert await workers.run(SOON, takes, b"small", 40)
    for document in (b"small", b"x" * (LARGE_BYTES + 1)):
        with pytest.raises(ReadingError, match="more memory than a document may"):
            await workers.run(SOON, takes, document, 300)
    with pytest.raises(ReadingError, match="more memory"):
        await workers.run(SOON, takes, b"small", 140)
    assert await workers.run(SOON, takes, b"x" * (LARGE_BYTES + 1), 140)
    assert await workers.run(SOON, takes_ours, 300)  # a task of our own is no document


async def test_large_documents_are_read_one_at_a_time_and_small_ones_beside_them(
    workers: PebbleWorkers, tmp_path: Path
) -> None:
    large = b"x" * (LARGE_BYTES + 1)
    reading = [asyncio.create_task(workers.run(SOON, is_alone, large, tmp_path / "here")) for _ in range(3)]
    assert await workers.run(SOON, len, b"small") == 5
    assert await asyncio.gather(*reading) == [True] * 3


async def test_a_result_that_cannot_travel_is_a_reading_error(workers: PebbleWorkers) -> None:
    with pytest.raises(ReadingError):
        await workers.run(SOON, gives_a_lambda)
    assert await workers.run(SOON, add, 1, other=1) == 2


async def test_more_tasks_than_workers_all_come_back(workers: PebbleWorkers) -> None:
    sums = await asyncio.gather(*(workers.run(SOON, add, n, other=n) for n in range(100)))
    assert sums == [2 * n for n in range(100)]


async def test_a_cancelled_call_frees_its_worker(workers: PebbleWorkers) -> None:
    calls = [asyncio.create_task(workers.run(timedelta(minutes=5), pid_after, 300)) for _ in range(2)]
    await asyncio.sleep(0.3)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    assert await workers.run(SOON, add, 1, other=1) == 2


async def test_starting_and_stopping_leave_the_event_loop_free() -> None:
    gaps = []

    async def watch() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.005)
            gaps.append(time.monotonic() - before)

    watcher = asyncio.create_task(watch())
    async with PebbleWorkers(max_workers=1) as pool:
        assert await pool.run(SOON, add, 1, other=1) == 2
    watcher.cancel()
    assert max(gaps) < 0.3
    assert len(gaps) > 10


async def test_leaving_before_anything_ran_ends_all_processes() -> None:
    async with PebbleWorkers(max_workers=1):
        pass
    assert [p for p in multiprocessing.active_children() if not p.is_alive()] == []


PROGRAM = """
import asyncio, time
from datetime import timedelta
from bot.adapters.pebble_workers import LARGE_BYTES, PebbleWorkers
async def work():
    async with PebbleWorkers(max_workers=1) as workers:
        print(await workers.run(timedelta(seconds=20), pow, 2, 5), flush=True)
        {then}
{start}
"""
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)}


@pytest.mark.parametrize("start", ["if __name__ == '__main__': asyncio.run(work())", "asyncio.run(work())"])
async def test_any_script_is_a_good_main_program(tmp_path: Path, start: str) -> None:
    script = tmp_path / "newsthread"  # like a console script: no .py, no package
    script.write_text(PROGRAM.format(then="pass", start=start))
    command = [sys.executable, str(script)]
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=30, env=ENVIRONMENT, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("32", "")


async def test_a_killed_program_leaves_no_worker_behind(tmp_path: Path) -> None:
    script = tmp_path / "newsthread"
    then = "print(await workers.run(timedelta(seconds=20), __import__('os').getpid), flush=True); time.sleep(60)"
    script.write_text(PROGRAM.format(then=then, start="asyncio.run(work())"))
    assert not is_running(await asyncio.to_thread(killed, script))


def killed(script: Path) -> int:
    """Kills the script when it has told its worker's process id; returns that id when the worker has had its time."""
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as program:
        assert program.stdout is not None
        worker = int([program.stdout.readline() for _ in range(2)][1])
        assert is_running(worker)
        program.kill()
    gone_by = time.monotonic() + 5
    while is_running(worker) and time.monotonic() < gone_by:
        time.sleep(0.05)
    return worker


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


OFTEN = """
import asyncio
from datetime import timedelta
from bot.adapters.pebble_workers import LARGE_BYTES, PebbleWorkers
async def work():
    for patience in (0.01, 20, 0.01):
        async with PebbleWorkers(max_workers=6) as workers:
            call = asyncio.create_task(workers.run(timedelta(seconds=20), pow, 2, 5))
            await asyncio.wait([call], timeout=patience)
            call.cancel()
            await asyncio.wait([call])
asyncio.run(work())
"""


async def test_leaving_while_workers_still_start_is_silent(tmp_path: Path) -> None:
    script = tmp_path / "newsthread"
    script.write_text(OFTEN)
    command = [sys.executable, str(script)]
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=60, env=ENVIRONMENT, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
