"""Report: passes on what a member says is wrong with a post. Judges nothing, and changes no post."""

from bot.domain.errors import InputError
from bot.domain.notices import OPERATOR, Audience, report_id
from bot.domain.rendering import Wrong, wrong_text
from bot.domain.wording import refusals
from bot.services.explain import Explain
from bot.services.notify import Notify


class Report:
    """The reports of one data folder. They are kept as the notices that they become."""

    def __init__(self, explain: Explain, notify: Notify) -> None:
        self._explain = explain
        self._notify = notify

    async def wrong(self, wrong: Wrong) -> bool:
        """Passes it on to the server where the story was posted, else to the operator; False where he did before.

        A member reports a part once. Raises NotFoundError for what is not on record any more, InputError, StorageError.
        """
        posted, telling = await self._explain.posted(wrong.delivery, wrong.part)
        if wrong.claim is not None and wrong.claim >= len(telling.claims):
            raise InputError(refusals.NO_CLAIM)
        audience = Audience(posted.server) if posted.server else OPERATOR
        identity = report_id(wrong.delivery, wrong.part, wrong.member)
        return await self._notify.raise_(audience, identity, wrong_text(wrong, telling))
