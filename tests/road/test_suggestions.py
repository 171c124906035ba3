"""Whatever the demonstration's edition suggests behind an answer has an answer, through the whole program."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from bot.bootstrap.demo import open_demo
from bot.config import Settings
from bot.demo.site import DemoSite
from bot.domain.briefings import Window
from bot.domain.conversations import About, ConversationId, Status
from bot.domain.errors import NotFoundError
from bot.domain.schedules import PUBLIC
from bot.domain.suggestions import Kind
from bot.services.suggest import Suggest


async def test_every_suggestion_on_the_demonstrations_edition_is_answered(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, newsthread_data_dir=tmp_path)
    async with DemoSite() as site, open_demo(settings, site.feeds) as app:
        await app.ingest.poll(force=True)
        now = app.clock.now()
        briefing = await app.compose.brief([], Window(since=now - timedelta(days=2), until=now))
        suggest, asked = Suggest(app.folder, app.explain), set()
        for telling in briefing.tellings:
            for kind in Kind:
                with suppress(NotFoundError):
                    found = await suggest.question(telling.story_id, kind, PUBLIC)
                    asked.add(kind)
                    about = About(story=found.story, headline=found.headline)
                    answer = await app.answering.ask(found.question, conversation=ConversationId("c1"), about=about)
                    assert answer.status is Status.ANSWERED, found
        assert len(briefing.tellings) >= 5
        assert {Kind.NEW, Kind.OTHER} <= asked
