"""The turns of conversations, oldest first by number; the articles their answers cite beside them."""

from collections.abc import Sequence

from bot.domain.conversations import UNNAMED, Answer, ConversationId, QuestionId, Turn
from storage.archive.briefings import cited
from storage.archive.database import Database, Row
from storage.codecs import decode, encode, moment, stamp


class SqliteConversations:
    """The Conversations port over the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def turns(self, conversation: ConversationId, limit: int = 10) -> Sequence[Turn]:
        rows = await self._database.rows(
            "select * from turns where conversation = ? order by number desc limit ?",
            (conversation, limit),
        )
        return [turn_of(row) for row in reversed(rows)]

    async def turn(self, question: QuestionId) -> Turn | None:
        rows = await self._database.rows(
            "select * from turns where question = ? and question <> ?", (question, UNNAMED)
        )
        return turn_of(rows[0]) if rows else None

    async def add(self, turn: Turn) -> None:
        async with self._database.writing() as archive:
            rows = await archive.execute_fetchall(
                "insert into turns (conversation, asked_at, asker, answer, server, question)"
                " values (?, ?, ?, ?, ?, ?) returning number",
                (*_where(turn), encode(turn.answer), turn.server, turn.question),
            )
            number = next(iter(rows))["number"]
            await archive.executemany(
                "insert into citations (article, turn) values (?, ?)",
                [(article, number) for article in cited(turn.answer.claims)],
            )


def _where(turn: Turn) -> tuple[str, str, str]:
    return turn.answer.conversation, stamp(turn.asked_at), turn.asker


def turn_of(row: Row) -> Turn:
    """The turn of a whole row."""
    return Turn(
        asked_at=moment(row["asked_at"]),
        asker=row["asker"],
        answer=decode(row["answer"], Answer),
        server=row["server"],
        question=QuestionId(row["question"]),
    )
