"""The alarm clock rings at the start and again, one ring at a time, whatever a job or the computer's clock does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from itertools import pairwise

import pytest

from bot.adapters.apscheduler_clock import Alarm, SystemClock
from tests.doubles.clock import StandingClock

SOON = timedelta(seconds=0.02)


@pytest.fixture
async def alarm() -> AsyncIterator[Alarm]:
    alarm = Alarm()
    yield alarm
    await alarm.stop()


async def until(count: int, rung: list[str]) -> None:
    async with asyncio.timeout(2):
        while len(rung) < count:  # noqa: ASYNC110  (a job of the test's own has no event to wait for)
            await asyncio.sleep(0.005)


async def test_a_job_runs_at_the_start_and_again(alarm: Alarm) -> None:
    rung: list[str] = []

    async def ring() -> None:
        rung.append("now")

    alarm.every(SOON, "ring", ring)
    assert rung == []
    alarm.start()
    await until(3, rung)


async def test_a_long_span_does_not_delay_the_first_run(alarm: Alarm) -> None:
    rung: list[str] = []

    async def ring() -> None:
        rung.append("now")

    alarm.every(timedelta(days=1), "ring", ring)
    alarm.start()
    await until(1, rung)


async def test_a_job_that_fails_is_logged_and_runs_again(alarm: Alarm, capsys: pytest.CaptureFixture[str]) -> None:
    rung: list[str] = []

    async def ring() -> None:
        rung.append("now")
        raise ValueError("broken")

    alarm.every(SOON, "ring", ring)
    alarm.start()
    await until(2, rung)
    assert "regular_job_failed" in "".join(capsys.readouterr())


async def test_a_slow_job_never_runs_twice_at_once_and_delays_no_other(
    alarm: Alarm, caplog: pytest.LogCaptureFixture
) -> None:
    under_way: list[str] = []
    rung: list[str] = []

    async def slow() -> None:
        under_way.append("begun")
        await asyncio.sleep(60)

    async def quick() -> None:
        rung.append("now")

    alarm.every(SOON, "slow", slow)
    alarm.every(SOON, "quick", quick)
    alarm.start()
    await until(4, rung)
    assert under_way == ["begun"]
    assert not [record for record in caplog.records if record.levelname == "WARNING"], "that is no news"


async def test_a_job_that_goes_on_failing_rests_longer_each_time_until_it_succeeds(
    alarm: Alarm, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = asyncio.get_running_loop()
    began: list[float] = []

    async def ring() -> None:
        began.append(loop.time())
        if len(began) < 4:
            raise ValueError("broken")

    alarm.every(timedelta(seconds=0.05), "ring", ring)
    alarm.start()
    async with asyncio.timeout(2):
        while len(began) < 6:  # noqa: ASYNC110  (a job of the test's own has no event to wait for)
            await asyncio.sleep(0.005)
    first, second, third, fourth, _ = (after - before for before, after in pairwise(began))
    assert first < second < third
    assert third > 0.15
    assert fourth < third, "back to normal after a success"
    assert "in_a_row=3" in "".join(capsys.readouterr())


async def test_a_job_that_takes_too_long_is_cancelled_and_begins_anew(
    alarm: Alarm, capsys: pytest.CaptureFixture[str]
) -> None:
    rung: list[str] = []
    ended: list[str] = []

    async def hang() -> None:
        rung.append("now")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("tidy")

    alarm.every(SOON, "hang", hang, within=timedelta(seconds=0.05))
    alarm.start()
    await until(2, rung)
    assert ended == ["tidy"]
    said = "".join(capsys.readouterr())
    assert "regular_job_overdue" in said
    assert "regular_job_failed" not in said


async def test_what_a_job_waits_for_does_not_count_as_its_own_time(alarm: Alarm) -> None:
    rung: list[str] = []

    async def ready() -> None:
        await asyncio.sleep(0.1)

    async def ring() -> None:
        rung.append("now")

    alarm.every(SOON, "ring", ring, within=timedelta(seconds=0.05), when=ready)
    alarm.start()
    await until(1, rung)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=8), timedelta(seconds=-3)])
async def test_a_clock_that_jumps_neither_stops_a_job_nor_delays_it(
    jump: timedelta, capsys: pytest.CaptureFixture[str]
) -> None:
    wall = StandingClock()
    rung: list[str] = []
    alarm = Alarm(wall_clock=wall.now, heartbeat=SOON)

    async def ring() -> None:
        rung.append("now")

    alarm.every(timedelta(days=1), "ring", ring)
    alarm.start()
    await until(1, rung)
    wall.move(jump)
    await until(2, rung)
    await asyncio.sleep(0.1)
    await alarm.stop()
    assert len(rung) == 2, "once for one jump"
    assert f"seconds={jump.total_seconds()}" in "".join(capsys.readouterr())


async def test_a_clock_that_is_corrected_slowly_disturbs_nothing() -> None:
    wall = StandingClock()
    rung: list[str] = []
    alarm = Alarm(wall_clock=wall.now, heartbeat=SOON)

    async def ring() -> None:
        rung.append("now")

    alarm.every(timedelta(days=1), "ring", ring)
    alarm.start()
    for _ in range(5):
        await asyncio.sleep(0.02)
        wall.move(timedelta(seconds=0.5))
    await alarm.stop()
    assert len(rung) == 1


async def test_stopping_ends_what_is_under_way_before_it_returns(caplog: pytest.LogCaptureFixture) -> None:
    alarm = Alarm()
    ended: list[str] = []
    begun = asyncio.Event()

    async def slow() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("tidy")

    alarm.every(SOON, "slow", slow)
    alarm.start()
    await asyncio.wait_for(begun.wait(), 2)
    await alarm.stop()
    assert ended == ["tidy"]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_an_alarm_that_never_started_can_be_stopped() -> None:
    await Alarm().stop()


async def test_the_system_clock_tells_utc_and_sleeps_no_negative_span() -> None:
    clock = SystemClock()
    before = clock.now()
    assert before.tzinfo is UTC
    await clock.sleep(timedelta(seconds=-5))
    await clock.sleep(timedelta(milliseconds=5))
    assert timedelta(milliseconds=4) <= clock.now() - before < timedelta(seconds=2)


async def test_a_job_that_cancels_itself_is_a_failure_that_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    failed: list[BaseException] = []
    alarm = Alarm(failed=failed.append)

    async def cancels() -> None:
        raise asyncio.CancelledError

    alarm.every(timedelta(days=1), "cancels", cancels)
    alarm.start()
    await until(1, failed)
    await alarm.stop()
    assert "regular_job_failed" in "".join(capsys.readouterr())
