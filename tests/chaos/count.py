"""The count: what stands in Discord of each edition that was due, by the double's own state.

The data folder is asked for one thing alone: whether an edition that does not stand whole was refused, and why.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.domain.schedules import ScheduleId
from storage.archive.database import ARCHIVE_FILE
from tests.chaos.scene import Due
from tests.doubles.discord import Channel, Message
from tests.doubles.discord.places import FORUM

_CUSTOM_ID = re.compile(r"nt:([\w-]+):(\d+):\w+")
FRONT, FIRST_STORY = 0, 2
_REFUSED = """
    select schedule, json_extract(state_fields, '$.reason') from parts
    join deliveries on deliveries.id = parts.delivery
    where state = 'rejected' and coalesce(json_extract(state_fields, '$.ends'), 1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an edition lacks and what it has too often, in words; nothing of either means that it stands once.

    `refused` is the recorded reason why it ended early, where Discord gave one: empty for none.
    """

    due: Due
    missing: tuple[str, ...]
    doubled: tuple[str, ...]
    refused: str = ""

    @property
    def once(self) -> bool:
        return not self.missing and not self.doubled

    @property
    def lost(self) -> bool:
        return bool(self.missing) and not self.refused

    def __str__(self) -> str:
        said = [f"lacks {each}" for each in self.missing] + [f"has {each}" for each in self.doubled]
        said += [f"refused: {self.refused}"] if self.refused else []
        return f"{self.due.channel.name} ({self.due.schedule}): {', '.join(said) or 'stands once'}"


def refusals(data: Path) -> dict[ScheduleId, str]:
    """The reasons recorded for deliveries that ended early. Reads alone: nothing of what a kill left is mended."""
    with closing(sqlite3.connect(f"{(data / ARCHIVE_FILE).as_uri()}?mode=ro", uri=True)) as archive:
        return {ScheduleId(schedule): str(reason or "") for schedule, reason in archive.execute(_REFUSED)}


def standing(due: Due, links: Collection[str], refused: Mapping[ScheduleId, str]) -> Standing:
    """Holds a channel against what is due there: one front, one thread on it, a message for each link's story.

    Parts are known by the custom_id of their buttons, stories besides by the address of their article.
    """
    threads = due.channel.threads
    inside = [message for thread in threads for message in thread.posts]
    fronts = [message for message in _marked(due.channel.posts or inside) if message[1] == FRONT]
    stories = [message for message in _marked(inside) if message[1] != FRONT]
    everything = [*due.channel.posts, *inside]
    seen: Counter[str] = Counter({"front": len(fronts), "thread": len(threads)})
    seen.update(f"part {number}" for _, number, _ in stories)
    seen.update(f"the story {link}" for link in links for _, _, message in stories if link in message.text)
    wanted = {"front", "thread", *(f"the story {link}" for link in links)}
    wanted |= {f"part {number}" for number in range(FIRST_STORY, FIRST_STORY + len(links))}
    doubled = [f"{count} × {name}" for name, count in sorted(seen.items()) if count > (name in wanted)]
    if strangers := len(everything) - len(fronts) - len(stories):
        doubled.append(f"{strangers} × a message that is no part")
    if (editions := len({delivery for delivery, _, _ in (*fronts, *stories)})) > 1:
        doubled.append(f"parts of {editions} editions")
    missing = [name for name in sorted(wanted) if not seen[name]]
    if fronts and threads and not any(_stands_on(threads[0], front) for _, _, front in fronts):
        missing.append("a thread on its front")
    reason = refused.get(due.schedule, "") if missing else ""
    return Standing(due=due, missing=tuple(missing), doubled=tuple(doubled), refused=reason)


def _marked(messages: Iterable[Message]) -> list[tuple[str, int, Message]]:
    """Delivery and part of every message that has a button of ours."""
    found = []
    for message in messages:
        marks = (_CUSTOM_ID.fullmatch(button.get("custom_id", "")) for button in message.buttons)
        if mark := next(filter(None, marks), None):
            found.append((mark[1], int(mark[2]), message))
    return found


def _stands_on(thread: Channel, front: Message) -> bool:
    forum = thread.parent is not None and thread.parent.kind == FORUM
    return front.channel is thread if forum else front.thread is thread
