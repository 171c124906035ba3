"""Pace: how often a feed is worth asking, learned from what its entries say of their times.

Standard library only, no I/O, no clock. What a feed wishes, and how long it rests after a failure, stands in `polling`.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain.reading import EARLIEST

QUICKEST, SLOWEST = timedelta(minutes=15), timedelta(days=1)
"""No feed is asked more often or less often than this, unless the usual time between two checks is."""
USUAL_ENTRIES = 70
"""A feed of so many entries a week is asked at the usual time."""
LEARNED_FROM = timedelta(weeks=4)
ENOUGH_ENTRIES = 10
"""Fewer dated entries than this prove nothing, unless they reach back as far as is looked."""
QUIET_FOR = 3
"""Entries that must have been missed before a feed that falls silent counts as a quiet one: one in twenty by chance."""
_WEEK = timedelta(weeks=1)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_FEWEST = 0.01  # a week; fewer are as good as none


def credible_dates(published: Iterable[datetime | None], now: datetime) -> list[datetime]:
    """The dates that can be believed, the earliest first."""
    return sorted([each for each in published if each is not None and EARLIEST <= each <= now])


def entries_a_week(dates: Sequence[datetime], now: datetime) -> float | None:
    """How often a feed publishes by its `credible_dates`; None where they do not tell."""
    if not dates or (len(dates) < ENOUGH_ENTRIES and now - dates[0] < LEARNED_FROM):
        return None
    since = max(dates[0], now - LEARNED_FROM)
    return (len(dates) - bisect_left(dates, since)) / (max(now - since, _DAY) / _WEEK)


def pace(rate: float | None, newest_at: datetime | None, now: datetime, *, interval: timedelta) -> timedelta:
    """The time between two checks of a feed of so many entries a week: `interval` if nothing is known or that is usual.

    Four times as many entries halve it, a quarter of them doubles it, within QUICKEST and SLOWEST.
    """
    if rate is None:
        return interval
    if newest_at is not None:
        rate = min(rate, QUIET_FOR / (max(now - newest_at, _HOUR) / _WEEK))
    wanted = interval * math.sqrt(USUAL_ENTRIES / max(rate, _FEWEST))
    return min(max(wanted, min(QUICKEST, interval)), max(SLOWEST, interval))
