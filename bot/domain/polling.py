"""Polling: when a feed is asked, what it is asked with, and what an answer makes of its state.

Standard library only, no I/O, no clock, no dice: `now` and `jitter` (0 to 1) are arguments. What is inside a feed is
the concern of `reading`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.domain.addresses import host_key
from bot.domain.errors import Fault
from bot.domain.feeds import Feed, FeedState, FeedUrl, Wishes

LONGEST_WISH = timedelta(hours=24)
"""No feed puts off its next check for longer than this by wishes and headers (skipped hours and days aside)."""
HOST_REST = timedelta(minutes=10)
"""How long a host rests that answered 429 or 503 without saying how long."""
FORBIDDEN_REST = timedelta(hours=4)
LONGEST_REST = timedelta(days=2)
LONGEST_BACKOFF = timedelta(hours=24)
STALE_VALIDATORS = timedelta(days=8)
"""A server that says 304 for this long is asked once without validators: some answer 304 whatever changed."""
_HOUR = timedelta(hours=1)
_MANY = 30  # doublings; the cap is reached long before


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a feed could not be had: a Fault or `unreadable`, a sentence, and what the server said about it."""

    error: str
    detail: str
    status: int | None = None
    retry_after: timedelta | None = None

    @property
    def busy(self) -> bool:
        """The server asks for a rest."""
        return self.status in {429, 503}

    @property
    def may_be_ours(self) -> bool:
        """A dead line of our own, a captive portal or a broken proxy would look like this."""
        if self.error == Fault.HTTP_STATUS:
            return self.status is not None and self.status >= 500 and self.retry_after is None
        return self.error in {Fault.UNREACHABLE, Fault.TIMEOUT, Fault.NOT_A_FEED}


def due(
    feeds: Iterable[Feed],
    states: Mapping[FeedUrl, FeedState],
    now: datetime,
    *,
    interval: timedelta = timedelta(),
    force: bool = False,
) -> tuple[Feed, ...]:
    """The feeds to ask now, longest overdue first. A feed that is gone is never asked, not even by force."""
    known = [(feed, states.get(feed.url)) for feed in feeds]
    asked = [(feed, s) for feed, s in known if s is None or (not s.gone and (force or _is_due(s, now, interval)))]
    return tuple(feed for feed, _ in sorted(asked, key=lambda pair: pair[1].due_at if pair[1] else now))


def _is_due(state: FeedState, now: datetime, interval: timedelta) -> bool:
    """Also where a clock that was set back since wrote its times: no rule puts a feed off for so long."""
    furthest = outside_skipped(now + max(interval, LONGEST_REST), state.wishes)
    checked_later = state.checked_at is not None and state.checked_at > now
    return checked_later or not now < state.due_at <= furthest


def validators(state: FeedState | None, now: datetime) -> tuple[str | None, str | None]:
    """ETag and Last-Modified to ask with, byte for byte as they came (RFC 9110 §13)."""
    if state is None or (state.unchanged_since is not None and now - state.unchanged_since >= STALE_VALIDATORS):
        return None, None
    return state.etag, state.last_modified


def lifetime(headers: Mapping[str, str]) -> timedelta | None:
    """How long the answer calls itself fresh (RFC 9111 §5.2, §5.3); `headers` have lower-case names.

    `no-cache` and `no-store` void both max-age and Expires.
    """
    control = headers.get("cache-control", "").casefold()
    if "no-cache" in control or "no-store" in control:
        return None
    found = re.search(r"max-age\s*=\s*\"?(\d{1,9})", control)
    max_age = timedelta(seconds=int(found[1])) if found else timedelta()
    expires, sent = http_date(headers.get("expires")), http_date(headers.get("date"))
    return max(max_age, expires - sent if expires and sent else timedelta()) or None


def next_due(now: datetime, *, interval: timedelta, longest: Iterable[timedelta | None], jitter: float) -> datetime:
    """The usual time, up to a tenth earlier so that feeds spread, but never before the longest wish is over."""
    wished = [min(wish, LONGEST_WISH) for wish in longest if wish is not None]
    return now + max(interval * (1 - 0.1 * jitter), *wished, timedelta())


