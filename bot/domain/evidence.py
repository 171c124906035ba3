"""Evidence: the passages of stored articles that may answer a question.

Standard library only, no I/O. Pure and CPU-bound: services run `passages` in a worker. Weights of earlier turns are
those measured best for multi-turn retrieval: the last turn twice, every turn of the asker's once.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from bot.domain.articles import Article
from bot.domain.drafts import Passage, SourceId
from bot.domain.wording import stems, words

PASSAGES = 8
PASSAGES_AN_ARTICLE = 3
COVERED = 0.6
"""Share of the question's weight that an article must hold before it counts as evidence."""

_ASKING = frozenset(
    stems(
        "say said tell told know explain happen happened happening describe give list latest news update going "
        "think mean means much many long far often kind sort day today tonight now please"
    )
)
"""Words by which people ask, whatever they ask about."""

_SYNONYMS = (
    "higher rise rose risen rising gain climb jump surge advance increase grow grew",
    "fall fell fallen drop decline lose lost slump decrease shed",
    "start begin began begun effect force launch",
    "end stop finish expire",
    "share stock equity equities",
    "tariff duty duties levy levies",
    "meet met meeting convene gather summit",
    "warn warning caution",
    "condemn criticise criticize denounce",
    "uk britain british",
    "us usa america american",
    "eu europe european",
    "announce unveil declare",
    "employ work worker employee staff job",
    "own owner belong",
    "close shut",
    "build construct",
    "win won victory beat",
    "die dead death kill",
)
_SAME = {stem: stems[0] for stems in map(stems, _SYNONYMS) for stem in stems}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question as weights of words; `own` are the words of the question itself, `names` those that name something."""

    weights: Mapping[str, float]
    own: frozenset[str]
    names: frozenset[str]

    def by_rarity(self, texts: Sequence[str]) -> "Query":
        """The same question, each word weighed by its rarity among `texts`; what stands in none of them weighs most."""
        spread = Counter(word for text in texts for word in set(keys(text)))
        weights = {
            word: weight * math.log(1 + (1 + len(texts)) / (1 + spread[word])) for word, weight in self.weights.items()
        }
        return replace(self, weights=weights)


def keys(text: str) -> list[str]:
    """The content words of `text` in order, each as the first of its synonyms."""
    return [_SAME.get(word, word) for word in stems(text)]


def query(question: str, earlier: Sequence[str] = ()) -> Query:
    """Weighs the words of a question and of those asked before it in the same conversation."""
    weights: defaultdict[str, float] = defaultdict(float)
    own = _subject(question)
    for word in own:
        weights[word] += 2.0
    for turn in (*earlier, question):
        for word in _subject(turn):
            weights[word] += 1.0
    names = _names(question) & own
    for word in names:
        weights[word] *= 1.5
    return Query(weights=dict(weights), own=frozenset(own), names=frozenset(names))


def search_words(question: str, earlier: Sequence[str] = ()) -> tuple[str, ...]:
    """What to ask the index for: the words as written, with their synonyms, question first."""
    found: dict[str, None] = {}
    for turn in (question, *reversed(earlier)):
        for word in words(turn):
            for stem in stems(word):
                found[word] = None
                if stem in _SAME:
                    found.update((other, None) for other, head in _SAME.items() if head == _SAME[stem])
    return tuple(found)[:40]


def coverage(asked: Query, text: str) -> float:
    """Share of the weight of the question's own words that stands in `text`, from 0 to 1."""
    return _share(asked, set(keys(text)))


def _share(asked: Query, present: Collection[str]) -> float:
    total = sum(asked.weights[word] for word in asked.own)
    return sum(asked.weights[word] for word in asked.own if word in present) / total if total else 0.0


def speaks_of(asked: Query, text: str) -> bool:
    """Whether `text` holds more of the question than names: something of what is asked about them."""
    matter = asked.own - asked.names
    return not matter or bool(matter & set(keys(text)))


def passages(
    asked: Query, articles: Mapping[SourceId, Article], first: frozenset[SourceId] = frozenset()
) -> tuple[Passage, ...]:
    """The best paragraphs of articles that cover the question, best first, PASSAGES at most.

    Articles in `first` are those the conversation is about, and weigh half as much again.
    """
    found: list[Passage] = []
    for source, article in articles.items():
        title = set(keys(article.title))
        paragraphs = [(text, set(keys(text))) for text in article.text.split("\n\n")]  # read once: it is what costs
        if not article.text or _share(asked, title.union(*(present for _, present in paragraphs))) < COVERED:
            continue
        factor = 1.5 if source in first else 1.0
        scored = _scored(asked, title, paragraphs)
        ranked = sorted(
            (Passage(source=source, text=text, score=factor * score) for text, score in scored),
            key=lambda each: -each.score,
        )
        found.extend(ranked[:PASSAGES_AN_ARTICLE])
    found.sort(key=lambda each: -each.score)
    return tuple(found[:PASSAGES])


def _scored(asked: Query, title: Set[str], paragraphs: Sequence[tuple[str, Set[str]]]) -> Iterator[tuple[str, float]]:
    """The paragraphs that hold a word of the question itself, with their scores."""
    spread = Counter(word for _, present in paragraphs for word in present)
    for place, (text, present) in enumerate(paragraphs):
        score = sum(
            weight * math.log(1 + (len(paragraphs) + 1) / (spread[word] or 1)) * (1.0 if word in present else 0.3)
            for word, weight in asked.weights.items()
            if word in present or word in title
        )
        if present & asked.own:
            yield text, score * (1 + 0.1 / (1 + place))


def _subject(question: str) -> set[str]:
    return {_SAME.get(word, word) for word in stems(question) if word not in _ASKING}


def _names(question: str) -> set[str]:
    """Words written with a capital inside the question: what it is about, more than the others."""
    return {key for name in re.findall(r"(?<!^)\b[A-Z][\w'’-]*", question) for key in keys(name)}
