from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.addresses import host_key
from bot.domain.errors import Fault
from bot.domain.feeds import Feed, FeedState, FeedUrl, Wishes
from bot.domain.polling import (
    Trouble,
    answered,
    due,
    failed,
    fault_is_ours,
    lifetime,
    moved,
    outside_skipped,
    refreshable,
    rest_asked,
    resting,
    spared,
    validators,
)

NOW = datetime(2026, 1, 18, 12, 0, tzinfo=UTC)  # a Sunday
HALF_HOUR = timedelta(minutes=30)
URL = FeedUrl("https://example.org/feed")
STATE = FeedState(url=URL, due_at=NOW)


def good(state: FeedState = STATE, *, headers: dict[str, str] | None = None, jitter: float = 0.0) -> FeedState:
    return answered(state, NOW, headers=headers or {}, body_hash="b", interval=HALF_HOUR, jitter=jitter)


def bad(state: FeedState = STATE, error: str = Fault.TIMEOUT, jitter: float = 0.0, **more: object) -> FeedState:
    return failed(
        state, Trouble(error=error, detail="It did not answer.", **more), NOW, interval=HALF_HOUR, jitter=jitter
    )


def status(number: int, state: FeedState = STATE, **more: object) -> FeedState:
    return bad(state, Fault.HTTP_STATUS, status=number, **more)


def test_a_first_poll_asks_everything_and_a_restart_inside_the_interval_asks_nothing() -> None:
    feeds = [Feed(url=URL, outlet="Example")]
    assert due(feeds, {}, NOW) == tuple(feeds)
    assert due(feeds, {URL: good()}, NOW + timedelta(minutes=29)) == ()
    assert due(feeds, {URL: good()}, NOW + HALF_HOUR) == tuple(feeds)
    assert due(feeds, {URL: good()}, NOW, force=True) == tuple(feeds)


def test_a_feed_whose_times_come_from_a_clock_since_set_back_is_due() -> None:
    feeds = [Feed(url=URL, outlet="Example")]
    assert due(feeds, {URL: good()}, NOW) == ()
    assert due(feeds, {URL: good()}, NOW - timedelta(minutes=1)) == tuple(feeds)
    (rested,) = resting([STATE], {host_key(URL): timedelta(hours=1)}, NOW + timedelta(days=400))
    assert due(feeds, {URL: rested}, NOW) == tuple(feeds)


def test_what_a_feed_may_be_put_off_by_is_no_clock_set_back() -> None:
    feeds, week = [Feed(url=URL, outlet="Example")], timedelta(days=7)
    mondays = Wishes(skip_days=frozenset(range(1, 7)))
    late = replace(good(), wishes=mondays, due_at=outside_skipped(NOW + timedelta(days=2), mondays))
    assert late.due_at == datetime(2026, 1, 26, tzinfo=UTC)
    assert due(feeds, {URL: late}, NOW) == ()
    assert due(feeds, {URL: replace(good(), due_at=NOW + week)}, NOW, interval=week) == ()


def test_the_longest_overdue_feed_comes_first() -> None:
    feeds = [Feed(url=FeedUrl(f"https://example.org/{n}"), outlet="Example") for n in range(3)]
    states = {feed.url: FeedState(url=feed.url, due_at=NOW - timedelta(hours=n)) for n, feed in enumerate(feeds)}
    assert due(feeds, states, NOW) == (feeds[2], feeds[1], feeds[0])


def test_a_feed_that_is_gone_is_never_asked_again() -> None:
    gone = bad(error=Fault.GONE, status=410)
    assert gone.gone
    assert due([Feed(url=URL, outlet="Example")], {URL: gone}, NOW + timedelta(days=400), force=True) == ()


def test_validators_are_kept_byte_for_byte() -> None:
    state = good(headers={"etag": 'W/"a b"', "last-modified": "Sun, 18 Jan 2026 11:00:00 GMT"})
    assert validators(state, NOW) == ('W/"a b"', "Sun, 18 Jan 2026 11:00:00 GMT")
    assert validators(None, NOW) == (None, None)


def test_a_304_keeps_validators_it_does_not_replace_and_a_200_drops_those_it_does_not_send() -> None:
    state = good(headers={"etag": '"1"', "last-modified": "yesterday"})
    unchanged = answered(state, NOW, headers={"etag": '"2"'}, body_hash=None, interval=HALF_HOUR, jitter=0)
    assert (unchanged.etag, unchanged.last_modified, unchanged.body_hash) == ('"2"', "yesterday", "b")
    assert validators(good(state), NOW) == (None, None)


