"""A briefing tells what is new, on its topics, best first, within its caps."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.articles import Article, Tier, article_id
from bot.domain.briefings import Told, Window
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.selection import ARTICLES_A_STORY, STORIES_A_TOPIC, Candidates, Selection, select
from bot.domain.stories import Story, StoryId
from bot.domain.topics import Topic
from tests.domain.samples import NOW, RALLY_TEXT, TARIFF_TEXT, article

TARIFFS = Topic(name="Tariffs", words=("tariff*",))
STOCKS = Topic(name="AI stocks", words=("tech gauge*", "AI stock*"))
DAY = Window(since=NOW - timedelta(hours=24), until=NOW)


def _select(
    *groups: list[Article],
    topics: tuple[Topic, ...] = (TARIFFS, STOCKS),
    feeds: tuple[Feed, ...] = (),
    told: tuple[Article, ...] = (),
    window: Window = DAY,
) -> Selection:
    stories = [
        Story(id=StoryId(f"s{n}"), articles=tuple(each.id for each in group), created_at=NOW, updated_at=NOW)
        for n, group in enumerate(groups)
    ]
    articles = {each.id: each for group in groups for each in group}
    known = Told(articles=frozenset(each.id for each in told), claims=(), at=NOW)
    heard = {story.id: known for story in stories if known.articles & set(story.articles)}
    return select(Candidates(stories=stories, articles=articles, feeds=feeds, told=heard), topics, window)


def test_stories_stand_by_topic_in_the_order_asked_for() -> None:
    selection = _select([article("Tech gauge up", RALLY_TEXT)], [article("Tariffs now", TARIFF_TEXT)])
    assert [each.topic.name for each in selection.chosen] == ["Tariffs", "AI stocks"]


def test_a_story_off_every_topic_is_not_told() -> None:
    assert _select([article("A camera for less", "It takes pictures.")]).chosen == ()


def test_a_story_that_more_voices_report_stands_first() -> None:
    lone = [article("Tariff on tea", "A tariff on tea begins.", outlet="Lone", hours_old=1)]
    shared = [
        article("Tariff on steel", "A tariff on steel begins in the spring of this year.", outlet="One"),
        article("Steel hit by tariff", "Makers of steel face a tariff, and none of them likes it.", outlet="Two"),
    ]
    assert [each.voices for each in _select(lone, shared).chosen] == [2, 1]


def test_copies_of_one_text_count_as_one_voice_and_one_stands_for_them() -> None:
    group = [article("Tariffs now", TARIFF_TEXT, outlet=name) for name in ("One", "Two", "Three")]
    (selected,) = _select(group).chosen
    assert selected.voices == len(selected.articles) == 1


def test_what_is_older_than_the_window_is_not_news() -> None:
    assert _select([article("Tariffs then", TARIFF_TEXT, hours_old=30)]).chosen == ()


def test_what_the_destination_was_told_is_told_again_only_with_news() -> None:
    first = article("Tariffs now", TARIFF_TEXT, outlet="One")
    second = article("Tariffs explained", "The tariff will be paid by importers, one of them said.", outlet="Two")
    assert _select([first], told=(first,)).chosen == ()
    assert len(_select([first, second], told=(first,)).chosen) == 1


def test_a_copy_of_what_was_told_is_no_news() -> None:
    first, copy = (article("Tariffs now", TARIFF_TEXT, outlet=name) for name in ("One", "Two"))
    assert _select([first, copy], told=(first,)).chosen == ()


def test_a_feed_serves_the_topics_named_beside_it_only() -> None:
    only_stocks = Feed(url=FeedUrl("https://ledger.example/feed"), outlet="Ledger", topics=("AI stocks",))
    group = [article("Tariffs now", TARIFF_TEXT)]
    assert _select(group, feeds=(only_stocks,)).chosen == ()
    assert len(_select(group).chosen) == 1


def test_the_caps_hold_and_say_how_many_they_left_out() -> None:
    groups = [[article(f"Tariff {n}", f"A tariff on good number {n}.", outlet=f"O{n}")] for n in range(300)]
    selection = _select(*groups)
    assert len(selection.chosen) == STORIES_A_TOPIC
    assert selection.left_out == 300 - STORIES_A_TOPIC


def test_a_story_is_written_from_a_bounded_number_of_articles_best_tier_first() -> None:
    group = [
        article(f"Tariff {n}", f"Outlet {n} writes in its own words that {'x' * n} tariff {n} comes.", outlet=f"O{n}")
        for n in range(ARTICLES_A_STORY + 3)
    ]
    group.append(article("Tariff headline", "", outlet="Late", tier=Tier.HEADLINE))
    (selected,) = _select(group).chosen
    assert len(selected.articles) == ARTICLES_A_STORY
    assert Tier.HEADLINE not in {each.tier for each in selected.articles}


def _reports(count: int, *, hours_old: float = 3, start: int = 0, **more: Any) -> list[Article]:
    return [
        article(
            f"Tariff {n}",
            f"Outlet {n} writes that {' '.join(f'{word}{n}' for word in 'one two three four five'.split())} a tariff.",
            outlet=f"O{n}",
            hours_old=hours_old + n / 100,
            **more,
        )
        for n in range(start, start + count)
    ]


def test_every_destination_is_told_a_story_from_the_same_articles() -> None:
    group = _reports(ARTICLES_A_STORY + 4)
    ever = _select(group).chosen
    again = _select(group, told=(*group[:3], group[7])).chosen
    half_a_day = Window(since=NOW - timedelta(hours=12), until=NOW)
    assert ever[0].articles == again[0].articles == _select(group, window=half_a_day).chosen[0].articles


def test_what_came_last_is_told_however_much_was_written_the_day_before() -> None:
    first_day = _reports(ARTICLES_A_STORY + 4, hours_old=30)
    latest = _reports(1, start=50, hours_old=1, tier=Tier.EXCERPT)
    (selected,) = _select(first_day + latest, told=tuple(first_day)).chosen
    assert selected.articles[0] == latest[0]


def test_a_headline_without_text_takes_no_place_of_a_text() -> None:
    texts = _reports(ARTICLES_A_STORY, hours_old=30)
    headlines = [article(f"Tariff {n}", "", outlet=f"H{n}", hours_old=1, tier=Tier.HEADLINE) for n in range(4)]
    (selected,) = _select(texts + headlines).chosen
    assert set(selected.articles) == set(texts)


def test_a_story_of_twelve_outlets_comes_before_a_curiosity_of_one() -> None:
    curiosity = [article("Tariff tariffs tariff museum of tariffs", "Tariff, tariff, tariff. " * 40, hours_old=0.1)]
    event = _reports(12, hours_old=20, tier=Tier.EXCERPT)
    assert [each.voices for each in _select(curiosity, event).chosen] == [12, 1]


def test_a_story_stays_under_the_topic_that_it_is_most_about() -> None:
    group = [
        article(f"Tariff on chips {n}", f"Report {n} says that a tariff, {n} of them, comes.", outlet=f"O{n}")
        for n in range(3)
    ]
    late = article("Tech gauge falls on tariff", "The tech gauge fell and fell again.", outlet="Late", hours_old=1)
    assert _select([*group, late], told=tuple(group)).chosen[0].topic == TARIFFS


def test_an_opinion_is_told_only_where_there_is_room_behind_the_reports() -> None:
    opinion = _reports(2, hours_old=0.1)
    opinion = [replace(each, title=f"Opinion: {each.title}", id=article_id(each.id)) for each in opinion]
    reports = [[each] for each in _reports(STORIES_A_TOPIC - 1, hours_old=20, start=10)]
    assert [each.story.id for each in _select(opinion, *reports).chosen][-1] == "s0"
    full = [[each] for each in _reports(STORIES_A_TOPIC, hours_old=20, start=10)]
    assert "s0" in _select(opinion, *full).crowded_out


def test_an_opinion_with_news_of_a_report_stands_among_the_reports() -> None:
    group = _reports(2, hours_old=1)
    mixed = [replace(group[0], title="Comment: Tariffs are silly"), group[1]]
    lone = _reports(1, hours_old=20, start=10)
    assert [each.story.id for each in _select(lone, mixed).chosen] == ["s1", "s0"]


def test_in_a_story_reports_come_before_explainers_and_an_opinion_comes_last() -> None:
    opinion, explainer, report = _reports(3, hours_old=1)
    opinion = replace(opinion, title="Opinion: A tariff is a tax")
    explainer = replace(explainer, title="Five things about the tariff")
    untold = article("Tariff now", "", outlet="Late", tier=Tier.HEADLINE)
    (selected,) = _select([opinion, explainer, report, untold]).chosen
    assert selected.articles == (report, explainer, untold, opinion)
