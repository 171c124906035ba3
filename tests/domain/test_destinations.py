"""When a place that refused the bot is tried again, and what a pause explains."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.destinations import Pause, Place, kept_from, may_try
from bot.domain.schedules import Destination, ServerId
from tests.doubles.clock import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PAUSE = Pause(
    place=Place(destination=Destination("discord:2")),
    server=ServerId("discord:1"),
    reason="The channel is gone.",
    since=NOON,
    tried_at=NOON,
)


@pytest.mark.parametrize(
    ("seems_open", "misled", "soon", "an_hour_later", "clock_set_back"),
    [
        (True, False, True, True, True),
        (True, True, False, True, True),
        (None, False, False, True, True),
        (False, False, False, False, False),
    ],
    ids=["seems open", "seemed open and was not", "unknown", "known to be closed"],
)
def test_a_paused_place_is_tried_when_it_seems_open_and_else_once_an_hour(
    *, seems_open: bool | None, misled: bool, soon: bool, an_hour_later: bool, clock_set_back: bool
) -> None:
    for after, wanted in ((MINUTE, soon), (HOUR, an_hour_later), (-HOUR, clock_set_back)):
        assert may_try(PAUSE, NOON + after, seems_open=seems_open, misled=misled) is wanted


def test_a_person_who_takes_no_messages_is_asked_once_a_day() -> None:
    pause = replace(PAUSE, place=Place(destination=Destination("discord:user:7")))
    asked = [hours for hours in range(25) if may_try(pause, NOON + hours * HOUR, seems_open=None, misled=False)]
    assert asked == [20, 21, 22, 23, 24]


@pytest.mark.parametrize(
    ("due", "over", "explains"),
    [
        (HOUR, None, True),
        (-HOUR, None, True),
        (-13 * HOUR, None, False),
        (HOUR, 2 * HOUR, True),
        (3 * HOUR, 2 * HOUR, False),
    ],
)
def test_a_pause_explains_what_was_not_posted_while_it_lasted(
    due: timedelta, over: timedelta | None, *, explains: bool
) -> None:
    pause = replace(PAUSE, ended_at=NOON + over if over else None)
    assert kept_from(pause, NOON + due) is explains


def test_no_pause_explains_nothing() -> None:
    assert not kept_from(None, NOON)
