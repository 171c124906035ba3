"""`python -m tests.picture FILE.svg`: a briefing of the demonstration and its thread, as they look in Discord.

What is drawn are the messages as they would be posted; the frame round them is ours. One file, no fonts of its own.
"""

import argparse
import asyncio
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from bot.bootstrap.demo import open_demo, serve_demo
from bot.config import Settings
from bot.demo.site import EDITION_NOW
from bot.domain.briefings import Briefing, Window
from bot.domain.conversations import Answer, ConversationId
from bot.domain.deliveries import DeliveryId, Post
from bot.domain.rendering import MOMENT, STORY_COLOUR, answer_posts, parts

QUESTION = "When do the tariffs on the UK start?"
COMMITTED = Path(__file__).parent.parent / "docs" / "briefing.svg"

FRONT_WIDTH, THREAD_WIDTH, MARGIN, AVATAR = 560, 620, 20, 40
SIZE, SMALL_SIZE, LINE, SMALL_LINE, GAP = 15, 12.5, 21, 18, 9
GROUND, BAR, CARD, EDGE = "#313338", "#2b2d31", "#2b2d31", "#1e1f22"
TEXT, DIM, LINK, BUTTON, WHITE, BLUE = "#dbdee1", "#949ba4", "#00a8fc", "#4e5058", "#ffffff", "#5865f2"

_MARKED = re.compile(r"\[((?:\[[^\]]*\]|\\.|[^\[\]\\])*)\]\(<[^>]*>\)|\*\*((?:\\.|[^*\\])*)\*\*")
_NARROW, _WIDE = frozenset("iljtfrI.,:;'’‘|!()[] ·-"), frozenset("mwMWQOG@%—…")


@dataclass(frozen=True, slots=True)
class Word:
    """A word with the space before it, if there is one, and how it is drawn."""

    text: str
    style: str = ""


def words_of(line: str) -> Iterator[Word]:
    """The words of one line of Discord's mark-up: bold, masked links, times as a reader in UTC sees them."""
    end = 0
    for found in _MARKED.finditer(line):
        yield from _split(line[end : found.start()], "")
        label, bold = found.groups()
        yield from _split(label or bold, "link" if label else "bold")
        end = found.end()
    yield from _split(line[end:], "")


def _split(text: str, style: str) -> Iterator[Word]:
    plain = re.sub(r"\\([\\*_~`|>#\[\]<.-])", r"\1", text).replace("\u200b", "")
    return (Word(each, style) for each in re.findall(r"\s*\S+|\s+$", plain))


