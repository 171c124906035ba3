"""Claims of summaries, each with the sentences of its article that a careful writer would quote. Serves its neighbours.

A sentence that leans on the one before it ("It is looking ahead …") is no claim by itself and stays with it. The file
gives no day of publication, which weekdays and "yesterday" are read by: news names its own day first.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from sentencex import segment

from bot.domain.articles import Article, Tier, article_id
from bot.domain.drafts import DraftClaim, Support
from bot.domain.gate import dates, figures, quotes, shape
from bot.domain.gate.readings import Reading
from bot.domain.text import normalise

QUOTES = 2
SOURCE = "S1"
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONDAY = datetime(2023, 2, 27, 12, tzinfo=UTC)
# What a writer looks for in a quote: that every figure and date stands comes first, then names, then other words.
WEIGHTS = {"figure": 10.0, "name": 2.0, "word": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of the file: its article, and its summary as drafted claims."""

    id: str
    article: Article
    claims: tuple[DraftClaim, ...]
    supported: bool
    edit_types: tuple[str, ...]


def read(path: Path) -> list[Told]:
    """Every line of a file in the form of SummEdits; lines of one article share it."""
    shelves: dict[str, _Shelf] = {}
    told = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["article"] not in shelves:
            shelves[row["article"]] = _Shelf(row["article"])
        shelf = shelves[row["article"]]
        told.append(
            Told(
                id=row["id"],
                article=shelf.article,
                claims=tuple(_drafted(row, shelf)),
                supported=bool(row["supported"]),
                edit_types=tuple(sorted(row["edit_types"] or ())),
            )
        )
    return told


class _Shelf:
    """An article with its sentences, read once."""

    def __init__(self, text: str) -> None:
        stored = normalise(text)
        days = re.search(r"\b(?:" + "|".join(WEEKDAYS) + r")\b", stored)
        published = MONDAY + timedelta(days=WEEKDAYS.index(days.group()) if days else 0)
        url = f"https://news.example/{article_id(stored)}"
        self.article = Article(
            id=article_id(url), url=url, title="", outlet="", published_at=published, seen_at=published,
            tier=Tier.FULL, text=stored, feeds=(), language="en",
        )  # fmt: skip
        whole = [sentence for paragraph in stored.split("\n\n") for sentence in sentences(paragraph)]
        self._readings = [Reading(sentence) for sentence in whole if quotes.fault(sentence) is None]
        self._content = [reading.content for reading in self._readings]

    def quotes_for(self, claim: str) -> list[str]:
        """The sentences that together say most of `claim`, in the article's order."""
        wanted = Reading(claim)
        day = self.article.published_at.date()
        covers = [
            set(_covered(wanted, each, words, day)) for each, words in zip(self._readings, self._content, strict=True)
        ]
        weights = dict(_weights(wanted))
        pairs = [*combinations(range(len(covers)), QUOTES), *((at,) for at in range(len(covers)))]
        best = max(pairs, key=lambda pair: sum(weights[item] for item in set().union(*(covers[at] for at in pair))))
        return [self._readings[at].text for at in best]


def sentences(text: str) -> list[str]:
    """The sentences of a text, without the spaces between them."""
    return [sentence.strip() for sentence in segment("en", text) if sentence.strip()]


def _drafted(row: dict[str, Any], shelf: _Shelf) -> Iterator[DraftClaim]:
    claims: list[list[str]] = []
    for sentence in sentences(" ".join(row["summary"].split())):
        if (
            claims
            and shape.leaning(sentence, {"en"})
            and len(" ".join([*claims[-1], sentence])) <= shape.MAX_CLAIM_CHARS
        ):
            claims[-1].append(sentence)
        else:
            claims.append([sentence])
    for claim in claims:
        given = row.get("quotes") or [quote for sentence in claim for quote in shelf.quotes_for(sentence)]
        yield draft(" ".join(claim), given)


def draft(text: str, given: Sequence[str], source: str = SOURCE) -> DraftClaim:
    """A claim with its quotes, each once."""
    return DraftClaim(text=text, support=tuple(Support(source=source, quote=quote) for quote in dict.fromkeys(given)))


def _weights(wanted: Reading) -> Iterator[tuple[object, float]]:
    names = {word for word in wanted.content if word not in wanted.matter}
    yield from ((word, WEIGHTS["name" if word in names else "word"]) for word in wanted.content)
    yield from ((figure, WEIGHTS["figure"]) for figure in wanted.figures if not figure.exempt)
    yield from ((said, WEIGHTS["figure"]) for said in wanted.dates)


def _covered(wanted: Reading, sentence: Reading, words: set[str], day: date) -> Iterator[object]:
    yield from wanted.content & words
    for figure in wanted.figures:
        if not figure.exempt and any(figures.agree(figure, given) for given in sentence.figures):
            yield figure
    yield from (said for said in wanted.dates if any(dates.stands(said, given, day) for given in sentence.dates))
