"""The contract of the Notices port."""

from dataclasses import replace

import pytest

from bot.domain.deliveries import Failed, MessageId, PartState, Rejected, Sent
from bot.domain.errors import NotFoundError
from bot.domain.notices import OPERATOR, Audience, Notice, NoticeId
from bot.ports.repositories import Repositories
from tests.contracts.samples import HOUR, NOW

NOTICE = Notice(id=NoticeId("stalled polling"), audience=OPERATOR, text="Polling stands still.", raised_at=NOW)
OTHER = replace(NOTICE, id=NoticeId("refused d1"), audience=Audience("discord:9"), raised_at=NOW + HOUR)
FAILED = Failed(reason="Discord did not answer.", attempts=1, tried_at=NOW, retry_at=NOW + HOUR)


async def test_notices_are_untold_in_the_order_in_which_they_were_raised(folder: Repositories) -> None:
    assert await folder.notices.raise_(OTHER)
    assert await folder.notices.raise_(NOTICE)
    assert list(await folder.notices.untold()) == [OTHER, NOTICE]


async def test_a_notice_that_failed_is_untold_still(folder: Repositories) -> None:
    await folder.notices.raise_(NOTICE)
    await folder.notices.record(NOTICE.id, FAILED)
    assert list(await folder.notices.untold()) == [replace(NOTICE, state=FAILED)]


@pytest.mark.parametrize(
    "state", [Sent(message=MessageId("8"), sent_at=NOW), Rejected(reason="No direct messages.", rejected_at=NOW)]
)
async def test_what_was_told_or_refused_for_good_is_never_raised_again(folder: Repositories, state: PartState) -> None:
    await folder.notices.raise_(NOTICE)
    await folder.notices.record(NOTICE.id, state)
    assert not await folder.notices.raise_(NOTICE)
    assert not await folder.notices.untold()


async def test_an_unknown_notice_has_no_state_to_record(folder: Repositories) -> None:
    with pytest.raises(NotFoundError):
        await folder.notices.record(NOTICE.id, FAILED)
