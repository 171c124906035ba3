"""The watchdog: hears what moves, looks regularly, and says what stands still, in the log and to the operator.

Knows nothing of how the work is done, and mends nothing: jobs are ended and begun anew by the alarm clock.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import StorageError
from bot.domain.liveness import Beat, Stage, Stall, judge, lost_time
from bot.ports.outside import Clock

Tell = Callable[[Stall], Awaitable[None]]

_log = structlog.get_logger(__name__)


class Watchdog:
    """What is expected of each stage, and what stands still.

    `patience` names the stages watched; `tell` is called once for each stall, and again only where it raised
    StorageError.
    """

    def __init__(self, patience: Mapping[Stage, timedelta], *, every: timedelta, clock: Clock, tell: Tell) -> None:
        """`every` is how often `look` is called."""
        self._patience = patience
        self._every = every
        self._clock = clock
        self._tell = tell
        self._since: dict[Stage, datetime] = {}
        self._stalls: tuple[Stall, ...] = ()
        self._untold: tuple[Stall, ...] = ()
        self._looked_at = clock.now()

    @property
    def stalls(self) -> tuple[Stall, ...]:
        """What stood still at the last look."""
        return self._stalls

    def expect(self, stage: Stage) -> None:
        """The stage has something to do: from now on, unless it had before, it is expected to move."""
        self._since.setdefault(stage, self._clock.now())

    def moved(self, stage: Stage) -> None:
        """The stage has moved and has more to do."""
        self._since[stage] = self._clock.now()

    def idle(self, stage: Stage) -> None:
        """Nothing is expected of the stage."""
        self._since.pop(stage, None)

    async def look(self) -> None:
        """Compares what was expected with what moved. For every so often."""
        now = self._clock.now()
        if lost_time(self._looked_at, now, self._every):
            _log.warning("watchdog_begins_anew", last_look=self._looked_at.isoformat())
            standing = {stall.stage for stall in self._stalls}
            self._since = {stage: at if stage in standing else now for stage, at in self._since.items()}
        self._looked_at = now
        verdict = judge(self._beats(), self._stalls, now)
        self._stalls = verdict.stalls
        for stall in verdict.begun:
            _log.error("stalled", stage=stall.stage.value, since=stall.since.isoformat())
        for stall in verdict.over:
            _log.info("moves_again", stage=stall.stage.value, stood_since=stall.since.isoformat())
        self._untold = (*self._untold, *verdict.begun)
        while self._untold:
            try:
                await self._tell(self._untold[0])
            except StorageError:
                _log.exception("stall_not_told")  # the next look tries again, and must come in time
                return
            self._untold = self._untold[1:]

    def _beats(self) -> list[Beat]:
        return [
            Beat(stage=stage, since=since, patience=self._patience[stage])
            for stage, since in self._since.items()
            if stage in self._patience
        ]
