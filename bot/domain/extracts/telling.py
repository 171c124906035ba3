"""Stories by extracts. Standard library only, no I/O."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.domain.briefings import Role
from bot.domain.drafts import Draft, DraftClaim, StoryTask
from bot.domain.evidence import keys
from bot.domain.extracts.choosing import cosine, diverse, support_of, unit, vectors_of
from bot.domain.extracts.sentences import Sentence, stands_alone
from bot.domain.topics import mentions

_WHO = re.compile(r"(?<!^)\b[A-Z][a-z]\w+")


def tell(task: StoryTask, sentences: Sequence[Sentence]) -> Draft:
    """A story in its sources' sentences: central, on the topic, not repeating each other; the best one first."""
    vectors = vectors_of([each.text for each in sentences])
    good = [n for n, each in enumerate(sentences) if stands_alone(each.text)]
    titles = [article.title for article in task.sources.values()]
    centre = _centre(vectors, titles)
    scores = {n: _centrality(n, sentences, vectors, centre) * _bonus(task, sentences[n]) for n in good}
    chosen = diverse(scores, vectors, sentences, opens_like=titles[0])
    claims = [
        DraftClaim(
            text=sentences[n].text,
            support=support_of(n, sentences, vectors),
            role=Role.WHAT if place == 0 else Role.POINT,
        )
        for place, n in enumerate(chosen)
    ]
    headline = next(iter(task.sources.values())).title
    return Draft(headline=headline, claims=tuple(claims))


def _centre(vectors: Sequence[Mapping[str, float]], titles: Sequence[str]) -> Mapping[str, float]:
    """What the story is about: all its sentences together, the words of its titles counted double."""
    total: Counter[str] = Counter()
    for vector in vectors:
        total.update(dict(vector))
    named = {word for title in titles for word in keys(title)}
    return unit({word: weight * (2.0 if word in named else 1.0) for word, weight in total.items()})


def _centrality(
    n: int, sentences: Sequence[Sentence], vectors: Sequence[Mapping[str, float]], centre: Mapping[str, float]
) -> float:
    """Nearness to the centre; more where other sources say the same, and near the top of an article."""
    others = {
        each.source
        for m, each in enumerate(sentences)
        if each.source != sentences[n].source and cosine(vectors[n], vectors[m]) >= 0.3
    }
    return cosine(vectors[n], centre) * (1 + 0.25 * min(len(others), 3)) * (1 + 0.8 / (1 + sentences[n].place))


def _bonus(task: StoryTask, sentence: Sentence) -> float:
    """News has figures, names and the topic's own words; very long sentences are hard to read."""
    on_topic = 1.2 if mentions(task.topic, sentence.text) else 0.9
    figure = 1.15 if re.search(r"\d", sentence.text) else 1.0 if _WHO.search(sentence.text) else 0.5
    length = 0.85 if len(sentence.text.split()) > 38 else 1.0
    return on_topic * figure * length
