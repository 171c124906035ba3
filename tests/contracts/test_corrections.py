"""The contract of Corrections."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.articles import ArticleId
from bot.domain.corrections import CorrectionId, Reread
from bot.domain.deliveries import (
    Button,
    DeliveryId,
    Failed,
    MessageId,
    PartKind,
    Pending,
    Post,
    Rejected,
    Sent,
    ThreadId,
    custom_id,
)
from bot.domain.errors import NotFoundError
from bot.domain.schedules import Destination
from bot.domain.stories import StoryId
from bot.ports.repositories import Repositories
from tests.contracts.samples import DAY, HOUR, NOW, article, briefing, correction, delivery, telling

FRONT, THREAD, STORY = (Sent(message=MessageId(name), sent_at=NOW) for name in ("m1", "t1", "s1"))
D1 = DeliveryId("d1")
CITED = article("one")
NOTE = Post(content="**Correction**", buttons=(Button(label="Timeline", custom_id=custom_id(D1, 2, "story-2")),))


async def _opened(folder: Repositories, *names: str) -> None:
    await folder.briefings.put(briefing("b1", telling("st1", CITED, cites=(CITED,))))
    for day, name in enumerate(names or ("d1",), 1):
        await folder.outbox.open(delivery(name, FRONT, THREAD, STORY, day=day))


async def test_a_story_that_was_sent_stands_with_its_telling_and_where_it_is(folder: Repositories) -> None:
    told = [telling("st1", CITED, cites=(CITED,)), telling("st2", CITED, cites=(CITED,))]
    await folder.briefings.put(briefing("b1", *told))
    second = replace(STORY, message=MessageId("s2"), sent_at=NOW - HOUR)
    whole = delivery("d1", FRONT, THREAD, STORY, second)
    await folder.outbox.open(whole)
    later, earlier = reversed(await folder.corrections.standing(NOW - DAY))
    assert (earlier.part, earlier.message, earlier.telling) == (3, "s2", told[1])
    assert (later.part, later.message, later.telling) == (2, "s1", told[0])
    assert (later.delivery, later.thread, later.destination) == ("d1", "t1", "discord:1")
    assert later.server == whole.server
    assert (later.posted_at, later.briefing, later.written_at) == (NOW, "b1", NOW)


async def test_only_what_was_sent_since_then_and_tells_claims_stands(folder: Repositories) -> None:
    cited = telling("st1", CITED, cites=(CITED,))
    await folder.briefings.put(briefing("b1", telling("st0", CITED), *[cited] * 5))
    old = replace(STORY, sent_at=NOW - DAY)
    failed = Failed(reason="Busy.", attempts=1, tried_at=NOW, retry_at=NOW + HOUR)
    refused = Rejected(reason="Blocked.", rejected_at=NOW, ends=False)
    await folder.outbox.open(delivery("d1", FRONT, THREAD, STORY, old, failed, refused, Pending(), STORY))
    assert [each.part for each in await folder.corrections.standing(NOW - DAY)] == [3, 7]
    assert [each.part for each in await folder.corrections.standing(NOW)] == [7]
    assert await folder.corrections.standing(NOW + HOUR) == []


async def test_without_its_thread_nothing_stands(folder: Repositories) -> None:
    await folder.briefings.put(briefing("b1", telling("st1", CITED, cites=(CITED,))))
    await folder.outbox.open(delivery("d1", FRONT, Pending(), STORY))
    assert await folder.corrections.standing(NOW - DAY) == []


async def test_a_try_that_failed_leaves_when_an_article_was_last_read(folder: Repositories) -> None:
    one, two = ArticleId("a1"), ArticleId("a2")
    await folder.corrections.note_reread(one, NOW, read=True)
    await folder.corrections.note_reread(one, NOW + HOUR, read=False)
    await folder.corrections.note_reread(two, NOW, read=False)
    assert await folder.corrections.rereads([one, two, ArticleId("a3")]) == {
        one: Reread(tried_at=NOW + HOUR, read_at=NOW),
        two: Reread(tried_at=NOW),
    }
    await folder.corrections.note_reread(two, NOW + DAY, read=True)
    assert await folder.corrections.rereads([two]) == {two: Reread(tried_at=NOW + DAY, read_at=NOW + DAY)}


async def test_a_correction_comes_with_its_note_as_the_deliverys_last_part(folder: Repositories) -> None:
    await _opened(folder)
    before = await folder.outbox.get(D1)
    assert await folder.corrections.record(correction("k1"), NOTE)
    *parts, note = (await folder.outbox.get(D1)).parts
    assert tuple(parts) == before.parts
    assert (note.index, note.kind, note.state) == (3, PartKind.NOTE, Pending())
    assert note.post == replace(NOTE, buttons=(Button(label="Timeline", custom_id="nt:d1:3:story-2"),))
    assert [each.id for each in await folder.outbox.unfinished()] == ["d1"]
    assert await folder.corrections.of_delivery(D1) == [correction("k1")]


async def test_a_correction_that_is_on_record_changes_nothing(folder: Repositories) -> None:
    await _opened(folder)
    await folder.corrections.record(correction("k1"), NOTE)
    assert not await folder.corrections.record(correction("k1", at=NOW + HOUR), NOTE)
    assert len((await folder.outbox.get(D1)).parts) == 4
    assert await folder.corrections.of_delivery(D1) == [correction("k1")]


async def test_of_many_that_record_one_correction_at_once_one_does(folder: Repositories) -> None:
    await _opened(folder)
    done = await asyncio.gather(*(folder.corrections.record(correction("k1"), NOTE) for _ in range(5)))
    assert sorted(done) == [False] * 4 + [True]
    assert len((await folder.outbox.get(D1)).parts) == 4


async def test_corrections_are_unshown_in_order_until_they_are_shown(folder: Repositories) -> None:
    await _opened(folder, "d1", "d2")
    for name, of in (("k2", "d1"), ("k1", "d2"), ("k3", "d1")):
        await folder.corrections.record(correction(name, delivery=of), NOTE)
    assert [each.id for each in await folder.corrections.unshown()] == ["k2", "k1", "k3"]
    await folder.corrections.shown(CorrectionId("k1"), NOW + HOUR)
    assert [each.id for each in await folder.corrections.unshown()] == ["k2", "k3"]
    assert await folder.corrections.of_delivery(DeliveryId("d2")) == [
        replace(correction("k1", delivery="d2"), shown_at=NOW + HOUR)
    ]
    with pytest.raises(NotFoundError):
        await folder.corrections.shown(CorrectionId("k0"), NOW)


async def test_corrections_are_found_by_delivery_story_and_place(folder: Repositories) -> None:
    await _opened(folder, "d1", "d2")
    elsewhere = replace(
        correction("k2", delivery="d2"), story=StoryId("st2"), destination=Destination("discord:2"), shown_at=NOW
    )
    late = correction("k3", at=NOW + HOUR)
    for each in (correction("k1"), elsewhere, late):
        await folder.corrections.record(each, NOTE)
    assert await folder.corrections.of_delivery(D1) == [correction("k1"), late]
    assert await folder.corrections.of_story(StoryId("st2")) == [elsewhere]
    assert await folder.corrections.of_story(StoryId("st1")) == [correction("k1"), late]
    assert await folder.corrections.made(Destination("discord:1"), NOW) == [correction("k1"), late]
    assert await folder.corrections.made(Destination("discord:1"), NOW + HOUR) == [late]


async def test_the_note_of_a_correction_is_no_story(folder: Repositories) -> None:
    await _opened(folder)
    await folder.corrections.record(correction("k1"), NOTE)
    await folder.outbox.record(D1, 3, STORY)
    assert [each.part for each in await folder.corrections.standing(NOW - DAY)] == [2]
    assert list(await folder.briefings.told(Destination("discord:1"), NOW - DAY)) == ["st1"]
    delivered = await folder.outbox.by_thread(ThreadId("t1"))
    assert delivered is not None
    assert delivered.parts[3].kind is PartKind.NOTE
