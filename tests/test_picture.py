"""The picture at the top of the README shows what the program posts."""

from tests.picture import COMMITTED, drawn


async def test_the_picture_is_what_its_command_makes() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == await drawn(), "run: python -m tests.picture"
