"""Selection: which stories a briefing tells, and under which topic.

Standard library only, no I/O. Pure and CPU-bound: services run `select` in a worker.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.articles import Article, ArticleId
from bot.domain.briefings import Window
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.stories import Story, StoryId, voices
from bot.domain.topics import ON_TOPIC, Topic, relevance

STORIES_A_BRIEFING = 12
STORIES_A_TOPIC = 5
ARTICLES_A_STORY = 6
MEMBERS_COMPARED = 60
"""Of a story with more articles the latest to join are looked at; comparing all with all would take minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A story to tell: `articles` best first, one a voice; `voices` counts the independent ones among all of them."""

    story: Story
    topic: Topic
    articles: tuple[Article, ...]
    voices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Stories in the order of a briefing: by topic as asked for, then by rank. `left_out` did not fit the caps."""

    chosen: tuple[Selected, ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What a briefing may tell: the stories with all their stored articles, and what the destination was told."""

    stories: Sequence[Story]
    articles: Mapping[ArticleId, Article]
    feeds: Sequence[Feed]
    told: Mapping[StoryId, frozenset[ArticleId]]


def select(candidates: Candidates, topics: Sequence[Topic], window: Window) -> Selection:
    """The stories with news in `window` on one of `topics`, best first, within the caps.

    News is an article published in the window that the destination was not told, nor a copy of it. Each story is
    told once, under the topic it is most about.
    """
    serves = {feed.url: frozenset(name.casefold() for name in feed.topics) for feed in candidates.feeds}
    ranked: list[tuple[float, Selected]] = []
    for story in candidates.stories:
        known = candidates.told.get(story.id, frozenset())
        members = [candidates.articles[each] for each in story.articles if each in candidates.articles]
        members = members[-MEMBERS_COMPARED:]
        news = _news(members, known, window)
        topic, score = _topic(news, topics, serves)
        if topic is not None:
            selected = _selected(story, topic, members, news)
            ranked.append((_rank(selected, news, score, window), selected))
    ranked.sort(key=lambda pair: (-pair[0], pair[1].story.id))
    return _capped([selected for _, selected in ranked], topics)


def _news(members: Sequence[Article], known: frozenset[ArticleId], window: Window) -> list[Article]:
    """Articles of the window that were not told; a copy of one that was told is not news either."""
    heard = voices(members) if known else ()
    told = {each.id for voice in heard if any(each.id in known for each in voice) for each in voice}
    return [each for each in members if each.published_at in window and each.id not in told]


def _topic(
    news: Sequence[Article], topics: Sequence[Topic], serves: Mapping[FeedUrl, frozenset[str]]
) -> tuple[Topic | None, float]:
    """The topic that the news is most about, by the mean over its articles; None where it is on none of them."""
    best: Topic | None = None
    best_score = 0.0
    for topic in topics:
        scores = [relevance(topic, each) if _served(topic, each, serves) else 0.0 for each in news]
        score = sum(scores) / len(scores) if scores else 0.0
        if score >= ON_TOPIC and score > best_score:
            best, best_score = topic, score
    return best, best_score


def _served(topic: Topic, article: Article, serves: Mapping[FeedUrl, frozenset[str]]) -> bool:
    """A feed serves the topics named beside it, all of them if none is named; so does one no longer followed."""
    names = [serves.get(feed, frozenset()) for feed in article.feeds]
    return not names or any(not each or topic.name.casefold() in each for each in names)


def _selected(story: Story, topic: Topic, members: Sequence[Article], news: Sequence[Article]) -> Selected:
    fresh = {each.id for each in news}
    best_first = sorted(
        members,
        key=lambda each: (
            each.tier.rank,
            each.id not in fresh,
            -relevance(topic, each),
            -each.published_at.timestamp(),
        ),
    )
    heard = voices(best_first)
    # Of near-copies the one that came first stands for all: most likely it is the text that the others print.
    articles = tuple(
        min(voice, key=lambda each: (each.tier.rank, each.published_at)) for voice in heard[:ARTICLES_A_STORY]
    )
    return Selected(story=story, topic=topic, articles=articles, voices=len(heard))


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
    return Selection(chosen=tuple(chosen), left_out=len(ranked) - len(chosen))
