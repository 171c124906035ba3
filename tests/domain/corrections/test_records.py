"""What the next front says of corrections."""

from dataclasses import replace

from bot.domain.corrections import correction_id, front_notes
from bot.domain.deliveries import DeliveryId
from tests.contracts.samples import correction


def test_the_next_front_says_what_was_corrected_and_when() -> None:
    assert front_notes([correction("k1")]) == ("Corrected since the last briefing: “The duty is 10 per cent” (1 Mar).",)
    assert front_notes([]) == ()


def test_many_corrections_are_three_and_a_count_and_each_claim_is_named_once() -> None:
    made = [replace(correction(f"k{n}"), claim=f"The duty is {n} per cent.") for n in range(5)]
    assert [note[-20:] for note in front_notes([*made, made[0]])][3:] == ["claims were corrected."[-20:]]
    assert front_notes(made)[3] == "2 more claims were corrected."
    assert front_notes(made[:4])[3] == "1 more claim was corrected."


def test_a_long_claim_is_cut_at_a_word() -> None:
    (note,) = front_notes([replace(correction("k1"), claim="word " * 50)])
    assert note == f"Corrected since the last briefing: “{'word ' * 15}word…” (1 Mar)."


def test_the_correction_of_a_claim_has_one_identity() -> None:
    one = correction_id(DeliveryId("d1"), 2, "The duty is 10 per cent.")
    assert one == correction_id(DeliveryId("d1"), 2, "The duty is 10 per cent.")
    others = {correction_id(DeliveryId("d2"), 2, "x"), correction_id(DeliveryId("d1"), 3, "x"), one}
    assert len(others) == 3
