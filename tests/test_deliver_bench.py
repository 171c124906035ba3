"""The benchmark of delivering prints what it promises, and keeps to the limits of Discord."""

import json
from typing import Any

import pytest

from tests.bench.__main__ import main


@pytest.fixture
def document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["deliver", "--channels", "12", "--stories", "3", "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_channels_due_at_once_get_everything_once_within_the_limits(document: dict[str, Any]) -> None:
    assert (document["doubled"], document["lost"], document["violations"]) == (0, 0, 0)
    assert document["requests"] == 12 * 5
    assert document["most_in_a_second"] <= 50
    assert document["per_second"] > 0
