"""Choosing: how alike sentences are, and which of them are told together. Standard library only, no I/O."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.domain.drafts import Support
from bot.domain.evidence import keys
from bot.domain.extracts.sentences import Sentence

CLAIMS_A_STORY = 4
WORDS_A_STORY = 110
ALIKE = 0.45
"""Cosine from which two sentences say the same, so that one backs the other."""
REPEATS = 0.35
"""Cosine from which a sentence tells a reader too little that is new."""
WEAK = 0.12
"""Share of the best sentence's score below which one is not worth reading."""
_OPENING = 2
"""What happened is told in an article's first three sentences."""


def vectors_of(texts: Sequence[str]) -> list[Mapping[str, float]]:
    bags = [Counter(keys(text)) for text in texts]
    spread = Counter(word for bag in bags for word in bag)
    return [unit({w: n * math.log(1 + len(bags) / spread[w]) for w, n in bag.items()}) for bag in bags]


def unit(weights: Mapping[str, float]) -> Mapping[str, float]:
    norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {word: weight / norm for word, weight in weights.items()}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def diverse(
    scores: Mapping[int, float],
    vectors: Sequence[Mapping[str, float]],
    sentences: Sequence[Sentence],
    opens_like: str = "",
) -> list[int]:
    """The best ones that do not repeat each other, WORDS_A_STORY in all.

    The first comes from an article's opening, one that says what the title `opens_like` says if there is one.
    """
    chosen: list[int] = []
    title = unit(dict.fromkeys(keys(opens_like), 1.0))
    floor = WEAK * max(scores.values(), default=0.0)
    left = {n: score for n, score in scores.items() if score >= floor}
    room = WORDS_A_STORY

    def worth(n: int) -> tuple[float, int]:
        """Maximal marginal relevance: what is like something chosen, or from the same source, counts for less."""
        like = max((cosine(vectors[n], vectors[m]) for m in chosen), default=0.0)
        used = sum(1 for m in chosen if sentences[m].source == sentences[n].source)
        return (left[n] * (1 - like) * 0.85**used, -n)

    while left and len(chosen) < CLAIMS_A_STORY:
        opens = [] if chosen else [n for n in left if sentences[n].place <= _OPENING]
        best = max(opens, key=lambda n: left[n] * (0.3 + cosine(vectors[n], title))) if opens else max(left, key=worth)
        length = len(sentences[best].text.split())
        if length <= room and all(cosine(vectors[best], vectors[n]) < REPEATS for n in chosen):
            chosen.append(best)
            room -= length
        del left[best]
    return chosen


def support_of(n: int, sentences: Sequence[Sentence], vectors: Sequence[Mapping[str, float]]) -> tuple[Support, ...]:
    """The sentence itself, and the nearest one of each other source that says the same, two at most."""
    found = [Support(source=sentences[n].source, quote=sentences[n].text)]
    near = sorted(range(len(sentences)), key=lambda m: -cosine(vectors[n], vectors[m]))
    for m in near[:6]:
        if cosine(vectors[n], vectors[m]) >= ALIKE and sentences[m].source not in {each.source for each in found}:
            found.append(Support(source=sentences[m].source, quote=sentences[m].text))
    return tuple(found[:3])
