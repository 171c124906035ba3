from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.behaviours.world import Inside, World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
async def inside() -> AsyncIterator[Inside]:
    async with Inside() as running:
        yield running
