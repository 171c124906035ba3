"""Extracts: claims built from the articles' own sentences, for when no model writes.

Standard library only, no I/O. Pure and CPU-bound: the writer runs these in a worker. Splitting text into sentences
is the adapter's business.
"""

from bot.domain.extracts.answering import answer
from bot.domain.extracts.sentences import Sentence, goes_on, is_caption, is_listed, opening, stands_alone
from bot.domain.extracts.telling import tell
from bot.domain.orders import orders_about

__all__ = [
    "Sentence",
    "answer",
    "goes_on",
    "is_caption",
    "is_listed",
    "opening",
    "orders_about",
    "stands_alone",
    "tell",
]
