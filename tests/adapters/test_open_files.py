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


@pytest.mark.parametrize(("before", "after"), [(256, WANTED), (WANTED + 1, WANTED + 1)])
def test_the_limit_is_raised_and_never_lowered(hard: int, before: int, after: int) -> None:
    if hard <= WANTED:
        pytest.skip("this machine allows no more")
    resource.setrlimit(resource.RLIMIT_NOFILE, (before, hard))
    allow_many_files()
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == after
