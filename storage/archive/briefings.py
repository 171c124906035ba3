"""Briefings and tellings, each whole in its row; the articles they cite beside them, for `Articles.prune`."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.domain.articles import ArticleId
from bot.domain.briefings import Briefing, BriefingId, Claim, Telling
from bot.domain.deliveries import FIRST_STORY
from bot.domain.errors import NotFoundError
from bot.domain.schedules import Destination
from bot.domain.stories import StoryId
from storage.archive.database import Database
from storage.archive.outbox import ENDED
from storage.codecs import decode, encode, stamp

_TOLD = f"""
    select briefings.body, json_group_array(parts.position) as positions
    from deliveries
    join briefings on briefings.id = deliveries.briefing
    join parts on parts.delivery = deliveries.id
    where deliveries.destination = ? and deliveries.created_at >= ?
    and (parts.state = 'sent' or (parts.state in ('pending', 'failed') and not {ENDED}))
    group by deliveries.id
"""  # noqa: S608 - ours


class SqliteBriefings:
    """The Briefings port over the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, briefing: Briefing) -> None:
        claims = [claim for telling in briefing.tellings for claim in telling.claims]
        async with self._database.writing() as archive:
            new = await archive.execute_fetchall(
                "insert into briefings (id, created_at, body) values (?, ?, ?) on conflict do nothing returning id",
                (briefing.id, stamp(briefing.created_at), encode(briefing)),
            )
            if list(new):
                await archive.executemany(
                    "insert into citations (article, briefing) values (?, ?)",
                    [(article, briefing.id) for article in cited(claims)],
                )

    async def get(self, briefing: BriefingId) -> Briefing:
        row = await self._database.row("select body from briefings where id = ?", (briefing,))
        if row is None:
            raise NotFoundError(f"There is no briefing {briefing}.")
        return decode(row["body"], Briefing)

    async def telling(self, key: str) -> Telling | None:
        row = await self._database.row("select body from tellings where key = ?", (key,))
        return None if row is None else decode(row["body"], Telling)

    async def keep_telling(self, key: str, telling: Telling) -> None:
        newest = max((stamp(source.published_at) for source in telling.sources), default="")
        async with self._database.writing() as archive:
            await archive.execute_fetchall(
                "insert into tellings (key, newest, body) values (?, ?, ?) on conflict do update"
                " set newest = excluded.newest, body = excluded.body",
                (key, newest, encode(telling)),
            )

    async def told(self, destination: Destination, since: datetime) -> Mapping[StoryId, frozenset[ArticleId]]:
        rows = await self._database.rows(_TOLD, (destination, stamp(since)))
        told: dict[StoryId, frozenset[ArticleId]] = {}
        for row in rows:
            positions = set(decode(row["positions"], list[int]))
            for position, telling in enumerate(decode(row["body"], Briefing).tellings, FIRST_STORY):
                if position in positions:
                    told[telling.story_id] = told.get(telling.story_id, frozenset()) | telling.covers
        return told


def cited(claims: Iterable[Claim]) -> frozenset[ArticleId]:
    """The articles that these claims cite."""
    return frozenset(citation.article_id for claim in claims for citation in claim.citations)
