"""The benchmark of reading feeds prints what it promises, and counts what feedparser finds and the bot does not."""

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import main

FEED = (
    "<rss version='2.0'><channel><title>News</title><link>https://news.example/</link>"
    "<item><title>Ships wait</title><link>https://news.example/ships</link><description>Forty.</description></item>"
    "<item><title>Cranes &amp;amp; men</title><link>/cranes</link></item></channel></rss>"
)


def test_a_folder_of_feeds_and_other_files_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "good").write_text(FEED, encoding="utf-8")
    (tmp_path / "broken.xml").write_text(FEED[:-40].replace("Ships", "Ships & <3"), encoding="utf-8")
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)))
    (tmp_path / "page.html").write_text("<html><body><p>No feed.</p></body></html>", encoding="utf-8")
    assert main(["feeds", str(tmp_path), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["files"], document["entries"], document["entries_ours"]) == (4, 4, 4)
    assert (document["escaped"], document["entries_lost"], document["entries_changed"]) == (0, 0, 0)
    assert document["ratio"] > 0


def test_what_is_lost_is_counted_and_its_file_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # By its first character a JSON document, which feedparser does not know.
    (tmp_path / "odd.json").write_text("{}" + FEED, encoding="utf-8")
    (tmp_path / "good.xml").write_text(FEED, encoding="utf-8")
    assert main(["feeds", str(tmp_path), "--json", "--misses"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["entries_lost"] == 2
    assert list(document["misses"]) == ["odd.json"]


def test_an_empty_folder_is_said_to_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feeds", str(tmp_path)]) == 1
    assert "no files" in capsys.readouterr().err
