"""Fusing rankings that were made in different ways. Standard library only, no I/O."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from operator import mul
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

_DAMPING = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""


def fused(*rankings: Sequence[K]) -> list[K]:
    """Everything that stands in any of `rankings` (best first), best first by the sum of 1 / (60 + rank)."""
    scores: defaultdict[K, float] = defaultdict(float)
    for ranking in rankings:
        for rank, item in enumerate(ranking, 1):
            scores[item] += 1 / (_DAMPING + rank)
    return sorted(scores, key=lambda item: -scores[item])


def by_meaning(asked: Sequence[float], vectors: Mapping[K, Sequence[float]]) -> list[K]:
    """The keys of `vectors` (of length 1, as `asked`), the nearest to `asked` first."""
    nearness = {key: sum(map(mul, asked, vector)) for key, vector in vectors.items()}
    return sorted(nearness, key=lambda key: -nearness[key])
