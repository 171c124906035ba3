"""Answer: from a question to checked claims, or an honest `not_covered`. Decides nothing, posts nothing.

question + turns -> evidence -> writer -> gate -> record
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from bot.domain.articles import ArticleId
from bot.domain.briefings import Claim, Source
from bot.domain.conversations import (
    ITSELF,
    UNNAMED,
    About,
    Answer,
    ConversationId,
    QuestionId,
    Status,
    Turn,
    caveat_of,
)
from bot.domain.deliveries import ThreadId
from bot.domain.drafts import Draft, QuestionTask
from bot.domain.errors import BudgetError, InputError, ModelError
from bot.domain.questions import declined
from bot.domain.schedules import ServerId
from bot.domain.text import normalise
from bot.domain.topics import Topic, named
from bot.domain.usage import Payer
from bot.domain.wording import answers, refusals
from bot.ports.outside import Clock, Embedder, Rewriter, Verifier, Workers, Writer
from bot.ports.repositories import Repositories
from bot.services.checking import Checked, Checking
from bot.services.gather import Found, Gathering, Wanted

_TURNS = 6
_LOOKED_THROUGH = 100
_MAX_QUESTION_CHARS = 1_000

log = structlog.get_logger()


class Answering:
    """Answers questions. `fallback` answers where `writer` cannot; it must not fail for want of a model."""

    def __init__(
        self,
        repositories: Repositories,
        *,
        writer: Writer,
        fallback: Writer,
        workers: Workers,
        clock: Clock,
        verifier: Verifier | None = None,
        rewriter: Rewriter | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        self._kept = repositories
        self._writer = writer
        self._fallback = fallback
        self._clock = clock
        self._checking = Checking(workers, verifier)
        self._gathering = Gathering(repositories, workers=workers, clock=clock, rewriter=rewriter, embedder=embedder)

    async def ask(
        self,
        question: str,
        *,
        conversation: ConversationId,
        asker: str = "",
        topic: str | None = None,
        thread: ThreadId | None = None,
        asked_at: datetime | None = None,
        server: str = "",
        about: About = ITSELF,
        name: QuestionId = UNNAMED,
        roles: Collection[str] = (),
    ) -> Answer:
        """Answers and records one turn of `conversation`; `thread` names the briefing whose stories come first.

        `asked_at` is the moment by which `recorded` finds the answer again, `name` is that of the question; `roles`
        are those that the asker has in the server, for their budgets. Raises InputError for an empty or overlong
        question and an unknown topic, StorageError.
        """
        before = await self._before(conversation, asker, about)
        subject = await self._gathering.subject(about, ServerId(server))
        wanted = Wanted(
            question=_answerable(question),
            earlier=tuple(each.title for each in subject[:1]) or tuple(answer.question for answer in before),
            topic=await self._topic(ServerId(server), topic) if topic else None,
            thread=thread,
            cited=tuple(each.id for each in subject)
            or tuple(source.id for answer in reversed(before) if answer.claims for source in answer.sources),
            payer=Payer(server=server, member=asker, roles=tuple(roles)),
        )
        now = asked_at or self._clock.now()
        found = await self._gathering.evidence(wanted)
        answer = await self._answered(_task(wanted, found, now), conversation, found)
        turn = Turn(asked_at=now, asker=asker, answer=answer, server=server, question=name)
        await self._kept.conversations.add(turn)
        log.info("question_answered", conversation=conversation, status=answer.status.value)
        return answer

    async def _before(self, conversation: ConversationId, asker: str, about: About) -> list[Answer]:
        """The answers that a question follows on: the asker's own; or the one he replies to, whoever it was given to.

        None where he asks about something else.
        """
        if about.text or about.story:
            return []
        turns = await self._kept.conversations.turns(conversation, _TURNS)
        own = [turn for turn in turns if turn.asker == asker]
        followed = await self._kept.conversations.turn(about.follows) if about.follows else None
        if followed is None:
            return [turn.answer for turn in own]
        earlier = [turn.answer for turn in own if followed.asker == asker and turn.asked_at < followed.asked_at]
        return [*earlier, followed.answer]

    async def _topic(self, server: ServerId, name: str) -> Topic:
        """Raises NotFoundError, which lists the topics that there are."""
        topics = self._kept.seen_by(server).topics
        return await topics.get(named(await topics.all(), [name])[0])

    async def recorded(
        self, question: str, *, conversation: ConversationId, asker: str, asked_at: datetime
    ) -> Answer | None:
        """The answer that `ask` recorded for a question of that moment, if it is among the conversation's last ones."""
        sought = asked_at, asker, _plain(question)
        turns = await self._kept.conversations.turns(conversation, _LOOKED_THROUGH)
        found = (turn.answer for turn in turns if (turn.asked_at, turn.asker, turn.answer.question) == sought)
        return next(found, None)

    async def _answered(self, task: QuestionTask, conversation: ConversationId, found: Found) -> Answer:
        why_not = declined(task.question)
        nothing = Answer(
            question=task.question,
            conversation=conversation,
            status=Status.NOT_COVERED,
            claims=(),
            sources=tuple(Source.of(each) for each in found.nearest),
            as_of=task.asked_at,
            engine=self._writer.engine(QuestionTask),
            caveat=answers.DECLINED[why_not] if why_not else None,
        )
        if why_not:
            return await self._declined(nothing, task)
        if not task.passages:
            return nothing
        writer, draft, failure = await self._draft(task)
        checked = await self._checking.check(writer, task, draft)
        if draft.claims and not checked.claims and failure is None:
            writer, draft = self._fallback, await self._fallback.answer(task)
            checked = await self._checking.check(writer, task, draft)
        note = answers.by_extracts(str(failure)) if failure else None
        nothing = replace(nothing, engine=writer.engine(QuestionTask), withheld=len(checked.refusals), note=note)
        if not checked.claims:
            return replace(nothing, status=_status(failure))
        answer = replace(_with_claims(nothing, task, checked), status=Status.ANSWERED)
        return replace(answer, caveat=caveat_of(answer.sources, task.asked_at))

    async def _declined(self, nothing: Answer, task: QuestionTask) -> Answer:
        """What the articles say about the matter, in their own words: no model is asked what it thinks."""
        nothing = replace(nothing, engine=self._fallback.engine(QuestionTask))
        draft = await self._fallback.answer(task) if task.passages else Draft(claims=())
        checked = await self._checking.check(self._fallback, task, draft)
        return _with_claims(nothing, task, checked) if checked.claims else nothing

    async def _draft(self, task: QuestionTask) -> tuple[Writer, Draft, ModelError | None]:
        try:
            draft = await self._writer.answer(task)
            return self._writer, draft if draft.covered else replace(draft, claims=()), None
        except ModelError as error:
            log.warning("fallback_answers", reason=str(error))
            return self._fallback, await self._fallback.answer(task), error


def _answerable(question: str) -> str:
    """The question as it is answered and recorded. Raises InputError."""
    asked = _plain(question)
    if not asked or len(asked) > _MAX_QUESTION_CHARS:
        raise InputError(refusals.question_chars(_MAX_QUESTION_CHARS, len(asked)))
    return asked


def _task(wanted: Wanted, found: Found, asked_at: datetime) -> QuestionTask:
    return QuestionTask(
        question=wanted.question,
        asked_at=asked_at,
        passages=found.passages,
        sources=found.sources,
        earlier=wanted.earlier,
        payer=wanted.payer,
    )


def _plain(question: str) -> str:
    """A question as it is answered and recorded."""
    return " ".join(normalise(question).split())


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
