"""The folder's lock, between real processes."""

import os
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.domain.errors import FolderInUseError, StorageError
from storage.folder import new_folder, open_folder
from storage.lock import LOCK_FILE, folder_lock
from storage.state.registers import Presets
from tests.storage.processes import running


def test_a_second_writer_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with running("holder", tmp_path) as other:
        assert other.stdout is not None
        child = int(other.stdout.readline())
        try:
            with pytest.raises(FolderInUseError) as caught, folder_lock(tmp_path):
                pass
        finally:
            os.kill(child, signal.SIGKILL)
    assert str(tmp_path) in str(caught.value)
    assert f"pid {other.pid}" in str(caught.value)


def test_a_killed_writer_leaves_the_folder_free_even_when_a_child_of_it_lives_on(tmp_path: Path) -> None:
    with running("holder", tmp_path) as other:
        assert other.stdout is not None
        child = int(other.stdout.readline())
        try:
            other.kill()
            other.wait()
            with folder_lock(tmp_path):
                assert (tmp_path / LOCK_FILE).read_text() == f"{os.getpid()}\n"
        finally:
            os.kill(child, signal.SIGKILL)


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with folder_lock(tmp_path):
            pass


def test_one_process_cannot_open_a_folder_for_writing_twice(tmp_path: Path) -> None:
    with folder_lock(tmp_path), pytest.raises(FolderInUseError), folder_lock(tmp_path):
        pass


async def test_reading_goes_beside_a_writer_and_sees_what_it_writes(tmp_path: Path) -> None:
    with running("writer", tmp_path) as other:
        assert other.stdout is not None
        other.stdout.readline()
        async with open_folder(tmp_path, presets=Presets(), writes=False) as folder:
            before = len(await folder.topics.all())
            while int(other.stdout.readline()) < before:
                pass  # lines of what was written before the folder was opened here
            assert len(await folder.topics.all()) > before
            assert await folder.articles.count() > before


def test_a_lock_file_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="lock file"), folder_lock(tmp_path / "file" / "data"):
        pass


def test_a_folder_given_up_by_who_made_it_stays_locked_for_who_holds_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with ExitStack() as other:
        with pytest.raises(ValueError, match="given up"), new_folder(data):  # noqa: PT012 - what is given up is the context
            other.enter_context(folder_lock(data))
            raise ValueError("given up")
        with pytest.raises(FolderInUseError), folder_lock(data):
            pass
