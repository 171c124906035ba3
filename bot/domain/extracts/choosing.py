"""Choosing: how alike sentences are, and which of them back each other. Standard library only, no I/O."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.domain.drafts import Support
from bot.domain.evidence import keys
from bot.domain.extracts.sentences import Sentence

ALIKE = 0.45
"""Cosine from which two sentences say the same, so that one backs the other."""


def vectors_of(texts: Sequence[str]) -> list[Mapping[str, float]]:
    bags = [Counter(keys(text)) for text in texts]
    spread = Counter(word for bag in bags for word in bag)
    return [unit({w: n * math.log(1 + len(bags) / spread[w]) for w, n in bag.items()}) for bag in bags]


def unit(weights: Mapping[str, float]) -> Mapping[str, float]:
    norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {word: weight / norm for word, weight in weights.items()}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def likeness_of(vectors: Sequence[Mapping[str, float]]) -> list[Mapping[int, float]]:
    """For each vector its cosine with every other one that shares a word with it."""
    holders: dict[str, list[tuple[int, float]]] = {}
    found: list[dict[int, float]] = [{} for _ in vectors]
    for n, vector in enumerate(vectors):
        near = found[n]
        for word, weight in vector.items():
            for m, other in holders.get(word, ()):
                near[m] = near.get(m, 0.0) + weight * other
            holders.setdefault(word, []).append((n, weight))
        for m, like in near.items():
            found[m][n] = like
    return list(found)


def support_of(n: int, sentences: Sequence[Sentence], vectors: Sequence[Mapping[str, float]]) -> tuple[Support, ...]:
    """The sentence itself, and the nearest one of each other source that says the same, two at most."""
    found = [Support(source=sentences[n].source, quote=sentences[n].text)]
    near = sorted(range(len(sentences)), key=lambda m: -cosine(vectors[n], vectors[m]))
    for m in near[:6]:
        if cosine(vectors[n], vectors[m]) >= ALIKE and sentences[m].source not in {each.source for each in found}:
            found.append(Support(source=sentences[m].source, quote=sentences[m].text))
    return tuple(found[:3])
