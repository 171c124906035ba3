"""A data folder with something in every table and every state file.

Before a migration is added, `python -m tests.storage.whole_folder tests/storage/fixtures/folder-N.backup` is run with
the code of version N, the one that the migration starts from; the file it writes is never changed afterwards.
"""

import asyncio
import sys
import tempfile
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

from bot.domain.articles import Tier
from bot.domain.conversations import Question, QuestionId
from bot.domain.deliveries import Button, Failed, MessageId, Pending, Post, Rejected, Sent, ThreadId
from bot.domain.destinations import Pause, Place
from bot.domain.feeds import Feed, FeedState, FeedUrl, Wishes
from bot.domain.notices import OPERATOR, Notice, NoticeId
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId
from bot.domain.topics import Topic
from bot.domain.usage import Payer, Usage
from bot.ports.repositories import Repositories
from storage.backup import backup
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.contracts.samples import (
    DAY,
    FEED,
    HOUR,
    NOW,
    article,
    briefing,
    claim,
    correction,
    delivery,
    filed,
    story,
    telling,
    turn,
)

FEEDS = (Feed(url=FEED, outlet="The Example", topics=("Tariffs",)), Feed(url=FeedUrl("https://x.example"), outlet="X"))
TOPICS = (Topic(name="Tariffs", words=("tariff*", "Zölle"), exclusions=("museum",)),)
SCHEDULES = (
    Schedule(
        id=ScheduleId("s1"),
        server=ServerId("discord:9"),
        destination=Destination("discord:1"),
        at=time(7, 30),
        zone="Europe/Berlin",
        topics=("Tariffs",),
        created_at=NOW - DAY,
    ),
)
WISHES = Wishes(ttl=HOUR, skip_days=frozenset({6}))
FEED_STATE = FeedState(url=FEED, due_at=NOW, checked_at=NOW - HOUR, etag='W/"é"', failures=2, wishes=WISHES)

FIRST = article("tariffs", "The duty is 10 per cent.", tier=Tier.FEED)
SECOND = replace(FIRST, text="The duty is 15 per cent – from March.", tier=Tier.FULL)
EXCERPT = article("excerpt", "Talks resume.", tier=Tier.EXCERPT, at=NOW - HOUR)
HEADLINE = article("headline", "", tier=Tier.HEADLINE, at=NOW - DAY)
STORIES = (story("st1", FIRST.id, EXCERPT.id), story("st2", HEADLINE.id, updated=NOW - HOUR))

TELLING = telling("st1", FIRST, EXCERPT, cites=(FIRST,))
BRIEFING = briefing("b1", replace(TELLING, claims=(replace(claim(FIRST), text="The duty is 15 per cent."),)))
SENT = Sent(message=MessageId("m1"), sent_at=NOW)
FAILED = Failed(reason="Discord was busy.", attempts=2, tried_at=NOW, retry_at=NOW + HOUR)
REJECTED = Rejected(reason="The message was not taken.", rejected_at=NOW, ends=False)
DELIVERIES = (
    delivery("d1", SENT, replace(SENT, message=MessageId("t1")), REJECTED, FAILED, Pending(tried_at=NOW), Pending()),
    delivery("d2", Pending(), Pending(), Pending(), day=2),
)
TURN = turn("What is the duty?", cites=(EXCERPT,))
USAGE = Usage(at=NOW, task="story", model="m", prompt_tokens=900, completion_tokens=100)
QUESTION = Question(
    id=QuestionId("discord:77"), conversation=TURN.answer.conversation, asker="discord:42", text="Why?", reply_to="{}",
    asked_at=NOW, topic="Tariffs",
)  # fmt: skip
CORRECTION = correction("k1", delivery="d2")
NOTE = Post(content="A note.", buttons=(Button(label="Timeline", custom_id="nt:d2:2:story-2"),))
VECTOR = [0.5, 0.25]
PAID = replace(USAGE, at=NOW - HOUR, payer=Payer(server="discord:9", member="discord:42", roles=("7",)))
PAUSE = Pause(
    place=Place(destination=Destination("discord:1"), thread=ThreadId("t1")),
    server=ServerId("discord:9"),
    reason="The thread is locked.",
    since=NOW - HOUR,
    tried_at=NOW,
)
NOTICE = Notice(id=NoticeId("stalled polling"), audience=OPERATOR, text="Polling stands still.", raised_at=NOW)


async def fill(folder: Repositories) -> None:
    """Puts everything into an empty folder."""
    await folder.feeds.put(*FEEDS)
    await folder.topics.put(*TOPICS)
    await folder.schedules.put(*SCHEDULES)
    await folder.feed_states.put([FEED_STATE])
    await folder.articles.store([filed(FIRST), filed(HEADLINE)])
    await folder.index.catch_up()
    await folder.articles.store([filed(SECOND), filed(EXCERPT)])
    await folder.stories.put(STORIES)
    await folder.briefings.put(BRIEFING)
    await folder.briefings.keep_telling("k1", TELLING)
    for each in DELIVERIES:
        await folder.outbox.open(each)
    await folder.conversations.add(TURN)
    await folder.usage.add(USAGE)
    await folder.questions.accept(QUESTION)
    await folder.notices.raise_(NOTICE)
    await folder.corrections.record(CORRECTION, NOTE)
    await folder.corrections.note_reread(FIRST.id, NOW, read=True)
    await folder.embeddings.put({"e1": VECTOR}, NOW)
    await folder.usage.add(PAID)
    await folder.pauses.put(PAUSE)


async def make(file: Path) -> None:
    """Writes a backup of such a folder."""
    with tempfile.TemporaryDirectory() as name:
        async with open_folder(Path(name), presets=Presets(), writes=True) as folder:
            await fill(folder)
        await backup(Path(name), file, now=NOW + timedelta(days=1))


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1])))
