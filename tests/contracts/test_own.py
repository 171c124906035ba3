"""What one server has and may read, beside what everyone has: the contract of `Repositories.seen_by`."""

from dataclasses import replace

import pytest

from bot.domain.articles import article_id
from bot.domain.errors import NotFoundError
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.schedules import ServerId
from bot.domain.stories import Story, StoryId
from bot.domain.topics import Topic
from bot.ports.repositories import Repositories
from tests.contracts.samples import DAY, FEED, HOUR, NOW, article, filed

OURS, THEIRS = ServerId("discord:1"), ServerId("discord:2")
TARIFFS = Topic(name="Tariffs", words=("tariff*",))
GREENLAND = Topic(name="Greenland", words=("greenland",))
PUBLIC_ARTICLE = article("public", "Duties on steel.")
OWN_ARTICLE = replace(article("public", "Duties on copper."), server=OURS)
OWN = replace(OWN_ARTICLE, id=article_id(OWN_ARTICLE.url, OURS), feeds=(FEED,), version=1)


async def test_a_server_has_everyones_topics_and_its_own_in_their_place(folder: Repositories) -> None:
    await folder.topics.put(TARIFFS, GREENLAND)
    ours = folder.seen_by(OURS)
    await ours.topics.put(replace(TARIFFS, name="TARIFFS", words=("levy",)), Topic(name="Chess", words=("chess",)))
    assert [topic.name for topic in await ours.topics.all()] == ["TARIFFS", "Greenland", "Chess"]
    assert (await ours.topics.get("tariffs")).words == ("levy",)
    assert await folder.topics.all() == (TARIFFS, GREENLAND)
    assert await folder.seen_by(THEIRS).topics.all() == (TARIFFS, GREENLAND)


async def test_what_everyone_has_is_hidden_from_the_server_that_removes_it_alone(folder: Repositories) -> None:
    await folder.topics.put(TARIFFS, GREENLAND)
    ours = folder.seen_by(OURS)
    await ours.topics.put(replace(TARIFFS, words=("levy",)))
    await ours.topics.remove("tariffs")
    assert await ours.topics.all() == (GREENLAND,)
    with pytest.raises(NotFoundError, match="topic “Tariffs”"):
        await ours.topics.remove("Tariffs")
    assert await folder.topics.get("Tariffs") == TARIFFS
    await ours.topics.put(TARIFFS)
    assert {topic.name for topic in await ours.topics.all()} == {"Tariffs", "Greenland"}


async def test_a_servers_own_feed_is_nobody_elses_and_gone_when_it_is_removed(folder: Repositories) -> None:
    feed = Feed(url=FeedUrl("https://own.example/feed"), outlet="Own")
    ours = folder.seen_by(OURS)
    await ours.feeds.put(feed)
    assert await ours.feeds.all() == (replace(feed, server=OURS),)
    assert await folder.feeds.all() == await folder.seen_by(THEIRS).feeds.all() == ()
    with pytest.raises(NotFoundError):
        await folder.seen_by(THEIRS).feeds.remove(feed.url)
    await ours.feeds.remove(feed.url)
    assert await folder.all_feeds.all() == ()


async def test_one_address_stands_once_for_each_who_may_read_it(folder: Repositories) -> None:
    assert await folder.articles.store([filed(PUBLIC_ARTICLE), filed(OWN)]) == 2
    ours = folder.seen_by(OURS)
    assert await ours.articles.by_url([OWN.url]) == {OWN.url: OWN}
    assert (await folder.articles.by_url([OWN.url]))[OWN.url].id == PUBLIC_ARTICLE.id
    assert await folder.seen_by(THEIRS).articles.by_url([OWN.url]) == {}
    entry = filed(OWN).entry
    assert await ours.articles.known_entries({FEED: [entry]}) == {FEED: {entry: OWN.id}}
    assert await folder.articles.known_entries({FEED: [entry]}) == {FEED: {entry: PUBLIC_ARTICLE.id}}


async def test_only_its_server_finds_what_is_its_own(folder: Repositories) -> None:
    await folder.articles.store([filed(PUBLIC_ARTICLE), filed(OWN)])

    async def found(server: ServerId) -> tuple[set[str], set[str], set[str]]:
        seen = folder.seen_by(server)
        published = {each.id for each in await seen.articles.published(NOW - DAY, NOW + DAY)}
        hits = {hit.article for hit in await seen.index.search(["duties"])}
        return published, hits, {lead.id for lead in await seen.articles.leads(NOW - DAY)}

    assert await found(OURS) == ({OWN.id, PUBLIC_ARTICLE.id}, {OWN.id, PUBLIC_ARTICLE.id}, {OWN.id})
    assert await found(THEIRS) == ({PUBLIC_ARTICLE.id}, {PUBLIC_ARTICLE.id}, set())


async def test_stories_of_a_servers_own_articles_are_its_own(folder: Repositories) -> None:
    public = Story(id=StoryId("s1"), articles=(PUBLIC_ARTICLE.id,), created_at=NOW, updated_at=NOW)
    own = Story(id=StoryId("s2"), articles=(OWN.id,), created_at=NOW, updated_at=NOW, server=OURS)
    await folder.stories.put([public, own])
    ours, theirs = folder.seen_by(OURS).stories, folder.seen_by(THEIRS).stories
    assert await ours.recent(NOW - HOUR) == [own]
    assert await folder.stories.recent(NOW - HOUR) == [public]
    both, members = [public.id, own.id], [PUBLIC_ARTICLE.id, OWN.id]
    assert set(await ours.get(both)) == {public.id, own.id}
    assert set(await theirs.get(both)) == {public.id}
    assert await ours.of_articles(members) == {PUBLIC_ARTICLE.id: public.id, OWN.id: own.id}
    assert await theirs.of_articles(members) == {PUBLIC_ARTICLE.id: public.id}
