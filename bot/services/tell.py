"""Telling: one story as it is told to everyone, written and checked once, and kept by its articles, prompt and model.

Decides nothing: what a writer made passes the gate or is not told, and what is left then is its publisher's own words.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from weakref import WeakValueDictionary

import structlog

from bot.domain.articles import Article, Tier
from bot.domain.briefings import Form, Source, Telling, Withheld
from bot.domain.drafts import Draft, DraftClaim, SourceId, StoryTask, Support
from bot.domain.errors import ModelError, ReadingError
from bot.domain.extracts import opening
from bot.domain.orders import orders_about, without_orders
from bot.domain.selection import Selected
from bot.domain.wording import failures, posts
from bot.ports.outside import Writer
from bot.ports.repositories import Briefings
from bot.services.checking import Checking

_STORIES_AT_ONCE = 4

Progress = Callable[[int, int], None]
log = structlog.get_logger()


class Tell:
    """Tells stories. `fallback` writes what `writer` cannot; it must not fail for want of a model."""

    def __init__(self, kept: Briefings, *, writer: Writer, fallback: Writer, checking: Checking) -> None:
        self._kept = kept
        self._writer = writer
        self._fallback = fallback
        self._checking = checking
        self._being_told: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def all(self, chosen: Sequence[Selected], progress: Progress | None = None) -> tuple[Telling, ...]:
        """Tells every story, four at once, in their order; whoever cancels this cancels them all.

        `progress` hears (stories done, stories in all). Raises StorageError, PromptError.
        """
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
        kept = await self._kept.telling(key)
        if kept is not None:
            _log_told(kept, kept=True)
            return replace(kept, topic=selected.topic.name, members=selected.story.articles)
        plain = self._plain(selected)
        try:
            telling = await self._told(selected, plain)
        except ReadingError as error:
            # One story that cannot be worked on in time must not cost the others their edition.
            log.warning("story_not_told", story=selected.story.id, reason=str(error))
            telling = replace(plain, note=failures.STORY_TOO_LONG)
        if telling.note is None:
            await self._kept.keep_telling(key, telling)
        _log_told(telling, kept=False)
        return telling

    def _plain(self, selected: Selected) -> Telling:
        """The story by its headline alone."""
        return Telling(
            story_id=selected.story.id,
            topic=selected.topic.name,
            headline=_title(selected.articles),
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
        refusals = tuple(Withheld(text=e.text, rule=e.rule.value, reason=e.reason) for e in checked.refusals)
        told = replace(plain, engine=writer.engine(StoryTask), withheld=len(refusals), refusals=refusals, note=note)
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

    def _key(self, selected: Selected) -> str:
        engine = self._writer.engine(StoryTask)
        parts = [engine.name, engine.model or "", engine.prompt_sha256 or ""]
        parts += [f"{each.id}:{each.version}" for each in selected.articles]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _title(articles: Sequence[Article]) -> str:
    """The first title that is one, with its outlet."""
    lead = next((each for each in articles if not orders_about(each.title)), None)
    return f"{lead.title} ({lead.outlet})" if lead else posts.untitled(articles[0].outlet)


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
    text = opening(without_orders(article.text))
    return Draft(claims=(DraftClaim(text=text, support=(Support(source=source, quote=text),)),))
