"""Suggestions come from the record of what a server may read, and each is answered when it is asked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.articles import Article
from bot.domain.briefings import Briefing, Window
from bot.domain.conversations import About, Answer, ConversationId, Status
from bot.domain.errors import NotFoundError
from bot.domain.feeds import Feed
from bot.domain.schedules import PUBLIC, Destination, Schedule, ScheduleId, ServerId
from bot.domain.stories import StoryId
from bot.domain.suggestions import Kind, Suggestion
from bot.domain.topics import Topic
from bot.services.explain import Explain
from bot.services.suggest import Suggest
from tests.contracts.samples import correction
from tests.domain.samples import NOW, article
from tests.doubles.clock import StandingClock
from tests.doubles.workers import SameProcess
from tests.services.test_answer import Counter

PLACE, SERVER = Destination("discord:1"), ServerId("discord:9")
LEAD = "A bomb exploded in a crowded market in the Pakistani city of Quetta on Saturday, destroying shops."
TWELVE = "Twelve people were killed in the market in Quetta, the police said."
FOURTEEN = "The blast in the market in Quetta killed 14 people, doctors said."
WHY = "The bombing in Quetta could cost the province thousands of jobs, the chamber of commerce fears."
BOMB = article("Bomb explodes in Quetta market", f"{LEAD}\n\n{TWELVE}")
TOLL = article("Dead in bomb in Quetta market", f"{FOURTEEN}\n\n{WHY}", outlet="Other Post")
SHARES = article(
    "Shares fall in Karachi as market in Quetta closes",
    "Shares in Karachi fell by 3 per cent on Monday, dealers said.\n\nBanks led the fall as traders sold.",
    hours_old=2,
    feeds=("https://wire.example/feed",),
)


class Street(Counter):
    """A library whose stories were told in one place, with somebody who answers and suggests."""

    def __init__(self) -> None:
        super().__init__()
        explain = Explain(self.folder, workers=SameProcess(), clock=StandingClock(NOW))
        self.suggest = Suggest(self.folder, explain)

    async def told(self, *articles: Article) -> Briefing:
        await self.folder.topics.put(Topic(name="Quetta", words=("Quetta", "Karachi")))
        schedule = Schedule(
            id=ScheduleId("s1"), server=SERVER, destination=PLACE, at=NOW.time(), zone="UTC", topics=(), created_at=NOW
        )
        await self.folder.schedules.put(schedule)
        await self.file(*articles)
        window = Window(since=NOW - timedelta(days=1), until=NOW)
        briefing = await self.compose.brief(["Quetta"], window)
        await self.post(briefing, PLACE)
        return briefing

    async def ask(self, question: str, about: About) -> Answer:
        return await self.answering.ask(question, conversation=ConversationId(question), about=about)

    async def press(self, found: Suggestion) -> Answer:
        again = await self.suggest.question(found.story, found.kind, PUBLIC)
        assert again == found
        return await self.ask(found.question, About(story=found.story))


async def _street(*articles: Article) -> tuple[Street, Answer]:
    street = Street()
    await street.told(*articles)
    story = (await street.folder.stories.of_articles([BOMB.id]))[BOMB.id]
    return street, await street.ask("How many people were killed in Quetta?", About(story=story))


def _kinds(found: Sequence[Suggestion]) -> list[Kind]:
    return [each.kind for each in found]


async def test_each_suggestion_behind_an_answer_is_answered_and_the_difference_from_both_sides() -> None:
    street, answer = await _street(BOMB, TOLL, SHARES)
    found = await street.suggest.after(answer, PUBLIC)
    assert _kinds(found) == [Kind.WHY, Kind.DIFFERS, Kind.NEW]
    answers = [await street.press(each) for each in found]
    assert [each.status for each in answers] == [Status.ANSWERED] * 3
    assert {source.outlet for source in answers[1].sources} == {"Harbour Ledger", "Other Post"}


async def test_the_nearest_other_story_is_suggested_and_answered() -> None:
    street, answer = await _street(BOMB, SHARES)
    new, other = await street.suggest.after(answer, PUBLIC)
    assert (new.kind, other.kind, other.label) == (Kind.NEW, Kind.OTHER, f"More: {SHARES.title}")
    assert (await street.press(other)).sources[0].id == SHARES.id


@pytest.mark.parametrize("hidden", ["feed", "topic"])
async def test_no_other_story_is_suggested_that_a_server_hid_from_itself(hidden: str) -> None:
    street, answer = await _street(BOMB, SHARES)
    assert _kinds(await street.suggest.after(answer, SERVER)) == [Kind.NEW, Kind.OTHER]
    if hidden == "feed":
        (address,) = SHARES.feeds
        await street.folder.all_feeds.put(Feed(url=address, outlet="Wire", server=SERVER, hidden=True))
    else:
        topic = await street.folder.topics.get("Quetta")
        await street.folder.all_topics.put(replace(topic, server=SERVER, hidden=True))
    assert _kinds(await street.suggest.after(answer, SERVER)) == [Kind.NEW]
    assert _kinds(await street.suggest.after(answer, PUBLIC)) == [Kind.NEW, Kind.OTHER]


async def test_where_nothing_answers_the_stories_nearest_to_it_are_suggested() -> None:
    street, _ = await _street(BOMB, SHARES)
    answer = await street.ask("Which football club from Quetta will play cricket?", About())
    assert answer.status is Status.NOT_COVERED
    found = await street.suggest.after(answer, PUBLIC)
    assert set(_kinds(found)) == {Kind.OTHER}
    assert [(await street.press(each)).status for each in found] == [Status.ANSWERED] * len(found)


async def test_a_corrected_claim_suggests_nothing() -> None:
    street, answer = await _street(BOMB, TOLL)
    (why, *_) = await street.suggest.after(answer, PUBLIC)
    assert why.kind is Kind.WHY
    for text in (WHY, FOURTEEN):
        fell = replace(correction(text, delivery=f"d-{PLACE}"), story=why.story, claim=text)
        await street.folder.corrections.record(fell, street.folder.outbox.deliveries[0].parts[0].post)
    assert _kinds(await street.suggest.after(answer, PUBLIC)) == [Kind.NEW]
    with pytest.raises(NotFoundError):
        await street.suggest.question(why.story, Kind.WHY, PUBLIC)


async def test_the_stories_of_a_server_are_suggested_there_alone() -> None:
    street, answer = await _street(BOMB, SHARES)
    for story in await street.folder.stories.recent(NOW - timedelta(days=9)):
        await street.folder.stories.put([replace(story, server=SERVER)])
    assert _kinds(await street.suggest.after(answer, SERVER)) == [Kind.NEW]
    for elsewhere in (PUBLIC, ServerId("discord:8")):
        assert await street.suggest.after(answer, elsewhere) == ()
        for story in await street.folder.seen_by(SERVER).stories.recent(NOW - timedelta(days=9)):
            with pytest.raises(NotFoundError):
                await street.suggest.question(story.id, Kind.NEW, elsewhere)


async def test_a_story_that_was_never_told_suggests_nothing() -> None:
    street = Street()
    await street.file(BOMB)
    answer = await street.ask("How many people were killed in Quetta?", About())
    assert (answer.status, await street.suggest.after(answer, PUBLIC)) == (Status.ANSWERED, ())
    with pytest.raises(NotFoundError):
        await street.suggest.question(StoryId("s0"), Kind.OTHER, PUBLIC)
