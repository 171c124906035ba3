"""From what is stored to a briefing: what is written, what falls back, what is kept, what is left out."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from bot.adapters.extractive_writer import ExtractiveWriter
from bot.domain.articles import Article, Tier
from bot.domain.briefings import Briefing, Form, Role, Window
from bot.domain.corrections import Change, Correction, CorrectionId
from bot.domain.deliveries import Delivery, DeliveryId, Post
from bot.domain.drafts import Draft, StoryTask, Task
from bot.domain.errors import InputError, ModelError, ReadingError
from bot.domain.feeds import EntryId, FeedState, FeedUrl
from bot.domain.rendering import parts
from bot.domain.schedules import PUBLIC, Destination, MemberId, Schedule, ScheduleId, Slot, direct
from bot.domain.servers import Member
from bot.domain.stories import grow
from bot.domain.topics import Topic
from bot.domain.wording.posts import STORY_OVER
from bot.ports.outside import Writer
from bot.ports.repositories import Filed
from bot.services.compose import Compose
from tests.domain.samples import NOW, RALLY_TEXT, TARIFF_TEXT, article
from tests.doubles.clock import StandingClock
from tests.doubles.memory import MemoryFolder
from tests.doubles.workers import SameProcess
from tests.services.scripted_writer import ScriptedWriter, draft

TOPICS = (Topic(name="Tariffs", words=("tariff*",)), Topic(name="AI stocks", words=("tech gauge*",)))
DAY = Window(since=NOW - timedelta(hours=24), until=NOW)
NEXT_DAY = Window(since=NOW, until=NOW + timedelta(hours=24))
STARTS = "The tariffs on the UK start on February 1 and stay until Denmark agrees over Greenland."
AGAIN = "Tariffs on the UK start on 1 February, and stay until Denmark agrees over Greenland."
AGREES = "British exporters said that the levy would cost them orders in the United States."
VOTE = "Parliament in London votes on an answer to the tariff on Thursday."
TARIFF = article("Tariff on UK goods", TARIFF_TEXT)
RALLY = article("Tech gauge up", RALLY_TEXT)
SECOND = timedelta(seconds=1)
HERE = Destination("discord:1")


class Desk:
    """A library with articles in it, and a composer over it."""

    def __init__(self, writer: Writer | None = None) -> None:
        self.folder = MemoryFolder(topics=TOPICS)
        workers = SameProcess()
        fallback = ExtractiveWriter(workers)
        self.compose = Compose(
            self.folder, writer=writer or fallback, fallback=fallback, workers=workers, clock=StandingClock(NOW)
        )

    async def file(self, *articles: Article) -> None:
        await self.folder.articles.store(
            [Filed(article=each, feed=each.feeds[0], entry=EntryId(each.id)) for each in articles]
        )
        leads = await self.folder.articles.leads(NOW - timedelta(days=4))
        await self.folder.stories.put(grow(await self.folder.stories.recent(NOW - timedelta(days=4)), leads, NOW))

    async def post(self, briefing: Briefing, place: Destination) -> None:
        """Puts a delivery of the briefing into the outbox, as of now."""
        slot = Slot(schedule=ScheduleId(f"s-{place}"), local_date=NOW.date(), planned=NOW.time(), due_at=NOW)
        identity = DeliveryId(f"d-{place}")
        await self.folder.outbox.open(
            Delivery(
                id=identity,
                slot=slot,
                destination=place,
                briefing=briefing.id,
                created_at=NOW,
                parts=parts(briefing, identity, "UTC"),
            )
        )

    async def brief(self, *articles: Article, topics: Sequence[str] = ()) -> Briefing:
        await self.file(*articles)
        return await self.compose.brief(topics, DAY)


async def test_without_a_model_every_claim_is_a_sentence_of_an_article() -> None:
    briefing = await Desk().brief(TARIFF, RALLY)
    assert [telling.topic for telling in briefing.tellings] == ["Tariffs", "AI stocks"]
    claims = [claim for telling in briefing.tellings for claim in telling.claims]
    assert claims
    assert all(claim.text == claim.citations[0].quote for claim in claims)
    assert briefing.engine.name == "extractive"
    assert briefing.counts.claims_posted == len(claims)


async def test_what_a_model_writes_and_the_gate_passes_stands_with_prompt_and_hash() -> None:
    writer = ScriptedWriter(draft((STARTS, STARTS), headline="Tariffs on the UK start on February 1"))
    briefing = await Desk(writer).brief(TARIFF)
    (telling,) = briefing.tellings
    assert (telling.form, telling.headline) == (Form.WRITTEN, "Tariffs on the UK start on February 1")
    assert telling.engine.prompt_sha256 == "0" * 64
    assert telling.claims[0].citations[0].link.startswith(TARIFF.url + "#:~:text=")


async def test_a_refused_claim_is_repaired_once_with_its_reason() -> None:
    wrong = "The tariffs on the UK start on February 9 and stay until Denmark agrees over Greenland."
    writer = ScriptedWriter(draft((wrong, STARTS)), repairs=[draft(STARTS)])
    (telling,) = (await Desk(writer).brief(TARIFF)).tellings
    assert [what for what, _ in writer.calls] == ["tell", "repair"]
    assert "February 9" in writer.reasons[0][0]
    assert ([claim.text for claim in telling.claims], telling.withheld) == ([STARTS], 0)


async def test_what_still_fails_is_withheld_and_counted_and_the_publisher_is_quoted() -> None:
    wrong = draft(
        ("The tariffs on the UK start on February 9 and rise to 99%.", STARTS), headline="Tariffs rise to 99%"
    )
    briefing = await Desk(ScriptedWriter(wrong, repairs=[wrong])).brief(TARIFF)
    (telling,) = briefing.tellings
    assert telling.form is Form.QUOTED
    assert telling.claims[0].text == TARIFF_TEXT.split("\n\n")[0]
    assert telling.headline == "Tariff on UK goods (Harbour Ledger)"
    assert (telling.withheld, briefing.counts.claims_withheld) == (1, 1)


async def test_a_bad_headline_gives_way_to_the_leads_own_title() -> None:
    writer = ScriptedWriter(draft(STARTS, headline="Tariffs of 99% for France"))
    (telling,) = (await Desk(writer).brief(TARIFF)).tellings
    assert (telling.form, telling.headline) == (Form.WRITTEN, "Tariff on UK goods (Harbour Ledger)")


async def test_a_model_that_fails_is_replaced_by_extracts_and_the_briefing_says_so() -> None:
    desk = Desk(ScriptedWriter(ModelError("The model took too long")))
    briefing = await desk.brief(TARIFF)
    (telling,) = briefing.tellings
    assert (telling.form, telling.engine.name) == (Form.WRITTEN, "extractive")
    assert briefing.notes == ("1 of 1 stories are told by extracts or headlines: The model took too long.",)
    assert briefing.engine.name == "extractive"


async def test_a_story_that_takes_too_long_costs_no_other_story() -> None:
    late = article("Tariff on tea", "A tariff on tea comes in spring.", outlet="Slow")

    def slow(task: Task) -> Draft:
        if late in task.sources.values():
            raise ReadingError("The document took too long to read.")
        return draft(RALLY_TEXT.split("\n\n")[0])

    briefing = await Desk(ScriptedWriter(slow)).brief(late, RALLY)
    assert [telling.form for telling in briefing.tellings] == [Form.HEADLINE, Form.WRITTEN]
    assert "1 of 2 stories" in briefing.notes[0]


async def test_the_label_counts_what_was_read_even_from_before_the_window() -> None:
    desk = Desk()
    await desk.file(article("Tariffs at night", TARIFF_TEXT, hours_old=30))
    briefing = await desk.compose.brief((), DAY, HERE)
    assert (briefing.counts.stories, briefing.counts.articles, briefing.counts.feeds) == (1, 1, 1)


async def test_a_failing_repair_loses_only_what_was_refused() -> None:
    both = draft(STARTS, ("The levy rises to 99% in the spring of this year.", STARTS))
    writer = ScriptedWriter(both, repairs=[ModelError("The model took too long")])
    (telling,) = (await Desk(writer).brief(TARIFF)).tellings
    assert ([claim.text for claim in telling.claims], telling.withheld) == ([STARTS], 1)


async def test_a_story_without_text_is_told_by_its_headline_alone_and_no_writer_is_asked() -> None:
    writer = ScriptedWriter(draft(STARTS))
    (telling,) = (await Desk(writer).brief(article("Tariff live", "", tier=Tier.HEADLINE))).tellings
    assert (telling.form, telling.claims, writer.calls) == (Form.HEADLINE, (), [])


async def test_a_story_is_written_once_however_many_briefings_tell_it() -> None:
    writer = ScriptedWriter(draft(STARTS))
    desk = Desk(writer)
    first = await desk.brief(TARIFF)
    second = await desk.compose.brief((), DAY)
    assert first.tellings == second.tellings
    assert first.id != second.id
    assert len(writer.calls) == 1


async def test_extracts_that_stood_in_for_a_model_are_not_kept() -> None:
    writer = ScriptedWriter(ModelError("The model took too long"), draft(STARTS))
    desk = Desk(writer)
    await desk.brief(TARIFF)
    assert (await desk.compose.brief((), DAY)).tellings[0].engine.name == "openai"


async def test_a_new_version_of_an_article_is_told_anew() -> None:
    desk = Desk()
    await desk.brief(TARIFF)
    await desk.file(replace(TARIFF, text=TARIFF_TEXT.replace("10%", "12%")))
    told = (await desk.compose.brief((), DAY)).tellings[0]
    assert any("12%" in claim.text for claim in told.claims)
    assert not any("10%" in claim.text for claim in told.claims)


async def test_what_a_destination_was_told_is_left_out_the_next_time() -> None:
    desk = Desk()
    await desk.post(await desk.brief(TARIFF), HERE)
    assert (await desk.compose.brief((), DAY, HERE)).tellings == ()
    assert len((await desk.compose.brief((), DAY, Destination("discord:2"))).tellings) == 1


async def test_a_later_telling_holds_what_is_new_and_marks_the_later_figure() -> None:
    rise = "The levy on the UK will cost its exporters 900 million pounds in the first year."
    grown = "The levy on the UK will cost its exporters 1,200 million pounds in the first year."
    later = article("Tariff on UK goods costs more", f"{AGAIN}\n\n{grown}\n\n{VOTE}", outlet="Late", hours_old=-20)
    first = article("Tariff on UK goods", f"{TARIFF_TEXT}\n\n{rise}")
    desk = Desk(ScriptedWriter(draft(STARTS, rise), draft(AGAIN, grown, VOTE)))
    await desk.post(await desk.brief(first), HERE)
    await desk.file(later)
    (telling,) = (await desk.compose.brief((), NEXT_DAY, HERE)).tellings
    assert [(claim.text, claim.update) for claim in telling.claims] == [(grown, True), (VOTE, False)]
    assert telling.since == NOW
    assert [source.outlet for source in telling.sources] == ["Late"]
    assert {citation.n for claim in telling.claims for citation in claim.citations} == {1}
    (elsewhere,) = (await desk.compose.brief((), NEXT_DAY, Destination("discord:2"))).tellings
    assert [claim.text for claim in elsewhere.claims] == [AGAIN, grown, VOTE]
    assert (elsewhere.since, any(claim.update for claim in elsewhere.claims)) == (None, False)


async def test_a_story_with_nothing_new_is_named_and_not_told() -> None:
    desk = Desk(ScriptedWriter(draft(STARTS)))
    await desk.post(await desk.brief(TARIFF), HERE)
    await desk.file(article("Tariff on UK goods again", f"{STARTS}\n\nNothing else is known.", hours_old=-20))
    again = await desk.compose.brief((), NEXT_DAY, HERE)
    assert (again.tellings, again.unchanged) == ((), ("Tariff on UK goods (Harbour Ledger)",))
    assert (again.counts.stories, again.counts.claims_posted) == (0, 0)
    assert (await desk.compose.brief(["AI stocks"], NEXT_DAY, HERE)).unchanged == ()


async def test_what_was_withheld_is_on_record_with_its_rule() -> None:
    wrong = "The tariffs on the UK start on February 9 and stay until Denmark agrees over Greenland."
    bad = draft(STARTS, (wrong, STARTS))
    briefing = await Desk(ScriptedWriter(bad, repairs=[draft((wrong, STARTS))])).brief(TARIFF)
    (refusal,) = briefing.tellings[0].refusals
    assert (refusal.text, refusal.rule) == (wrong, "figure")
    assert "February 9" in refusal.reason


async def test_what_was_corrected_since_the_window_began_is_said_on_the_front() -> None:
    desk = Desk()
    briefing = await desk.brief(TARIFF)
    await desk.post(briefing, HERE)
    await desk.folder.corrections.record(_correction(briefing, NOW + timedelta(hours=2)), Post(content="Corrected."))
    assert any("Corrected" in note for note in (await desk.compose.brief((), NEXT_DAY, HERE)).notes)
    assert not any("Corrected" in note for note in (await desk.compose.brief((), NEXT_DAY)).notes)
    late = Window(since=NOW + timedelta(hours=3), until=NEXT_DAY.until)
    assert not any("Corrected" in note for note in (await desk.compose.brief((), late, HERE)).notes)


async def test_what_was_corrected_here_is_told_again_when_another_article_says_it() -> None:
    later = article("Tariff on UK goods: a vote", f"{AGAIN}\n\n{VOTE}", outlet="Late", hours_old=-20)
    desk = Desk(ScriptedWriter(draft(STARTS), draft(AGAIN, VOTE)))
    briefing = await desk.brief(TARIFF)
    await desk.post(briefing, HERE)
    await desk.folder.corrections.record(_correction(briefing, NOW + timedelta(hours=2)), Post(content="Corrected."))
    await desk.file(later)
    (telling,) = (await desk.compose.brief((), NEXT_DAY, HERE)).tellings
    assert [claim.text for claim in telling.claims] == [AGAIN, VOTE]


async def test_a_hundred_places_with_different_histories_cost_one_call_a_story() -> None:
    later = article("Tariff on UK goods: a vote", f"{AGAIN}\n\n{VOTE}", outlet="Late", hours_old=-20)
    tells = {1: draft(STARTS, AGREES), 2: draft(VOTE, AGAIN)}
    writer = ScriptedWriter(lambda task: tells[len(task.sources)])
    desk = Desk(writer)
    first = await desk.brief(TARIFF)
    half = [Destination(f"discord:{number}") for number in range(50)]
    other_half = [Destination(f"discord:{number}") for number in range(50, 100)]
    for place in half:
        await desk.post(first, place)
    assert len(writer.calls) == 1
    await asyncio.gather(*(desk.compose.brief((), NEXT_DAY, place) for place in half))
    assert len(writer.calls) == 1  # nothing new, nothing written
    await desk.file(later)
    known = await asyncio.gather(*(desk.compose.brief((), NEXT_DAY, place) for place in half))
    unknown = await asyncio.gather(*(desk.compose.brief((), NEXT_DAY, place) for place in other_half))
    assert len(writer.calls) == 2
    assert {tuple(claim.text for claim in each.tellings[0].claims) for each in known} == {(VOTE,)}
    assert {tuple(claim.text for claim in each.tellings[0].claims) for each in unknown} == {(VOTE, AGAIN)}


async def test_a_story_that_two_places_read_under_different_topics_is_written_once() -> None:
    desk = Desk(writer := ScriptedWriter(draft(STARTS)))
    await desk.folder.topics.put(Topic(name="Britain", words=("UK",)))
    first = await desk.brief(TARIFF, topics=["Tariffs"])
    second = await desk.compose.brief(["Britain"], DAY)
    assert [each.topic for briefing in (first, second) for each in briefing.tellings] == ["Tariffs", "Britain"]
    assert len(writer.calls) == 1


def _correction(briefing: Briefing, found_at: datetime) -> Correction:
    told = briefing.tellings[0]
    cited = told.claims[0].citations[0]
    return Correction(
        id=CorrectionId("k1"),
        delivery=DeliveryId("d-discord:1"),
        part=2,
        destination=HERE,
        story=told.story_id,
        headline=told.headline,
        claim=told.claims[0].text,
        article=cited.article_id,
        outlet="Harbour Ledger",
        url=cited.url,
        version=2,
        change=Change.GONE,
        quote=cited.quote,
        now="",
        found_at=found_at,
    )


async def test_only_the_topics_asked_for_are_told_and_an_unknown_one_is_named() -> None:
    desk = Desk()
    briefing = await desk.brief(TARIFF, RALLY, topics=["ai STOCKS"])
    assert [telling.topic for telling in briefing.tellings] == ["AI stocks"]
    with pytest.raises(InputError, match="“Sport”; the topics are: Tariffs, AI stocks"):
        await desk.compose.brief(["Sport"], DAY)


async def test_feeds_in_trouble_are_named_while_they_are_followed() -> None:
    desk = Desk()
    bad = FeedState(url=FeedUrl("https://gone.example/feed"), due_at=NOW, failures=3, error="timeout", detail="Late.")
    await desk.folder.feed_states.put([bad])
    assert (await desk.brief(TARIFF)).failed_feeds == ()


async def test_progress_hears_of_every_story_and_the_first_claim_says_what() -> None:
    heard: list[tuple[int, int]] = []
    desk = Desk()
    await desk.file(TARIFF, RALLY)
    briefing = await desk.compose.brief((), DAY, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(1, 2), (2, 2)]
    assert all(telling.claims[0].role is Role.WHAT for telling in briefing.tellings)


async def test_briefings_written_at_the_same_moment_pay_for_a_story_once() -> None:
    class Slow(ScriptedWriter):
        async def tell(self, task: StoryTask) -> Draft:
            made = await super().tell(task)
            await asyncio.sleep(0.01)
            return made

    writer = Slow(draft(STARTS))
    desk = Desk(writer)
    await desk.file(TARIFF)
    places = [Destination(f"discord:{number}") for number in range(4)]
    briefings = await asyncio.gather(*(desk.compose.brief((), DAY, place) for place in places))
    assert len(writer.calls) == 1
    assert [[claim.text for claim in each.tellings[0].claims] for each in briefings] == [[STARTS]] * 4


# --- follows ----------------------------------------------------------------------------------------------------------

ANNA = MemberId("discord:7")


def follow(**more: Any) -> Schedule:
    made = Schedule(
        id=ScheduleId("f1"),
        server=PUBLIC,
        destination=direct(ANNA),
        at=time(8),
        zone="UTC",
        topics=(),
        created_at=NOW - timedelta(hours=30),
        says_quiet=False,
        member=ANNA,
    )
    return replace(made, **more)


async def test_a_follow_leaves_out_what_its_member_muted_and_nobody_elses() -> None:
    desk = Desk()
    await desk.file(TARIFF, RALLY)
    await desk.folder.members.put(Member(id=ANNA, muted=("ai stocks",)))
    assert (await desk.compose.edition(follow(), DAY)).topics == ("Tariffs",)
    assert (await desk.compose.edition(follow(member=MemberId("discord:8")), DAY)).topics == ("Tariffs", "AI stocks")
    quiet = await desk.compose.edition(follow(topics=("AI stocks",)), DAY)
    assert quiet.is_quiet


async def test_what_a_member_muted_is_left_out_of_a_briefing_unless_it_is_asked_for_by_name() -> None:
    desk = Desk()
    await desk.file(TARIFF, RALLY)
    assert (await desk.compose.brief([], DAY, without=["TARIFFS"])).topics == ("AI stocks",)
    assert (await desk.compose.brief(["tariffs"], DAY, without=["Tariffs"])).topics == ("Tariffs",)


async def test_a_follow_of_a_story_tells_it_alone_and_only_when_something_came_since() -> None:
    desk = Desk()
    await desk.file(TARIFF, RALLY)
    homes = await desk.folder.stories.of_articles([TARIFF.id, RALLY.id])
    briefing = await desk.compose.edition(follow(story=homes[TARIFF.id]), DAY)
    assert [telling.story_id for telling in briefing.tellings] == [homes[TARIFF.id]]
    assert briefing.counts.articles == 1
    assert not briefing.is_last
    moved = follow(story=homes[TARIFF.id], counts_from=NOW - SECOND)
    assert not (await desk.compose.edition(moved, DAY)).is_quiet
    later = await desk.compose.edition(follow(story=homes[TARIFF.id], created_at=TARIFF.published_at + SECOND), DAY)
    assert later.is_quiet


async def test_the_last_briefing_of_a_story_that_went_quiet_says_so() -> None:
    desk = Desk()
    await desk.file(TARIFF)
    homes = await desk.folder.stories.of_articles([TARIFF.id])
    (story,) = (await desk.folder.stories.get(homes.values())).values()
    await desk.folder.stories.put([replace(story, updated_at=NOW - timedelta(days=4))])
    window = Window(since=NOW - SECOND, until=NOW)
    briefing = await desk.compose.edition(follow(story=story.id), window)
    assert briefing.is_last
    assert briefing.notes == (STORY_OVER,)
    assert not briefing.is_quiet
