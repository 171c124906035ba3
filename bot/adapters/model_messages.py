"""The user messages: articles and questions as elements that nothing inside them can close.

Holds no instruction; those stand in `prompts/` alone. Ids of servers, members and articles are in no message, nor is a
paragraph of an article that speaks to whatever machine reads it.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from bot.adapters.replies import draft_as_json
from bot.domain.articles import Article
from bot.domain.drafts import Draft, QuestionTask, SourceId, StoryTask, Task
from bot.domain.orders import without_orders

_ARTICLE_CHARS: Final = 6_000
"""What of one article is shown to the model: the whole of most, the beginning of the longest."""


def story_message(task: StoryTask) -> str:
    """The topic, and every article with its text; its title where it has none."""
    texts = {n: without_orders(each.text[:_ARTICLE_CHARS] or each.title) for n, each in task.sources.items()}
    return f"{_element('topic', task.topic.name)}\n\n{_sources(task.sources, texts)}"


def question_message(task: QuestionTask) -> str:
    """The passages by article, the questions asked before, the day, and the question."""
    texts: dict[SourceId, str] = {}
    for passage in task.passages:
        texts[passage.source] = "\n\n".join(filter(None, (texts.get(passage.source), without_orders(passage.text))))
    asked = [_element("earlier", turn) for turn in task.earlier]
    asked += [_element("today", f"{task.asked_at:%Y-%m-%d}"), _element("question", task.question)]
    return "\n\n".join(filter(None, (_sources(task.sources, texts), "\n".join(asked))))


def repair_message(task: Task, draft: Draft, reasons: Sequence[str]) -> str:
    """What the draft was written from, the draft, and what is wrong with it."""
    material = story_message(task) if isinstance(task, StoryTask) else question_message(task)
    listed = "\n".join(f"- {reason}" for reason in reasons)
    return f"{material}\n\n{_element('draft', draft_as_json(draft))}\n\n{_element('refusals', listed)}"


def opinion_message(excerpts: Mapping[SourceId, Article], claim: str) -> str:
    """Excerpts of articles as one document, and one claim."""
    texts = {source: without_orders(each.text) for source, each in excerpts.items()}
    return f"<document>\n{_sources(excerpts, texts)}\n</document>\n\n{_element('claim', claim)}"


def turns_message(question: str, earlier: Sequence[str]) -> str:
    """The questions asked before, and the question."""
    return "\n".join([*(_element("earlier", turn) for turn in earlier), _element("question", question)])


def _sources(sources: Mapping[SourceId, Article], texts: Mapping[SourceId, str]) -> str:
    return "\n\n".join(
        f'<source id="{escape(source)}" outlet="{escape(sources[source].outlet)}" '
        f'published="{sources[source].published_at:%Y-%m-%dT%H:%MZ}" tier="{sources[source].tier}">'
        f"{_escaped(text)}</source>"
        for source, text in texts.items()
        if text
    )


def _element(name: str, text: str) -> str:
    return f"<{name}>{_escaped(text)}</{name}>"


def _escaped(text: str) -> str:
    return escape(text, quote=False)
