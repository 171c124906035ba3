"""Compose: from what is stored to a briefing. Posts nothing, decides nothing.

    articles of the window -> their stories -> selection -> tellings, the same for everyone -> what is new of them here

A story is written once, however many servers are told of it; what a place was told before is left out by code.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.articles import Article, ArticleId
from bot.domain.briefings import Briefing, BriefingId, Counts, Engine, Telling, Told, Window
from bot.domain.corrections import front_notes
from bot.domain.drafts import StoryTask
from bot.domain.errors import NotFoundError
from bot.domain.feeds import FailedFeed
from bot.domain.retelling import retell
from bot.domain.schedules import PUBLIC, Destination, MemberId, Schedule, ServerId
from bot.domain.selection import LATE, Candidates, Selection, select
from bot.domain.stories import StoryId, is_quiet
from bot.domain.topics import Topic, named
from bot.domain.wording import posts as wording
from bot.ports.outside import Clock, Verifier, Workers, Writer
from bot.ports.repositories import Repositories
from bot.services.checking import Checking
from bot.services.gather import wanted_articles
from bot.services.tell import Progress, Tell

_DEADLINE = timedelta(seconds=30)
_MEMORY = timedelta(days=14)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What a briefing is to tell: of the `story` alone, if one is named; to a `destination` what is new there.

    A place that remembers is told what was published before its window too, since `earliest`.
    """

    topics: Sequence[Topic]
    window: Window
    destination: Destination | None
    server: ServerId
    story: StoryId | None = None
    earliest: datetime | None = None

    @property
    def reach(self) -> Window:
        """When news may have been published."""
        if self.destination is None:
            return self.window
        late = self.window.since - LATE
        return Window(since=max(self.earliest or late, late), until=self.window.until)


class Compose:
    """Writes briefings. `fallback` writes what `writer` cannot; it must not fail for want of a model."""

    def __init__(
        self,
        repositories: Repositories,
        *,
        writer: Writer,
        fallback: Writer,
        workers: Workers,
        clock: Clock,
        verifier: Verifier | None = None,
    ) -> None:
        self._kept = repositories
        self._writer = writer
        self._fallback = fallback
        self._workers = workers
        self._clock = clock
        checking = Checking(workers, verifier)
        self._tell = Tell(repositories.briefings, writer=writer, fallback=fallback, checking=checking)

    async def brief(
        self,
        topics: Sequence[str],
        window: Window,
        destination: Destination | None = None,
        *,
        server: ServerId = PUBLIC,
        without: Collection[str] = (),
        progress: Progress | None = None,
    ) -> Briefing:
        """Writes and stores a briefing on `topics` (none: all but those `without`), from what `server` may read.

        With a `destination`, what it was told before is left out. `progress` hears (stories done, stories in all).
        Raises InputError for an unknown topic, StorageError.
        """
        wanted = await _topics(self._kept.seen_by(server), topics, () if topics else without)
        order = _Order(topics=wanted, window=window, destination=destination, server=server)
        return await self._write(order, progress)

    async def edition(self, schedule: Schedule, window: Window, progress: Progress | None = None) -> Briefing:
        """The briefing that a schedule asks for, without the topics that its member muted.

        Of a story it tells what was published since it was followed, and is the last when nothing more can come. Raises
        what `brief` raises.
        """
        muted = await self._muted(schedule.member) if schedule.member else ()
        order = _Order(
            topics=await _topics(self._kept.seen_by(schedule.server), schedule.topics, muted),
            window=window,
            destination=schedule.destination,
            server=schedule.server,
            story=StoryId(schedule.story) if schedule.story else None,
            earliest=schedule.created_at if schedule.story else None,
        )
        return await self._write(order, progress)

    async def _muted(self, member: MemberId) -> tuple[str, ...]:
        try:
            return (await self._kept.members.get(member)).muted
        except NotFoundError:
            return ()

    async def _write(self, order: _Order, progress: Progress | None) -> Briefing:
        seen = self._kept.seen_by(order.server)
        candidates, in_window = await self._candidates(seen, order)
        selection = await self._workers.run(_DEADLINE, select, candidates, order.topics, order.reach)
        tellings, has_news = await self._told_anew(selection, candidates, progress)
        told = (article for selected in selection.chosen for article in selected.articles)
        is_last = order.story is not None and await self._is_over(seen, order.story)
        briefing = Briefing(
            id=BriefingId("b" + secrets.token_hex(5)),
            created_at=self._clock.now(),
            window=order.window,
            topics=tuple(topic.name for topic in order.topics),
            engine=self._engine(tellings),
            counts=_counts({each.id: each for each in (*in_window, *told)}, tellings, selection.left_out),
            tellings=tellings,
            failed_feeds=await _failed_feeds(seen),
            notes=(
                *([wording.STORY_OVER] if is_last else []),
                *await self._corrected(order),
                *_notes(tellings, selection.left_out),
            ),
            unchanged=tuple(_unchanged(candidates.told, order.topics, has_news)),
            is_last=is_last,
        )
        await self._kept.briefings.put(briefing)
        log.info("briefing_written", briefing=briefing.id, stories=[each.story_id for each in tellings])
        return briefing

    async def _is_over(self, seen: Repositories, story: StoryId) -> bool:
        """Whether no news of a story can come any more."""
        found = await seen.stories.get([story])
        return not found or is_quiet(found[story], self._clock.now())

    async def _told_anew(
        self, selection: Selection, candidates: Candidates, progress: Progress | None
    ) -> tuple[tuple[Telling, ...], dict[StoryId, bool]]:
        """What is new of the selected stories, and of each story that was looked at whether it has news."""
        written = await self._tell.all(selection.chosen, progress)
        known = {each.story_id: candidates.told[each.story_id] for each in written if each.story_id in candidates.told}
        left = await self._workers.run(_DEADLINE, retell, written, known)
        has_news = {each.story.id: bool(telling) for each, telling in zip(selection.chosen, left, strict=True)}
        return tuple(telling for telling in left if telling), has_news | dict.fromkeys(selection.crowded_out, True)

    def _engine(self, tellings: Sequence[Telling]) -> Engine:
        """Who wrote: the writer, unless the fallback had to tell all that was told in claims."""
        writer, fallback = self._writer.engine(StoryTask), self._fallback.engine(StoryTask)
        wrote = {telling.engine.name for telling in tellings if telling.claims}
        return fallback if wrote == {fallback.name} else writer

    async def _candidates(self, seen: Repositories, order: _Order) -> tuple[Candidates, tuple[Article, ...]]:
        window, only = order.window, order.story
        told = await self._told(order.destination, window.until - _MEMORY) if order.destination else {}
        recent = await seen.articles.published(min(order.reach.since, window.since), window.until)
        homes = await seen.stories.of_articles([each.id for each in recent])
        stories = await seen.stories.get({home for home in homes.values() if only in (None, home)})
        members = {article for story in stories.values() for article in story.articles}
        articles = await wanted_articles(seen, await seen.articles.get(members))
        in_window = tuple(each for each in recent if each.published_at in window and each.id in articles)
        candidates = Candidates(
            stories=list(stories.values()),
            articles=articles,
            feeds=await seen.feeds.all(),
            told={story: each for story, each in told.items() if only in (None, story)},
        )
        return candidates, in_window

    async def _told(self, destination: Destination, since: datetime) -> Mapping[StoryId, Told]:
        told = await self._kept.briefings.told(destination, since)
        struck = frozenset(each.claim for each in await self._kept.corrections.made(destination, since))
        return {story: replace(each, struck=struck) for story, each in told.items()}

    async def _corrected(self, order: _Order) -> tuple[str, ...]:
        """What the front says of posts there that were corrected since the window began."""
        if order.destination is None:
            return ()
        made = await self._kept.corrections.made(order.destination, order.window.since)
        return front_notes([each for each in made if order.story in (None, each.story)])


