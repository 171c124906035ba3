"""Correcting: reads the pages that posted claims cite again, and changes the posts that they no longer support.

A correction is on record, with its note in the outbox, before the post is edited, so whenever the process dies the
next run goes on where this one was. Which pages are due and what a change means is decided in `domain.corrections`.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby

import structlog

from bot.domain.articles import Article, ArticleId, Tier
from bot.domain.corrections import (
    LOOKED_AFTER,
    Correction,
    Doubt,
    Finding,
    Standing,
    cited,
    correction_id,
    doubts,
    due,
    judge_all,
)
from bot.domain.deliveries import WORTH_FINISHING, Delivery, DeliveryId, PartKind, Sent, ThreadId, standing
from bot.domain.destinations import Place
from bot.domain.errors import ClosedError, DeferredError, NewsthreadError, NotFoundError, ReadingError, RefusedError
from bot.domain.notices import not_corrected
from bot.domain.rendering.corrected import corrected, correction_note
from bot.domain.wording import deliveries as wording
from bot.ports.outside import Clock, Deliverer, Workers
from bot.ports.repositories import Repositories
from bot.services.access import Access
from bot.services.deliver import Deliver
from bot.services.ingest.together import together
from bot.services.notify import Notify

AT_ONCE = 16
"""Pages read at once, and recorded before the next are."""
JUDGING_DEADLINE = timedelta(minutes=2)

ReadAgain = Callable[[Article], Awaitable[Article | None]]
Watch = Callable[[Correction], None]

_log = structlog.get_logger(__name__)


class Correct:
    """The corrections of one data folder."""

    def __init__(
        self,
        folder: Repositories,
        *,
        read_again: ReadAgain,
        workers: Workers,
        deliverer: Deliverer,
        deliver: Deliver,
        access: Access,
        notify: Notify,
        clock: Clock,
        watch: Watch = lambda _: None,
    ) -> None:
        """`read_again` gives an article as its page has it now, stored, or None; `watch` hears of each correction."""
        self._articles = folder.articles
        self._corrections = folder.corrections
        self._outbox = folder.outbox
        self._read_again = read_again
        self._workers = workers
        self._deliverer = deliverer
        self._deliver = deliver
        self._access = access
        self._notify = notify
        self._clock = clock
        self._watch = watch

    async def run(self) -> None:
        """Shows what is not shown yet, and reads again what is due. For every few minutes. Raises StorageError."""
        await self._show()
        now = self._clock.now()
        posted = await self._corrections.standing(now - LOOKED_AFTER)
        rereads = await self._corrections.rereads(_cited(posted))
        overdue = due(posted, rereads, now)
        for start in range(0, len(overdue), AT_ONCE):
            batch = frozenset(overdue[start : start + AT_ONCE])
            await self._look_at(batch, [part for part in posted if cited(part) & batch])
            await self._show()

    async def _look_at(self, batch: frozenset[ArticleId], posted: Sequence[Standing]) -> None:
        """Reads these articles again and records what that means for the parts that cite them."""
        stored = await self._articles.get(batch)
        found = await together(self._read(article) for article in stored.values())
        read = {article.id for article in found if article is not None}
        try:
            await self._judge([part for part in posted if cited(part) & read])
        except ReadingError:
            _log.exception("claims_not_judged", articles=sorted(read))
            read = set()
        for article in sorted(batch):
            # One that was dropped is done with as well.
            done = article in read or article not in stored
            await self._corrections.note_reread(article, self._clock.now(), read=done)

    async def _read(self, article: Article) -> Article | None:
        if article.tier is not Tier.FULL:
            return article  # its page was not what was cited
        try:
            return await self._read_again(article)
        except NewsthreadError:
            raise
        except Exception:  # a fault of ours in reading one page must not keep the others from being read
            _log.exception("page_broke", article=article.id)
            return None

    async def _judge(self, posted: Sequence[Standing]) -> None:
        newest = await self._articles.get(_cited(posted))
        doubted = [(part, doubt) for part in posted for doubt in doubts(part.telling, newest)]
        once = list(dict.fromkeys(doubt for _, doubt in doubted))  # one telling may stand in many places
        if not once:
            return
        before = await self._before(once)
        findings = await self._workers.run(JUDGING_DEADLINE, judge_all, once, before, newest)
        found = dict(zip(once, findings, strict=True))
        for part, doubt in doubted:
            if (finding := found[doubt]) is not None:
                await self._record(part, doubt, finding)

    async def _before(self, doubted: Iterable[Doubt]) -> Mapping[tuple[ArticleId, int], str]:
        """The texts that were cited, as far as they are still stored."""
        texts = {}
        for article, version in {(c.article_id, c.version) for doubt in doubted for c in doubt.claim.citations}:
            try:
                texts[article, version] = await self._articles.text(article, version)
            except NotFoundError:
                _log.warning("cited_text_gone", article=article, version=version)
        return texts

    async def _record(self, part: Standing, doubt: Doubt, finding: Finding) -> None:
        citation = finding.citation
        outlet = next(source.outlet for source in part.telling.sources if source.id == citation.article_id)
        correction = Correction(
            id=correction_id(part.delivery, part.part, doubt.claim.text),
            delivery=part.delivery,
            part=part.part,
            destination=part.destination,
            story=part.telling.story_id,
            headline=part.telling.headline,
            claim=doubt.claim.text,
            article=citation.article_id,
            outlet=outlet,
            url=citation.url,
            version=finding.version,
            change=finding.change,
            quote=citation.quote,
            now=finding.now,
            found_at=self._clock.now(),
        )
        if await self._corrections.record(correction, correction_note(correction)):
            _log.info("claim_corrected", **_names(correction), change=correction.change.value)
            self._watch(correction)

    async def _show(self) -> None:
        """Edits the posts whose corrections are not shown yet, and has their notes posted."""
        unshown = sorted(await self._corrections.unshown(), key=lambda each: (each.delivery, each.part))
        for (delivery, part), some in groupby(unshown, key=lambda each: (each.delivery, each.part)):
            await self._show_part(delivery, part, list(some))

    async def _show_part(self, identity: DeliveryId, index: int, unshown: Sequence[Correction]) -> None:
        delivery = await self._outbox.get(identity)
        if not await self._access.may_try(Place(destination=delivery.destination)):
            return
        try:
            await self._edit(delivery, index)
        except RefusedError as error:
            note = next(part for part in delivery.parts if part.kind is PartKind.NOTE)
            if isinstance(error, ClosedError) and await self._access.refused(delivery, note, error) is None:
                return  # it is shown when its channel is open again
            await self._notify.raise_(*not_corrected(delivery, str(error)))
        except DeferredError as error:
            _log.warning("correction_deferred", **_names(unshown[0]), reason=str(error))
            if self._clock.now() - unshown[0].found_at < WORTH_FINISHING:
                return
            await self._notify.raise_(*not_corrected(delivery, str(error)))
        for correction in unshown:
            await self._corrections.shown(correction.id, self._clock.now())
        self._deliver.start(identity)

    async def _edit(self, delivery: Delivery, index: int) -> None:
        part = next(each for each in delivery.parts if each.index == index)
        thread = standing(delivery, PartKind.THREAD)
        if thread is None or not isinstance(part.state, Sent):
            raise DeferredError(wording.NOT_STANDING)  # it is looked for anew since the archive was mended
        made = [each for each in await self._corrections.of_delivery(delivery.id) if each.part == index]
        post = corrected(part.post, made)
        await self._deliverer.edit_part(ThreadId(thread), part.state.message, post)


def _cited(posted: Iterable[Standing]) -> frozenset[ArticleId]:
    return frozenset[ArticleId]().union(*(cited(part) for part in posted))


def _names(correction: Correction) -> Mapping[str, str | int]:
    return {
        "delivery": correction.delivery,
        "part": correction.part,
        "article": correction.article,
        "correction": correction.id,
    }
