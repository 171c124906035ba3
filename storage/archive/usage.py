"""The tokens of model calls, a row a call."""

from datetime import datetime

from bot.domain.usage import EVERYONE, Payer, Usage
from storage.archive.database import Database, Row
from storage.codecs import moment, stamp

_TOKENS = """
    select coalesce(sum(prompt_tokens + completion_tokens), 0) from usage
    where at >= ? and (? = '' or server = ?) and (? = '' or member = ?)
"""


class SqliteUsageLedger:
    """The UsageLedger port over the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, usage: Usage) -> None:
        async with self._database.writing() as archive:
            await archive.execute_fetchall(
                "insert into usage (at, task, model, prompt_tokens, completion_tokens, server, member)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                (
                    *(stamp(usage.at), usage.task, usage.model, usage.prompt_tokens, usage.completion_tokens),
                    *(usage.payer.server, usage.payer.member),
                ),
            )

    async def tokens(self, since: datetime, payer: Payer = EVERYONE) -> int:
        row = await self._database.row(_TOKENS, (stamp(since), payer.server, payer.server, payer.member, payer.member))
        return int(row[0]) if row else 0


def usage_of(row: Row) -> Usage:
    """The model call of a whole row."""
    return Usage(
        at=moment(row["at"]),
        task=row["task"],
        model=row["model"],
        prompt_tokens=row["prompt_tokens"],
        completion_tokens=row["completion_tokens"],
        payer=Payer(server=row["server"], member=row["member"]),
    )
