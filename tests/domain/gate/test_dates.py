"""Rule 3, dates: as written, or as they fall seen from the day of publication (Tuesday, 20 January 2026)."""

import pytest

from bot.domain.gate import Rule
from tests.domain.gate.scene import broken

STANDS = [
    ("on 13 January", "on January 13"),
    ("on Jan 13", "on the 13th of January"),
    ("on 13 January 2026", "on 13 January"),
    ("on 13 January", "on 13 January 2026"),
    ("on 13 January", "on 2026-01-13"),
    ("on 13 January 2026", "on 13/01/2026"),
    ("on 3 April 2026", "on 4/3/2026"),
    ("in January", "on 13 January"),
    ("in 2026", "on 13 January 2026"),
    ("on 18 January", "on Sunday"),
    ("on Sunday", "on 18 January"),
    ("on Sunday", "on Sunday"),
    ("on 25 January", "on Sunday"),
    ("on 20 January", "today"),
    ("on Tuesday", "today"),
    ("on 19 January", "yesterday"),
    ("on Monday", "yesterday"),
    ("tomorrow", "on Wednesday"),
    ("on Wednesday, 21 January", "tomorrow"),
    ("in 2025", "last year"),
    ("last year", "in 2025"),
    ("last year", "in November 2025"),
    ("in December", "last month"),
    ("this week", "on Thursday"),
    ("this month", "on 13 January"),
    ("on 15 January", "on 13-15 January"),
    ("on 13 and 14 January", "on January 13 and 14"),
    ("in March", "in early March"),
    ("on 1 February", "from February 1"),
    ("am 13. Januar", "am Dienstag, dem 13. Januar 2026"),
    ("le 13 janvier", "le 13 janvier 2026"),
    ("den 13. januar", "den 13. januar"),
    ("el 13 de enero de 2026", "el 13 de enero"),
    ("over the past year", "in the last twelve months"),
    ("on Black Friday", "on Black Friday"),
    ("three days ago", "on 17 January"),
    ("on 17 January", "three days ago"),
    ("10 days ago", "on 10 January"),
    ("a week ago", "on 13 January"),
    ("two years ago", "in 2024"),
    ("the day before yesterday", "on Sunday"),
    ("am 13. März", "am 13.03."),
    ("vorgestern", "am Sonntag"),
    ("im vergangenen Jahr", "im Jahr 2025"),
    ("vor drei Tagen", "am 17. Januar"),
    ("l’année dernière", "en 2025"),
    ("il y a trois jours", "le 17 janvier"),
    ("demain", "mercredi"),
    ("i går", "mandag"),
    ("sidste år", "i 2025"),
    ("for tre dage siden", "den 17. januar"),
    ("el año pasado", "en 2025"),
    ("hace tres días", "el 17 de enero"),
    ("1月13日", "2026年1月13日"),
]

FALLS = [
    ("on 14 January", "on 13 January"),
    ("on 13 February", "on 13 January"),
    ("on 13 January 2025", "on 13 January"),
    ("on 13 January", "in January"),
    ("on 17 January", "on Sunday"),
    ("on Saturday", "on Sunday"),
    ("on Monday", "on 18 January"),
    ("yesterday", "today"),
    ("on 20 January", "yesterday"),
    ("in 2024", "last year"),
    ("in 2025", "in 2026"),
    ("last year", "in 2024"),
    ("last month", "on 13 January"),
    ("in March", "in May"),
    ("on 16 January", "on 13-15 January"),
    ("am 14. Januar", "am 13. Januar"),
    ("on Friday", "this month"),
    ("three days ago", "on 18 January"),
    ("two years ago", "in 2023"),
    ("am 14. März", "am 13.03."),
    ("im vergangenen Jahr", "im Jahr 2024"),
    ("im Juni", "am 3. Mai"),
    ("demain", "lundi"),
    ("i går", "tirsdag"),
    ("1月14日", "2026年1月13日"),
    ("on January 36, 2026", "on 13 January 2026"),
]


@pytest.mark.parametrize(("said", "quoted"), STANDS)
def test_a_date_stands_however_it_is_told(said: str, quoted: str) -> None:
    assert broken(f"The talks resumed {said}, she said.", f"She said that the talks resumed {quoted} in Nuuk.") is None


@pytest.mark.parametrize(("said", "quoted"), FALLS)
def test_another_date_is_refused(said: str, quoted: str) -> None:
    claim, quote = f"The talks resumed {said}, she said.", f"She said that the talks resumed {quoted} in Nuuk."
    assert broken(claim, quote) is Rule.FIGURE


@pytest.mark.parametrize("claim", ["The talks may resume in Nuuk.", "Some will march to Nuuk, she said."])
def test_verbs_are_no_months(claim: str) -> None:
    assert broken(claim, "She said that the talks will resume in Nuuk and people march.") is None


def test_a_day_that_does_not_exist_is_no_date() -> None:
    assert broken("The talks resumed on 31 April.", "The talks resumed on 30 April.") is Rule.FIGURE
