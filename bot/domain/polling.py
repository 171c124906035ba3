"""Polling: when a feed is asked, what it is asked with, and what an answer makes of its state.

Standard library only, no I/O, no clock, no dice: `now` and `jitter` (0 to 1) are arguments. What is inside a feed is
the concern of `reading`.
"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.domain.addresses import host_key
from bot.domain.errors import Fault
from bot.domain.feeds import Feed, FeedState, FeedUrl, ParsedFeed, Wishes
from bot.domain.pace import credible_dates, entries_a_week, pace

LONGEST_WISH = timedelta(hours=24)
"""No feed puts off its next check for longer than this by wishes and headers (skipped hours and days aside)."""
FLOOR = timedelta(minutes=10)
"""A member can have no feed asked again within this time."""
HOST_REST = timedelta(minutes=10)
"""How long a host rests that answered 429 or 503 without saying how long."""
FORBIDDEN_REST = timedelta(hours=4)
LONGEST_REST = timedelta(days=2)
LONGEST_BACKOFF = timedelta(hours=24)
STALE_VALIDATORS = timedelta(days=8)
"""A server that says 304 for this long is asked once without validators: some answer 304 whatever changed."""
AT_ONCE = timedelta(minutes=15)
"""Feeds asked within this time were asked at once, as far as it tells of a line that is dead."""
_OURS = {Fault.UNREACHABLE, Fault.TIMEOUT, Fault.NOT_A_FEED}
_NONE, _HOUR = timedelta(), timedelta(hours=1)
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d{1,9})")
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
    def rest(self) -> timedelta:
        """How long the host of a busy server is left alone."""
        return min(self.retry_after or HOST_REST, LONGEST_REST)

    @property
    def may_be_ours(self) -> bool:
        """A dead line of our own, a captive portal or a broken proxy would look like this."""
        if self.error == Fault.HTTP_STATUS:
            return self.status is not None and self.status >= 500 and self.retry_after is None
        return self.error in _OURS


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


def refreshable(
    feeds: Iterable[Feed], states: Mapping[FeedUrl, FeedState], now: datetime, wanted: Container[FeedUrl]
) -> tuple[Feed, ...]:
    """Those of the `wanted` feeds that may be asked because a member wants it.

    Each but those that are gone, were asked within FLOOR, rest after failures, or wish not to be asked yet.
    """
    known = [(feed, states.get(feed.url)) for feed in feeds if feed.url in wanted]
    return tuple(feed for feed, state in known if state is None or _may_be_asked(state, now))


def _may_be_asked(state: FeedState, now: datetime) -> bool:
    if state.gone or state.checked_at is None or state.checked_at > now:  # a clock that was set back tells nothing
        return not state.gone
    return now - state.checked_at >= FLOOR and (state.not_before is None or state.not_before <= now)


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
    found = _MAX_AGE.search(control)
    max_age = timedelta(seconds=int(found[1])) if found else _NONE
    expires = http_date(headers.get("expires"))
    sent = http_date(headers.get("date")) if expires else None
    return max(max_age, expires - sent if expires and sent else _NONE) or None


def outside_skipped(moment: datetime, wishes: Wishes) -> datetime:
    """`moment`, put off to the next hour that the feed does not ask to be left alone in (RSS 2.0, in GMT)."""
    if not wishes.skip_hours and not wishes.skip_days:
        return moment
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
    document: ParsedFeed | None = None,
) -> FeedState:
    """The state after a good answer: validators as sent, no failures, the next time by pace, wishes and headers.

    That is up to a tenth earlier than the pace so that feeds spread, but never before the longest wish is over.
    `body_hash` is None for a 304, which keeps every validator that it does not replace. `document` is a new one, of
    which is learned what it says of the feed itself.
    """
    kept = body_hash is None
    wishes, rate, newest_at = _learned(state, document, now)
    wished = min(max(lifetime(headers) or _NONE, wishes.ttl or _NONE), LONGEST_WISH)
    usual = pace(rate, newest_at, now, interval=interval) * (1 - 0.1 * jitter)
    return replace(
        state,
        wishes=wishes,
        entries_a_week=rate,
        newest_at=newest_at,
        due_at=outside_skipped(now + max(usual, wished), wishes),
        not_before=outside_skipped(now + wished, wishes),
        checked_at=now,
        succeeded_at=now,
        etag=_validator(headers, "etag", state.etag if kept else None),
        last_modified=_validator(headers, "last-modified", state.last_modified if kept else None),
        body_hash=state.body_hash if kept else body_hash,
        unchanged_since=(state.unchanged_since or now) if kept else None,
        failures=0,
        error=None,
        detail=None,
        failing_since=None,
    )


def _learned(
    state: FeedState, document: ParsedFeed | None, now: datetime
) -> tuple[Wishes, float | None, datetime | None]:
    """What a feed wishes, its entries a week, and the date of its newest one."""
    if document is None:
        return state.wishes, state.entries_a_week, state.newest_at
    dates = credible_dates([entry.published_at for entry in document.entries], now)
    return document.wishes, entries_a_week(dates, now), dates[-1] if dates else None


def _validator(headers: Mapping[str, str], name: str, otherwise: str | None) -> str | None:
    sent = headers.get(name, otherwise)
    return sent if sent is None or sent.isprintable() else None  # bytes that are no text could not be sent back


def moved(state: FeedState, target: FeedUrl | None) -> tuple[FeedState, FeedUrl | None]:
    """The state after a good answer that came from `target` by permanent redirects alone, and the address to adopt.

    An address is adopted when it was seen twice in a row: the first may be a mistake or a captive page.
    """
    if target is None or target == state.url:
        return replace(state, moved_to=None) if state.moved_to else state, None
    if target != state.moved_to:
        return replace(state, moved_to=target), None
    return replace(state, moved_to=None), target


def failed(state: FeedState, trouble: Trouble, now: datetime, *, interval: timedelta, jitter: float) -> FeedState:
    """The state after a failure: what was known stays, the next time is later the longer it lasts."""
    failures = state.failures + 1
    rest = _rest(trouble, failures, interval, jitter)
    until = outside_skipped(now + rest, state.wishes)
    noted = _noted(state, trouble, now)
    return replace(noted, due_at=until, not_before=until, failures=failures, gone=trouble.error == Fault.GONE)


def spared(state: FeedState, trouble: Trouble, now: datetime, *, interval: timedelta, jitter: float) -> FeedState:
    """The state after a failure that is ours: nothing counted, asked again soon, after a longer while as usual."""
    noted = _noted(state, trouble, now)
    rest = max(HOST_REST, (now - (noted.failing_since or now)) / 4)
    return replace(noted, due_at=now + min(interval, rest) * (0.5 + 0.5 * jitter))


def _noted(state: FeedState, trouble: Trouble, now: datetime) -> FeedState:
    return replace(
        state,
        checked_at=now,
        error=trouble.error,
        detail=trouble.detail,
        failing_since=state.failing_since or now,
    )


def fault_is_ours(troubles: Sequence[Trouble], asked: int, others: Iterable[FeedState], now: datetime) -> bool:
    """Whether everything failed at once in a way that our own side could explain. One feed proves nothing.

    `others` are the states of feeds that are not among the `asked`: those asked shortly before tell of our side too.
    """
    if len(troubles) < asked or not all(trouble.may_be_ours for trouble in troubles):
        return False
    heard = [each for each in others if each.checked_at is not None and now - AT_ONCE <= each.checked_at <= now]
    return asked + len(heard) > 1 and all(each.failing_since and each.error in _OURS for each in heard)


def resting(states: Iterable[FeedState], tired: Mapping[str, timedelta], now: datetime) -> tuple[FeedState, ...]:
    """The other feeds' states that change because their host (name and port) asked for a rest of this length."""
    put_off = ((state, now + tired.get(host_key(state.url), timedelta())) for state in states)
    return tuple(
        replace(state, due_at=until, not_before=until)
        for state, until in put_off
        if until > now and state.due_at < until
    )


