"""Ways to reach a private address from outside: all end refused, and nothing ever knocks.

A site on 127.0.0.2 plays the public internet: the guard is told to let that one address through, and nothing else.
Everything private is played by sockets that listen on 127.0.0.1 and ::1, on one port, and count who connects. The
service is wired as the program wires it; only the DNS is a table, as its owner may fill it in.
"""

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
import trustme
from aiohttp import web as http

from bot.adapters.feed_http import CurlWeb
from bot.adapters.feed_parsers import HybridFeedParser
from bot.adapters.guard import Lookup
from bot.adapters.robots import SiteRobots
from bot.adapters.trafilatura_pages import TrafilaturaPages
from bot.domain.articles import Article, Tier
from bot.domain.errors import Fault, InputError
from bot.domain.feeds import Feed, FeedUrl
from bot.services.ingest import Ingest
from bot.services.subscribe import Subscribe
from tests.cli.test_commands import Shell
from tests.doubles.clock import NOON, StandingClock
from tests.doubles.memory import MemoryFolder
from tests.doubles.news_site import RSS, Item, NewsSite, rss
from tests.doubles.workers_here import WorkersHere

PUBLIC, PRIVATE = "127.0.0.2", "127.0.0.1"
TEXT = "Forty ships waited off the coast on Monday morning, more than the harbour has seen since the strike of 2019. "


class Trap:
    """Sockets on the private addresses, all on one port; the kernel completes whatever connects to them."""

    def __init__(self) -> None:
        self._listening = [socket.create_server((PRIVATE, 0), backlog=64)]
        self.port = int(self._listening[0].getsockname()[1])
        with suppress(OSError):  # a machine without IPv6, or another program on that port there
            self._listening.append(socket.create_server(("::1", self.port), family=socket.AF_INET6, backlog=64))
        for each in self._listening:
            each.setblocking(False)

    def knocks(self) -> int:
        """How many connections came since last asked."""
        count = 0
        for each in self._listening:
            with suppress(BlockingIOError):
                while True:
                    each.accept()[0].close()
                    count += 1
        return count

    async def knock(self) -> None:
        """Waits for one on the first address."""
        (await asyncio.get_running_loop().sock_accept(self._listening[0]))[0].close()

    def close(self) -> None:
        for each in self._listening:
            each.close()


NAMES = {
    "public.example": [[PUBLIC]],
    "private.example": [[PRIVATE]],
    "six.example": [["::1"]],
    "mapped.example": [["::ffff:127.0.0.1"]],
    "mixed.example": [["8.8.8.8", PRIVATE]],
    "metadata.example": [["169.254.169.254"]],
    "scoped.example": [["fe80::1%lo"]],
    "nat64.example": [["64:ff9b::7f00:1"]],
    "rebind.example": [[PUBLIC], [PRIVATE]],
    **{name: [[PRIVATE, "::1"]] for name in ("localhost", "ip6-localhost", "app.localhost", "localhost.localdomain")},
    **{name: [["10.0.0.1"]] for name in ("metadata.google.internal", "printer.local", "intranet")},
}
"""What each name resolves to, the first time it is asked, the second …"""


class World:
    """The service over the site, with a DNS of its own."""

    def __init__(self, site: NewsSite, trap: Trap, web: CurlWeb) -> None:
        self.site, self.trap, self.folder = site, trap, MemoryFolder()
        workers, clock = WorkersHere(), StandingClock()
        self.ingest = Ingest(
            self.folder,
            web=web,
            parser=HybridFeedParser(workers),
            pages=TrafilaturaPages(workers),
            robots=SiteRobots(web, workers, clock),
            workers=workers,
            clock=clock,
            poll_every=timedelta(minutes=30),
        )

    def private(self, spelling: str) -> str:
        """An address with `P` for the trap's port and `S` for the site's."""
        return spelling.replace(":P", f":{self.trap.port}").replace(":S", f":{self.site.port}")

    async def polled(self, url: str) -> tuple[str | None, Sequence[Article]]:
        """The error of a feed, and the articles that it brought."""
        await self.folder.feeds.put(Feed(url=FeedUrl(url), outlet="The Example"))
        report = await self.ingest.poll(force=True)
        return report.failed[0].error if report.failed else None, self.folder.articles.newest

    def feed(self, path: str, link: str, markup: str = "") -> str:
        """A feed with one entry that leads to `link`."""
        entry = Item(title="Ships", link=link, summary=TEXT, published=NOON - timedelta(hours=1))
        return self.site.feed(path, [entry], markup=markup)


