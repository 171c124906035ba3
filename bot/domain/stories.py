"""Stories: articles about one event, whichever outlets report it.

Standard library only, no I/O. `grow` is the one-pass grouping; `voices` tells near-copies apart.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.domain.articles import ArticleId

StoryId = NewType("StoryId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles about one event, in the order in which they joined. Members join later, none ever leaves."""

    id: StoryId
    articles: tuple[ArticleId, ...]
    created_at: datetime
    updated_at: datetime
