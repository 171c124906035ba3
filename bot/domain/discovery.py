"""Discovery: where on a site its feed may be.

Standard library only, no I/O. It proposes addresses in the order in which they are worth trying; it fetches none.
"""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from bot.domain.addresses import resolved

WELL_KNOWN = ("/feed", "/rss.xml", "/feed.xml", "/rss", "/atom.xml", "/index.xml", "/feed.json")
_FEED_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
    "application/xml",
    "text/xml",
}
HEAD_BYTES = 300_000
"""A page names its feeds before this."""


def feed_links(page: bytes, url: str) -> tuple[str, ...]:
    """The feeds that an HTML page names (`rel=alternate` with a feed's type), whole addresses, each once, in order.

    Feeds of comments come last: they stand beside the site's own on many pages. `url` is the page's address.
    """
    reader = _Links()
    reader.feed(page[:HEAD_BYTES].decode("utf-8", "replace"))
    base = urljoin(url, reader.base)
    found = [(title, address) for title, link in reader.links if (address := resolved(base, link))]
    found.sort(key=lambda pair: "comment" in f"{pair[0]} {pair[1]}".casefold())
    return tuple(dict.fromkeys(address for _, address in found))


def well_known(url: str) -> tuple[str, ...]:
    """Addresses at which publishing systems put a site's feed; none for a page within a site, which is not the site."""
    if urlsplit(url).path not in ("", "/"):
        return ()
    return tuple(urljoin(url, path) for path in WELL_KNOWN)


class _Links(HTMLParser):
    """Collects the feeds that a page names, and its base address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base = ""
        self.links: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "base" and not self.base:
            self.base = values.get("href", "")
        elif tag == "link" and values.get("href"):
            named = {"alternate", "feed"} & set(values.get("rel", "").casefold().split())
            kind = values.get("type", "").partition(";")[0].strip().casefold()
            if named and (kind in _FEED_TYPES or "feed" in values["rel"].casefold().split()):
                self.links.append((values.get("title", ""), values["href"]))
