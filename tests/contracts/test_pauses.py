"""The contract of the Pauses port."""

from dataclasses import replace

from bot.domain.deliveries import ThreadId
from bot.domain.destinations import Pause, Place
from bot.domain.schedules import Destination, ServerId
from bot.ports.repositories import Repositories
from tests.contracts.samples import HOUR, NOW

NEWS = Place(destination=Destination("discord:2"))
PAUSE = Pause(place=NEWS, server=ServerId("discord:1"), reason="The channel is gone.", since=NOW, tried_at=NOW)
IN_THREAD = replace(PAUSE, place=replace(NEWS, thread=ThreadId("7")))


async def test_a_pause_is_found_by_its_place_alone(folder: Repositories) -> None:
    await folder.pauses.put(PAUSE)
    assert await folder.pauses.last(NEWS) == PAUSE
    assert await folder.pauses.last(IN_THREAD.place) is None
    await folder.pauses.put(IN_THREAD)
    assert list(await folder.pauses.standing()) == [PAUSE, IN_THREAD]


async def test_a_pause_that_ended_stands_no_longer_and_is_remembered(folder: Repositories) -> None:
    await folder.pauses.put(PAUSE)
    over = replace(PAUSE, tried_at=NOW + HOUR, ended_at=NOW + HOUR)
    await folder.pauses.put(over)
    assert not await folder.pauses.standing()
    assert await folder.pauses.last(NEWS) == over
