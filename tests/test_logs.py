"""Logs are structured, and secrets are taken out of them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import set_up_logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def _lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_object_with_time_and_level() -> None:
    stream = io.StringIO()
    set_up_logs(as_json=True, level="INFO", stream=stream)
    structlog.get_logger().info("poll_done", feeds=3)
    structlog.get_logger().debug("not_shown")
    (line,) = _lines(stream)
    assert (line["event"], line["feeds"], line["level"]) == ("poll_done", 3, "info")
    assert str(line["timestamp"]).endswith("Z")


def test_secrets_and_credentials_are_taken_out_wherever_they_stand() -> None:
    stream = io.StringIO()
    set_up_logs(as_json=True, level="INFO", secrets=["hunter2"], stream=stream)
    structlog.get_logger().info("x", header="Bot hunter2", nested={"urls": ["https://me:pw@news.example/feed"]})
    logging.getLogger("library").warning("token hunter2 refused")
    text = stream.getvalue()
    assert "hunter2" not in text
    assert "me:pw" not in text
    assert "news.example/feed" in text


def test_the_console_format_is_for_people() -> None:
    stream = io.StringIO()
    set_up_logs(as_json=False, level="INFO", stream=stream)
    structlog.get_logger().info("poll_done", feeds=3)
    assert "poll_done" in stream.getvalue()
    assert "feeds=3" in stream.getvalue()
