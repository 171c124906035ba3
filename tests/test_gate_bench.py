"""The benchmark of the gate: what it makes wrong, and the document it prints."""

import argparse
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.bench import gate
from tests.bench.made_errors import KINDS, Errors
from tests.bench.quoted_claims import read

HARBOUR = (
    "The harbour at Nuuk handled 870 ships in May, the port authority said on Tuesday. "
    "Of these, 457 came from Denmark.\n"
    "A strike closed the harbour of Aarhus for 21 days. Mette Hansen, who leads the union, called it a success.\n"
    "The minister told Sermitsiaq that prices had risen by 13 per cent and not by 15 per cent since 2019."
)
CHIPS = (
    "Shares of the chip maker Nordlys fell 4.5 per cent on Friday after Anders Berg resigned.\n"
    "The board of Nordlys in Oslo said that it expected sales of $65 billion this year, up from $61 billion.\n"
    "Analysts at Fjordbank said the outlook for Nordlys was poor. It cut its forecast twice."
)
ROWS: list[dict[str, Any]] = [
    {"article": HARBOUR, "summary": "The harbour at Nuuk handled 870 ships in May.", "supported": True},
    {"article": HARBOUR, "summary": "The harbour of Aarhus was closed for 21 days by a strike.", "supported": True},
    {"article": HARBOUR, "summary": "The harbour at Nuuk handled 871 ships in May.", "supported": False},
    {"article": HARBOUR, "summary": "The harbour at Nuuk did not handle 870 ships in May.", "supported": False},
    {"article": CHIPS, "summary": "Nordlys expected sales of $65bn. It cut its forecast twice.", "supported": True},
    {"article": CHIPS, "summary": "Shares of Nordlys rose on Friday after Anders Berg resigned.", "supported": False},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "summaries.jsonl"
    rows = [{"id": str(n), "edit_types": [] if row["supported"] else ["edit"], **row} for n, row in enumerate(ROWS)]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_the_document_holds_what_is_promised_of_it(file: Path) -> None:
    document = gate.run(argparse.Namespace(file=file))
    assert (document["blocked_good"], document["made_blocked_good"]) == (0.0, 0.0)
    assert document["balanced_accuracy"] == pytest.approx((1 + 2 / 3) / 2)
    assert (document["doubted_good"], document["doubted_bad"]) == (0.0, pytest.approx(1 / 3))
    assert document["blocked_by_edit"] == {"edit": pytest.approx(2 / 3)}
    assert document["made"] == dict.fromkeys(KINDS, 1.0)
    assert document["rivals"]["SummaC"] == 0.62
    json.dumps(document)


def test_a_claim_is_quoted_by_the_two_sentences_that_say_most_of_it(file: Path) -> None:
    claim = read(file)[0].claims[0]
    assert claim.support[0].quote == "The harbour at Nuuk handled 870 ships in May, the port authority said on Tuesday."
    assert len(claim.support) <= 2


def test_a_sentence_that_leans_on_the_one_before_stays_with_it(file: Path) -> None:
    assert [claim.text for claim in read(file)[4].claims] == [
        "Nordlys expected sales of $65bn. It cut its forecast twice."
    ]


def test_quotes_of_the_file_are_taken_as_they_are(file: Path) -> None:
    row = {"id": "1", "edit_types": None, "quotes": ["Of these, 457 came from Denmark."], **ROWS[0]}
    file.write_text(json.dumps(row), encoding="utf-8")
    assert [each.quote for each in read(file)[0].claims[0].support] == row["quotes"]


def test_every_made_error_changes_one_thing_and_the_same_seed_makes_the_same(file: Path) -> None:
    told = read(file)
    made = [
        (kind, wrong) for each in told if each.supported for kind, wrong in Errors(told, 1).of(each, each.claims[0])
    ]
    assert made == [
        (kind, wrong) for each in told if each.supported for kind, wrong in Errors(told, 1).of(each, each.claims[0])
    ]
    assert {kind for kind, _ in made} >= set(KINDS)
    claims = {claim.text: claim for each in told for claim in each.claims}
    for kind, wrong in made:
        if kind in ("crossed", "quotes"):
            assert wrong.support != claims[wrong.text].support
        else:
            assert wrong.text not in claims
            assert re.search(r"\w", wrong.text)
