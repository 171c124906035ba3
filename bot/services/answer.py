"""Answer: from a question to checked claims, or an honest `not_covered`. Decides nothing, posts nothing.

question + turns -> search (the thread's stories, this week, everything) -> passages -> writer -> gate -> record
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.articles import Article, ArticleId
from bot.domain.briefings import Claim, Source
from bot.domain.conversations import Answer, ConversationId, Status, Turn
from bot.domain.deliveries import ThreadId
from bot.domain.drafts import Draft, Passage, QuestionTask, SourceId
from bot.domain.errors import BudgetError, InputError, ModelError, NotFoundError
from bot.domain.evidence import Query, passages, query, search_words
from bot.domain.topics import ON_TOPIC, Topic, relevance
from bot.domain.wording import normalise
from bot.ports.outside import Clock, Workers, Writer
from bot.ports.repositories import Repositories
from bot.services.checking import Checked, Checking

_DEADLINE = timedelta(seconds=20)
_FRESH = timedelta(days=7)
_HITS = 20
_NEAREST = 3
_TURNS = 6
_LOOKED_THROUGH = 100
_MAX_QUESTION_CHARS = 1_000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Evidence, and the articles nearest to the question whether they answer it or not."""

    passages: tuple[Passage, ...]
    sources: Mapping[SourceId, Article]
    nearest: tuple[Article, ...]


class Answering:
    """Answers questions. `fallback` answers where `writer` cannot; it must not fail for want of a model."""

    def __init__(
        self, repositories: Repositories, *, writer: Writer, fallback: Writer, workers: Workers, clock: Clock
    ) -> None:
        self._kept = repositories
        self._writer = writer
        self._fallback = fallback
        self._workers = workers
        self._clock = clock
        self._checking = Checking(workers)

    async def ask(
        self,
        question: str,
        *,
        conversation: ConversationId,
        asker: str = "",
        topic: str | None = None,
        thread: ThreadId | None = None,
        asked_at: datetime | None = None,
    ) -> Answer:
        """Answers and records one turn of `conversation`; `thread` names the briefing whose stories come first.

        `asked_at` is the moment by which `recorded` finds the answer again. Raises InputError for an empty or overlong
        question and an unknown topic, StorageError.
        """
        asked = _plain(question)
        if not asked or len(asked) > _MAX_QUESTION_CHARS:
            raise InputError(
                f"A question has between 1 and {_MAX_QUESTION_CHARS:,} characters; this one has {len(asked):,}"
            )
        turns = await self._kept.conversations.turns(conversation, _TURNS)
        earlier = tuple(turn.answer.question for turn in turns if turn.asker == asker)
        about = await self._kept.topics.get(topic) if topic else None
        found = await self._evidence(asked, earlier, about, thread)
        now = asked_at or self._clock.now()
        task = QuestionTask(
            question=asked, asked_at=now, passages=found.passages, sources=found.sources, earlier=earlier
        )
        answer = await self._answered(task, conversation, found)
        await self._kept.conversations.add(Turn(asked_at=now, asker=asker, answer=answer))
        log.info("question_answered", conversation=conversation, status=answer.status.value)
        return answer

    async def recorded(
        self, question: str, *, conversation: ConversationId, asker: str, asked_at: datetime
    ) -> Answer | None:
        """The answer that `ask` recorded for a question of that moment, if it is among the conversation's last ones."""
        sought = asked_at, asker, _plain(question)
        turns = await self._kept.conversations.turns(conversation, _LOOKED_THROUGH)
        found = (turn.answer for turn in turns if (turn.asked_at, turn.asker, turn.answer.question) == sought)
        return next(found, None)

    async def _answered(self, task: QuestionTask, conversation: ConversationId, found: _Found) -> Answer:
        nothing = Answer(
            question=task.question,
            conversation=conversation,
            status=Status.NOT_COVERED,
            claims=(),
            sources=tuple(Source.of(each) for each in found.nearest),
            as_of=task.asked_at,
            engine=self._writer.engine(QuestionTask),
        )
        if not task.passages:
            return nothing
        writer, draft, failure = await self._draft(task)
        checked = await self._checking.check(writer, task, draft)
        if draft.claims and not checked.claims and failure is None:
            writer, draft = self._fallback, await self._fallback.answer(task)
            checked = await self._checking.check(writer, task, draft)
        note = f"Answered by extracts: {failure}." if failure else None
        nothing = replace(nothing, engine=writer.engine(QuestionTask), withheld=len(checked.refusals), note=note)
        if checked.claims:
            return _with_claims(nothing, task, checked)
        return replace(nothing, status=_status(failure))

    async def _draft(self, task: QuestionTask) -> tuple[Writer, Draft, ModelError | None]:
        try:
            draft = await self._writer.answer(task)
            return self._writer, draft if draft.covered else replace(draft, claims=()), None
        except ModelError as error:
            log.warning("fallback_answers", reason=str(error))
            return self._fallback, await self._fallback.answer(task), error

    async def _evidence(
        self, question: str, earlier: Sequence[str], topic: Topic | None, thread: ThreadId | None
    ) -> _Found:
        """Looks in the newest week, with the thread's own stories weighing more; then in everything."""
        asked = query(question, earlier)
        sought = search_words(question, earlier)
        own = await self._thread_articles(thread) if thread else ()
        near = await self._search(sought, None, own, topic) if own else []
        fresh = await self._search(sought, self._clock.now() - _FRESH, None, topic)
        found = await self._passages(asked, [*near, *(each for each in fresh if each.id not in own)], len(near))
        if found.passages:
            return found
        rest = await self._passages(asked, await self._search(sought, None, None, topic), 0)
        return rest if rest.passages or not found.nearest else found

    async def _passages(self, asked: Query, articles: Sequence[Article], own: int) -> _Found:
        """The passages of `articles`, of which the first `own` belong to the thread."""
        sources = {f"S{n}": each for n, each in enumerate(articles, 1)}
        first = frozenset(list(sources)[:own])
        chosen = await self._workers.run(_DEADLINE, passages, asked, sources, first) if sources else ()
        used = {passage.source for passage in chosen}
        return _Found(
            passages=chosen,
            sources={n: each for n, each in sources.items() if n in used},
            nearest=tuple(articles[:_NEAREST]),
        )

    async def _search(
        self,
        sought: Sequence[str],
        since: datetime | None,
        among: Sequence[ArticleId] | None,
        topic: Topic | None,
    ) -> list[Article]:
        hits = await self._kept.index.search(sought, since=since, among=among, limit=_HITS)
        articles = await self._kept.articles.get([hit.article for hit in hits])
        found = [articles[hit.article] for hit in hits if hit.article in articles]
        return await self._workers.run(_DEADLINE, _on_topic, topic, found) if topic and found else found

    async def _thread_articles(self, thread: ThreadId) -> tuple[ArticleId, ...]:
        """The articles of the stories told in a thread; none where no briefing stands there."""
        delivery = await self._kept.outbox.by_thread(thread)
        if delivery is None:
            return ()
        try:
            briefing = await self._kept.briefings.get(delivery.briefing)
        except NotFoundError:  # lost with a damaged archive; everything else may still answer
            return ()
        stories = await self._kept.stories.get([telling.story_id for telling in briefing.tellings])
        return tuple(article for story in stories.values() for article in story.articles)


