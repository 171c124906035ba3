"""Passages: the paragraphs that hold most of a question. Standard library only, no I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.articles import Article
from bot.domain.drafts import Passage, SourceId
from bot.domain.evidence.queries import Query
from bot.domain.synonyms import initialisms, keys, meanings

PASSAGES = 10
PASSAGES_AN_ARTICLE = 4
COVERED = 0.15
"""Share of the question's weight that an article must hold before it counts as evidence."""
_FIRST, _STALE = 2.0, 0.6
_DAMPING = 3
"""How slowly an article's place among those found counts less."""
_BEYOND = 0.5
"""What a word counts for that stands in the article's title or opening, and not in the paragraph itself."""


@dataclass(frozen=True, slots=True)
class _Read:
    """An article as sets of words: read once, since that is what costs."""

    source: SourceId
    head: frozenset[str]
    paragraphs: Sequence[tuple[str, frozenset[str]]]

    @property
    def all(self) -> frozenset[str]:
        return self.head.union(*(present for _, present in self.paragraphs))


def passages(
    asked: Query,
    articles: Mapping[SourceId, Article],
    *,
    first: frozenset[SourceId] = frozenset(),
    stale: frozenset[SourceId] = frozenset(),
    near: frozenset[SourceId] = frozenset(),
) -> tuple[Passage, ...]:
    """The best paragraphs of articles (best first) that cover the question, best first, PASSAGES at most.

    Articles in `first` are those the conversation is about, and weigh more; those in `stale` weigh less. Those in
    `near` mean the same as the question, whatever their words.
    """
    texts = [_read(source, article) for source, article in articles.items() if article.text]
    weighed = asked.by_rarity([present for text in texts for _, present in text.paragraphs])
    sought = weighed.own or weighed.before
    found: list[Passage] = []
    for rank, text in enumerate(texts):
        if (
            max(share(weighed, sought, text.all), share(weighed, frozenset(weighed.weights), text.all)) < COVERED
            and text.source not in near
        ):
            continue
        worth = (_FIRST if text.source in first else _STALE if text.source in stale else 1.0) / (_DAMPING + rank)
        scored = sorted(_scored(weighed, text, anything=text.source in near), key=lambda each: -each[0])
        for score, paragraph in scored[:PASSAGES_AN_ARTICLE]:
            found.append(Passage(source=text.source, text=paragraph, score=worth * score / scored[0][0]))
    found.sort(key=lambda each: -each.score)
    return tuple(found[:PASSAGES])


def share(asked: Query, sought: frozenset[str], present: frozenset[str]) -> float:
    """Share of the weight of the words `sought` that is `present`, from 0 to 1."""
    total = sum(asked.weights[word] for word in sought)
    return sum(asked.weights[word] for word in sought if word in present) / total if total else 0.0


def words_of(article: Article) -> frozenset[str]:
    """The words of an article and the initials of what it names."""
    text = f"{article.title}\n{article.text}"
    return meanings(text).union(initialisms(text))


def _read(source: SourceId, article: Article) -> _Read:
    paragraphs = [(text, frozenset(keys(text))) for text in article.text.split("\n\n")]
    head = frozenset(keys(article.title)).union(paragraphs[0][1], initialisms(article.text))
    return _Read(source, head, paragraphs)


def _scored(asked: Query, text: _Read, *, anything: bool) -> Iterator[tuple[float, str]]:
    """The paragraphs that hold a word of the question itself (or `anything`), with their scores."""
    sought = frozenset(asked.weights)
    for place, (paragraph, present) in enumerate(text.paragraphs):
        score = sum(
            weight * (1.0 if word in present else _BEYOND)
            for word, weight in asked.weights.items()
            if word in present or word in text.head
        )
        if anything or present & sought:
            yield (0.01 + score) * (1 + 0.1 / (1 + place)), paragraph
