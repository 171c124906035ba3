"""Doubts: what may say the opposite of its quotes passes, and asks for another look."""

import pytest

from bot.domain.gate import Rule
from tests.domain.gate.scene import broken, judged

DENIED = [
    ("Officials agreed to the plan.", "Officials have not agreed to the plan yet, she said."),
    ("The drug was deemed a threat to humans.", "The drug was not deemed to be a threat to humans until May."),
    ("The bank failed to raise its rate.", "The bank raised its rate, as it had said."),
    ("The move was legal, a court said.", "The move was illegal, a court said on Monday."),
    ("Der Minister stimmte nicht zu.", "Der Minister stimmte am Montag in Nuuk zu."),
    ("Le ministre n'a pas accepté le plan.", "Le ministre a accepté le plan lundi à Nuuk."),
]

TURNED = [
    ("Sales rose while costs rose.", "Sales of the firm fell last year, while its costs rose."),
    ("Die Preise sinken wieder.", "Die Preise steigen im Mai wieder, hieß es."),
    ("Priserne faldt i havnen.", "Priserne steg i havnen ved Nuuk igen."),
]

FLIPPED = [
    ("Officials did not agree to the plan.", "Officials did agree to the plan on Monday."),
    ("Police found evidence of poison.", "Police found no evidence of poison in the school."),
    ("Police found no evidence of poison.", "Police found evidence of poison in the school."),
    ("The harbour never reopened after the storm.", "The harbour reopened after the storm on Friday."),
    ("Ministeren har ikke accepteret planen.", "Ministeren har accepteret planen om havnen i Nuuk."),
    ("El ministro nunca aceptó el plan.", "El ministro aceptó el plan el lunes en Nuuk."),
    ("Shares rose after the report.", "Shares fell after the report on Monday."),
    ("Shares fell after the report.", "Shares climbed after the report on Monday."),
    ("Sales increased in the quarter.", "Sales declined in the quarter, the firm said."),
    ("The firm made a gain on the sale.", "The firm made a loss on the sale, it said."),
    ("More people came to the town.", "Fewer people came to the town this time."),
    ("Stocks are above the level of last year.", "Stocks are below the level of last year, figures show."),
    ("The party won the vote in Nuuk.", "The party lost the vote in Nuuk on Sunday."),
    ("The minister refused the plan.", "The minister accepted the plan on Monday."),
    ("The bank will buy bonds.", "The bank will sell bonds, it said on Monday."),
    ("The state banned the app.", "The state allowed the app again on Monday."),
    ("Les prix en baisse au port.", "Les prix en hausse au port de Nuuk."),
    ("The bank will not buy bonds in 2027, it said.", "The bank will buy bonds in 2027, it said on Monday."),
    ("The bank did not raise its rate in May.", "The bank raised its rate in May, as it had said."),
    ("The ministry has refused a licence to mine here.", "The ministry has granted a licence to mine here, it said."),
]

UNDOUBTED = [
    ("Police did not find any sign of poison.", "Police found no sign of poison in the school."),
    ("Police found no proof of poison.", "Police have not found evidence of poison in the school."),
    ("Shares dropped after the report.", "Shares fell after the report on Monday."),
    ("Costs rose while sales fell.", "Sales of the firm fell last year, while its costs rose."),
    ("The talks were not only long but hard.", "The talks were long but hard, she told reporters."),
    ("The harbour at Nuuk reopened.", "The harbour at Nuuk reopened on Friday after the storm."),
    ("The bank will not raise its rate.", "The bank will leave its rate where it is and not raise it."),
]


@pytest.mark.parametrize(
    ("claim", "quote", "rule"),
    [(*case, Rule.NEGATION) for case in DENIED] + [(*case, Rule.DIRECTION) for case in TURNED],
)
def test_a_claim_that_may_say_the_opposite_of_its_quote_is_doubted_and_passes(
    claim: str, quote: str, rule: Rule
) -> None:
    verdict = judged(claim, quote)
    assert ([each.text for each in verdict.claims], verdict.refusals) == ([claim], ())
    assert [(each.text, each.rule) for each in verdict.doubts] == [(claim, rule)]
    assert verdict.doubts[0].reason.endswith(".")


@pytest.mark.parametrize(("claim", "quote"), UNDOUBTED)
def test_a_faithful_paraphrase_is_not_doubted(claim: str, quote: str) -> None:
    verdict = judged(claim, quote)
    assert (len(verdict.claims), verdict.doubts) == (1, ())


def test_a_sentence_that_repeats_its_quote_is_never_doubted() -> None:
    quote = "Sales did not rise in the north, where they fell, but rose in the south."
    assert judged(quote, quote).doubts == ()


def test_what_is_refused_is_not_doubted_as_well() -> None:
    verdict = judged("Shares rose 5 per cent after the report.", "Shares fell 3 per cent after the report.")
    assert ([each.rule for each in verdict.refusals], verdict.doubts) == ([Rule.FIGURE], ())


@pytest.mark.parametrize(("claim", "quote"), FLIPPED)
def test_a_claim_in_its_quotes_own_words_but_for_one_that_turns_them_round_is_withheld(claim: str, quote: str) -> None:
    assert broken(claim, quote) in {Rule.NEGATION, Rule.DIRECTION}


def test_words_that_another_quote_says_are_no_flip() -> None:
    quotes = ("Shares fell after the report on Monday.", "Later on Monday shares rose after the report on Monday.")
    assert broken("On Monday shares rose after the report.", *quotes) is None
