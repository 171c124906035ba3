"""The writer that asks a model, through the openai package, on any server that speaks Chat Completions.

Builds the messages, asks, and reads the reply's shape. Believes nothing: quotes and figures are the gate's business.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape

from bot.adapters.model_server import ModelServer
from bot.adapters.prompt_files import Prompt, load_prompt
from bot.adapters.replies import ANSWER_SCHEMA, STORY_SCHEMA, draft_as_json, read_draft
from bot.domain.articles import Article
from bot.domain.briefings import Engine
from bot.domain.drafts import Draft, QuestionTask, SourceId, StoryTask, Task

_LIMITS: Mapping[str, object] = {"max_claims": 5, "max_words": 110, "max_chars": 300, "headline_words": 12}
_ARTICLE_CHARS = 6_000
"""What of one article is shown to the model: the whole of most, the beginning of the longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """What differs between telling a story and answering a question."""

    prompt: Prompt
    schema: Mapping[str, object]
    deadline: timedelta


class OpenAIWriter:
    """Port Writer, over a model server. Prompts are loaded once; raises PromptError when one is unfit."""

    def __init__(self, server: ModelServer) -> None:
        self._server = server
        self._story = _Kind(prompt=load_prompt("story", _LIMITS), schema=STORY_SCHEMA, deadline=timedelta(seconds=60))
        self._answer = _Kind(
            prompt=load_prompt("answer", _LIMITS), schema=ANSWER_SCHEMA, deadline=timedelta(seconds=40)
        )
        self._repair = load_prompt("repair", _LIMITS)

    def engine(self, task: type[StoryTask] | type[QuestionTask]) -> Engine:
        prompt = self._kind(task).prompt
        return Engine(name="openai", model=self._server.model, prompt_name=prompt.name, prompt_sha256=prompt.sha256)

    async def tell(self, task: StoryTask) -> Draft:
        return await self._ask(self._story, self._story.prompt, _story_message(task))

    async def answer(self, task: QuestionTask) -> Draft:
        return await self._ask(self._answer, self._answer.prompt, _question_message(task))

    async def repair(self, task: Task, draft: Draft, refusals: Sequence[str]) -> Draft:
        material = _story_message(task) if isinstance(task, StoryTask) else _question_message(task)
        reasons = "\n".join(f"- {escape(reason)}" for reason in refusals)
        message = (
            f"{material}\n\n<draft>{escape(draft_as_json(draft), quote=False)}</draft>\n\n"
            f"<refusals>\n{reasons}\n</refusals>"
        )
        return await self._ask(self._kind(type(task)), self._repair, message)

    def _kind(self, task: type[StoryTask] | type[QuestionTask]) -> _Kind:
        return self._story if task is StoryTask else self._answer

    async def _ask(self, kind: _Kind, prompt: Prompt, message: str) -> Draft:
        reply = await self._server.complete(
            task=prompt.name, system=prompt.text, user=message, schema=kind.schema, deadline=kind.deadline
        )
        return read_draft(reply)


def _story_message(task: StoryTask) -> str:
    texts = {source: article.text[:_ARTICLE_CHARS] or article.title for source, article in task.sources.items()}
    return f"<topic>{escape(task.topic.name)}</topic>\n\n" + _sources(task.sources, texts.__getitem__)


def _question_message(task: QuestionTask) -> str:
    texts: dict[SourceId, str] = {}
    for passage in task.passages:
        texts[passage.source] = "\n\n".join(filter(None, (texts.get(passage.source), passage.text)))
    shown = {source: task.sources[source] for source in texts}
    earlier = "".join(f"<earlier>{escape(turn, quote=False)}</earlier>\n" for turn in task.earlier)
    return (
        f"{_sources(shown, texts.__getitem__)}\n\n{earlier}<today>{task.asked_at:%Y-%m-%d}</today>\n"
        f"<question>{escape(task.question, quote=False)}</question>"
    )


def _sources(sources: Mapping[SourceId, Article], text: Callable[[SourceId], str]) -> str:
    """Every article as an element that its text cannot close."""
    return "\n\n".join(
        f'<source id="{source}" outlet="{escape(article.outlet)}" '
        f'published="{article.published_at:%Y-%m-%dT%H:%MZ}" tier="{article.tier}">'
        f"{escape(text(source), quote=False)}</source>"
        for source, article in sources.items()
    )
