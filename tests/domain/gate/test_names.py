"""Rule 4: every name stands in the quotes or elsewhere in the cited articles."""

import pytest

from bot.domain.gate import Rule
from tests.domain.gate.scene import broken, refusal

TEXT = (
    "Denmark's prime minister, Mette Frederiksen, met the NATO secretary general in Nuuk.\n\n"
    "Martín Peña-López of the World Trade Organization warned the United States and the Bank of Japan. "
    "Donald J. Trump answered from the White House.\n\n"
    "Steve and Rosemarie Johnson watched. The minister of trade stayed at home with the apple growers."
)
QUOTE = "warned the United States and the Bank of Japan"

STANDS = [
    "Mette Frederiksen warned the United States.",
    "Prime Minister Frederiksen warned the US.",
    "Ms Frederiksen warned the U.S.",
    "Danish Prime Minister Mette Frederiksen warned America.",
    "Frederiksen's office warned the American bank.",
    "President Donald Trump was warned by the bank.",
    "The WTO warned the Bank of Japan.",
    "Nato warned the Bank of Japan.",
    "Martin Pena-Lopez warned the United States.",
    "The BOJ and the US were warned.",
    "Steve Johnson warned the United States.",
    "Trade Minister warned the United States.",
    "Officials warned the United States.",
    "According to the Ledger, the United States was warned.",
    "In Nuuk, officials warned the United States.",
    'He warned: "The Bank of Japan and the United States".',
]

STRANGE = [
    ("Lars Rasmussen warned the United States.", "Lars Rasmussen"),
    ("Mette Rasmussen warned the United States.", "Mette Rasmussen"),
    ("The WHO warned the United States.", "WHO"),
    ("The Bank of England warned the United States.", "England"),
    ("Norway warned the United States.", "Norway"),
    ("Norwegian officials warned the United States.", "Norwegian"),
    ("Trump warned the European Union.", "European Union"),
    ("Intel warned the Bank of Japan.", "Intel"),
    ("Officials warned the United States in Thule.", "Thule"),
    ("Melania Trump warned the United States.", "Melania Trump"),
    ("The IT department of the United States was warned.", "IT"),
]


@pytest.mark.parametrize("claim", STANDS)
def test_a_name_may_stand_anywhere_in_the_article_and_in_other_forms(claim: str) -> None:
    found = refusal(claim, QUOTE, text=TEXT)
    assert found is None or found.rule is not Rule.NAME


@pytest.mark.parametrize(("claim", "name"), STRANGE)
def test_a_name_that_stands_nowhere_is_refused_and_told(claim: str, name: str) -> None:
    found = refusal(claim, QUOTE, text=TEXT)
    assert found is not None
    assert (found.rule, name in found.reason) == (Rule.NAME, True)


def test_title_and_outlet_count_as_the_article() -> None:
    quote = "The company raised its forecast for the year."
    told = {"title": "Nvidia lifts its outlook", "outlet": "Harbour Ledger"}
    assert broken("Nvidia raised its forecast, the Harbour Ledger reports.", quote, **told) is None
    assert broken("Intel raised its forecast.", quote, **told) is Rule.NAME


def test_people_are_known_by_their_place() -> None:
    quote = "Bavaria and California signed a treaty on trade."
    assert broken("Bavarian and Californian officials signed a treaty on trade.", quote) is None
    assert broken("Officials from Bavaria and Calabria signed a treaty.", quote) is Rule.NAME


def test_acronyms_of_words_without_capitals_are_known() -> None:
    quote = "Spending on artificial intelligence lifted gross domestic product."
    assert broken("Spending on AI lifted GDP.", quote) is None


def test_german_nouns_are_looked_for_one_by_one() -> None:
    quote = "Die Zölle auf Waren aus Dänemark steigen im Juni, sagte der Minister in Berlin."
    assert broken("Der Minister sagte, die Zölle steigen im Juni.", quote, language="de") is None
    assert broken("Der Zoll auf Waren aus Norwegen steigt im Juni.", quote, language="de") is Rule.NAME


SWAPPED = [
    ("Police put the crowd in Copenhagen at hundreds.", "Police put the crowd in Nuuk at hundreds."),
    ("The levy on goods from Norway rises in June.", "The levy on goods from Denmark rises in June."),
    ("In April Apple sued the makers of phones.", "In April Google sued the makers of phones."),
]


@pytest.mark.parametrize(("claim", "quote"), SWAPPED)
def test_a_name_of_the_article_in_the_place_of_another_is_refused(claim: str, quote: str) -> None:
    text = f"{quote}\n\nCopenhagen, Norway and Apple come up later in the article."
    found = refusal(claim, quote, text=text)
    assert found is not None
    assert found.rule is Rule.NAME
    assert "where its quote says" in found.reason


