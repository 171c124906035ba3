"""Figures for monitoring, asked for over HTTP."""

import re
import socket
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bot.adapters.metrics import Metrics
from bot.domain.errors import SettingsError
from bot.domain.feeds import FailedFeed, FeedUrl, PollReport
from tests.contracts.samples import briefing

REPORT = PollReport(
    feeds=3,
    not_modified=1,
    failed=(FailedFeed(url=FeedUrl("https://f.example"), error="timeout", detail="Late."),),
    new_articles=5,
    took=timedelta(seconds=1),
)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def _get(port: int, path: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        assert answer.status == 200
        return await answer.text()


async def test_what_happened_is_counted_under_the_usual_names() -> None:
    metrics, port = Metrics(), _free_port()
    metrics.polled(REPORT, 1_800_000_000.0)
    metrics.polled(replace(REPORT, feeds=0, new_articles=0), 1_800_000_060.0)
    metrics.briefed(briefing("b1"))
    metrics.backlog(2)
    async with metrics.serve("127.0.0.1", port):
        text = await _get(port, "/metrics")
        assert "ok" in await _get(port, "/healthz")
    for line in (
        "newsthread_polls_total 1.0",
        "newsthread_articles_total 5.0",
        "newsthread_feeds_failing 1.0",
        "newsthread_last_poll_timestamp_seconds 1.80000006e+09",
        "newsthread_deliveries_unfinished 2.0",
    ):
        assert line in text
    assert re.search(r'newsthread_claims_total\{outcome="posted"\} \d', text)


async def test_port_zero_serves_nothing() -> None:
    async with Metrics().serve("127.0.0.1", 0):
        pass


async def test_a_port_in_use_is_a_setting_to_mend() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError, match="NEWSTHREAD_METRICS_PORT"):
            async with Metrics().serve("127.0.0.1", taken.getsockname()[1]):
                pass
