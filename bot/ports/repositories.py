"""What is kept, as Protocols: the contract of each repository, whatever stores it.

All methods raise StorageError when the store cannot be read or written. A method that writes returns only after
what it wrote is on disk. Times are aware and in UTC. Nothing here assumes that there is one process.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain.articles import Article, ArticleId, Lead
from bot.domain.briefings import Briefing, BriefingId, Telling
from bot.domain.conversations import ConversationId, Question, QuestionId, Turn
from bot.domain.deliveries import Delivery, DeliveryId, PartState, ThreadId
from bot.domain.feeds import EntryId, Feed, FeedState, FeedUrl
from bot.domain.notices import Notice, NoticeId
from bot.domain.schedules import Destination, Schedule, ScheduleId
from bot.domain.stories import Story, StoryId
from bot.domain.topics import Topic
from bot.domain.usage import Usage

K = TypeVar("K", contravariant=True)
T = TypeVar("T")


class Register(Protocol[K, T]):
    """A small set of things that people decided, each with its own key."""

    async def all(self) -> tuple[T, ...]:
        """Everything, in the order in which it was first put."""

    async def get(self, key: K) -> T:
        """The one with this key. Raises NotFoundError."""

    async def put(self, *items: T) -> None:
        """Adds each, or replaces the one with the same key; all of them or none."""

    async def remove(self, key: K) -> None:
        """Takes it out. Raises NotFoundError."""


FeedRegister = Register[FeedUrl, Feed]
TopicRegister = Register[str, Topic]  # the key is compared casefolded
ScheduleRegister = Register[ScheduleId, Schedule]


class FeedStates(Protocol):
    """What polling remembers."""

    async def all(self) -> Mapping[FeedUrl, FeedState]:
        """The state of every feed that was ever polled and not removed."""

    async def put(self, states: Sequence[FeedState]) -> None:
        """Replaces the states of these feeds in one transaction."""

    async def remove(self, url: FeedUrl) -> None:
        """Forgets one feed's state; what it brought stays. Unknown feeds are no error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An article with the entry that led to it, as it is stored in one transaction."""

    article: Article
    feed: FeedUrl
    entry: EntryId


class Articles(Protocol):
    """The articles, their versions, and the entries that led to them."""

    async def known_entries(self, feed: FeedUrl, entries: Collection[EntryId]) -> Mapping[EntryId, ArticleId]:
        """Those of `entries` that were stored before, with the article each led to."""

    async def by_url(self, urls: Collection[str]) -> Mapping[str, Article]:
        """Those stored under these canonical URLs."""

    async def store(self, filed: Sequence[Filed]) -> int:
        """Stores articles with their entries in one transaction; returns how many articles are new.

        An article already stored under the same URL: the entry and its feed are added to it; where the new
        fingerprint differs and the new tier is no worse, the new text becomes the next version and the old one is
        kept; a lower tier never replaces a higher one. `published_at` and `seen_at` of the first storing stand for
        good. `Article.version` of what comes in is ignored. The full-text index changes in the same transaction.
        """

    async def get(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Article]:
        """Those stored with these ids, in their newest version."""

    async def text(self, article: ArticleId, version: int) -> str:
        """The text of one version. Raises NotFoundError."""

    async def published(self, since: datetime, until: datetime) -> Sequence[Article]:
        """Articles published in `[since, until)`, newest first, 5,000 at most."""

    async def leads(self, since: datetime) -> Sequence[Lead]:
        """Leads of articles published at or after `since`, oldest first, 5,000 at most (the newest ones)."""

    async def count(self) -> int:
        """How many articles are stored."""

    async def prune(self, before: datetime, *, most_bytes: int | None = None, even_all: bool = False) -> int:
        """Drops articles that nothing kept cites: those published before `before`, then the oldest; returns how many.

        Kept are briefings with a delivery, whatever their age; previews (briefings without one) and turns from before
        `before` are dropped first, so that they hold no article for ever. The articles' entries stay, so that an old
        entry that resurfaces is not news. Where even the newest article is that old, nothing is dropped for its age,
        unless `even_all`: there is nothing new to make room for, and a clock that is years ahead looks the same. The
        oldest go until what is stored fits in `most_bytes`, where that is given, or only what is cited is left and
        what was published in the two days before the newest.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article found by a search; `score` is higher for better and comparable within one search only."""

    article: ArticleId
    score: float


