"""Behaviours 37 to 41 of a good feed client, "Not being a way in": whom it never speaks to, and what it never repeats.

Each test is one behaviour, driven through `poll` and `check`. `inside` is a server that no leave was given for.
"""

import socket
from collections.abc import Sequence

import pytest
from yarl import URL

from bot.adapters.guard import AddressGuard, RefusedAddressError
from bot.domain.rendering import as_text, preview
from tests.behaviours.world import DAY, EVERY, Inside, World, html
from tests.doubles.news_site import Item

PRIVATE = [
    *("127.0.0.2", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[fd00::1]", "[fe80::1]", "[ff02::1]", "[64:ff9b::a00:1]"),
    *("[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]", "2130706434", "0x7f000002", "0177.0.0.2", "127.2", "0x7f.2"),
]


async def test_a_private_address_is_refused_in_every_spelling(world: World, inside: Inside) -> None:
    """Behaviour 37."""
    urls = [f"http://{host}:{inside.port}/feed" for host in PRIVATE]
    checks = [await world.ingest.check(url) for url in urls]
    assert {check.url: check.error for check in checks} == dict.fromkeys(urls, "refused_address")
    await world.follow(*urls)
    report = await world.ingest.poll()
    assert {failed.url: failed.error for failed in report.failed} == dict.fromkeys(urls, "refused_address")
    assert inside.visits == 0


async def test_a_redirect_or_a_name_that_changes_never_leads_to_an_unchecked_address(
    world: World, inside: Inside
) -> None:
    """Behaviour 38."""
    for target in (inside.url, "http://169.254.169.254/latest/meta-data/", "http://[::1]/"):
        world.site.redirect("/first", "/second", 302)
        world.site.redirect("/second", target, 302)
        assert (await world.ingest.check(world.site.url("/first"))).error == "refused_address"
    asked: list[str] = []

    async def changing(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    world.site.feed("/feed", [])
    url = world.site.url("/feed", host="changing.example")
    await world.follow(url)
    await world.begin(lookup=changing)
    assert (await world.ingest.poll()).failed == ()
    await world.begin(lookup=changing)
    assert [failed.error for failed in (await world.poll_after(EVERY)).failed] == ["refused_address"]
    assert (asked, inside.visits) == (["changing.example"] * 2, 0)


async def test_other_schemes_and_ports_and_the_way_from_https_to_http_are_refused(world: World) -> None:
    """Behaviour 39."""
    asked: list[str] = []

    async def lookup(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["93.184.216.34"]

    await world.begin(allow=(), lookup=lookup)
    ports = ("http://example.org:22/", "https://example.org:8443/", "http://8.8.8.8:6379/")
    for url in (
        "file:///etc/passwd",
        "ftp://example.org/feed",
        "data:text/xml,<rss/>",
        "gopher://example.org/",
        *ports,
    ):
        assert (await world.ingest.check(url)).error == "refused_address"
    assert asked == []
    await world.begin()
    for target in ("file:///etc/passwd", "ftp://127.0.0.1/feed", "data:text/xml,<rss/>"):
        assert (await world.ingest.check(world.site.redirect("/r", target, 302))).error == "refused_address"
    with pytest.raises(RefusedAddressError, match="https to http"):
        AddressGuard().check(URL("http://example.org/"), came_from=URL("https://example.org/"))


async def test_the_guard_stands_before_discovery_pages_robots_and_images(world: World, inside: Inside) -> None:
    """Behaviour 40."""
    link = f'<link rel="alternate" type="application/rss+xml" href="{inside.url}">'
    named = await world.ingest.check(world.site.page("/", html(head=link)))
    assert named.error == "not_a_feed"
    picture = f'<enclosure url="{inside.url}/a.png" type="image/png" length="1"/><icon>{inside.url}/i.png</icon>'
    items = [
        Item("Page", inside.url, "Forty ships waited off the coast."),
        world.item("image", summary=f'Ships. <img src="{inside.url}/b.png">', markup=picture),
        world.item("redirected", summary="Forty ships waited."),
    ]
    world.site.redirect("/redirected", inside.url, 302)
    world.site.page("/image", html(head=f'<meta property="og:image" content="{inside.url}/c.png">'))
    await world.follow(world.site.feed("/feed", items, markup=f"<image><url>{inside.url}/d.png</url></image>"))
    assert (await world.ingest.poll()).new_articles == 3
    other = await world.another_site()
    other.redirect("/robots.txt", inside.url, 302)
    await world.follow(other.feed("/feed", [Item("Robots", other.url("/a"))]))
    await world.ingest.poll()
    assert other.asked("/robots.txt")
    assert other.asked("/a") == []
    assert inside.visits == 0
    assert not [asked for asked in world.site.requests if asked.path.endswith(".png")]


async def test_no_error_that_is_shown_repeats_a_body_an_internal_address_or_a_password(world: World) -> None:
    """Behaviour 41."""

    async def lookup(host: str, port: int) -> Sequence[str]:
        if host == "inside.example":
            return ["10.9.8.7"]
        raise socket.gaierror(socket.EAI_NONAME, "secret resolver 10.9.8.7 said no")

    await world.begin(lookup=lookup)
    bodies = [
        world.site.page(f"/{status}", b"a secret body", status=status, headers={"X-Reason": "secret"})
        for status in (401, 403, 404, 410, 418, 500, 503, 429)
    ]
    urls = [
        *bodies[:-1],
        world.site.page("/page", "<html><title>secret title</title></html>"),
        world.site.page("/json", '{"secret": 1}', "application/json"),
        world.site.redirect("/redirect", "http://10.9.8.7/secret", 302),
        world.site.drops("/drops", after=b"a secret start"),
        world.site.page("/500", b"secret", status=500).replace("http://", "http://me:hunter2@"),
        world.site.url("/x", host="inside.example"),
        world.site.url("/x", host="nowhere.example"),
        bodies[-1],  # its host is not asked again before it has rested
    ]
    await world.follow(*urls, world.site.feed("/good", [world.item("ships")]))
    said = [str(check.detail) for check in [await world.ingest.check(url) for url in urls]]
    for _ in range(4):
        said += [failed.detail for failed in (await world.poll_after(3 * DAY)).failed]
    said += await world.told()
    said += [as_text(post) for post in preview(await world.brief(), "UTC")]
    said += [str(state.detail) for state in (await world.folder.feed_states.all()).values()]
    assert len(said) > 4 * len(urls)
    for text in said:
        assert not [word for word in ("secret", "10.9.8.7", "hunter2") if word in text]
