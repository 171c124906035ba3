"""The benchmark of reading pages prints what it promises, and writes the texts that were extracted."""

import gzip
import json
from pathlib import Path

import pytest

from tests.adapters.test_trafilatura_pages import PARAGRAPHS, page
from tests.bench import pages
from tests.bench.__main__ import main


def test_pages_of_every_ending_are_read_and_their_texts_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "AT_LEAST", 1)
    monkeypatch.setattr(pages, "ROUNDS", 1)
    (tmp_path / "one.html").write_text(page(), encoding="utf-8")
    (tmp_path / "two.htm").write_text(page(*PARAGRAPHS[:3]), encoding="utf-8")
    (tmp_path / "three.html.gz").write_bytes(gzip.compress(page().encode()))
    (tmp_path / "notes.txt").write_text("No page.", encoding="utf-8")
    out = tmp_path / "texts.json"
    assert main(["pages", str(tmp_path), "--texts", str(out), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["pages"], document["empty"]) == (3, 0)
    assert min(document["pages_per_second"]["one"], document["pages_per_second"]["all"], document["ratio"]) > 0
    whole = "\n\n".join(PARAGRAPHS)
    texts = json.loads(out.read_text(encoding="utf-8"))
    assert texts == {"one": whole, "two": "\n\n".join(PARAGRAPHS[:3]), "three": whole}


def test_a_folder_without_pages_is_said_to_have_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pages", str(tmp_path)]) == 1
    assert "no pages" in capsys.readouterr().err
