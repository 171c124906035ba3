"""`python -m tests.chaos`: kills and hinders the program at random, and counts what stands in the end."""

import argparse
import asyncio
import json
import logging
import random
import sys
import time
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from tests.chaos.program import ChaosError
from tests.chaos.tally import run

PROGRAM = "python -m tests.chaos"
ROWS = {
    "kills": "times the program was killed or told to stop",
    "faults": "faults of Discord, model, feeds and disk that it met",
    "due": "editions due",
    "once": "… that stand once, whole",
    "refused": "… that Discord refused, the reason kept and told",
    "settings": "settings confirmed to an admin",
    "questions": "questions accepted from a member",
    "lost": "lost",
    "doubled": "doubled",
    "rounds": "rounds",
    "seed": "seed",
    "seconds": "seconds",
}
PARTS = {
    "lost_of": "lost: {}",
    "doubled_of": "doubled: {}",
    "kills_by_instant": "kill: {}",
    "faults_by_kind": "fault: {}",
}


def main(arguments: list[str]) -> int:
    """The exit status: 0 when all that is owed stands once, 1 when not, 2 wrong usage."""
    parsed = _parser().parse_args(arguments)
    logging.getLogger("aiohttp.server").disabled = True  # clients that die within a request are what this is about
    console = Console(stderr=True, highlight=False)
    console.print(f"seed {parsed.seed}")
    began = time.monotonic()
    try:
        tally = asyncio.run(
            run(
                parsed.kills,
                parsed.faults,
                seed=parsed.seed,
                report=lambda lines: console.print(lines, markup=False, soft_wrap=True),
            )
        )
    except ChaosError as error:
        print(error, file=sys.stderr)
        return 1
    document = {**tally.document, "seed": parsed.seed, "seconds": round(time.monotonic() - began, 1)}
    if parsed.json:
        print(json.dumps(document, indent=2))
    else:
        Console().print(_table(document))
    if tally.kills.total() < parsed.kills or tally.faults.total() < parsed.faults:
        print("Fewer kills or faults came about than were asked for.", file=sys.stderr)
        return 1
    return 1 if document["lost"] or document["doubled"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description=__doc__)
    parser.add_argument("--kills", type=_count, default=50)
    parser.add_argument("--faults", type=_count, default=50)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="fixes what is tried")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("0 or more is wanted")
    return number


def _table(document: Mapping[str, object]) -> Table:
    """First what is promised, then what of it, then what was done to the program."""
    table = Table("what", "number", title=PROGRAM)
    for name, words in ROWS.items():
        table.add_row(words, str(document[name]), style="bold" if name in ("lost", "doubled") else None)
    for name, words in PARTS.items():
        table.add_section()
        parts = document[name]
        assert isinstance(parts, dict)
        for part, number in parts.items():
            table.add_row(words.format(part), str(number))
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
