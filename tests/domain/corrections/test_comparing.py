"""What counts as the same word, as a sentence, and as a source's word about its own error."""

import pytest

from bot.domain.corrections.comparing import misspelt, negated, sentences_of, without_own_errors

SPELLINGS = {
    ("government", "goverment"): True,
    ("receive", "recieve"): True,
    ("labour", "labor"): True,
    ("centre", "center"): True,
    ("imposed", "imposes"): True,
    ("rose", "fell"): False,
    ("rose", "rise"): False,
    ("import", "export"): False,
    ("legal", "illegal"): False,
    ("employer", "employee"): False,
    ("won", "own"): False,
    ("month", "mouth"): False,
}


@pytest.mark.parametrize(("words", "same"), SPELLINGS.items())
def test_a_misspelt_word_is_the_word_and_another_is_not(words: tuple[str, str], same: bool) -> None:
    one, other = words
    assert misspelt(one, other) is misspelt(other, one) is same


def test_sentences_end_where_one_begins_and_not_at_titles_and_initials() -> None:
    text = "Dr. Olsen met J. Hansen. “It rose by 1.5 points.” He left!\n\nThe U.S. did not reply"
    assert list(sentences_of(text)) == [
        "Dr. Olsen met J. Hansen.",
        "“It rose by 1.5 points.”",
        "He left!",
        "The U.S. did not reply",
    ]


OWN_ERRORS = {
    "An earlier version of this article gave a wrong figure.": True,
    "Correction: the duty is 12%.": True,
    "This story has been updated with the minister's reply.": True,
    "The headline of the first version misstated the duty.": True,
    "The jobs report was revised up to 12%, the office said.": False,
    "The bank misstated its earnings by 4 million euros, the court found.": False,
}


@pytest.mark.parametrize(("paragraph", "left_out"), OWN_ERRORS.items())
def test_what_a_source_says_about_its_own_error_is_left_out(paragraph: str, left_out: bool) -> None:
    new = f"The duty is 12%.\n\n{paragraph}"
    assert without_own_errors("The duty is 10%.", new) == ("The duty is 12%." if left_out else new)
    assert without_own_errors(new, new) == new


@pytest.mark.parametrize(
    ("text", "count"),
    [("It isn't so.", 1), ("It can’t be, he said: no.", 2), ("Es ist nicht so.", 1), ("So it is.", 0)],
)
def test_negations_are_counted(text: str, count: int) -> None:
    assert negated(text) == count
