"""A feed whose address holds a user name, a password and a token: all commands over it, and none gives them away."""

import asyncio
import base64
import re
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.bootstrap import read_presets
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.cli.test_commands import Shell
from tests.doubles.news_site import Item, NewsSite, Page, rss

SECRETS = ("hunter2", "olga", "s3cr3t", base64.b64encode(b"olga:hunter2").decode())
TEXT = "Greenland's parliament voted on Monday to raise the fee for fishing licences by 12 per cent from next year. "
NOW = datetime.now(UTC)


@pytest.fixture
async def sites() -> AsyncIterator[tuple[NewsSite, NewsSite]]:
    async with NewsSite() as guarded, NewsSite() as other:
        yield guarded, other


def _guarded(site: NewsSite, path: str, body: str, kind: str) -> None:
    """Serves only who brings user name, password and token."""

    async def respond(request: web.Request) -> web.StreamResponse:
        knows = request.headers.get("Authorization", "").endswith(SECRETS[-1]) and "s3cr3t" in request.query_string
        page = Page(body.encode(), kind) if knows else Page(b"who are you?", status=401)
        return await page.respond(request)

    site.handler(path, respond)


def _secret(url: str) -> str:
    return url.replace("http://", "http://olga:hunter2@") + "?token=s3cr3t&kind=news"


def _swept(run: "subprocess.CompletedProcess[str]") -> "subprocess.CompletedProcess[str]":
    """A command's run, once no secret was found in what it said."""
    assert not any(secret in run.stdout + run.stderr for secret in SECRETS), run.args
    return run


async def test_no_command_log_or_post_gives_away_what_a_feeds_address_holds(
    tmp_path: Path, sites: tuple[NewsSite, NewsSite]
) -> None:
    guarded, other = sites
    hour = NOW - timedelta(hours=1)
    links = ["#1", "/page?token=s3cr3t", guarded.url("/open"), _secret(guarded.url("/whole"))]
    items = [
        Item(title=f"Greenland fishing fees {n}", link=link, summary=TEXT, published=hour)
        for n, link in enumerate(links)
    ]
    _guarded(guarded, "/feed", rss(items, title="Harbour News"), "application/rss+xml")
    guarded.page("/page", f"<html><body><article><p>{TEXT * 4}</p></article></body></html>")
    guarded.redirect("/away", other.url("/away"), 302)
    other.page("/away", "gone", status=404)
    shell = Shell(tmp_path)
    shell.env |= {"NEWSTHREAD_LOG_LEVEL": "DEBUG", "NEWSTHREAD_ENGINE": "extractive"}
    feed, bad = _secret(guarded.url("/feed")), _secret(guarded.url("/away"))

    async with open_folder(tmp_path / "data", presets=Presets(topics=read_presets().topics), writes=True):
        pass

    def sweep() -> list[str]:
        (tmp_path / "feeds.opml").write_text(
            f'<opml version="2.0"><body><outline xmlUrl="{bad.replace("&", "&amp;")}"/>'
            f'<outline xmlUrl="ftp://olga:hunter2@x/?token=s3cr3t"/></body></opml>'
        )
        commands = (
            *(["feeds", "add", feed], ["feeds", "import", "feeds.opml", "--json"], ["poll", "--json"]),
            *(
                ["feeds", "list", "--json"],
                ["feeds", "export"],
                ["doctor"],
                ["brief", "--json"],
                ["feeds", "remove", bad],
            ),
        )
        return [_swept(shell(*command)).stdout for command in commands]

    said = "\n".join(await asyncio.to_thread(sweep))
    assert "Harbour News" in said
    assert "token=***" in said
    assert re.search(r"Greenland.s parliament voted", said)
