"""`demo --data`: what a folder of its own keeps from run to run, and whose folder it leaves alone."""

from pathlib import Path

import pytest

from bot.bootstrap import App
from bot.bootstrap.demo import open_demo, serve_demo
from bot.config import Settings
from bot.demo.site import DemoSite
from bot.domain.conversations import ConversationId
from bot.domain.errors import InputError
from bot.domain.feeds import Feed, FeedUrl
from storage.folder import open_folder
from storage.state.registers import Presets


def _settings(folder: Path) -> Settings:
    return Settings(_env_file=None, newsthread_data_dir=folder)


def _files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def _state(app: App) -> tuple[set[str], set[str], int]:
    """The feeds, the feeds that polling remembers, and how many articles there are."""
    feeds = await app.folder.feeds.all()
    return {feed.url for feed in feeds}, set(await app.folder.feed_states.all()), await app.folder.articles.count()


async def test_a_second_run_in_a_folder_serves_on_the_same_port_and_finds_everything_known(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    async with serve_demo(settings) as site, open_demo(settings, site.feeds) as app:
        await app.ingest.poll(force=True)
        first = await _state(app)
    async with serve_demo(settings) as site, open_demo(settings, site.feeds) as app:
        report = await app.ingest.poll(force=True)
        assert (report.new_articles, report.failed) == (0, ())
        assert await _state(app) == first


async def test_where_the_port_is_taken_the_folder_starts_anew_on_another(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    async with serve_demo(settings) as first:
        async with open_demo(settings, first.feeds) as app:
            await app.ingest.poll(force=True)
            count = await app.folder.articles.count()
            await app.answering.ask("When do the tariffs on the UK start?", conversation=ConversationId("c"))
        async with serve_demo(settings) as second, open_demo(settings, second.feeds) as app:
            assert second.base_url != first.base_url
            assert await _state(app) == (set(second.feed_urls), set(), 0)
            await app.ingest.poll(force=True)
            assert await _state(app) == (set(second.feed_urls), set(second.feed_urls), count)


@pytest.mark.parametrize("feeds", [("https://news.example/feed",), ("http://127.0.0.1:8000/my/feed.xml",), ()])
async def test_a_folder_that_follows_other_feeds_is_left_alone(tmp_path: Path, feeds: tuple[str, ...]) -> None:
    own = Presets(feeds=tuple(Feed(url=FeedUrl(url), outlet="Mine") for url in feeds))
    async with open_folder(tmp_path, presets=own, writes=True):
        pass
    before = _files(tmp_path)
    settings = _settings(tmp_path)
    with pytest.raises(InputError, match="follows other feeds"):
        async with serve_demo(settings):
            pass
    async with DemoSite() as site:
        with pytest.raises(InputError, match="follows other feeds"):
            async with open_demo(settings, site.feeds):
                pass
    assert _files(tmp_path) == before
