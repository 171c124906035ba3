"""The world outside, as Protocols: clock, web, readers, writers, workers, chat platform.

Adapters raise only the errors of `bot.domain.errors`; what each may raise stands here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ParamSpec, Protocol, TypeVar

from bot.domain.articles import Article
from bot.domain.briefings import Engine
from bot.domain.deliveries import MessageId, Post, ThreadId
from bot.domain.drafts import Draft, QuestionTask, SourceId, StoryTask, Task
from bot.domain.feeds import ParsedFeed
from bot.domain.notices import Audience
from bot.domain.records import record
from bot.domain.schedules import Destination
from bot.domain.usage import EVERYONE, Payer
from bot.ports.repositories import Vector

P = ParamSpec("P")
R = TypeVar("R")


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    async def sleep(self, span: timedelta) -> None:
        """Waits for `span` of this clock's time; nothing or less returns at once."""


class Workers(Protocol):
    """Processes of our own for work that would hold the event loop."""

    async def run(self, deadline: timedelta, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs a module-level function of picklable values in a worker process.

        A task past its deadline loses its worker, and only that one. Raises ReadingError for that, for a worker
        that died, and for any exception of the function that is not ours; our own errors come through unchanged.
        """


class Room(Protocol):
    """Room in memory for one document, kept from its first bytes until it has been read."""

    def take(self, size_bytes: int) -> bool:
        """Whether so much of the document may be in memory at once, without a wait."""

    async def hold(self, size_bytes: int) -> None:
        """Waits until so much of the document may be in memory. A request's deadline stands still meanwhile."""


@record(frozen=True, slots=True, kw_only=True)
class Request:
    """A GET. `max_bytes` counts decoded bytes; `total` is the deadline from first to last byte.

    `room` is asked as a document begins to come, and again as it grows; an answer without one needs none. `alone` says
    that nothing else is asked of the host soon: its connection is closed, where thousands would stay open otherwise.
    """

    url: str
    accept: str
    max_bytes: int
    total: timedelta = timedelta(seconds=30)
    etag: str | None = None
    last_modified: str | None = None
    room: Room | None = None
    alone: bool = False


@record(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back: 200 with a body, or 304 without.

    `headers` have lower-case names; `url` is the address that answered; `moved_to` is set where every redirect on
    the way was permanent (301, 308); `charset` is the Content-Type's, if it names one.
    """

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    moved_to: str | None = None
    charset: str | None = None


class Web(Protocol):
    """The web, fetched politely and safely (no private address, host by host, limits on bytes and time)."""

    async def get(self, request: Request) -> Response:
        """Fetches `request.url`. Raises FetchError with its fault for all but 200 and 304.

        Redirects are followed, each hop checked anew, ten at most. Requests to one host (name and port) run one at
        a time with a pause between them; `robots.txt` is not this port's concern.
        """


class Robots(Protocol):
    """What sites say to robots."""

    async def allow(self, url: str) -> bool:
        """Whether an article page may be fetched and read by us: robots.txt (RFC 9309), and TDMRep's file beside it.

        What a site said is remembered for a day. A site whose robots.txt cannot be had for now allows nothing.
        """


class FeedParser(Protocol):
    """Feed documents."""

    async def parse(self, body: bytes, *, url: str, content_type: str) -> ParsedFeed:
        """Reads RSS, Atom, RDF or JSON Feed. `url` resolves relative addresses.

        Raises FetchError NOT_A_FEED where it is no feed, ReadingError where a worker gave up on it.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An article page read: its text as normalised paragraphs with blank lines between them, empty if it has none.

    `canonical` is the page's own claim of its address, `published_at` the date that it declares, which serves where the
    feed gives none; dates are never guessed. `reserved` says that the page reserves its rights against
    text and data mining. `free` is False where the page says its text is behind a wall.
    """

    text: str
    title: str | None = None
    author: str | None = None
    language: str | None = None
    canonical: str | None = None
    published_at: datetime | None = None
    reserved: bool = False
    free: bool = True


class PageReader(Protocol):
    """Article pages."""

    async def read(self, body: bytes, *, url: str, charset: str | None) -> Page:
        """Extracts an article's text and data. Raises ReadingError."""


class Verifier(Protocol):
    """A second opinion on what the gate let through, from a model."""

    async def supports(self, excerpts: Mapping[SourceId, Article], claim: str, payer: Payer = EVERYONE) -> bool:
        """Whether articles, cut down to `excerpts` of their texts, say what the claim says.

        Asking again costs nothing. Raises ModelError, BudgetError.
        """


class Rewriter(Protocol):
    """A model that makes a question stand without those asked before it."""

    async def rewrite(self, question: str, earlier: Sequence[str], payer: Payer = EVERYONE) -> str:
        """The question by itself, 300 characters at most; for searching alone, never shown.

        Raises ModelError, BudgetError.
        """


class Embedder(Protocol):
    """A model that turns texts into vectors, near each other where the texts mean the same."""

    @property
    def name(self) -> str:
        """The model: vectors of different models do not compare."""

    async def embed(self, texts: Sequence[str], payer: Payer = EVERYONE) -> Sequence[Vector]:
        """A vector of length 1 for each text, in order. Raises ModelError, BudgetError."""


class Writer(Protocol):
    """Who writes drafts: a model, or the extractive engine. Nothing it returns is believed before the gate."""

    def engine(self, task: type[StoryTask] | type[QuestionTask]) -> Engine:
        """Who writes this kind of task, and with which prompt."""

    async def tell(self, task: StoryTask) -> Draft:
        """A headline and claims on a story. Raises ModelError, BudgetError, PromptError."""

    async def answer(self, task: QuestionTask) -> Draft:
        """Claims that answer a question, or `covered=False`. Raises ModelError, BudgetError, PromptError."""

    async def repair(self, task: Task, draft: Draft, refusals: Sequence[str]) -> Draft:
        """A second draft, told what was refused in the first and why. Raises ModelError, BudgetError, PromptError.

        A writer that cannot do better returns a draft without claims.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message that stands; `thread` where a thread came with it (forum posts)."""

    message: MessageId
    thread: ThreadId | None = None


class Deliverer(Protocol):
    """The chat platform, as deliveries see it.

    All methods that wait raise RefusedError (repeating is useless), its UnacceptableError (this message is useless,
    another may be taken) and ClosedError (everything is, until access is given or comes back), and DeferredError (for
    now).
    Mentions in a post never notify anybody.
    """

    def may_post(self, destination: Destination, thread: ThreadId | None = None) -> bool | None:
        """Whether the bot may post there (in its thread, where one is given), as far as is known without asking.

        None where that is not known, as of a thread that rests.
        """

    async def find(
        self, destination: Destination, thread: ThreadId | None, marker: str, since: datetime
    ) -> Posted | None:
        """The bot's first own message there since `since` that has a button whose custom_id starts with `marker`.

        Looks in `thread` if one is given, else in the destination; in a forum among its posts. None means that there
        is none, however many messages came since: whoever cannot look at all of them raises. `since` is a time of
        the clock here, and the platform's clock may differ by a day.
        """

    async def post_front(self, destination: Destination, post: Post, nonce: str) -> Posted:
        """Posts a front. A repetition with the same nonce within minutes returns the message that stands.

        In a forum this opens a post named by `post.title` (no nonce there), and the thread is returned with it.
        """

    async def open_thread(self, destination: Destination, front: MessageId, name: str) -> ThreadId:
        """Opens a thread on a front; one that stands there already is returned."""

    async def post_part(self, thread: ThreadId, post: Post, nonce: str) -> Posted:
        """Posts a message in a thread, archived or not. A repetition as for `post_front`."""

    async def edit_part(self, thread: ThreadId, message: MessageId, post: Post) -> None:
        """Puts `post`, buttons and all, in place of a message of the bot's own; doing so again changes nothing."""


class Notifier(Protocol):
    """The chat platform, as notices see it: whoever can mend something is told by himself."""

    async def tell(self, audience: Audience, text: str, nonce: str, tried_since: datetime | None) -> MessageId:
        """Tells it to the operator, or to the admin of a server, and returns the message.

        `tried_since` is set where it may stand since then: it is looked for first. Raises RefusedError (he takes no
        messages, or there is no such server any more) and DeferredError. A word of the form of a Destination is
        shown as the place that it names.
        """
