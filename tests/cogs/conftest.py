"""A bot with real discord.py in front of a Discord on loopback, and services that a test scripts behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.adapters.discord_delivery import DiscordDelivery, DiscordNotices
from bot.domain.articles import Tier, article_id
from bot.domain.briefings import (
    Briefing,
    BriefingId,
    Citation,
    Claim,
    Counts,
    Engine,
    Form,
    Role,
    Source,
    Telling,
    Window,
)
from bot.domain.conversations import ITSELF, UNNAMED, About, Answer, ConversationId, QuestionId, Status
from bot.domain.deliveries import ThreadId
from bot.domain.feeds import FeedCheck, FeedUrl, PollReport
from bot.domain.rendering import parts
from bot.domain.schedules import PUBLIC, Destination, Schedule, ServerId
from bot.domain.status import ModelState, Program
from bot.domain.stories import StoryId
from bot.domain.topics import Topic
from bot.domain.usage import Budgets, Prices
from bot.services.access import Access
from bot.services.budget import Budgeting
from bot.services.deliver import Deliver
from bot.services.editions import Editions
from bot.services.explain import Explain
from bot.services.follow import Follow
from bot.services.forget import Forget
from bot.services.notify import Notify
from bot.services.plan import Plan
from bot.services.report import Report
from bot.services.settings import ServerSettings
from bot.services.subscribe import Subscribe
from bot.services.suggest import Suggest
from bot.services.survey import Survey
from cogs.client import Connection, NewsthreadBot
from cogs.services import Services
from tests.doubles.clock import StandingClock
from tests.doubles.discord import Channel, DiscordServer, Guild, Member
from tests.doubles.memory import MemoryFolder
from tests.doubles.workers import SameProcess

URL = "https://ledger.example/envoys"
ENGINE = Engine(name="extractive")
CITATION = Citation(
    n=1,
    article_id=article_id(URL),
    version=1,
    url=URL,
    link=f"{URL}#:~:text=Envoys%20met",
    quote="Envoys met in Nuuk on Sunday",
)


def source(now: datetime) -> Source:
    return Source(
        id=article_id(URL),
        url=URL,
        title="Envoys meet",
        outlet="Harbour Ledger",
        published_at=now,
        tier=Tier.FULL,
    )


def claim(text: str = "Envoys met in Nuuk on Sunday.") -> Claim:
    return Claim(role=Role.POINT, text=text, citations=(CITATION,))


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass(slots=True)
class ScriptedAnswers:
    """Answers every question in `claims` sentences; raises `errors` first, in order; waits while `may` is not set."""

    clock: StandingClock
    claims: int = 1
    may: asyncio.Event = field(default_factory=_set)
    turns: dict[tuple[str, ConversationId, str, datetime], Answer] = field(default_factory=dict)
    errors: list[Exception] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    about: list[tuple[QuestionId, About]] = field(default_factory=list)

    async def ask(
        self,
        question: str,
        *,
        conversation: ConversationId,
        asker: str = "",
        topic: str | None = None,
        thread: ThreadId | None = None,
        asked_at: datetime | None = None,
        server: str = "",
        about: About = ITSELF,
        name: QuestionId = UNNAMED,
        roles: Collection[str] = (),
    ) -> Answer:
        self.about.append((name, about))
        self.asked.append(
            {
                "question": question,
                "conversation": conversation,
                "asker": asker,
                "topic": topic,
                "thread": thread,
                "server": server,
                "roles": roles,
            }
        )
        await self.may.wait()
        if self.errors:
            raise self.errors.pop(0)
        answer = Answer(
            question=question,
            conversation=conversation,
            status=Status.ANSWERED,
            claims=tuple(
                claim(f"Envoys met in Nuuk on Sunday, says report {n}. @everyone") for n in range(self.claims)
            ),
            sources=(source(self.clock.now()),),
            as_of=self.clock.now(),
            engine=ENGINE,
        )
        self.turns[question, conversation, asker, asked_at or self.clock.now()] = answer
        return answer

    async def recorded(
        self, question: str, *, conversation: ConversationId, asker: str, asked_at: datetime
    ) -> Answer | None:
        return self.turns.get((question, conversation, asker, asked_at))


@dataclass(slots=True)
class ScriptedBriefs:
    """Briefings of one story (or `stories`), of none where nothing is new; raises `errors` first, in order.

    A story has one claim, or those that `claims` says.
    """

    clock: StandingClock
    keep: Callable[[Briefing], Awaitable[None]]
    errors: list[Exception] = field(default_factory=list)
    asked: list[tuple[Sequence[str], Window]] = field(default_factory=list)
    is_quiet: bool = False
    stories: int = 1
    claims: Sequence[str] = ()
    without: list[Collection[str]] = field(default_factory=list)

    async def edition(self, schedule: Schedule, window: Window) -> Briefing:
        return await self.brief(schedule.topics, window)

    async def brief(
        self, topics: Sequence[str], window: Window, *, server: ServerId = PUBLIC, without: Collection[str] = ()
    ) -> Briefing:
        self.asked.append((topics, window))
        self.without.append(without)
        if self.errors:
            raise self.errors.pop(0)
        telling = Telling(
            story_id=StoryId("s1"),
            topic="Greenland",
            headline="Envoys meet in Nuuk",
            form=Form.WRITTEN,
            claims=tuple(map(claim, self.claims)) or (claim(),),
            sources=(source(self.clock.now()),),
            engine=ENGINE,
        )
        briefing = Briefing(
            id=BriefingId(f"b{len(self.asked)}"),
            created_at=self.clock.now(),
            window=window,
            topics=("Greenland",),
            engine=ENGINE,
            counts=Counts(feeds=1, articles=1, stories=1, claims_posted=1, claims_withheld=0),
            tellings=() if self.is_quiet else (telling,) * self.stories,
        )
        await self.keep(briefing)
        return briefing


class Newsroom:
    """Everything behind one bot. It outlives the bot, as a data folder does."""

    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.clock = StandingClock(datetime.now(UTC))
        self.folder = MemoryFolder(
            topics=[Topic(name=name, words=(name,)) for name in ("tariffs", "AI stocks", "Greenland")]
        )
        self.answers = ScriptedAnswers(self.clock)
        self.briefs = ScriptedBriefs(self.clock, self.folder.briefings.put)
        self.ended: list[BaseException | None] = []
        self.subscribe = Subscribe(self.folder, check=self._check, refresh=self._refresh)
        self.plan = Plan(self.folder, clock=self.clock)
        self.settings = ServerSettings(self.folder.servers)
        self.forget = Forget(self.folder, self.settings, clock=self.clock)
        delivery = DiscordDelivery(lambda: self.connection.client)
        notices = DiscordNotices(lambda: self.connection.client, self._log_of)
        notify = Notify(notices=self.folder.notices, notifier=notices, clock=self.clock)
        self.access = Access(pauses=self.folder.pauses, deliverer=delivery, notify=notify, clock=self.clock)
        explain = Explain(self.folder, workers=SameProcess(), clock=self.clock)
        self.budgeting = Budgeting(
            settings=self.settings,
            usage=self.folder.usage,
            operators=Budgets(whole=1_000_000, server=50_000, member=20_000),
            prices=Prices(prompt=1, completion=10),
            clock=self.clock,
        )
        self.model: ModelState | None = ModelState(model="m-1")
        survey = Survey(
            self.folder,
            program=Program(version="0.1.0", started_at=self.clock.now()),
            model=lambda: self.model,
            stored=self._stored,
            clock=self.clock,
        )
        self.services = Services(
            compose=self.briefs,
            answering=self.answers,
            subscribe=self.subscribe,
            plan=self.plan,
            follow=Follow(self.folder, access=self.access, clock=self.clock),
            explain=explain,
            report=Report(explain, notify),
            suggest=Suggest(self.folder, explain),
            forget=self.forget,
            access=self.access,
            budgeting=self.budgeting,
            survey=survey,
            questions=self.folder.questions,
            settings=self.settings,
            members=self.folder.members,
            clock=self.clock,
        )
        self.message_content = False
        self.connection = Connection(self.make, token=server.token, clock=self.clock)
        self.notify, self.delivery = notify, delivery
        self.deliver = Deliver(
            outbox=self.folder.outbox, deliverer=delivery, access=self.access, notify=notify, clock=self.clock
        )
        self.editions = Editions(
            schedules=self.folder.schedules,
            servers=self.folder.servers,
            outbox=self.folder.outbox,
            brief=self.briefs.edition,
            render=parts,
            deliver=self.deliver,
            access=self.access,
            notify=notify,
            clock=self.clock,
        )

    def make(self) -> NewsthreadBot:
        return NewsthreadBot(self.services, message_content=self.message_content, api_url=self.server.api_url)

    async def run_due(self) -> None:
        """Opens what is due, and sees it posted as far as it goes now."""
        await self.editions.run_due()
        await self.deliver.settled()

    async def resume(self) -> None:
        """Carries on with what rests no more, as far as it goes now."""
        await self.deliver.resume()
        await self.deliver.settled()

    async def _stored(self) -> int:
        return 1_250_000

    async def _log_of(self, server: ServerId) -> Destination | None:
        return (await self.settings.of(server)).log

    async def _check(self, address: str) -> FeedCheck:
        return FeedCheck(url=address, feed_url=address)

    async def _refresh(self, urls: Collection[FeedUrl]) -> PollReport:
        return PollReport(feeds=len(urls), not_modified=0, failed=(), new_articles=3, took=timedelta())


Connect = Callable[..., AbstractAsyncContextManager[NewsthreadBot]]


@pytest.fixture(autouse=True)
def plain_tracebacks() -> Iterator[None]:
    """As the program logs them: drawn with every local, as structlog does unasked, one holds up the loop for long."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False),
        ]
    )
    yield
    structlog.reset_defaults()


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running:
        yield running
        running.assert_no_faults()


