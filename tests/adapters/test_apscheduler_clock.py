"""The alarm clock rings at the start and again, one ring at a time, whatever a job does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, timedelta

import pytest

from bot.adapters.apscheduler_clock import Alarm, SystemClock

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
