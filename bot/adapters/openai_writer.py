"""The writer that asks a model, through the openai package, on any server that speaks Chat Completions.

Asks, and reads the reply's shape. Believes nothing: quotes and figures are the gate's business.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.adapters.model_messages import question_message, repair_message, story_message
from bot.adapters.model_server import Call, ModelServer
from bot.adapters.prompt_files import Prompt, load_prompt
from bot.adapters.replies import ANSWER_SCHEMA, STORY_SCHEMA, read_draft
from bot.domain.briefings import Engine
from bot.domain.drafts import (
    CLAIMS_AN_ANSWER,
    CLAIMS_WRITTEN,
    WORDS_AN_ANSWER,
    WORDS_WRITTEN,
    Draft,
    QuestionTask,
    StoryTask,
    Task,
)
from bot.domain.gate.shape import MAX_CLAIM_CHARS
from bot.domain.rendering import HEADLINE_WORDS
from bot.domain.usage import EVERYONE

STORY_LIMITS: Final[Mapping[str, object]] = {
    "max_claims": CLAIMS_WRITTEN,
    "max_words": WORDS_WRITTEN,
    "max_chars": MAX_CLAIM_CHARS,
    "headline_words": HEADLINE_WORDS,
}
ANSWER_LIMITS: Final[Mapping[str, object]] = {
    "max_claims": CLAIMS_AN_ANSWER,
    "max_words": WORDS_AN_ANSWER,
    "max_chars": MAX_CLAIM_CHARS,
}


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
        self._story = _Kind(
            prompt=load_prompt("story", STORY_LIMITS), schema=STORY_SCHEMA, deadline=timedelta(seconds=60)
        )
        self._answer = _Kind(
            prompt=load_prompt("answer", ANSWER_LIMITS), schema=ANSWER_SCHEMA, deadline=timedelta(seconds=40)
        )
        self._repair = load_prompt("repair", STORY_LIMITS)

    def engine(self, task: type[StoryTask] | type[QuestionTask]) -> Engine:
        prompt = self._kind(task).prompt
        return Engine(name="openai", model=self._server.model, prompt_name=prompt.name, prompt_sha256=prompt.sha256)

    async def tell(self, task: StoryTask) -> Draft:
        return await self._ask(task, self._story.prompt, story_message(task))

    async def answer(self, task: QuestionTask) -> Draft:
        return await self._ask(task, self._answer.prompt, question_message(task))

    async def repair(self, task: Task, draft: Draft, refusals: Sequence[str]) -> Draft:
        return await self._ask(task, self._repair, repair_message(task, draft, refusals))

    def _kind(self, task: type[StoryTask] | type[QuestionTask]) -> _Kind:
        return self._story if task is StoryTask else self._answer

    async def _ask(self, task: Task, prompt: Prompt, message: str) -> Draft:
        kind = self._kind(type(task))
        call = Call(
            task=prompt.name,
            system=prompt.text,
            user=message,
            schema=kind.schema,
            deadline=kind.deadline,
            payer=task.payer if isinstance(task, QuestionTask) else EVERYONE,
        )
        return await self._server.complete(call, read_draft)
