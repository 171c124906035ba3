import asyncio
from contextlib import ExitStack

from bot.services.ingest.rooms import SMALL_BYTES, Rooms


async def _settled(*waiting: "asyncio.Task[None]") -> list[bool]:
    """Which of them have ended once nothing more happens by itself."""
    for _ in range(10):
        await asyncio.sleep(0)
    return [each.done() for each in waiting]


async def test_so_many_documents_are_in_memory_at_once_and_the_next_waits_for_one_to_be_read() -> None:
    rooms = Rooms(small=2, large=1)
    with ExitStack() as others, rooms.room() as third:
        first, second = [others.enter_context(rooms.room()) for _ in range(2)]
        await first.hold(0)
        await second.hold(0)
        waiting = asyncio.create_task(third.hold(0))
        assert await _settled(waiting) == [False]
        others.close()
        assert await _settled(waiting) == [True]


async def test_few_documents_grow_large_at_once_and_small_ones_do_not_wait_for_them() -> None:
    rooms = Rooms(small=3, large=1)
    with rooms.room() as second, rooms.room() as small:
        with rooms.room() as first:
            await first.hold(SMALL_BYTES + 1)
            await first.hold(30 * SMALL_BYTES)  # who is large may be as large as the request allows
            waiting = asyncio.create_task(second.hold(SMALL_BYTES + 1))
            await small.hold(SMALL_BYTES)
            assert await _settled(waiting) == [False]
        assert await _settled(waiting) == [True]


async def test_who_gives_up_waiting_leaves_his_room_to_others() -> None:
    rooms = Rooms(small=1, large=1)
    with rooms.room() as first:
        await first.hold(0)

        async def ask() -> None:
            with rooms.room() as room:
                await room.hold(0)

        given_up, patient = asyncio.create_task(ask()), asyncio.create_task(ask())
        assert await _settled(given_up, patient) == [False, False]
        given_up.cancel()
        assert await _settled(given_up, patient) == [True, False]
    assert await _settled(patient) == [True]
