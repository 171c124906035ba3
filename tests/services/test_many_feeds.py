"""A poll of a thousand feeds, with the real web client, workers and data folder."""

import gc
from datetime import timedelta
from pathlib import Path

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
            gc.freeze()  # as the program does; a full collection would walk all that the other tests have left
            try:
                with held_by_callbacks() as held:
                    first = await ingesting.poll()
                    second = await ingesting.poll(force=True)
            finally:
                gc.unfreeze()
    assert (first.new_articles, first.failed, first.not_modified) == (FEEDS * ENTRIES, (), 0)
    assert (second.new_articles, second.failed, second.not_modified) == (0, (), FEEDS)
    assert max(held) < 0.05
