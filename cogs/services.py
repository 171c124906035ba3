"""What the cogs may call: the services, as one bundle handed over by whoever builds the bot."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.briefings import Briefing, Window
from bot.domain.conversations import ITSELF, UNNAMED, About, Answer, ConversationId, QuestionId
from bot.domain.deliveries import ThreadId
from bot.domain.schedules import PUBLIC, Schedule, ServerId
from bot.ports.outside import Clock
from bot.ports.repositories import MemberRegister, Questions
from bot.services.access import Access
from bot.services.budget import Budgeting
from bot.services.explain import Explain
from bot.services.follow import Follow
from bot.services.forget import Forget
from bot.services.plan import Plan
from bot.services.report import Report
from bot.services.settings import ServerSettings
from bot.services.subscribe import Subscribe
from bot.services.suggest import Suggest
from bot.services.survey import Survey


class Briefs(Protocol):
    """`bot.services.compose.Compose`, as far as members reach it."""

    async def brief(
        self, topics: Sequence[str], window: Window, *, server: ServerId = PUBLIC, without: Collection[str] = ()
    ) -> Briefing:
        """Writes a briefing. Raises InputError for an unknown topic."""

    async def edition(self, schedule: Schedule, window: Window) -> Briefing:
        """Writes what a schedule asks for. Raises InputError for a topic that is gone."""


class Answers(Protocol):
    """`bot.services.answer.Answering`."""

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
        """Answers one question of a conversation, and records the answer. Raises InputError."""

    async def recorded(
        self, question: str, *, conversation: ConversationId, asker: str, asked_at: datetime
    ) -> Answer | None:
        """The answer that was recorded for a question of that moment, if any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All that stands behind the commands."""

    compose: Briefs
    answering: Answers
    subscribe: Subscribe
    plan: Plan
    follow: Follow
    explain: Explain
    report: Report
    suggest: Suggest
    forget: Forget
    access: Access
    budgeting: Budgeting
    survey: Survey
    questions: Questions
    settings: ServerSettings
    members: MemberRegister
    clock: Clock
