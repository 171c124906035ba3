"""Figures for monitoring: `/metrics` for Prometheus and `/healthz` for whatever restarts the bot.

Counts what it is told and looks at nothing itself. Names follow Prometheus' own advice: base units, `_total`;
`docs/monitoring.md` lists them.
"""

import platform
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)

from bot.domain.briefings import Briefing
from bot.domain.conversations import Status
from bot.domain.corrections import Change, Correction
from bot.domain.errors import SettingsError
from bot.domain.feeds import PollReport
from bot.domain.gate import Rule
from bot.domain.liveness import Stage, Stall
from bot.domain.usage import Usage

_POLL_SECONDS = (0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800)
_CALL_SECONDS = (0.5, 1, 2.5, 5, 10, 20, 40, 60, 120)
_QUESTION_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120)
_LATE_SECONDS = (5, 10, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 43_200)

CALLS = ("answered", "failed", "over_budget")
QUESTIONS = (*(status.value for status in Status), "refused", "failed")

Stalls = Callable[[], Sequence[Stall]]


class Metrics:
    """The figures of one process, in a registry of their own. `version` is that of the program."""

    def __init__(self, version: str = "0") -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        build = Info("newsthread_build", "The program that runs", registry=registry)
        build.info({"version": version, "python": platform.python_version()})
        self._reading = _Reading(registry)
        self._writing = _Writing(registry)
        self._delivery = _Delivery(registry)
        self._stalled = Gauge("newsthread_stage_stalled", "1 where it stands still", ["stage"], registry=registry)
        self.stalled(())

    def polled(self, report: PollReport, at: datetime) -> None:
        """A poll ended. A poll that asked no feed counts for `at` alone."""
        self._reading.polled_at.set(at.timestamp())
        if report.feeds:
            self._reading.polls.inc()
            self._reading.took.observe(report.took.total_seconds())
            self._reading.articles.inc(report.new_articles)

    def failing(self, feeds: int) -> None:
        """So many feeds could not be had when they were last asked."""
        self._reading.failing.set(feeds)

    def briefed(self, briefing: Briefing, at: datetime) -> None:
        """An edition was written."""
        self._writing.written_at.set(at.timestamp())
        self._writing.stories.inc(briefing.counts.stories)
        self._writing.claims.labels("posted").inc(briefing.counts.claims_posted)
        self._writing.claims.labels("withheld").inc(briefing.counts.claims_withheld)
        for telling in briefing.tellings:
            for refusal in telling.refusals:
                self._writing.refusals.labels(refusal.rule).inc()

    def called(self, outcome: str, took: timedelta) -> None:
        """The model was asked for a draft: `outcome` is answered, failed or over_budget."""
        self._writing.calls.labels(outcome).inc()
        self._writing.call_took.observe(took.total_seconds())

    def spent(self, usage: Usage) -> None:
        """A call of the model was paid for."""
        self._writing.tokens.labels("prompt").inc(usage.prompt_tokens)
        self._writing.tokens.labels("completion").inc(usage.completion_tokens)

    def asked(self, status: str, took: timedelta) -> None:
        """A question was dealt with: `status` is an answer's, or refused or failed where there is none."""
        self._writing.questions.labels(status).inc()
        self._writing.question_took.observe(took.total_seconds())

    def part(self, state: str) -> None:
        """A part of a delivery came into a state: sent, failed or rejected."""
        self._delivery.parts.labels(state).inc()

    def delivered(self, state: str, late: timedelta, at: datetime) -> None:
        """A delivery ended, complete or rejected, so long after its edition was due."""
        self._delivery.deliveries.labels(state).inc()
        if state == "complete":
            self._delivery.late.observe(late.total_seconds())
            self._delivery.delivered_at.set(at.timestamp())

    def corrected(self, correction: Correction) -> None:
        """A posted claim turned out to have lost its source."""
        self._delivery.corrections.labels(correction.change.value).inc()

    def backlog(self, *, deliveries: int, questions: int, notices: int) -> None:
        """So much is recorded and not done."""
        self._delivery.unfinished.set(deliveries)
        self._delivery.unanswered.set(questions)
        self._delivery.untold.set(notices)

    def stalled(self, stalls: Sequence[Stall]) -> None:
        """Exactly these stages stand still."""
        standing = {stall.stage for stall in stalls}
        for stage in Stage:
            self._stalled.labels(stage.value).set(stage in standing)

    @asynccontextmanager
    async def serve(self, host: str, port: int, stalls: Stalls = tuple) -> AsyncIterator[None]:
        """Answers `/metrics` and `/healthz` at host and port; port 0 serves nothing. Raises SettingsError.

        `stalls` tells what stands still; where anything does, `/healthz` answers 503.
        """
        if not port:
            yield
            return

        async def health(request: web.Request) -> web.Response:
            return _health(stalls())

        app = web.Application()
        app.router.add_get("/metrics", self._answer)
        app.router.add_get("/healthz", health)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, lingering_time=0.0)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError as error:
                problem = f"NEWSTHREAD_METRICS_PORT: {host}:{port} cannot be listened on: {error.strerror}"
                raise SettingsError((problem,)) from error
            yield
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _counter(registry: CollectorRegistry, name: str, about: str, **labels: Sequence[str]) -> Counter:
    """A counter with one label, whose values stand at zero from the start."""
    ((label, values),) = labels.items()
    counter = Counter(name, about, [label], registry=registry)
    for value in values:
        counter.labels(value)
    return counter


