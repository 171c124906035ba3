"""Where two outlets give different figures for the same thing, and where it only looks so."""

import pytest

from bot.domain.extracts.choosing import likeness_of, vectors_of
from bot.domain.extracts.differing import disputes, same_figures
from bot.domain.extracts.sentences import Sentence
from tests.domain.samples import NOW, article

DIFFER = [
    ("A bomb killed 12 people in Quetta on Monday.", "The bomb in Quetta killed 14 people on Monday."),
    (
        "Twelve people were killed when a ferry sank off Nuuk.",
        "Fourteen people were killed when a ferry sank off Nuuk.",
    ),
    (
        "A petrol bomb left 12 dead in Athens, the hospital said.",
        "The fire in Athens left 14 dead, the fire service said.",
    ),
    (
        "The blast injured 30 people in Karachi, Dawn reported.",
        "At least 45 people were injured by the blast in Karachi, according to Geo News.",
    ),
    ("At least 12 people died in the flood in Valencia.", "At least 17 people died in the flood in Valencia."),
    (
        "A tariff of 10% on all goods from the United Kingdom starts in February.",
        "The tariff on all goods from the United Kingdom is 15% and starts in February.",
    ),
    (
        "Police said 12 people were injured in the riots.",
        "Police said 18 people had been injured in the violence and 12 arrested for carrying weapons.",
    ),
    (
        "The earthquake had a magnitude of 5.6, Iranian media said.",
        "A magnitude 5.2 earthquake shook the island, Iran's state television said.",
    ),
    ("The company will cut 1,200 jobs in Denmark.", "The company is to cut 1,500 jobs in Denmark, a union said."),
    (
        "AMD will pay $334 million for SeaMicro, the companies said.",
        "AMD is to pay $281 million for SeaMicro, sources said.",
    ),
    (
        "Armed robbers stole jewels worth 85 million euros from the Paris shop.",
        "Robbers stole jewels worth 70 million euros from a shop in Paris.",
    ),
    (
        "The rebels hold 43 soldiers captive near the border, the army said.",
        "The rebels hold 51 soldiers captive near the border, a rebel spokesman said.",
    ),
    (
        "Police arrested 20 protesters in Copenhagen on Saturday.",
        "In Copenhagen 35 protesters were arrested on Saturday, lawyers said.",
    ),
    (
        "The tariffs on all goods from the United Kingdom start on February 1.",
        "The tariffs on all goods from the United Kingdom start on March 1.",
    ),
]
AGREE = [
    ("A bomb killed 12 people in Quetta on Monday.", "A bomb killed 12 people in Quetta, police said."),
    ("A bomb killed 12 people in Quetta on Monday.", "A bomb killed 14 people in Quetta on Sunday."),
    ("A bomb killed 12 people in Quetta.", "A bomb killed 14 people in Karachi."),
    ("At least 12 people died in the flood.", "The flood killed 14 people."),
    ("More than 10 people died in the flood.", "Twelve people died in the flood."),
    ("Up to 20 people died in the flood.", "The flood killed 14 people."),
    ("About 100 people were injured in the riots.", "Police said 104 people were injured in the riots."),
    ("The shares have risen almost 13 per cent this month.", "The shares have risen 12.8 per cent this month."),
    ("The deal is worth $1.2 billion, the company said.", "The deal is worth $1.23 billion, the company said."),
    ("The stocks gained about US$732 billion in a year.", "The stocks gained US$730 billion in a year."),
    ("Robbers stole jewels worth $108 million in Paris.", "Robbers stole jewels worth 85 million euros in Paris."),
    ("The tariff on goods from Denmark is 10%.", "The tariff on goods from France is 15%."),
    (
        "The onshore tech gauge has risen almost 13 per cent this month.",
        "A gauge of tech firms in Hong Kong has added nearly 6 per cent this month.",
    ),
    ("Two women and one man died at the bank in Athens.", "A petrol bomb killed three people at the bank in Athens."),
    (
        "Two women and one man died at the bank in Athens.",
        "A petrol bomb killed two women and a man at the bank in Athens.",
    ),
    ("The blast killed 12 people and injured 30.", "The blast killed 12 people and injured 30 in Quetta."),
    ("The blast killed 12 people, three of them children.", "The blast killed 12 people, among them three children."),
    ("The toll rose from 12 to 14 on Tuesday, police said.", "The blast killed 14 people, police said."),
    ("Another 12 people were injured by the blast in Quetta.", "The blast in Quetta injured 30 people."),
    ("Two of the 12 injured died in hospital.", "The blast injured 12 people."),
    ("Between 10 and 15 people died in the blast.", "The blast killed 14 people."),
    ("The bank cut its rate by 25 basis points.", "The bank cut its rate to 4.75 per cent."),
    (
        "The company has 350 employees and 13 offices in Europe.",
        "The company has 13 offices and 350 employees in Europe.",
    ),
    ("The team won 65-53 against Drake on Friday.", "The team scored 23 points against Drake on Friday."),
    ("The 35-year-old deputy was shot outside his house.", "The deputy, 35, was shot outside his house by two men."),
    (
        "Danny Green scored 14 points in the win over Evansville.",
        "Ty Lawson scored 15 points in the win over Evansville.",
    ),
    ("Sales rose 10% in the first quarter to $5.1bn.", "Sales rose 12% in the full year to $19.3bn."),
    (
        "The ambassadors of the 27 countries meet in Brussels.",
        "The ambassadors of all 27 countries meet in Brussels on Sunday.",
    ),
    ("In 2003 an earthquake killed 31,000 people in Bam.", "An earthquake killed 10 people on Qeshm island on Sunday."),
    ("The company employs 1,200 people in Denmark.", "The company will cut 300 jobs in Denmark."),
    ("The onshore index fell 2% on Monday.", "The onshore index fell 3% over the week."),
    (
        "Trump's tariff of 10% on UK goods starts on February 1.",
        "Trump said the tariff on UK goods would rise to 25% in June.",
    ),
    (
        "The tariffs on goods from the United Kingdom start on February 1.",
        "Parliament debates the tariffs on goods from the United Kingdom on March 3.",
    ),
    (
        "The tariffs on all goods from the United Kingdom start on February 1.",
        "The tariffs on all goods from the United Kingdom start in February.",
    ),
    (
        "The fund holds 33 Chinese stocks and gained 10% in a year.",
        "The index of 50 Chinese stocks gained 14% in a week.",
    ),
]


