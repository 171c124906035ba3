"""From a question to checked claims, or an honest lack of them."""

from datetime import timedelta

import pytest

from bot.adapters.extractive_writer import ExtractiveWriter
from bot.domain.articles import Article
from bot.domain.conversations import ConversationId, Status
from bot.domain.deliveries import Delivery, DeliveryId, MessageId, Sent, ThreadId
from bot.domain.drafts import QuestionTask
from bot.domain.errors import BudgetError, InputError, ModelError, NotFoundError
from bot.domain.rendering import parts
from bot.domain.schedules import Destination, ScheduleId, Slot
from bot.ports.outside import Writer
from bot.services.answer import Answering
from tests.domain.samples import NOW, RALLY_TEXT, TARIFF_TEXT, article
from tests.doubles.clock import StandingClock
from tests.doubles.workers import SameProcess
from tests.services.scripted_writer import ScriptedWriter, draft
from tests.services.test_compose import DAY, RALLY, STARTS, TARIFF, Desk

TALK = ConversationId("c1")
WHEN = "When do the tariffs on the UK start?"


class Counter(Desk):
    """The same library, with somebody who answers."""

    def __init__(self, writer: Writer | None = None) -> None:
        super().__init__()
        workers = SameProcess()
        fallback = ExtractiveWriter(workers)
        self.answering = Answering(
            self.folder, writer=writer or fallback, fallback=fallback, workers=workers, clock=StandingClock(NOW)
        )


async def _counter(*articles: Article, writer: Writer | None = None) -> Counter:
    counter = Counter(writer)
    await counter.file(*(articles or (TARIFF, RALLY)))
    return counter


async def test_an_answer_is_claims_with_citations_as_of_their_newest_article() -> None:
    answer = await (await _counter()).answering.ask(WHEN, conversation=TALK)
    assert answer.status is Status.ANSWERED
    assert answer.claims[0].text == STARTS
    assert answer.claims[0].citations[0].n == 1
    assert answer.sources[0].id == TARIFF.id
    assert answer.as_of == TARIFF.published_at


async def test_what_nothing_supports_is_not_covered_and_no_model_is_asked() -> None:
    writer = ScriptedWriter(draft(STARTS))
    answer = await (await _counter(writer=writer)).answering.ask("Who wins the league tonight?", conversation=TALK)
    assert (answer.status, answer.claims, writer.calls) == (Status.NOT_COVERED, (), [])


async def test_the_nearest_articles_are_named_where_nothing_answers() -> None:
    counter = await _counter()
    answer = await counter.answering.ask("What do tariffs mean for cheese from Kent and Devon?", conversation=TALK)
    assert answer.status is Status.NOT_COVERED
    assert answer.sources[0].id == TARIFF.id


async def test_earlier_turns_of_the_same_asker_count() -> None:
    writer = ScriptedWriter(draft(STARTS))
    counter = await _counter(writer=writer)
    await counter.answering.ask(WHEN, conversation=TALK, asker="m1")
    await counter.answering.ask("And what of shares?", conversation=TALK, asker="m2")
    await counter.answering.ask("And what did Denmark say?", conversation=TALK, asker="m1")
    task = writer.calls[-1][1]
    assert isinstance(task, QuestionTask)
    assert task.earlier == (WHEN,)


async def test_a_models_answer_passes_the_gate_or_is_not_shown() -> None:
    invented = draft("The tariffs on the UK start on March 9 at a rate of 99%.")
    answer = await (await _counter(writer=ScriptedWriter(invented))).answering.ask(WHEN, conversation=TALK)
    assert "99%" not in " ".join(claim.text for claim in answer.claims)
    assert answer.status is Status.ANSWERED  # by an extract
    assert answer.engine.name == "extractive"


async def test_a_model_that_finds_no_answer_is_believed_whatever_else_it_says() -> None:
    writer = ScriptedWriter(draft(STARTS, covered=False))
    assert (await (await _counter(writer=writer)).answering.ask(WHEN, conversation=TALK)).status is Status.NOT_COVERED


