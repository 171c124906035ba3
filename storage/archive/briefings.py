"""Briefings and tellings, each whole in its row; the articles they cite beside them, for `Articles.prune`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.articles import ArticleId
from bot.domain.briefings import Briefing, BriefingId, Claim, PastTelling, Telling, Told, told
from bot.domain.deliveries import FIRST_STORY
from bot.domain.errors import NotFoundError
from bot.domain.schedules import Destination
from bot.domain.stories import StoryId
from storage.archive.database import Database
from storage.archive.outbox import ENDED
from storage.codecs import array, decode, encode, moment, stamp

_TOLD = f"""
    select briefings.body, deliveries.created_at, deliveries.destination, json_group_array(parts.position) as positions
    from deliveries
    join briefings on briefings.id = deliveries.briefing
    join parts on parts.delivery = deliveries.id
    where deliveries.destination in (select value from json_each(?)) and deliveries.created_at >= ?
    and (? is null or briefings.id in (select briefing from told_stories where story = ?))
    and (parts.state = 'sent' or (parts.state in ('pending', 'failed') and not {ENDED}))
    group by deliveries.id order by deliveries.created_at desc, deliveries.rowid desc limit ?
"""  # noqa: S608 - ours
_OF_STORY = """
    select id, max(created_at) as told_at, telling from (
        select briefings.rowid as number, briefings.id, briefings.created_at,
            json_extract(briefings.body, '$.tellings[' || told_stories.position || ']') as telling
        from told_stories join briefings on briefings.id = told_stories.briefing
        where told_stories.story = ?
    )
    group by json_extract(telling, '$.headline'), json_extract(telling, '$.claims')
    order by told_at desc, number desc limit ?
"""  # of a bare column SQLite gives the row that has the maximum


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
                await archive.executemany(
                    "insert into told_stories (briefing, position, story) values (?, ?, ?)",
                    [(briefing.id, place, telling.story_id) for place, telling in enumerate(briefing.tellings)],
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

    async def told(self, destination: Destination, since: datetime) -> Mapping[StoryId, Told]:
        return told(await self._told([destination], since))

    async def of_story(self, story: StoryId, limit: int = 60) -> Sequence[PastTelling]:
        return [
            PastTelling(
                briefing=BriefingId(row["id"]), at=moment(row["told_at"]), telling=decode(row["telling"], Telling)
            )
            for row in reversed(await self._database.rows(_OF_STORY, (story, limit)))
        ]

    async def stories_told(
        self, destinations: Collection[Destination], since: datetime, limit: int = 200
    ) -> Sequence[PastTelling]:
        told = await self._told(destinations, since, limit=limit)
        newest = {past.telling.story_id: past for past in told}
        return sorted(newest.values(), key=lambda past: past.at, reverse=True)

    async def told_in(self, destinations: Collection[Destination], story: StoryId) -> Sequence[PastTelling]:
        return [past for past in await self._told(destinations, story=story) if past.telling.story_id == story]

    async def _told(
        self,
        destinations: Collection[Destination],
        since: datetime | None = None,
        *,
        story: StoryId | None = None,
        limit: int = -1,
    ) -> list[PastTelling]:
        """The tellings that were told in any of these places, oldest first; `at` is when the delivery was opened."""
        earliest = stamp(since) if since else ""
        rows = await self._database.rows(_TOLD, (array(destinations), earliest, story, story, limit))
        found: list[PastTelling] = []
        for row in reversed(rows):
            briefing, positions = decode(row["body"], Briefing), set(decode(row["positions"], list[int]))
            at, place = moment(row["created_at"]), Destination(row["destination"])
            found += [
                PastTelling(briefing=briefing.id, at=at, telling=telling, destination=place)
                for index, telling in enumerate(briefing.tellings, FIRST_STORY)
                if index in positions
            ]
        return found


def cited(claims: Iterable[Claim]) -> frozenset[ArticleId]:
    """The articles that these claims cite."""
    return frozenset(citation.article_id for claim in claims for citation in claim.citations)
