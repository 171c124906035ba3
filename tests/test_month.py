"""The simulated month in its short form, and what a closed program leaves behind in its process."""

import asyncio
import gc
import json
import subprocess
import sys
import weakref
from pathlib import Path

from bot.bootstrap import open_app
from bot.config import Settings

SHORT = ["--days", "2", "--servers", "6", "--feeds", "10", "--poll-hours", "6"]


def test_two_simulated_days_bring_every_edition_once_and_end_where_the_first_did() -> None:
    command = [sys.executable, "-m", "tests.bench", "month", *SHORT, "--json"]
    ran = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, check=True, timeout=120)
    month = json.loads(ran.stdout)
    assert month["editions"] == {"due": 12, "once": 12, "lost": 0, "doubled": 0, "never_due": 0}
    assert month["articles"] > 50
    assert month["story_messages"] > 12
    assert month["memory_mb"]["ratio"] < 1.1


def test_a_closed_program_leaves_the_process_its_garbage_to_collect(tmp_path: Path) -> None:
    class Node:
        def __init__(self) -> None:
            self.itself = self

    async def opened() -> None:
        async with open_app(Settings(_env_file=None, newsthread_data_dir=tmp_path), writes=True):
            pass

    node = Node()
    gone = weakref.ref(node)
    asyncio.run(opened())
    del node
    gc.collect()
    assert gone() is None
