"""The tokens of model calls, a row a call."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.usage import EVERYONE, DaySpent, Payer, Spent, Usage
from storage.archive.database import Database, Row
from storage.codecs import array, decode, moment, stamp

_BY_DAY = """
    select substr(at, 1, 10) as day, task, count(*), sum(prompt_tokens), sum(completion_tokens) from usage
    where at >= ?1 and ?2 in ('', server) and ?3 in ('', member) and not exists (
        select 1 from json_each(?4) as named where named.value not in (select value from json_each(usage.roles))
    )
    group by day, task order by day, task
"""


class SqliteUsageLedger:
    """The UsageLedger port over the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, usage: Usage) -> None:
        async with self._database.writing() as archive:
            await archive.execute_fetchall(
                "insert into usage (at, task, model, prompt_tokens, completion_tokens, server, member, roles)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(stamp(usage.at), usage.task, usage.model, usage.prompt_tokens, usage.completion_tokens),
                    *(usage.payer.server, usage.payer.member, array(usage.payer.roles)),
                ),
            )

    async def tokens(self, since: datetime, payer: Payer = EVERYONE) -> int:
        return sum(each.spent.tokens for each in await self.by_day(since, payer))

    async def by_day(self, since: datetime, payer: Payer = EVERYONE) -> Sequence[DaySpent]:
        covered = stamp(since), payer.server, payer.member, array(payer.roles)
        rows = await self._database.rows(_BY_DAY, covered)
        return [
            DaySpent(
                day=date.fromisoformat(day),
                task=task,
                spent=Spent(calls=calls, prompt_tokens=prompt, completion_tokens=completion),
            )
            for day, task, calls, prompt, completion in rows
        ]


def usage_of(row: Row) -> Usage:
    """The model call of a whole row."""
    return Usage(
        at=moment(row["at"]),
        task=row["task"],
        model=row["model"],
        prompt_tokens=row["prompt_tokens"],
        completion_tokens=row["completion_tokens"],
        payer=Payer(server=row["server"], member=row["member"], roles=tuple(decode(row["roles"], list))),
    )
