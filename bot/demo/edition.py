"""What the demonstration edition consists of: its outlets and articles, read from the files beside this module.

It knows nothing of feeds, HTML or sockets, and it must not import other packages of the bot: the edition is the outside
world that the bot is shown, not a part of it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from string import Template
from typing import Any, Literal

EDITION_NOW = datetime(2026, 1, 18, 18, 0, tzinfo=UTC)
"""The moment at which a demonstration takes place; every article appeared before it."""

PARAGRAPHS_BETWEEN_ADVERTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStyle:
    """How an outlet publishes its feed; the choices are explained at the top of `edition.toml`."""

    path: str
    format: Literal["rss", "atom", "rdf", "json"]
    text: Literal["excerpt", "opening", "full"]
    id: str = "$link"
    query: str = ""
    titles: Literal["plain", "entities"] = "plain"
    encoding: str = "utf-8"
    ttl: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOutlet:
    """An invented publisher; paths are absolute on the site, `advert` is the mark-up of one advertisement."""

    slug: str
    name: str
    tagline: str
    owner: str
    lang: str
    accent: str
    layout: str
    page_path: str
    advert: str
    feed: FeedStyle

    @property
    def home(self) -> str:
        return f"/{self.slug}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoArticle:
    """One article as its newsroom filed it.

    `kind`: `article` is served in the outlet's layout; of a `wall` the page shows nothing but a request for consent;
    the page of one that is `missing` answers 404. `leaks` puts advertisements and teasers among the paragraphs.
    """

    slug: str
    outlet: DemoOutlet
    title: str
    author: str
    published: datetime
    standfirst: str
    paragraphs: tuple[str, ...]
    caption: str = ""
    alt: str = ""
    comment: str = ""
    kind: Literal["article", "wall", "missing"] = "article"
    leaks: bool = False

    @property
    def path(self) -> str:
        date = self.published.strftime("%Y/%m/%d")
        return Template(self.outlet.page_path).substitute(date=date, slug=self.slug)

    @property
    def age(self) -> str:
        """How long ago it appeared, in the words of a list of teasers."""
        age = EDITION_NOW - self.published
        if not age.days:
            return f"{age.seconds // 3600} hours ago"
        return "1 day ago" if age.days == 1 else f"{age.days} days ago"


@dataclass(frozen=True, slots=True)
class Edition:
    outlets: tuple[DemoOutlet, ...]
    articles: tuple[DemoArticle, ...]
    """Newest first."""
    layouts: Mapping[str, Template]
    """HTML pages with placeholders, by name."""

    def of(self, outlet: DemoOutlet) -> tuple[DemoArticle, ...]:
        return tuple(article for article in self.articles if article.outlet == outlet)


def load_edition() -> Edition:
    """Reads the whole edition; it is small, about a hundred kilobytes. A fault in a file is a fault in the package."""
    folder = files(__package__)
    table = tomllib.loads((folder / "edition.toml").read_text("utf-8"))
    outlets = tuple(DemoOutlet(**{**row, "feed": FeedStyle(**row["feed"])}) for row in table["outlet"])
    by_slug = {outlet.slug: outlet for outlet in outlets}
    sources = {
        page.name.removesuffix(".md"): page.read_text("utf-8")
        for page in (folder / "pages").iterdir()
        if page.name.endswith(".md")
    }
    articles = [_article(slug, sources, by_slug) for slug in sources]
    layouts = {
        page.name.removesuffix(".html"): Template(page.read_text("utf-8"))
        for page in (folder / "layouts").iterdir()
        if page.name.endswith(".html")
    }
    return Edition(outlets, tuple(sorted(articles, key=lambda a: a.published, reverse=True)), layouts)


def _article(slug: str, sources: Mapping[str, str], outlets: Mapping[str, DemoOutlet]) -> DemoArticle:
    front, paragraphs = _parted(sources[slug])
    original, edits = front.pop("reprint_of", None), front.pop("edits", [])
    article = DemoArticle(slug=slug, paragraphs=paragraphs, **{**front, "outlet": outlets[front["outlet"]]})
    if original is None:
        return article
    _, agency_text = _parted(sources[original])
    return replace(article, paragraphs=tuple(_edited(paragraph, edits) for paragraph in agency_text))


def _parted(source: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A page file: front matter in TOML between two lines of `+++`, then paragraphs with an empty line between them."""
    _, front, body = source.split("+++\n", 2)
    return tomllib.loads(front), tuple(" ".join(part.split()) for part in body.split("\n\n") if part.strip())


def _edited(paragraph: str, edits: list[list[str]]) -> str:
    for before, after in edits:
        paragraph = paragraph.replace(before, after)
    return paragraph
