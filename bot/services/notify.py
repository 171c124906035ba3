"""Notify: sees that whoever can mend something hears of it, once, whenever the process dies.

A notice is recorded before it is told, and as told after the platform took it. Decides nothing about what is worth
telling: `domain.notices` and those who notice do.
"""

import hashlib

import structlog

from bot.domain.deliveries import Failed, MessageId, PartState, Pending, Rejected, Sent, failure, may_stand
from bot.domain.errors import DeferredError, DeliveryError, RefusedError, StorageError
from bot.domain.notices import NOBODY, OPERATOR, Audience, Fact, Notice, NoticeId, is_due, is_report, noted, passed_on
from bot.ports.outside import Clock, Notifier
from bot.ports.repositories import Notices

MOST_UNRECORDED = 20  # in one life of the program, where nothing can be stored

_log = structlog.get_logger(__name__)


class Notify:
    """The notices of one data folder."""

    def __init__(self, *, notices: Notices, notifier: Notifier, clock: Clock) -> None:
        self._notices = notices
        self._notifier = notifier
        self._clock = clock
        self._said: dict[NoticeId, MessageId] = {}  # told although it could not be recorded

    async def raise_(self, audience: Audience, identity: NoticeId, text: str) -> bool:
        """Records that `audience` is to be told; what has this identity already is not told again, and gives False.

        What is for nobody is dropped.

        Raises StorageError; what concerns the operator is told all the same, since the disk may be what it is about.
        """
        if audience == NOBODY:
            return False
        notice = noted(Fact(audience, identity, text), self._clock.now())
        try:
            if is_new := await self._notices.raise_(notice):
                text = "" if is_report(identity) else notice.text
                _log.warning("notice_raised", notice=identity, audience=audience, text=text)
            if identity in self._said:
                await self._notices.record(identity, Sent(message=self._said.pop(identity), sent_at=notice.raised_at))
        except StorageError:
            await self._tell_unrecorded(notice)
            raise
        return is_new

    async def tell(self) -> None:
        """Tells what is untold and does not rest, oldest first. For a few times a minute. Raises StorageError."""
        for notice in await self._notices.untold():
            if is_due(notice, self._clock.now()):
                try:
                    await self._tell(notice)
                except StorageError:
                    raise
                except Exception:  # whatever is wrong with one must not keep the others untold
                    _log.exception("notice_not_told", notice=notice.id, audience=notice.audience)

    async def _tell_unrecorded(self, notice: Notice) -> None:
        if notice.audience != OPERATOR or notice.id in self._said or len(self._said) >= MOST_UNRECORDED:
            return
        try:
            self._said[notice.id] = await self._notifier.tell(OPERATOR, notice.text, _nonce(notice), None)
        except DeliveryError as error:
            _log.warning("notice_not_told", notice=notice.id, audience=notice.audience, reason=str(error))

    async def _tell(self, notice: Notice) -> None:
        tried_since = min(notice.raised_at, self._clock.now()) if may_stand(notice.state) else None
        if tried_since is None:
            await self._notices.record(notice.id, Pending(tried_at=self._clock.now()))
        state: PartState
        try:
            message = await self._notifier.tell(notice.audience, notice.text, _nonce(notice), tried_since)
        except RefusedError as error:
            state = Rejected(reason=str(error), rejected_at=self._clock.now())
            await self._pass_on(notice, state)
        except DeferredError as error:
            state = failure(notice.state, error, self._clock.now())
        else:
            state = Sent(message=message, sent_at=self._clock.now())
        await self._notices.record(notice.id, state)
        if isinstance(state, Failed | Rejected):
            _log.warning("notice_not_told", notice=notice.id, audience=notice.audience, reason=state.reason)

    async def _pass_on(self, notice: Notice, state: Rejected) -> None:
        """What a server's admin cannot be told the operator is."""
        if notice.audience != OPERATOR:
            await self.raise_(*passed_on(notice, state.reason))


def _nonce(notice: Notice) -> str:
    return hashlib.sha256(notice.id.encode()).hexdigest()[:24]
