"""Which part is posted next, when a failure is tried again, when a delivery is given up, and what parts are called."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.briefings import BriefingId
from bot.domain.deliveries import (
    Action,
    Button,
    Delivery,
    DeliveryId,
    Failed,
    MessageId,
    Part,
    PartKind,
    PartState,
    Pending,
    Post,
    Rejected,
    Sent,
    begun,
    custom_id,
    delivery_id,
    edition_window,
    failure,
    marked_as,
    marker,
    may_stand,
    next_part,
    nonce,
    parse_custom_id,
    refusal,
    rejected,
    standing,
    too_late,
    with_state,
)
from bot.domain.errors import DeferredError, InputError, RefusedError, UnacceptableError
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId, Slot

NOW = datetime(2026, 5, 1, 8, tzinfo=UTC)
D1 = DeliveryId("d1")
SENT = Sent(message=MessageId("1"), sent_at=NOW)
LEFT_OUT = Rejected(reason="not acceptable", rejected_at=NOW, ends=False)
SLOT = Slot(schedule=ScheduleId("bakotu"), local_date=date(2026, 5, 1), planned=time(8), due_at=NOW)


def failed(attempts: int = 1, retry_at: datetime = NOW) -> Failed:
    return Failed(reason="busy", attempts=attempts, tried_at=NOW, retry_at=retry_at)


def delivery(*states: PartState, slot: Slot = SLOT) -> Delivery:
    kinds = [PartKind.FRONT, PartKind.THREAD, *[PartKind.STORY] * len(states)]
    parts = [Part(index=n, kind=kinds[n], post=Post(content="x"), state=state) for n, state in enumerate(states)]
    return Delivery(
        id=delivery_id(slot),
        slot=slot,
        destination=Destination("discord:2"),
        briefing=BriefingId("b1"),
        created_at=NOW,
        parts=tuple(parts),
    )


@pytest.mark.parametrize(
    ("states", "index"),
    [
        ((Pending(), Pending()), 0),
        ((SENT, Pending(tried_at=NOW), Pending()), 1),
        ((SENT, SENT, failed(), Pending()), 2),
        ((SENT, failed(retry_at=NOW + timedelta(seconds=1)), Pending()), None),
        ((SENT, SENT), None),
        ((SENT, Rejected(reason="gone", rejected_at=NOW), Pending()), None),
        ((SENT, SENT, LEFT_OUT, Pending()), 3),
        ((SENT, SENT, LEFT_OUT, LEFT_OUT), None),
        ((SENT, SENT, LEFT_OUT, Rejected(reason="gone", rejected_at=NOW), Pending()), None),
    ],
)
def test_the_next_part_is_the_first_that_does_not_stand(states: tuple[PartState, ...], index: int | None) -> None:
    part = next_part(delivery(*states), NOW)
    assert (part.index if part else None) == index


def test_only_what_was_tried_before_may_stand_already() -> None:
    assert not may_stand(Pending())
    assert may_stand(Pending(tried_at=NOW))
    assert may_stand(failed())


@pytest.mark.parametrize(
    ("kind", "error", "ends"),
    [
        (PartKind.FRONT, UnacceptableError("Blocked."), True),
        (PartKind.THREAD, UnacceptableError("Blocked."), True),
        (PartKind.STORY, UnacceptableError("Blocked."), False),
        (PartKind.STORY, RefusedError("The bot has no access."), True),
        (PartKind.NOTE, UnacceptableError("Blocked."), False),
        (PartKind.NOTE, RefusedError("The bot has no access."), False),
    ],
)
def test_a_story_that_is_not_acceptable_and_a_note_end_no_delivery_and_every_other_refusal_does(
    kind: PartKind, error: RefusedError, ends: bool
) -> None:
    part = Part(index=5, kind=kind, post=Post(content="x"), state=Pending())
    assert refusal(part, error, NOW) == Rejected(reason=str(error), rejected_at=NOW, ends=ends)


def test_pauses_double_up_to_half_an_hour() -> None:
    state: PartState = Pending(tried_at=NOW)
    pauses = []
    for _ in range(12):
        state = failure(state, DeferredError("busy"), NOW)
        pauses.append((state.retry_at - NOW).total_seconds())
    assert pauses[:4] == [15, 30, 60, 120]
    assert pauses[-1] == 1800
    assert isinstance(state, Failed)
    assert state.attempts == 12


def test_a_pause_is_never_shorter_than_discord_asked_for() -> None:
    state = failure(Pending(), DeferredError("wait", retry_after=timedelta(hours=1)), NOW)
    assert state.retry_at == NOW + timedelta(hours=1)
    assert failure(Pending(), DeferredError("wait", retry_after=timedelta(seconds=1)), NOW).retry_at > NOW + timedelta(
        seconds=1
    )


def test_a_briefing_that_could_not_begin_for_half_a_day_is_no_news() -> None:
    waiting = delivery(failed(), Pending())
    assert too_late(waiting, waiting.parts[0], NOW + timedelta(hours=12)) is None
    assert too_late(waiting, waiting.parts[0], NOW + timedelta(hours=12, seconds=1)) is not None


def test_a_briefing_that_stands_in_part_is_finished_for_a_week() -> None:
    waiting = delivery(SENT, failed())
    assert too_late(waiting, waiting.parts[0], NOW + timedelta(days=7)) is None
    assert too_late(waiting, waiting.parts[0], NOW + timedelta(days=7, seconds=1)) is not None


def test_a_note_that_comes_too_late_ends_no_delivery() -> None:
    waiting = delivery(SENT, SENT, failed())
    note = replace(waiting.parts[2], kind=PartKind.NOTE)
    assert too_late(waiting, note, NOW + timedelta(days=9)) is None
    end = too_late(waiting, note, NOW + timedelta(days=15))
    assert end is not None
    assert not end.ends


def test_states_are_replaced_part_by_part() -> None:
    before = delivery(Pending(), Pending())
    after = with_state(before, 0, SENT)
    assert [part.state for part in after.parts] == [SENT, Pending()]
    assert begun(after)
    assert not begun(before)
    assert standing(after, PartKind.FRONT) == "1"
    assert standing(after, PartKind.THREAD) is None
    assert rejected(after) is None


def test_a_slot_has_the_same_delivery_in_every_process() -> None:
    same = Slot(
        schedule=SLOT.schedule, local_date=SLOT.local_date, planned=SLOT.planned, due_at=NOW + timedelta(hours=1)
    )
    assert delivery_id(same) == delivery_id(SLOT)
    later = Slot(schedule=SLOT.schedule, local_date=SLOT.local_date, planned=time(9), due_at=NOW)
    assert delivery_id(later) != delivery_id(SLOT)


@given(st.from_regex(r"[a-z0-9_-]{1,60}", fullmatch=True), st.integers(0, 999), st.integers(0, 999))
def test_markers_and_nonces_tell_every_part_from_every_other(name: str, one: int, other: int) -> None:
    delivery = DeliveryId(name)
    written = custom_id(delivery, one, "ask")
    assert len(written) <= 100
    assert (parse_custom_id(written).delivery, parse_custom_id(written).part) == (delivery, one)
    assert written.startswith(marker(delivery, other)) == (one == other)
    assert (nonce(delivery, one) == nonce(delivery, other)) == (one == other)
    assert len(nonce(delivery, one)) <= 25


def test_a_notes_button_is_about_the_part_that_it_names() -> None:
    note = marked_as(Post(content="x", buttons=(Button(label="Timeline", custom_id="nt:d1:2:story-2"),)), D1, 7)
    (button,) = note.buttons
    assert button.custom_id == "nt:d1:7:story-2"
    assert parse_custom_id(button.custom_id) == Action(delivery=D1, part=2, name="story")


@pytest.mark.parametrize("text", ["", "ask", "nt:d1:x:ask", "nt:d1:0:", "other:d1:0:ask", "nt:d1:0:ask:more"])
def test_a_foreign_custom_id_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_custom_id(text)


def daily(created_at: datetime) -> Schedule:
    return Schedule(
        id=SLOT.schedule,
        server=ServerId("discord:1"),
        destination=Destination("discord:2"),
        at=time(8),
        zone="UTC",
        topics=(),
        created_at=created_at,
    )


@pytest.mark.parametrize(
    ("previous", "made", "hours"),
    [
        (timedelta(hours=24), timedelta(days=30), 24),
        (timedelta(days=3), timedelta(days=30), 72),
        (timedelta(days=9), timedelta(days=30), 168),
        (None, timedelta(hours=1), 24),
        (None, timedelta(days=30), 168),
    ],
)
def test_an_edition_covers_the_time_since_the_last_one(previous: timedelta | None, made: timedelta, hours: int) -> None:
    last = previous and Slot(schedule=SLOT.schedule, local_date=SLOT.local_date, planned=time(8), due_at=NOW - previous)
    window = edition_window(daily(NOW - made), last, NOW)
    assert window.until == NOW
    assert window.until - window.since == timedelta(hours=hours)


def test_of_a_story_nothing_is_covered_from_before_it_was_followed_and_all_since_although_its_time_was_changed() -> (
    None
):
    followed = replace(daily(NOW - timedelta(hours=3)), story="s1", counts_from=NOW - timedelta(hours=1))
    assert edition_window(followed, None, NOW).since == NOW - timedelta(hours=3)
    old = replace(followed, created_at=NOW - timedelta(days=9))
    last = replace(SLOT, due_at=NOW - timedelta(hours=5))
    assert edition_window(old, last, NOW).since == last.due_at
