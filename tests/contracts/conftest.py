"""Every contract test runs twice: over a data folder on disk, and over the in-memory doubles."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ports.repositories import Repositories
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.doubles.memory import MemoryFolder


@pytest.fixture(params=["disk", "memory"])
async def folder(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Repositories | MemoryFolder]:
    """All repositories, empty."""
    if request.param == "memory":
        yield MemoryFolder()
        return
    async with open_folder(tmp_path / "data", presets=Presets(), writes=True) as opened:
        yield opened
