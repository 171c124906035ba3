"""A hundred thousand articles of 30 days: opening, memory, and evidence for questions. Serves `storage`.

Every ten articles tell of one story, within a day, and share three names that no other story has: questions name
them, with one to three words of a title. The newest week holds the story, or it does not. The time to evidence ends
when a writer is asked; searching, reading and choosing passages (in a worker process, as always) lie within.
"""

import argparse
import asyncio
import logging
import random
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import structlog

import cogs.client  # noqa: F401 - what the bot has loaded counts in its memory
from bot.adapters.pebble_workers import PebbleWorkers
from bot.bootstrap import Overrides, open_app
from bot.config import Settings
from bot.domain.articles import Article, Tier, article_id
from bot.domain.briefings import Engine
from bot.domain.conversations import ConversationId
from bot.domain.drafts import Draft, QuestionTask, StoryTask, Task
from bot.domain.feeds import EntryId, FeedUrl
from bot.ports.outside import Workers
from bot.ports.repositories import Filed, Repositories
from bot.services.answer import Answering
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.bench.words import Words, percentile
from tests.doubles.clock import StandingClock

ROOT = Path(__file__).parents[2]
BATCH = 500
PARAGRAPHS, PARAGRAPH_WORDS = 8, 52  # about 3 kB
MONTH, WEEK = timedelta(days=30), timedelta(days=7)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
NOW = FIRST + MONTH
A_STORY = 10
OPENINGS = 3
SEARCHES, STORED = 50, 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--articles", type=int, default=100_000, help="articles of 3 kB in the large archive")
    parser.add_argument("--questions", type=int, default=200, help="questions of each kind")


async def measure(folder: Path, words: Words, arguments: argparse.Namespace) -> dict[str, Any]:
    """Builds the archive in `folder` and measures it; about two minutes for a hundred thousand."""
    _say_nothing()
    press = Press(words, arguments.articles)
    async with _opened(folder) as opened:
        for _ in range(arguments.articles // BATCH):
            await opened.articles.store(list(islice(press, BATCH)))
    clean = [await _opening(folder) for _ in range(OPENINGS)]
    killed = []
    for _ in range(OPENINGS):
        _kill_one(folder)
        killed.append(await _opening(folder))
    asked = await _evidence(folder, press, arguments.questions)
    return {
        "articles": arguments.articles,
        "megabytes": _megabytes(folder),
        "open_seconds": statistics.median(clean),
        "open_after_kill_seconds": statistics.median(killed),
        "rss_mb": float(_alone("serve", folder)),
        **asked,
    }


class Press:
    """Articles for ever, evenly over a month and then on; `names` and titles of those that were made."""

    def __init__(self, words: Words, count: int) -> None:
        self._words = words
        self._spacing = MONTH / count
        self.made: list[tuple[datetime, str, tuple[str, ...]]] = []
        self._names: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Filed]:
        return self

    def __next__(self) -> Filed:
        number = len(self.made)
        if number % A_STORY == 0:
            self._names = tuple(f"{self._words.some(1).capitalize()}{number}{letter}" for letter in "xyz")
        at = FIRST + self._spacing * number
        title = f"{self._words.some(6)} {self._names[0]} {self._names[1]}"
        paragraphs = (f"{self._names[place % 3]} {self._words.some(PARAGRAPH_WORDS)}" for place in range(PARAGRAPHS))
        url = f"https://press.example/{number % 97}/story-{number}"
        self.made.append((at, title, self._names))
        return Filed(
            article=Article(
                id=article_id(url), url=url, title=title, outlet="The Example", published_at=at, seen_at=at,
                tier=Tier.FULL, text="\n\n".join(paragraphs), feeds=(), language="en",
            ),
            feed=FeedUrl(f"https://press.example/{number % 97}/feed"),
            entry=EntryId(url),
        )  # fmt: skip

    def questions(self, rng: random.Random, since: datetime, until: datetime, count: int) -> list[str]:
        """Questions about articles of that time."""
        told = [each for each in self.made if since <= each[0] < until]
        asked = []
        for _, title, names in rng.choices(told, k=count):
            own = [word for word in title.split()[:6] if not self._words.is_common(word)]
            asked.append(f"What about {' '.join(names)} {' '.join(own[: rng.randint(1, 3)])}?")
        return asked


