"""Pages that a standing claim cites are read again 1, 6 and 24 hours after it was posted, each once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import ArticleId, Tier
from bot.domain.briefings import BriefingId, Citation, Claim, Engine, Form, Role, Source, Telling
from bot.domain.corrections import LOOKED_AFTER, READ_AGAIN, Reread, Standing, due, is_same_page
from bot.domain.deliveries import DeliveryId, MessageId, ThreadId
from bot.domain.schedules import Destination, ServerId
from bot.domain.stories import StoryId

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
A, B = ArticleId("a1"), ArticleId("a2")


def standing(*cited: ArticleId, posted_at: datetime = NOW) -> Standing:
    claims = tuple(
        Claim(
            role=Role.POINT,
            text="It happened.",
            citations=(Citation(n=1, article_id=each, version=1, url="https://x.example/", link="", quote="It did."),),
        )
        for each in cited
    )
    sources = tuple(
        Source(id=each, url="https://x.example/", title="X", outlet="X", published_at=NOW, tier=Tier.FULL)
        for each in cited
    )
    return Standing(
        delivery=DeliveryId("d1"),
        part=2,
        message=MessageId("1"),
        thread=ThreadId("2"),
        destination=Destination("discord:1"),
        server=ServerId("discord:9"),
        posted_at=posted_at,
        briefing=BriefingId("b1"),
        written_at=NOW,
        telling=Telling(
            story_id=StoryId("s1"),
            topic="Tariffs",
            headline="X",
            form=Form.WRITTEN,
            claims=claims,
            sources=sources,
            engine=Engine(name="extractive"),
        ),
    )


def read(after: timedelta) -> Reread:
    return Reread(tried_at=NOW + after, read_at=NOW + after)


def tried(after: timedelta, read_after: timedelta | None = None) -> Reread:
    return Reread(tried_at=NOW + after, read_at=None if read_after is None else NOW + read_after)


CASES = {
    "too early": (59 * MINUTE, None, False),
    "after an hour": (HOUR, None, True),
    "read after an hour": (61 * MINUTE, read(HOUR), False),
    "read before it was posted": (HOUR, read(-MINUTE), True),
    "just before six hours": (6 * HOUR - MINUTE, read(HOUR), False),
    "after six hours": (6 * HOUR, read(HOUR), True),
    "one reading makes up for two moments": (7 * HOUR, read(6 * HOUR + MINUTE), False),
    "after 24 hours": (24 * HOUR, read(6 * HOUR), True),
    "all read": (30 * HOUR, read(24 * HOUR), False),
    "caught up with": (47 * HOUR, None, True),
    "caught up with once": (47 * HOUR, read(46 * HOUR), False),
    "too old": (48 * HOUR + MINUTE, None, False),
    "failed, and the next moment is far": (3 * HOUR, tried(HOUR), False),
    "failed, and tried at the next moment": (6 * HOUR, tried(HOUR), True),
    "failed at the last moment": (24 * HOUR + MINUTE, tried(24 * HOUR), False),
    "failed at the last moment, an hour ago": (25 * HOUR, tried(24 * HOUR, 6 * HOUR), True),
    "failed again, an hour ago": (27 * HOUR, tried(26 * HOUR, 6 * HOUR), True),
    "failed, and read after that": (27 * HOUR, tried(26 * HOUR, 25 * HOUR), False),
    "failed for 48 hours": (48 * HOUR + MINUTE, tried(47 * HOUR), False),
    "read by a clock that was ahead": (HOUR, read(900 * HOUR), True),
    "posted by a clock that was ahead": (-HOUR, None, False),
}


@pytest.mark.parametrize(("after", "reread", "is_due"), CASES.values(), ids=CASES)
def test_an_article_is_due_at_each_moment_once(after: timedelta, reread: Reread | None, is_due: bool) -> None:
    rereads = {} if reread is None else {A: reread}
    assert due([standing(A)], rereads, NOW + after) == ((A,) if is_due else ())


def test_an_article_that_many_posts_cite_is_due_once_and_the_longest_overdue_first() -> None:
    posts = [standing(A, B, posted_at=NOW - HOUR), standing(B), standing(B, A, A)]
    assert due(posts, {}, NOW + HOUR) == (A, B)
    assert due(posts, {A: read(timedelta(0))}, NOW + HOUR) == (B, A)


def test_a_later_post_has_its_own_moments() -> None:
    posts = [standing(A), standing(A, posted_at=NOW + 30 * MINUTE)]
    assert due(posts, {A: read(HOUR)}, NOW + 61 * MINUTE) == ()
    assert due(posts, {A: read(HOUR)}, NOW + 90 * MINUTE) == (A,)


@given(st.lists(st.integers(1, 6 * 60), min_size=1, max_size=40))
def test_whenever_the_bot_runs_each_moment_is_made_up_for_and_none_twice(pauses: list[int]) -> None:
    def runs() -> Iterator[datetime]:
        now = NOW
        for pause in pauses:
            yield (now := now + timedelta(minutes=pause))

    reread: dict[ArticleId, Reread] = {}
    readings = []
    for now in runs():
        if due([standing(A)], reread, now):
            readings.append(now)
            reread[A] = Reread(tried_at=now, read_at=now)
    assert len(readings) <= len(READ_AGAIN)
    for moment in (NOW + after for after in READ_AGAIN):
        if run := next((now for now in runs() if moment <= now <= NOW + LOOKED_AFTER), None):
            assert any(moment <= reading <= run for reading in readings)


PAGE = "One two three four five six seven eight nine ten.\n\nEleven twelve thirteen fourteen fifteen sixteen."
PAGES = {
    "the same": (PAGE, True),
    "one word changed": (PAGE.replace("sixteen", "60"), True),
    "capitals": (PAGE.upper(), True),
    "longer": (PAGE + " More was added below, at some length, as the day went on." * 9, True),
    "a third is left": ("One two three four five six", False),
    "nothing": ("", False),
    "another page": ("Please accept our cookies so that we can show you what you came for: news, and more.", False),
    "half of its words": ("One two three four five six seven eight. Sixteen fifteen fourteen thirteen twelve", False),
}


@pytest.mark.parametrize(("new", "same"), PAGES.values(), ids=PAGES)
def test_a_text_that_shares_too_little_is_another_page(new: str, same: bool) -> None:
    assert is_same_page(PAGE, new) is same


def test_a_page_that_breaks_off_says_nothing_of_what_stood_behind() -> None:
    paragraphs = [f"The ferry to island number {n} leaves the harbour at dawn and is back by dusk." for n in range(8)]
    whole = "\n\n".join(paragraphs)
    assert not is_same_page(whole, "\n\n".join(paragraphs[:5]))
    assert not is_same_page(whole, "\n\n".join([*paragraphs[:5], "The ferry to is…", "Subscribe to read on."]))
    assert is_same_page(whole, "\n\n".join(paragraphs[:7]))
    assert is_same_page(whole, "\n\n".join([*paragraphs[:2], *paragraphs[6:]]) + "\n\n" + " ".join(paragraphs[2:6]))
    rewritten = [each.replace("dawn", "noon") for each in paragraphs[5:]]
    assert is_same_page(whole, "\n\n".join([*paragraphs[:5], *rewritten]))


def test_a_very_short_text_is_the_same_page_as_itself() -> None:
    assert is_same_page("Talks resume.", "Talks resume!")
    assert not is_same_page("Talks resume.", "Talks have ended.")
