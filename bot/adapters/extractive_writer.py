"""The writer that needs no model: claims are the articles' own sentences.

Splits text with sentencex, in a worker; what to choose is decided in `bot.domain.extracts`.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sentencex import segment

from bot.domain.articles import Article
from bot.domain.briefings import Engine
from bot.domain.drafts import Draft, QuestionTask, SourceId, StoryTask, Task
from bot.domain.extracts import Sentence, answer, goes_on, is_caption, is_listed, orders_about, tell
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
    """Runs in a worker. Reads each article of the evidence whole, as far as there is room: best articles first."""
    found: list[Sentence] = []
    for source in dict.fromkeys(passage.source for passage in task.passages):
        found += sentences(source, task.sources[source])[:_SENTENCES_AN_ARTICLE]
    return answer(task, found[:_SENTENCES_OF_EVIDENCE])


def sentences(source: SourceId, article: Article, *, among: set[str] | None = None) -> list[Sentence]:
    """The sentences of an article, each exactly as it stands in a paragraph; `among` names the paragraphs wanted.

    Captions are none, nor are items of a numbered list, nor is what lies in the midst of somebody's speech: alone it
    would be told as a fact.
    """
    found: list[Sentence] = []
    place = 0
    for paragraph in article.text.split("\n\n"):
        if is_caption(paragraph) or is_listed(paragraph) or orders_about(paragraph):
            continue
        wanted = among is None or paragraph in among
        spoken = False
        for text in _pieces(paragraph, article.language or "en"):
            if wanted and text and not spoken:
                found.append(Sentence(source=source, place=place, text=text))
            spoken ^= (text.count('"') + text.count("“") - text.count("”")) % 2 == 1
            place += 1
    return found


def _pieces(paragraph: str, language: str) -> Iterator[str]:
    """The sentences of a paragraph; one that was cut behind an abbreviation is whole again."""
    begun = ""
    for piece in segment(language, paragraph):
        begun += piece
        if not goes_on(begun.strip()):
            yield begun.strip()
            begun = ""
    if begun:
        yield begun.strip()
