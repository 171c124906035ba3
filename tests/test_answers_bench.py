"""The benchmarks of answers and follow-up questions print what they promise, counted as defined."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.bench.__main__ import main
from tests.bench.worlds import NAMES, world

PASSAGES = [
    {"id": "p1", "text": "The tariff on salmon begins in April.\nIt covers fresh and frozen fish."},
    {"id": "p2", "text": "Salmon swim upstream in autumn to spawn."},
    {"id": "p3", "text": "The tariff on steel begins in June."},
    *({"id": f"other{n}", "text": f"Ferry number {n} begins at noon."} for n in range(9)),
]


def _lines(file: Path, rows: Sequence[dict[str, Any]]) -> str:
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return str(file)


def _talk(*turns: str, relevant: Sequence[str]) -> dict[str, Any]:
    said = [{"speaker": "user", "text": turn} for turn in turns]
    return {"id": "1", "conversation": "1", "turns": said, "relevant": relevant}


def test_earlier_turns_find_what_the_last_one_does_not_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    talks = [_talk("Is there a tariff on salmon?", "And when does it begin?", relevant=["p1"])]
    files = [_lines(tmp_path / "passages.jsonl", PASSAGES), _lines(tmp_path / "talks.jsonl", talks)]
    assert main(["followups", *files, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["with_turns"]["ndcg_5"] == document["with_turns"]["recall_5"] == 1.0
    assert document["last_turn"]["ndcg_5"] < 1.0
    assert document["with_turns"]["rival_ndcg_5"] == 0.742


def test_the_demo_edition_is_answered_and_refused_as_promised(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["answers", "--most", "8", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["questions"] == {"answerable": 16, "follow_ups": 8, "unanswerable": 8}
    assert document["cited_right"] >= document["answered_right"] >= 0.85
    assert document["refused_right"] >= 0.9


@pytest.mark.parametrize("name", NAMES)
def test_each_question_names_articles_of_its_world_and_what_they_hold(name: str) -> None:
    asked = world(name)
    assert len(asked.answerable) >= 40
    assert len(asked.unanswerable) >= 25
    assert len(asked.follow_ups) >= 8
    for each in (*asked.answerable, *asked.follow_ups):
        texts = " ".join(asked.articles[slug].text for slug in each.articles)
        for words in each.holds:
            assert any(one.casefold() in texts.casefold() for one in words.split("|")), (each.question, words)