def _plain(question: str) -> str:
    """A question as it is answered and recorded."""
    return " ".join(normalise(question).split())


def _on_topic(topic: Topic, articles: Sequence[Article]) -> list[Article]:
    """Runs in a worker."""
    return [each for each in articles if relevance(topic, each) >= ON_TOPIC]


def _with_claims(nothing: Answer, task: QuestionTask, checked: Checked) -> Answer:
    """The answer with only the articles that its claims cite, numbered in the order in which they are cited."""
    numbers: dict[ArticleId, int] = {}
    for claim in checked.claims:
        for citation in claim.citations:
            numbers.setdefault(citation.article_id, len(numbers) + 1)
    by_id = {article.id: article for article in task.sources.values()}
    cited = [by_id[article] for article in numbers]
    return replace(
        nothing,
        status=Status.ANSWERED,
        claims=tuple(_renumbered(claim, numbers) for claim in checked.claims),
        sources=tuple(Source.of(each) for each in cited),
        as_of=max(each.published_at for each in cited),
    )


def _renumbered(claim: Claim, numbers: Mapping[ArticleId, int]) -> Claim:
    citations = tuple(replace(each, n=numbers[each.article_id]) for each in claim.citations)
    return replace(claim, citations=citations)


def _status(failure: ModelError | None) -> Status:
    if failure is None:
        return Status.NOT_COVERED
    return Status.OVER_BUDGET if isinstance(failure, BudgetError) else Status.UNAVAILABLE
