"""Text as it is stored and compared."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import INVISIBLE, content_words, fold, marked_stems, normalise, plain, stem, stems, words


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("  one \t two\u00a0three  ", "one two three"),
        ("one\ntwo\r\n\r\n\n three \n", "one\n\ntwo\n\nthree"),
        ("one\u2029two\u0085three\x0cfour", "one\n\ntwo\n\nthree\n\nfour"),
        ("Green\u00adland\u200b \ufeffis\u202e cold\x00\x07", "Greenland is cold"),
        ("cafe\u0301", "café"),
        ("a\ud800b\ue000c", "abc"),
        ("", ""),
        (" \n\u200b\n ", ""),
    ],
)
def test_stored_text_is_clean_paragraphs(raw: str, stored: str) -> None:
    assert normalise(raw) == stored


@given(st.text("ab.  \t\n\r\x07\x0b\x0c\x1c\x1e\x7f"))
def test_ascii_is_stored_the_same_alone_and_beside_other_letters(raw: str) -> None:
    assert normalise(f"{raw}\né") == "\n\n".join(filter(None, (normalise(raw), "é")))


@given(st.text())
def test_normalising_twice_changes_nothing(raw: str) -> None:
    once = normalise(raw)
    assert normalise(once) == once
    assert not INVISIBLE.search(once)
    assert unicodedata.is_normalized("NFC", once)
    assert "\n\n\n" not in once
    assert all(part == " ".join(part.split()) for part in once.split("\n\n"))


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("AT&amp;amp;T <b>wins</b>", "AT&T wins"),
        ("&lt;i&gt;Tariffs&lt;/i&gt; rise", "Tariffs rise"),
        ("Tariffs<br/>rise\n again", "Tariffs rise again"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<![CDATA[Tariffs]]> rise<!-- now -->", "Tariffs rise"),
        ("<script>alert(1)</script>Tariffs", "Tariffs"),
        ("Tariffs&nbsp;&#8211; rise", "Tariffs – rise"),
    ],
)
def test_titles_are_plain(raw: str, title: str) -> None:
    assert plain(raw) == title


@given(st.text())
def test_a_title_is_one_line(raw: str) -> None:
    assert plain(raw) == " ".join(plain(raw).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Denmark’s U.S. envoy", ["denmark", "us", "envoy"]),
        ("1,200 people, 6.5 %", ["1200", "people", "6.5"]),
        ("Peña-López didn’t", ["pena", "lopez", "didnt"]),
        ("Ørsted, Łódź, Straße", ["orsted", "lodz", "strasse"]),
        ("AT&T's S&P 500", ["at&t", "s&p", "500"]),
        ("e.g. snake_case", ["eg", "snake", "case"]),
        ("…–!", []),
    ],
)
def test_words_are_compared_without_case_accents_and_marks(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "forms",
    [
        "impose imposes imposed imposing",
        "tariff tariffs",
        "plan plans planned planning",
        "country countries",
        "tax taxes taxed",
        "sharp sharply",
        "rise rises rising",
        "carry carries carried",
    ],
)
def test_forms_of_a_word_share_a_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_stop_words_say_nothing() -> None:
    assert content_words("The tariffs were imposed on all of them by the US") == {"tarif", "impos"}


def test_folding_keeps_case_and_wording() -> None:
    assert fold("“Ørsted’s”  6½ – ﬁne…") == '"Orsted\'s" 6 1/2 - fine...'


@given(st.text())
def test_words_have_no_case_and_no_space(text: str) -> None:
    assert all(word and word == word.casefold() and " " not in word for word in words(text))


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Talks with Denmark resumed in Nuuk", {"denmark", "nuuk"}),
        ("Greenland talks resumed. Envoys met.", set()),
        ("The vote of 12 May was lost", {"12"}),
        ("Greenland’s Prime Minister Meets Danish Envoys", set()),
        ("Talks resumed.\nDenmark agreed, the E.U. refused", {"eu"}),
        ("He said: “Greenland talks”", set()),
    ],
)
def test_names_and_figures_are_marked_where_a_capital_means_something(text: str, marked: set[str]) -> None:
    assert {stem for stem, is_marked in marked_stems(text) if is_marked} == marked


@given(st.text())
def test_marking_takes_no_word_away(text: str) -> None:
    stored = normalise(text)
    assert [stem for stem, _ in marked_stems(stored)] == stems(stored)
