"""What became of an edition, and whether a model fails, from what is recorded."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.deliveries import Failed, MessageId, PartState, Pending, Rejected, Sent
from bot.domain.status import ModelState, Outcome, outcome
from tests.contracts.samples import HOUR, NOW, delivery

SENT = Sent(message=MessageId("m"), sent_at=NOW)
FAILED = Failed(reason="Busy.", attempts=1, tried_at=NOW, retry_at=NOW + HOUR)
LEFT_OUT = Rejected(reason="Too long.", rejected_at=NOW, ends=False)
ENDED = replace(LEFT_OUT, ends=True)


@pytest.mark.parametrize(
    ("states", "became"),
    [
        ((SENT, SENT, SENT), Outcome.POSTED),
        ((SENT, SENT, Pending()), Outcome.UNDER_WAY),
        ((SENT, FAILED, Pending()), Outcome.UNDER_WAY),
        ((SENT, SENT, LEFT_OUT), Outcome.IN_PART),
        ((SENT, ENDED, Pending()), Outcome.IN_PART),
        ((ENDED, Pending(), Pending()), Outcome.REFUSED),
    ],
)
def test_an_edition_is_what_its_parts_are(states: tuple[PartState, ...], became: Outcome) -> None:
    assert outcome(delivery("d1", *states)) is became


def test_an_edition_without_parts_had_nothing_new() -> None:
    assert outcome(replace(delivery("d1"), parts=())) is Outcome.QUIET


def test_a_model_fails_while_no_answer_came_after_its_last_failure() -> None:
    failed = ModelState(model="m", failed_at=NOW)
    assert failed.fails
    assert not ModelState(model="m").fails
    assert replace(failed, answered_at=NOW - HOUR).fails
    assert not replace(failed, answered_at=NOW + timedelta(seconds=1)).fails
