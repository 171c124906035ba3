"""What servers decided, changed by several at the same moment."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import InputError
from bot.domain.schedules import ServerId
from bot.domain.servers import Server
from bot.services.settings import ServerSettings
from storage.state.registers import Presets, open_state

HOME = ServerId("discord:1")


@pytest.fixture
async def settings(tmp_path: Path) -> ServerSettings:
    return ServerSettings((await open_state(tmp_path, Presets(), writable=True)).servers)


async def test_no_change_is_lost_to_another_at_the_same_moment(settings: ServerSettings) -> None:
    async def name(role: str) -> None:
        await settings.change(HOME, lambda before: replace(before, managers=(*before.managers, role)))

    roles = [str(number) for number in range(10)]
    await asyncio.gather(*map(name, roles), settings.change(HOME, lambda before: replace(before, zone="Asia/Tokyo")))
    after = await settings.of(HOME)
    assert sorted(after.managers) == roles
    assert after.zone == "Asia/Tokyo"


async def test_a_change_that_is_refused_leaves_all_as_it_was(settings: ServerSettings) -> None:
    def refuse(before: Server) -> Server:
        raise InputError("No.")

    with pytest.raises(InputError):
        await settings.change(HOME, refuse)
    assert await settings.of(HOME) == Server(id=HOME)
