"""Pace: how often a feed is worth asking, learned from what its entries say of their times.

Standard library only, no I/O, no clock. What a feed wishes, and how long it rests after a failure, stands in `polling`.
"""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.feeds import FeedState
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


def entries_a_week(published: Iterable[datetime | None], now: datetime) -> float | None:
    """How often a feed publishes by the dates of its entries; None where they do not tell."""
    dates = sorted(each for each in published if each is not None and EARLIEST <= each <= now)
    if not dates or (len(dates) < ENOUGH_ENTRIES and now - dates[0] < LEARNED_FROM):
        return None
    since = max(dates[0], now - LEARNED_FROM)
    return sum(each >= since for each in dates) / (max(now - since, _DAY) / _WEEK)


def newest(published: Iterable[datetime | None], now: datetime) -> datetime | None:
    """The latest date that can be believed."""
    return max((each for each in published if each is not None and EARLIEST <= each <= now), default=None)


def pace(state: FeedState, now: datetime, *, interval: timedelta) -> timedelta:
    """The time between two checks of a feed: `interval` where nothing is known or it publishes as is usual.

    Four times as many entries halve it, a quarter of them doubles it, within QUICKEST and SLOWEST.
    """
    if state.entries_a_week is None:
        return interval
    rate = state.entries_a_week
    if state.newest_at is not None:
        rate = min(rate, QUIET_FOR / (max(now - state.newest_at, _HOUR) / _WEEK))
    wanted = interval * math.sqrt(USUAL_ENTRIES / max(rate, _FEWEST))
    return min(max(wanted, min(QUICKEST, interval)), max(SLOWEST, interval))