class _Reading:
    """Figures of polling."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.polls = Counter("newsthread_polls", "Polls that asked a feed", registry=registry)
        self.took = Histogram(
            "newsthread_poll_duration_seconds", "Time of such a poll", buckets=_POLL_SECONDS, registry=registry
        )
        self.articles = Counter("newsthread_articles", "Articles stored", registry=registry)
        self.failing = Gauge("newsthread_feeds_failing", "Feeds that failed when last asked", registry=registry)
        self.polled_at = Gauge("newsthread_last_poll_timestamp_seconds", "End of the last poll", registry=registry)


class _Writing:
    """Figures of briefings and answers, and of the model that writes them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.stories = Counter("newsthread_stories_told", "Stories in editions written", registry=registry)
        self.claims = _counter(
            registry, "newsthread_claims", "Claims of editions written", outcome=("posted", "withheld")
        )
        self.refusals = _counter(
            registry, "newsthread_refusals", "Claims of editions withheld", rule=[rule.value for rule in Rule]
        )
        self.written_at = Gauge("newsthread_last_edition_timestamp_seconds", "Last edition written", registry=registry)
        self.calls = _counter(registry, "newsthread_model_calls", "Drafts asked of the model", outcome=CALLS)
        self.call_took = Histogram(
            "newsthread_model_call_duration_seconds", "Time of such a call", buckets=_CALL_SECONDS, registry=registry
        )
        self.tokens = _counter(registry, "newsthread_tokens", "Tokens of the model", kind=("prompt", "completion"))
        self.questions = _counter(registry, "newsthread_questions", "Questions dealt with", status=QUESTIONS)
        self.question_took = Histogram(
            "newsthread_question_duration_seconds", "Time to an answer", buckets=_QUESTION_SECONDS, registry=registry
        )


class _Delivery:
    """Figures of the outbox, and of what else is recorded and not done."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.deliveries = _counter(
            registry, "newsthread_deliveries", "Deliveries ended", state=("complete", "rejected")
        )
        self.parts = _counter(
            registry, "newsthread_parts", "Messages by what became of a try", state=("sent", "failed", "rejected")
        )
        self.corrections = _counter(
            registry, "newsthread_corrections", "Posted claims corrected", change=[change.value for change in Change]
        )
        self.late = Histogram(
            "newsthread_edition_lateness_seconds",
            "From when an edition was due until all of it stood",
            buckets=_LATE_SECONDS,
            registry=registry,
        )
        self.delivered_at = Gauge(
            "newsthread_last_delivery_timestamp_seconds", "Last delivery complete", registry=registry
        )
        self.unfinished = Gauge("newsthread_deliveries_unfinished", "The outbox's backlog", registry=registry)
        self.unanswered = Gauge("newsthread_questions_unanswered", "Questions accepted, unanswered", registry=registry)
        self.untold = Gauge("newsthread_notices_untold", "Notices that reached nobody yet", registry=registry)


def _health(stalls: Sequence[Stall]) -> web.Response:
    if not stalls:
        return web.json_response({"status": "ok"})
    told = [{"stage": stall.stage.value, "since": stall.since.isoformat()} for stall in stalls]
    return web.json_response({"status": "stalled", "stalled": told}, status=503)
