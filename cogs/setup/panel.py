"""The panel that guides through setting up. All that was chosen so far stands in its own menus, and nowhere else.

So it works after a restart, and for whoever presses next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import discord
from discord import ui

from bot.domain.errors import InputError
from bot.domain.schedules import PUBLIC, Destination, Schedule, ScheduleId, Slot, next_slot, parse_time
from bot.domain.wording import setup as said
from cogs.channels import CHANNEL_TYPES
from cogs.drawing import MAX_CHOICE_CHARS, MAX_CHOICES

FAMILY = "setup"
CHANNEL, TOPICS, ZONE, AT = "channel", "topics", "zone", "at"
OTHER_ZONE, OTHER_AT, PREVIEW, DONE = "other-zone", "other-at", "preview", "done"
TYPED = "typed"
"""The field of the modals."""

_TIMES = ("06:00", "07:00", "08:00", "09:00", "12:00", "17:00", "18:00", "20:00", "22:00")
DEFAULT_AT = "08:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was chosen so far, and what `topics` and `zones` are there to choose from."""

    zone: str
    zones: tuple[str, ...]
    chosen: tuple[str, ...]
    topics: tuple[str, ...]
    at: str = DEFAULT_AT
    channel: int | None = None

    @property
    def wanted(self) -> tuple[str, ...]:
        """The topics as a schedule has them: none where all are ticked, so that those added later come too."""
        return () if set(self.chosen) >= set(self.topics) else self.chosen

    def first(self, now: datetime) -> Slot:
        """When the first briefing would come."""
        schedule = Schedule(
            id=ScheduleId(""),
            server=PUBLIC,
            destination=Destination(""),
            at=parse_time(self.at),
            zone=self.zone,
            topics=(),
            created_at=now,
        )
        return next_slot(schedule, now)


def panel(draft: Draft, now: datetime) -> ui.LayoutView:
    """The panel with this draft in it."""
    topics = [topic for topic in draft.topics if len(topic) <= MAX_CHOICE_CHARS][:MAX_CHOICES]
    times = sorted({*_TIMES, draft.at})
    zones = draft.zones if draft.zone in draft.zones else (draft.zone, *draft.zones)
    inner: list[ui.Item[Any]] = [
        ui.TextDisplay(said.WELCOME),
        _row(_channels(draft)),
        *([_row(_menu(TOPICS, said.TOPICS, topics, draft.chosen, most=len(topics)))] if topics else []),
        _row(_menu(ZONE, said.ZONE, zones, (draft.zone,))),
        _row(_menu(AT, said.AT, times, (draft.at,))),
        ui.TextDisplay(said.first(draft.at, draft.zone, draft.first(now))),
        _row(
            _button(OTHER_ZONE, said.OTHER_ZONE),
            _button(OTHER_AT, said.OTHER_AT),
            _button(PREVIEW, said.PREVIEW),
            _button(DONE, said.DONE, discord.ButtonStyle.primary),
        ),
    ]
    return _layout(ui.Container(*inner))


def closed(text: str) -> ui.LayoutView:
    """What stands in the place of a panel that was seen through."""
    return _layout(ui.TextDisplay(text))


def read(message: discord.Message) -> Draft:
    """The draft that stands in a panel. Raises InputError for one of another version of this program."""
    standing = ui.LayoutView.from_message(message, timeout=None)
    standing.stop()
    menus = {
        each.custom_id: each for each in standing.walk_children() if isinstance(each, ui.Select | ui.ChannelSelect)
    }
    options = {
        name: menu.options if isinstance(menu := menus.get(_id(name)), ui.Select) else [] for name in (TOPICS, ZONE, AT)
    }
    channels = menus.get(_id(CHANNEL))
    picked = [each.id for each in channels.default_values] if isinstance(channels, ui.ChannelSelect) else []
    zone, at = (next((each.value for each in options[name] if each.default), "") for name in (ZONE, AT))
    if not (channels and zone and at):
        raise InputError(said.OLD_PANEL)
    return Draft(
        channel=picked[0] if picked else None,
        topics=tuple(each.value for each in options[TOPICS]),
        chosen=tuple(each.value for each in options[TOPICS] if each.default),
        zones=tuple(each.value for each in options[ZONE]),
        zone=zone,
        at=at,
    )


def modal(what: str) -> ui.Modal:
    """Where another zone or time is typed."""
    title, label, hint = said.OTHERS[what]
    opened = ui.Modal(title=title, custom_id=_id(what))
    field: ui.TextInput[ui.Modal] = ui.TextInput(custom_id=TYPED, placeholder=hint, max_length=MAX_CHOICE_CHARS)
    opened.add_item(ui.Label(text=label, component=field))
    opened.stop()  # answered by custom_id, also after a restart
    return opened


def written(at: time) -> str:
    """A time of day as the panel has it."""
    return f"{at:%H:%M}"


def _id(what: str) -> str:
    return f"nt:{FAMILY}:{what}"


def _layout(item: ui.Item[Any]) -> ui.LayoutView:
    layout = ui.LayoutView(timeout=None)
    layout.add_item(item)
    layout.stop()  # answered by custom_id, also after a restart
    return layout


def _row(*items: ui.Item[Any]) -> ui.ActionRow[Any]:
    return ui.ActionRow(*items)


def _channels(draft: Draft) -> ui.ChannelSelect[Any]:
    kind = discord.SelectDefaultValueType.channel
    picked = [discord.SelectDefaultValue(id=draft.channel, type=kind)] if draft.channel else []
    return ui.ChannelSelect(
        custom_id=_id(CHANNEL), placeholder=said.CHANNEL, channel_types=CHANNEL_TYPES, default_values=picked
    )


def _menu(name: str, hint: str, values: Sequence[str], chosen: Sequence[str], *, most: int = 1) -> ui.Select[Any]:
    options = [discord.SelectOption(label=value, default=value in chosen) for value in values[:MAX_CHOICES]]
    return ui.Select(custom_id=_id(name), placeholder=hint, options=options, max_values=most)


def _button(name: str, label: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> ui.Button[Any]:
    return ui.Button(custom_id=_id(name), label=label, style=style)
