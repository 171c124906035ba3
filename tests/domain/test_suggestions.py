"""What is suggested behind an answer rests on what was told, fits its button, and names its story for good."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.briefings import Claim, Role
from bot.domain.stories import StoryId
from bot.domain.suggestions import LABEL_CHARS, MOST, Kind, Known, buttons, nearest, suggestion, suggestions
from tests.contracts.samples import article, claim

TWELVE = "Twelve people were killed in the market in Quetta, the police said."
FOURTEEN = "The blast in the market in Quetta killed 14 people, doctors said."
OTHER = Known(story=StoryId("s2"), headline="Quetta market opens again")


def _claim(text: str, role: Role) -> Claim:
    return replace(claim(article("one")), text=text, role=role)


def _known(*claims: tuple[str, Role]) -> Known:
    told = tuple(_claim(text, role) for text, role in claims)
    return Known(story=StoryId("s1"), headline="Bomb explodes in Quetta market", claims=told)


@pytest.mark.parametrize(
    ("claims", "kinds"),
    [
        ((), [Kind.NEW, Kind.OTHER]),
        ((("It may delay the vote.", Role.WHY),), [Kind.WHY, Kind.NEW, Kind.OTHER]),
        (((TWELVE, Role.DIFFERS), (FOURTEEN, Role.DIFFERS)), [Kind.DIFFERS, Kind.NEW, Kind.OTHER]),
        (((TWELVE, Role.DIFFERS), ("Ice melts.", Role.DIFFERS)), [Kind.NEW, Kind.OTHER]),
        (((TWELVE, Role.DIFFERS),), [Kind.NEW, Kind.OTHER]),
        (
            (("It may.", Role.WHY), (TWELVE, Role.DIFFERS), (FOURTEEN, Role.DIFFERS)),
            [Kind.WHY, Kind.DIFFERS, Kind.NEW],
        ),
    ],
)
def test_only_what_was_told_is_suggested_and_three_at_most(
    claims: tuple[tuple[str, Role], ...], kinds: list[Kind]
) -> None:
    found = suggestions(_known(*claims), [OTHER])
    assert [each.kind for each in found] == kinds
    assert len(found) <= MOST


def test_what_sources_differ_on_is_asked_by_the_words_that_both_have() -> None:
    (found,) = [suggestion(Kind.DIFFERS, _known((TWELVE, Role.DIFFERS), (FOURTEEN, Role.DIFFERS)))]
    assert found
    assert (found.label, found.question) == (
        "Where do sources differ?",
        "What is reported on people, killed, market, Quetta?",
    )


def test_one_claim_that_gives_both_sides_is_asked_by_its_quotes() -> None:
    both = _claim("The police count twelve dead, doctors 14.", Role.DIFFERS)
    (one,) = both.citations
    both = replace(both, citations=(replace(one, quote=TWELVE), replace(one, quote=FOURTEEN)))
    found = suggestion(Kind.DIFFERS, replace(_known(), claims=(both,)))
    assert found
    assert found.question == "What is reported on people, killed, market, Quetta?"


def test_what_was_just_asked_is_not_suggested_again() -> None:
    known = _known(("It may.", Role.WHY))
    first, *rest = suggestions(known, [OTHER])
    assert suggestions(known, [OTHER], first.question) == tuple(rest)


def test_without_a_story_the_nearest_others_are_suggested() -> None:
    others = [replace(OTHER, story=StoryId(f"s{n}")) for n in range(5)]
    assert [each.story for each in suggestions(None, others)] == [each.story for each in others[:MOST]]
    assert suggestions(None, []) == ()


def test_the_nearest_story_shares_the_most_words_and_at_least_two() -> None:
    near = replace(OTHER, story=StoryId("s3"), headline="Police count 12 dead in Quetta market bomb")
    far = replace(OTHER, story=StoryId("s4"), headline="Gauge of Quetta shares rises")
    known = _known((TWELVE, Role.WHAT))
    assert nearest(known, [known, far, OTHER, near]) == (near, OTHER)


@settings(max_examples=50, deadline=None)
@given(st.text(), st.lists(st.text(max_size=200), max_size=4))
def test_whatever_was_told_every_button_fits(headline: str, texts: list[str]) -> None:
    claims = tuple(_claim(text, role) for text in texts for role in (Role.DIFFERS, Role.WHY))
    known = Known(story=StoryId("s" + "0" * 11), headline=headline, claims=claims)
    found = suggestions(known, [replace(known, story=StoryId("s2"))])
    made = buttons(found)
    assert len({each.custom_id for each in made}) == len(made) == len(found)
    assert all(1 <= len(each.label) <= LABEL_CHARS and len(each.custom_id) <= 100 for each in made)
    assert all(0 < len(each.question) <= 1_000 for each in found)
