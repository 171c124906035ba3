"""Logs are structured, and secrets are taken out of them."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

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


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("at https://me:pw@news.example/feed", "at https://***@news.example/feed"),
        ("at https://onlyuser@news.example/feed", "at https://***@news.example/feed"),
        (
            "at https://news.example/feed?id=7&api_key=hush&page=2",
            "at https://news.example/feed?id=7&api_key=***&page=2",
        ),
        ("at https://news.example/feed?feed-token=hush", "at https://news.example/feed?feed-token=***"),
        ("at https://news.example/feed?token=hush", "at https://news.example/feed?token=***"),
        ("POST https://discord.example/api/v10/webhooks/12/aW50.x-y_z/messages", "/webhooks/12/***/messages"),
        ("POST https://discord.example/api/v10/interactions/12/aW50.x-y_z/callback", "/interactions/12/***/callback"),
        ("https://news.example/monkey=1/@mayor", "https://news.example/monkey=1/@mayor"),
    ],
)
def test_what_opens_a_door_is_hidden_in_any_address(said: str, shown: str) -> None:
    stream = io.StringIO()
    set_up_logs(as_json=True, level="INFO", stream=stream)
    logging.getLogger("library").warning(said)
    (line,) = _lines(stream)
    assert shown in str(line["event"])
    assert "hush" not in stream.getvalue()


def test_a_value_of_any_kind_gives_no_secret_away() -> None:
    stream = io.StringIO()
    set_up_logs(as_json=True, level="INFO", secrets=["hunter2"], stream=stream)
    kinds = {"path": Path("/home/hunter2"), "error": ValueError("hunter2"), "some": {"hunter2"}, "hunter2": 1}
    structlog.get_logger().info("x", kinds=kinds, count=3, share=0.5, ok=True, nothing=None)
    (line,) = _lines(stream)
    assert "hunter2" not in stream.getvalue()
    assert (line["count"], line["share"], line["ok"], line["nothing"]) == (3, 0.5, True, None)


def test_an_exception_and_its_cause_give_no_secret_away() -> None:
    stream = io.StringIO()
    set_up_logs(as_json=False, level="INFO", secrets=["hunter2"], stream=stream)
    error = RuntimeError("https://me:pw@news.example")
    error.__cause__ = ValueError("Bot hunter2")
    structlog.get_logger().error("failed", exc_info=error)
    assert "RuntimeError" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()
    assert "me:pw" not in stream.getvalue()


def test_the_console_format_is_for_people() -> None:
    stream = io.StringIO()
    set_up_logs(as_json=False, level="INFO", stream=stream)
    structlog.get_logger().info("poll_done", feeds=3)
    assert "poll_done" in stream.getvalue()
    assert "feeds=3" in stream.getvalue()
