"""When briefings are due: a year of slots in five zones, both clock changes, and times and zones as typed."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InputError
from bot.domain.schedules import (
    Destination,
    Schedule,
    ScheduleId,
    ServerId,
    check_zone,
    next_slot,
    parse_time,
    parse_times,
    parse_weekdays,
    slots,
    zones,
)
from storage.codecs import plain, typed

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def daily(at: str, zone: str, created_at: datetime = LONG_AGO) -> Schedule:
    return Schedule(
        id=ScheduleId("bakotu"),
        server=ServerId("discord:1"),
        destination=Destination("discord:2"),
        at=time.fromisoformat(at),
        zone=zone,
        topics=(),
        created_at=created_at,
    )


def of_day(schedule: Schedule, day: date) -> list[datetime]:
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    return [
        slot.due_at
        for slot in slots(schedule, noon - timedelta(days=2), noon + timedelta(days=2))
        if slot.local_date == day
    ]


@pytest.mark.parametrize("at", ["00:00", "01:30", "02:30", "08:00", "23:59"])
@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/Havana"]
)
def test_a_year_has_one_slot_a_day_at_the_planned_time_or_the_next_that_exists(zone: str, at: str) -> None:
    schedule, place = daily(at, zone), ZoneInfo(zone)
    since = datetime(2026, 1, 1, tzinfo=place).astimezone(UTC) - timedelta(seconds=1)
    until = datetime(2027, 1, 1, tzinfo=place).astimezone(UTC) - timedelta(seconds=1)
    year = slots(schedule, since, until)
    assert [slot.local_date for slot in year] == [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert all(one.due_at < two.due_at for one, two in pairwise(year))
    moved = [slot for slot in year if slot.due_at.astimezone(place).time() != schedule.at]
    assert len(moved) <= 1
    assert all(slot.due_at.astimezone(place).date() == slot.local_date for slot in year)
    assert all(slot.planned == schedule.at for slot in year)


def test_a_time_that_comes_twice_gives_one_slot_at_its_first_coming() -> None:
    assert of_day(daily("01:30", "America/New_York"), date(2026, 11, 1)) == [datetime(2026, 11, 1, 5, 30, tzinfo=UTC)]
    assert of_day(daily("02:30", "Europe/Berlin"), date(2026, 10, 25)) == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_a_time_that_does_not_exist_moves_to_the_next_minute_of_that_date_that_does() -> None:
    assert of_day(daily("02:30", "America/New_York"), date(2026, 3, 8)) == [datetime(2026, 3, 8, 7, 0, tzinfo=UTC)]
    assert of_day(daily("02:00", "Europe/Berlin"), date(2026, 3, 29)) == [datetime(2026, 3, 29, 1, 0, tzinfo=UTC)]
    # Havana's clocks go from 00:00 to 01:00.
    assert of_day(daily("00:10", "America/Havana"), date(2026, 3, 8)) == [datetime(2026, 3, 8, 5, 0, tzinfo=UTC)]


def test_half_an_hour_of_clock_change_is_right_too() -> None:
    assert of_day(daily("02:15", "Australia/Lord_Howe"), date(2026, 10, 4)) == [
        datetime(2026, 10, 3, 15, 30, tzinfo=UTC)
    ]


def test_a_date_that_a_zone_left_out_has_no_slot_and_the_next_one_follows() -> None:
    samoa = daily("08:00", "Pacific/Apia", datetime(2011, 1, 1, tzinfo=UTC))
    found = slots(samoa, datetime(2011, 12, 28, tzinfo=UTC), datetime(2011, 12, 31, tzinfo=UTC))
    assert [slot.local_date.day for slot in found] == [28, 29, 31]
    assert next_slot(samoa, found[1].due_at).local_date == date(2011, 12, 31)


def test_a_span_holds_the_slot_at_its_end_and_not_the_one_at_its_beginning() -> None:
    schedule = daily("08:00", "UTC")
    eight = datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert [slot.due_at for slot in slots(schedule, eight - timedelta(days=1), eight)] == [eight]
    assert slots(schedule, eight, eight + timedelta(hours=23)) == []


def test_a_schedule_has_no_slot_before_it_was_made() -> None:
    nine = datetime(2026, 5, 1, 9, tzinfo=UTC)
    schedule = daily("08:00", "UTC", created_at=nine)
    assert slots(schedule, nine - timedelta(days=3), nine + timedelta(hours=1)) == []
    assert next_slot(schedule, nine - timedelta(days=3)).due_at == datetime(2026, 5, 2, 8, tzinfo=UTC)


def test_a_changed_schedule_has_no_slot_before_its_change_counts() -> None:
    nine = datetime(2026, 5, 1, 9, tzinfo=UTC)
    schedule = replace(daily("08:00", "UTC"), counts_from=nine)
    assert slots(schedule, nine - timedelta(days=3), nine + timedelta(hours=1)) == []
    assert next_slot(schedule, nine - timedelta(days=3)).due_at == datetime(2026, 5, 2, 8, tzinfo=UTC)


def test_a_schedule_stored_before_changes_were_known_counts_from_when_it_was_made() -> None:
    stored = plain(daily("08:00", "UTC"))
    del stored["counts_from"]
    assert typed(stored, Schedule).since == LONG_AGO


def test_a_schedule_comes_on_its_weekdays_alone_by_the_calendar_of_its_zone() -> None:
    auckland = replace(daily("08:00", "Pacific/Auckland"), weekdays=(0, 4))
    found = slots(auckland, datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 15, tzinfo=UTC))
    # Its Monday morning is still Sunday in UTC; on 5 April its clocks go back.
    assert [slot.local_date.day for slot in found] == [3, 6, 10, 13]
    assert [slot.due_at.isoformat()[5:16] for slot in found[:2]] == ["04-02T19:00", "04-05T20:00"]
    assert next_slot(auckland, found[0].due_at) == found[1]


def test_a_weekly_schedule_whose_day_a_zone_left_out_comes_a_week_later() -> None:
    fridays = replace(daily("08:00", "Pacific/Apia", datetime(2011, 1, 1, tzinfo=UTC)), weekdays=(4,))
    assert next_slot(fridays, datetime(2011, 12, 24, tzinfo=UTC)).local_date == date(2012, 1, 6)


@given(
    st.sampled_from(zones()),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.datetimes(datetime(2021, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_looking_in_pieces_finds_what_looking_at_once_finds(zone: str, at: time, start: datetime) -> None:
    schedule = daily(at.isoformat(), zone)
    cuts = [start + timedelta(hours=7 * n) for n in range(9)]
    whole = slots(schedule, cuts[0], cuts[-1])
    pieces = [slot for after, until in pairwise(cuts) for slot in slots(schedule, after, until)]
    assert pieces == whole
    assert max(Counter(slot.local_date for slot in whole).values()) == 1
    assert next_slot(schedule, start) == whole[0]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("8:00", "08:00"),
        ("08:00", "08:00"),
        (" 23:59 ", "23:59"),
        ("8.30", "08:30"),
        ("8", "08:00"),
        ("8pm", "20:00"),
        ("8:30 PM", "20:30"),
        ("12am", "00:00"),
        ("12:15 p.m.", "12:15"),
        ("0:05", "00:05"),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, meant: str) -> None:
    assert parse_time(typed) == time.fromisoformat(meant)


@pytest.mark.parametrize("typed", ["", "24:00", "8:60", "13pm", "0am", "noon", "8:5", "08:00:00", "-1:00", "٨:٠٠"])
def test_what_is_no_time_of_day_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InputError, match="write it like 08:00"):
        parse_time(typed)


def test_several_times_are_read_once_each_in_order() -> None:
    assert parse_times("6 pm, 08:00,8.00") == (time(8), time(18))
    with pytest.raises(InputError, match="write it like 08:00"):
        parse_times("8:00, ")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Mon-Fri", "01234"),
        ("mon – fri", "01234"),
        ("Monday to Friday", "01234"),
        ("weekdays", "01234"),
        ("working days", "01234"),
        ("Sat, Sun", "56"),
        ("weekends", "56"),
        ("Sundays and Tuesdays.", "16"),
        ("Mo Wed/fr", "024"),
        ("Tu, Th", "13"),
        ("Sat-Mon", "056"),
        ("Fri through Sun & Wed", "2456"),
        ("wed", "2"),
        ("weekdays, Sun", "012346"),
        ("mon-sun", ""),
        ("weekdays + weekend", ""),
        ("every day", ""),
        ("daily", ""),
        ("all", ""),
    ],
)
def test_weekdays_are_read_as_people_write_them(typed: str, meant: str) -> None:
    assert parse_weekdays(typed) == tuple(map(int, meant))


@pytest.mark.parametrize("typed", ["", ",", "T", "S-M", "Mon-", "-Fri", "Montag", "mon-wed-fri", "1-5", "monkey", "to"])
def test_what_are_no_weekdays_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InputError, match="write them like Mon-Fri"):
        parse_weekdays(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin ", "Europe/Berlin"),
        ("america/new york", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_zones_are_found_whatever_their_case(typed: str, meant: str) -> None:
    assert check_zone(typed) == meant


@pytest.mark.parametrize("typed", ["", "Berlin", "../etc/passwd", "Europe", "/etc/localtime", "CEST+1", "localtime"])
def test_what_is_no_zone_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InputError, match="write one like Europe/Berlin"):
        check_zone(typed)
