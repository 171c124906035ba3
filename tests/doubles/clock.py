"""A clock that stands until a test moves it; sleeping moves it too, so that nothing is waited for."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 1, 18, 12, tzinfo=UTC)


class StandingClock:
    """`slept` holds the spans that were slept."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self.slept: list[timedelta] = []

    def now(self) -> datetime:
        return self._now

    def move(self, span: timedelta) -> None:
        self._now += span

    def set(self, now: datetime) -> None:
        self._now = now

    async def sleep(self, span: timedelta) -> None:
        self.slept.append(span)
        self._now += max(span, timedelta(0))
