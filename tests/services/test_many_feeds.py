"""A poll of a thousand feeds, with the real web client, workers and data folder."""

import gc
from datetime import timedelta
from pathlib import Path

from bot.adapters.glibc_memory import collect_as_usual, collect_seldom
from bot.adapters.pebble_workers import PebbleWorkers
from bot.domain.feeds import Feed, FeedUrl
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.bench.poll_sides import ingest
from tests.bench.poll_site import address, served
from tests.doubles.event_loop import held_by_callbacks

FEEDS = 1_000
ENTRIES = 2


async def test_a_thousand_feeds_never_hold_the_event_loop_for_fifty_milliseconds(tmp_path: Path) -> None:
    async with (
        served(ENTRIES) as port,
        open_folder(tmp_path, presets=Presets(), writes=True) as folder,
        PebbleWorkers() as workers,
    ):
        await folder.feeds.put(*(Feed(url=FeedUrl(address(n, port)), outlet="Press") for n in range(FEEDS)))
        await workers.run(timedelta(seconds=60), abs, 1)
        async with ingest(folder, workers) as ingesting:
            gc.collect()
            collect_seldom()  # as the program does; a full collection would walk all that the other tests have left
            try:
                with held_by_callbacks() as held:
                    first = await ingesting.poll()
                    others = [await ingesting.poll(force=True) for _ in range(3)]
            finally:
                collect_as_usual()
    assert (first.new_articles, first.failed, first.not_modified) == (FEEDS * ENTRIES, (), 0)
    assert [(each.new_articles, each.failed, each.not_modified) for each in others] == [(0, (), FEEDS)] * 3
    # What the poll itself does shows in each of the four; what a busy machine does, here and there.
    assert sum(each >= 0.05 for each in held) < 3
