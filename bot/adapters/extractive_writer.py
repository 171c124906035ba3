"""The writer that needs no model: claims are the articles' own sentences.

Splits text with sentencex, in a worker; what to choose is decided in `bot.domain.extracts`.
"""

from collections.abc import Sequence
from datetime import timedelta

from sentencex import segment

from bot.domain.articles import Article
from bot.domain.briefings import Engine
from bot.domain.drafts import Draft, QuestionTask, SourceId, StoryTask, Task
from bot.domain.extracts import Sentence, answer, orders_about, tell
from bot.ports.outside import Workers

_DEADLINE = timedelta(seconds=20)
_SENTENCES_AN_ARTICLE = 40
"""What matters stands by then; the work grows with the square of all sentences."""
_SENTENCES_OF_EVIDENCE = 300


class ExtractiveWriter:
    """Port Writer, without a model."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    def engine(self, task: type[StoryTask] | type[QuestionTask]) -> Engine:
        return Engine(name="extractive")

    async def tell(self, task: StoryTask) -> Draft:
        return await self._workers.run(_DEADLINE, tell_by_extracts, task)

    async def answer(self, task: QuestionTask) -> Draft:
        return await self._workers.run(_DEADLINE, answer_by_extracts, task)

    async def repair(self, task: Task, draft: Draft, refusals: Sequence[str]) -> Draft:
        return Draft(claims=())


def tell_by_extracts(task: StoryTask) -> Draft:
    """Runs in a worker."""
    found = (sentences(source, article)[:_SENTENCES_AN_ARTICLE] for source, article in task.sources.items())
    return tell(task, [each for some in found for each in some])


def answer_by_extracts(task: QuestionTask) -> Draft:
    """Runs in a worker. Reads the passages only, but numbers sentences as they stand in the article."""
    chosen: dict[SourceId, set[str]] = {}
    for passage in task.passages:
        chosen.setdefault(passage.source, set()).update(passage.text.split("\n\n"))
    found = [
        each
        for source, paragraphs in chosen.items()
        for each in sentences(source, task.sources[source], among=paragraphs)
    ]
    return answer(task, found[:_SENTENCES_OF_EVIDENCE])


def sentences(source: SourceId, article: Article, *, among: set[str] | None = None) -> list[Sentence]:
    """The sentences of an article, each exactly as it stands in a paragraph; `among` names the paragraphs wanted."""
    found: list[Sentence] = []
    place = 0
    for paragraph in article.text.split("\n\n"):
        wanted = among is None or paragraph in among
        for piece in segment(article.language or "en", paragraph):
            text = piece.strip()
            if wanted and text and not orders_about(paragraph):
                found.append(Sentence(source=source, place=place, text=text))
            place += 1
    return found
