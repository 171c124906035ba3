"""The end of the process."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HANGING = """
import threading, time
from datetime import timedelta
from bot.cli.running import leave_in_time
threading.Thread(target=time.sleep, args=(60,)).start()
leave_in_time(timedelta(seconds=0.1))
"""


def test_a_thread_that_hangs_does_not_hold_the_process_up() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HANGING], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 0
    assert "stop_cut_short" in ended.stdout + ended.stderr
