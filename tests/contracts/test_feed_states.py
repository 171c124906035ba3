"""The contract of FeedStates."""

from datetime import timedelta

from bot.domain.feeds import Ailment, FeedState, FeedUrl, Wishes
from bot.ports.repositories import Repositories
from tests.contracts.samples import FEED, HOUR, NOW

WHOLE = FeedState(
    url=FEED,
    due_at=NOW + HOUR,
    checked_at=NOW,
    succeeded_at=NOW - HOUR,
    etag='W/"x–y"',
    last_modified="Sun, 01 Mar 2026 11:00:00 GMT",
    body_hash="ab",
    unchanged_since=NOW - HOUR,
    failures=2,
    error="timeout",
    detail="It did not answer.",
    moved_to="https://new.example/feed",
    gone=True,
    wishes=Wishes(
        ttl=timedelta(minutes=90), skip_hours=frozenset({1, 2}), skip_days=frozenset({6}), hub="https://hub.example/"
    ),
    not_before=NOW + HOUR,
    failing_since=NOW - HOUR,
    told=Ailment.FAILING,
    entries_a_week=7.25,
    newest_at=NOW - HOUR,
)
OTHER = FeedState(url=FeedUrl("https://other.example/feed"), due_at=NOW)


async def test_every_field_comes_back(folder: Repositories) -> None:
    await folder.feed_states.put([WHOLE, OTHER])
    assert await folder.feed_states.all() == {FEED: WHOLE, OTHER.url: OTHER}


async def test_a_later_state_replaces_the_earlier(folder: Repositories) -> None:
    await folder.feed_states.put([WHOLE, OTHER])
    later = FeedState(url=FEED, due_at=NOW + 2 * HOUR)
    await folder.feed_states.put([later])
    assert await folder.feed_states.all() == {FEED: later, OTHER.url: OTHER}


async def test_a_removed_feed_is_forgotten_and_an_unknown_one_is_no_error(folder: Repositories) -> None:
    await folder.feed_states.put([WHOLE, OTHER])
    await folder.feed_states.remove(FEED)
    await folder.feed_states.remove(FEED)
    assert await folder.feed_states.all() == {OTHER.url: OTHER}


async def test_putting_nothing_changes_nothing(folder: Repositories) -> None:
    await folder.feed_states.put([])
    assert await folder.feed_states.all() == {}
