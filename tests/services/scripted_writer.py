"""A writer whose drafts a test says beforehand."""

from collections import deque
from collections.abc import Callable, Sequence

from bot.domain.briefings import Engine
from bot.domain.drafts import Draft, DraftClaim, QuestionTask, StoryTask, Support, Task

Made = Draft | Exception | Callable[[Task], Draft]


class ScriptedWriter:
    """Port Writer: gives the next of its drafts, or raises it; `calls` are the tasks in order, by what was asked."""

    def __init__(self, *drafts: Made, repairs: Sequence[Made] = (), name: str = "openai") -> None:
        self.calls: list[tuple[str, Task]] = []
        self.reasons: list[Sequence[str]] = []
        self._drafts = deque(drafts)
        self._repairs = deque(repairs)
        self._name = name

    def engine(self, task: type[StoryTask] | type[QuestionTask]) -> Engine:
        return Engine(name=self._name, model="m", prompt_name="p", prompt_sha256="0" * 64)

    async def tell(self, task: StoryTask) -> Draft:
        return self._next("tell", self._drafts, task)

    async def answer(self, task: QuestionTask) -> Draft:
        return self._next("answer", self._drafts, task)

    async def repair(self, task: Task, draft: Draft, refusals: Sequence[str]) -> Draft:
        self.reasons.append(refusals)
        return self._next("repair", self._repairs, task) if self._repairs else Draft(claims=())

    def _next(self, what: str, queue: deque[Made], task: Task) -> Draft:
        self.calls.append((what, task))
        made = queue.popleft() if len(queue) > 1 else queue[0]
        if isinstance(made, Exception):
            raise made
        return made if isinstance(made, Draft) else made(task)


def draft(*texts: tuple[str, str] | str, headline: str = "", source: str = "S1", covered: bool = True) -> Draft:
    """A draft of claims: each a text that is its own quote, or (text, quote)."""
    pairs = [(each, each) if isinstance(each, str) else each for each in texts]
    claims = tuple(DraftClaim(text=text, support=(Support(source=source, quote=quote),)) for text, quote in pairs)
    return Draft(claims=claims, headline=headline, covered=covered)