def _rest(trouble: Trouble, failures: int, interval: timedelta, jitter: float) -> timedelta:
    doublings: int = 2 ** min(failures - 1, _MANY)
    backoff = min(interval * doublings, LONGEST_BACKOFF) * (1 - 0.25 * jitter)
    if trouble.busy:
        return max(trouble.rest, backoff)
    if trouble.status == 403 and failures > 1:
        return max(FORBIDDEN_REST, interval)
    if trouble.status is not None and 400 <= trouble.status < 500:
        return min(max(interval, _HOUR) * doublings, LONGEST_REST)
    return backoff


def rest_asked(status: int | None, retry_after: timedelta | None) -> timedelta | None:
    """How long a host is left alone altogether that answers so; None where that is about one address.

    A page of an article may be out of order alone, and says 503 then, but names no time (RFC 9110 §15.6.4).
    """
    asks = status == 429 or (status == 503 and retry_after)
    return min(retry_after or HOST_REST, LONGEST_REST) if asks else None


def http_date(value: str | None) -> datetime | None:
    """A date of HTTP (RFC 9110 §5.6.7), aware; None where there is none: "0" and "-1" are common in Expires."""
    try:
        read = parsedate_to_datetime(value) if value else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return read.replace(tzinfo=UTC) if read and read.tzinfo is None else read
