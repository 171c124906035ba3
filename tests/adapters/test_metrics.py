"""Figures for monitoring, asked for over HTTP."""

import asyncio
import re
import socket
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.adapters.metrics import Metrics
from bot.domain.briefings import Withheld
from bot.domain.errors import SettingsError
from bot.domain.feeds import FailedFeed, FeedUrl, PollReport
from bot.domain.liveness import Stage, Stall
from bot.domain.usage import Usage
from tests.contracts.samples import briefing, correction, telling

DOCUMENTED = Path(__file__).parents[2] / "docs" / "monitoring.md"
AT = datetime.fromtimestamp(1_800_000_000, UTC)
REPORT = PollReport(
    feeds=3,
    not_modified=1,
    failed=(FailedFeed(url=FeedUrl("https://f.example"), error="timeout", detail="Late."),),
    new_articles=5,
    took=timedelta(seconds=3),
)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def _get(port: int, path: str, status: int = 200) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        assert answer.status == status
        return await answer.text()


async def _scraped(metrics: Metrics) -> str:
    port = _free_port()
    async with metrics.serve("127.0.0.1", port):
        return await _get(port, "/metrics")


def _happened(metrics: Metrics) -> None:
    """A little of everything."""
    metrics.polled(REPORT, AT)
    metrics.polled(replace(REPORT, feeds=0, new_articles=0), AT + timedelta(minutes=1))
    metrics.failing(1)
    refusals = tuple(Withheld(text="x", rule=rule, reason="y") for rule in ("figure", "figure", "name"))
    metrics.briefed(briefing("b1", replace(telling("s1"), refusals=refusals)), AT)
    metrics.called("answered", timedelta(seconds=2))
    metrics.spent(Usage(at=AT, task="story", model="m", prompt_tokens=900, completion_tokens=80))
    metrics.asked("not_covered", timedelta(seconds=0.2))
    metrics.part("sent")
    metrics.part("failed")
    metrics.delivered("complete", timedelta(seconds=40), AT)
    metrics.backlog(deliveries=2, questions=1, notices=3)
    metrics.corrected(correction("k1"))
    metrics.stalled((Stall(stage=Stage.DELIVERY, since=AT),))


async def test_what_happened_is_counted_under_the_usual_names() -> None:
    metrics = Metrics("1.2.3")
    _happened(metrics)
    text = await _scraped(metrics)
    for line in (
        "newsthread_polls_total 1.0",
        'newsthread_poll_duration_seconds_bucket{le="5.0"} 1.0',
        "newsthread_articles_total 5.0",
        "newsthread_feeds_failing 1.0",
        "newsthread_last_poll_timestamp_seconds 1.80000006e+09",
        "newsthread_last_edition_timestamp_seconds 1.8e+09",
        'newsthread_model_calls_total{outcome="answered"} 1.0',
        'newsthread_model_calls_total{outcome="failed"} 0.0',
        "newsthread_model_call_duration_seconds_sum 2.0",
        'newsthread_tokens_total{kind="prompt"} 900.0',
        'newsthread_tokens_total{kind="completion"} 80.0',
        'newsthread_questions_total{status="not_covered"} 1.0',
        'newsthread_question_duration_seconds_bucket{le="0.25"} 1.0',
        'newsthread_parts_total{state="sent"} 1.0',
        'newsthread_deliveries_total{state="complete"} 1.0',
        'newsthread_edition_lateness_seconds_bucket{le="60.0"} 1.0',
        "newsthread_last_delivery_timestamp_seconds 1.8e+09",
        "newsthread_deliveries_unfinished 2.0",
        "newsthread_questions_unanswered 1.0",
        "newsthread_notices_untold 3.0",
        'newsthread_refusals_total{rule="figure"} 2.0',
        'newsthread_refusals_total{rule="quote"} 0.0',
        'newsthread_corrections_total{change="figure"} 1.0',
        'newsthread_corrections_total{change="gone"} 0.0',
        'newsthread_stage_stalled{stage="delivery"} 1.0',
        'newsthread_stage_stalled{stage="polling"} 0.0',
    ):
        assert line in text.splitlines(), line
    assert re.search(r'newsthread_claims_total\{outcome="posted"\} \d', text)
    assert re.search(r'newsthread_build_info\{.*version="1.2.3".*\} 1.0', text)


async def test_a_delivery_that_was_rejected_is_no_late_edition() -> None:
    metrics = Metrics()
    metrics.delivered("rejected", timedelta(hours=12), AT)
    text = await _scraped(metrics)
    assert 'newsthread_deliveries_total{state="rejected"} 1.0' in text
    assert "newsthread_edition_lateness_seconds_count 0.0" in text


async def test_the_documentation_lists_every_figure_with_its_labels_and_no_other() -> None:
    rows = re.findall(r"^\| `(newsthread_\w+)` \| ?(.*?) \| (.*?) \|$", DOCUMENTED.read_text("utf-8"), re.MULTILINE)
    text = await _scraped(Metrics())
    types = dict(re.findall(r"^# TYPE (newsthread_\w+) (\w+)$", text, re.MULTILINE))
    assert sorted(name for name, _, _ in rows) == sorted(name for name in types if not name.endswith("_created"))
    for name, labels, meaning in rows:
        assert meaning.startswith("histogram") == (types[name] == "histogram")
        assert name.endswith("_total") == (types[name] == "counter")
        shown = re.findall(rf"^{name}\{{(.*)\}}", text, re.MULTILINE)
        given = {label for line in shown for label in re.findall(r'(\w+)="', line)}
        assert set(re.findall(r"`(\w+)`", labels)) == given
        if ":" in labels:
            values = [value for line in shown for value in re.findall(r'"(.*?)"', line)]
            assert re.split(r", ", labels.partition(": ")[2]) == values


async def test_the_documentation_lists_every_stage() -> None:
    text = DOCUMENTED.read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \| .* \| \d+ min \|$", text, re.MULTILINE) == [stage.value for stage in Stage]


async def test_healthz_tells_what_stands_still_and_since_when() -> None:
    metrics, port = Metrics(), _free_port()
    stalls: list[Stall] = []
    async with metrics.serve("127.0.0.1", port, lambda: stalls):
        assert await _get(port, "/healthz") == '{"status": "ok"}'
        stalls.append(Stall(stage=Stage.POLLING, since=AT))
        text = await _get(port, "/healthz", status=503)
        assert '"stage": "polling"' in text
        assert AT.isoformat() in text
        stalls.clear()
        assert "ok" in await _get(port, "/healthz")


async def test_port_zero_serves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    listened: list[web.TCPSite] = []

    async def start(site: web.TCPSite) -> None:
        listened.append(site)

    monkeypatch.setattr(web.TCPSite, "start", start)
    async with Metrics().serve("127.0.0.1", 0):
        assert listened == []


async def test_a_request_that_never_ends_does_not_hold_the_end_up() -> None:
    port = _free_port()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(Metrics().serve("127.0.0.1", port))
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
        await writer.drain()
        await asyncio.sleep(0.1)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    writer.close()


async def test_a_port_in_use_is_a_setting_to_mend() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError, match="NEWSTHREAD_METRICS_PORT"):
            async with Metrics().serve("127.0.0.1", taken.getsockname()[1]):
                pass
