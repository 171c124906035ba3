"""Notices as rows, in the order in which they were raised; the unique id makes a fact told once."""

from collections.abc import Sequence

from bot.domain.deliveries import PartState
from bot.domain.errors import NotFoundError
from bot.domain.notices import Audience, Notice, NoticeId
from storage.archive.database import Database, Row
from storage.codecs import decode_state, encode_state, moment, stamp

RAISE = """
    insert into notices (id, audience, body, raised_at, state, state_fields) values (?, ?, ?, ?, ?, ?)
    on conflict (id) do nothing returning id
"""


class SqliteNotices:
    """The Notices port over the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def raise_(self, notice: Notice) -> bool:
        async with self._database.writing() as archive:
            return bool(list(await archive.execute_fetchall(RAISE, notice_row(notice))))

    async def record(self, notice: NoticeId, state: PartState) -> None:
        async with self._database.writing() as archive:
            changed = await archive.execute_fetchall(
                "update notices set state = ?, state_fields = ? where id = ? returning id",
                (*encode_state(state), notice),
            )
            if not list(changed):
                raise NotFoundError(f"There is no notice {notice}.")

    async def untold(self) -> Sequence[Notice]:
        rows = await self._database.rows("select * from notices where state in ('pending', 'failed') order by number")
        return [notice_of(row) for row in rows]


def notice_row(notice: Notice) -> tuple[str, ...]:
    """What RAISE is executed with."""
    return notice.id, notice.audience, notice.text, stamp(notice.raised_at), *encode_state(notice.state)


def notice_of(row: Row) -> Notice:
    """The notice of a whole row."""
    return Notice(
        id=NoticeId(row["id"]),
        audience=Audience(row["audience"]),
        text=row["body"],
        raised_at=moment(row["raised_at"]),
        state=decode_state(row["state"], row["state_fields"]),
    )
