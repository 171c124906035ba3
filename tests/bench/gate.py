"""The gate on summaries with small edits (SummEdits), and on errors made on purpose.

A summary is passed when every claim of it passes; without quotes in the file the two sentences of the article that say
most of a sentence serve as its quotes. Errors are made from the claims of supported summaries that pass. Rivals are the
balanced accuracies published on the whole set: models trained or prompted to judge, where ours is code alone.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bot.domain.drafts import DraftClaim
from bot.domain.gate import Verdict, check
from tests.bench.made_errors import KINDS, SAME_ARTICLE_NAMES, Errors
from tests.bench.quoted_claims import SOURCE, Told, read

NEEDS = "FILE: lines {id, article, summary, supported, edit_types} and optionally quotes"

RIVALS = {"SummaC": 0.62, "QAFactEval": 0.74, "GPT-4": 0.83, "names and figures in the article alone": 0.588}
SEED = 20261123


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    told = read(arguments.file)
    verdicts = [check(each.claims, {SOURCE: each.article}) for each in told]
    document = _on_summaries(told, verdicts)
    return document | _on_made_errors(told)


def _on_summaries(told: Sequence[Told], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    good = [verdict for each, verdict in zip(told, verdicts, strict=True) if each.supported]
    bad = [verdict for each, verdict in zip(told, verdicts, strict=True) if not each.supported]
    edits: defaultdict[str, list[Verdict]] = defaultdict(list)
    for each, verdict in zip(told, verdicts, strict=True):
        for edit in each.edit_types if not each.supported else ():
            edits[edit].append(verdict)
    blocked_good, blocked_bad = _share(map(_blocked, good)), _share(map(_blocked, bad))
    return {
        "balanced_accuracy": (1 - blocked_good + blocked_bad) / 2,
        "rival_balanced_accuracy": RIVALS["SummaC"],
        "rivals": RIVALS,
        "blocked_good": blocked_good,
        "blocked_bad": blocked_bad,
        "blocked_by_edit": {edit: _share(map(_blocked, given)) for edit, given in sorted(edits.items())},
        "doubted_good": _share(map(_doubted, good)),
        "doubted_bad": _share(map(_doubted, bad)),
        "doubted_by_edit": {edit: _share(map(_doubted, given)) for edit, given in sorted(edits.items())},
        "good_blocked_by_rule": dict(Counter(each.rule.value for verdict in good for each in verdict.refusals)),
        "summaries": {"good": len(good), "bad": len(bad)},
    }


def _on_made_errors(told: Sequence[Told]) -> dict[str, Any]:
    errors = Errors(told, SEED)
    sources = {each.article.url: each.article for each in told}
    caught: defaultdict[str, list[bool]] = defaultdict(list)
    refused: list[bool] = []
    for each in told:
        for claim in each.claims if each.supported else ():
            passes = not _is_refused(claim, each, sources)
            refused.append(not passes)
            for kind, wrong in errors.of(each, claim) if passes else ():
                caught[kind].append(_is_refused(wrong, each, sources))
    return {
        "made": {kind: _share(caught[kind]) for kind in KINDS},
        "made_blocked_good": _share(refused),
        "made_counts": {kind: len(caught[kind]) for kind in KINDS} | {"good": len(refused)},
        "made_beside": {SAME_ARTICLE_NAMES: _share(caught[SAME_ARTICLE_NAMES])},
    }


def _is_refused(claim: DraftClaim, told: Told, sources: dict[str, Any]) -> bool:
    cited = {each.source for each in claim.support}
    given = {SOURCE: told.article} | {url: article for url, article in sources.items() if url in cited}
    return bool(check([claim], given).refusals)


def _blocked(verdict: Verdict) -> bool:
    return bool(verdict.refusals)


def _doubted(verdict: Verdict) -> bool:
    """Whether a repair call would be asked for although nothing is refused."""
    return bool(verdict.doubts) and not verdict.refusals


def _share(results: Iterable[bool]) -> float:
    given = list(results)
    return sum(given) / len(given) if given else 0.0
