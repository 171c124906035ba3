"""Rule 3, exchanges: each figure is told of its own thing, and a multiple is one that the quotes say or give."""

import pytest

from bot.domain.gate import Rule
from tests.domain.gate.scene import broken

EXCHANGED = [
    (
        "Sales at Corvane were $4.8 billion and net profit $10.9 billion.",
        "Corvane's net profit rose 31% to $4.8 billion on sales of $10.9 billion.",
    ),
    ("Sales came to $4.8 billion and net profit to $10.9 billion.", "Sales rose to $10.9 billion, profit to $4.8bn."),
    (
        "Turnover was $12.5 million last year, with costs of $20.1 million.",
        "The firm's turnover was $20.1 million and its costs were $12.5 million last year.",
    ),
]

KEPT_APART = [
    ("Net profit was $4.8 billion on sales of $10.9 billion.", "Sales rose to $10.9 billion, net profit to $4.8bn."),
    ("Costs were $4.8 billion and turnover was $10.9 billion.", "Turnover was $10.9 billion and costs were $4.8bn."),
    ("Sales were $10.9 billion and profit $4.8 billion.", "It took $10.9 billion in sales and $4.8bn in profit."),
    (
        "The firm has $4.8 billion in profit, $10.9 billion in sales.",
        "Sales rose to $10.9 billion and profit to $4.8bn.",
    ),
]


@pytest.mark.parametrize(("claim", "quote"), EXCHANGED)
def test_two_figures_exchanged_inside_one_quote_are_refused(claim: str, quote: str) -> None:
    assert broken(claim, quote) is Rule.FIGURE


@pytest.mark.parametrize(("claim", "quote"), KEPT_APART)
def test_two_figures_each_told_of_its_own_thing_pass(claim: str, quote: str) -> None:
    assert broken(claim, quote) is None


RISE = "Imports of bikes rose from 400 million to 1.3 billion last year."
MULTIPLES = [
    ("Imports of bikes more than tripled last year.", RISE, True),
    ("Imports of bikes quadrupled last year.", RISE, False),
    ("Imports of bikes rose tenfold last year.", RISE, False),
    ("Imports of bikes doubled last year.", RISE, True),
    ("Imports of bikes rose by half last year.", RISE, True),
    ("Imports of bikes are expected to triple.", "Imports of bikes are expected to treble.", True),
    ("Imports of bikes are expected to triple.", "Imports of bikes are expected to rise.", False),
    ("Imports of bikes rose 10-fold.", "Imports of bikes are ten times as high.", True),
    ("Imports of bikes are five times the level of May.", "Imports of bikes beat the level of May.", False),
    ("Imports of bikes are five times the level of May.", "Imports of bikes are fivefold the level of May.", True),
    ("Imports of bikes quintupled.", "Imports of bikes rose 400 per cent.", True),
    ("Imports of bikes quintupled.", "Imports of bikes rose 40 per cent.", False),
    ("Imports of bikes tripled.", "Imports of bikes rose 3 per cent.", False),
    ("Imports of bikes tripled.", "Imports of bikes rose for the third time.", False),
    ("Imports of bikes fell by a third.", "Imports of bikes fell 31 per cent.", True),
    ("Imports of bikes fell by a third.", "Imports of bikes fell 20 per cent.", False),
    ("Imports of bikes fell by nearly a tenth in May.", "Imports of bikes fell from 100 to 90 in May.", True),
    ("Imports of bikes were joined by a third plan.", "Imports of bikes were joined by another plan.", True),
    ("Imports of bikes hurt the triple jump.", "Imports of bikes hurt the jump.", True),
]


@pytest.mark.parametrize(("claim", "quote", "stands"), MULTIPLES)
def test_a_multiple_or_share_stands_where_the_quotes_say_or_give_it(claim: str, quote: str, stands: bool) -> None:
    assert broken(claim, quote) is (None if stands else Rule.FIGURE)


def test_an_amount_beside_its_conversion_is_no_swap() -> None:
    quotes = ("The airport will cost $2.1 billion by 2030.", "It is to cost 14.6 billion kroner, ministers said.")
    assert broken("The airport will cost 14.6 billion kroner ($2.1bn) by 2030.", *quotes) is None
    assert broken("The airport will cost 14.6 billion kroner by 2030.", *quotes) is Rule.FIGURE