class Index(Protocol):
    """Full-text search over the newest versions of the articles."""

    async def search(
        self,
        words: Collection[str],
        *,
        since: datetime | None = None,
        among: Collection[ArticleId] | None = None,
        limit: int = 20,
    ) -> Sequence[Hit]:
        """Articles that hold any of `words` in title or text (stemmed, case and accents ignored), best first (BM25).

        Words are plain text: whatever they hold, they are never read as query syntax. `since` bounds the time of
        publication, `among` the articles looked at. No words: no hits.
        """


class Stories(Protocol):
    """The stories."""

    async def recent(self, since: datetime) -> Sequence[Story]:
        """Stories updated at or after `since`, oldest first."""

    async def get(self, ids: Collection[StoryId]) -> Mapping[StoryId, Story]:
        """Those stored with these ids."""

    async def of_articles(self, articles: Collection[ArticleId]) -> Mapping[ArticleId, StoryId]:
        """The story each article belongs to, for those that belong to one."""

    async def put(self, stories: Sequence[Story]) -> None:
        """Adds or replaces stories in one transaction."""


class Briefings(Protocol):
    """Briefings, and the tellings kept so that a story is written once for everyone."""

    async def put(self, briefing: Briefing) -> None:
        """Stores a briefing. Storing the same id again changes nothing."""

    async def get(self, briefing: BriefingId) -> Briefing:
        """One briefing. Raises NotFoundError."""

    async def telling(self, key: str) -> Telling | None:
        """The telling kept under this key, if any."""

    async def keep_telling(self, key: str, telling: Telling) -> None:
        """Keeps a telling under a key made of articles, prompt and model; an existing one is replaced."""

    async def told(self, destination: Destination, since: datetime) -> Mapping[StoryId, frozenset[ArticleId]]:
        """Stories told by deliveries to `destination` created at or after `since`, each with the articles covered.

        A story is told where its own part (2 for the first telling, and so on) was sent, or is pending or failed in
        a delivery that has not ended: what was refused was told to nobody.
        """


class Outbox(Protocol):
    """Deliveries and the state of their parts."""

    async def open(self, delivery: Delivery) -> Delivery:
        """Records a delivery before anything of it is sent.

        Where its slot (schedule, local date, planned time) has one, that one is returned as it stands. Where what was
        sent before the slot's time is not all known any more (the archive was mended, or a backup put in its place),
        its parts are recorded as tried, so that they are looked for before they are posted.
        """

    async def find(self, schedule: ScheduleId, local_date: str, planned: str) -> Delivery | None:
        """The delivery of a slot: `local_date` as YYYY-MM-DD, `planned` as HH:MM."""

    async def earlier(self, schedule: ScheduleId, before: datetime, limit: int = 10) -> Sequence[Delivery]:
        """This schedule's deliveries whose slots were due before that, the latest first."""

    async def get(self, delivery: DeliveryId) -> Delivery:
        """One delivery. Raises NotFoundError."""

    async def record(self, delivery: DeliveryId, part: int, state: PartState) -> None:
        """Replaces the state of one part. Raises NotFoundError."""

    async def unfinished(self) -> Sequence[Delivery]:
        """Deliveries that have not ended, with a part pending or failed, oldest first."""

    async def by_thread(self, thread: ThreadId) -> Delivery | None:
        """The delivery whose thread part was sent as this thread."""


class Conversations(Protocol):
    """The turns of conversations."""

    async def turns(self, conversation: ConversationId, limit: int = 10) -> Sequence[Turn]:
        """The last `limit` turns, oldest first; none for an unknown conversation."""

    async def add(self, turn: Turn) -> None:
        """Adds a turn to the conversation its answer names."""


class Questions(Protocol):
    """The questions that were accepted and not yet answered."""

    async def accept(self, question: Question) -> bool:
        """Records a question before it is worked on; False, with nothing changed, where it is recorded already."""

    async def done(self, question: QuestionId) -> None:
        """Forgets a question that was answered, or said to be lost. Unknown ones are no error."""

    async def unanswered(self) -> Sequence[Question]:
        """Those that were accepted and not done, oldest first."""


class Notices(Protocol):
    """What somebody must be told, and whether he was."""

    async def raise_(self, notice: Notice) -> bool:
        """Records a notice to be told; False, with nothing changed, where its id is recorded already."""

    async def record(self, notice: NoticeId, state: PartState) -> None:
        """Replaces the state of one notice. Raises NotFoundError."""

    async def untold(self) -> Sequence[Notice]:
        """Those pending or failed, oldest first."""


class UsageLedger(Protocol):
    """What model calls cost."""

    async def add(self, usage: Usage) -> None:
        """Records one call."""

    async def tokens(self, since: datetime) -> int:
        """Prompt and completion tokens together of the calls at or after `since`."""


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
    usage: UsageLedger
