"""Selection: which stories a briefing tells, and under which topic.

Standard library only, no I/O. Pure and CPU-bound: services run `select` in a worker.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.articles import Article, ArticleId, Tier
from bot.domain.briefings import Told, Window
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.genres import Genre, genre
from bot.domain.stories import Story, StoryId, voices
from bot.domain.topics import ON_TOPIC, Topic, relevance

STORIES_A_BRIEFING = 12
STORIES_A_TOPIC = 5
ARTICLES_A_STORY = 6
MEMBERS_COMPARED = 60
"""Of a story with more articles the latest to join are looked at; comparing all with all would take minutes."""
LATE = timedelta(hours=12)
"""How long before its window an article may have been published and still be told, where what was told is known."""
_DAY = timedelta(days=1)
_Worth = tuple[bool, bool, Genre, int, int, timedelta, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A story to tell: `articles` best first, one a voice; `voices` counts the independent ones among all of them.

    `articles` depend on story and topic alone, not on who is told when, so that every place shares one telling.
    """

    story: Story
    topic: Topic
    articles: tuple[Article, ...]
    voices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Stories in the order of a briefing: by topic as asked for, then by rank.

    `left_out` did not fit the caps, `crowded_out` are they.
    """

    chosen: tuple[Selected, ...]
    left_out: int
    crowded_out: frozenset[StoryId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What a briefing may tell: the stories with all their stored articles, and what the destination was told."""

    stories: Sequence[Story]
    articles: Mapping[ArticleId, Article]
    feeds: Sequence[Feed]
    told: Mapping[StoryId, Told]


def select(candidates: Candidates, topics: Sequence[Topic], window: Window) -> Selection:
    """The stories with news in `window` on one of `topics`, best first, within the caps.

    News is an article published in the window that the destination was not told, nor a copy of it. Each story is
    told once, under the topic it is most about. What is only explained or argued comes behind all that is reported.
    """
    serves = _serving(candidates.feeds)
    ranked: list[tuple[Genre, float, Selected]] = []
    for story in candidates.stories:
        told = candidates.told.get(story.id)
        known = told.articles if told else frozenset[ArticleId]()
        members = [candidates.articles[each] for each in story.articles if each in candidates.articles]
        members = members[-MEMBERS_COMPARED:]
        news = _news(members, known, window)
        topic, score = _topic(news, members, topics, serves)
        if topic is not None:
            selected = _selected(story, topic, members)
            ranked.append((min(map(genre, news)), -_rank(selected, news, score, window), selected))
    ranked.sort(key=lambda each: (each[0], each[1], each[2].story.id))
    return _capped([selected for _, _, selected in ranked], topics)


def standing(topic: Topic, article: Article, feeds: Sequence[Feed]) -> float:
    """How much an article counts on a topic (see `relevance`): nothing where its feeds serve others."""
    return relevance(topic, article) if _served(topic, article, _serving(feeds)) else 0.0


def serves(feed: Feed, topic: Topic) -> bool:
    """Whether what a feed brings may be on a topic."""
    named = {name.casefold() for name in feed.topics}
    return (not topic.feeds or feed.url in topic.feeds) and (not named or topic.name.casefold() in named)


def _serving(feeds: Sequence[Feed]) -> dict[FeedUrl, frozenset[str]]:
    """The topics that each feed serves."""
    return {feed.url: frozenset(name.casefold() for name in feed.topics) for feed in feeds}


def _news(members: Sequence[Article], known: frozenset[ArticleId], window: Window) -> list[Article]:
    """Articles of the window that were not told; a copy of one that was told is not news either."""
    heard = voices(members) if known else ()
    told = {each.id for voice in heard if any(each.id in known for each in voice) for each in voice}
    return [each for each in members if each.published_at in window and each.id not in told]


def _topic(
    news: Sequence[Article],
    members: Sequence[Article],
    topics: Sequence[Topic],
    serves: Mapping[FeedUrl, frozenset[str]],
) -> tuple[Topic | None, float]:
    """The topic that the news is on and all of the story most, with the news' own score; None where it is on none."""
    scores = [(_mean_relevance(topic, news, serves), topic) for topic in topics]
    fitting = [(score, topic) for score, topic in scores if score >= ON_TOPIC]
    if not fitting:
        return None, 0.0
    score, topic = max(fitting, key=lambda pair: _mean_relevance(pair[1], members, serves))
    return topic, score


def _mean_relevance(topic: Topic, articles: Sequence[Article], serves: Mapping[FeedUrl, frozenset[str]]) -> float:
    scores = [relevance(topic, each) if _served(topic, each, serves) else 0.0 for each in articles]
    return sum(scores) / len(scores) if scores else 0.0


def _served(topic: Topic, article: Article, serves: Mapping[FeedUrl, frozenset[str]]) -> bool:
    """A feed serves the topics named beside it, all of them if none is named; so does one no longer followed.

    A topic that names feeds is served by them alone.
    """
    if topic.feeds and not set(topic.feeds) & set(article.feeds):
        return False
    names = [serves.get(feed, frozenset()) for feed in article.feeds]
    return not names or any(not each or topic.name.casefold() in each for each in names)


def _selected(story: Story, topic: Topic, members: Sequence[Article]) -> Selected:
    best_first = sorted(members, key=_worth(max(each.published_at for each in members)))
    heard = voices(best_first)
    # Of near-copies the one that came first stands for all: most likely it is the text that the others print.
    articles = tuple(
        min(voice, key=lambda each: (each.tier.rank, genre(each), each.published_at, each.id))
        for voice in heard[:ARTICLES_A_STORY]
    )
    return Selected(story=story, topic=topic, articles=articles, voices=len(heard))


def _worth(newest: datetime) -> Callable[[Article], _Worth]:
    """Best first: no opinion, with text, a report, of the last day (what is new is told), of best tier, the latest."""

    def key(article: Article) -> _Worth:
        kind = genre(article)
        return (
            kind is Genre.OPINION,
            article.tier is Tier.HEADLINE,
            kind,
            (newest - article.published_at) // _DAY,
            article.tier.rank,
            newest - article.published_at,
            article.id,
        )

    return key


def _rank(selected: Selected, news: Sequence[Article], score: float, window: Window) -> float:
    """Independent voices weigh most, then how much is known, then how much it is on the topic, then freshness."""
    newest = max(each.published_at for each in news)
    fresh = (newest - window.since) / (window.until - window.since)
    known = 1.0 - min(each.tier.rank for each in news) / 3
    return 2 * math.log2(1 + selected.voices) + known + math.log2(1 + score) / 4 + fresh


def _capped(ranked: Sequence[Selected], topics: Sequence[Topic]) -> Selection:
    count: Counter[str] = Counter()
    chosen: list[Selected] = []
    for selected in ranked:
        if len(chosen) < STORIES_A_BRIEFING and count[selected.topic.name] < STORIES_A_TOPIC:
            chosen.append(selected)
            count[selected.topic.name] += 1
    order = [topic.name for topic in topics]
    chosen.sort(key=lambda each: order.index(each.topic.name))
    crowded_out = frozenset(each.story.id for each in ranked) - {each.story.id for each in chosen}
    return Selection(chosen=tuple(chosen), left_out=len(crowded_out), crowded_out=crowded_out)
