"""Tables of the wording that must keep up with what they word."""

from bot.domain.gate import Rule
from bot.domain.questions import Declined
from bot.domain.wording import refusals
from bot.domain.wording.answers import DECLINED
from bot.domain.wording.faults import RULES


def test_every_rule_of_the_gate_has_a_name() -> None:
    assert set(RULES) == set(Rule)


def test_every_reason_to_decline_has_a_sentence() -> None:
    assert set(DECLINED) == set(Declined)


def test_an_address_that_is_not_on_record_is_not_repeated() -> None:
    assert refusals.missing(refusals.FEED, "https://me:hunter2@paper.example/feed") == "There is no such feed."
    assert refusals.missing(refusals.TOPIC, "Tea") == "There is no topic “Tea”."