def _lookup() -> Lookup:
    asked: Counter[str] = Counter()

    async def lookup(host: str, port: int) -> Sequence[str]:
        name = host.rstrip(".").casefold()
        if name not in NAMES:  # what the C library takes for a number is one; nothing here asks a real DNS
            numeric = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
            return [str(each[4][0]) for each in numeric]
        asked[name] += 1
        answers = NAMES[name]
        return answers[min(asked[name], len(answers)) - 1]

    return lookup


@pytest.fixture
def trap() -> Iterator[Trap]:
    with closing(Trap()) as listening:
        yield listening


@pytest.fixture
async def world(trap: Trap) -> AsyncIterator[World]:
    async with NewsSite(PUBLIC) as site, _client(f"{PUBLIC}/32") as web:
        yield World(site, trap, web)


def _client(allowed: str) -> CurlWeb:
    networks = (ip_network(allowed),)
    return CurlWeb(StandingClock(), allow_networks=networks, host_pause=timedelta(), lookup=_lookup())


SPELLINGS = [
    *("http://127.0.0.1:P/", "http://127.0.0.1.:P/", "http://127.1:P/", "http://127.0.1:P/", "http://2130706433:P/"),
    *("http://0x7f000001:P/", "http://0x7f.0.0.1:P/", "http://0177.0.0.1:P/", "http://017700000001:P/"),
    *(
        "http://0:P/",
        "http://0.0.0.0:P/",
        "http://127.000.000.001:P/",
        "http://１２７.0.0.1:P/",
        "http://127。0。0。1:P/",
    ),
    *("http://①②⑦.0.0.1:P/", "http://127%2E0%2E0%2E1:P/", "http://%31%32%37.0.0.1:P/"),
    *("http://[::1]:P/", "http://[0:0:0:0:0:0:0:1]:P/", "http://[::]:P/", "http://[::ffff:127.0.0.1]:P/"),
    *("http://[::ffff:7f00:1]:P/", "http://[::127.0.0.1]:P/", "http://[::1%25lo]:P/", "http://[fe80::1%25lo]:P/"),
    *("http://[64:ff9b::7f00:1]:P/", "http://[64:ff9b:1::7f00:1]:P/", "http://[2002:7f00:1::]:P/"),
    *("http://[2001:0:7f00:1::80ff:fffe]:P/", "http://[fec0::1]:P/", "http://[fd00::1]:P/", "http://[ff02::1]:P/"),
    *("http://localhost:P/", "http://LOCALHOST:P/", "http://localhost.:P/", "http://ip6-localhost:P/"),
    *(
        "http://localhost.localdomain:P/",
        "http://app.localhost:P/",
        "http://intranet:P/",
        "http://metadata.google.internal:P/",
        "http://printer.local:P/",
    ),
    *("http://private.example:P/", "http://six.example:P/", "http://mapped.example:P/", "http://mixed.example:P/"),
    *("http://scoped.example:P/", "http://nat64.example:P/", "http://private.example.:P/"),
    *("http://public.example@127.0.0.1:P/", "http://127.0.0.2:80@127.0.0.1:P/", "http://a:b@localhost:P/"),
    *("http://127.0.0.1:P#@127.0.0.2:S/", "http://127.0.0.1:P\\@127.0.0.2:S/", "http://127.0.0.2:S\\@127.0.0.1:P/"),
    *(
        "http://169.254.169.254/latest/meta-data/",
        "http://metadata.example/",
        "http://10.0.0.1/",
        "http://192.168.0.1/",
    ),
    *("http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "http://127.0.0.1:22/", "http://[::1]:22/"),
    *("https://127.0.0.1:P/", "https://localhost:P/", "ftp://127.0.0.1:P/", "gopher://127.0.0.1:P/"),
    *(
        "file:///etc/passwd",
        "data:text/xml,<rss/>",
        "unix://127.0.0.1:P/",
        "ws://127.0.0.1:P/",
        "javascript:alert(1)",
    ),
]
REFUSED = Fault.REFUSED_ADDRESS.value


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_no_feed_is_asked_for_at_a_private_address(world: World, spelling: str) -> None:
    url = world.private(spelling)
    assert (await world.ingest.check(url)).error == REFUSED
    assert (await world.polled(url))[0] == REFUSED
    assert world.trap.knocks() == 0


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_no_redirect_leads_to_a_private_address(world: World, spelling: str) -> None:
    found = await world.ingest.check(world.site.redirect("/feed", world.private(spelling), 302))
    assert found.error == REFUSED
    assert not any(part in (found.detail or "") for part in ("127", "::1", "localhost", "example", "10."))
    assert world.trap.knocks() == 0


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_no_entry_leads_to_a_private_address(world: World, spelling: str) -> None:
    url = world.feed("/feed", world.private(spelling))
    error, articles = await world.polled(url)
    assert error is None
    assert all(article.tier is not Tier.FULL for article in articles)
    assert world.trap.knocks() == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["http://127.0.0.1:P/", "//127.0.0.1:P/", "\\\\127.0.0.1:P/", "http:127.0.0.1:P/"])
