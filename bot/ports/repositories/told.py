"""What was told and what is owed, from briefings to notices: the contract of each repository."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.articles import ArticleId
from bot.domain.briefings import Briefing, BriefingId, PastTelling, Telling, Told
from bot.domain.conversations import ConversationId, Question, QuestionId, Turn
from bot.domain.corrections import Correction, CorrectionId, Reread, Standing
from bot.domain.deliveries import Delivery, DeliveryId, PartState, Post, ThreadId
from bot.domain.destinations import Pause, Place
from bot.domain.notices import Notice, NoticeId
from bot.domain.schedules import Destination, MemberId, ScheduleId, ServerId
from bot.domain.stories import StoryId
from bot.domain.traces import Traces
from bot.domain.usage import EVERYONE, DaySpent, Payer, Usage

Vector = Sequence[float]
"""A text's place among others, of length 1: the dot product of two tells how near they are."""


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

    async def told(self, destination: Destination, since: datetime) -> Mapping[StoryId, Told]:
        """What deliveries to `destination` created at or after `since` told of each story.

        A story is told where its own part (2 for the first telling, and so on) was sent, or is pending or failed in
        a delivery that has not ended: what was refused was told to nobody.
        """

    async def of_story(self, story: StoryId, limit: int = 60) -> Sequence[PastTelling]:
        """The last `limit` tellings of a story, in delivered briefings and previews alike, oldest first.

        Of those with the same headline and claims, which many places share, the newest.
        """

    async def stories_told(
        self, destinations: Collection[Destination], since: datetime, limit: int = 200
    ) -> Sequence[PastTelling]:
        """The newest telling of each story told (see `told`) in any of `destinations` since then, newest first.

        No more than the latest `limit` deliveries are looked at.
        """

    async def told_in(self, destinations: Collection[Destination], story: StoryId) -> Sequence[PastTelling]:
        """Each time that a story was told (see `told`) in any of `destinations`, oldest first."""


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
        """The delivery whose thread part was sent as this thread; the latest, where they share direct messages."""


class Pauses(Protocol):
    """The places that refused the bot: of each the latest pause."""

    async def put(self, pause: Pause) -> None:
        """Stores a pause; an earlier one of the same place is replaced."""

    async def last(self, place: Place) -> Pause | None:
        """The latest pause of exactly this place, over or not."""

    async def standing(self) -> Sequence[Pause]:
        """Those that are not over, of destinations and threads."""


class Conversations(Protocol):
    """The turns of conversations."""

    async def turns(self, conversation: ConversationId, limit: int = 10) -> Sequence[Turn]:
        """The last `limit` turns, oldest first; none for an unknown conversation."""

    async def turn(self, question: QuestionId) -> Turn | None:
        """The turn of the question of this name, in whichever conversation; None for an unknown or empty one."""

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


class Corrections(Protocol):
    """Which cited pages were read again, and the posted claims that they no longer support."""

    async def standing(self, since: datetime) -> Sequence[Standing]:
        """Story parts that were sent at or after `since` and tell claims, oldest first."""

    async def rereads(self, articles: Collection[ArticleId]) -> Mapping[ArticleId, Reread]:
        """When those of `articles` that were to be read again were so last."""

    async def note_reread(self, article: ArticleId, at: datetime, *, read: bool) -> None:
        """Records that an article was to be read again, and whether it was."""

    async def record(self, correction: Correction, note: Post) -> bool:
        """Records a correction and, in the same transaction, its note as a further part of the delivery, pending.

        The note's index is the next free one; its buttons are marked with it. False, with nothing changed, where a
        correction with this id is recorded already.
        """

    async def unshown(self) -> Sequence[Correction]:
        """Those whose posts were not yet edited, oldest first."""

    async def shown(self, correction: CorrectionId, at: datetime) -> None:
        """Records that the post was edited, or cannot be any more."""

    async def of_delivery(self, delivery: DeliveryId) -> Sequence[Correction]:
        """All of one delivery, oldest first."""

    async def of_story(self, story: StoryId) -> Sequence[Correction]:
        """All of one story, wherever it was told, oldest first."""

    async def made(self, destination: Destination, since: datetime) -> Sequence[Correction]:
        """Those found at or after `since` in what was posted there, oldest first."""


class Erasure(Protocol):
    """What was collected of one person or one server, over all that is told and collected; and forgetting it."""

    async def traces(self, member: MemberId) -> Traces:
        """What was collected of a person, oldest first."""

    async def forget_member(self, member: MemberId) -> None:
        """Drops what `traces` gives; the model calls booked on him stay, and name nobody. Unknown ones are no error."""

    async def forget_server(self, server: ServerId) -> None:
        """Drops what was read, told, asked and raised for one server; model calls stay, and name no server.

        Done again after it was interrupted, it drops the rest. Unknown ones are no error.
        """


class Embeddings(Protocol):
    """Vectors of texts, kept so that no text is paid for twice."""

    async def get(self, keys: Collection[str]) -> Mapping[str, Vector]:
        """The vectors kept under these keys (a hash of model and text)."""

    async def put(self, vectors: Mapping[str, Vector], at: datetime) -> None:
        """Keeps vectors; those kept for a month may be dropped by the next `put`."""


class UsageLedger(Protocol):
    """What model calls cost."""

    async def add(self, usage: Usage) -> None:
        """Records one call."""

    async def tokens(self, since: datetime, payer: Payer = EVERYONE) -> int:
        """Prompt and completion tokens together of the calls at or after `since` that `payer` covers."""

    async def by_day(self, since: datetime, payer: Payer = EVERYONE) -> Sequence[DaySpent]:
        """The sums of the same calls by day and task, in this order."""
