"""Made-up words for benchmarks, and their percentiles. Serves its neighbours."""

import random
import statistics

COMMONEST = 100


class Words:
    """Words that are as unevenly common as real ones (Zipf)."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        syllables = [first + rest for first in "bdfgklmnprstvz" for rest in ("a", "e", "i", "o", "u", "an", "er", "is")]
        made = {"".join(rng.choices(syllables, k=rng.choice((2, 2, 3, 3, 4)))) for _ in range(40_000)}
        self._words = sorted(made)[:20_000]
        rng.shuffle(self._words)
        self._common = set(self._words[:COMMONEST])
        total = 0.0
        self._weights = [total := total + 1 / rank for rank in range(1, len(self._words) + 1)]

    def some(self, count: int) -> str:
        """So many words."""
        return " ".join(self._rng.choices(self._words, cum_weights=self._weights, k=count))

    def is_common(self, word: str) -> bool:
        """Whether nobody would ask with it."""
        return word in self._common

    def queries(self, titles: list[str], count: int) -> list[list[str]]:
        """Words a reader would ask with."""
        asked: list[list[str]] = []
        while len(asked) < count:
            words = [word for word in self._rng.choice(titles).split() if word not in self._common]
            if len(words) >= 3:
                asked.append(words[: self._rng.randint(3, 6)])
        return asked


def percentile(times: list[float], percent: int) -> float:
    """The value that so many percent of `times` do not exceed."""
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]
