"""Text as Discord shows it: escaping, links, lengths, times. Standard library only, no I/O."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.domain.text import INVISIBLE
from bot.domain.wording.notices import MOMENT as AS_WRITTEN

CONTENT_CHARS = 2_000
LINK_CHARS = 700
"""A longer link would leave no room for words; the citation's number then links to the article itself, or nothing."""
SMALL = "-# "

MOMENT = re.compile(r"(?<!\\)<t:(-?\d+):f>")
"""What `moment` wrote; whatever comes from outside has its `<` escaped."""

_MARKS = re.compile(r"([\\*_~`|>#\[\]<]|^-(?= )|(?<=^\d)\.(?= )|(?<=^\d\d)\.(?= ))")
# A scheme, and an invitation, which is a link without one.
_ADDRESSES = re.compile(r"(?<=[a-z]):(?=//)|(?<=discord)\.(?=\w+/)|(?<=discordapp)\.(?=\w+/)", re.IGNORECASE)


def one_line(text: str) -> str:
    """`text` on one line, without characters that draw nothing or reorder what stands behind them."""
    return " ".join(INVISIBLE.sub("", text).split())


def escape(text: str) -> str:
    """`text` as Discord shows it letter for letter: no mark-up, no mention, no link, no preview, one line."""
    marked = _MARKS.sub(r"\\\1", one_line(text))
    return _ADDRESSES.sub("\\g<0>\u200b", marked).replace("@", "@\u200b")


def link(label: str, url: str) -> str:
    """A masked link without a preview; the label alone where the address would break out of it or is too long."""
    bare = re.sub(r"[\s<>()\[\]\\]", _quoted, INVISIBLE.sub(_quoted, url))
    return f"[{label}](<{bare}>)" if len(bare) <= LINK_CHARS and bare.startswith(("http://", "https://")) else label


def _quoted(found: re.Match[str]) -> str:
    return quote(found[0], safe="", errors="replace")


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


def moment(at: datetime) -> str:
    """A moment, which Discord shows in each reader's own zone and manner."""
    return f"<t:{int(at.timestamp())}:f>"


def moments_shown(text: str) -> str:
    """`text` with the moments that notices write in it (see `wording.notices.at`) as `moment` has them."""
    return AS_WRITTEN.sub(lambda found: _shown(found[0]), text)


def _shown(written: str) -> str:
    try:
        return moment(datetime.strptime(written, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC))
    except ValueError:
        return written  # no day of any calendar: what people wrote stands in notices too


def local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
