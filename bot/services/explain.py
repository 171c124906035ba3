"""Explain: a story's page and why an article was told or not, from what is on record. Writes and asks nothing.

Decides nothing: the page is made in `domain.timeline`, and what became of an article is found in `domain.reasons`.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.addresses import canonical, shown, spellings
from bot.domain.articles import Article
from bot.domain.briefings import PastTelling, Telling, Withheld
from bot.domain.deliveries import FIRST_STORY, Delivery, DeliveryId
from bot.domain.errors import NotFoundError
from bot.domain.reasons import Edition, Facts
from bot.domain.schedules import PUBLIC, Destination, ServerId
from bot.domain.selection import standing
from bot.domain.stories import StoryId
from bot.domain.text import content_words
from bot.domain.timeline import Timeline, timeline
from bot.domain.wording import refusals
from bot.ports.outside import Clock, Workers
from bot.ports.repositories import Repositories

RECENT = timedelta(days=14)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*$|[\w-]+(?:\.[\w-]+)+/\S*$", re.IGNORECASE)
_DEADLINE = timedelta(seconds=10)
_NAMED = 0.5
"""Share of the words typed that a headline holds, from which it is the one meant."""
_EDITIONS = 10
_KEPT_FOR = timedelta(minutes=1)
"""Each letter typed into a list asks for the same; reading all briefings of two weeks anew would hold the loop."""


class Explain:
    """Answers from the record."""

    def __init__(self, repositories: Repositories, *, workers: Workers, clock: Clock) -> None:
        self._kept = repositories
        self._workers = workers
        self._clock = clock
        self._recent: dict[frozenset[Destination] | None, tuple[datetime, Sequence[PastTelling]]] = {}

    async def recent(self, places: frozenset[Destination] | None) -> Sequence[PastTelling]:
        """The newest telling of each story told in these places lately, newest first.

        None: of the stories that everyone may read, wherever they were told.
        """
        now = self._clock.now()
        known = self._recent.get(places)
        if known is None or not known[0] <= now < known[0] + _KEPT_FOR:
            self._recent = {key: kept for key, kept in self._recent.items() if kept[0] <= now < kept[0] + _KEPT_FOR}
            told = await (self._everyones(now) if places is None else self._told_in(places, now))
            known = self._recent[places] = now, told
        return known[1]

    async def _told_in(self, places: Collection[Destination], now: datetime) -> Sequence[PastTelling]:
        return await self._kept.briefings.stories_told(places, now - RECENT)

    async def _everyones(self, now: datetime) -> Sequence[PastTelling]:
        where = {each.destination for each in await self._kept.schedules.all() if each.member is None}
        told = await self._told_in(where, now)
        readable = await self._kept.seen_by(PUBLIC).stories.get({each.telling.story_id for each in told})
        return [each for each in told if each.telling.story_id in readable]

    async def story(self, name: str, places: frozenset[Destination] | None, server: ServerId = PUBLIC) -> Timeline:
        """The page of a story (see `find`). Raises NotFoundError."""
        past = await self._past(name, places, server)
        corrections = await self._kept.corrections.of_story(past[-1].telling.story_id)
        return await self._workers.run(_DEADLINE, timeline, past, corrections)

    async def find(self, name: str, places: frozenset[Destination] | None, server: ServerId = PUBLIC) -> Telling:
        """The last telling of a story by its id, or by words of a headline told in these places.

        One that rests on another server's own articles is not found by its id. Raises NotFoundError.
        """
        return (await self._past(name, places, server))[-1].telling

    async def story_of(self, delivery: DeliveryId, part: int) -> Timeline:
        """The page of the story told in a part of a delivery. Raises NotFoundError."""
        posted, telling = await self.posted(delivery, part)
        return await self.story(telling.story_id, frozenset({posted.destination}), posted.server)

    async def told(self, delivery: DeliveryId, part: int) -> Telling:
        """What is told in a part of a delivery. Raises NotFoundError."""
        return (await self.posted(delivery, part))[1]

    async def fell(self, story: StoryId) -> Mapping[str, datetime]:
        """When claims of a story (by their text) were corrected."""
        return {each.claim: each.found_at for each in await self._kept.corrections.of_story(story)}

    async def posted(self, delivery: DeliveryId, part: int) -> tuple[Delivery, Telling]:
        """A delivery, and what is told in one of its parts. Raises NotFoundError."""
        try:
            posted = await self._kept.outbox.get(delivery)
            briefing = await self._kept.briefings.get(posted.briefing)
        except NotFoundError as error:
            raise NotFoundError(refusals.NO_RECORD) from error
        tellings = dict(enumerate(briefing.tellings, FIRST_STORY))
        if part not in tellings:
            raise NotFoundError(refusals.NO_RECORD)
        return posted, tellings[part]

    async def _past(self, name: str, places: frozenset[Destination] | None, server: ServerId) -> Sequence[PastTelling]:
        story = StoryId(name)
        readable = await self._kept.seen_by(server).stories.get([story])
        is_ours = readable or await self._kept.briefings.told_in(places or (), story)
        past = await self._kept.briefings.of_story(story) if is_ours else ()
        if not past:
            words = content_words(name)
            tellings = [each.telling for each in await self.recent(places)]
            found = [each for each in tellings if words and words <= content_words(each.headline)]
            past = await self._kept.briefings.of_story(found[0].story_id) if found else ()
        if not past:
            raise NotFoundError(refusals.NO_STORY)
        return past

    async def why(self, text: str, server: ServerId, places: Collection[Destination]) -> Facts:
        """What is on record of the article at an address, or with these words in its headline, in a server's places.

        For `PUBLIC` of the articles that everyone may read.

        Raises NotFoundError for one that is not stored.
        """
        seen = self._kept.seen_by(server)
        article = await _article(seen, text.strip().strip("<>"))
        homes = await seen.stories.of_articles([article.id])
        story = (await seen.stories.get(homes.values())).get(homes[article.id]) if homes else None
        past = await self._kept.briefings.of_story(story.id) if story else ()
        feeds = await seen.feeds.all()
        outlets = {feed.url: feed.outlet for feed in feeds}
        withheld = (each for telling in past for each in telling.telling.refusals)
        return Facts(
            article=article,
            feeds=tuple(outlets.get(feed) or shown(feed) for feed in article.feeds),
            members=len(story.articles) if story else 0,
            headline=past[-1].telling.headline if past else None,
            scores=tuple((topic.name, standing(topic, article, feeds)) for topic in await seen.topics.all()),
            told=tuple(await self._kept.briefings.told_in(places, story.id)) if story else (),
            withheld=_each_once(withheld),
            edition=await self._edition(server, article, places) if server else None,
        )

    async def _edition(self, server: ServerId, article: Article, places: Collection[Destination]) -> Edition | None:
        """The first edition written for these places of the server since the article was seen."""
        found: list[Delivery] = []
        for schedule in await self._kept.schedules.all():
            if schedule.server == server:
                earlier = await self._kept.outbox.earlier(schedule.id, self._clock.now(), _EDITIONS)
                found += [each for each in earlier if each.created_at >= article.seen_at and each.destination in places]
        if not found:
            return None
        first = min(found, key=lambda delivery: delivery.created_at)
        return Edition(
            briefing=await self._kept.briefings.get(first.briefing),
            destination=first.destination,
        )


async def _article(seen: Repositories, text: str) -> Article:
    if _ADDRESS.match(text):
        addresses = spellings(canonical(text if "://" in text else f"https://{text}"))
        stored = await seen.articles.by_url(addresses) or await seen.seen_by(PUBLIC).articles.by_url(addresses)
        found = next(iter(stored.values()), None)
        if found is None:
            raise NotFoundError(refusals.ADDRESS_NOT_SEEN)
        return found
    words = content_words(text)
    hits = await seen.index.search(words, limit=20)
    stored_by_id = await seen.articles.get([hit.article for hit in hits])
    near = [(len(words & content_words(each.title)), each.published_at, each) for each in stored_by_id.values()]
    best = max(near, key=lambda each: each[:2], default=None)
    if best is None or best[0] < _NAMED * len(words):
        raise NotFoundError(refusals.NO_HEADLINE)
    return best[2]


def _each_once(withheld: Iterable[Withheld]) -> tuple[Withheld, ...]:
    return tuple(dict.fromkeys(withheld))
