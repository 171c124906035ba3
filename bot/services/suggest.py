"""Suggest: what may be asked next, from the record of what was told. Writes nothing, and asks no model.

Which it is is decided in `domain.suggestions`.
"""

from collections.abc import Sequence

from bot.domain.briefings import told
from bot.domain.conversations import Answer, Status
from bot.domain.errors import NotFoundError
from bot.domain.schedules import ServerId
from bot.domain.stories import StoryId
from bot.domain.suggestions import Kind, Known, Suggestion, nearest, suggestion, suggestions
from bot.domain.wording import refusals
from bot.ports.repositories import Repositories
from bot.services.explain import Explain
from bot.services.gather import wanted_articles

_TOLD_BEFORE = 10
_LOOKED_AT = 10
"""Articles of a story among which one must have come by a feed that the server did not hide."""


class Suggest:
    """The suggestions behind answers."""

    def __init__(self, repositories: Repositories, explain: Explain) -> None:
        self._kept = repositories
        self._explain = explain

    async def after(self, answer: Answer, server: ServerId) -> Sequence[Suggestion]:
        """What to ask behind an answer given in a server, of the stories that it may read. Raises StorageError."""
        homes = await self._kept.seen_by(server).stories.of_articles([source.id for source in answer.sources])
        stories = list(dict.fromkeys(homes[source.id] for source in answer.sources if source.id in homes))
        known = [each for story in stories if (each := await self._known(story, server))]
        if answer.status is not Status.ANSWERED:
            return suggestions(None, known)
        return suggestions(known[0], await self._near(known[0], server), answer.question) if known else ()

    async def question(self, story: StoryId, kind: Kind, server: ServerId) -> Suggestion:
        """What a button asks that was made of a suggestion. Raises NotFoundError where that is gone."""
        known = await self._known(story, server)
        found = suggestion(kind, known) if known else None
        if found is None:
            raise NotFoundError(refusals.NO_ANSWER)
        return found

    async def _known(self, story: StoryId, server: ServerId) -> Known | None:
        """What was told of a story that the server may read, None where nothing was."""
        readable = await self._kept.seen_by(server).stories.get([story])
        past = await self._kept.briefings.of_story(story, _TOLD_BEFORE) if readable else ()
        if not past:
            return None
        kept, fell = told(past)[story], await self._explain.fell(story)
        claims = tuple(claim for claim in kept.claims if claim.text not in fell)
        return Known(story=story, headline=kept.headline, claims=claims)

    async def _near(self, known: Known, server: ServerId) -> Sequence[Known]:
        """The nearest other story, if any, of those that everyone may read and the server wants to.

        Not of its own: not all in a server see every channel.
        """
        seen = self._kept.seen_by(server)
        topics = {topic.name for topic in await seen.topics.all()}
        recent = [past.telling for past in await self._explain.recent(None) if past.telling.topic in topics]
        for near in nearest(known, (Known(story=each.story_id, headline=each.headline) for each in recent)):
            for story in (await seen.stories.get([near.story])).values():
                if await wanted_articles(seen, await seen.articles.get(story.articles[:_LOOKED_AT])):
                    return [near]
        return ()
