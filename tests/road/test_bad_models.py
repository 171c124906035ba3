"""Whatever model stands behind it: nothing false is shown, and a briefing always is."""

import re
from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from pathlib import Path

import openai
import pytest
import pytest_asyncio

from bot.adapters.extractive_writer import ExtractiveWriter
from bot.adapters.model_server import ModelServer as Model
from bot.adapters.openai_writer import OpenAIWriter
from bot.bootstrap import App
from bot.bootstrap.demo import open_demo
from bot.config import Settings
from bot.demo.site import DemoSite
from bot.domain.articles import Article
from bot.domain.briefings import Briefing, Claim, Window
from bot.domain.conversations import ConversationId, Status
from bot.services.answer import Answering
from bot.services.compose import Compose
from tests.doubles import models
from tests.doubles.model_server import BROKEN, Handler, ModelServer
from tests.doubles.workers import SameProcess
from tests.road.served_pages import folded, visible_text

BAD: dict[str, Handler] = {
    name: getattr(models, name)
    for name in (
        "honest",
        "invents_figures",
        "swaps_figures",
        "invents_names",
        "praises",
        "leaks_its_prompt",
        "hides_links",
        "marks_up",
        "quotes_nothing",
        "repeats_itself",
        "floods",
        "mistypes",
        "nests",
        "lies_in_headlines",
        "cites_wrong_source",
        "alters_quotes",
        "obeys_injection",
        "garbage",
        "status_500",
        "says_not_covered",
    )
} | {name: (lambda body, reply=BROKEN[name]: reply) for name in ("a web page", "a refusal", "a dropped connection")}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def polled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[DemoSite, App]]:
    """The demonstration edition, read once."""
    folder: Path = tmp_path_factory.mktemp("polled")
    settings = Settings(_env_file=None, newsthread_data_dir=folder)
    async with DemoSite() as site, open_demo(settings, site.feeds) as app:
        await app.ingest.poll(force=True)
        yield site, app


async def _told(app: App, server: ModelServer, name: str) -> tuple[Briefing, list[Claim]]:
    """A briefing and two answers with this model behind them; tellings are kept by its name, so each writes anew."""
    folder, workers = app.folder, SameProcess()
    async with openai.AsyncOpenAI(api_key="k", base_url=server.base_url, max_retries=0) as client:
        model = Model(client, name, ledger=folder.usage, clock=app.clock)
        parts = {"writer": OpenAIWriter(model), "fallback": ExtractiveWriter(workers)}
        compose = Compose(folder, **parts, workers=workers, clock=app.clock)
        answering = Answering(folder, **parts, workers=workers, clock=app.clock)
        now = app.clock.now()
        briefing = await compose.brief((), Window(since=now - timedelta(hours=36), until=now))
        claims: list[Claim] = []
        for question in ("When do the tariffs on the UK start?", "Who wins the league tonight?"):
            answer = await answering.ask(question, conversation=ConversationId(name))
            claims += answer.claims
            assert answer.status in (Status.ANSWERED, Status.NOT_COVERED, Status.UNAVAILABLE)
    return briefing, claims


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", BAD)
async def test_nothing_false_is_shown_and_a_briefing_always_is(polled: tuple[DemoSite, App], name: str) -> None:
    site, app = polled
    async with ModelServer(BAD[name]) as server:
        briefing, answered = await _told(app, server, name)
    assert server.requests
    assert {telling.topic for telling in briefing.tellings if telling.claims} == {"Tariffs", "AI stocks", "Greenland"}
    for claim in [claim for telling in briefing.tellings for claim in telling.claims] + answered:
        cited = await app.folder.articles.get([citation.article_id for citation in claim.citations])
        for citation in claim.citations:
            article = cited[citation.article_id]
            assert citation.quote in article.text
            if article.tier == "full":
                assert citation.quote in folded(await visible_text(site, citation.url))
        _assert_it_is_true(claim.text, " ".join(citation.quote for citation in claim.citations), cited.values())
    for telling in briefing.tellings:
        told = await app.folder.articles.get([source.id for source in telling.sources])
        titles = " ".join(f"{article.title} {article.outlet}" for article in told.values())
        quotes = " ".join(citation.quote for claim in telling.claims for citation in claim.citations)
        _assert_it_is_true(telling.headline, f"{quotes} {titles}", told.values())


def _assert_it_is_true(text: str, quoted: str, articles: Collection[Article]) -> None:
    """No figure but of the quotes, no name but of the articles, no link, no mention, nothing of the prompt."""
    assert all(figure in quoted for figure in re.findall(r"\d+(?:[.,]\d+)*", text))
    assert not any(
        mark in text for mark in ("http", "evil", "@everyone", "<@", "99%", "**", "Obermaier", "Acme", "You write")
    )
    known = " ".join(f"{article.title} {article.outlet} {article.text}" for article in articles).casefold()
    assert all(name.casefold() in known for name in re.findall(r"\b[A-Z][\w’'-]+", text))
