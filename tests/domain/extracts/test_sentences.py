"""Which sentences can be read without the one before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.extracts import goes_on, is_caption, opening, stands_alone
from bot.domain.extracts.sentences import says_little

ALONE = [
    "The tariffs on the UK start on February 1, two weeks from now.",
    "“The stock market is telling us something,” one fund manager said on Friday.",
    "10% will be charged on every good that leaves a British port.",
    "The envoy said: “You must remember that the tariff comes in spring.”",
    "One person died and three were hurt when a bus left the road near Nuuk.",
    "Some 200 people were taken to hospitals in the north of the island.",
    "There are 56,000 people in Greenland, most of them along the coast.",
    "Greenland's prime minister said he had not been told of the visit.",
    "A police officer said he saw the car leave the road near the harbour.",
    "In its annual report, the central bank warned of higher prices in spring.",
    "The report by the central bank names three reasons for the slump.",
    "“We will not sell the island,” Greenland's prime minister said in Nuuk.",
    "“The island is not for sale,” the minister told reporters, adding that he would fly to Washington.",
    "The company, which owns two mines, told the court that it had paid.",
    "A café owner in London opened early, and coffee, the owner said, was dear all the same.",
    "The island is not for sale, the minister said after the meeting in Nuuk.",
    "As of Sunday, the government in Copenhagen had not answered the letter.",
    "At least 12 people were killed when a bomb exploded in Quetta.",
    "Grønlands landsstyre afviste forslaget på et møde i Nuuk lørdag.",
    "Das grönländische Parlament hat am Freitag weitere Millionen für den Flughafen bewilligt.",
    "Chile refines more than 90 percent of the world's supply of lithium.",
    "Lithium from Chile makes up a third of global output.",
    "Sales of copper from Chile fell to a third of the total.",
    "Rose Hill said on Monday that the harbour of Nuuk would be shut.",
]
FRAGMENTS = [
    "Too short to say much.",
    "will be charged on every good that leaves a British port.",
    "The tariff will be charged on every good that leaves a port and",
    "The tariff will be charged on every good that leaves a port...",
    "The tariff " + "very " * 80 + "surely comes.",
    "The envoy said: “The tariff will come in the spring of the year.",
    "The envoy (who had flown in from Nuuk said that the tariff will come.",
    "The ship was met in the harbour by police officers and Lt.",
    "The Supreme Court of the north in the capital of the island, Nuuk.",
    "WHITE HOUSE SAYS TARIFF ON BRITISH GOODS WILL START IN FEBRUARY.",
]
LEANING = [
    "Das sagte der Minister am Freitag nach einem Treffen in Nuuk.",
    "Fell 5.1 percent on Wednesday, and has been flat ever since then.",
    "Makes the memory chips that everybody in the trade needs.",
    "Was the first to sell its shares after the report on Monday.",
    "It will be charged on every good that leaves a British port.",
    "But the tariff will be charged on every good all the same.",
    "The same duty was charged on every good in the years before.",
    "Shortly after, the ministry said that the duty would be charged.",
    "A day later, the ministry said that the duty would be charged.",
    "Since then, the ministry has charged a duty on every good.",
    "In response, the ministry has charged a duty on every good.",
    "In that phone call, he told the ministry that the duty was too high.",
    "Two others were taken to a hospital in the north of the island.",
    "Another man was taken to a hospital in the north of the island.",
    "When they arrived, the ship had already left the harbour of Nuuk.",
    "“The ship had already left the harbour of Nuuk by then,” he said.",
    "“The ship had already left the harbour of Nuuk when we came.”",
    "We have seen nothing like this in the harbour of Nuuk before.",
    "That’s exactly what the ministry said about the duty on goods.",
    "White was arrested in Sydney that year and pleaded not guilty.",
    "The new figure came after two more bodies were found in the village.",
    "The warning follows a decision to charge a duty on every good.",
    "However, the duty will be charged on every good that leaves a port.",
    "Washington can therefore set a rate for goods without asking anybody.",
    "Until the government says so, every good that leaves a port has to pay.",
    "Coffee comes from neither island, the owner said, and it is dear all the same.",
    "A chain of its own, they say, is a form of insurance for the country.",
    "“Slowdown” is the polite one, and “recession” is the plain word for it.",
    "What should follow is the question before the ministers in Brussels.",
    "Chile refines more than 90 percent of the world's supply.",
    "The Congo, at war for years, mines two thirds of global output.",
]
ASIDES = [
    "From Corvane to Nimbrel: what moved on the market, and what did not.",
    "Will the tariff be charged on every good that leaves a port?",
    "Sign up for the newsletter to read about tariffs every morning.",
    "You should know that the tariff will be charged on every good.",
    "Here's what the tariff on British goods means for the harbour towns.",
    "Explore the universe with news on fascinating discoveries and more.",
    "Read the full report on the tariff in the Sunday edition of the paper.",
    "Jane Doe is a trade correspondent for the paper and lives in Nuuk.",
    "Additional reporting by Jane Doe in Nuuk and John Roe in Copenhagen.",
    "FILE - The prime minister speaks to reporters in the harbour of Nuuk.",
    "The prime minister is pictured in the harbour of Nuuk on Saturday.",
    "This article was first published in the Sunday edition of the paper.",
    "The prime minister spoke in Nuuk | Photo of the day by Jane Doe.",
]


@pytest.mark.parametrize("text", ALONE)
def test_a_sentence_that_says_who_and_what_is_quoted(text: str) -> None:
    assert stands_alone(text)


@pytest.mark.parametrize("text", [*FRAGMENTS, *LEANING, *ASIDES])
def test_a_fragment_a_leaning_head_and_an_aside_are_not_quoted(text: str) -> None:
    assert not stands_alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "A miner in Nuuk, who asked not to be named, described the change in simple terms.",
        "The mayor of Nuuk summed up the long evening in her own words.",
        "One number is on every screen in the exchange this week: 4.1 percent.",
        "The ministers agreed on the following.",
        "The island lies nearer to Canada than its history suggests.",
        "A yield is the interest on a bond divided by its price.",
        "Short selling means the sale of shares that are borrowed.",
    ],
)
def test_what_announces_or_explains_a_word_says_little(text: str) -> None:
    assert says_little(text)


@pytest.mark.parametrize(
    "text",
    [
        "The vote was close: 17 to 14.",
        "A ferry sank off Dover on Monday: twelve people are missing, the coastguard says.",
        "The yield is the highest since 2008.",
        "Cocoa is the fourth crop to fail in Ghana.",
        "The strike is the first that the union called, it said.",
        "The minister described the plan as a disaster for the harbour towns.",
        "The duty means that 200 people will lose their work.",
        "More people were hurt in the storm than the police reported on Monday.",
    ],
)
def test_news_says_something(text: str) -> None:
    assert not says_little(text)


@given(st.text(max_size=400))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert stands_alone(text) in (True, False)
    assert not (stands_alone(text) and goes_on(text))


@pytest.mark.parametrize(
    ("text", "cut_short"),
    [
        ("The ship was met by Lt.", True),
        ("The letter was read by Gov.", True),
        ("The prize went to George W.", True),
        ("The ship left at 5 p.m.", False),
        ("The ship left the harbour.", False),
    ],
)
def test_the_point_of_a_title_ends_no_sentence(text: str, cut_short: bool) -> None:
    assert goes_on(text) is cut_short


@pytest.mark.parametrize(
    ("paragraph", "caption"),
    [
        ("FILE - Envoys arrive at the Supreme Court in Sydney on May 2. (AP Photo/Rick Rycroft, File)", True),
        ("Envoys arrive at the court in Sydney on Thursday. (Jane Doe/Harbour Ledger via AP)", True),
        ("Envoys arrive at the court. Photograph: Jane Doe/The Paper", True),
        ("Photo by Jane Doe", True),
        ("The ministry filed a complaint on Thursday, the court in Sydney said.", False),
        ("The agency (known as AFP in France) said that the ship had left. It will return on Monday.", False),
    ],
)
def test_a_caption_is_no_paragraph_of_the_article(paragraph: str, caption: bool) -> None:
    assert is_caption(paragraph) is caption


def test_an_opening_is_the_first_sentence_and_no_abbreviation_ends_it() -> None:
    text = "Ambassadors of the 27 countries of the E.U. met on Sunday in Brussels. They said little.\n\nMore."
    assert opening(text) == "Ambassadors of the 27 countries of the E.U. met on Sunday in Brussels."
    assert opening("One line only, without an end") == "One line only, without an end"
