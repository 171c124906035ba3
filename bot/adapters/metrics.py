"""Figures for monitoring: `/metrics` for Prometheus and `/healthz` for whatever restarts the bot.

Counts what it is told and looks at nothing itself. Names follow Prometheus' own advice: base units, `_total`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, generate_latest

from bot.domain.briefings import Briefing
from bot.domain.errors import SettingsError
from bot.domain.feeds import PollReport


class Metrics:
    """The figures of one process, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._polls = Counter("newsthread_polls", "Polls that ended", registry=self._registry)
        self._articles = Counter("newsthread_articles", "Articles stored", registry=self._registry)
        self._failing = Gauge("newsthread_feeds_failing", "Feeds that failed in the last poll", registry=self._registry)
        self._polled_at = Gauge("newsthread_last_poll_timestamp_seconds", "End of last poll", registry=self._registry)
        self._stories = Counter("newsthread_stories_told", "Stories in briefings written", registry=self._registry)
        self._claims = Counter("newsthread_claims", "Claims of briefings written", ["outcome"], registry=self._registry)
        self._unfinished = Gauge("newsthread_deliveries_unfinished", "The outbox's backlog", registry=self._registry)

    def polled(self, report: PollReport, at: float) -> None:
        """A poll ended at the Unix time `at`, in seconds. A poll that asked no feed counts for `at` alone."""
        self._polled_at.set(at)
        if report.feeds:
            self._polls.inc()
            self._articles.inc(report.new_articles)
            self._failing.set(len(report.failed))

    def briefed(self, briefing: Briefing) -> None:
        """A briefing was written."""
        self._stories.inc(briefing.counts.stories)
        self._claims.labels("posted").inc(briefing.counts.claims_posted)
        self._claims.labels("withheld").inc(briefing.counts.claims_withheld)

    def backlog(self, deliveries: int) -> None:
        """So many deliveries wait in the outbox."""
        self._unfinished.set(deliveries)

    @asynccontextmanager
    async def serve(self, host: str, port: int) -> AsyncIterator[None]:
        """Answers `/metrics` and `/healthz` at host and port; port 0 serves nothing. Raises SettingsError."""
        if not port:
            yield
            return
        app = web.Application()
        app.router.add_get("/metrics", self._answer)
        app.router.add_get("/healthz", _healthy)
        runner = web.AppRunner(app, access_log=None)
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
        return web.Response(body=generate_latest(self._registry), content_type="text/plain", charset="utf-8")


async def _healthy(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
