"""The contracts of Conversations and UsageLedger."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.conversations import UNNAMED, ConversationId, QuestionId
from bot.domain.usage import DaySpent, Payer, Spent, Usage
from bot.ports.repositories import Repositories
from tests.contracts.samples import DAY, HOUR, NOW, article, turn

C1 = ConversationId("c1")


async def test_turns_come_back_whole_and_oldest_first(folder: Repositories) -> None:
    turns = [turn("Why?", cites=(article("one"),)), turn("And then?")]
    for each in turns:
        await folder.conversations.add(each)
    assert await folder.conversations.turns(C1) == turns


async def test_the_last_turns_are_given(folder: Repositories) -> None:
    turns = [turn(f"Question {number}") for number in range(12)]
    for each in turns:
        await folder.conversations.add(each)
    assert await folder.conversations.turns(C1) == turns[2:]
    assert await folder.conversations.turns(C1, limit=1) == turns[-1:]


async def test_conversations_do_not_mix(folder: Repositories) -> None:
    await folder.conversations.add(turn("Why?"))
    await folder.conversations.add(turn("Where?", conversation="c2"))
    assert await folder.conversations.turns(C1) == [turn("Why?")]
    assert await folder.conversations.turns(ConversationId("c0")) == []


async def test_tokens_are_summed_from_a_time_on(folder: Repositories) -> None:
    assert await folder.usage.tokens(NOW) == 0
    for age in (timedelta(0), HOUR, 2 * HOUR):
        call = Usage(at=NOW - age, task="story", model="m", prompt_tokens=100, completion_tokens=10)
        await folder.usage.add(call)
    assert await folder.usage.tokens(NOW - HOUR) == 220
    assert await folder.usage.tokens(NOW + HOUR) == 0


async def test_tokens_are_summed_of_the_whole_bot_a_server_or_a_member(folder: Repositories) -> None:
    booked = (
        (Payer(), 1), (Payer(server="s1", member="m1"), 10), (Payer(server="s1", member="m2"), 100),
        (Payer(server="s2", member="m1"), 1_000), (Payer(member="m1"), 10_000),
    )  # fmt: skip
    for payer, tokens in booked:
        call = Usage(at=NOW, task="answer", model="m", prompt_tokens=tokens, completion_tokens=0, payer=payer)
        await folder.usage.add(call)
    assert await folder.usage.tokens(NOW) == 11_111
    assert await folder.usage.tokens(NOW, Payer(server="s1")) == 110
    assert await folder.usage.tokens(NOW, Payer(member="m1")) == 11_010
    assert await folder.usage.tokens(NOW + HOUR, Payer(server="s1")) == 0
    assert await folder.usage.tokens(NOW, Payer(server="s1", member="m1")) == 10


async def test_tokens_are_summed_of_all_who_have_a_role_in_a_server(folder: Repositories) -> None:
    booked = ((("r1", "r2"), "s1", 1), (("r2",), "s1", 10), ((), "s1", 100), (("r1",), "s2", 1_000))
    for roles, server, tokens in booked:
        payer = Payer(server=server, member="m1", roles=roles)
        call = Usage(at=NOW, task="answer", model="m", prompt_tokens=tokens, completion_tokens=0, payer=payer)
        await folder.usage.add(call)
    asked = (("r1",), ("r2",), ("r1", "r2"), ("r3",), ())
    sums = [await folder.usage.tokens(NOW, Payer(server="s1", roles=roles)) for roles in asked]
    assert sums == [1, 11, 1, 0, 111]


async def test_what_was_spent_is_summed_by_day_and_task(folder: Repositories) -> None:
    anna = Payer(server="s1", member="m1")
    for age, task, payer in ((0, "embed", anna), (0, "answer", anna), (1, "answer", anna), (1, "answer", Payer())):
        call = Usage(at=NOW - age * DAY, task=task, model="m", prompt_tokens=9, completion_tokens=1, payer=payer)
        await folder.usage.add(call)
    today, yesterday = NOW.date(), (NOW - DAY).date()
    one, two = (Spent(calls=calls, prompt_tokens=9 * calls, completion_tokens=calls) for calls in (1, 2))
    last = [DaySpent(day=today, task=task, spent=one) for task in ("answer", "embed")]
    assert await folder.usage.by_day(NOW - DAY) == [DaySpent(day=yesterday, task="answer", spent=two), *last]
    assert await folder.usage.by_day(NOW - DAY, anna) == [DaySpent(day=yesterday, task="answer", spent=one), *last]
    assert await folder.usage.by_day(NOW, Payer(member="m1")) == last
    assert await folder.usage.by_day(NOW + HOUR) == []


async def test_a_turn_is_found_by_the_name_of_its_question_in_whichever_conversation(folder: Repositories) -> None:
    named = replace(turn("Where?", conversation="c2", cites=(article("one"),)), question=QuestionId("message:7"))
    for each in (turn("Why?"), named, turn("And then?")):
        await folder.conversations.add(each)
    assert await folder.conversations.turn(QuestionId("message:7")) == named
    assert await folder.conversations.turn(QuestionId("message:8")) is None
    assert await folder.conversations.turn(UNNAMED) is None
