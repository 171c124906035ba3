"""Grouping by event on labelled articles (ECB+), beside plain TF-IDF with one pass in the same run.

The articles have neither titles nor dates, so all are published at once: the pairs of events that a subject holds are
told apart by their words alone, and articles are looked at in the order of their ids, hashes of their addresses. More
runs shuffle them (the rival begins in the file's order); or bring them as at work, a few at a time, where what was
stored stays; or one by one as in the file, each event told to its end before the next begins. The named rivals were
measured on both halves of the set.
"""

import argparse
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

from bot.domain.articles import LEAD_CHARS, Lead, article_id
from bot.domain.errors import InputError
from bot.domain.stories import Story, StoryId, grow
from bot.domain.text import stems

NEEDS = "FILE: lines {id, subject, story, text}"

RIVALS = {
    "TF-IDF, whole text": 0.852,
    "TF-IDF, first 60 words": 0.858,
    "half names and numbers, half embeddings": 0.861,
    "titles alone": 0.71,
    "one story a subject": 0.68,
}
ORDERS = 5
AT_A_TIME = 25
SITE = "https://news.example/"
SEED = 20261123
AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Labelled:
    """An article and the event that it reports."""

    url: str
    story: tuple[str, str]
    text: str


_Groups = Sequence[Hashable]  # one for each article in order; equal for those grouped together
_Grouping = Callable[[Sequence[_Labelled]], _Groups]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    articles = _read(arguments.file)
    shuffled = [_shuffled(articles, SEED + number) for number in range(ORDERS)]
    return {
        **_scores(articles, _ours),
        **{f"rival_{key}": score for key, score in _scores(articles, _plain).items()},
        "shuffled": _over(shuffled, {"ours": _ours, "rival": _plain}),
        "a_few_at_a_time": _over(shuffled, {"ours": _arriving}),
        "in_file_order": _scores(articles, _in_turn),
        "rivals": RIVALS,
        "articles": len(articles),
        "stories": len({each.story for each in articles}),
        "stories_found": len(set(_ours(articles))),
    }


def _read(file: Path) -> list[_Labelled]:
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [_Labelled(f"{SITE}{row['id']}", (row["subject"], row["story"]), row["text"]) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file} does not hold lines of JSON with id, subject, story and text: {error}") from error


def _shuffled(articles: Sequence[_Labelled], seed: int) -> list[_Labelled]:
    moved = [replace(each, url=f"{seed}/{each.url}") for each in articles]
    return random.Random(seed).sample(moved, len(moved))


def _over(orders: Sequence[Sequence[_Labelled]], groupings: Mapping[str, _Grouping]) -> dict[str, Any]:
    found = {side: [_scores(order, way)["b_cubed_f1"] for order in orders] for side, way in groupings.items()}
    return {
        "b_cubed_f1": {side: fmean(scores) for side, scores in found.items()},
        "lowest": {side: min(scores) for side, scores in found.items()},
    }


def _scores(articles: Sequence[_Labelled], grouping: _Grouping) -> dict[str, float]:
    """B-cubed (Bagga and Baldwin 1998): of each article's group, and of its event, the share that is in both."""
    found, true = grouping(articles), [each.story for each in articles]
    both, grouped, reported = Counter(zip(found, true, strict=True)), Counter(found), Counter(true)
    pairs = [_pairs(counts) for counts in (both, grouped, reported)]
    return {
        "b_cubed_f1": _f1(
            fmean(both[pair] / grouped[pair[0]] for pair in zip(found, true, strict=True)),
            fmean(both[pair] / reported[pair[1]] for pair in zip(found, true, strict=True)),
        ),
        "pairwise_f1": _f1(pairs[0] / max(1, pairs[1]), pairs[0] / max(1, pairs[2])),
    }


def _pairs(counts: Counter[Any]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _ours(articles: Sequence[_Labelled]) -> _Groups:
    return _grown(_leads(articles), len(articles))


def _arriving(articles: Sequence[_Labelled]) -> _Groups:
    return _grown(_leads(articles), AT_A_TIME)


def _in_turn(articles: Sequence[_Labelled]) -> _Groups:
    leads = _leads(articles)
    return _grown([replace(each, published_at=AT + timedelta(seconds=n)) for n, each in enumerate(leads)], len(leads))


def _leads(articles: Sequence[_Labelled]) -> list[Lead]:
    return [
        Lead(id=article_id(each.url), title="", opening=each.text[:LEAD_CHARS], published_at=AT) for each in articles
    ]


def _grown(leads: Sequence[Lead], at_a_time: int) -> _Groups:
    """So many at a time; after each time what is in a story stays there."""
    stories: dict[StoryId, Story] = {}
    for known in range(0, len(leads), at_a_time):
        come = leads[: known + at_a_time]
        stories |= {story.id: story for story in grow(list(stories.values()), come, AT)}
    home = {article: story.id for story in stories.values() for article in story.articles}
    return [home[lead.id] for lead in leads]


def _plain(articles: Sequence[_Labelled]) -> _Groups:
    """The rival: TF-IDF over the whole text, each article put with the nearest centroid from a cosine of .20 on."""
    counts = [Counter(stems(each.text)) for each in articles]
    spread = Counter(word for count in counts for word in count)
    sums: list[defaultdict[str, float]] = []
    groups: list[int] = []
    for count in counts:
        weights = {w: (1 + math.log(n)) * math.log(1 + len(articles) / spread[w]) for w, n in count.items()}
        length = math.hypot(*weights.values()) or 1.0
        near = [
            sum(weight * total.get(word, 0.0) for word, weight in weights.items())
            / (length * math.hypot(*total.values()) or 1.0)
            for total in sums
        ]
        number = max(range(len(near)), key=near.__getitem__, default=-1)
        if number < 0 or near[number] < 0.2:
            number = len(sums)
            sums.append(defaultdict(float))
        for word, weight in weights.items():
            sums[number][word] += weight / length
        groups.append(number)
    return groups