@dataclass
class _Listening:
    """A writer that has nothing to say; `asked_at` is when it was asked."""

    asked_at: list[float] = field(default_factory=list)

    def engine(self, task: type[StoryTask] | type[QuestionTask]) -> Engine:
        return Engine(name="extractive")

    async def tell(self, task: StoryTask) -> Draft:
        return Draft(claims=())

    async def answer(self, task: QuestionTask) -> Draft:
        self.asked_at.append(time.perf_counter())
        return Draft(claims=(), covered=False)

    async def repair(self, task: Task, draft: Draft, refusals: Sequence[str]) -> Draft:
        return draft


async def _evidence(folder: Path, press: Press, count: int) -> dict[str, Any]:
    rng = random.Random(7)
    kinds = {
        "evidence_recent": press.questions(rng, NOW - WEEK + timedelta(days=1), NOW, count),
        "evidence_old": press.questions(rng, FIRST, NOW - WEEK - timedelta(days=1), count),
    }
    document: dict[str, Any] = {}
    async with _opened(folder) as opened, PebbleWorkers() as workers:
        await _asked(opened, workers, kinds["evidence_recent"][:10])  # the first of a process waits for its worker
        for name, questions in kinds.items():
            times = await _asked(opened, workers, questions)
            document[f"{name}_p95_ms"] = percentile(times, 95) * 1000
            document[f"{name}_p50_ms"] = percentile(times, 50) * 1000
            document[f"{name}_found"] = len(times) / len(questions)
    return document


async def _asked(opened: Repositories, workers: Workers, questions: Sequence[str]) -> list[float]:
    """Seconds to evidence, of the questions for which there was some."""
    writer, times = _Listening(), []
    answering = Answering(opened, writer=writer, fallback=writer, workers=workers, clock=StandingClock(NOW))
    for number, question in enumerate(questions):
        begun = time.perf_counter()
        before = len(writer.asked_at)
        await answering.ask(question, conversation=ConversationId(f"c{number}"))
        times += [asked_at - begun for asked_at in writer.asked_at[before : before + 1]]
    return times


async def _opening(folder: Path) -> float:
    begun = time.perf_counter()
    async with _opened(folder) as opened:
        await opened.articles.by_url(["https://press.example/1/story-1"])
        return time.perf_counter() - begun


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) / 1e6


def _opened(folder: Path) -> Any:
    return open_folder(folder, presets=Presets(), writes=True)


def _kill_one(folder: Path) -> None:
    """Opens the folder in a process that stores an article and is killed."""
    with subprocess.Popen(_command("hold", folder), cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)


def _alone(role: str, folder: Path) -> str:
    return subprocess.run(_command(role, folder), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def _command(role: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.bench.large_archive", role, str(folder)]


async def _hold(folder: Path) -> None:
    async with _opened(folder) as opened:
        await opened.articles.store([_fresh(0)])
        print("stored", flush=True)
        await asyncio.sleep(60)


async def _serve(folder: Path) -> None:
    """What the whole program's own process takes, its workers' aside, in MB: at the most, after some work."""
    _say_nothing()
    settings = Settings(_env_file=None, newsthread_data_dir=folder)  # type: ignore[call-arg]
    rng = random.Random(3)
    async with open_app(settings, writes=True, overrides=Overrides(clock=StandingClock(NOW))) as app:
        leads = await app.folder.articles.leads(NOW - WEEK)
        for lead in rng.choices(leads, k=SEARCHES):
            words = lead.title.split()
            await app.folder.index.search(words)
            await app.answering.ask(f"What about {lead.title}?", conversation=app.new_conversation())
        for number in range(STORED):
            await app.folder.articles.store([_fresh(number + 1)])
        print(_most_memory() / 1e6)


def _most_memory() -> int:
    """Bytes this program took at the most. What `getrusage` says counts the process that started this one, too."""
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _say_nothing() -> None:
    """Standard output is for figures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def _fresh(number: int) -> Filed:
    filed = next(Press(Words(random.Random(number)), 1))
    url = f"https://press.example/fresh-{number}-{time.time_ns()}"
    return replace(filed, article=replace(filed.article, id=article_id(url), url=url), entry=EntryId(url))


if __name__ == "__main__":
    asyncio.run({"hold": _hold, "serve": _serve}[sys.argv[1]](Path(sys.argv[2])))