def _disputed(one: str, other: str, *, outlets: tuple[str, str] = ("Ledger", "Post"), more: str = "") -> bool:
    """`more` stands in the other's article too, but is not among the sentences compared."""
    sentences = [Sentence(source="S1", place=0, text=one), Sentence(source="S2", place=0, text=other)]
    sources = {"S1": article("One", one, outlet=outlets[0]), "S2": article("Two", f"{other} {more}", outlet=outlets[1])}
    return bool(list(disputes(sentences, [0, 1], likeness_of(vectors_of([one, other])), sources)))


@pytest.mark.parametrize(("one", "other"), DIFFER)
def test_different_figures_for_the_same_thing_differ_whoever_comes_first(one: str, other: str) -> None:
    assert _disputed(one, other)
    assert _disputed(other, one)


@pytest.mark.parametrize(("one", "other"), AGREE)
def test_other_things_days_places_ranges_and_rounded_values_do_not_differ(one: str, other: str) -> None:
    assert not _disputed(one, other)
    assert not _disputed(other, one)


def test_an_outlet_does_not_differ_with_itself() -> None:
    assert not _disputed(*DIFFER[0], outlets=("Ledger", "Ledger"))


def test_an_outlet_that_gives_the_other_figure_as_well_does_not_differ() -> None:
    assert not _disputed(*DIFFER[0], more="By noon, 12 people were known to have been killed in Quetta.")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The levy is 10% on all goods.", "All goods are charged a levy of 10 per cent.", True),
        ("The levy is 10% on all goods.", "All goods are charged a levy of 15 per cent.", False),
        ("The levy is charged on all goods.", "All goods are charged a levy of 15 per cent.", True),
        ("The levy on goods starts on February 1.", "A levy on goods starts on February 1, 2026.", True),
        ("The levy on goods starts on February 1.", "A levy is charged on goods.", False),
        ("The levy was announced on Saturday.", "A levy was announced yesterday.", True),
        ("The levy is 10% and brings $2bn.", "All goods are charged a levy of 10 per cent.", False),
    ],
)
def test_what_backs_a_sentence_has_all_its_figures_and_days(one: str, other: str, same: bool) -> None:
    assert same_figures(one, other, NOW.date()) is same
