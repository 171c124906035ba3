"""Rule 3, figures: every number, amount and percentage stands in the quotes, however it is spelled."""

import pytest

from bot.domain.gate import Rule
from tests.domain.gate.scene import broken, judged, refusal

SAME = [
    ("13 per cent", "13%"),
    ("13 percent", "13 per cent"),
    ("thirteen per cent", "13%"),
    ("13 %", "13pc"),
    ("6.5%", "6½ per cent"),
    ("6,5 Prozent", "6,5 %"),
    ("6.50 per cent", "6.5%"),
    ("US$732 billion", "$732bn"),
    ("$732bn", "732 billion dollars"),
    ("732 billion US dollars", "$732 billion"),
    ("$732,000 million", "$732bn"),
    ("€1.2bn", "1,2 Mrd. Euro"),
    ("£3m", "3 million pounds"),
    ("¥5 trillion", "5 trillion yen"),
    ("A$5m", "5 million Australian dollars"),
    ("A$5m", "$5m"),
    ("93 milliarder kroner", "DKK 93bn"),
    ("1200", "1,200"),
    ("1.200", "1,200"),
    ("1 200", "1.200"),
    ("2.5 million", "2,500,000"),
    ("1,234.5", "1.234,5"),
    ("1,234,567", "1.234.567"),
    ("0.125", "0,125"),
    ("1 1/2", "1.5"),
    ("thirty-five", "35"),
    ("half a billion", "0.5 billion"),
    ("2.5m", "two and a half million"),
    ("half a million", "500,000"),
    ("27", "twenty-seven"),
    ("27-nation", "27"),
    ("305", "three hundred and five"),
    ("1,400", "one thousand four hundred"),
    ("24", "two dozen"),
    ("two-thirds", "two thirds"),
    ("three quarters", "75 per cent"),
    ("a third of the", "one third"),
    ("3rd", "third"),
    ("21st", "twenty-first"),
    ("10-15%", "10 to 15 per cent"),
    ("10 per cent", "10 to 15 per cent"),
    ("10 million", "between 10 and 15 million"),
    ("$10m", "from $10 to $15 million"),
    ("5 percentage points", "5-percentage-point"),
    ("25 basis points", "25bp"),
    ("17:30", "5.30pm"),
    ("the 1980s", "the '80s"),
    ("Q4", "fourth quarter"),
    ("thousands", "4,000"),
    ("tens of thousands", "40,000"),
    ("13km", "13 kilometres"),
    ("70 kg", "70 kilos"),
    ("20th", "20th"),
    ("9/11", "9/11"),
    ("3-2", "3-2"),
]

DIFFERENT = [
    ("13%", "15%"),
    ("13%", "13"),
    ("13", "13%"),
    ("13%", "13 million"),
    ("13%", "13 percentage points"),
    ("13 percentage points", "13 basis points"),
    ("$13", "13%"),
    ("£5m", "$5m"),
    ("€5m", "5 million dollars"),
    ("A$5m", "US$5m"),
    ("5 million", "5 billion"),
    ("$5m", "$5bn"),
    ("5 million", "5"),
    ("12.5", "125"),
    ("1,200", "12,000"),
    ("13 km", "13 miles"),
    ("thirteen", "fourteen"),
    ("twenty-seven", "seven"),
    ("seven per cent", "seventeen per cent"),
    ("three million", "3 billion"),
    ("two-thirds", "three quarters"),
    ("21st", "22nd"),
    ("5pm", "6pm"),
    ("the 1980s", "the 1990s"),
    ("Q3", "the fourth quarter"),
    ("thousands", "dozens"),
    ("hundreds of thousands", "4,000"),
    ("10-15%", "10-16%"),
    ("half a million", "5 million"),
    ("about 13 per cent", "12.8 per cent"),
]


@pytest.mark.parametrize(("said", "quoted"), SAME)
def test_a_figure_is_recognised_in_another_spelling(said: str, quoted: str) -> None:
    assert broken(f"The survey counted {said} this time.", f"In its survey the office counted {quoted} in all.") is None


@pytest.mark.parametrize(("said", "quoted"), DIFFERENT)
def test_another_figure_unit_or_scale_is_refused(said: str, quoted: str) -> None:
    found = refusal(f"The survey counted {said} this time.", f"In its survey the office counted {quoted} in all.")
    assert found is not None
    assert found.rule is Rule.FIGURE
    assert "“" in found.reason


@pytest.mark.parametrize(
    "claim",
    [
        "Two of the three ministers spoke for the first time.",
        "One minister said that twelve ministers agreed.",
        "Half of the ministers asked for double the time.",
        "The ministers met for the third day.",
        "A dozen ministers spoke.",
    ],
)
def test_small_counts_spelled_out_need_no_support(claim: str) -> None:
    assert broken(claim, "Ministers met again and spoke, agreed and asked for time.") is None


@pytest.mark.parametrize(
    "claim", ["Some 12 ministers met.", "Ministers met for the 3rd time.", "Thirteen ministers met."]
)
def test_counts_in_digits_and_above_twelve_need_support(claim: str) -> None:
    assert broken(claim, "Ministers met again and asked for time.") is Rule.FIGURE


