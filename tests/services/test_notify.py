"""A notice reaches whoever can mend it once, whatever the platform does and whenever the process dies."""

from datetime import timedelta

import pytest

from bot.domain.deliveries import Rejected, Sent
from bot.domain.errors import DeferredError, RefusedError, StorageError
from bot.domain.notices import MAX_CHARS, OPERATOR, Audience, Notice, NoticeId
from bot.services.notify import Notify
from tests.doubles.clock import StandingClock
from tests.doubles.memory import MemoryNotices
from tests.doubles.platform import People, Trouble, busy

ADMIN = Audience("discord:1")
STALLED = NoticeId("stalled polling")
TEXT = "Polling stands still."


class Shelf(MemoryNotices):
    """Notices on a disk that can be full."""

    full = False

    async def raise_(self, notice: Notice) -> bool:
        if self.full:
            raise StorageError("The disk is full.")
        return await super().raise_(notice)


class Desk:
    """A Notify over a memory that outlives it."""

    def __init__(self, *script: Trouble | None) -> None:
        self.clock = StandingClock()
        self.notices = Shelf()
        self.people = People(clock=self.clock, script=list(script))
        self.notify = Notify(notices=self.notices, notifier=self.people, clock=self.clock)

    async def tell_for(self, span: timedelta) -> None:
        for _ in range(int(span / timedelta(seconds=15))):
            await self.notify.tell()
            self.clock.move(timedelta(seconds=15))


async def test_a_fact_that_is_noticed_again_and_again_is_told_once() -> None:
    desk = Desk()
    for _ in range(3):
        await desk.notify.raise_(OPERATOR, STALLED, TEXT)
        await desk.notify.tell()
    assert desk.people.told == [(OPERATOR, TEXT)]
    assert isinstance(desk.notices.kept[STALLED].state, Sent)


@pytest.mark.parametrize("after", [False, True])
async def test_a_lost_connection_leaves_a_notice_standing_once(after: bool) -> None:
    desk = Desk(busy(after=after), busy())
    await desk.notify.raise_(OPERATOR, STALLED, TEXT)
    await desk.tell_for(timedelta(minutes=2))
    assert desk.people.told == [(OPERATOR, TEXT)]


async def test_a_notice_rests_as_long_as_it_was_asked_to() -> None:
    desk = Desk(Trouble(DeferredError("Discord asks to wait.", retry_after=timedelta(minutes=5))))
    await desk.notify.raise_(OPERATOR, STALLED, TEXT)
    await desk.tell_for(timedelta(minutes=4))
    assert not desk.people.told
    await desk.tell_for(timedelta(minutes=2))
    assert desk.people.told == [(OPERATOR, TEXT)]


async def test_a_clock_set_back_does_not_hold_a_notice_up() -> None:
    desk = Desk(busy())
    await desk.notify.raise_(OPERATOR, STALLED, TEXT)
    await desk.notify.tell()
    desk.clock.move(-timedelta(days=400))
    await desk.notify.tell()
    assert desk.people.told == [(OPERATOR, TEXT)]


async def test_a_process_that_died_while_telling_looks_for_what_stands() -> None:
    desk = Desk(Trouble(KeyboardInterrupt(), after=True))
    await desk.notify.raise_(OPERATOR, STALLED, TEXT)
    with pytest.raises(KeyboardInterrupt):
        await desk.notify.tell()
    await desk.notify.tell()
    assert desk.people.told == [(OPERATOR, TEXT)]


async def test_what_an_admin_cannot_be_told_the_operator_is() -> None:
    desk = Desk(Trouble(RefusedError("That person takes no direct messages.")))
    await desk.notify.raise_(ADMIN, NoticeId("not posted d1"), "The briefing was not posted.")
    await desk.tell_for(timedelta(minutes=1))
    assert isinstance(desk.notices.kept[NoticeId("not posted d1")].state, Rejected)
    ((audience, text),) = desk.people.told
    assert audience == OPERATOR
    assert text.startswith("The briefing was not posted.")
    assert "takes no direct messages" in text


async def test_the_address_of_a_servers_own_feed_is_not_passed_on_to_the_operator() -> None:
    desk = Desk(Trouble(RefusedError("That person takes no direct messages.")))
    text = "1 feed is failing:\n- <https://intra.example/feed>, since 2026-01-18 12:00 UTC: It was late."
    await desk.notify.raise_(ADMIN, NoticeId("feeds failing x"), text)
    await desk.tell_for(timedelta(minutes=1))
    ((_, told),) = desk.people.told
    assert "intra.example" not in told
    assert "- (an address of its own), since 2026-01-18 12:00 UTC: It was late." in told


async def test_an_operator_who_cannot_be_told_is_not_told_again_and_again() -> None:
    desk = Desk(Trouble(RefusedError("That person takes no direct messages.")))
    await desk.notify.raise_(OPERATOR, STALLED, TEXT)
    await desk.tell_for(timedelta(minutes=1))
    assert not desk.people.told
    assert not await desk.notices.untold()


async def test_a_text_that_is_too_long_for_a_message_is_cut() -> None:
    desk = Desk()
    await desk.notify.raise_(OPERATOR, STALLED, "x" * 9_000)
    await desk.notify.tell()
    assert desk.people.told == [(OPERATOR, "x" * MAX_CHARS)]


async def test_the_operator_hears_of_a_full_disk_although_nothing_can_be_stored() -> None:
    desk = Desk()
    desk.notices.full = True
    for _ in range(3):
        with pytest.raises(StorageError):
            await desk.notify.raise_(OPERATOR, STALLED, TEXT)
        with pytest.raises(StorageError):
            await desk.notify.raise_(ADMIN, NoticeId("not posted d1"), "The briefing was not posted.")
    desk.notices.full = False
    await desk.notify.raise_(OPERATOR, STALLED, TEXT)
    await desk.notify.tell()
    assert desk.people.told == [(OPERATOR, TEXT)]
    assert not await desk.notices.untold()


async def test_one_notice_that_breaks_leaves_no_other_untold() -> None:
    desk = Desk(Trouble(ValueError("nobody foresaw this")))
    await desk.notify.raise_(OPERATOR, STALLED, TEXT)
    await desk.notify.raise_(ADMIN, NoticeId("not posted d1"), "The briefing was not posted.")
    await desk.notify.tell()
    assert desk.people.told == [(ADMIN, "The briefing was not posted.")]
    await desk.notify.tell()
    assert len(desk.people.told) == 2