async def test_a_model_that_fails_is_replaced_by_extracts_with_a_word_about_it() -> None:
    writer = ScriptedWriter(ModelError("The model took too long"))
    answer = await (await _counter(writer=writer)).answering.ask(WHEN, conversation=TALK)
    assert answer.status is Status.ANSWERED
    assert answer.note == "Answered by extracts: The model took too long."


@pytest.mark.parametrize(
    ("error", "status"),
    [(ModelError("The model took too long"), Status.UNAVAILABLE), (BudgetError("Used up"), Status.OVER_BUDGET)],
)
async def test_where_extracts_do_not_answer_either_the_reason_is_the_status(error: ModelError, status: Status) -> None:
    counter = await _counter(
        article("Tariff on UK goods start", "The UK. Tariffs start."), writer=ScriptedWriter(error)
    )
    assert (await counter.answering.ask(WHEN, conversation=TALK)).status is status


async def test_the_threads_own_stories_are_looked_at_first() -> None:
    twin = article("UK tariff start date", TARIFF_TEXT.replace("February 1", "March 3"), outlet="Other", hours_old=200)
    counter = await _counter(TARIFF)
    briefing = await counter.compose.brief((), DAY)
    await counter.file(twin)
    slot = Slot(schedule=ScheduleId("s"), local_date=NOW.date(), planned=NOW.time(), due_at=NOW)
    identity = DeliveryId("d1")
    delivery = Delivery(
        id=identity,
        slot=slot,
        destination=Destination("discord:1"),
        briefing=briefing.id,
        created_at=NOW,
        parts=parts(briefing, identity, "UTC"),
    )
    await counter.folder.outbox.open(delivery)
    await counter.folder.outbox.record(identity, 1, Sent(message=MessageId("77"), sent_at=NOW))
    answer = await counter.answering.ask(WHEN, conversation=TALK, thread=ThreadId("77"))
    assert answer.sources[0].id == TARIFF.id


async def test_what_is_older_than_a_week_answers_where_nothing_newer_does() -> None:
    old = article("Tech gauge up", RALLY_TEXT, hours_old=24 * 20)
    counter = await _counter(TARIFF, old)
    answer = await counter.answering.ask("By how much has the onshore tech gauge risen this month?", conversation=TALK)
    assert answer.sources[0].id == old.id
    assert answer.as_of == old.published_at


async def test_a_topic_narrows_where_is_looked_and_an_unknown_one_is_an_error() -> None:
    counter = await _counter()
    answer = await counter.answering.ask(WHEN, conversation=TALK, topic="AI stocks")
    assert answer.status is Status.NOT_COVERED
    with pytest.raises(NotFoundError):
        await counter.answering.ask(WHEN, conversation=TALK, topic="Sport")


@pytest.mark.parametrize("question", ["", "   ", "why " * 400])
async def test_an_empty_or_endless_question_is_refused_in_a_sentence(question: str) -> None:
    with pytest.raises(InputError, match="between 1 and 1,000 characters"):
        await (await _counter()).answering.ask(question, conversation=TALK)


async def test_every_turn_is_on_record_before_the_answer_is_given() -> None:
    counter = await _counter()
    answer = await counter.answering.ask(WHEN, conversation=TALK, asker="m1")
    (turn,) = await counter.folder.conversations.turns(TALK)
    assert (turn.asker, turn.answer) == ("m1", answer)
    assert turn.asked_at == NOW


async def test_an_answer_is_found_again_by_its_moment_its_asker_and_its_words() -> None:
    counter = await _counter()
    asked_at = NOW - timedelta(minutes=3)
    answer = await counter.answering.ask(f" {WHEN}\n", conversation=TALK, asker="m1", asked_at=asked_at)
    find = counter.answering.recorded
    assert await find(f" {WHEN}\n", conversation=TALK, asker="m1", asked_at=asked_at) == answer
    assert await find("Why?", conversation=TALK, asker="m1", asked_at=asked_at) is None
    assert await find(WHEN, conversation=TALK, asker="m2", asked_at=asked_at) is None
    assert await find(WHEN, conversation=TALK, asker="m1", asked_at=NOW) is None