async def _topics(seen: Repositories, names: Sequence[str], without: Collection[str]) -> tuple[Topic, ...]:
    known = {topic.name: topic for topic in await seen.topics.all()}
    unwanted = {name.casefold() for name in without}
    return tuple(known[name] for name in named(known.values(), names) or known if name.casefold() not in unwanted)


async def _failed_feeds(seen: Repositories) -> tuple[FailedFeed, ...]:
    states = await seen.feed_states.all()
    followed = {feed.url for feed in await seen.feeds.all()}
    return tuple(
        FailedFeed(url=state.url, error=state.error, detail=state.detail or "")
        for state in states.values()
        if state.error and state.url in followed
    )


def _counts(read: Mapping[ArticleId, Article], tellings: Sequence[Telling], left_out: int) -> Counts:
    return Counts(
        feeds=len({feed for each in read.values() for feed in each.feeds}),
        articles=len(read),
        stories=len(tellings),
        claims_posted=sum(len(each.claims) for each in tellings),
        claims_withheld=sum(each.withheld for each in tellings),
        stories_left_out=left_out,
    )


def _unchanged(told: Mapping[StoryId, Told], topics: Sequence[Topic], has_news: Mapping[StoryId, bool]) -> list[str]:
    """The headlines of what the last briefing there told on these topics, and of what turned out to be no news.

    `has_news` knows the stories that were looked at.
    """
    names = {topic.name for topic in topics}
    ours = {story: each for story, each in told.items() if each.topic in names}
    last = max((each.at for each in ours.values()), default=None)
    return [
        each.headline
        for story, each in ours.items()
        if not has_news.get(story, False) and (each.at == last or story in has_news)
    ]


def _notes(tellings: Sequence[Telling], left_out: int) -> tuple[str, ...]:
    reasons = [each.note for each in tellings if each.note]
    notes = [wording.told_by_extracts(len(reasons), len(tellings), reasons[0])] if reasons else []
    return (*notes, wording.left_out(left_out)) if left_out else tuple(notes)
