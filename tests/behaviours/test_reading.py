"""Behaviours 24 to 36 of a good feed client, "Reading": what becomes of what a feed says.

Each test is one behaviour, driven through `poll` and `check`, and through a briefing where it shows only there.
"""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.feeds import Feed, FeedUrl
from bot.domain.rendering import as_text, preview
from bot.domain.selection import STORIES_A_BRIEFING
from tests.behaviours.world import DAY, EVERY, HOUR, PARAGRAPHS, World, html
from tests.doubles.clock import NOON
from tests.doubles.news_site import Item, rss

PLACES = ("Aarhus", "Bergen", "Cork", "Danzig", "Esbjerg", "Falmouth", "Genoa", "Hull", "Izmir", "Jeddah", "Kiel")
GOODS = ("timber", "grain", "copper", "coffee", "wool", "salmon", "cement", "tea", "rubber", "steel")


async def test_entries_that_share_one_id_are_all_kept_and_told_apart_by_link(world: World) -> None:
    """Behaviour 24."""
    items = [world.item(name, guid="same") for name in ("ships", "cranes", "pilots")]
    await world.follow(world.site.feed("/feed", items))
    assert (await world.ingest.poll()).new_articles == 3
    world.site.feed("/feed", [world.item("tugs", guid="same"), *items])
    assert (await world.poll_after(EVERY)).new_articles == 1
    assert set(await world.articles()) == {"Ships", "Cranes", "Pilots", "Tugs"}


async def test_ids_that_all_change_at_once_bring_no_flood(world: World) -> None:
    """Behaviour 25."""
    items = [world.item(name) for name in ("ships", "cranes", "pilots")]
    await world.follow(world.site.feed("/feed", items))
    await world.ingest.poll()
    world.site.feed(
        "/feed", [replace(item, guid=f"new {item.link}", link=item.link + "?utm_source=x") for item in items]
    )
    report = await world.poll_after(EVERY)
    assert (report.not_modified, report.failed, report.new_articles) == (0, (), 0)
    assert [len(world.site.asked(f"/{name}")) for name in ("ships", "cranes", "pilots")] == [1, 1, 1]


async def test_an_old_entry_that_resurfaces_is_no_news(world: World) -> None:
    """Behaviour 26."""
    old, new = world.item("ships", guid="7"), world.item("cranes")
    await world.follow(world.site.feed("/feed", [old]))
    await world.ingest.poll()
    world.site.feed("/feed", [new])
    await world.poll_after(10 * DAY)
    assert await world.folder.articles.prune(world.clock.now() - DAY, even_all=True) == 2
    back = replace(old, published=world.clock.now())
    world.site.feed("/feed", [back, new])
    assert (await world.poll_after(EVERY)).new_articles == 0
    assert (await world.brief()).tellings == ()


