"""Questions that are owed an answer, each whole in its row until it is answered."""

from collections.abc import Sequence

from bot.domain.conversations import Question, QuestionId
from storage.archive.database import Database
from storage.codecs import decode, encode, stamp


class SqliteQuestions:
    """The Questions port over the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accept(self, question: Question) -> bool:
        async with self._database.writing() as archive:
            new = await archive.execute_fetchall(
                "insert into questions (id, asked_at, body) values (?, ?, ?) on conflict do nothing returning id",
                (question.id, stamp(question.asked_at), encode(question)),
            )
            return bool(list(new))

    async def done(self, question: QuestionId) -> None:
        async with self._database.writing() as archive:
            await archive.execute_fetchall("delete from questions where id = ?", (question,))

    async def unanswered(self) -> Sequence[Question]:
        rows = await self._database.rows("select body from questions order by asked_at, rowid")
        return [decode(row["body"], Question) for row in rows]
