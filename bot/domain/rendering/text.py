"""Text as Discord shows it: escaping, links, lengths, local times. Standard library only, no I/O."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.wording import INVISIBLE

CONTENT_CHARS = 2_000
LINK_CHARS = 700
"""A longer link would leave no room for words; the citation's number then links to the article itself, or nothing."""


def escape(text: str) -> str:
    """`text` as Discord shows it letter for letter: no mark-up, no mention, no link, no preview, one line."""
    plain = " ".join(INVISIBLE.sub("", text).split())
    marked = re.sub(r"([\\*_~`|>#\[\]<])", r"\\\1", plain)
    return re.sub(r"(?<=[a-zA-Z]):(?=//)", ":\u200b", marked).replace("@", "@\u200b")


def link(label: str, url: str) -> str:
    """A masked link without a preview; the label alone where the address would break out of it or is too long."""
    safe = re.sub(r"[\s<>()\[\]\\]", lambda found: f"%{ord(found[0]):02X}", url)
    return f"[{label}](<{safe}>)" if len(safe) <= LINK_CHARS and safe.startswith(("http://", "https://")) else label


def shorten(text: str, limit: int) -> str:
    """`text` within `limit` characters, cut at a word with an ellipsis; never ends in half an escape."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1].rsplit(" ", 1)[0] if " " in text[: limit - 1] else text[: limit - 1]
    return cut.rstrip("\\ ,;:") + "…"


def fitted(rows: Sequence[Sequence[str]], room: int) -> list[str]:
    """A line for each row, all within `room` characters. A row holds the forms of one line, the one we want first.

    The longest line takes its next form until all fit; if none has another, the last ones go.
    """
    chosen = [0] * len(rows)
    lines = [row[0] for row in rows]
    while lines and sum(len(line) + 1 for line in lines) > room:
        shorter = [n for n in range(len(lines)) if chosen[n] + 1 < len(rows[n])]
        if not shorter:
            lines.pop()
            continue
        longest = max(shorter, key=lambda n: len(lines[n]))
        chosen[longest] += 1
        lines[longest] = rows[longest][chosen[longest]]
    return lines


def packed(lines: Sequence[str]) -> list[str]:
    """The lines as texts of at most 2,000 characters, split between lines."""
    texts: list[str] = []
    for line in lines:
        fitting = line if len(line) <= CONTENT_CHARS else shorten(line, CONTENT_CHARS)
        if texts and len(texts[-1]) + 1 + len(fitting) <= CONTENT_CHARS:
            texts[-1] += "\n" + fitting
        else:
            texts.append(fitting)
    return texts


def plural(n: int, one: str, many: str = "") -> str:
    return f"{n} {one}" if n == 1 else f"{n} {many or one + 's'}"


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))