def test_a_figure_elsewhere_in_the_article_is_no_support() -> None:
    text = "The levy rises to 25 per cent in June.\n\nIt covers 300 products."
    assert broken("The levy covers 25 products.", "It covers 300 products.", text=text) is Rule.FIGURE
    assert broken("The levy rises to 300 per cent.", "The levy rises to 25 per cent", text=text) is Rule.FIGURE


def test_the_figure_may_stand_in_any_of_the_quotes() -> None:
    quotes = ("The levy rises to 25 per cent in June.", "It covers 300 products from eight countries.")
    assert broken("The levy covers 300 products and rises to 25%.", *quotes) is None


def test_a_number_in_a_name_stands_where_the_name_stands() -> None:
    text = "The Nasdaq 100 and the S&P 500 fell.\n\nShares of chip makers lost ground on Friday in New York."
    quote = "Shares of chip makers lost ground on Friday"
    assert broken("Shares of chip makers in the Nasdaq 100 lost ground.", quote, text=text) is None
    assert broken("Shares of chip makers in the Nasdaq 200 lost ground.", quote, text=text) is Rule.FIGURE


@pytest.mark.parametrize(
    ("said", "rule"), [("F-35", None), ("F35", None), ("F-16", Rule.NAME), ("G7", None), ("G20", Rule.NAME)]
)
def test_codes_are_names_not_figures(said: str, rule: Rule | None) -> None:
    text = "The F-35 jets came up at the G7 meeting."
    assert broken(f"The jets of the {said} came up at the meeting.", text) is rule


def test_the_reason_names_the_figure_and_what_the_quote_says_instead() -> None:
    found = refusal("The levy is 13 per cent.", "The levy is 13 euros a year.")
    assert found is not None
    assert found.reason == "The figure “13 per cent” does not stand in its quotes, which say “13 euros”."


SWAPPED = [
    ("Sales rose 5% in the north.", "Sales rose 3% in the north and 5% in the south."),
    ("There were 870 deaths and 457 infections.", "There were 457 deaths and 870 infections."),
    ("Three ministers resigned on Monday night.", "Two ministers resigned on Monday night, three did not."),
    ("Revenue of the company was $61bn.", "Revenue of the company was $65bn, above estimates of $61bn."),
    ("Yields rose for a first session in Tokyo.", "Yields rose for a second session in Tokyo."),
]


@pytest.mark.parametrize(("claim", "quote"), SWAPPED)
def test_a_figure_of_the_quote_told_of_something_else_is_refused(claim: str, quote: str) -> None:
    found = refusal(claim, quote)
    assert found is not None
    assert found.rule is Rule.FIGURE
    assert "where its quote says" in found.reason


RETOLD = [
    ("Sales rose 5% in the south.", "Sales rose 3% in the north and rose 5% in the south."),
    ("Sales rose 5% in the south and 3% in the north.", "Sales rose 3% in the north and 5% in the south."),
    ("Nearly 13 per cent of sales were lost.", "Of sales, about 13 percent was lost."),
    ("The rate rose to 5% from 3%.", "The rate rose from 3% to 5%."),
    ("The company lost $5bn, or 3% of its value.", "The company lost 3% of its value, or $5 billion."),
]


@pytest.mark.parametrize(("claim", "quote"), RETOLD)
def test_figures_told_in_another_order_pass(claim: str, quote: str) -> None:
    assert judged(claim, quote).refusals == ()


FOREIGN = [
    ("de", "1.234,5 Tonnen", "1234,5 Tonnen", True),
    ("de", "1,2 Mrd. Euro", "1,2 Milliarden Euro", True),
    ("de", "1,2 Mio. Euro", "1.200.000 Euro", True),
    ("de", "2,5 Billionen Euro", "2.500 Milliarden Euro", True),
    ("de", "13 Prozent", "13 %", True),
    ("de", "13 Prozent", "13 Prozentpunkte", False),
    ("de", "20 Prozent", "zwanzig Prozent", True),
    ("de", "dreiundachtzig Prozent", "83 Prozent", True),
    ("de", "dreißig Schiffe", "30 Schiffe", True),
    ("de", "vierzehn Schiffe", "13 Schiffe", False),
    ("de", "drei Millionen Euro", "3 Mio. Euro", True),
    ("de", "vier Millionen Euro", "3 Mio. Euro", False),
    ("de", "um 17.30 Uhr", "um 17:30 Uhr", True),
    ("de", "um 17.30 Uhr", "um 18:30 Uhr", False),
    ("fr", "1 234,5 tonnes", "1\u202f234,5 tonnes", True),
    ("fr", "13 pour cent", "13 %", True),
    ("fr", "3 milliards d'euros", "3 Mds d'euros", True),
    ("fr", "3 milliards d'euros", "3 millions d'euros", False),
    ("fr", "soixante-dix-sept bateaux", "77 bateaux", True),
    ("fr", "quarante bateaux", "30 bateaux", False),
    ("fr", "à 17h30", "à 17 h 30", True),
    ("da", "3 mia. kr.", "3 milliarder kroner", True),
    ("da", "3 mio. kr.", "3 milliarder kroner", False),
    ("da", "13 procent", "13 pct.", True),
    ("da", "13 procent", "13 procentpoint", False),
    ("da", "treogtyve både", "23 både", True),
    ("da", "tredive både", "20 både", False),
    ("es", "3.000 millones de euros", "3 mil millones de euros", True),
    ("es", "13 por ciento", "13%", True),
    ("es", "cuarenta y dos barcos", "42 barcos", True),
    ("es", "dos mil barcos", "2.000 barcos", True),
    ("es", "tres millones de euros", "4 millones de euros", False),
    ("en", "one in five", "20 per cent", True),
    ("en", "nine in 10", "90%", True),
    ("en", "one in four", "20 per cent", False),
    ("en", "13 percentage points", "13 points", True),
    ("en", "13 per cent", "13 points", False),
    ("en", "Rs 5 crore", "50 million rupees", True),
    ("en", "150kph", "120kph", False),
    ("en", "40.45pm", "3.45pm", False),
]


