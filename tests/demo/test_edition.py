"""The demonstration edition as a reader of the web finds it: over its own site, with the parsers that the bot uses."""

import asyncio
import html
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

import aiohttp
import fastfeedparser
import feedparser
import pytest
import trafilatura

from bot.demo.edition import EDITION_NOW as NOW_OF_THE_EDITION
from bot.demo.edition import DemoArticle, Edition, load_edition
from bot.demo.site import EDITION_NOW, DemoFeed, DemoSite

EDITION: Edition = load_edition()
TOLD = [article for article in EDITION.articles if article.kind == "article"]
ORDERLY = [article for article in TOLD if not article.leaks]
SPORT = "league|tonight|tournament|championship|football|soccer|rugby|tennis|cricket|olympic|playoff|kick-off|stadium"


def slug_of(article: DemoArticle) -> str:
    return article.slug


def words(article: DemoArticle) -> int:
    return sum(len(paragraph.split()) for paragraph in article.paragraphs)


def text_of(slug: str) -> str:
    return "\n".join(next(article for article in EDITION.articles if article.slug == slug).paragraphs)


@pytest.fixture
async def site() -> AsyncIterator[DemoSite]:
    async with DemoSite() as open_site:
        yield open_site


@pytest.fixture
async def client(site: DemoSite) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(site.base_url) as session:
        yield session


async def body_of(client: aiohttp.ClientSession, url: str) -> bytes:
    async with client.get(url) as answer:
        assert answer.status == 200, url
        return await answer.read()


async def page_of(client: aiohttp.ClientSession, article: DemoArticle) -> str:
    return (await body_of(client, article.path)).decode()


# What it consists of


def test_the_edition_holds_enough_articles_from_enough_outlets() -> None:
    assert len(EDITION.articles) >= 16
    assert len(EDITION.outlets) >= 5
    assert all(EDITION.of(outlet) for outlet in EDITION.outlets)
    assert len({outlet.layout for outlet in EDITION.outlets}) >= 3
    assert {outlet.feed.format for outlet in EDITION.outlets} == {"rss", "atom", "rdf", "json"}
    assert {outlet.feed.text for outlet in EDITION.outlets} == {"excerpt", "opening", "full"}


def test_the_clock_stands_at_the_evening_of_the_edition() -> None:
    assert EDITION_NOW is NOW_OF_THE_EDITION
    assert datetime(2026, 1, 18, 18, tzinfo=UTC) == EDITION_NOW


def test_everything_but_one_old_guide_appeared_in_the_last_thirty_six_hours() -> None:
    ages = {article.slug: EDITION_NOW - article.published for article in EDITION.articles}
    assert all(age > timedelta(0) for age in ages.values())
    assert [slug for slug, age in ages.items() if age > timedelta(hours=36)] == ["how-a-customs-tariff-is-collected"]
    assert sum(age <= timedelta(hours=24) for age in ages.values()) > len(ages) * 3 / 4


@pytest.mark.parametrize("article", TOLD, ids=slug_of)
def test_an_article_has_the_length_of_an_article(article: DemoArticle) -> None:
    assert 250 <= words(article) <= 450
    assert article.standfirst
    assert article.caption


def test_no_paragraph_stands_in_two_articles_but_in_the_reprint() -> None:
    told_by_themselves = [article for article in TOLD if not article.slug.endswith("-reprint")]
    counted = Counter(paragraph for article in told_by_themselves for paragraph in article.paragraphs)
    assert max(counted.values()) == 1