@pytest.fixture
def guild(server: DiscordServer) -> Guild:
    return server.add_guild("Arctic readers")


@pytest.fixture
def news(guild: Guild) -> Channel:
    return guild.add_text_channel("news")


@pytest.fixture
def anna(guild: Guild) -> Member:
    return guild.add_member("anna")


@pytest.fixture
def admin(guild: Guild) -> Member:
    return guild.add_member("ada", manage_guild=True)


@pytest.fixture
def room(server: DiscordServer) -> Newsroom:
    return Newsroom(server)


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Connect:
    """Runs the bot of a newsroom for the length of a block."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)

    @asynccontextmanager
    async def connected(room: Newsroom) -> AsyncIterator[NewsthreadBot]:
        running = asyncio.create_task(room.connection.run())
        try:
            await room.server.wait_for(lambda: running.done() or _knows_its_guilds(room))
            assert room.connection.client is not None
            yield room.connection.client
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    return connected


def _knows_its_guilds(room: Newsroom) -> bool:
    client, guilds = room.connection.client, room.server.world.guilds
    return bool(client and guilds and all(client.get_guild(guild) for guild in guilds))


@pytest.fixture
async def bot(room: Newsroom, news: Channel, connect: Connect) -> AsyncIterator[NewsthreadBot]:
    async with connect(room) as running:
        yield running
