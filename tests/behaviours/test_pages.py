"""Behaviours 42 to 46 of a good feed client, "Pages": what of an article's page is taken, and what serves without it.

Each test is one behaviour, driven through `poll` and `read_again`, and through a briefing where it shows only there.
"""

from dataclasses import replace

import pytest

from bot.domain.articles import Tier
from bot.domain.briefings import Form
from tests.behaviours.world import DAY, HOUR, PARAGRAPHS, World, html
from tests.contracts.samples import delivery
from tests.doubles.clock import NOON
from tests.doubles.news_site import Item

SUMMARY = "Forty ships waited off the coast."
WHOLE = (
    "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
    f"{' '.join(PARAGRAPHS)}</content:encoded>"
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/robots.txt", "User-agent: Newsthread\nDisallow: /ships"),
        ("/.well-known/tdmrep.json", '[{"location": "/ships", "tdm-reservation": 1}]'),
    ],
)
async def test_a_page_that_robots_or_miners_may_not_have_is_not_fetched(world: World, path: str, text: str) -> None:
    """Behaviour 42."""
    world.site.page(path, text, "text/plain")
    world.site.page("/header", html(), headers={"TDM-Reservation": "1"})
    world.site.page("/meta", html(head='<meta name="tdm-reservation" content="1">'))
    items = [Item(name.title(), world.site.url(f"/{name}"), SUMMARY, NOON - HOUR) for name in ("header", "meta")]
    await world.follow(
        world.site.feed("/feed", [world.item("ships", summary=SUMMARY), world.item("cranes", summary=SUMMARY), *items])
    )
    await world.ingest.poll()
    articles = await world.articles()
    assert world.site.asked("/ships") == []
    assert {title: article.tier for title, article in articles.items()} == {
        "Ships": Tier.EXCERPT,
        "Header": Tier.EXCERPT,
        "Meta": Tier.EXCERPT,
        "Cranes": Tier.FULL,
    }
    assert articles["Ships"].text == SUMMARY


@pytest.mark.parametrize(
    "page",
    [
        html("Please accept cookies to continue reading."),
        html("We value your privacy."),
        html("Please enable JavaScript to continue using this application."),
        html("Subscribe to continue reading this article."),
        html(head='<script type="application/ld+json">{"isAccessibleForFree": false}</script>'),
        html(PARAGRAPHS[0][:90] + "."),
        "",
    ],
)
async def test_where_a_page_is_a_wall_or_says_less_than_the_feed_the_feeds_text_serves(world: World, page: str) -> None:
    """Behaviour 43."""
    items = [
        world.item("excerpt", summary=SUMMARY),
        world.item("feed", summary="Ships.", markup=WHOLE),
        world.item("headline"),
    ]
    for name in ("excerpt", "feed", "headline"):
        world.site.page(f"/{name}", page)
    await world.follow(world.site.feed("/feed", items))
    await world.ingest.poll()
    articles = await world.articles()
    tiers = {title: article.tier for title, article in articles.items()}
    assert tiers == {"Excerpt": Tier.EXCERPT, "Feed": Tier.FEED, "Headline": Tier.HEADLINE}
    assert (articles["Excerpt"].text, articles["Headline"].text) == (SUMMARY, "")


async def test_an_aggregators_redirect_token_is_a_headline_and_not_followed(world: World) -> None:
    """Behaviour 44."""
    asked: list[str] = []

    async def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    await world.begin(lookup=lookup)
    item = Item("Ships", "https://news.google.com/rss/articles/CBMiX?oc=5", "Ships  The Example", NOON - HOUR)
    world.site.feed("/feed", [item])
    await world.follow(world.site.url("/feed", host="news.google.com"))
    await world.ingest.poll()
    article = (await world.articles())["Ships"]
    assert (article.tier, article.text) == (Tier.HEADLINE, "")
    assert article.url.startswith("https://news.google.com/rss/articles/CBMiX")
    assert asked == ["news.google.com"], "for the feed itself alone"
    assert [each.path for each in world.site.requests] == ["/feed"]


async def test_an_article_of_which_only_the_headline_is_known_is_told_by_title_and_link_alone(world: World) -> None:
    """Behaviour 45."""
    url = world.site.page("/ships", b"", status=404)
    await world.follow(world.site.feed("/feed", [Item("Ships wait", url, published=NOON - HOUR)]))
    await world.ingest.poll()
    (telling,) = (await world.brief()).tellings
    assert (telling.form, telling.claims, telling.headline) == (Form.HEADLINE, (), "Ships wait (The Example)")
    assert [source.url for source in telling.sources] == [url]


async def test_a_page_that_changes_is_a_new_version_and_the_cited_one_is_kept_beside_it(world: World) -> None:
    """Behaviour 46."""
    league = world.item("league", published=NOON - 2 * DAY)
    world.site.page(
        "/league", html("The league begins on Sunday with a match of the two oldest clubs of the city. " * 2)
    )
    await world.follow(world.site.feed("/feed", [world.item("ships"), league]))
    await world.ingest.poll()
    before = (await world.articles())["Ships"]
    briefing = await world.brief()
    assert {cited.article_id for told in briefing.tellings for claim in told.claims for cited in claim.citations}
    await world.folder.outbox.open(delivery("d1", of=briefing.id))
    world.site.page("/ships", html(*PARAGRAPHS[:2], PARAGRAPHS[2].replace("12.5", "13.5")))
    now = await world.ingest.read_again(before)
    assert now == replace(before, version=2, text=before.text.replace("12.5", "13.5"))
    assert await world.folder.articles.prune(NOON + 30 * DAY, even_all=True) >= 1, "what nothing cites goes"
    assert list(await world.articles()) == ["Ships"]
    assert await world.folder.articles.text(before.id, 1) == before.text