async def test_no_kind_of_redirect_does(world: World, status: int, location: str) -> None:
    error, _ = await world.polled(world.site.redirect("/feed", world.private(location), status))
    assert error is not None
    assert world.trap.knocks() == 0


async def test_no_chain_of_redirects_does(world: World) -> None:
    world.site.redirect("/last", world.private("http://127.0.0.1:P/feed"), 302)
    world.site.redirect("/second", world.private("http://public.example:S/last"), 307)
    assert (await world.polled(world.site.redirect("/feed", "/second", 301)))[0] == REFUSED
    assert world.trap.knocks() == 0


async def test_a_name_is_asked_once_and_what_was_checked_is_connected_to(world: World) -> None:
    """DNS rebinding: the second answer is private. It never comes into play, or is refused where it does."""
    url = world.feed("/feed", world.private("http://rebind.example:S/page"))
    world.site.page("/page", f"<html><body><article><p>{TEXT * 5}</p></article></body></html>")
    assert (await world.polled(url.replace(PUBLIC, "rebind.example")))[0] is None
    async with _client(f"{PUBLIC}/32") as fresh:
        again = World(world.site, world.trap, fresh)
        again.site.redirect("/feed", again.private("http://rebind.example:P/feed"), 302)
        assert (await again.polled(again.private("http://rebind.example:S/feed")))[0] == REFUSED
    assert world.trap.knocks() == 0


LURES = {
    "entity": '<!DOCTYPE rss [<!ENTITY x SYSTEM "{trap}">]>',
    "parameter entity": '<!DOCTYPE rss [<!ENTITY % x SYSTEM "{trap}"> %x;]>',
    "dtd": '<!DOCTYPE rss SYSTEM "{trap}">',
    "public dtd": '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "{trap}">',
    "stylesheet": '<?xml-stylesheet type="text/xsl" href="{trap}"?>',
}


@pytest.mark.parametrize("lure", LURES.values(), ids=LURES)
async def test_nothing_that_a_document_refers_to_is_fetched(world: World, lure: str) -> None:
    feed = rss([Item(title="Ships", link="/page", summary="&x;", published=NOON)])
    head, _, body = feed.partition("\n")
    lured = f"{head}{lure.format(trap=world.private('http://127.0.0.1:P/x'))}{body.replace('&amp;x;', '&x;')}"
    await world.polled(world.site.page("/feed", lured, RSS))
    assert world.trap.knocks() == 0


CHANNEL = (
    '<image><url>{t}</url></image><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{t}"/>'
    '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="{t}"/><docs>{t}</docs>'
    '<cloud domain="127.0.0.1" path="/" protocol="xml-rpc"/>'
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{t}" parse="text"/>'
)
HEAD = (
    '<base href="{t}"><link rel="canonical" href="{t}"><link rel="amphtml" href="{t}"><link rel="next" href="{t}">'
    '<meta http-equiv="refresh" content="0; url={t}"><meta property="og:url" content="{t}"><script src="{t}"></script>'
    '<meta property="og:image" content="{t}"><link rel="stylesheet" href="{t}"><link rel="icon" href="{t}">'
)
BODY = '<img src="{t}"><iframe src="{t}"></iframe><video src="{t}"></video><object data="{t}"></object>'
HEADERS = {"Refresh": "0; url={t}", "Link": "<{t}>; rel=canonical", "Content-Location": "{t}", "Alt-Svc": 'h2="{t}"'}


async def test_nothing_that_a_feed_or_page_names_beside_its_entries_is_fetched(world: World) -> None:
    trap = world.private("http://127.0.0.1:P/x")
    headers = {name: value.format(t=trap) for name, value in HEADERS.items()}
    paragraph = f"<article><p>{TEXT * 5}</p></article>"
    page = f"<html><head>{HEAD.format(t=trap)}</head><body>{BODY.format(t=trap)}{paragraph}</body></html>"
    link = world.site.page("/page", page, headers=headers)
    error, articles = await world.polled(world.feed("/feed", link, CHANNEL.format(t=trap)))
    assert error is None
    assert [(article.tier, article.url) for article in articles] == [(Tier.FULL, link)]
    assert await world.ingest.read_again(articles[0]) == articles[0]
    assert world.trap.knocks() == 0


