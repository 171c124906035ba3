"""The benchmark of polling prints what it promises, and both sides do the same work."""

import json

import pytest

from tests.bench.__main__ import main
from tests.bench.poll_site import documents


def test_both_sides_poll_the_same_feeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["poll", "--feeds", "3", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["feeds"], document["entries"]) == (3, 60)
    for phase in ("first", "unchanged"):
        figures = document[phase]
        assert figures["ratio"] == pytest.approx(figures["ours"] / figures["rival"])
    cpu = document["cpu_seconds"]["first"]
    assert document["cpu_ratio"] == pytest.approx(cpu["ours"] / cpu["rival"])
    assert document["index_seconds"] > 0
    assert 0 < document["peak_mb"] < 512


def test_its_feeds_are_as_large_as_it_says() -> None:
    sizes = [len(document) for document in documents(20)]
    assert 28_000 < sum(sizes) / len(sizes) < 30_500