def test_the_reprint_is_nearly_the_agency_text_and_not_quite() -> None:
    agency = text_of("uk-goods-tariff-greenland").split()
    reprint = text_of("uk-goods-tariff-greenland-reprint").split()
    shared = sum((Counter(agency) & Counter(reprint)).values())
    assert agency != reprint
    assert shared / max(len(agency), len(reprint)) > 0.95


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("onshore-tech-gauge-surge", "has risen almost 13 per cent so far this month"),
        ("onshore-tech-gauge-surge", "has added nearly 6 per cent over the same period"),
        ("onshore-tech-gauge-surge", "Both gauges have done better than the Nasdaq 100"),
        ("chinese-tech-gauges-january", "rose almost 13 per cent in the month to date"),
        ("china-tech-outruns-nasdaq-100", "is up almost 13 percent for the month"),
        ("year-after-deepseek-shock", "until January 27 last year"),
        ("jefferies-basket-chinese-ai", "in a report of January 13 that the combined value of 33 Chinese AI stocks"),
        ("jefferies-basket-chinese-ai", "about US$732 billion over the past year"),
        ("jefferies-basket-chinese-ai", "Jefferies said that it saw further upside, because"),
        ("six-and-a-half-percent", "a gain of $732 billion"),
        ("uk-goods-tariff-greenland", "The tariffs on the UK start on February 1,"),
        ("condition-unmet-in-copenhagen", "As of Sunday afternoon, Denmark has given no sign that it will agree"),
        ("ambassadors-called-in-on-a-sunday", "Denmark has not said that it agrees to the American terms"),
        ("ambassadors-called-in-on-a-sunday", "Ambassadors of all 27 European Union countries"),
        ("europe-closes-ranks-before-talks", "have condemned the plan by Donald Trump to apply tariffs"),
        ("mother-of-all-recessions-warning", "“mother of all recessions”"),
        ("irish-economist-sounds-alarm", "“mother of all recessions”"),
        ("cheap-kodak-tops-list", "on January 12"),
        (
            "onshore-tech-gauge-surge",
            "“The stock market is telling us that what China is doing in the technology sector is going to be very "
            "exciting going forward.”",
        ),
        (
            "china-tech-outruns-nasdaq-100",
            "“You must remember China’s goal now is to overtake the US in technology, in high-level chips, in all "
            "kinds of AI. So the money is going in that direction.”",
        ),
    ],
)
def test_what_readers_will_ask_for_stands_in_one_sentence(slug: str, sentence: str) -> None:
    assert sentence.casefold() in text_of(slug).casefold()


def test_nothing_in_the_edition_is_about_sport() -> None:
    for article in EDITION.articles:
        whole = " ".join([article.title, article.standfirst, article.caption, *article.paragraphs])
        assert not re.search(rf"\b({SPORT})", whole, re.IGNORECASE), article.slug


def test_the_only_orders_to_a_model_stand_in_one_article_in_three_places() -> None:
    [hostile] = [article for article in EDITION.articles if "99%" in " ".join(article.paragraphs)]
    assert hostile.slug == "what-ten-per-cent-means-at-the-till"
    for place in (" ".join(hostile.paragraphs), hostile.alt, hostile.comment):
        assert "ignore all previous instructions" in place.casefold()


# Its feeds


async def test_every_feed_parses_and_carries_every_article_of_its_outlet(
    site: DemoSite, client: aiohttp.ClientSession
) -> None:
    for feed, outlet in zip(site.feeds, EDITION.outlets, strict=True):
        body = await body_of(client, feed.url)
        own = EDITION.of(outlet)
        fast = fastfeedparser.parse(body)
        wanted = [site.base_url + article.path + outlet.feed.query for article in own]
        assert [urljoin(site.base_url + outlet.home, entry.link) for entry in fast.entries] == wanted
        titles = [html.unescape(entry.title) for entry in fast.entries]
        assert titles == [article.title for article in own]
        if outlet.feed.format != "json":
            tolerant = feedparser.parse(body)
            assert not tolerant.bozo, (outlet.slug, tolerant.get("bozo_exception"))
            assert [entry.link for entry in tolerant.entries] == wanted
            # feedparser files the dc:date of RSS 1.0 under `updated`.
            times = [entry.get("published_parsed") or entry.updated_parsed for entry in tolerant.entries]
            dates = [datetime(*time[:6], tzinfo=UTC) for time in times]
            assert dates == [article.published for article in own]