async def test_a_relative_entry_link_cannot_be_based_elsewhere(world: World) -> None:
    feed = rss([Item(title="Ships", link="/page", published=NOON)])
    base = world.private("http://127.0.0.1:P/")
    feed = feed.replace("<rss ", f'<rss xml:base="{base}" ')
    await world.polled(world.site.page("/feed", feed, RSS))
    assert world.trap.knocks() == 0


async def test_discovery_follows_no_page_inside(world: World) -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{world.private(spelling)}">'
        for spelling in (
            "http://127.0.0.1:P/feed",
            "http://[::1]:P/feed",
            "http://private.example:P/",
            "//localhost:P/",
        )
    )
    page = f'<html><head><base href="{world.private("http://127.0.0.1:P/")}">{links}</head><body>News</body></html>'
    found = await world.ingest.check(world.site.page("/", page))
    assert found.error == Fault.NOT_A_FEED.value
    assert world.trap.knocks() == 0


@pytest.mark.parametrize("path", ["/robots.txt", "/.well-known/tdmrep.json"])
async def test_what_a_site_tells_robots_is_not_asked_for_inside(world: World, path: str) -> None:
    world.site.redirect(path, world.private("http://127.0.0.1:P/robots.txt"), 302)
    page = world.site.page("/page", f"<html><body><article><p>{TEXT * 5}</p></article></body></html>")
    _, articles = await world.polled(world.feed("/feed", page))
    assert [article.tier for article in articles] == [Tier.EXCERPT]  # what cannot be known allows nothing
    assert world.site.asked("/page") == []
    assert world.trap.knocks() == 0


async def test_an_imported_or_added_feed_is_no_way_in(world: World) -> None:
    subscribe = Subscribe(world.folder, check=world.ingest.check, refresh=world.ingest.refresh)
    urls = [world.private(each) for each in ("http://127.0.0.1:P/", "http://[::1]:P/", "http://localhost:P/")]
    outlines = "".join(f'<outline type="rss" text="x" xmlUrl="{url}"/>' for url in urls)
    await subscribe.import_feeds(f'<opml version="2.0"><body>{outlines}</body></opml>'.encode())
    report = await world.ingest.poll()
    assert [each.error for each in report.failed] == [REFUSED] * 3
    for url in urls:
        with pytest.raises(InputError, match="No feed was added"):
            await subscribe.add_feed(url.replace("127.0.0.1", "127.1"))
    assert world.trap.knocks() == 0


async def test_no_proxy_of_the_environment_is_a_way_round(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, world.private("http://127.0.0.1:P"))
    assert (await world.polled(world.feed("/feed", "http://public.example/")))[0] is None
    assert world.trap.knocks() == 0


async def test_the_trap_hears_who_comes() -> None:
    """What all of the above rests on: let through, each door leads there."""
    with closing(Trap()) as trap:
        async with NewsSite(PUBLIC) as site, _client("127.0.0.0/8") as web:
            world = World(site, trap, web)
            for spelling in ("http://127.0.0.1:P/", "http://localhost:P/", "http://private.example:P/"):
                asking = asyncio.create_task(world.ingest.check(world.private(spelling)))
                await trap.knock()
                asking.cancel()


@asynccontextmanager
async def _secure(authority: trustme.CA, location: str) -> AsyncIterator[str]:
    """The address of a TLS server that has a feed at `/feed`, and redirects from `/down` to `location`."""

    async def answer(request: http.Request) -> http.Response:
        if request.path == "/down":
            return http.Response(status=302, headers={"Location": location})
        return http.Response(text=rss([Item(title="Ships", link=location)]), content_type="application/rss+xml")

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(PRIVATE).configure_cert(context)
    app = http.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = http.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await http.TCPSite(runner, PRIVATE, 0, ssl_context=context).start()
        yield f"https://{PRIVATE}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_no_redirect_leads_from_a_secure_server_to_an_open_one(tmp_path: Path, trap: Trap) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    async with _secure(authority, f"http://{PRIVATE}:{trap.port}/feed") as base:

        async def checked(path: str, **env: str) -> dict[str, str]:
            shell = Shell(tmp_path)
            shell.env |= env
            found: dict[str, str] = await asyncio.to_thread(shell.document, "feeds", "check", base + path)
            return found

        trusting = {"SSL_CERT_FILE": str(tmp_path / "authority.pem")}
        assert (await checked("/feed", **trusting))["error"] is None
        down = await checked("/down", **trusting)
        assert (down["error"], down["detail"]) == (
            REFUSED,
            "The server leads from https to http, which is not followed.",
        )
        unknown = await checked("/feed")
        assert (unknown["error"], unknown["detail"]) == (
            Fault.UNREACHABLE.value,
            "No secure connection to the server could be made.",
        )
    assert trap.knocks() == 0
