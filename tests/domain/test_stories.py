"""Articles about one event become one story; near-copies are one voice."""

from datetime import timedelta

from bot.domain.stories import grow, voices
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


def test_an_agency_text_in_two_papers_is_one_voice() -> None:
    copy = article("Another title", TARIFF_TEXT + "\n\nAdditional reporting by our staff.", outlet="Copyist")
    assert [len(voice) for voice in voices([TARIFF_A, RALLY, copy])] == [2, 1]


def test_two_articles_without_text_are_two_voices() -> None:
    assert len(voices([article("One", outlet="A"), article("One", outlet="B")])) == 2
