"""Follow-up questions over passages (MTRAG): is the passage that answers among the first five, with and without turns.

Each passage is stored as an article; the last user turn is asked of the index, by itself and with the user's earlier
turns, and what it finds is put in order as evidence for an answer is. No model takes part. Rivals are what was measured
over all 338 conversations of the set: BM25, embeddings, and both fused.
"""

import argparse
import json
import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.articles import Article, ArticleId, Tier, article_id
from bot.domain.evidence import passages as evidence
from bot.domain.evidence import query, search_words
from bot.domain.feeds import EntryId, FeedUrl
from bot.domain.text import normalise
from bot.ports.repositories import Filed, Repositories
from storage.folder import open_folder
from storage.state.registers import Presets

NEEDS = "PASSAGES: lines {id, text}; FILE: lines {id, conversation, turns, relevant}"

RIVALS = {
    "last_turn": {"BM25": [0.720, 0.711], "embeddings": [0.730, 0.715], "both": [0.775, 0.762]},
    "with_turns": {"BM25": [0.761, 0.742], "embeddings": [0.814, 0.793], "both": [0.838, 0.822]},
}
"""Recall@5 and nDCG@5; `with_turns` is the last turn twice and all user turns once."""
FIRST = 5
HITS = 20
AT = datetime(2026, 1, 1, tzinfo=UTC)
FEED = FeedUrl("https://passages.example/feed")


@dataclass(frozen=True, slots=True)
class _Talk:
    """The user's turns, the last of which is to be answered, and the passages that answer it."""

    turns: Sequence[str]
    relevant: frozenset[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("passages", metavar="PASSAGES", type=Path)
    parser.add_argument("file", metavar="FILE", type=Path)


async def run(arguments: argparse.Namespace) -> dict[str, Any]:
    passages = [_passage(row) for row in _rows(arguments.passages)]
    talks = [_talk(row) for row in _rows(arguments.file)]
    with tempfile.TemporaryDirectory(prefix="newsthread-bench-") as folder:
        async with open_folder(Path(folder), presets=Presets(), writes=True) as kept:
            await kept.articles.store([Filed(article=each, feed=FEED, entry=EntryId(each.url)) for each in passages])
            last = [await _found(kept, each.turns[-1], ()) for each in talks]
            every = [await _found(kept, each.turns[-1], each.turns[:-1]) for each in talks]
    return {
        "last_turn": _scores(talks, last) | _rival("last_turn"),
        "with_turns": _scores(talks, every) | _rival("with_turns"),
        "rivals": RIVALS,
        "conversations": len(talks),
        "passages": len(passages),
    }


async def _found(kept: Repositories, question: str, earlier: Sequence[str]) -> list[ArticleId]:
    hits = await kept.index.search(search_words(question, earlier), limit=HITS)
    articles = await kept.articles.get([hit.article for hit in hits])
    sources = {hit.article: articles[hit.article] for hit in hits}
    best = evidence(query(question, earlier), sources)
    return list(dict.fromkeys([*(ArticleId(each.source) for each in best), *sources]))


def _scores(talks: Sequence[_Talk], found: Sequence[Sequence[ArticleId]]) -> dict[str, float]:
    hits = [
        [each in {_id(name) for name in talk.relevant} for each in ids[:FIRST]]
        for talk, ids in zip(talks, found, strict=True)
    ]
    recall = [sum(found) / len(talk.relevant) for talk, found in zip(talks, hits, strict=True)]
    gains = [
        _gain(found) / _gain([True] * min(FIRST, len(talk.relevant))) for talk, found in zip(talks, hits, strict=True)
    ]
    return {"recall_5": sum(recall) / len(talks), "ndcg_5": sum(gains) / len(talks)}


def _gain(hits: Sequence[bool]) -> float:
    return sum(1 / math.log2(rank + 1) for rank, hit in enumerate(hits, 1) if hit)


def _rival(turns: str) -> dict[str, float]:
    recall, ndcg = RIVALS[turns]["BM25"]
    return {"rival_recall_5": recall, "rival_ndcg_5": ndcg}


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]


def _talk(row: dict[str, Any]) -> _Talk:
    turns = [turn["text"] for turn in row["turns"] if turn["speaker"] == "user"]
    return _Talk(turns, frozenset(row["relevant"]))


def _passage(row: dict[str, Any]) -> Article:
    return Article(
        id=_id(row["id"]), url=f"https://passages.example/{row['id']}", title="", outlet="Passages", published_at=AT,
        seen_at=AT, tier=Tier.FULL, text=normalise(row["text"]), feeds=(FEED,), language="en",
    )  # fmt: skip


def _id(name: str) -> ArticleId:
    return article_id(f"https://passages.example/{name}")
