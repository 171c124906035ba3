"""Questions over a world of news, without a model: answered rightly, cited rightly, refused rightly.

The extractive engine answers through the service itself, over a data folder that holds the world's articles. An answer
is right when it holds the words and figures that answer the question, cited rightly when at least one citation leads to
an article that answers it. Follow-ups are asked after another question of the same conversation. The rules were made
with all these worlds in sight, the fourth and the fifth too: expect less of another one. The rivals' figures are of
other questions.
"""

import argparse
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from bot.adapters.extractive_writer import ExtractiveWriter
from bot.domain.conversations import Answer, ConversationId, Status
from bot.domain.feeds import EntryId
from bot.domain.stories import grow
from bot.ports.repositories import Filed, Repositories
from bot.services.answer import Answering
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.bench.worlds import NAMES, Asked, World, world
from tests.doubles.clock import StandingClock
from tests.doubles.workers import SameProcess

NEEDS = "nothing"
RIVALS = {
    "assistants, answers without a significant issue": 0.55,
    "assistants, answers without wrong facts": 0.8,
    "generative search, citations that support": 0.745,
    "generative search, sentences fully supported": 0.515,
}
"""What others found of other programs on other questions (EBU and BBC, 2025, and a study of generative search)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--world", choices=NAMES, default="demo")
    parser.add_argument("--most", type=int, help="ask only so many questions of each sort")
    parser.add_argument("--misses", action="store_true", help="also what was not answered, cited or refused rightly")


async def run(arguments: argparse.Namespace) -> dict[str, Any]:
    asked = world(arguments.world)
    with tempfile.TemporaryDirectory(prefix="newsthread-bench-") as folder, capture_logs():  # output is for figures
        async with open_folder(Path(folder), presets=Presets(), writes=True) as kept:
            await _file(kept, asked)
            desk = _Desk(kept, asked)
            answers = [await desk.ask(each) for each in asked.answerable[: arguments.most]]
            follow_ups = [await desk.ask(each) for each in asked.follow_ups[: arguments.most]]
            refusals = [
                await desk.ask(Asked(question=each, articles=())) for each in asked.unanswerable[: arguments.most]
            ]
    results = answers + follow_ups
    refused = [each.answer.status is Status.NOT_COVERED for each in refusals]
    document: dict[str, Any] = {
        "answered_right": _share([each.right for each in results]),
        "cited_right": _share([each.cited for each in results]),
        "refused_right": _share(refused),
        "follow_ups": {
            "answered_right": _share([each.right for each in follow_ups]),
            "cited_right": _share([each.cited for each in follow_ups]),
        },
        "rivals": RIVALS,
        "questions": {"answerable": len(results), "follow_ups": len(follow_ups), "unanswerable": len(refusals)},
    }
    if arguments.misses:
        document["missed"] = [each.shown for each in results if not (each.right and each.cited)]
        document["not_refused"] = [each.shown for each, right in zip(refusals, refused, strict=True) if not right]
    return document


@dataclass(frozen=True, slots=True)
class _Result:
    asked: Asked
    answer: Answer
    cited: bool

    @property
    def text(self) -> str:
        return " ".join(claim.text for claim in self.answer.claims)

    @property
    def right(self) -> bool:
        answered = self.answer.status is Status.ANSWERED
        return answered and all(re.search(words, self.text, re.IGNORECASE) for words in map(_pattern, self.asked.holds))

    @property
    def shown(self) -> str:
        question = " > ".join(filter(None, (self.asked.first, self.asked.question)))
        return f"{question} = {self.text or self.answer.status.value}"


class _Desk:
    """Asks each question in a conversation of its own."""

    def __init__(self, kept: Repositories, asked: World) -> None:
        workers = SameProcess()
        writer = ExtractiveWriter(workers)
        clock = StandingClock(asked.now)
        self._ids = {slug: article.id for slug, article in asked.articles.items()}
        self._answering = Answering(kept, writer=writer, fallback=writer, workers=workers, clock=clock)
        self._asked = 0

    async def ask(self, asked: Asked) -> _Result:
        self._asked += 1
        talk = ConversationId(f"c{self._asked}")
        if asked.first:
            await self._answering.ask(asked.first, conversation=talk)
        answer = await self._answering.ask(asked.question, conversation=talk)
        good = {self._ids[slug] for slug in asked.articles}
        cited = {citation.article_id for claim in answer.claims for citation in claim.citations}
        return _Result(asked, answer, answer.status is Status.ANSWERED and bool(good & cited))


async def _file(kept: Repositories, asked: World) -> None:
    articles = sorted(asked.articles.values(), key=lambda each: each.published_at)
    await kept.articles.store([Filed(article=each, feed=each.feeds[0], entry=EntryId(each.url)) for each in articles])
    await kept.stories.put(grow((), [each.lead for each in articles], asked.now))


def _pattern(words: str) -> str:
    return "|".join(map(re.escape, words.split("|")))


def _share(results: Sequence[bool]) -> float:
    return sum(results) / len(results)
