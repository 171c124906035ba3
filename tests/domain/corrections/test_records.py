"""What the next front says of corrections."""

from dataclasses import replace

import pytest

from bot.domain.corrections import correction_id, front_notes
from bot.domain.deliveries import DeliveryId
from tests.contracts.samples import correction


def test_the_next_front_says_what_was_corrected_and_when() -> None:
    assert front_notes([correction("k1")]) == ("Corrected on 1 Mar: “The duty is 10 per cent”.",)
    assert front_notes([]) == ()


def test_many_corrections_are_three_and_a_count_and_each_claim_is_named_once() -> None:
    made = [replace(correction(f"k{n}"), claim=f"The duty is {n} per cent.") for n in range(5)]
    assert [note[-20:] for note in front_notes([*made, made[0]])][3:] == ["claims were corrected."[-20:]]
    assert front_notes(made)[3] == "2 more claims were corrected."
    assert front_notes(made[:4])[3] == "1 more claim was corrected."


@pytest.mark.parametrize(("claim", "cut"), [("word " * 50, "word " * 11 + "word…"), ("関税" * 50, "関税" * 30 + "…")])
def test_a_long_claim_is_cut_at_a_word_where_there_are_words(claim: str, cut: str) -> None:
    assert front_notes([replace(correction("k1"), claim=claim)]) == (f"Corrected on 1 Mar: “{cut}”.",)


def test_the_correction_of_a_claim_has_one_identity() -> None:
    one = correction_id(DeliveryId("d1"), 2, "The duty is 10 per cent.")
    assert one == correction_id(DeliveryId("d1"), 2, "The duty is 10 per cent.")
    others = {correction_id(DeliveryId("d2"), 2, "x"), correction_id(DeliveryId("d1"), 3, "x"), one}
    assert len(others) == 3
