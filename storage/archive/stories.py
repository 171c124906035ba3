"""Stories and their members as rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.articles import ArticleId
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.stories import Story, StoryId
from storage.archive.database import Database, Row
from storage.codecs import array, decode, moment, stamp

_STORIES = """
    select id, created_at, updated_at, server, (
        select json_group_array(article) from (
            select article from story_articles where story = stories.id order by position
        )
    ) as articles
    from stories
"""
_SINCE = "where updated_at >= ? and server = ? order by updated_at, rowid"
_AMONG = "where id in (select value from json_each(?)) and server in ('', ?)"


class SqliteStories:
    """The Stories port over the archive, as far as `server` may read."""

    def __init__(self, database: Database, server: ServerId = PUBLIC) -> None:
        self._database = database
        self._server = server

    async def recent(self, since: datetime) -> Sequence[Story]:
        rows = await self._database.rows(_STORIES + _SINCE, (stamp(since), self._server))
        return [_story(row) for row in rows]

    async def get(self, ids: Collection[StoryId]) -> Mapping[StoryId, Story]:
        rows = await self._database.rows(_STORIES + _AMONG, (array(ids), self._server))
        return {StoryId(row["id"]): _story(row) for row in rows}

    async def of_articles(self, articles: Collection[ArticleId]) -> Mapping[ArticleId, StoryId]:
        rows = await self._database.rows(
            "select article, story from story_articles join stories on stories.id = story_articles.story"
            " where article in (select value from json_each(?)) and stories.server in ('', ?)"
            " order by updated_at, stories.rowid",
            (array(articles), self._server),
        )
        return {ArticleId(row["article"]): StoryId(row["story"]) for row in rows}

    async def put(self, stories: Sequence[Story]) -> None:
        async with self._database.writing() as archive:
            await archive.executemany(
                "insert into stories (id, created_at, updated_at, server) values (?, ?, ?, ?) on conflict do update"
                " set created_at = excluded.created_at, updated_at = excluded.updated_at",
                [(story.id, stamp(story.created_at), stamp(story.updated_at), story.server) for story in stories],
            )
            await archive.executemany("delete from story_articles where story = ?", [(story.id,) for story in stories])
            await archive.executemany(
                "insert into story_articles (story, position, article) values (?, ?, ?)", _members(stories)
            )


def _members(stories: Iterable[Story]) -> list[tuple[StoryId, int, ArticleId]]:
    newest = {story.id: story for story in stories}
    return [(story.id, place, article) for story in newest.values() for place, article in enumerate(story.articles)]


def _story(row: Row) -> Story:
    return Story(
        id=StoryId(row["id"]),
        articles=tuple(ArticleId(article) for article in decode(row["articles"], list)),
        created_at=moment(row["created_at"]),
        updated_at=moment(row["updated_at"]),
        server=ServerId(row["server"]),
    )
