from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pace import QUICKEST, SLOWEST, USUAL_ENTRIES, credible_dates, entries_a_week, pace

NOW = datetime(2026, 1, 18, 12, 0, tzinfo=UTC)
HOUR, DAY, HALF_HOUR = timedelta(hours=1), timedelta(days=1), timedelta(minutes=30)


def every(gap: timedelta, count: int, newest_at: datetime = NOW) -> list[datetime | None]:
    return [newest_at - gap * n for n in range(count)]


def after(rate: float | None, *, silent: timedelta = timedelta(), interval: timedelta = HALF_HOUR) -> timedelta:
    return pace(rate, NOW - silent, NOW, interval=interval)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([], None),
        ([None, None], None),
        (every(HOUR, 9), None),
        (every(DAY, 29), 7.25),
        (every(DAY, 100), 7.25),
        (every(DAY * 7, 6), 1.25),
        (every(HOUR, 49), 171.5),
        (every(timedelta(minutes=1), 30), 210),
        (every(DAY, 3, NOW - 40 * DAY), 0),
        ([NOW + DAY * n for n in range(20)], None),
        ([datetime(1970, 1, 1, tzinfo=UTC)] * 20, None),
    ],
)
def test_the_dates_of_its_entries_tell_how_often_a_feed_publishes(
    dates: list[datetime | None], expected: float | None
) -> None:
    assert entries_a_week(credible_dates(dates, NOW), NOW) == expected


def test_only_dates_that_can_be_believed_count() -> None:
    dates = [NOW, None, NOW - DAY, NOW + DAY, datetime(1970, 1, 1, tzinfo=UTC)]
    assert credible_dates(dates, NOW) == [NOW - DAY, NOW]


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (None, HALF_HOUR),
        (USUAL_ENTRIES, HALF_HOUR),
        (USUAL_ENTRIES / 4, HOUR),
        (USUAL_ENTRIES * 4, timedelta(minutes=15)),
        (5_000, QUICKEST),
        (0, SLOWEST),
    ],
)
def test_what_publishes_often_is_asked_more_often(rate: float | None, expected: timedelta) -> None:
    assert after(rate) == expected


def test_a_busy_feed_that_falls_silent_is_asked_less_and_less() -> None:
    waits = [after(1_000, silent=DAY * days) for days in (0, 1, 4, 16, 64)]
    assert waits == sorted(waits)
    assert waits[0] == QUICKEST
    assert waits[-1] > 4 * HOUR


def test_the_usual_time_may_be_shorter_or_longer_than_any_pace() -> None:
    assert after(5_000, interval=timedelta(seconds=5)) == timedelta(seconds=5)
    assert after(0, interval=timedelta(days=7)) == timedelta(days=7)


@given(
    rates=st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)),
    silent=st.timedeltas(timedelta(), timedelta(days=9_000)),
    interval=st.timedeltas(timedelta(seconds=1), timedelta(days=36_500)),
)
def test_the_pace_keeps_its_bounds_and_never_rises_with_fewer_entries(
    rates: tuple[float, float], silent: timedelta, interval: timedelta
) -> None:
    fewer, more = (after(rate, silent=silent, interval=interval) for rate in sorted(rates))
    assert min(QUICKEST, interval) <= more <= fewer <= max(SLOWEST, interval)
