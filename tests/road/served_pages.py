"""What a reader sees of the demonstration's pages: the judge of every quote, apart from the bot's own extraction."""

import html
import re
from urllib.parse import urlsplit

import aiohttp

from bot.demo.site import DemoSite


async def visible_text(site: DemoSite, url: str) -> str:
    """The visible text of the page at `url`'s path, spaces folded; each block's end is a line break."""
    async with aiohttp.ClientSession() as session, session.get(site.base_url + urlsplit(url).path) as response:
        page = await response.text()
    page = re.sub(r"(?s)<!--.*?-->|<(script|style|head)\b.*?</\1>", " ", page)
    page = re.sub(r"</?(?:p|div|h\d|li|ul|aside|section|article|header|footer|figure|br)\b[^>]*>", "\n", page)
    text = html.unescape(re.sub(r"<[^>]+>", "", page))
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def folded(text: str) -> str:
    return " ".join(text.split())
