"""Messages fit Discord's limits, keep their citations, and nothing from outside works as mark-up in them."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import Tier
from bot.domain.briefings import (
    Briefing,
    BriefingId,
    Citation,
    Claim,
    Counts,
    Engine,
    Form,
    Role,
    Source,
    Telling,
    Window,
)
from bot.domain.conversations import Answer, ConversationId, Status
from bot.domain.corrections import front_notes
from bot.domain.deliveries import DeliveryId, PartKind, Pending, Post
from bot.domain.feeds import FailedFeed, FeedUrl
from bot.domain.rendering import (
    BODY_CHARS,
    CONTENT_CHARS,
    FRONT_CHARS,
    THREAD_NAME_CHARS,
    TITLE_CHARS,
    answer_posts,
    as_posted,
    as_text,
    escape,
    front,
    link,
    moment,
    parts,
    preview,
    shorten,
    story,
)
from bot.domain.schedules import ScheduleId, Slot
from bot.domain.stories import StoryId
from tests.contracts.samples import correction
from tests.domain.samples import NOW, article

ENGINE = Engine(name="extractive")


def _claim(text: str, *, n: int = 1, link_to: str = "https://x.example/a#:~:text=one", role: Role = Role.WHAT) -> Claim:
    source = article()
    citation = Citation(n=n, article_id=source.id, version=1, url="https://x.example/a", link=link_to, quote=text)
    return Claim(role=role, text=text, citations=(citation,))


def _telling(
    *claims: Claim, headline: str = "Envoys meet", form: Form = Form.WRITTEN, topic: str = "Tariffs"
) -> Telling:
    return Telling(
        story_id=StoryId("s1"),
        topic=topic,
        headline=headline,
        form=form,
        claims=claims,
        sources=(Source.of(article()),),
        engine=ENGINE,
    )


def _briefing(*tellings: Telling, notes: tuple[str, ...] = (), failed: int = 0) -> Briefing:
    return Briefing(
        id=BriefingId("b1"),
        created_at=NOW,
        window=Window(since=NOW - timedelta(hours=24), until=NOW),
        topics=("Tariffs", "Greenland"),
        engine=ENGINE,
        counts=Counts(feeds=7, articles=14, stories=len(tellings), claims_posted=3, claims_withheld=0),
        tellings=tellings,
        failed_feeds=tuple(
            FailedFeed(url=FeedUrl(f"https://f{n}.example"), error="timeout", detail="late") for n in range(failed)
        ),
        notes=notes,
    )


def test_the_front_names_date_span_and_what_it_rests_on_in_the_schedules_zone() -> None:
    text = front(_briefing(_telling(_claim("It rained."))), "Asia/Tokyo")
    assert "Monday 19 January 2026" in text
    assert "18 Jan 03:00 to 19 Jan 03:00 (Asia/Tokyo)" in text
    assert "1 story · 1 min · 14 articles from 7 feeds" in text
    assert "**Tariffs**\n- Envoys meet" in text
    assert "Written by software (extracts, no model) at 03:00 Asia/Tokyo from 14 articles" in text


@pytest.mark.parametrize(
    ("zone", "posted_after", "said"),
    [
        ("Europe/Berlin", timedelta(minutes=4, seconds=59), None),
        ("Europe/Berlin", timedelta(hours=1, minutes=12), "-# Planned 08:00, posted 09:12"),
        ("Asia/Tokyo", timedelta(hours=1, minutes=12), "-# Planned 08:00, posted 09:12"),
        ("Europe/Berlin", timedelta(hours=17), "-# Planned 08:00, posted 01:00 on 19 January"),
    ],
)
def test_a_late_front_says_when_it_was_planned(zone: str, posted_after: timedelta, said: str | None) -> None:
    due_at = datetime(2026, 1, 18, 8, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    slot = Slot(schedule=ScheduleId("s"), local_date=date(2026, 1, 18), planned=time(8), due_at=due_at, zone=zone)
    many = [_telling(_claim("It rained."), headline="A headline that is as long as a headline may be " * 4)] * 12
    post = Post(content=front(_briefing(*many, notes=("x" * 90,) * 3, failed=3), zone))
    late = as_posted(post, slot, due_at + posted_after)
    assert late.content.splitlines()[0] == post.content.splitlines()[0]
    assert late.content.splitlines()[1:] == [*([said] if said else []), *post.content.splitlines()[1:]]
    assert len(late.content) <= FRONT_CHARS


def test_a_model_is_named_and_notes_and_failed_feeds_are_said() -> None:
    briefing = replace(
        _briefing(notes=("2 more stories did not fit.",), failed=2), engine=Engine(name="openai", model="gpt-x")
    )
    text = front(briefing, "UTC")
    assert "the model gpt-x" in text
    assert "-# 2 more stories did not fit." in text
    assert "-# 2 feeds could not be read: f0.example, f1.example." in text
    assert "Nothing new on these topics" in text


def test_a_front_without_stories_promises_none() -> None:
    quiet = replace(_briefing(), counts=Counts(feeds=1, articles=2, stories=0, claims_posted=0, claims_withheld=0))
    _, span, *_, signed = front(quiet, "UTC").splitlines()
    assert span.endswith(" · 2 articles from 1 feed")
    assert "stories" not in span
    assert signed.endswith("from 2 articles.")


def test_a_claim_stands_with_linked_marks_and_its_label() -> None:
    post = story(_telling(_claim("It rained."), _claim("It matters.", role=Role.WHY)), NOW)
    assert "- It rained. [[1]](<https://x.example/a#:~:text=one>)" in post.body
    assert "- **Why it matters:** It matters." in post.body
    source = "[Harbour Ledger](<https://harbour-ledger.example/envoys-meet-on-tariffs>)"
    assert f"-# [1] {source} · <t:1768748400:f> · full text" in post.body
    assert "\n\n**Sources** as of <t:1768759200:f>\n" in post.body


def test_a_story_told_before_says_since_when_and_what_is_so_now() -> None:
    update = replace(_claim("14 people were killed."), update=True)
    told = replace(_telling(update, _claim("A vote comes.")), since=NOW - timedelta(days=2))
    body = story(told, NOW).body
    assert body.startswith(f"-# New since {moment(NOW - timedelta(days=2))}\n- **Now:** 14 people were killed. [[1]]")
    assert "- A vote comes. [[1]]" in body


def test_a_story_says_what_happened_then_why_it_matters_then_at_most_three_points_below_a_label() -> None:
    points = [_claim(f"Point {n}.", role=Role.POINT) for n in range(4)]
    told = _telling(*points[:2], _claim("It matters.", role=Role.WHY), *points[2:], _claim("It rained."))
    lines = [line.partition(" [[")[0] for line in story(told, NOW).body.splitlines()]
    assert lines[:7] == [
        "- It rained.", "- Point 0.", "- **Why it matters:** It matters.",
        "**In detail**", "- Point 1.", "- Point 2.", "- Point 3.",
    ]  # fmt: skip
    update = replace(_claim("It rains no more.", role=Role.POINT), update=True)
    assert story(_telling(_claim("It rained."), update), NOW).body.startswith("- **Now:** It rains no more.")
    assert "**In detail**" not in story(_telling(*points[:3]), NOW).body


def test_where_sources_differ_both_stand_below_one_label_each_with_its_own_mark() -> None:
    sides = [_claim(f"{n} people were killed.", n=n, role=Role.DIFFERS) for n in (1, 2)]
    assert (
        "- It rained. [[1]](<https://x.example/a#:~:text=one>)\n"
        "- **Why it matters:** It does. [[1]](<https://x.example/a#:~:text=one>)\n"
        "**Sources differ:**\n"
        "- 1 people were killed. [[1]](<https://x.example/a#:~:text=one>)\n"
        "- 2 people were killed. [[2]](<https://x.example/a#:~:text=one>)\n"
    ) in story(_telling(_claim("It rained."), *sides, _claim("It does.", role=Role.WHY)), NOW).body
    assert "- **Sources differ:** 1 people were killed." in story(_telling(sides[0]), NOW).body


@pytest.mark.parametrize(
    ("headlines", "said"),
    [
        ((), None),
        (("One *bold* step",), "-# Nothing new on: “One \\*bold\\* step”."),
        (("One", "Two", "Three"), "-# Nothing new on: “One”, “Two”, “Three”."),
        (("One", "Two", "Three", "Four", "Five"), "-# Nothing new on: “One”, “Two”, “Three” and 2 more."),
    ],
)
def test_the_front_names_what_is_unchanged(headlines: tuple[str, ...], said: str | None) -> None:
    text = front(replace(_briefing(_telling(_claim("It rained."))), unchanged=headlines), "UTC")
    lines = [line for line in text.splitlines() if "Nothing new on" in line]
    assert lines == ([said] if said else [])


def test_many_notes_leave_room_for_the_headlines() -> None:
    notes = tuple(f"Corrected on 18 Jan: “{'word ' * 25}{n}”." for n in range(4))
    many = [_telling(_claim("It rained."), headline=f"Headline number {n} of today") for n in range(12)]
    quiet = tuple(f"Quiet story {n} {'with a long headline ' * 8}" for n in range(30))
    text = front(replace(_briefing(*many, notes=notes, failed=2), unchanged=quiet), "America/Argentina/Buenos_Aires")
    assert len(text) <= FRONT_CHARS
    assert text.count("- Headline number") >= 8
    assert "Corrected on 18 Jan" in text
    assert "2 feeds could not be read" in text


def test_no_note_of_a_correction_gives_way_to_headlines_or_other_notes() -> None:
    made = [replace(correction(f"k{n}"), claim=f"{n} people met in the town hall of Nuuk " * 6) for n in range(6)]
    notes = (
        *front_notes(made),
        "12 of 12 stories are told by extracts or headlines: The model took too long.",
        "x" * 90,
    )
    many = [_telling(_claim("It rained."), headline="A headline that is as long as a headline may be " * 4)] * 12
    briefing = replace(_briefing(*many, notes=notes, failed=2), unchanged=("A quiet story",))
    text = front(briefing, "America/Argentina/Buenos_Aires")
    assert text.count("-# Corrected on 1 Mar: “") == 3
    assert "-# 3 more claims were corrected." in text
    assert len(text) <= FRONT_CHARS


@pytest.mark.parametrize(
    ("form", "said"), [(Form.HEADLINE, "Only the headline"), (Form.QUOTED, "publisher's own words")]
)
def test_a_story_that_is_not_told_in_claims_says_so(form: Form, said: str) -> None:
    assert said in story(_telling(form=form), NOW).body


def test_parts_are_front_thread_and_stories_all_pending_with_buttons_that_name_them() -> None:
    made = parts(_briefing(_telling(_claim("One.")), _telling(_claim("Two."))), DeliveryId("d1"), "UTC")
    assert [(part.index, part.kind) for part in made] == [
        (0, PartKind.FRONT), (1, PartKind.THREAD), (2, PartKind.STORY), (3, PartKind.STORY),
    ]  # fmt: skip
    assert all(part.state == Pending() for part in made)
    identities = [button.custom_id for part in made for button in part.post.buttons]
    assert len(set(identities)) == len(identities) == 13
    assert all(len(each) <= 100 for each in identities)


def test_an_answer_says_as_of_and_lists_its_sources() -> None:
    (post,) = answer_posts(_answer(_claim("It rained.")))
    assert "- It rained. [[1]]" in post.content
    assert "**Sources**\n-# [1]" in post.content
    assert "As of <t:1768759200:f> · written by software from 1 article" in post.content


def test_an_answer_that_is_not_covered_says_so_and_shows_what_is_nearest() -> None:
    (post,) = answer_posts(replace(_answer(), status=Status.NOT_COVERED))
    assert post.content.startswith("Nothing that I have stored answers this.")
    assert "**Nearest to it**" in post.content


def test_what_an_answer_rests_on_is_said_before_its_claims() -> None:
    (post,) = answer_posts(replace(_answer(_claim("It rained.")), caveat="This rests on one article alone, by **A**."))
    assert post.content.startswith("-# This rests on one article alone, by \\*\\*A\\*\\*.\n- It rained.")


def test_a_question_that_is_declined_is_told_why_and_what_the_articles_say() -> None:
    declined = replace(_answer(_claim("It rained.")), status=Status.NOT_COVERED, caveat="I give no advice.")
    (post,) = answer_posts(declined)
    assert post.content.startswith("I give no advice.\nWhat they say about it:\n- It rained.")
    (bare,) = answer_posts(replace(declined, claims=()))
    assert bare.content.startswith("I give no advice.\n**Nearest to it**")


def test_a_long_answer_is_split_at_claims() -> None:
    posts = answer_posts(_answer(*(_claim("word " * 50 + str(n) + ".") for n in range(30))))
    assert len(posts) > 1
    assert all(len(post.content) <= CONTENT_CHARS for post in posts)
    assert sum(post.content.count("[[1]]") for post in posts) == 30


def _answer(*claims: Claim) -> Answer:
    return Answer(
        question="Did it rain?",
        conversation=ConversationId("c1"),
        status=Status.ANSWERED,
        claims=claims,
        sources=(Source.of(article()),),
        as_of=NOW,
        engine=ENGINE,
    )


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("@everyone", "@\u200beveryone"),
        ("<@123>", "\\<@\u200b123\\>"),
        ("**bold** `code`", "\\*\\*bold\\*\\* \\`code\\`"),
        ("[click](https://evil.example)", "\\[click\\](https:\u200b//evil.example)"),
        ("- one", "\\- one"),
        ("1. one of 10. two", "1\\. one of 10. two"),
        ("10. ten", "10\\. ten"),
        ("discord.gg/evil or Discord.com/invite/evil", "discord.\u200bgg/evil or Discord.\u200bcom/invite/evil"),
        ("a\u202eb\u200bc\nd", "abc d"),
    ],
)
def test_nothing_from_outside_works_as_mark_up(hostile: str, harmless: str) -> None:
    assert escape(hostile) == harmless


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://x.example/" + "a" * 3000, "ftp://x.example"])
def test_a_link_that_is_none_or_too_long_leaves_its_label(url: str) -> None:
    assert link("1", url) == "1"


def test_an_address_cannot_break_out_of_its_link() -> None:
    assert link("1", "https://x.example/a) [b](<c> d") == "[1](<https://x.example/a%29%20%5Bb%5D%28%3Cc%3E%20d>)"


def test_what_is_shortened_ends_at_a_word() -> None:
    assert shorten("one two three", 9) == "one two…"
    assert shorten("unbroken" * 4, 9) == "unbroken…"


TEXT = st.text(max_size=400)


@given(st.lists(st.tuples(TEXT, st.integers(0, 6000)), max_size=8), TEXT, TEXT)
def test_any_briefing_renders_to_messages_that_discord_accepts(
    claims: list[tuple[str, int]], headline: str, topic: str
) -> None:
    told = _telling(
        *(
            _claim(text, link_to="https://x.example/" + "é" * size, role=Role.DIFFERS if size % 3 else Role.POINT)
            for text, size in claims
        ),
        headline=headline,
        topic=topic,
    )
    briefing = replace(
        _briefing(*[replace(told, since=NOW)] * 12, notes=(headline, topic)), unchanged=(headline, topic) * 3
    )
    for post in preview(briefing, "UTC"):
        assert len(post.content) <= CONTENT_CHARS
        assert len(post.title) <= TITLE_CHARS
        assert len(post.body) <= BODY_CHARS
        assert len(post.footer) <= 2048
        assert len(post.title) + len(post.body) + len(post.footer) <= 6000
    made = parts(briefing, DeliveryId("d" * 12), "UTC")
    assert len(made[0].post.content) <= FRONT_CHARS
    assert 0 < len(made[1].post.title) <= THREAD_NAME_CHARS
    assert not re.search(r"@(everyone|here)", as_text(made[-1].post))


def test_three_hundred_words_of_claims_lose_no_citation() -> None:
    claims = (_claim("word " * 55 + ".", link_to="https://x.example/" + "a" * 650) for _ in range(5))
    post = story(_telling(*claims), NOW)
    assert post.body.count("[1]") >= 5
    assert len(post.body) <= BODY_CHARS


def test_long_addresses_of_many_sources_cost_links_not_claims() -> None:
    sources = tuple(Source.of(article(url=f"https://news.example/{n}/" + "a" * 660)) for n in range(6))
    told = replace(_telling(*(_claim("word " * 50 + ".") for _ in range(5))), sources=sources)
    post = story(told, NOW)
    assert len(post.body) <= BODY_CHARS
    assert post.body.count("[1]") >= 5
    assert post.body.count("-# [") == 6
    assert "from 6 articles" in post.footer


def test_a_claim_of_an_answer_gives_up_its_links_before_its_marks() -> None:
    citations = tuple(replace(_claim("x").citations[0], n=n, link="https://x.example/" + "a" * 660) for n in (1, 2, 3))
    (post,) = answer_posts(_answer(replace(_claim("word " * 50 + "."), citations=citations)))
    assert all(f"[[{n}]]" in post.content for n in (1, 2, 3))


def test_a_headline_only_source_says_so() -> None:
    source = Source.of(article(tier=Tier.HEADLINE))
    assert "headline only" in story(replace(_telling(), sources=(source,)), NOW).body
