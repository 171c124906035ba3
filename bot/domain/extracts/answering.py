"""Answers by extracts. Standard library only, no I/O."""

from collections.abc import Sequence

from bot.domain.drafts import Draft, DraftClaim, QuestionTask
from bot.domain.evidence import Query, coverage, keys, query, speaks_of
from bot.domain.extracts.choosing import diverse, support_of, vectors_of
from bot.domain.extracts.sentences import Sentence, stands_alone
from bot.domain.questions import fits, wants_opinion

CLAIMS_AN_ANSWER = 3
ANSWERS = 0.5
"""Share of the question's weight that one sentence must hold to stand as its answer."""


def answer(task: QuestionTask, sentences: Sequence[Sentence]) -> Draft:
    """The sentences that answer a question, best first; `covered` is False where none does.

    Every name in the question must stand in a sentence's article, and what is rare in the evidence counts for more.
    """
    if wants_opinion(task.question):
        return Draft(claims=(), covered=False)
    vectors = vectors_of([each.text for each in sentences])
    asked = query(task.question, task.earlier).by_rarity([each.text for each in sentences])
    named = {n: asked.names <= set(keys(f"{each.title} {each.text}")) for n, each in task.sources.items()}
    scores = {}
    for n, each in enumerate(sentences):
        if not named[each.source] or not stands_alone(each.text) or not fits(task.question, each.text):
            continue
        share = coverage(asked, each.text)
        if share >= ANSWERS and speaks_of(asked, each.text):
            speaks = 0.2 if asked.names & set(keys(" ".join(each.text.split()[:6]))) else 0.0
            scores[n] = share + 0.5 * _whole(asked, each.text) + 0.1 / (1 + each.place) + speaks
    best = max(scores.values(), default=0.0)
    chosen = diverse({n: score for n, score in scores.items() if score >= 0.75 * best}, vectors, sentences)
    claims = [
        DraftClaim(text=sentences[n].text, support=support_of(n, sentences, vectors)) for n in chosen[:CLAIMS_AN_ANSWER]
    ]
    return Draft(claims=tuple(claims), covered=bool(claims))


def _whole(asked: Query, text: str) -> float:
    """Share of the weight of all turns' words that stands in `text`."""
    present = set(keys(text))
    total = sum(asked.weights.values())
    return sum(weight for word, weight in asked.weights.items() if word in present) / total if total else 0.0