@pytest.mark.parametrize(("language", "said", "quoted", "stands"), FOREIGN)
def test_figures_are_read_as_their_language_writes_them(language: str, said: str, quoted: str, stands: bool) -> None:
    claim, quote = f"NUUK meldet {said} insgesamt.", f"NUUK meldet am Hafen {quoted} und nichts insgesamt."
    assert broken(claim, quote, language=language) is (None if stands else Rule.FIGURE)


@pytest.mark.parametrize("claim", ["Aid went to millions of people.", "The fire spread to thousands of homes."])
def test_english_words_are_no_foreign_numbers(claim: str) -> None:
    assert (
        broken(claim, "Aid for the fire went to millions of people and thousands of homes, spread over towns.") is None
    )


MISTOLD = [
    (
        "Some 457 people worldwide fell ill, and 457 died.",
        "In all 870 people worldwide have fallen ill and 457 have died.",
    ),
    ("In all, 21 people died.", "In all, 457 people died of it in 21 countries."),
    (
        "Police in the north caught the man on Tuesday.",
        "The man fled on Tuesday. Police caught him on Wednesday in the north.",
    ),
    ("The fund was given 3% by Norway.", "The fund grew 3% in May. Norway gave 5% to the fund again."),
]


@pytest.mark.parametrize(("claim", "quote"), MISTOLD)
def test_a_figure_told_of_what_the_quotes_tell_another_of_is_refused(claim: str, quote: str) -> None:
    assert broken(claim, quote) is Rule.FIGURE


TOLD = [
    ("Worldwide 870 people fell ill and 457 died.", "In all 870 people worldwide have fallen ill and 457 have died."),
    ("On Wednesday police caught the man, who fled.", "The man fled on Tuesday. Police caught him on Wednesday."),
    ("In 1959 the man was jailed, who is 77.", "The man, 77, was first jailed in 1959 for heroin."),
]


@pytest.mark.parametrize(("claim", "quote"), TOLD)
def test_a_figure_told_of_its_own_thing_passes_in_other_words(claim: str, quote: str) -> None:
    assert broken(claim, quote) is None


MOVED = [
    (
        "Shares in Corvane fell 1.7% while the Nasdaq Composite fell 9.4%.",
        (
            "Shares in Corvane Systems fell 9.4% on Wednesday, their worst day in fourteen months.",
            "The drop to $212.30 erased $61 billion of market value and dragged the Nasdaq Composite down 1.7%.",
        ),
    ),
    ("Profit fell 31% to $4.8 billion at the firm.", ("Results were strong: profit rose 31% to $4.8 billion.",)),
    ("The bank raised its target to $290 from $240.", ("Analysts at the bank cut their target to $240 from $290.",)),
    ("Analysts set a target of now $290, to $290 from $240.", ("They cut their price target to $240 from $290.",)),
    ("Traders saw a 31% fall in profit at the firm.", ("Traders saw a 31% rise in net profit at the firm.",)),
]

UNMOVED = [
    ("Profit at the firm climbed 31% in the quarter.", ("Profit rose 31% to $4.8 billion in the quarter.",)),
    ("The target was cut from $290 to $240.", ("Analysts at the bank cut their target to $240 from $290.",)),
    (
        "The Nasdaq Composite lost 1.7% after Corvane had fallen 9.4%.",
        ("Shares in Corvane Systems fell 9.4% on Wednesday.", "The drop dragged the Nasdaq Composite down 1.7%."),
    ),
    ("A planned rise of 5% was cut from the budget.", ("The minister cut a planned 5% rise from the budget.",)),
]


@pytest.mark.parametrize(("claim", "quotes"), MOVED)
def test_a_figure_that_changed_places_or_goes_the_other_way_is_withheld(claim: str, quotes: tuple[str, ...]) -> None:
    assert broken(claim, *quotes) in {Rule.FIGURE, Rule.DIRECTION}


@pytest.mark.parametrize(("claim", "quotes"), UNMOVED)
def test_a_figure_told_in_other_words_and_another_order_stands(claim: str, quotes: tuple[str, ...]) -> None:
    assert broken(claim, *quotes) is None
