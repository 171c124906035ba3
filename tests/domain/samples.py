"""Small values that many tests of the domain start from."""

from datetime import UTC, datetime, timedelta

from bot.domain.articles import Article, Tier, article_id
from bot.domain.feeds import FeedUrl

NOW = datetime(2026, 1, 18, 18, 0, tzinfo=UTC)


def article(
    title: str = "Envoys meet on tariffs",
    text: str = "",
    *,
    outlet: str = "Harbour Ledger",
    hours_old: float = 3,
    tier: Tier = Tier.FULL,
    url: str | None = None,
    feeds: tuple[str, ...] = ("https://ledger.example/feed",),
) -> Article:
    """An article of `outlet`, `hours_old` before NOW."""
    address = url or f"https://{outlet.casefold().replace(' ', '-')}.example/{title.casefold().replace(' ', '-')}"
    published = NOW - timedelta(hours=hours_old)
    return Article(
        id=article_id(address),
        url=address,
        title=title,
        outlet=outlet,
        published_at=published,
        seen_at=published,
        tier=tier,
        text=text,
        feeds=tuple(FeedUrl(feed) for feed in feeds),
        language="en",
    )


TARIFF_TEXT = (
    "US president Donald Trump announced a tariff of 10% on all goods from the United Kingdom on Saturday.\n\n"
    "The tariffs on the UK start on February 1 and stay until Denmark agrees over Greenland.\n\n"
    "British exporters said that the levy would cost them orders in the United States."
)
RALLY_TEXT = (
    "The onshore tech gauge has risen almost 13 per cent so far this month, ahead of the Nasdaq 100.\n\n"
    "A measure of Chinese technology shares listed in Hong Kong gained nearly 6 per cent over the same weeks."
)
