"""Articles about one event become one story; near-copies are one voice."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import Article
from bot.domain.stories import Story, grow, voices
from tests.domain.samples import NOW, RALLY_TEXT, TARIFF_TEXT, article

TARIFF_A = article("Trump puts 10% tariff on UK goods", TARIFF_TEXT, outlet="Ledger")
TARIFF_B = article(
    "Britain hit by US tariff of 10% over Greenland",
    "A tariff of 10% on goods from the United Kingdom starts on February 1, Donald Trump announced, "
    "until Denmark agrees over Greenland.",
    outlet="Post",
    hours_old=2,
)
RALLY = article("Chinese tech gauge up 13 per cent", RALLY_TEXT, outlet="Gazette")


def test_one_event_in_two_outlets_is_one_story() -> None:
    stories = grow([], [each.lead for each in (TARIFF_A, RALLY, TARIFF_B)], NOW)
    assert sorted(len(story.articles) for story in stories) == [1, 2]


def test_a_later_article_joins_the_story_that_stands_and_its_id_stays() -> None:
    first = grow([], [TARIFF_A.lead, RALLY.lead], NOW)
    later = NOW + timedelta(hours=1)
    changed = grow(first, [each.lead for each in (TARIFF_A, RALLY, TARIFF_B)], later)
    (story,) = changed
    assert story.id in {each.id for each in first}
    assert story.articles == (TARIFF_A.id, TARIFF_B.id)
    assert (story.created_at, story.updated_at) == (NOW, later)


def test_growing_again_with_nothing_new_changes_nothing() -> None:
    leads = [each.lead for each in (TARIFF_A, RALLY, TARIFF_B)]
    assert grow(grow([], leads, NOW), leads, NOW) == ()


def test_the_order_in_which_articles_are_given_does_not_matter() -> None:
    leads = [each.lead for each in (TARIFF_A, RALLY, TARIFF_B)]
    assert grow([], leads, NOW) == grow([], leads[::-1], NOW)


def test_a_story_that_was_quiet_for_days_takes_no_new_member() -> None:
    old = article("Trump puts 10% tariff on UK goods", TARIFF_TEXT, outlet="Archive", hours_old=24 * 5)
    assert len(grow([], [old.lead, TARIFF_B.lead], NOW)) == 2


def test_an_article_without_words_is_a_story_of_its_own() -> None:
    assert len(grow([], [article("—", outlet="A").lead, article("…", outlet="B").lead], NOW)) == 2


# As many events on three topics, each reported by one headline.
HEADLINES = """Trump announces new tariffs on Canadian steel
EU prepares countermeasures against US tariffs
Tariffs on Chinese electric cars take effect
US retailers warn tariffs will raise toy prices
India cuts tariffs on American whiskey
Brazil offers deal to avert US tariffs on coffee
White House delays tariffs on furniture
Trump threatens 100% tariff on foreign films
Trump threatens tariffs over Greenland
Fed's Powell says tariffs are lifting inflation
Greenland elects new prime minister
Greenland opens airport in Ilulissat
Greenland mine gets US loan
Vance visits base in Greenland
Danish king tours Greenland
Protest in Nuuk over Trump's Greenland plan
Nvidia shares slide on AI bubble fears
AI stocks rally on OpenAI deal
AMD shares jump on AI forecast
Oracle shares soar on AI cloud contracts
CoreWeave shares sink after AI delay""".splitlines()

# Three headlines each on three events.
REPORTED = """Supreme Court strikes down Trump's global tariffs
Trump's global tariffs are illegal, Supreme Court rules
US Supreme Court rules against Trump tariffs
Nvidia becomes first $5 trillion company
Nvidia hits $5 trillion market value, a first
NVIDIA IS WORLD'S FIRST $5 TRILLION COMPANY
Vance visits base in Greenland
JD Vance Lands at Pituffik Base in Greenland
Vance tours US space base in Greenland""".splitlines()


def _headlines(titles: Sequence[str]) -> list[Article]:
    return [article(title, outlet=f"O{n}") for n, title in enumerate(titles)]


def _grown(articles: Sequence[Article], stories: Sequence[Story] = ()) -> tuple[Story, ...]:
    return grow(stories, [each.lead for each in articles], NOW)


def test_headlines_on_one_topic_do_not_collapse_into_one_story() -> None:
    sizes = sorted(len(story.articles) for story in _grown(_headlines(HEADLINES)))
    assert sizes[-1] <= 2  # "Trump threatens a tariff" may stand in two
    assert len(sizes) >= len(HEADLINES) - 1


def test_headlines_on_one_event_are_one_story() -> None:
    articles = _headlines(REPORTED)
    events = {frozenset(each.id for each in articles[start : start + 3]) for start in (0, 3, 6)}
    assert {frozenset(story.articles) for story in _grown(articles)} == events


QUAKES = [
    (
        f"Earthquake of magnitude {size} strikes {place}",
        f"An earthquake of magnitude {size} struck off the coast of {place} on {day}, the geological survey said. "
        f"Officials in {place} said that {dead} people were killed and that buildings collapsed. A tsunami warning "
        f"was lifted after two hours, {name} said.",
    )
    for size, place, day, dead, name in (
        (6.1, "Aceh", "Tuesday", 35, "Sutopo Nugroho"),
        (7.6, "Samar", "Friday", 4, "Renato Solidum"),
    )
]


def test_two_events_of_one_kind_are_told_apart_by_names_and_figures() -> None:
    groups = [[article(title, text, outlet=f"{title[-4:]} {n}") for n in range(3)] for title, text in QUAKES]
    assert sorted(len(story.articles) for story in _grown([*groups[0], *groups[1]])) == [3, 3]


@given(st.lists(st.sampled_from([*HEADLINES, *REPORTED, "—", ""]), max_size=12), st.integers(0, 12))
def test_every_article_is_in_one_story_and_none_ever_leaves(titles: list[str], known: int) -> None:
    articles = _headlines(titles)
    before = _grown(articles[:known])
    after = {story.id: story for story in (*before, *_grown(articles, before))}
    members = [each for story in after.values() for each in story.articles]
    assert sorted(members) == sorted(each.id for each in articles)
    assert all(after[story.id].articles[: len(story.articles)] == story.articles for story in before)


@pytest.mark.parametrize("site", "abcdef")  # ids are hashes of addresses, and decide which article is looked at first
def test_an_article_put_alone_at_first_joins_the_story_that_comes_up_after_it(site: str) -> None:
    texts = [
        "Envoys of Denmark met in Nuuk. They spoke about ships and about cold.",
        "Envoys of Denmark met in Nuuk with the senator Amaya Ruiz, who spoke about bases, radar and the harbour.",
        "The senator Amaya Ruiz spoke about bases and radar; the harbour of Nuuk would be deepened, Ruiz said.",
    ]
    articles = [article(f"Report {n}", text, outlet=f"{site}{n}") for n, text in enumerate(texts)]
    assert len(_grown(articles)) == 1


SENTENCES = [
    f"In part {number} of the {place} report the ministry named {count} ships that had brought {thing} there in spring."
    for number, (place, count, thing) in enumerate(
        [
            ("Nuuk", 14, "timber"),
            ("Thule", 3, "fuel and spare parts"),
            ("Esbjerg", 27, "cement for the new quay"),
            ("Odense", 8, "steel from two mills"),
            ("Skagen", 61, "fish meal"),
            ("Aarhus", 5, "turbines made to order"),
            ("Ribe", 9, "salt"),
            ("Vejle", 12, "glass and paper"),
        ]
    )
]
OWN = [f"Our correspondent {name} walked along the quay and saw {thing}." for name, thing in (
    ("Ida Holm", "no ship at all"), ("Jon Berg", "two tugs, one of them idle"), ("Ane Lund", "a crane being painted"),
)]  # fmt: skip
AGENCY = "\n\n".join(SENTENCES)


@pytest.mark.parametrize(
    "copy",
    [
        AGENCY + "\n\nAdditional reporting by our staff.",
        "COPENHAGEN, Denmark (AP) — " + AGENCY,
        "\n\n".join(SENTENCES[:3]),
        "\n\n".join([*SENTENCES[:2], OWN[0], *SENTENCES[2:5], OWN[1], *SENTENCES[5:], OWN[2]]),
        AGENCY.upper().replace("-", "–"),
        AGENCY.replace("the ministry", "the transport ministry"),
    ],
    ids=["staff added", "dateline", "cut after three paragraphs", "paragraphs inserted", "typography", "one word more"],
)
def test_an_agency_text_in_two_papers_is_one_voice(copy: str) -> None:
    first, second = article("Ships named", AGENCY, outlet="Agency"), article("What came", copy, outlet="Copyist")
    assert [len(voice) for voice in voices([first, RALLY, second])] == [2, 1]


def test_a_report_that_quotes_one_paragraph_of_another_is_a_voice_of_its_own() -> None:
    quoting = article("On the quay", "\n\n".join([*OWN, SENTENCES[0]]), outlet="Own")
    assert len(voices([article("Ships named", AGENCY, outlet="Agency"), quoting])) == 2


def test_two_articles_without_text_are_two_voices() -> None:
    assert len(voices([article("One", outlet="A"), article("One", outlet="B")])) == 2
