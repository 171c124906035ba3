"""What stands still, what came back, and what is said about it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.liveness import Beat, Stage, Stall, judge, lost_time
from bot.domain.notices import MAX_CHARS
from bot.domain.wording.notices import stalled

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _beat(ago: timedelta, stage: Stage = Stage.POLLING) -> Beat:
    return Beat(stage=stage, since=NOW - ago, patience=10 * MINUTE)


def _stall(ago: timedelta, stage: Stage = Stage.POLLING) -> Stall:
    return Stall(stage=stage, since=NOW - ago)


def test_what_moved_within_its_patience_does_not_stand_still() -> None:
    verdict = judge([_beat(10 * MINUTE), _beat(MINUTE, Stage.WRITING)], (), NOW)
    assert (verdict.stalls, verdict.begun, verdict.over) == ((), (), ())


def test_what_moved_longer_ago_stands_still_since_then() -> None:
    verdict = judge([_beat(11 * MINUTE), _beat(MINUTE, Stage.WRITING)], (), NOW)
    assert verdict.stalls == verdict.begun == (_stall(11 * MINUTE),)


def test_a_stall_begins_once_however_often_one_looks() -> None:
    known = _stall(11 * MINUTE)
    verdict = judge([_beat(11 * MINUTE)], [known], NOW)
    assert (verdict.stalls, verdict.begun, verdict.over) == ((known,), (), ())


@pytest.mark.parametrize("beats", [[_beat(MINUTE)], []], ids=["it moved", "nothing is expected any more"])
def test_what_moves_again_is_over(beats: list[Beat]) -> None:
    known = _stall(11 * MINUTE)
    verdict = judge(beats, [known], NOW)
    assert (verdict.stalls, verdict.over) == ((), (known,))


def test_what_moved_and_stands_still_again_is_another_stall() -> None:
    verdict = judge([_beat(11 * MINUTE)], [_stall(30 * MINUTE)], NOW)
    assert verdict.begun == (_stall(11 * MINUTE),)
    assert verdict.over == (_stall(30 * MINUTE),)
    assert _stall(11 * MINUTE).id != _stall(30 * MINUTE).id


@pytest.mark.parametrize(
    ("passed", "lost"),
    [
        (timedelta(seconds=30), False),
        (timedelta(seconds=45), False),
        (timedelta(hours=8), True),
        (timedelta(seconds=-1), True),
        (timedelta(hours=-1), True),
    ],
)
def test_a_look_that_comes_late_or_before_the_last_one_knows_nothing(passed: timedelta, lost: bool) -> None:
    assert lost_time(NOW, NOW + passed, timedelta(seconds=30)) is lost


@pytest.mark.parametrize("stage", Stage)
def test_the_operator_is_told_what_since_when_and_what_to_do(stage: Stage) -> None:
    text = stalled(stage, NOW)
    assert stage.value in text
    assert "since 2026-03-01 12:00 UTC " in text
    assert "newsthread doctor" in text
    assert len(text) < MAX_CHARS
