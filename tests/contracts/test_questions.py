"""The contract of the Questions port."""

from dataclasses import replace

from bot.domain.conversations import About, ConversationId, Question, QuestionId
from bot.domain.deliveries import ThreadId
from bot.domain.stories import StoryId
from bot.ports.repositories import Repositories
from tests.contracts.samples import HOUR, NOW

QUESTION = Question(
    id=QuestionId("message:1"),
    conversation=ConversationId("77"),
    asker="discord:5",
    text="When do the tariffs start?",
    reply_to="message:77:1",
    asked_at=NOW,
    topic="Tariffs",
    thread=ThreadId("77"),
    about=About(text="Look at “this”", story=StoryId("s1"), headline="Tariffs rise", follows=QuestionId("message:9")),
)
EARLIER = replace(QUESTION, id=QuestionId("message:0"), asked_at=NOW - HOUR, topic=None, thread=None)


async def test_questions_are_owed_oldest_first_until_they_are_done(folder: Repositories) -> None:
    assert await folder.questions.accept(QUESTION)
    assert await folder.questions.accept(EARLIER)
    assert list(await folder.questions.unanswered()) == [EARLIER, QUESTION]
    await folder.questions.done(EARLIER.id)
    assert list(await folder.questions.unanswered()) == [QUESTION]


async def test_a_question_that_comes_twice_is_accepted_once(folder: Repositories) -> None:
    assert await folder.questions.accept(QUESTION)
    assert not await folder.questions.accept(replace(QUESTION, text="Something else?"))
    assert list(await folder.questions.unanswered()) == [QUESTION]


async def test_an_unknown_question_may_be_done(folder: Repositories) -> None:
    await folder.questions.done(QUESTION.id)
    assert not await folder.questions.unanswered()
