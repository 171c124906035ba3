"""What goes round the program's parts so that their work is counted. Changes nothing of what they do."""

import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta

from bot.adapters.metrics import Metrics
from bot.domain.briefings import Engine
from bot.domain.conversations import ITSELF, UNNAMED, About, Answer, ConversationId, QuestionId
from bot.domain.deliveries import Delivery, Failed, Part, PartKind, Pending, ThreadId, rejected
from bot.domain.drafts import Draft, QuestionTask, StoryTask, Task
from bot.domain.errors import BudgetError, InputError
from bot.domain.usage import EVERYONE, DaySpent, Payer, Usage
from bot.ports.outside import Writer
from bot.ports.repositories import UsageLedger
from cogs.services import Answers


class MeteredWriter:
    """Port Writer: counts what is asked of the model."""

    def __init__(self, writer: Writer, metrics: Metrics) -> None:
        self._writer = writer
        self._metrics = metrics

    def engine(self, task: type[StoryTask] | type[QuestionTask]) -> Engine:
        """See `ports.outside.Writer`, as for all below."""
        return self._writer.engine(task)

    async def tell(self, task: StoryTask) -> Draft:
        return await self._counted(self._writer.tell(task))

    async def answer(self, task: QuestionTask) -> Draft:
        return await self._counted(self._writer.answer(task))

    async def repair(self, task: Task, draft: Draft, refusals: Sequence[str]) -> Draft:
        return await self._counted(self._writer.repair(task, draft, refusals))

    async def _counted(self, call: Awaitable[Draft]) -> Draft:
        began = time.monotonic()
        outcome = "failed"
        try:
            draft = await call
            outcome = "answered"
            return draft
        except BudgetError:
            outcome = "over_budget"
            raise
        finally:
            self._metrics.called(outcome, _since(began))


class MeteredLedger:
    """Port UsageLedger: tells `heard` what is booked."""

    def __init__(self, ledger: UsageLedger, heard: Callable[[Usage], None]) -> None:
        self._ledger = ledger
        self._heard = heard

    async def add(self, usage: Usage) -> None:
        """See `ports.repositories.UsageLedger`, as for all below."""
        self._heard(usage)
        await self._ledger.add(usage)

    async def tokens(self, since: datetime, payer: Payer = EVERYONE) -> int:
        return await self._ledger.tokens(since, payer)

    async def by_day(self, since: datetime, payer: Payer = EVERYONE) -> Sequence[DaySpent]:
        return await self._ledger.by_day(since, payer)


class MeteredAnswers:
    """What answers members, with its questions counted."""

    def __init__(self, answering: Answers, metrics: Metrics) -> None:
        self._answering = answering
        self._metrics = metrics

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
        """See `cogs.services.Answers`, as for all below."""
        began = time.monotonic()
        status = "failed"
        try:
            answer = await self._answering.ask(
                question,
                conversation=conversation,
                asker=asker,
                topic=topic,
                thread=thread,
                asked_at=asked_at,
                server=server,
                about=about,
                name=name,
                roles=roles,
            )
            status = answer.status.value
            return answer
        except InputError:
            status = "refused"
            raise
        finally:
            self._metrics.asked(status, _since(began))

    async def recorded(
        self, question: str, *, conversation: ConversationId, asker: str, asked_at: datetime
    ) -> Answer | None:
        return await self._answering.recorded(question, conversation=conversation, asker=asker, asked_at=asked_at)


def count_part(metrics: Metrics, delivery: Delivery, part: Part, now: datetime) -> None:
    """Counts the part that came into a new state, and the delivery where it ended with that."""
    metrics.part(type(part.state).__name__.lower())
    if part.kind is PartKind.NOTE or isinstance(part.state, Pending | Failed):
        return
    late = now - delivery.slot.due_at
    if rejected(delivery) is not None:
        metrics.delivered("rejected", late, now)
    elif not any(isinstance(each.state, Pending | Failed) for each in delivery.parts):
        metrics.delivered("complete", late, now)


def _since(began: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - began)