def test_validators_are_dropped_once_after_eight_days_of_304() -> None:
    state = good(headers={"etag": '"1"'})
    for _ in range(2):
        state = answered(state, NOW, headers={}, body_hash=None, interval=HALF_HOUR, jitter=0)
    assert validators(state, NOW + timedelta(days=7)) == ('"1"', None)
    assert validators(state, NOW + timedelta(days=8)) == (None, None)
    full = good(state, headers={"etag": '"1"'})
    assert validators(full, NOW + timedelta(days=9)) == ('"1"', None)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"cache-control": "public, max-age=7200"}, timedelta(hours=2)),
        ({"cache-control": "no-cache, max-age=7200"}, None),
        ({"cache-control": "no-store", "expires": "Mon, 19 Jan 2026 12:00:00 GMT"}, None),
        ({"expires": "Sun, 18 Jan 2026 15:00:00 GMT", "date": "Sun, 18 Jan 2026 12:00:00 GMT"}, timedelta(hours=3)),
        ({"expires": "0", "date": "Sun, 18 Jan 2026 12:00:00 GMT"}, None),
        ({"expires": "-1"}, None),
        ({}, None),
    ],
)
def test_an_answer_says_how_long_it_is_fresh(headers: dict[str, str], expected: timedelta | None) -> None:
    assert lifetime(headers) == expected


def test_the_longest_wish_is_obeyed_up_to_a_day() -> None:
    wishes = replace(STATE, wishes=Wishes(ttl=timedelta(hours=3)))
    assert good(wishes, headers={"cache-control": "max-age=3600"}).due_at == NOW + timedelta(hours=3)
    assert good(headers={"cache-control": "max-age=60"}).due_at == NOW + HALF_HOUR
    assert good(headers={"cache-control": "max-age=9999999"}).due_at == NOW + timedelta(hours=24)


def test_jitter_spreads_feeds_but_asks_none_before_its_wish() -> None:
    assert good(jitter=0.99).due_at < good(jitter=0.5).due_at < NOW + HALF_HOUR
    assert good(jitter=0.99).due_at >= NOW + timedelta(minutes=27)
    assert good(headers={"cache-control": "max-age=1800"}, jitter=0.99).due_at == NOW + HALF_HOUR


def test_hours_and_days_a_feed_skips_are_left_out() -> None:
    noon = Wishes(skip_hours=frozenset({12, 13}))
    assert good(replace(STATE, wishes=noon)).due_at == NOW.replace(hour=14)
    weekend = Wishes(skip_days=frozenset({5, 6}))
    assert good(replace(STATE, wishes=weekend)).due_at == NOW.replace(day=19, hour=0)
    everything = Wishes(skip_hours=frozenset(range(24)))
    assert good(replace(STATE, wishes=everything)).due_at == NOW + HALF_HOUR


def test_failures_back_off_exponentially_with_jitter_and_end_with_the_next_good_answer() -> None:
    state = STATE
    waits = []
    for _ in range(8):
        state = bad(state)
        waits.append(state.due_at - NOW)
    assert waits[:3] == [HALF_HOUR, 2 * HALF_HOUR, 4 * HALF_HOUR]
    assert waits[-1] == timedelta(hours=24)
    assert bad(state, jitter=0.9).due_at < state.due_at
    assert state.failures == 8
    assert (state.error, state.detail) == ("timeout", "It did not answer.")
    well = good(state)
    assert (well.failures, well.error, well.detail) == (0, None, None)


def test_a_failure_leaves_what_was_known_untouched() -> None:
    state = good(headers={"etag": '"1"'})
    after = bad(state, Fault.NOT_A_FEED)
    assert (after.etag, after.body_hash, after.succeeded_at) == ('"1"', "b", NOW)


@pytest.mark.parametrize("number", [429, 503])
def test_a_busy_server_is_left_alone_as_long_as_it_asks(number: int) -> None:
    assert status(number, retry_after=timedelta(hours=2)).due_at == NOW + timedelta(hours=2)
    assert status(number, retry_after=timedelta(days=30)).due_at == NOW + timedelta(days=2)
    assert status(number).due_at >= NOW + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("number", "retry_after", "expected"),
    [
        (429, None, timedelta(minutes=10)),
        (429, timedelta(hours=1), timedelta(hours=1)),
        (503, timedelta(days=9), timedelta(days=2)),
        (503, None, None),
        (500, timedelta(hours=1), None),
        (None, None, None),
    ],
)
def test_a_host_is_left_alone_where_it_asks_for_that(
    number: int | None, retry_after: timedelta | None, expected: timedelta | None
) -> None:
    assert rest_asked(number, retry_after) == expected