def outside_skipped(moment: datetime, wishes: Wishes) -> datetime:
    """`moment`, put off to the next hour that the feed does not ask to be left alone in (RSS 2.0, in GMT)."""
    later = moment
    for _ in range(24 * 8):
        if later.hour not in wishes.skip_hours and later.weekday() not in wishes.skip_days:
            return later
        later = later.replace(minute=0, second=0, microsecond=0) + _HOUR
    return moment  # a feed that skips everything wishes for nothing that can be granted


def answered(
    state: FeedState,
    now: datetime,
    *,
    headers: Mapping[str, str],
    body_hash: str | None,
    interval: timedelta,
    jitter: float,
) -> FeedState:
    """The state after a good answer: validators as sent, no failures, the next time by wishes and headers.

    `body_hash` is None for a 304, which keeps every validator that it does not replace. `state.wishes` must hold what
    the newest document wished for.
    """
    kept = body_hash is None
    due_at = next_due(now, interval=interval, longest=(lifetime(headers), state.wishes.ttl), jitter=jitter)
    return replace(
        state,
        due_at=outside_skipped(due_at, state.wishes),
        checked_at=now,
        succeeded_at=now,
        etag=headers.get("etag", state.etag if kept else None),
        last_modified=headers.get("last-modified", state.last_modified if kept else None),
        body_hash=state.body_hash if kept else body_hash,
        unchanged_since=(state.unchanged_since or now) if kept else None,
        failures=0,
        error=None,
        detail=None,
    )


def moved(state: FeedState, target: FeedUrl | None) -> tuple[FeedState, FeedUrl | None]:
    """The state after a good answer that came from `target` by permanent redirects alone, and the address to adopt.

    An address is adopted when it was seen twice in a row: the first may be a mistake or a captive page.
    """
    if target is None or target == state.url:
        return replace(state, moved_to=None), None
    if target != state.moved_to:
        return replace(state, moved_to=target), None
    return replace(state, moved_to=None), target


def failed(state: FeedState, trouble: Trouble, now: datetime, *, interval: timedelta, jitter: float) -> FeedState:
    """The state after a failure: what was known stays, the next time is later the longer it lasts."""
    failures = state.failures + 1
    rest = _rest(trouble, failures, interval, jitter)
    return replace(
        state,
        due_at=outside_skipped(now + rest, state.wishes),
        checked_at=now,
        failures=failures,
        error=trouble.error,
        detail=trouble.detail,
        gone=trouble.error == Fault.GONE,
    )


def spared(state: FeedState, now: datetime, *, interval: timedelta, jitter: float) -> FeedState:
    """The state after a failure that is ours: asked again soon, nothing counted."""
    return replace(state, due_at=now + min(interval, HOST_REST) * (0.5 + 0.5 * jitter), checked_at=now)


def fault_is_ours(troubles: Sequence[Trouble], asked: int) -> bool:
    """Whether everything failed at once in a way that our own side could explain. One feed proves nothing."""
    return asked > 1 and len(troubles) == asked and all(trouble.may_be_ours for trouble in troubles)


def resting(states: Iterable[FeedState], tired: Mapping[str, timedelta], now: datetime) -> tuple[FeedState, ...]:
    """The other feeds' states that change because their host (name and port) asked for a rest of this length."""
    put_off = ((state, now + tired.get(host_key(state.url), timedelta())) for state in states)
    return tuple(replace(state, due_at=until) for state, until in put_off if until > now and state.due_at < until)


def _rest(trouble: Trouble, failures: int, interval: timedelta, jitter: float) -> timedelta:
    doublings: int = 2 ** min(failures - 1, _MANY)
    backoff = min(interval * doublings, LONGEST_BACKOFF) * (1 - 0.25 * jitter)
    if trouble.busy:
        return min(
            max(trouble.retry_after or HOST_REST, HOST_REST if trouble.retry_after is None else backoff * 0),
            LONGEST_REST,
        )
    if trouble.status == 403 and failures > 1:
        return max(FORBIDDEN_REST, interval)
    if trouble.status is not None and 400 <= trouble.status < 500:
        return min(max(interval, _HOUR) * doublings, LONGEST_REST)
    return backoff


def http_date(value: str | None) -> datetime | None:
    """A date of HTTP (RFC 9110 §5.6.7), aware; None where there is none: "0" and "-1" are common in Expires."""
    try:
        read = parsedate_to_datetime(value) if value else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return read.replace(tzinfo=UTC) if read and read.tzinfo is None else read
