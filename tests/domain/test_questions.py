"""What a question asks for decides which sentences can answer it."""

import pytest

from bot.domain.questions import fits, wants_opinion


@pytest.mark.parametrize(
    ("question", "text", "can_answer"),
    [
        ("How much will the mine cost?", "The mine will cost US$610 million.", True),
        ("How much will the mine cost?", "The mine will cost too much, its critics say.", False),
        ("How many people work there?", "The mill employs 312 people.", True),
        ("How many people work there?", "The mill employs forty people.", True),
        ("How many people work there?", "The mill employs people from seven towns.", True),
        ("How many people work there?", "The mill, sold for £12 million in 2024, employs people.", False),
        ("How many boats are there?", "The mill employs 312 people.", False),
        ("When does it start?", "It starts on February 1.", True),
        ("When does it start?", "It starts once the envoys agree.", False),
        ("Who signed it?", "The notice was signed by Dale Prentiss.", True),
        ("Who signed it?", "The notice was signed at last.", False),
        ("Who is the manager of the mill?", "The mill's manager, Aino Koivu, closed it.", True),
        ("Who is the manager of the mill?", "The mill's owner, Aino Koivu, closed it.", False),
        ("What was the revenue in 2024?", "Revenue in 2025 was higher.", False),
        ("What was the revenue in 2024?", "Revenue in 2024 was higher.", True),
        ("Why is the airport closed?", "Gusts kept the airport closed.", True),
        ("Wie viele Tonnen sollen es sein?", "Es sollen 74.000 Tonnen sein.", True),
    ],
)
def test_a_sentence_must_hold_the_kind_of_thing_asked_for(question: str, text: str, can_answer: bool) -> None:
    assert fits(question, text) is can_answer


@pytest.mark.parametrize(
    ("question", "opinion"),
    [
        ("Should I buy AI stocks?", True),
        ("Do you think the mine is a good idea?", True),
        ("What is your view on tariffs?", True),
        ("What should the EU do, according to its envoys?", False),
        ("When do the tariffs start?", False),
    ],
)
def test_advice_and_views_are_told_apart_from_news(question: str, opinion: bool) -> None:
    assert wants_opinion(question) is opinion
