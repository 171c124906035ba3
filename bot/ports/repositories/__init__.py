"""What is kept, as Protocols: the contract of each repository, whatever stores it.

All methods raise StorageError when the store cannot be read or written. A method that writes returns only after
what it wrote is on disk. Times are aware and in UTC. Nothing here assumes that there is one process.
"""

from dataclasses import dataclass

from bot.ports.repositories.collected import Articles, Filed, Hit, Index, Stories
from bot.ports.repositories.decided import FeedRegister, FeedStates, Register, ScheduleRegister, TopicRegister
from bot.ports.repositories.told import (
    Briefings,
    Conversations,
    Corrections,
    Embeddings,
    Notices,
    Outbox,
    Questions,
    UsageLedger,
    Vector,
)

__all__ = [
    "Articles",
    "Briefings",
    "Conversations",
    "Corrections",
    "Embeddings",
    "FeedRegister",
    "FeedStates",
    "Filed",
    "Hit",
    "Index",
    "Notices",
    "Outbox",
    "Questions",
    "Register",
    "Repositories",
    "ScheduleRegister",
    "Stories",
    "TopicRegister",
    "UsageLedger",
    "Vector",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repositories:
    """Every repository of one data folder, as services are given them."""

    feeds: FeedRegister
    topics: TopicRegister
    schedules: ScheduleRegister
    feed_states: FeedStates
    articles: Articles
    index: Index
    stories: Stories
    briefings: Briefings
    outbox: Outbox
    conversations: Conversations
    questions: Questions
    notices: Notices
    corrections: Corrections
    embeddings: Embeddings
    usage: UsageLedger
