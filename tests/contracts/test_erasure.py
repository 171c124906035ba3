"""The contract of the Erasure port: what goes is one person's or one server's, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.articles import article_id
from bot.domain.conversations import ConversationId, Question, QuestionId
from bot.domain.deliveries import MessageId, Pending, Sent
from bot.domain.destinations import Pause, Place
from bot.domain.errors import NotFoundError
from bot.domain.notices import OPERATOR, Audience, Notice, NoticeId, report_id
from bot.domain.schedules import Destination, MemberId, ServerId, direct
from bot.domain.stories import Story, StoryId
from bot.domain.traces import Traces
from bot.domain.usage import Payer, Usage
from bot.ports.repositories import Repositories
from tests.contracts.samples import (
    DAY,
    FEED,
    HOUR,
    NOW,
    article,
    briefing,
    correction,
    delivery,
    filed,
    telling,
    turn,
)

ANNA, BEN = MemberId("discord:42"), MemberId("discord:43")
OURS, THEIRS = ServerId("discord:9"), ServerId("discord:90")
TURN = turn("When?")
QUESTION = Question(
    id=QuestionId("q1"), conversation=ConversationId("c1"), asker=ANNA, text="Why?", reply_to="", asked_at=NOW
)
PAYER = Payer(server=OURS, member=ANNA, roles=("7",))
CALL = Usage(at=NOW, task="answer", model="m", prompt_tokens=90, completion_tokens=10, payer=PAYER)
SENT = Sent(message=MessageId("t9"), sent_at=NOW)


def report(member: MemberId) -> Notice:
    return Notice(id=report_id("d1", 2, member), audience=Audience(OURS), text="It is wrong.", raised_at=NOW)


def paused(destination: Destination, server: ServerId = OURS) -> Pause:
    return Pause(place=Place(destination=destination), server=server, reason="No.", since=NOW, tried_at=NOW)


async def test_what_was_collected_of_a_person_is_found_and_nobody_elses(folder: Repositories) -> None:
    assert await folder.erasure.traces(ANNA) == Traces()
    later = replace(TURN, asked_at=NOW + HOUR, server=OURS)
    for each in (TURN, later, replace(TURN, asker=BEN), replace(TURN, asker="")):
        await folder.conversations.add(each)
    for question in (QUESTION, replace(QUESTION, id=QuestionId("q2"), asker=BEN)):
        await folder.questions.accept(question)
    for call in (CALL, replace(CALL, payer=Payer(server=OURS, member=BEN)), replace(CALL, payer=Payer())):
        await folder.usage.add(call)
    reports = [report(member) for member in (ANNA, BEN, MemberId(f"{ANNA}1"))]
    for each in reports:
        await folder.notices.raise_(each)
    passed_on = replace(reports[0], id=NoticeId(f"{reports[0].id} for the operator"), audience=OPERATOR)
    await folder.notices.raise_(passed_on)
    await folder.outbox.open(delivery("d1", to=direct(ANNA)))
    await folder.outbox.open(replace(delivery("d2", day=2, to=direct(ANNA)), parts=()))
    await folder.outbox.open(delivery("d3", day=3))
    assert await folder.erasure.traces(ANNA) == Traces(
        turns=(TURN, later), questions=(QUESTION,), usage=(CALL,), reports=(reports[0], passed_on), briefings=1
    )


async def test_a_forgotten_person_leaves_no_trace_but_sums_that_name_nobody(folder: Repositories) -> None:
    await folder.articles.store([filed(article("one"))])
    for each in (replace(TURN, answer=turn("When?", cites=(article("one"),)).answer), replace(TURN, asker=BEN)):
        await folder.conversations.add(each)
    for question in (QUESTION, replace(QUESTION, id=QuestionId("q2"), asker=BEN)):
        await folder.questions.accept(question)
    await folder.usage.add(CALL)
    await folder.briefings.put(briefing("b1"))
    await folder.outbox.open(delivery("d1", to=direct(ANNA)))
    for member in (ANNA, BEN):
        await folder.pauses.put(paused(direct(member)))
        await folder.notices.raise_(report(member))
    for _ in range(2):
        await folder.erasure.forget_member(ANNA)
        assert await folder.erasure.traces(ANNA) == Traces()
    assert await folder.conversations.turns(TURN.answer.conversation) == [replace(TURN, asker=BEN)]
    assert [each.asker for each in await folder.questions.unanswered()] == [BEN]
    assert [pause.place.destination for pause in await folder.pauses.standing()] == [direct(BEN)]
    assert await folder.notices.untold() == [report(BEN)]
    assert await folder.usage.tokens(NOW, Payer(server=OURS)) == await folder.usage.tokens(NOW) == 100
    assert await folder.usage.tokens(NOW, Payer(roles=PAYER.roles)) == 0
    for gone in (folder.outbox.get(delivery("d1").id), folder.briefings.get(briefing("b1").id)):
        with pytest.raises(NotFoundError):
            await gone
    assert await folder.articles.prune(NOW + DAY, even_all=True) == 1  # nothing kept cites it any more


@pytest.mark.parametrize("times", [1, 2])
async def test_a_forgotten_server_leaves_nothing_of_its_own(folder: Repositories, times: int) -> None:
    public = article("public", "Duties on steel.")
    own = [
        replace(public, id=article_id(public.url, server), server=server, text="Duties on copper.", feeds=(FEED,))
        for server in (OURS, THEIRS)
    ]
    await folder.articles.store([filed(public), *map(filed, own)])
    await folder.articles.store([filed(replace(own[0], text="Duties on zinc."))])
    stories = [
        Story(id=StoryId(f"s{each.server}"), articles=(each.id,), created_at=NOW, updated_at=NOW, server=each.server)
        for each in (public, *own)
    ]
    await folder.stories.put(stories)
    for each in stories:
        await folder.briefings.put(briefing(f"of {each.server}", telling(each.id)))
        await folder.briefings.keep_telling(f"of {each.server}", telling(each.id))
    for _ in range(times):
        await folder.erasure.forget_server(OURS)
    ours = folder.seen_by(OURS)
    assert [each.id for each in await ours.articles.published(NOW - DAY, NOW + DAY)] == [public.id]
    assert await ours.articles.get([own[0].id]) == {}
    assert [hit.article for hit in await ours.index.search(["duties"])] == [public.id]
    assert await ours.articles.known_entries({FEED: [filed(own[0]).entry]}) == {FEED: {}}
    assert await ours.stories.recent(NOW - HOUR) == []
    with pytest.raises(NotFoundError):
        await folder.briefings.get(briefing(f"of {OURS}").id)
    assert await folder.briefings.telling(f"of {OURS}") is None
    assert await folder.stories.recent(NOW - HOUR) == [stories[0]]
    theirs = folder.seen_by(THEIRS)
    assert {each.id for each in await theirs.articles.published(NOW - DAY, NOW + DAY)} == {public.id, own[1].id}
    assert await theirs.stories.recent(NOW - HOUR) == [stories[2]]
    for server in ("", THEIRS):
        assert await folder.briefings.get(briefing(f"of {server}").id)
        assert await folder.briefings.telling(f"of {server}")


async def test_what_was_told_and_asked_in_a_forgotten_server_goes_and_stays_elsewhere(folder: Repositories) -> None:
    for name in ("b1", "b2"):
        await folder.briefings.put(briefing(name, telling("s1")))
    there = replace(delivery("d2", day=2, of="b2"), server=THEIRS)
    for each in (delivery("d1", SENT, SENT, Pending()), there):
        await folder.outbox.open(each)
    await folder.corrections.record(correction("k1"), there.parts[0].post)
    in_thread = turn("Where?", conversation="t9")  # from before turns said where they were asked
    elsewhere = replace(TURN, server=THEIRS)
    for asked in (in_thread, replace(TURN, server=OURS), elsewhere):
        await folder.conversations.add(asked)
    for question in (replace(QUESTION, server=OURS), replace(QUESTION, id=QuestionId("q2"), server=THEIRS)):
        await folder.questions.accept(question)
    for server in (OURS, THEIRS):
        await folder.pauses.put(paused(Destination(server), server))
        notice = Notice(id=NoticeId(server), audience=Audience(server), text="Gone.", raised_at=NOW)
        await folder.notices.raise_(notice)
        await folder.usage.add(replace(CALL, payer=Payer(server=server, member=ANNA)))
    await folder.erasure.forget_server(OURS)
    assert await folder.outbox.unfinished() == [there]
    assert await folder.corrections.unshown() == []
    with pytest.raises(NotFoundError):
        await folder.briefings.get(briefing("b1").id)
    assert await folder.briefings.get(briefing("b2").id)
    assert (await folder.erasure.traces(ANNA)).turns == (elsewhere,)
    assert [each.server for each in await folder.questions.unanswered()] == [THEIRS]
    assert [pause.server for pause in await folder.pauses.standing()] == [THEIRS]
    assert [notice.audience for notice in await folder.notices.untold()] == [THEIRS]
    since = NOW - timedelta(seconds=1)
    assert await folder.usage.tokens(since, Payer(server=OURS)) == 0
    assert await folder.usage.tokens(since) == await folder.usage.tokens(since, Payer(member=ANNA)) == 200
