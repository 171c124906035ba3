"""A corrected story says what was wrong where it said it, within Discord's limits, and the same however often."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord_delivery.drawing import check
from bot.domain.briefings import Role
from bot.domain.corrections import Change, Correction
from bot.domain.deliveries import Button, Post, marked_as, parse_custom_id
from bot.domain.rendering import story
from bot.domain.rendering.corrected import corrected, correction_note
from tests.contracts.samples import article, claim, correction, telling

FOUND = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
DUTY = replace(correction("k1", at=FOUND), outlet="Reuters", claim="The duty is 10 per cent.", now="The duty is 12%.")
BUTTON = Button(label="Ask about this", custom_id="nt:d1:2:ask")
NASTY = "**x** ~~y~~ @everyone [a](https://x.example) <@1> `c` \n # h https://z.example"


def posted(*texts: str) -> Post:
    one = article("one")
    claims = tuple(replace(claim(one), text=text, role=Role.POINT) for text in texts)
    post = story(replace(telling("st1", one), claims=claims), FOUND - timedelta(hours=1))
    return replace(post, buttons=(BUTTON,))


def test_a_corrected_claim_is_struck_through_with_the_date_and_what_its_source_says_now() -> None:
    before = posted("The duty is 10 per cent.", "Ships wait.")
    after = corrected(before, [DUTY])
    struck, below, other, *_ = after.body.split("\n")
    assert struck.startswith("- ~~The duty is 10 per cent.~~ [[1]](<https://news.example/one#")
    assert below == "-# Corrected <t:1795439100:f>: Reuters now says “The duty is 12%.”"
    assert other.startswith("- Ships wait. [[1]]")
    assert replace(after, body="") == replace(before, body="", title="Corrected: Headline")


def test_what_is_gone_is_said_to_be_gone() -> None:
    after = corrected(posted(DUTY.claim), [replace(DUTY, change=Change.GONE, now="")])
    assert "-# Corrected <t:1795439100:f>: Reuters no longer says this." in after.body.split("\n")


def test_several_corrections_stand_each_below_its_claim_and_doing_it_again_gives_the_same() -> None:
    texts = ("The duty is 10 per cent.", "Ships wait.", "The duty is 12%.")
    before = posted(*texts)
    made = [DUTY, replace(DUTY, claim=texts[2], now="The duty is 14%.")]
    after = corrected(before, made)
    assert after == corrected(before, made)
    lines = after.body.split("\n")
    assert [n for n, line in enumerate(lines) if line.startswith("- ~~")] == [0, 3]
    assert [lines[n].rpartition("“")[2] for n in (1, 4)] == ["The duty is 12%.”", "The duty is 14%.”"]


def test_of_two_claims_one_within_the_other_the_right_one_is_struck() -> None:
    after = corrected(posted("On Monday The duty is 10 per cent. It was 9.", DUTY.claim), [DUTY])
    assert [line.startswith("- ~~") for line in after.body.split("\n")[:2]] == [False, True]


def test_a_claim_that_had_no_room_in_the_post_is_told_with_its_correction() -> None:
    first, *_ = corrected(posted("Ships wait."), [DUTY]).body.split("\n")
    assert first.startswith("-# ~~The duty is 10 per cent.~~ Corrected <t:1795439100:f>: Reuters now says")


def test_a_note_says_what_was_posted_and_what_the_source_says_now() -> None:
    note = correction_note(DUTY)
    assert note.content.split("\n") == [
        "**Correction** <t:1795439100:f>: “The duty is 10 per cent.” — Reuters now says “The duty is 12%.”"
        " [[article]](<https://news.example/one>)",
        "-# Written by software <t:1795439100:f> from 1 article, read again then.",
    ]
    gone = correction_note(replace(DUTY, change=Change.GONE, now=""))
    assert "— Reuters no longer says this. [[" in gone.content


def test_a_notes_button_leads_to_the_story_whichever_part_the_note_is() -> None:
    (button,) = marked_as(correction_note(DUTY), DUTY.delivery, 9).buttons
    action = parse_custom_id(button.custom_id)
    assert (action.delivery, action.part, action.name) == (DUTY.delivery, DUTY.part, "story")


@pytest.mark.parametrize("change", list(Change))
def test_what_sources_say_is_shown_letter_for_letter(change: Change) -> None:
    nasty = replace(DUTY, claim=NASTY, outlet=NASTY, now=NASTY, change=change)
    for text in (correction_note(nasty).content, corrected(posted(NASTY), [nasty]).body):
        for harm in ("@everyone", "<@1>", "](https://", "\n # h", " https://z"):
            assert harm not in text


@given(st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=7), st.text(max_size=900))
def test_whatever_was_claimed_and_is_said_now_stays_within_the_limits(texts: list[str], now: str) -> None:
    before = posted(*texts)
    made: list[Correction] = [
        replace(DUTY, claim=text, now=now, outlet=now, url=f"https://x.example/{now}") for text in texts
    ]
    check(corrected(before, made))
    for each in made:
        check(correction_note(each))