RETOLD = [
    ("Google was sued by Apple over its phones in April.", "Apple sued Google over its phones in April."),
    ("Norway, Denmark and Sweden raised the levy in June.", "Denmark, Sweden and Norway raised the levy in June."),
    ("Nvidia said the company would spend more.", "Nvidia chief Jensen Huang said the company would spend more."),
    ("The United States said the levy would rise.", "Washington said the levy would rise."),
    ("The BOJ said the rate would rise.", "The Bank of Japan said the rate would rise."),
    ("Trump said the levy would rise.", "President Donald Trump said the levy would rise."),
]


@pytest.mark.parametrize(("claim", "quote"), RETOLD)
def test_names_retold_in_another_order_or_form_pass(claim: str, quote: str) -> None:
    assert refusal(claim, quote, text=f"{quote}\n\nThe United States and Nvidia come up again.") is None


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Zelensky", "Zelenskyy"),
        ("Zelenskiy", "Zelensky"),
        ("Mueller", "Müller"),
        ("Aarhus", "Århus"),
        ("Lodz", "Łódź"),
        ("Sergei Lavrov", "Sergey Lavrov"),
        ("Jens-Frederik Nielsen", "Jens–Frederik Nielsen"),
        ("Powell’s", "Powell"),
        ("J. Powell", "Jerome Powell"),
    ],
)
def test_a_name_stands_in_another_transliteration_or_form(said: str, written: str) -> None:
    assert broken(f"In the morning {said} spoke about trade.", f"On Monday {written} spoke about trade again.") is None


@pytest.mark.parametrize(("said", "written"), [("Miller", "Muller"), ("Zelenko", "Zelensky"), ("Hansen", "Jansen")])
def test_another_name_is_no_transliteration(said: str, written: str) -> None:
    found = broken(f"In the morning {said} spoke about trade.", f"On Monday {written} spoke about trade again.")
    assert found is Rule.NAME


def test_a_title_with_nobody_behind_it_must_stand() -> None:
    quote = "The levy on fish was raised by Frederiksen on Monday."
    assert broken("The levy on fish was raised by Prime Minister Frederiksen.", quote) is None
    assert broken("The levy on fish was raised by the Duke.", quote) is Rule.NAME


@pytest.mark.parametrize(
    ("claim", "rule"),
    [
        ("Die Einführung der neuen Abgabe trifft Firmen.", None),
        ("Die Hälfte der Firmen trifft die Abgabe.", None),
        ("Die Abgabe trifft Firmen in Norwegen.", Rule.NAME),
        ("Laut Habeck trifft die Abgabe Firmen.", Rule.NAME),
        ("Die Abgabe trifft die SPD.", Rule.NAME),
    ],
)
def test_a_german_noun_is_no_name_where_its_ending_or_article_tells(claim: str, rule: Rule | None) -> None:
    assert broken(claim, "Die neue Abgabe trifft viele Firmen im Land.", language="de") is rule


TURNED = [
    ("Google sued Apple.", "In April Apple sued Google over its phones."),
    ("Google sued Apple in spring.", "In April Apple sued Google over its phones in spring."),
    ("Sweden beat Norway on Sunday.", "Norway beat Sweden 3-1 in Oslo on Sunday."),
]

NOT_TURNED = [
    ("Apple sued Google.", "In April Apple sued Google over its phones."),
    ("Google was sued by Apple.", "In April Apple sued Google over its phones."),
    ("Sweden lost 3-1 to Norway in Oslo.", "Norway beat Sweden 3-1 in Oslo on Sunday."),
    ("Sweden met Norway on Sunday.", "Norway met Sweden in Oslo on Sunday."),
    ("Iran fears a war with Norway again.", "Norway fears a war with Iran, and Iran fears a war with Norway again."),
]


@pytest.mark.parametrize(("claim", "quote"), TURNED)
def test_who_did_it_and_whom_it_was_done_to_may_not_change_places(claim: str, quote: str) -> None:
    assert broken(claim, quote) is Rule.NAME


@pytest.mark.parametrize(("claim", "quote"), NOT_TURNED)
def test_two_names_in_their_own_roles_pass(claim: str, quote: str) -> None:
    assert broken(claim, quote) is None


def test_a_name_in_the_place_of_a_weekday_is_refused() -> None:
    quote = "Ministers said on Friday that the levy rises in June."
    text = f"{quote}\n\nContinental Press reported it."
    assert broken("Ministers said on Continental Press that the levy rises in June.", quote, text=text) is Rule.NAME
    assert broken("Ministers said on Friday that the levy rises.", quote, text=text) is None
    other = "It was said on Continental Press that the levy rises."
    assert broken("Ministers said on Continental Press that the levy rises in June.", quote, other) is None
