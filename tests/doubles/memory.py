"""Every repository port in memory: small fakes with the ports' own rules, and nothing that lasts.

`MemoryFolder` has the attributes of `bot.ports.repositories.Repositories`. What is put in is immutable,
so it is kept as it is. The contract tests run over these and over the real store alike.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Generic, TypeVar

from bot.domain.articles import Article, ArticleId, Lead, Tier
from bot.domain.briefings import Briefing, BriefingId, Claim, PastTelling, Telling, Told, told
from bot.domain.conversations import ConversationId, Question, QuestionId, Turn
from bot.domain.corrections import Correction, CorrectionId, Reread, Standing
from bot.domain.deliveries import (
    FIRST_STORY,
    Delivery,
    DeliveryId,
    Failed,
    Part,
    PartKind,
    PartState,
    Pending,
    Post,
    Sent,
    ThreadId,
    marked_as,
    rejected,
    standing,
)
from bot.domain.destinations import Pause, Place
from bot.domain.errors import NotFoundError
from bot.domain.feeds import EntryId, Feed, FeedState, FeedUrl
from bot.domain.notices import Notice, NoticeId, is_report_by
from bot.domain.reading import may_revise
from bot.domain.schedules import PUBLIC, Destination, MemberId, Schedule, ScheduleId, ServerId, direct
from bot.domain.servers import Member, Server, own_key
from bot.domain.stories import Story, StoryId
from bot.domain.topics import Topic
from bot.domain.traces import Traces
from bot.domain.usage import EVERYONE, DaySpent, Payer, Spent, Usage
from bot.ports.repositories import Filed, Hit, Vector
from storage.state.own import OwnRegister

K = TypeVar("K", bound=str)
T = TypeVar("T")

MOST = 5_000


class MemoryRegister(Generic[K, T]):
    def __init__(
        self, initial: Iterable[T], key: Callable[[T], K], noun: str, fold: Callable[[str], str] = str
    ) -> None:
        self._key = key
        self._noun = noun
        self._fold = fold
        self._items = {fold(key(item)): item for item in initial}

    async def all(self) -> tuple[T, ...]:
        return tuple(self._items.values())

    async def get(self, key: K) -> T:
        return self._items[self._known(key)]

    async def put(self, *items: T) -> None:
        self._items.update({self._fold(self._key(item)): item for item in items})

    async def remove(self, key: K) -> None:
        del self._items[self._known(key)]

    def _known(self, key: K) -> str:
        folded = self._fold(key)
        if folded not in self._items:
            raise NotFoundError(f"There is no {self._noun} “{key}”.")
        return folded


class MemoryFeedStates:
    def __init__(self) -> None:
        self._states: dict[FeedUrl, FeedState] = {}

    async def all(self) -> Mapping[FeedUrl, FeedState]:
        return dict(self._states)

    async def put(self, states: Sequence[FeedState]) -> None:
        self._states.update({state.url: state for state in states})

    async def remove(self, url: FeedUrl) -> None:
        self._states.pop(url, None)


class MemoryArticles:
    def __init__(self, cited: Callable[[datetime], set[ArticleId]]) -> None:
        self._cited = cited
        self._server = PUBLIC
        self._entries: dict[tuple[str, EntryId], ArticleId] = {}
        self._versions: dict[str, list[Article]] = {}  # by own_key of the URL, oldest first, none empty

    def seen_by(self, server: ServerId) -> MemoryArticles:
        view = copy.copy(self)
        view._server = server
        return view

    @property
    def newest(self) -> list[Article]:
        return [versions[-1] for versions in self._versions.values()]

    @property
    def readable(self) -> list[Article]:
        return [article for article in self.newest if article.server in (PUBLIC, self._server)]

    async def known_entries(
        self, entries: Mapping[FeedUrl, Collection[EntryId]]
    ) -> Mapping[FeedUrl, Mapping[EntryId, ArticleId]]:
        return {
            feed: {entry: self._entries[key, entry] for entry in ids if (key, entry) in self._entries}
            for feed, ids in entries.items()
            for key in [own_key(self._server, feed)]
        }

    async def origins(self, asked: Collection[str]) -> Collection[str]:
        return {o for o in asked if any(key.startswith(own_key(self._server, f"{o}/")) for key in self._versions)}

    async def by_url(self, urls: Collection[str]) -> Mapping[str, Article]:
        keys = {url: own_key(self._server, url) for url in urls}
        return {url: self._versions[key][-1] for url, key in keys.items() if key in self._versions}

    async def store(self, filed: Sequence[Filed]) -> int:
        before = len(self._versions)
        for each in filed:
            self._file(each)
            server = each.article.server
            self._entries[own_key(server, each.feed), each.entry] = self._versions[_own_url(each.article)][-1].id
        return len(self._versions) - before

    def _file(self, filed: Filed) -> None:
        new = filed.article
        versions = self._versions.setdefault(_own_url(new), [])
        old = versions[-1] if versions else replace(new, version=0)
        feeds = tuple(dict.fromkeys((*old.feeds, filed.feed)))
        if not versions:
            versions.append(replace(new, feeds=feeds, version=1))
        elif new.tier is not Tier.FULL and not may_revise(filed.feed, old):
            versions[-1] = replace(old, feeds=feeds)
        elif new.tier.rank <= old.tier.rank and new.fingerprint != old.fingerprint:
            version = replace(new, id=old.id, published_at=old.published_at, seen_at=old.seen_at)
            known = replace(version, author=new.author or old.author, language=new.language or old.language)
            versions.append(replace(known, feeds=feeds, version=old.version + 1))
        else:
            better = min(old.tier, new.tier, key=lambda tier: tier.rank)
            versions[-1] = replace(old, feeds=feeds, tier=better)

    async def get(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Article]:
        return {article.id: article for article in self.newest if article.id in ids}

    async def text(self, article: ArticleId, version: int) -> str:
        for versions in self._versions.values():
            for each in versions:
                if (each.id, each.version) == (article, version):
                    return each.text
        raise NotFoundError(f"Version {version} of the article {article} is not stored.")

    async def published(self, since: datetime, until: datetime) -> Sequence[Article]:
        found = [article for article in self.readable if since <= article.published_at < until]
        return sorted(found, key=lambda article: article.published_at, reverse=True)[:MOST]

    async def leads(self, since: datetime) -> Sequence[Lead]:
        own = [article for article in self.newest if article.server == self._server]
        found = sorted(own, key=lambda article: article.published_at)
        return [article.lead for article in found if article.published_at >= since][-MOST:]

    async def count(self) -> int:
        return len(self._versions)

    def drop(self, server: ServerId) -> None:
        for each in [article for article in self.newest if article.server == server]:
            del self._versions[_own_url(each)]
        for key in [key for key in self._entries if key[0].startswith(own_key(server, ""))]:
            del self._entries[key]

    async def prune(self, before: datetime, *, most_bytes: int | None = None, even_all: bool = False) -> int:
        pruned = even_all or any(each.published_at >= before for each in self.newest)
        cited = self._cited(before if pruned else datetime.min.replace(tzinfo=UTC))
        uncited = [each for each in sorted(self.newest, key=lambda each: each.published_at) if each.id not in cited]
        dropped = [each for each in uncited if pruned and each.published_at < before]
        for each in dropped:
            del self._versions[_own_url(each)]
        spared = max((each.published_at for each in self.newest), default=before) - timedelta(days=2)
        for each in [each for each in uncited[len(dropped) :] if each.published_at < spared]:
            if most_bytes is None or sum(len(each.text.encode()) for each in self.newest) <= most_bytes:
                break
            dropped.append(each)
            del self._versions[_own_url(each)]
        return len(dropped)


def _own_url(article: Article) -> str:
    return own_key(article.server, article.url)


class MemoryIndex:
    """Counts words, each cut to its first six letters, which does for a stem; a title's count four times."""

    def __init__(self, articles: MemoryArticles) -> None:
        self._articles = articles

    async def catch_up(self) -> None:
        """Nothing is ever left behind."""

    async def search(
        self,
        words: Collection[str],
        *,
        since: datetime | None = None,
        among: Collection[ArticleId] | None = None,
        limit: int = 20,
    ) -> Sequence[Hit]:
        wanted = [stems for word in words if (stems := _stems(word))]
        hits = [
            Hit(article=article.id, score=float(score))
            for article in self._articles.readable
            if (since is None or article.published_at >= since)
            and (among is None or article.id in among)
            and (score := sum(4 * _times(stems, article.title) + _times(stems, article.text) for stems in wanted))
        ]
        return sorted(hits, key=lambda hit: hit.score, reverse=True)[:limit]


