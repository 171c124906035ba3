from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Fault
from bot.domain.feeds import Feed, FeedState, FeedUrl
from bot.domain.health import health, news, own_feeds
from bot.domain.notices import MAX_CHARS, OPERATOR
from bot.domain.polling import Trouble, answered, failed, spared
from bot.domain.schedules import ServerId

NOW = datetime(2026, 1, 18, 12, 0, tzinfo=UTC)
HALF_HOUR, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)
LOST = Trouble(error=Fault.TIMEOUT, detail="The server took too long to answer.")
GONE = Trouble(error=Fault.GONE, detail="The server says that this is gone for good.", status=410)


def state(name: str = "a") -> FeedState:
    return FeedState(url=FeedUrl(f"https://me:hunter2@example.org/{name}"), due_at=NOW, succeeded_at=NOW - DAY)


def fails(before: FeedState, trouble: Trouble = LOST, *, times: int = 1, now: datetime = NOW) -> FeedState:
    for _ in range(times):
        before = failed(before, trouble, now, interval=HALF_HOUR, jitter=0)
    return before


def works(before: FeedState, now: datetime) -> FeedState:
    return answered(before, now, headers={}, body_hash="b", interval=HALF_HOUR, jitter=0)


def texts(*states: FeedState, now: datetime = NOW) -> list[str]:
    return [fact.text for fact in news(states, now).facts]


def recorded(states: Sequence[FeedState], now: datetime = NOW) -> list[FeedState]:
    told = {each.url: each for each in news(states, now).states}
    return [told.get(each.url, each) for each in states]


def test_two_failures_are_silence_and_three_in_a_row_are_told_once() -> None:
    assert texts(state("well"), fails(state(), times=2)) == []
    third = fails(state(), times=3)
    (text,) = texts(state("well"), third)
    assert text.startswith(
        "1 feed is failing:\n"
        "- <https://example.org/a>, since 2026-01-18 12:00 UTC: The server took too long to answer.\n"
    )
    assert texts(*recorded([state("well"), third])) == []


def test_a_failure_that_lasts_a_day_is_told_whatever_it_counts() -> None:
    once = fails(state())
    assert texts(state("well"), once, now=NOW + DAY - HOUR) == []
    assert len(texts(state("well"), once, now=NOW + DAY)) == 1


def test_that_a_feed_works_again_is_told_to_whom_its_failing_was() -> None:
    (told,) = recorded([fails(state(), times=3)])
    again = works(told, NOW + HOUR)
    (text,) = texts(again, now=NOW + HOUR)
    assert text.startswith("1 feed is well again:\n- <https://example.org/a>")
    assert texts(*recorded([again])) == []
    assert texts(works(fails(state(), times=2), NOW + HOUR)) == []


def test_a_feed_that_is_gone_is_told_at_once_and_once_also_after_it_failed() -> None:
    gone = fails(state(), GONE)
    assert [text.partition(",")[0] for text in texts(state("well"), gone)] == ["1 feed is gone for good"]
    assert texts(*recorded([state("well"), gone])) == []
    failing_first = fails(recorded([fails(state(), times=3)])[0], GONE)
    assert [text.partition(",")[0] for text in texts(state("well"), failing_first)] == ["1 feed is gone for good"]


def test_where_no_feed_answers_that_alone_is_told_after_an_hour_and_once_that_they_do_again() -> None:
    states = [spared(state(name), LOST, NOW, interval=HALF_HOUR, jitter=0) for name in "abc"]
    assert texts(*states, now=NOW + HOUR - HALF_HOUR) == []
    (text,) = texts(*states, now=NOW + HOUR)
    assert text.startswith("No feed has answered since 2026-01-18 12:00 UTC; the last reason: The server took too long")
    told = recorded(states, NOW + HOUR)
    assert texts(*told, now=NOW + 3 * DAY) == []
    back = [works(told[0], NOW + HOUR), *told[1:]]
    (text,) = texts(*back, now=NOW + HOUR)
    assert text.startswith("Feeds answer again.")
    assert texts(*recorded(back, NOW + HOUR), now=NOW + HOUR) == []