def test_the_second_403_rests_for_four_hours() -> None:
    first = status(403)
    assert status(403, first).due_at == NOW + timedelta(hours=4)


def test_other_client_errors_rest_longer_and_longer_up_to_two_days() -> None:
    state = STATE
    waits = []
    for _ in range(8):
        state = status(404, state)
        waits.append(state.due_at - NOW)
    assert waits[0] == timedelta(hours=1)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(days=2)


def test_an_address_is_adopted_when_the_same_permanent_redirect_was_seen_twice() -> None:
    target, other = FeedUrl("https://example.org/new"), FeedUrl("https://example.org/other")
    once, adopted = moved(STATE, target)
    assert (once.moved_to, adopted) == (target, None)
    assert moved(once, target)[1] == target
    assert moved(once, other) == (replace(STATE, moved_to=other), None)
    assert moved(once, None) == (STATE, None)


def test_when_everything_fails_at_once_the_fault_is_ours() -> None:
    lost, busy = Trouble(error=Fault.UNREACHABLE, detail=""), Trouble(error=Fault.HTTP_STATUS, detail="", status=429)
    assert fault_is_ours([lost, lost], 2, (), NOW)
    assert not fault_is_ours([lost], 1, (), NOW)
    assert not fault_is_ours([lost, lost], 3, (), NOW)
    assert not fault_is_ours([lost, busy], 2, (), NOW)
    assert not fault_is_ours([lost, Trouble(error=Fault.GONE, detail="", status=410)], 2, (), NOW)


def test_feeds_asked_shortly_before_tell_of_our_side_too() -> None:
    lost = Trouble(error=Fault.UNREACHABLE, detail="")
    silent, refused = bad(error=Fault.UNREACHABLE), status(404)
    later = NOW + timedelta(minutes=10)
    assert fault_is_ours([lost], 1, [silent], later)
    assert not fault_is_ours([lost], 1, [silent, good()], later)
    assert not fault_is_ours([lost], 1, [silent, refused], later)
    assert not fault_is_ours([lost], 1, [silent], NOW + timedelta(hours=1))


def test_a_feed_that_is_spared_is_asked_soon_and_after_a_longer_while_as_usual() -> None:
    lost, state = Trouble(error=Fault.UNREACHABLE, detail="Nobody answers."), good()
    waits = []
    for hours in range(5):
        now = NOW + timedelta(hours=hours)
        state = spared(state, lost, now, interval=HALF_HOUR, jitter=1)
        waits.append((state.due_at - now) / timedelta(minutes=1))
    assert waits == [10, 15, 30, 30, 30]
    assert (state.failures, state.failing_since, state.error) == (0, NOW, "unreachable")
    assert spared(good(), lost, NOW, interval=HALF_HOUR, jitter=0).due_at == NOW + timedelta(minutes=5)
    assert good(state).failing_since is None


def test_what_a_member_asks_for_keeps_floor_wishes_and_rests() -> None:
    feeds = [Feed(url=URL, outlet="Example")]

    def after(minutes: int, state: FeedState | None) -> bool:
        states = {URL: state} if state else {}
        return refreshable(feeds, states, NOW + timedelta(minutes=minutes), [URL]) != ()

    assert after(0, None)
    assert not after(9, good())
    assert after(10, good())
    assert not after(59, good(headers={"cache-control": "max-age=3600"}))
    assert after(60, good(headers={"cache-control": "max-age=3600"}))
    assert not after(119, status(429, retry_after=timedelta(hours=2)))
    assert not after(20, bad())
    assert not after(99, bad(error=Fault.GONE, status=410))
    assert after(-60, good()), "its times are those of a clock that was set back since"
    assert refreshable(feeds, {}, NOW, []) == ()


def test_the_other_feeds_of_a_tired_host_rest_with_it() -> None:
    near = FeedState(url=FeedUrl("https://example.org/b"), due_at=NOW + timedelta(minutes=1))
    late = FeedState(url=FeedUrl("https://example.org/c"), due_at=NOW + timedelta(hours=1))
    elsewhere = FeedState(url=FeedUrl("https://example.com/"), due_at=NOW)
    changed = resting([near, late, elsewhere], {"example.org:443": timedelta(minutes=10)}, NOW)
    until = NOW + timedelta(minutes=10)
    assert changed == (replace(near, due_at=until, not_before=until),)
