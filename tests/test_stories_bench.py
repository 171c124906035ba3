"""The benchmark of grouping prints what it promises, and counts as its measure is defined."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.bench.__main__ import main

EVENTS = {
    ("1", "quake"): "An earthquake of magnitude 7.6 struck off Samar on Friday, and Renato Solidum warned of waves.",
    ("1", "other quake"): "A tremor near Aceh killed 35 people on Tuesday, Sutopo Nugroho of the rescue agency said.",
    ("2", "host"): "Hugh Jackman was named host of the Oscars in February by the Academy in Hollywood.",
}


def _file(folder: Path, rows: Sequence[tuple[str, str, str]]) -> str:
    file = folder / "labelled.jsonl"
    lines = (
        {"id": f"{subject}/{story}/{number}", "subject": subject, "story": story, "text": text}
        for number, (subject, story, text) in enumerate(rows)
    )
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return str(file)


def test_events_that_are_clear_are_all_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(*event, f"{text} {add}") for event, text in EVENTS.items() for add in ("", "More soon.", "It was seen.")]
    assert main(["stories", _file(tmp_path, rows), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["b_cubed_f1"], document["pairwise_f1"], document["stories_found"]) == (1.0, 1.0, 3)
    assert document["shuffled"]["lowest"]["ours"] == document["a_few_at_a_time"]["lowest"]["ours"] == 1.0


def test_one_group_of_two_events_counts_half_its_precision(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = EVENTS["2", "host"]
    assert main(["stories", _file(tmp_path, [("2", "host", text), ("2", "other", text)]), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["b_cubed_f1"] == pytest.approx(2 / 3)  # precision 1/2, recall 1
    assert document["pairwise_f1"] == 0.0


def test_a_file_of_another_form_is_said_to_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    assert main(["stories", str(tmp_path / "other.jsonl")]) == 1
    assert "subject" in capsys.readouterr().err
