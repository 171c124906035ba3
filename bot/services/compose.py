"""Compose: from what is stored to a briefing. Posts nothing, decides nothing.

    articles of the window -> their stories -> selection -> telling by telling: kept | written, checked -> briefing

A telling is kept by its articles, prompt and model, so a story is written once for every server.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from weakref import WeakValueDictionary

import structlog

from bot.domain.articles import Article, Tier
from bot.domain.briefings import Briefing, BriefingId, Counts, Engine, Form, Source, Telling, Window
from bot.domain.drafts import Draft, DraftClaim, SourceId, StoryTask, Support
from bot.domain.errors import InputError, ModelError, ReadingError
from bot.domain.extracts import opening
from bot.domain.feeds import FailedFeed
from bot.domain.schedules import Destination
from bot.domain.selection import Candidates, Selected, select
from bot.domain.topics import Topic
from bot.ports.outside import Clock, Workers, Writer
from bot.ports.repositories import Repositories
from bot.services.checking import Checking

_DEADLINE = timedelta(seconds=30)
_LATE = timedelta(hours=12)
"""How long before its window an article may have been published and still be told, where what was told is known."""
_MEMORY = timedelta(days=14)
_STORIES_AT_ONCE = 4

Progress = Callable[[int, int], None]
log = structlog.get_logger()


class Compose:
    """Writes briefings. `fallback` writes what `writer` cannot; it must not fail for want of a model."""

    def __init__(
        self, repositories: Repositories, *, writer: Writer, fallback: Writer, workers: Workers, clock: Clock
    ) -> None:
        self._kept = repositories
        self._writer = writer
        self._fallback = fallback
        self._workers = workers
        self._clock = clock
        self._checking = Checking(workers)
        self._being_told: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def brief(
        self,
        topics: Sequence[str],
        window: Window,
        destination: Destination | None = None,
        progress: Progress | None = None,
    ) -> Briefing:
        """Writes and stores a briefing on `topics` (none: all) of `window`.

        With a `destination`, what it was told before is left out. `progress` hears (stories done, stories in all).
        Raises InputError for an unknown topic, StorageError.
        """
        wanted = await self._topics(topics)
        candidates, in_window = await self._candidates(window, destination)
        reach = Window(since=window.since - _LATE, until=window.until) if destination else window
        selection = await self._workers.run(_DEADLINE, select, candidates, wanted, reach)
        tellings = await self._tellings(selection.chosen, progress)
        told = (article for selected in selection.chosen for article in selected.articles)
        read = {each.id: each for each in (*in_window, *told)}
        briefing = Briefing(
            id=BriefingId("b" + secrets.token_hex(5)),
            created_at=self._clock.now(),
            window=window,
            topics=tuple(topic.name for topic in wanted),
            engine=self._engine(tellings),
            counts=Counts(
                feeds=len({feed for each in read.values() for feed in each.feeds}),
                articles=len(read),
                stories=len(tellings),
                claims_posted=sum(len(each.claims) for each in tellings),
                claims_withheld=sum(each.withheld for each in tellings),
                stories_left_out=selection.left_out,
            ),
            tellings=tellings,
            failed_feeds=await self._failed_feeds(),
            notes=_notes(tellings, selection.left_out),
        )
        await self._kept.briefings.put(briefing)
        log.info("briefing_written", briefing=briefing.id, stories=[each.story_id for each in tellings])
        return briefing

    def _engine(self, tellings: Sequence[Telling]) -> Engine:
        """Who wrote: the writer, unless the fallback had to tell all that was told in claims."""
        writer, fallback = self._writer.engine(StoryTask), self._fallback.engine(StoryTask)
        wrote = {telling.engine.name for telling in tellings if telling.claims}
        return fallback if wrote == {fallback.name} else writer

    async def _topics(self, names: Sequence[str]) -> tuple[Topic, ...]:
        known = {topic.name.casefold(): topic for topic in await self._kept.topics.all()}
        missing = [name for name in names if name.casefold() not in known]
        if missing:
            have = ", ".join(topic.name for topic in known.values()) or "none"
            raise InputError(f"There is no topic called {missing[0]!r}; the topics are: {have}")
        return tuple(known[name.casefold()] for name in names) or tuple(known.values())

    async def _candidates(
        self, window: Window, destination: Destination | None
    ) -> tuple[Candidates, tuple[Article, ...]]:
        told = dict(await self._kept.briefings.told(destination, window.until - _MEMORY)) if destination else {}
        since = window.since - _LATE if destination else window.since
        recent = await self._kept.articles.published(since, window.until)
        homes = await self._kept.stories.of_articles([each.id for each in recent])
        stories = await self._kept.stories.get(set(homes.values()))
        members = {article for story in stories.values() for article in story.articles}
        articles = dict(await self._kept.articles.get(members))
        in_window = tuple(each for each in recent if each.published_at in window)
        feeds = await self._kept.feeds.all()
        return Candidates(stories=list(stories.values()), articles=articles, feeds=feeds, told=told), in_window

    async def _tellings(self, chosen: Sequence[Selected], progress: Progress | None) -> tuple[Telling, ...]:
        """Tells every story, four at once; a cancelled briefing cancels them all."""
        slots = asyncio.Semaphore(_STORIES_AT_ONCE)
        done = 0

        async def tell(selected: Selected) -> Telling:
            nonlocal done
            async with slots:
                telling = await self._telling(selected)
            done += 1
            if progress:
                progress(done, len(chosen))
            return telling

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(tell(selected)) for selected in chosen]
        return tuple(task.result() for task in tasks)

    async def _telling(self, selected: Selected) -> Telling:
        key = self._key(selected)
        async with self._being_told.setdefault(key, asyncio.Lock()):  # whoever wants the same one waits for it
            return await self._kept_or_told(key, selected)

    async def _kept_or_told(self, key: str, selected: Selected) -> Telling:
        kept = await self._kept.briefings.telling(key)
        if kept is not None:
            _log_told(kept, kept=True)
            return replace(kept, members=selected.story.articles)
        plain = self._plain(selected)
        try:
            telling = await self._told(selected, plain)
        except ReadingError as error:
            # One story that cannot be worked on in time must not cost the others their edition.
            log.warning("story_not_told", story=selected.story.id, reason=str(error))
            telling = replace(plain, note="they took too long to read")
        if telling.note is None:
            await self._kept.briefings.keep_telling(key, telling)
        _log_told(telling, kept=False)
        return telling

    def _plain(self, selected: Selected) -> Telling:
        """The story by its headline alone."""
        lead = selected.articles[0]
        return Telling(
            story_id=selected.story.id,
            topic=selected.topic.name,
            headline=f"{lead.title} ({lead.outlet})",
            form=Form.HEADLINE,
            claims=(),
            sources=tuple(Source.of(each) for each in selected.articles),
            members=selected.story.articles,
            engine=self._fallback.engine(StoryTask),
        )

    async def _told(self, selected: Selected, plain: Telling) -> Telling:
        """Written by the writer, or by the fallback; else quoted; else the headline alone."""
        sources = {f"S{n}": each for n, each in enumerate(selected.articles, 1)}
        readable: dict[SourceId, Article] = {n: each for n, each in sources.items() if each.tier is not Tier.HEADLINE}
        if not readable:
            return plain
        task = StoryTask(topic=selected.topic, sources=sources)
        writer, draft, note = await self._draft(task)
        checked = await self._checking.check(writer, task, draft)
        told = replace(plain, engine=writer.engine(StoryTask), withheld=len(checked.refusals), note=note)
        if checked.claims:
            headline = checked.headline or plain.headline
            return replace(told, form=Form.WRITTEN, headline=headline, claims=checked.claims)
        quoted = await self._checking.check(self._fallback, task, _quotation(readable))
        return replace(told, form=Form.QUOTED, claims=quoted.claims) if quoted.claims else told

    async def _draft(self, task: StoryTask) -> tuple[Writer, Draft, str | None]:
        try:
            return self._writer, await self._writer.tell(task), None
        except ModelError as error:
            log.warning("fallback_writes", reason=str(error))
            return self._fallback, await self._fallback.tell(task), str(error)

    async def _failed_feeds(self) -> tuple[FailedFeed, ...]:
        states = await self._kept.feed_states.all()
        followed = {feed.url for feed in await self._kept.feeds.all()}
        return tuple(
            FailedFeed(url=state.url, error=state.error, detail=state.detail or "")
            for state in states.values()
            if state.error and state.url in followed
        )

    def _key(self, selected: Selected) -> str:
        engine = self._writer.engine(StoryTask)
        parts = [engine.name, engine.model or "", engine.prompt_sha256 or "", selected.topic.name]
        parts += [f"{each.id}:{each.version}" for each in selected.articles]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _log_told(telling: Telling, *, kept: bool) -> None:
    log.info(
        "story_told",
        story=telling.story_id,
        form=telling.form.value,
        engine=telling.engine.name,
        claims=len(telling.claims),
        withheld=telling.withheld,
        kept=kept,
    )


def _quotation(readable: Mapping[SourceId, Article]) -> Draft:
    """The first sentence of the best article, as a draft of one claim."""
    source, article = next(iter(readable.items()))
    text = opening(article.text)
    return Draft(claims=(DraftClaim(text=text, support=(Support(source=source, quote=text),)),))


def _notes(tellings: Sequence[Telling], left_out: int) -> tuple[str, ...]:
    notes = []
    reasons = [each.note for each in tellings if each.note]
    if reasons:
        notes.append(f"{len(reasons)} of {len(tellings)} stories are told by extracts or headlines: {reasons[0]}.")
    if left_out:
        notes.append(f"{left_out} more {'story' if left_out == 1 else 'stories'} did not fit.")
    return tuple(notes)