def _stems(text: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return [word[:6].rstrip("s") for word in re.findall(r"[^\W_]+", bare)]


def _times(stems: list[str], text: str) -> int:
    held = _stems(text)
    return sum(held[at : at + len(stems)] == stems for at in range(len(held)))


class MemoryStories:
    def __init__(self) -> None:
        self._server = PUBLIC
        self._stories: dict[StoryId, Story] = {}

    def seen_by(self, server: ServerId) -> MemoryStories:
        view = copy.copy(self)
        view._server = server
        return view

    async def recent(self, since: datetime) -> Sequence[Story]:
        return [story for story in self._by_update() if story.updated_at >= since and story.server == self._server]

    async def get(self, ids: Collection[StoryId]) -> Mapping[StoryId, Story]:
        return {story.id: story for story in self._by_update() if story.id in ids}

    async def of_articles(self, articles: Collection[ArticleId]) -> Mapping[ArticleId, StoryId]:
        wanted = set(articles)
        return {article: story.id for story in self._by_update() for article in story.articles if article in wanted}

    async def put(self, stories: Sequence[Story]) -> None:
        self._stories.update({story.id: story for story in stories})

    def drop(self, server: ServerId) -> set[StoryId]:
        gone = {story.id for story in self._stories.values() if story.server == server}
        for story in gone:
            del self._stories[story]
        return gone

    def _by_update(self) -> list[Story]:
        readable = (story for story in self._stories.values() if story.server in (PUBLIC, self._server))
        return sorted(readable, key=lambda story: story.updated_at)


class MemoryBriefings:
    def __init__(self, deliveries: Callable[[], Iterable[Delivery]]) -> None:
        self._deliveries = deliveries
        self._tellings: dict[str, Telling] = {}
        self.kept: dict[BriefingId, Briefing] = {}

    async def put(self, briefing: Briefing) -> None:
        self.kept.setdefault(briefing.id, briefing)

    async def get(self, briefing: BriefingId) -> Briefing:
        if briefing not in self.kept:
            raise NotFoundError(f"There is no briefing {briefing}.")
        return self.kept[briefing]

    async def telling(self, key: str) -> Telling | None:
        return self._tellings.get(key)

    async def keep_telling(self, key: str, telling: Telling) -> None:
        self._tellings[key] = telling

    def drop_previews_of(self, stories: set[StoryId]) -> None:
        self._tellings = {key: each for key, each in self._tellings.items() if each.story_id not in stories}
        posted = {delivery.briefing for delivery in self._deliveries()}
        for briefing in list(self.kept.values()):
            if briefing.id not in posted and stories & {telling.story_id for telling in briefing.tellings}:
                del self.kept[briefing.id]

    async def told(self, destination: Destination, since: datetime) -> Mapping[StoryId, Told]:
        return told(self._told([destination], since))

    async def of_story(self, story: StoryId, limit: int = 60) -> Sequence[PastTelling]:
        found = [
            PastTelling(briefing=briefing.id, at=briefing.created_at, telling=telling)
            for briefing in self.kept.values()
            for telling in briefing.tellings
            if telling.story_id == story
        ]
        found.sort(key=lambda past: past.at)
        newest = {(past.telling.headline, past.telling.claims): past for past in found}
        return sorted(newest.values(), key=lambda past: past.at)[-limit:]

    async def stories_told(
        self, destinations: Collection[Destination], since: datetime, limit: int = 200
    ) -> Sequence[PastTelling]:
        newest = {past.telling.story_id: past for past in self._told(destinations, since, limit)}
        return sorted(newest.values(), key=lambda past: past.at, reverse=True)

    async def told_in(self, destinations: Collection[Destination], story: StoryId) -> Sequence[PastTelling]:
        return [past for past in self._told(destinations) if past.telling.story_id == story]

    def _told(
        self, destinations: Collection[Destination], since: datetime | None = None, limit: int = 10_000
    ) -> list[PastTelling]:
        found = []
        deliveries = [
            each
            for each in sorted(self._deliveries(), key=lambda each: each.created_at)
            if each.destination in destinations and (since is None or each.created_at >= since)
        ]
        for delivery in deliveries[-limit:]:
            if delivery.briefing in self.kept:
                will = (Sent,) if rejected(delivery) else (Sent, Pending, Failed)
                stands = {part.index for part in delivery.parts if isinstance(part.state, will)}
                found += [
                    PastTelling(
                        briefing=delivery.briefing,
                        at=delivery.created_at,
                        telling=telling,
                        destination=delivery.destination,
                    )
                    for index, telling in enumerate(self.kept[delivery.briefing].tellings, FIRST_STORY)
                    if index in stands
                ]
        return found


class MemoryOutbox:
    def __init__(self) -> None:
        self._kept: dict[DeliveryId, Delivery] = {}
        self.unsure_until: datetime | None = None  # until when not all that was sent is known

    @property
    def deliveries(self) -> list[Delivery]:
        return sorted(self._kept.values(), key=lambda delivery: delivery.created_at)

    async def open(self, delivery: Delivery) -> Delivery:
        standing = await self.find(*_slot(delivery))
        due_at = delivery.slot.due_at
        if not standing and self.unsure_until and due_at <= self.unsure_until:
            tried = Pending(tried_at=due_at)
            parts = (replace(each, state=tried) if each.state == Pending() else each for each in delivery.parts)
            delivery = replace(delivery, parts=tuple(parts))
        return standing or self._kept.setdefault(delivery.id, delivery)

    async def find(self, schedule: ScheduleId, local_date: str, planned: str) -> Delivery | None:
        return next((each for each in self.deliveries if _slot(each) == (schedule, local_date, planned)), None)

    async def earlier(self, schedule: ScheduleId, before: datetime, limit: int = 10) -> Sequence[Delivery]:
        slots = [each for each in self.deliveries if each.slot.schedule == schedule and each.slot.due_at < before]
        return sorted(slots, key=lambda each: each.slot.due_at, reverse=True)[:limit]

    async def get(self, delivery: DeliveryId) -> Delivery:
        if delivery not in self._kept:
            raise NotFoundError(f"There is no delivery {delivery}.")
        return self._kept[delivery]

    async def record(self, delivery: DeliveryId, part: int, state: PartState) -> None:
        standing = await self.get(delivery)
        if part not in {each.index for each in standing.parts}:
            raise NotFoundError(f"There is no part {part} of a delivery {delivery}.")
        parts = tuple(replace(each, state=state) if each.index == part else each for each in standing.parts)
        self._kept[delivery] = replace(standing, parts=parts)

    def append(self, delivery: DeliveryId, note: Post) -> None:
        """A further part, pending, its buttons marked as its own."""
        parts = self._kept[delivery].parts
        index = len(parts)
        part = Part(index=index, kind=PartKind.NOTE, post=marked_as(note, delivery, index), state=Pending())
        self._kept[delivery] = replace(self._kept[delivery], parts=(*parts, part))

    def drop(self, delivery: DeliveryId) -> None:
        del self._kept[delivery]

    async def unfinished(self) -> Sequence[Delivery]:
        return [each for each in self.deliveries if _holds(each, Pending, Failed) and not rejected(each)]

    async def by_thread(self, thread: ThreadId) -> Delivery | None:
        for delivery in reversed(self.deliveries):
            for part in delivery.parts:
                if (
                    part.kind is PartKind.THREAD
                    and isinstance(part.state, Sent)
                    and str(part.state.message) == str(thread)
                ):
                    return delivery
        return None


def _slot(delivery: Delivery) -> tuple[ScheduleId, str, str]:
    slot = delivery.slot
    return slot.schedule, slot.local_date.isoformat(), slot.planned.strftime("%H:%M")


def _holds(delivery: Delivery, *states: type) -> bool:
    return any(isinstance(part.state, states) for part in delivery.parts)


class MemoryPauses:
    def __init__(self) -> None:
        self.kept: dict[Place, Pause] = {}

    async def put(self, pause: Pause) -> None:
        self.kept[pause.place] = pause

    async def last(self, place: Place) -> Pause | None:
        return self.kept.get(place)

    async def standing(self) -> Sequence[Pause]:
        return [pause for pause in self.kept.values() if pause.ended_at is None]


class MemoryConversations:
    def __init__(self) -> None:
        self.kept: list[Turn] = []

    async def turns(self, conversation: ConversationId, limit: int = 10) -> Sequence[Turn]:
        return [turn for turn in self.kept if turn.answer.conversation == conversation][-limit:]

    async def turn(self, question: QuestionId) -> Turn | None:
        return next((turn for turn in self.kept if question and turn.question == question), None)

    async def add(self, turn: Turn) -> None:
        self.kept.append(turn)


class MemoryQuestions:
    def __init__(self) -> None:
        self.kept: dict[QuestionId, Question] = {}

    async def accept(self, question: Question) -> bool:
        return self.kept.setdefault(question.id, question) is question

    async def done(self, question: QuestionId) -> None:
        self.kept.pop(question, None)

    async def unanswered(self) -> Sequence[Question]:
        return sorted(self.kept.values(), key=lambda question: question.asked_at)


class MemoryNotices:
    def __init__(self) -> None:
        self.kept: dict[NoticeId, Notice] = {}

    async def raise_(self, notice: Notice) -> bool:
        return self.kept.setdefault(notice.id, notice) is notice

    async def record(self, notice: NoticeId, state: PartState) -> None:
        if notice not in self.kept:
            raise NotFoundError(f"There is no notice {notice}.")
        self.kept[notice] = replace(self.kept[notice], state=state)

    async def untold(self) -> Sequence[Notice]:
        return [notice for notice in self.kept.values() if isinstance(notice.state, Pending | Failed)]


class MemoryUsageLedger:
    def __init__(self) -> None:
        self.calls: list[Usage] = []

    async def add(self, usage: Usage) -> None:
        self.calls.append(usage)

    def rebook(self, change: Callable[[Payer], Payer]) -> None:
        self.calls = [replace(call, payer=change(call.payer)) for call in self.calls]

    async def tokens(self, since: datetime, payer: Payer = EVERYONE) -> int:
        return Spent.of(self._of(since, payer)).tokens

    async def by_day(self, since: datetime, payer: Payer = EVERYONE) -> Sequence[DaySpent]:
        calls: dict[tuple[date, str], list[Usage]] = {}
        for call in self._of(since, payer):
            calls.setdefault((call.at.date(), call.task), []).append(call)
        return [DaySpent(day=day, task=task, spent=Spent.of(calls[day, task])) for day, task in sorted(calls)]

    def _of(self, since: datetime, payer: Payer) -> list[Usage]:
        return [call for call in self.calls if call.at >= since and payer.covers(call.payer)]


class MemoryCorrections:
    def __init__(self, folder: MemoryFolder) -> None:
        self._folder = folder
        self._rereads: dict[ArticleId, Reread] = {}
        self.kept: dict[CorrectionId, Correction] = {}

    async def standing(self, since: datetime) -> Sequence[Standing]:
        found = []
        for delivery in self._folder.outbox.deliveries:
            briefing, thread = self._folder.briefings.kept[delivery.briefing], standing(delivery, PartKind.THREAD)
            for part in delivery.parts:
                if (
                    part.kind is PartKind.STORY
                    and isinstance(part.state, Sent)
                    and thread
                    and part.state.sent_at >= since
                ):
                    found.append(
                        Standing(
                            delivery=delivery.id,
                            part=part.index,
                            message=part.state.message,
                            thread=ThreadId(thread),
                            destination=delivery.destination,
                            server=delivery.server,
                            posted_at=part.state.sent_at,
                            briefing=briefing.id,
                            written_at=briefing.created_at,
                            telling=briefing.tellings[part.index - FIRST_STORY],
                        )
                    )
        return sorted((each for each in found if each.telling.claims), key=lambda each: each.posted_at)

    async def rereads(self, articles: Collection[ArticleId]) -> Mapping[ArticleId, Reread]:
        return {article: reread for article, reread in self._rereads.items() if article in articles}

    async def note_reread(self, article: ArticleId, at: datetime, *, read: bool) -> None:
        before = self._rereads.get(article)
        self._rereads[article] = Reread(tried_at=at, read_at=at if read else before and before.read_at)

    async def record(self, correction: Correction, note: Post) -> bool:
        if correction.id in self.kept:
            return False
        self.kept[correction.id] = correction
        self._folder.outbox.append(correction.delivery, note)
        return True

    async def unshown(self) -> Sequence[Correction]:
        return [each for each in self.kept.values() if each.shown_at is None]

    async def shown(self, correction: CorrectionId, at: datetime) -> None:
        if correction not in self.kept:
            raise NotFoundError(f"There is no correction {correction}.")
        self.kept[correction] = replace(self.kept[correction], shown_at=at)

    async def of_delivery(self, delivery: DeliveryId) -> Sequence[Correction]:
        return [each for each in self.kept.values() if each.delivery == delivery]

    async def of_story(self, story: StoryId) -> Sequence[Correction]:
        return [each for each in self.kept.values() if each.story == story]

    async def made(self, destination: Destination, since: datetime) -> Sequence[Correction]:
        return [each for each in self.kept.values() if each.destination == destination and each.found_at >= since]


class MemoryErasure:
    def __init__(self, folder: MemoryFolder) -> None:
        self._folder = folder

    async def traces(self, member: MemberId) -> Traces:
        folder = self._folder
        return Traces(
            turns=tuple(turn for turn in folder.conversations.kept if turn.asker == member),
            questions=tuple(each for each in await folder.questions.unanswered() if each.asker == member),
            usage=tuple(call for call in folder.usage.calls if call.payer.member == member),
            reports=tuple(each for each in folder.notices.kept.values() if is_report_by(each.id, member)),
            briefings=sum(each.destination == direct(member) and bool(each.parts) for each in folder.outbox.deliveries),
        )

    async def forget_member(self, member: MemberId) -> None:
        folder, place = self._folder, direct(member)
        folder.conversations.kept = [turn for turn in folder.conversations.kept if turn.asker != member]
        for question in [each for each in await folder.questions.unanswered() if each.asker == member]:
            await folder.questions.done(question.id)
        folder.usage.rebook(lambda payer: replace(payer, member="", roles=()) if payer.member == member else payer)
        for report in [each for each in folder.notices.kept if is_report_by(each, member)]:
            del folder.notices.kept[report]
        for pause in [each for each in folder.pauses.kept if each.destination == place]:
            del folder.pauses.kept[pause]
        self._drop([each for each in folder.outbox.deliveries if each.destination == place])

    async def forget_server(self, server: ServerId) -> None:
        folder = self._folder
        ours = [each for each in folder.outbox.deliveries if each.server == server]
        threads = {standing(each, PartKind.THREAD) for each in ours}
        folder.conversations.kept = [
            turn
            for turn in folder.conversations.kept
            if turn.server != server and turn.answer.conversation not in threads
        ]
        for question in [each for each in await folder.questions.unanswered() if each.server == server]:
            await folder.questions.done(question.id)
        for notice in [each for each in folder.notices.kept.values() if each.audience == server]:
            del folder.notices.kept[notice.id]
        for pause in [each for each in folder.pauses.kept.values() if each.server == server]:
            del folder.pauses.kept[pause.place]
        folder.usage.rebook(lambda payer: replace(payer, server="", roles=()) if payer.server == server else payer)
        self._drop(ours)
        own = folder.stories.drop(server)
        folder.briefings.drop_previews_of(own)
        folder.articles.drop(server)

    def _drop(self, deliveries: list[Delivery]) -> None:
        for each in deliveries:
            self._folder.outbox.drop(each.id)
        for correction in list(self._folder.corrections.kept.values()):
            if correction.delivery in {each.id for each in deliveries}:
                del self._folder.corrections.kept[correction.id]
        posted = {each.briefing for each in self._folder.outbox.deliveries}
        for briefing in {each.briefing for each in deliveries} - posted:
            self._folder.briefings.kept.pop(briefing, None)


class MemoryEmbeddings:
    def __init__(self) -> None:
        self._vectors: dict[str, Vector] = {}

    async def get(self, keys: Collection[str]) -> Mapping[str, Vector]:
        return {key: vector for key, vector in self._vectors.items() if key in keys}

    async def put(self, vectors: Mapping[str, Vector], at: datetime) -> None:
        self._vectors.update(vectors)


class MemoryFolder:
    """All of them together, knowing of each other what a data folder's do."""

    def __init__(
        self, *, feeds: Iterable[Feed] = (), topics: Iterable[Topic] = (), schedules: Iterable[Schedule] = ()
    ) -> None:
        self.all_feeds: MemoryRegister[str, Feed] = MemoryRegister(
            feeds, lambda feed: own_key(feed.server, feed.url), "feed"
        )
        self.all_topics: MemoryRegister[str, Topic] = MemoryRegister(
            topics, lambda topic: own_key(topic.server, topic.name), "topic", str.casefold
        )
        self.servers: MemoryRegister[ServerId, Server] = MemoryRegister((), lambda server: server.id, "server")
        self.members: MemoryRegister[MemberId, Member] = MemoryRegister((), lambda member: member.id, "member")
        self.schedules: MemoryRegister[ScheduleId, Schedule] = MemoryRegister(
            schedules, lambda schedule: schedule.id, "schedule"
        )
        self.feed_states = MemoryFeedStates()
        self.articles = MemoryArticles(self._cited)
        self.index = MemoryIndex(self.articles)
        self.stories = MemoryStories()
        self.outbox = MemoryOutbox()
        self.pauses = MemoryPauses()
        self.briefings = MemoryBriefings(lambda: self.outbox.deliveries)
        self.conversations = MemoryConversations()
        self.questions = MemoryQuestions()
        self.notices = MemoryNotices()
        self.corrections = MemoryCorrections(self)
        self.embeddings = MemoryEmbeddings()
        self.usage = MemoryUsageLedger()
        self.erasure = MemoryErasure(self)
        self._view(PUBLIC)

    def seen_by(self, server: ServerId) -> MemoryFolder:
        view = copy.copy(self)
        view._view(server)
        return view

    def _view(self, server: ServerId) -> None:
        self.server = server
        self.feeds = OwnRegister(self.all_feeds, server, noun="feed", key=lambda feed: feed.url)
        self.topics = OwnRegister(
            self.all_topics, server, noun="topic", key=lambda topic: topic.name, fold=str.casefold
        )
        self.articles = self.articles.seen_by(server)
        self.index = MemoryIndex(self.articles)
        self.stories = self.stories.seen_by(server)

    def _cited(self, since: datetime) -> set[ArticleId]:
        """What is cited by what is kept; previews and turns from before `since` are dropped first."""
        posted = {delivery.briefing for delivery in self.outbox.deliveries}
        for briefing in list(self.briefings.kept.values()):
            if briefing.created_at < since and briefing.id not in posted:
                del self.briefings.kept[briefing.id]
        self.conversations.kept = [turn for turn in self.conversations.kept if turn.asked_at >= since]
        claims: list[Claim] = [claim for turn in self.conversations.kept for claim in turn.answer.claims]
        for briefing in self.briefings.kept.values():
            claims += [claim for telling in briefing.tellings for claim in telling.claims]
        return {citation.article_id for claim in claims for citation in claim.citations}
