"""The limit of open files is raised where it is low, and never lowered."""

import resource
from collections.abc import Iterator

import pytest

from bot.adapters.open_files import WANTED, allow_many_files


@pytest.fixture
def hard() -> Iterator[int]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("before", [256, WANTED + 1])
def test_the_limit_is_raised_and_never_lowered(hard: int, before: int) -> None:
    most = WANTED + 1 if hard == resource.RLIM_INFINITY else min(WANTED + 1, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(before, most), hard))
    allow_many_files()
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == max(min(before, most), min(WANTED, most))
