"""When what a sentence tells took place, and whether it says why that matters."""

from datetime import date

import pytest

from bot.domain.extracts.ordering import says_why, took_place

SUNDAY = date(2026, 1, 18)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The tariff was announced on Saturday.", date(2026, 1, 17)),
        ("The tariff was announced yesterday.", date(2026, 1, 17)),
        ("The ambassadors met on Sunday.", SUNDAY),
        ("The tariffs start on February 1.", date(2026, 2, 1)),
        ("The tariffs were announced on December 20.", date(2025, 12, 20)),
        ("Parliament will vote on Tuesday.", date(2026, 1, 20)),
        ("Parliament will vote in the spring.", date(2026, 1, 19)),
        ("A tariff of 10% is charged on every good.", SUNDAY),
        ("The letter of January 13 was answered on January 16.", date(2026, 1, 16)),
    ],
)
def test_the_day_a_sentence_tells_of_is_read_on_the_day_of_its_article(text: str, day: date) -> None:
    assert took_place(text, SUNDAY) == (False, day)


@pytest.mark.parametrize(
    "text",
    [
        "Between 2003 and 2014, Cambodia had 56 cases of bird flu.",
        "Ten years ago the island voted on the same question.",
        "The island left the community in 1985, after a referendum.",
        "Greenland is a self-governing territory of the Kingdom of Denmark.",
        "Greenland, the largest island in the world, is a territory of the Kingdom of Denmark.",
        "The company was founded by two engineers.",
        "In December 2024 the president raised the matter for the first time.",
        "On 29 February 2024 the law took effect.",
    ],
)
def test_what_lies_far_back_or_is_so_in_general_is_background(text: str) -> None:
    assert took_place(text, SUNDAY)[0]


@pytest.mark.parametrize("text", ["On 29 February the law takes effect.", "In January 2026 the law took effect."])
def test_an_odd_day_is_no_reason_to_fail(text: str) -> None:
    assert took_place(text, SUNDAY)[0] is False


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The tariff could raise prices for shoppers in America.", True),
        ("The tariff would cost exporters billions, the chamber of commerce said.", True),
        ("The girl is the first person in the country to die of the flu since 2014.", True),
        ("It is the first time in 40 years that a member has been charged a duty.", True),
        ("The plan has raised fears of a trade war between allies.", True),
        ("The ruling is a blow to the president's plans.", True),
        ("The company will cut 1,200 jobs in Denmark.", False),
        ("The match was put off because of rain.", False),
        ("“It could raise prices,” the minister said.", False),
        ("The first ship reached the harbour on Sunday.", False),
        ("U.S. notes touched 3.966%, the highest since November.", False),
    ],
)
def test_why_it_matters_is_said_by_the_reporter_and_about_what_follows(text: str, why: bool) -> None:
    assert says_why(text) is why
