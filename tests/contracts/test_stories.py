"""The contract of Stories."""

from bot.domain.articles import ArticleId
from bot.domain.stories import StoryId
from bot.ports.repositories import Repositories
from tests.contracts.samples import DAY, HOUR, NOW, story

A, B, C = ArticleId("a1"), ArticleId("a2"), ArticleId("a3")


async def test_stories_come_back_with_their_articles_in_the_order_of_joining(folder: Repositories) -> None:
    one = story("one", C, A, B)
    await folder.stories.put([one])
    assert await folder.stories.get([one.id, StoryId("unknown")]) == {one.id: one}


async def test_a_grown_story_replaces_the_earlier_one(folder: Repositories) -> None:
    await folder.stories.put([story("one", A)])
    grown = story("one", A, B, updated=NOW + HOUR)
    await folder.stories.put([grown])
    assert await folder.stories.get([grown.id]) == {grown.id: grown}


async def test_recent_stories_come_oldest_first(folder: Repositories) -> None:
    old, new, newest = (story(str(age), ArticleId(f"a{age}"), updated=NOW - age * DAY) for age in (3, 2, 1))
    await folder.stories.put([newest, old, new])
    assert await folder.stories.recent(NOW - 2 * DAY) == [new, newest]


async def test_articles_lead_to_their_story(folder: Repositories) -> None:
    await folder.stories.put([story("one", A, B), story("two", C)])
    assert await folder.stories.of_articles([A, C, ArticleId("a9")]) == {A: "one", C: "two"}


async def test_an_article_put_in_two_stories_leads_to_the_one_updated_last(folder: Repositories) -> None:
    await folder.stories.put([story("one", A, updated=NOW + HOUR), story("two", A)])
    assert await folder.stories.of_articles([A]) == {A: "one"}


async def test_putting_nothing_changes_nothing(folder: Repositories) -> None:
    await folder.stories.put([])
    assert await folder.stories.recent(NOW - DAY) == []