def _seen(found: re.Match[str]) -> str:
    there = datetime.fromtimestamp(int(found[1]), UTC)
    return f"{there.day} {there:%B %Y %H:%M}"


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide a text is: no more than the fonts of the usual systems make it."""
    ems = sum(0.32 if c in _NARROW else 0.92 if c in _WIDE else 0.68 if c.isupper() else 0.57 for c in text)
    return ems * size * (1.06 if bold else 1)


def broken(words: Iterable[Word], width: float, size: float) -> list[list[Word]]:
    """The words in lines that are no wider than `width`."""
    lines: list[list[Word]] = [[]]
    used = 0.0
    for word in words:
        wide = width_of(word.text, size, bold=word.style == "bold")
        if lines[-1] and used + wide > width:
            lines.append([replace(word, text=word.text.lstrip())])
            used = wide
        else:
            lines[-1].append(word)
            used += wide
    return lines


class Column:
    """What is drawn below each other, from a left edge on; `y` is how far down it is."""

    def __init__(self, left: float, width: float, y: float) -> None:
        self.left, self.width, self.y = left, width, y
        self.drawn: list[str] = []

    def box(self, at: tuple[float, float], size: tuple[float, float], fill: str, radius: int = 0) -> None:
        (x, y), (width, height) = at, size
        self.drawn.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="{radius}" fill="{fill}"/>'
        )

    def text(self, at: tuple[float, float], words: Sequence[Word], fill: str = TEXT, size: float = SIZE) -> None:
        styles = {"": "", "bold": ' font-weight="700" fill="#f2f3f5"', "link": f' fill="{LINK}"'}
        runs = "".join(f"<tspan{styles[word.style]}>{escape(word.text, quote=False)}</tspan>" for word in words)
        self.drawn.append(
            f'<text x="{at[0]:.0f}" y="{at[1]:.0f}" fill="{fill}" font-size="{size:g}">{_joined(runs)}</text>'
        )

    def lines(self, text: str, left: float, width: float) -> None:
        """Lines of mark-up: headings, list items that hang, small print, empty lines as gaps."""
        for line in MOMENT.sub(_seen, text).split("\n"):
            small, item = line.startswith("-# "), line.startswith("- ")
            size, step, fill = (SMALL_SIZE, SMALL_LINE, DIM) if small else (SIZE, LINE, TEXT)
            indent = 18 if item else 0
            if not line:
                self.y += GAP
                continue
            for n, words in enumerate(broken(words_of(re.sub(r"^-#? ", "", line)), width - indent, size)):
                self.y += step
                if item and not n:
                    self.text((left + 4, self.y - 5), [Word("•")], fill, size)
                self.text((left + indent, self.y - 5), words, fill, size)

    def author(self, name: str, colour: str, *, app: bool) -> None:
        """Who wrote what follows, and when."""
        self.y += 16
        self.drawn.append(f'<circle cx="{self.left + 20:.0f}" cy="{self.y + 20:.0f}" r="20" fill="{colour}"/>')
        self.text((self.left + 14, self.y + 26), [Word(name[0], "bold")], WHITE, 17)
        x = self.left + AVATAR + 14
        self.text((x, self.y + 13), [Word(name, "bold")], WHITE)
        x += width_of(name, SIZE, bold=True) + 6
        if app:
            self.box((x, self.y), (34, 16), BLUE, 4)
            self.text((x + 5, self.y + 12), [Word("APP", "bold")], WHITE, 11)
            x += 42
        self.text((x, self.y + 13), [Word(f"{EDITION_NOW:%d/%m/%Y, %H:%M}")], DIM, 12)
        self.y += 18

    def post(self, post: Post) -> None:
        """A message below its author: plain content or a card, and its buttons."""
        left = self.left + AVATAR + 14
        width = self.left + self.width - left
        if post.content:
            self.lines(post.content, left, width)
        else:
            self._card(post, left, width)
        rows = -(-len(post.buttons) // 5)
        for n in range(rows):
            self.y += 8
            x = left
            for button in post.buttons[n * len(post.buttons) // rows : (n + 1) * len(post.buttons) // rows]:
                wide = width_of(button.label, 14) + 28
                self.box((x, self.y), (wide, 32), BUTTON, 8)
                self.text(
                    (x + wide / 2 - 0.47 * width_of(button.label, 14), self.y + 21), [Word(button.label)], WHITE, 14
                )
                x += wide + 8
            self.y += 32

    def thread(self, name: str, messages: int) -> None:
        """The thread below the message that it stands on."""
        left = self.left + AVATAR + 14
        self.y += 12
        self.box((left, self.y), (self.left + self.width - left, 52), CARD, 8)
        (shown, *_) = broken([Word(each, "bold") for each in re.findall(r"\s*\S+", name)], self.width - 90, 14)
        self.text((left + 14, self.y + 22), shown, WHITE, 14)
        self.text((left + 14, self.y + 41), [Word(f"{messages} Messages ›", "link")], LINK, 13)
        self.y += 52

    def _card(self, post: Post, left: float, width: float) -> None:
        top, at = self.y + 6, len(self.drawn)
        self.y = top + 10
        self.lines(f"**{post.title}**", left + 16, width - 32)
        self.y += 4
        self.lines(post.body, left + 16, width - 32)
        self.y += 4
        self.lines(f"-# {post.footer}", left + 16, width - 32)
        self.y += 10
        behind = Column(left, width, top)
        behind.box((left, top), (width, self.y - top), f"#{STORY_COLOUR:06x}", 4)
        behind.box((left + 4, top), (width - 4, self.y - top), CARD, 4)
        self.drawn[at:at] = behind.drawn


def _joined(runs: str) -> str:
    """Runs of one style that follow each other as one."""
    before = ""
    while before != runs:
        before, runs = runs, re.sub(r"(<tspan[^>]*>)([^<]*)</tspan>\1", r"\1\2", runs)
    return re.sub(r"<tspan>([^<]*)</tspan>", r"\1", runs)


def picture(briefing: Briefing, answer: Answer) -> str:
    """The channel with the front, and beside it the thread: its first story, a question, the answer."""
    front, thread, *stories = parts(briefing, DeliveryId("demo"), "UTC")
    left = Column(MARGIN, FRONT_WIDTH - 2 * MARGIN, 48)
    left.author("Newsthread", BLUE, app=True)
    left.post(front.post)
    left.thread(thread.post.title, len(stories) + 2)
    right = Column(FRONT_WIDTH + MARGIN, THREAD_WIDTH - 2 * MARGIN, 48)
    right.author("Newsthread", BLUE, app=True)
    right.post(stories[0].post)
    right.author("Anna", "#3ba55d", app=False)
    right.post(Post(content=QUESTION))
    right.author("Newsthread", BLUE, app=True)
    for post in answer_posts(answer):
        right.post(post)
    width, height = FRONT_WIDTH + THREAD_WIDTH, max(left.y, right.y) + MARGIN
    frame = Column(0, width, 0)
    frame.box((0, 0), (width, height), GROUND, 10)
    frame.box((FRONT_WIDTH, 0), (1, height), EDGE)
    frame.box((0, 44), (width, 1), EDGE)
    frame.text((MARGIN, 28), [Word("#", ""), Word("  news", "bold")], DIM, 17)
    name, *_ = broken([Word(thread.post.title, "bold")], THREAD_WIDTH, SIZE)
    frame.text((FRONT_WIDTH + MARGIN, 28), name, WHITE, SIZE)
    label = "A briefing in a Discord channel, and its thread with a story, a question and the answer"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img"',
            ' xml:space="preserve" font-family="Noto Sans, Helvetica Neue, Helvetica, Arial, sans-serif">',
            f"<title>{label}</title>",
            *(frame.drawn + left.drawn + right.drawn),
            "</svg>\n",
        ]
    )


async def drawn() -> str:
    """The picture of what the demonstration writes, with no model and no setting of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, newsthread_data_dir=Path(folder), newsthread_engine="extractive")
        async with serve_demo(settings) as site, open_demo(settings, site.feeds) as app:
            await app.ingest.poll(force=True)
            window = Window(since=EDITION_NOW - timedelta(hours=36), until=EDITION_NOW)
            briefing = replace(await app.compose.brief((), window), created_at=EDITION_NOW)
            answer = await app.answering.ask(QUESTION, conversation=ConversationId("picture"))
    return picture(briefing, answer)


def main() -> None:
    """Writes the file that is named."""
    choice = argparse.ArgumentParser(prog="python -m tests.picture", description=__doc__)
    choice.add_argument("file", type=Path, nargs="?", default=COMMITTED)
    choice.parse_args().file.write_text(asyncio.run(drawn()), encoding="utf-8")


if __name__ == "__main__":
    main()
