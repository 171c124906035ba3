"""The watchdog says once what stands still, and says when it moves again; a computer that slept is no stall."""

from datetime import timedelta

import pytest

from bot.domain.errors import StorageError
from bot.domain.liveness import Stage, Stall
from bot.services.watchdog import Watchdog
from tests.doubles.clock import NOON, StandingClock

EVERY = timedelta(seconds=30)
PATIENCE = dict.fromkeys(Stage, timedelta(minutes=10))


class Scene:
    """A watchdog that looks every thirty seconds of a clock that is moved; `told` are the stalls told."""

    def __init__(self) -> None:
        self.clock = StandingClock()
        self.told: list[Stall] = []
        self.refuses = False
        self.watchdog = Watchdog(PATIENCE, every=EVERY, clock=self.clock, tell=self.tell)

    async def tell(self, stall: Stall) -> None:
        if self.refuses:
            raise StorageError("The disk is full.")
        self.told.append(stall)

    async def pass_(self, span: timedelta) -> None:
        end = self.clock.now() + span
        while self.clock.now() < end:
            self.clock.move(EVERY)
            await self.watchdog.look()


POLLING = Stall(stage=Stage.POLLING, since=NOON)


async def test_what_stands_still_is_logged_and_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    scene = Scene()
    scene.watchdog.expect(Stage.POLLING)
    await scene.pass_(timedelta(minutes=10))
    assert scene.watchdog.stalls == ()
    await scene.pass_(timedelta(hours=3))
    assert scene.watchdog.stalls == (POLLING,)
    assert scene.told == [POLLING]
    assert "".join(capsys.readouterr()).count("stalled") == 1


async def test_what_moves_now_and_then_does_not_stand_still() -> None:
    scene = Scene()
    scene.watchdog.expect(Stage.POLLING)
    for _ in range(5):
        await scene.pass_(timedelta(minutes=9))
        scene.watchdog.moved(Stage.POLLING)
    assert scene.told == []


async def test_what_moves_again_is_logged_and_the_next_stall_is_told_anew(capsys: pytest.CaptureFixture[str]) -> None:
    scene = Scene()
    scene.watchdog.expect(Stage.POLLING)
    await scene.pass_(timedelta(minutes=20))
    scene.watchdog.moved(Stage.POLLING)
    await scene.pass_(EVERY)
    assert scene.watchdog.stalls == ()
    assert "moves_again" in "".join(capsys.readouterr())
    await scene.pass_(timedelta(minutes=20))
    assert [stall.since for stall in scene.told] == [NOON, NOON + timedelta(minutes=20)]


async def test_nothing_is_expected_of_what_has_nothing_to_do() -> None:
    scene = Scene()
    scene.watchdog.expect(Stage.WRITING)
    await scene.pass_(timedelta(minutes=5))
    scene.watchdog.idle(Stage.WRITING)
    await scene.pass_(timedelta(hours=1))
    scene.watchdog.expect(Stage.WRITING)
    await scene.pass_(timedelta(minutes=9))
    assert scene.watchdog.stalls == ()


async def test_expecting_again_does_not_begin_counting_anew() -> None:
    scene = Scene()
    for _ in range(12):
        scene.watchdog.expect(Stage.DELIVERY)
        await scene.pass_(timedelta(minutes=1))
    assert scene.told == [Stall(stage=Stage.DELIVERY, since=NOON)]


@pytest.mark.parametrize("jump", [timedelta(hours=8), timedelta(hours=-2)], ids=["it slept", "its clock was set back"])
async def test_a_computer_that_lost_time_is_no_stall(jump: timedelta) -> None:
    scene = Scene()
    scene.watchdog.expect(Stage.POLLING)
    await scene.pass_(timedelta(minutes=5))
    scene.clock.move(jump)
    await scene.watchdog.look()
    await scene.pass_(timedelta(minutes=9))
    assert scene.watchdog.stalls == ()
    await scene.pass_(timedelta(minutes=2))
    assert len(scene.told) == 1, "counted anew, not forgotten"


async def test_what_stood_still_before_the_computer_slept_is_told_once_all_the_same() -> None:
    scene = Scene()
    scene.watchdog.expect(Stage.POLLING)
    await scene.pass_(timedelta(minutes=20))
    scene.clock.move(timedelta(hours=8))
    await scene.pass_(timedelta(minutes=20))
    assert scene.told == [POLLING]
    assert scene.watchdog.stalls == (POLLING,)


async def test_a_stall_that_could_not_be_told_is_told_at_the_next_look() -> None:
    scene = Scene()
    scene.watchdog.expect(Stage.POLLING)
    scene.refuses = True
    await scene.pass_(timedelta(minutes=20))
    assert scene.watchdog.stalls == (POLLING,), "known to /healthz although it could not be told"
    scene.refuses = False
    await scene.pass_(EVERY)
    assert scene.told == [POLLING]


async def test_a_stage_without_patience_is_not_watched() -> None:
    scene = Scene()
    scene.watchdog = Watchdog({}, every=EVERY, clock=scene.clock, tell=scene.tell)
    scene.watchdog.expect(Stage.POLLING)
    await scene.pass_(timedelta(hours=1))
    assert scene.watchdog.stalls == ()
