"""What goes round the program's parts counts their work, and changes nothing of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.adapters.metrics import Metrics
from bot.bootstrap.metering import MeteredAnswers, MeteredLedger, MeteredWriter, count_part
from bot.domain.conversations import ITSELF, UNNAMED, About, Answer, ConversationId, QuestionId
from bot.domain.deliveries import Failed, MessageId, PartKind, Pending, Rejected, Sent, ThreadId, with_state
from bot.domain.drafts import StoryTask
from bot.domain.errors import BudgetError, InputError, ModelError, StorageError
from bot.domain.topics import Topic
from bot.domain.usage import EVERYONE, Payer, Spent, Usage
from tests.contracts.samples import NOW, delivery, turn
from tests.doubles.memory import MemoryUsageLedger
from tests.services.scripted_writer import ScriptedWriter, draft

TASK = StoryTask(topic=Topic(name="Tariffs", words=()), sources={})
SENT = Sent(message=MessageId("m"), sent_at=NOW)
FAILED = Failed(reason="Busy.", attempts=1, tried_at=NOW, retry_at=NOW)
ENDED = Rejected(reason="Gone.", rejected_at=NOW)
LEFT_OUT = Rejected(reason="Too long.", rejected_at=NOW, ends=False)


class Heard(Metrics):
    """Metrics that remember what they were told, in words."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def called(self, outcome: str, took: timedelta) -> None:
        self.words.append(f"called {outcome}")

    def asked(self, status: str, took: timedelta) -> None:
        self.words.append(f"asked {status}")

    def part(self, state: str) -> None:
        self.words.append(f"part {state}")

    def delivered(self, state: str, late: timedelta, at: datetime) -> None:
        self.words.append(f"delivered {state} {late}")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(None, "answered"), (ModelError("x"), "failed"), (BudgetError("x"), "over_budget"), (OSError("x"), "failed")],
)
async def test_each_call_of_the_model_is_counted_by_what_came_of_it(error: Exception | None, outcome: str) -> None:
    heard = Heard()
    writer = MeteredWriter(ScriptedWriter(error or draft("It rains.")), heard)
    assert writer.engine(StoryTask).name == "openai"
    if error is None:
        assert (await writer.tell(TASK)).claims[0].text == "It rains."
    else:
        with pytest.raises(type(error)):
            await writer.tell(TASK)
    assert heard.words == [f"called {outcome}"]
    await writer.repair(TASK, draft(), ())
    assert heard.words[1:] == ["called answered"]


async def test_what_is_booked_is_heard_and_stays_booked() -> None:
    calls: list[Usage] = []
    ledger = MeteredLedger(MemoryUsageLedger(), calls.append)
    anna = Payer(server="discord:5", member="anna")
    for task, payer in (("story", EVERYONE), ("answer", anna)):
        await ledger.add(Usage(at=NOW, task=task, model="m", prompt_tokens=9, completion_tokens=1, payer=payer))
    assert [await ledger.tokens(NOW, payer) for payer in (EVERYONE, Payer(member="anna"))] == [20, 10]
    assert Spent.of(calls) == Spent(calls=2, prompt_tokens=18, completion_tokens=2)


class Answers:
    """Answers every question with the same answer, or fails."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.thread: ThreadId | None = None
        self.server = ""
        self.roles: Collection[str] = ()

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
        self.roles = roles
        self.thread = thread
        self.server = server
        if self.error:
            raise self.error
        return turn(question).answer

    async def recorded(
        self, question: str, *, conversation: ConversationId, asker: str, asked_at: datetime
    ) -> Answer | None:
        return None


@pytest.mark.parametrize(
    ("error", "status"), [(None, "answered"), (InputError("x"), "refused"), (StorageError("x"), "failed")]
)
async def test_each_question_is_counted_by_what_came_of_it(error: Exception | None, status: str) -> None:
    heard, answers = Heard(), Answers(error)
    metered = MeteredAnswers(answers, heard)
    asking = metered.ask("Why?", conversation=ConversationId("c"), thread=ThreadId("7"), server="d:5", roles=["r"])
    if error is None:
        assert (await asking).question == "Why?"
    else:
        with pytest.raises(type(error)):
            await asking
    assert (answers.thread, answers.server, answers.roles) == ("7", "d:5", ["r"])
    assert heard.words == [f"asked {status}"]
    assert await metered.recorded("Why?", conversation=ConversationId("c"), asker="", asked_at=NOW) is None
    assert len(heard.words) == 1, "what was answered before is not asked anew"


@pytest.mark.parametrize(
    ("states", "part", "words"),
    [
        ((SENT, Pending(), Pending()), 0, ["part sent"]),
        ((SENT, SENT, FAILED), 2, ["part failed"]),
        ((SENT, SENT, SENT), 2, ["part sent", "delivered complete 0:05:00"]),
        ((SENT, SENT, LEFT_OUT), 2, ["part rejected", "delivered complete 0:05:00"]),
        ((SENT, LEFT_OUT, Pending()), 1, ["part rejected"]),
        ((ENDED, Pending(), Pending()), 0, ["part rejected", "delivered rejected 0:05:00"]),
    ],
)
def test_a_delivery_is_counted_once_when_it_ends(
    states: tuple[Sent | Pending | Failed | Rejected, ...], part: int, words: list[str]
) -> None:
    heard = Heard()
    now_is = delivery("d1", Pending(), Pending(), Pending())
    for index, state in enumerate(states):
        now_is = with_state(now_is, index, state)
    count_part(heard, now_is, now_is.parts[part], now_is.slot.due_at + timedelta(minutes=5))
    assert heard.words == words


def test_the_note_of_a_correction_makes_no_delivery_complete_again() -> None:
    heard = Heard()
    done = delivery("d1", SENT, SENT, SENT)
    note = replace(done.parts[2], index=3, kind=PartKind.NOTE)
    count_part(heard, replace(done, parts=(*done.parts, note)), note, NOW)
    assert heard.words == ["part sent"]
