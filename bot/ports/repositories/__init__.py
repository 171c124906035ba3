"""What is kept, as Protocols: the contract of each repository, whatever stores it.

All methods raise StorageError when the store cannot be read or written. A method that writes returns only after
what it wrote is on disk. Times are aware and in UTC. Nothing here assumes that there is one process.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.feeds import Feed
from bot.domain.schedules import ServerId
from bot.domain.topics import Topic
from bot.ports.repositories.collected import Articles, Filed, Hit, Index, Stories
from bot.ports.repositories.decided import (
    FeedRegister,
    FeedStates,
    MemberRegister,
    Register,
    ScheduleRegister,
    ServerRegister,
    TopicRegister,
)
from bot.ports.repositories.told import (
    Briefings,
    Conversations,
    Corrections,
    Embeddings,
    Erasure,
    Notices,
    Outbox,
    Pauses,
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
    "Erasure",
    "FeedRegister",
    "FeedStates",
    "Filed",
    "Hit",
    "Index",
    "MemberRegister",
    "Notices",
    "Outbox",
    "Pauses",
    "Questions",
    "Register",
    "Repositories",
    "ScheduleRegister",
    "ServerRegister",
    "Stories",
    "TopicRegister",
    "UsageLedger",
    "Vector",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repositories:
    """Every repository of one data folder, as services are given them.

    Feeds, topics, articles, their index and stories are those that `server` has and may read (`domain.servers.owned`):
    everyone's and its own, and no other's; for `PUBLIC` those of everyone. `seen_by` gives the same for another server.
    `all_feeds` and `all_topics` are the records of everyone and of every server, by `own_key`.
    """

    server: ServerId
    seen_by: "Callable[[ServerId], Repositories]" = field(repr=False)
    all_feeds: Register[str, Feed]
    all_topics: Register[str, Topic]
    feeds: FeedRegister
    topics: TopicRegister
    schedules: ScheduleRegister
    servers: ServerRegister
    members: MemberRegister
    feed_states: FeedStates
    articles: Articles
    index: Index
    stories: Stories
    briefings: Briefings
    outbox: Outbox
    pauses: Pauses
    conversations: Conversations
    questions: Questions
    notices: Notices
    corrections: Corrections
    embeddings: Embeddings
    usage: UsageLedger
    erasure: Erasure
