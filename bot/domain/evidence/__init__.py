"""Evidence: the passages of stored articles that may answer a question.

Standard library only, no I/O. Pure and CPU-bound: services run `passages` in a worker.
"""

from bot.domain.evidence.fusing import by_meaning, fused
from bot.domain.evidence.passages import PASSAGES, passages
from bot.domain.evidence.queries import Query, query, search_words
from bot.domain.evidence.recognising import meant
from bot.domain.synonyms import keys

__all__ = ["PASSAGES", "Query", "by_meaning", "fused", "keys", "meant", "passages", "query", "search_words"]
