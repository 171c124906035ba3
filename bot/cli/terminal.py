"""How things look in a terminal or a pipe: messages the way Discord shows them, progress, errors."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.box import ROUNDED
from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from bot.domain.deliveries import Post
from bot.domain.rendering import MOMENT

_LINK = re.compile(r"\[((?:\[[^\]]*\]|\\.|[^\[\]\\])*)\]\(<([^>]*)>\)|\*\*((?:\\.|[^*\\])*)\*\*")
_MIN_WIDTH, _MAX_WIDTH, _PIPE_WIDTH = 40, 110, 100

Report = Callable[[int, int], None]


def out() -> Console:
    """Standard output, no wider than is comfortable to read, and wide enough for a word."""
    columns = shutil.get_terminal_size((_PIPE_WIDTH, 0)).columns  # what COLUMNS says, or the terminal
    return Console(highlight=False, width=max(_MIN_WIDTH, min(columns, _MAX_WIDTH)))


def show_briefing(posts: Sequence[Post], name: str) -> None:
    """A front post and the thread on it, as they stand in a channel."""
    front, *thread = posts
    console = out()
    console.print(Panel(_message(front), box=ROUNDED, title="# news", title_align="left"))
    cards = [Panel(_message(post), box=ROUNDED, border_style="blue") for post in thread]
    console.print(Padding(Text(f"╰─ Thread: {name}", style="bold"), (0, 2)))
    console.print(Padding(Group(*cards), (0, 0, 0, 4)))


def show_answer(posts: Sequence[Post]) -> None:
    """An answer, as it stands under its question."""
    for post in posts:
        out().print(Panel(_message(post), box=ROUNDED))


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A plain table; nothing is cut off."""
    table = Table(title=title, title_justify="left", box=ROUNDED)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    out().print(table)


def say(text: str) -> None:
    """One line on standard output, broken for a terminal alone; whatever it holds is not read as mark-up."""
    out().print(Text(text), soft_wrap=not sys.stdout.isatty())


def complain(text: str) -> None:
    """One line on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(f"newsthread: {' '.join(text.split())}"))


@contextmanager
def progress(what: str) -> Iterator[Report]:
    """Shows how far something is, on standard error and only if that is a terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown = sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown) as bar:
        task = bar.add_task(what, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield report


def _message(post: Post) -> Group:
    lines = [Text(_unescaped(post.title), style="bold")] if post.title and not post.content else []
    lines += [_line(line) for line in (post.content or post.body).split("\n")]
    if post.footer:
        lines.append(Text(post.footer, style="dim"))
    return Group(*lines)


def _line(line: str) -> Text:
    """One line of Discord's mark-up: small print, list items, bold, masked links, moments in this machine's zone."""
    line = MOMENT.sub(_local, line)
    small = line.startswith("-# ")
    text = Text(style="dim" if small else "")
    rest = line.removeprefix("-# ")
    if rest.startswith("- "):
        text.append("• ")
        rest = rest[2:]
    end = 0
    for found in _LINK.finditer(rest):
        text.append(_unescaped(rest[end : found.start()]))
        label, url, bold = found.groups()
        if bold is not None:
            text.append(_unescaped(bold), style="bold")
        else:
            text.append(_unescaped(label), style=f"link {url}")
            if small and not sys.stdout.isatty():  # where a link cannot be followed by a click
                text.append(f" {url}")
        end = found.end()
    text.append(_unescaped(rest[end:]))
    return text


def _local(found: re.Match[str]) -> str:
    there = datetime.fromtimestamp(int(found[1]), UTC).astimezone()
    return f"{there.day} {there:%b %Y, %H:%M %Z}"


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\*_~`|>#\[\]<.-])", r"\1", text).replace("\u200b", "")
