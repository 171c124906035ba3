"""What kind of article a title and an address name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.genres import Genre, genre
from tests.domain.samples import article

OPINIONS = [
    "Opinion: A tax on tea is a tax on breakfast",
    "Comment: The harbour needs no second crane",
    "Editorial | The council should think again",
    "Letters: Readers on the ferry fares",
    "Column – What my grandmother knew about debt",
    "The council should think again | Opinion",
    "Kommentar: Der Hafen braucht keinen zweiten Kran",
]
EXPLAINERS = [
    "10 things about the new ferry",
    "Five key takeaways from the summit in Nuuk",
    "Seven harbour towns you should see this summer",
    "Ferry strike: what to know before the weekend",
    "The ferry strike, explained",
    "Explainer: who pays a tariff",
    "How to read a tide table",
]
REPORTS = [
    "Analysis: Why the harbour lost its ferries",
    "Comments by the minister anger the unions",
    "Letter bomb injures two in Dover",
    "Opinion polls put the Greens ahead",
    "Editorial staff walk out at the Courier",
    "Column of tanks enters the town",
    "10 dead as ferry sinks off Dover",
    "Seven stocks fall by half on Monday",
    "Minister explained ferry deal to court, documents show",
    "Ten ships told to leave the harbour",
]


@pytest.mark.parametrize("title", OPINIONS)
def test_a_title_that_says_so_is_of_an_opinion(title: str) -> None:
    assert genre(article(title)) is Genre.OPINION


@pytest.mark.parametrize("title", EXPLAINERS)
def test_lists_and_explanations_are_explainers(title: str) -> None:
    assert genre(article(title)) is Genre.EXPLAINER


@pytest.mark.parametrize("title", REPORTS)
def test_what_only_begins_like_an_opinion_or_a_list_is_a_report(title: str) -> None:
    assert genre(article(title)) is Genre.REPORT


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/opinion/2026/tea", Genre.OPINION),
        ("/world/commentisfree/tea", Genre.OPINION),
        ("/Columns/tea.html", Genre.OPINION),
        ("/world/opinion", Genre.REPORT),
        ("/world/opinion-polls/tea", Genre.REPORT),
    ],
)
def test_a_folder_of_the_address_tells_an_opinion(path: str, expected: Genre) -> None:
    assert genre(article("Tea is dear", url=f"https://courier.example{path}")) is expected


@given(st.text(max_size=200))
def test_any_title_has_a_genre(title: str) -> None:
    assert genre(article(title, url="https://courier.example/tea")) in Genre