async def test_the_json_feed_is_version_1_1(client: aiohttp.ClientSession) -> None:
    feed = json.loads(await body_of(client, "/basin-and-range-tech/feed.json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert all(item["id"] and item["url"] and item["content_html"] for item in feed["items"])


async def test_one_feed_carries_whole_articles_and_others_a_sentence(client: aiohttp.ClientSession) -> None:
    full = feedparser.parse(await body_of(client, "/meridian-wire/rss"))
    assert all(len(entry.content[0].value.split()) >= 250 for entry in full.entries)
    short = feedparser.parse(await body_of(client, "/harbour-ledger/feed.xml"))
    assert all(0 < len(entry.summary.split()) < 40 for entry in short.entries)


async def test_one_entry_has_a_headline_and_nothing_else(client: aiohttp.ClientSession) -> None:
    feed = feedparser.parse(await body_of(client, "/quayside-herald/feed/"))
    [entry] = [entry for entry in feed.entries if "live-europe" in entry.link]
    assert "summary" not in entry
    async with client.get(entry.link) as answer:
        assert answer.status == 404
        assert "Demonstration page" in await answer.text()


# Its site


async def test_a_feed_that_is_known_already_is_answered_with_304(site: DemoSite, client: aiohttp.ClientSession) -> None:
    for url in site.feed_urls:
        async with client.get(url) as first:
            tag, date = first.headers["ETag"], first.headers["Last-Modified"]
        for known in ({"If-None-Match": tag}, {"If-Modified-Since": date}, {"If-None-Match": f"W/{tag}"}):
            async with client.get(url, headers=known) as again:
                assert (again.status, await again.read()) == (304, b"")
                assert again.headers["ETag"] == tag
        stale = {"If-None-Match": '"another"', "If-Modified-Since": date}
        async with client.get(url, headers=stale) as changed:
            assert changed.status == 200


async def test_robots_may_read_everything(client: aiohttp.ClientSession) -> None:
    assert await body_of(client, "/robots.txt") == b"User-agent: *\nAllow: /\n"


async def test_a_front_page_names_the_feed_of_its_outlet(client: aiohttp.ClientSession) -> None:
    for outlet in EDITION.outlets:
        page = (await body_of(client, outlet.home)).decode()
        assert re.search(rf'<link rel="alternate"[^>]* href="{re.escape(outlet.feed.path)}"', page)
        assert "Demonstration page written for Newsthread" in page
        assert all(article.path in page for article in EDITION.of(outlet))


async def test_the_site_names_its_feeds_only_while_it_is_open() -> None:
    site = DemoSite()
    assert site.feeds == ()
    async with site:
        assert site.feeds[0] == DemoFeed(site.base_url + "/harbour-ledger/feed.xml", "Harbour Ledger")
        assert site.base_url.startswith("http://127.0.0.1:")
        address = site.feed_urls[0]
    assert site.feed_urls == ()
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(address)


# Its pages


async def test_every_page_says_that_it_is_a_demonstration_and_that_its_reporters_are_invented(
    client: aiohttp.ClientSession,
) -> None:
    assert b"Demonstration page written for Newsthread" in await body_of(client, "/")
    for article in EDITION.articles:
        if article.kind != "missing":
            page = await page_of(client, article)
            notice = f"{html.escape(article.outlet.name)} and its reporters are invented"
            assert "Demonstration page written for Newsthread" in page
            assert notice in page


@pytest.mark.parametrize("article", ORDERLY, ids=slug_of)
async def test_what_is_extracted_from_a_page_is_the_article_and_nothing_of_its_furniture(
    client: aiohttp.ClientSession, article: DemoArticle
) -> None:
    page = await page_of(client, article)
    for furniture in ("Advertisement", "cookie", article.outlet.owner, article.caption):
        assert furniture.casefold() in html.unescape(page).casefold()
    for mode in ({"fast": True}, {"favor_precision": True}):
        extracted = await asyncio.to_thread(trafilatura.extract, page, include_comments=False, **mode)
        assert extracted == "\n".join(article.paragraphs)


@pytest.mark.parametrize("article", TOLD, ids=slug_of)
async def test_a_page_says_in_its_metadata_who_wrote_it_and_when(
    client: aiohttp.ClientSession, article: DemoArticle
) -> None:
    found = await asyncio.to_thread(trafilatura.extract_metadata, await page_of(client, article))
    assert (found.title, found.date) == (article.title, article.published.date().isoformat())
    assert found.author
    assert found.url.endswith(article.path)


async def test_one_page_lets_advertisements_and_teasers_through_for_the_bot_to_clean(
    client: aiohttp.ClientSession,
) -> None:
    [leaking] = [article for article in TOLD if article.leaks]
    extracted = trafilatura.extract(await page_of(client, leaking), fast=True).split("\n")
    assert leaking.slug == "onshore-tech-gauge-surge"
    assert set(leaking.paragraphs) < set(extracted)
    assert {"Advertisement", "Recent news", "8 hours ago"} <= set(extracted)


async def test_behind_the_consent_wall_there_is_no_article(client: aiohttp.ClientSession) -> None:
    [walled] = [article for article in EDITION.articles if article.kind == "wall"]
    extracted = trafilatura.extract(await page_of(client, walled), fast=True)
    assert extracted.startswith("We value your privacy")
    assert "Ambassadors" not in extracted
    assert len(extracted) > len(walled.standfirst)