def test_many_feeds_are_one_notice_within_its_length() -> None:
    states = [fails(state(f"{n}/" + "x" * 3_000), times=3) for n in range(90)]
    (fact,) = news([state("well"), *states], NOW).facts
    assert fact.audience == OPERATOR
    assert fact.text.startswith("90 feeds are failing:")
    assert "- and 85 more" in fact.text
    assert len(fact.text) <= MAX_CHARS


OURS, THEIRS = ServerId("discord:1"), ServerId("discord:2")


def followed(name: str, *servers: ServerId) -> list[Feed]:
    return [Feed(url=state(name).url, outlet="Example", server=server) for server in servers]


def test_a_servers_own_feed_is_told_to_that_server_and_everyones_to_the_operator() -> None:
    own = own_feeds([*followed("a", OURS), *followed("b", OURS, THEIRS), *followed("c", OURS, ServerId(""))])
    for kind, course in (("failing", LOST), ("gone for good", GONE)):
        states = [fails(state(name), course, times=3 if course is LOST else 1) for name in "abcd"]
        facts, told = news([state("well"), *states], NOW, own)
        heard = {fact.audience: [name for name in "abcd" if f"example.org/{name}>" in fact.text] for fact in facts}
        assert heard == {OURS: ["a", "b"], THEIRS: ["b"], OPERATOR: ["c", "d"]}
        assert all(kind in fact.text for fact in facts)
        assert all(("`/feeds remove`" in fact.text) == (fact.audience != OPERATOR) for fact in facts)
        assert len({fact.id for fact in facts}) == 3
        after = {each.url: each for each in told}
        assert news([state("well"), *(after.get(each.url, each) for each in states)], NOW, own).facts == ()


def test_a_fact_has_one_name_however_often_it_is_decided() -> None:
    states = [fails(state(name), times=3) for name in "ab"]
    one, other = news([state("well"), *states], NOW), news([state("well"), *reversed(states)], NOW + HOUR)
    assert [fact.id for fact in one.facts] == [fact.id for fact in other.facts]


@given(st.lists(st.sampled_from(["fails", "spared", "gone", "works"]), max_size=12))
def test_whatever_happens_is_told_once_and_shows_no_password(course: list[str]) -> None:
    states = [state("a"), state("b")]
    for hours, what in enumerate(course):
        now = NOW + HOUR * hours
        if what == "works" and not states[0].gone:
            states[0] = works(states[0], now)
        elif what == "spared" and not states[0].gone:
            states[0] = spared(states[0], LOST, now, interval=HALF_HOUR, jitter=0)
        elif not states[0].gone:
            states[0] = fails(states[0], GONE if what == "gone" else LOST, now=now)
        assert all("hunter2" not in text for text in texts(*states, now=now))
        states = recorded(states, now)
        assert texts(*states, now=now) == []
    assert states[0].told is not None or states[0].failures < 3


def test_a_list_of_feeds_says_what_failures_mean() -> None:
    feed = Feed(url=state().url, outlet="Example")
    new = health(feed, None)
    assert (new.trouble, new.due_at, new.gone) == ("", None, False)
    assert health(feed, works(state(), NOW)).trouble == ""
    failing = health(feed, replace(fails(state(), times=2), entries_a_week=7.5))
    assert failing.trouble == "Failed 2 times in a row since 2026-01-18 12:00 UTC: The server took too long to answer."
    assert (failing.failures, failing.entries_a_week, failing.due_at) == (2, 7.5, NOW + HOUR)
    gone = health(feed, fails(state(), GONE))
    assert (gone.due_at, gone.gone, gone.trouble) == (
        None,
        True,
        "Gone for good, as the server says; not asked any more. Remove it.",
    )
    lost = health(feed, spared(state(), LOST, NOW, interval=HALF_HOUR, jitter=0))
    assert lost.trouble.startswith("No feed answered since 2026-01-18 12:00 UTC: ")
