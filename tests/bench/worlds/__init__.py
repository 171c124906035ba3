"""Worlds of news with questions about each: the demonstration's edition, and small ones written for the benchmark."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.demo.edition import EDITION_NOW, load_edition
from bot.domain.articles import Article, Tier, article_id
from bot.domain.feeds import FeedUrl

FOLDER = Path(__file__).parent
NAMES = ("demo", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that the articles named by `articles` answer; each of `holds` stands in the answer.

    `holds` are words as they may be written, alternatives divided by a bar; `first` is asked before, if anything.
    """

    question: str
    articles: Sequence[str]
    holds: Sequence[str] = ()
    first: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Articles by slug, the moment at which questions are asked, and the questions."""

    now: datetime
    articles: Mapping[str, Article]
    answerable: Sequence[Asked] = ()
    follow_ups: Sequence[Asked] = ()
    unanswerable: Sequence[str] = field(default=())


def world(name: str) -> World:
    """The world of this name, one of NAMES."""
    questions = _table(f"{name}-questions.toml")
    articles, now = _demo() if name == "demo" else _written(_table(f"{name}.toml"))
    return World(
        now=now,
        articles=articles,
        answerable=[Asked(**row) for row in questions["answerable"]],
        follow_ups=[
            Asked(question=row["then"], first=row["first"], articles=row["articles"], holds=row["holds"])
            for row in questions["follow_ups"]
        ],
        unanswerable=questions["unanswerable"],
    )


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def _written(table: dict[str, Any]) -> tuple[dict[str, Article], datetime]:
    def articles() -> Iterator[tuple[str, Article]]:
        for row in table["article"]:
            text = "\n\n".join(row["text"].split("\n")[:-1])
            yield row["slug"], _article(row["slug"], row["title"], row["outlet"], text, at=row["published"])

    return dict(articles()), table["now"]


def _demo() -> tuple[dict[str, Article], datetime]:
    """The edition as its pages give it: a page behind a wall leaves the standfirst, a missing one the title."""

    def articles() -> Iterator[tuple[str, Article]]:
        for each in load_edition().articles:
            text = "\n\n".join(each.paragraphs) if each.kind == "article" else each.standfirst
            yield (
                each.slug,
                _article(
                    each.slug, each.title, each.outlet.name, text, at=each.published, whole=each.kind == "article"
                ),
            )

    return dict(articles()), EDITION_NOW


def _article(slug: str, title: str, outlet: str, text: str, *, at: datetime, whole: bool = True) -> Article:
    site = f"https://{outlet.casefold().replace(' ', '-')}.example"
    return Article(
        id=article_id(f"{site}/{slug}"), url=f"{site}/{slug}", title=title, outlet=outlet, published_at=at, seen_at=at,
        tier=Tier.FULL if whole else Tier.EXCERPT if text else Tier.HEADLINE, text=text,
        feeds=(FeedUrl(f"{site}/feed"),), language="en",
    )  # fmt: skip