async def test_an_entry_edited_thirty_times_is_one_story_with_a_bounded_number_of_updates(world: World) -> None:
    """Behaviour 27."""
    world.site.page("/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    first = world.item("ships", guid="7", title="Ships wait", summary=PARAGRAPHS[0])
    await world.follow(world.site.feed("/feed", [first]))
    await world.ingest.poll()
    for n in range(1, 31):
        edit = replace(first, title=f"Ships wait, update {n}", summary=f"{n}00 ships wait. {PARAGRAPHS[1]}")
        world.site.feed("/feed", [replace(edit, guid="7" if n % 2 else f"7 edit {n}")])
        assert (await world.poll_after(EVERY)).new_articles == 0
    (article,) = (await world.articles()).values()
    (story,) = await world.folder.stories.recent(NOON - DAY)
    assert story.articles == (article.id,)
    assert 1 < article.version <= 10


async def test_a_first_fetch_stores_everything_and_tells_only_of_what_a_briefings_window_asks_for(world: World) -> None:
    """Behaviour 28."""
    items = [
        Item(f"Ships wait at {place}", world.site.url(f"/{n}"), f"Forty ships wait at {place}.", NOON - n * DAY - HOUR)
        for n, place in enumerate(PLACES)
    ]
    await world.follow(world.site.feed("/feed", items))
    assert (await world.ingest.poll()).new_articles == len(PLACES)
    told = {source.title for telling in (await world.brief()).tellings for source in telling.sources}
    assert told == {"Ships wait at Aarhus"}


async def test_three_hundred_entries_after_an_outage_make_a_capped_briefing_that_counts_what_it_left_out(
    world: World,
) -> None:
    """Behaviour 29."""
    world.site.page("/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    dice = random.Random(7)
    names = ["".join(dice.choices("bdfgklmnprstvz", k=3)).title() + "a" + dice.choice(PLACES) for _ in range(300)]
    items = [
        Item(
            f"{name} takes its first ship of {GOODS[n % 10]}",
            world.site.url(f"/{n}"),
            f"A ship with {n + 3} tons of {GOODS[n % 10]} reached the harbour of {name} after {n + 2} days at sea.",
            NOON - timedelta(minutes=n),
        )
        for n, name in enumerate(names)
    ]
    await world.follow(world.site.feed("/feed", items))
    assert (await world.ingest.poll()).new_articles == 300
    briefing = await world.brief()
    left_out = briefing.counts.stories_left_out
    assert 0 < len(briefing.tellings) <= STORIES_A_BRIEFING
    assert left_out > 100
    assert f"{left_out} more stories did not fit." in as_text(preview(briefing, "UTC")[0])


async def test_dates_that_are_missing_to_come_or_from_1970_become_the_time_first_seen_for_good(world: World) -> None:
    """Behaviour 30."""
    items = [
        world.item("none", published=None),
        world.item("future", published=NOON + 2 * DAY),
        world.item("epoch", published=datetime(1970, 1, 1, tzinfo=UTC)),
    ]
    await world.follow(world.site.feed("/feed", items))
    await world.ingest.poll()
    world.site.feed("/feed", [replace(item, guid=f"new {item.link}") for item in items])
    await world.poll_after(DAY)
    assert {article.published_at for article in (await world.articles()).values()} == {NOON}


async def test_titles_are_plain_text_and_links_whole_addresses(world: World) -> None:
    """Behaviour 31."""
    items = [
        Item("Ships &amp;amp; <b>cranes</b> &#8217;wait&#8217;", "/news/ships"),
        Item("5 < 7", "cranes?a=1&b=2"),
    ]
    checked = await world.ingest.check(world.site.feed("/deep/feed", items))
    assert [(entry.title, entry.url) for entry in checked.entries] == [
        ("Ships & cranes ’wait’", world.site.url("/news/ships")),
        ("5 < 7", world.site.url("/deep/cranes?a=1&b=2")),
    ]
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/a/"><title>News</title><id>x</id><entry>'
        '<id>1</id><title type="html">A &lt;em&gt;mild&lt;/em&gt; claim</title><link href="../b"/></entry></feed>'
    )
    (entry,) = (await world.ingest.check(world.site.page("/atom", atom, "application/atom+xml"))).entries
    assert (entry.title, entry.url) == ("A mild claim", "https://example.org/b")


async def test_all_spellings_of_an_address_are_one_article(world: World) -> None:
    """Behaviour 32."""
    ships = world.item("ships")
    world.site.page("/ships/", html())
    world.site.page("/r", html(head='<link rel="canonical" href="/ships">'))
    links = ["/ships?utm_source=rss&fbclid=1", "/ships/", "/ships#top", "/ships", "/r?id=7"]
    urls = [
        world.site.feed(f"/feed{n}", [replace(ships, link=world.site.url(link), guid=f"{n}")])
        for n, link in enumerate(links)
    ]
    await world.follow(*urls)
    assert (await world.ingest.poll()).new_articles == 1
    secure = replace(ships, link=ships.link.replace("http:", "https:"))
    await world.follow(world.site.feed("/secure", [secure]))
    assert (await world.ingest.poll()).new_articles == 0
    article = (await world.articles())["Ships"]
    assert set(article.feeds) == {*urls, world.site.url("/secure")}


JSON_FEED = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [{"id": "1", "title": "Ships wait",'
    ' "url": "https://example.org/a", "content_text": "Forty ships wait.", "date_published": "2026-01-18T11:00:00Z"}]}'
)
BROKEN = rss([Item("Ships wait", "https://example.org/a"), Item("Cranes stand", "https://example.org/b")])


@pytest.mark.parametrize(
    ("body", "content_type", "titles"),
    [
        (BROKEN.removesuffix("</channel></rss>"), "text/xml", ["Ships wait", "Cranes stand"]),
        (BROKEN.replace("Ships wait", "Ships &nbsp; & <3 wait"), "text/xml", ["Ships & <3 wait", "Cranes stand"]),
        (BROKEN.replace("Ships wait", "Café").encode("latin-1"), "text/xml", ["Café", "Cranes stand"]),
        ("\n\n" + BROKEN, "text/plain", ["Ships wait", "Cranes stand"]),
        (JSON_FEED, "application/feed+json", ["Ships wait"]),
    ],
)
async def test_a_broken_feed_is_read_as_far_as_it_can_be_and_json_feed_is_a_feed(
    world: World, body: str | bytes, content_type: str, titles: list[str]
) -> None:
    """Behaviour 33."""
    check = await world.ingest.check(world.site.page("/feed", body, content_type))
    assert check.error is None
    assert [" ".join(entry.title.replace("\xa0", " ").split()) for entry in check.entries] == titles


ODD = {
    "a title that is missing": ("<rss><channel><item><link>https://example.org/a</link></item></channel></rss>", 1),
    "a link that is missing": ("<rss><channel><item><title>Ships</title></item></channel></rss>", 1),
    "no entry but for a tolerant reader": ("<rss><item><title>Ships<link>https://example.org/a</rss>", 1),
    "RSS 1.0": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>'
        "<title>News</title></channel><item><title>Ships</title><link>https://example.org/a</link></item></rdf:RDF>",
        1,
    ),
    "Atom 0.3": (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>Ships</title>'
        '<link rel="alternate" href="https://example.org/a"/></entry></feed>',
        1,
    ),
    "an unknown prefix": ("<rss><channel><item><x:y>1</x:y><title>Ships</title></item></channel></rss>", 1),
    "control characters": ("<rss><channel><item><title>Sh\x01ips</title></item></channel></rss>", 1),
    "nothing": ("", 0),
    "half a tag": ("<rss><chan", 0),
    "an image": ("\x89PNG\r\n\x1a\n", 0),
    "a table": ("a,b\n1,2\n", 0),
    "JSON of another kind": ('{"items": [[[', 0),
}


@pytest.mark.parametrize("name", ODD)
async def test_no_document_lets_an_exception_out_and_a_reader_that_finds_less_is_followed_by_another(
    world: World, name: str
) -> None:
    """Behaviour 34."""
    body, entries = ODD[name]
    url = world.site.page("/feed", body, "text/xml")
    check = await world.ingest.check(url)
    assert (check.error in {None, "not_a_feed"}, len(check.entries)) == (True, entries)
    if entries and name in {"a title that is missing", "a link that is missing", "no entry but for a tolerant reader"}:
        assert world.workers.calls[:2] == ["read_fast", "read_tolerant"]
    await world.follow(url, world.site.feed("/good", [world.item("ships")]))
    report = await world.ingest.poll()
    assert report.new_articles >= 1
    assert all(failed.url == url for failed in report.failed)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


@pytest.mark.parametrize(
    ("doctype", "title"),
    [
        ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE r SYSTEM "file:///etc/passwd">', "Ships"),
        (f"<!DOCTYPE r [{LAUGHS}]>", "&l9;"),
        ('<!DOCTYPE r [<!ENTITY % p SYSTEM "{inside}"> %p;]>', "Ships"),
    ],
)
async def test_no_entity_or_dtd_is_resolved_and_no_bomb_of_xml_is_taken_in(
    world: World, doctype: str, title: str
) -> None:
    """Behaviour 35."""
    body = rss([Item("Ships", world.site.url("/a"))]).replace("<title>Ships", f"<title>{title}")
    body = body.replace("\n", doctype.replace("{inside}", world.site.url("/dtd")), 1)
    said = repr(await world.ingest.check(world.site.page("/feed", body, "text/xml")))
    assert "root:" not in said
    assert len(said) < 10_000
    assert world.site.asked("/dtd") == []
    huge = world.site.endless("/huge", b"<item><title>x</title></item>" * 2_000, head=b"<rss>", max_bytes=50_000_000)
    assert (await world.ingest.check(huge)).error == "too_large"
    (asked,) = world.site.asked("/huge")
    assert asked.sent_bytes < 30_000_000


async def test_mentions_mark_up_and_invisible_characters_of_a_title_are_inert_in_discord(world: World) -> None:
    """Behaviour 36."""
    world.site.page("/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    live = ("@everyone", "<@42>", "**loud**", "[here](https://evil.example)", "`code`", "<#7>", "\u202e", "||secret||")
    hostile = f"Ships {' '.join(live)} Gazette"
    items = [
        Item(title, world.site.url(f"/{n}"), published=NOON - n * HOUR)
        for n, title in enumerate([hostile, *(f"A ship, {each} and a harbour" for each in live)])
    ]
    url = FeedUrl(world.site.feed("/feed", items))
    await world.folder.feeds.put(Feed(url=url, outlet=hostile))
    await world.ingest.poll()
    articles = (await world.articles()).values()
    assert len(articles) == len(items)
    assert not [article for article in articles if {"\u202e", "\u200b"} & set(article.title)]
    posts = preview(await world.brief(), "UTC")
    shown = "\n".join(text for post in posts for text in (post.content, post.title, post.body) if text)
    assert "A ship, and a harbour" in shown, "of an invisible character nothing is left"
    assert "Gazette" in shown, "the outlet stands beside what it published"
    assert not [each for each in live if each in shown]
