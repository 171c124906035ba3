"""Messages in a terminal say what they say in Discord, without a word of its mark-up."""

import time
from collections.abc import Iterator

import pytest

from bot.cli import terminal
from bot.domain.deliveries import Post


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_tokyo")
def test_times_are_shown_in_the_zone_of_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    post = Post(title="Envoys meet", body="-# New since <t:1768748400:f>\n- They met.\n**Sources** as of <t:0:f>")
    terminal.show_answer((post, Post(content="-# As of <t:1768759200:f>")))
    shown = capsys.readouterr().out
    for said in ("New since 19 Jan 2026, 00:00 JST", "as of 1 Jan 1970, 09:00 JST", "As of 19 Jan 2026, 03:00 JST"):
        assert said in shown
    assert "<t:" not in shown


def test_what_a_source_wrote_is_no_time(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_answer((Post(content=r"- He wrote \<t:0:f\>."),))
    assert "He wrote <t:0:f" in capsys.readouterr().out
