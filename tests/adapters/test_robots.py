import asyncio
from datetime import timedelta

import pytest

from bot.adapters.robots import SiteRobots
from bot.domain.errors import Fault, FetchError
from bot.ports.outside import Request, Response
from tests.doubles.clock import StandingClock
from tests.doubles.workers_here import WorkersHere

URL = "https://example.org/news/ships"


class Sites:
    """Port Web over a table: a body, or the error to raise."""

    def __init__(self, **answers: str | FetchError) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def get(self, request: Request) -> Response:
        self.asked.append(request.url)
        await asyncio.sleep(0)
        answer = self.answers.get("tdm" if request.url.endswith("tdmrep.json") else "robots", status(404))
        if isinstance(answer, FetchError):
            raise answer
        return Response(status=200, url=request.url, body=answer.encode())


def status(number: int) -> FetchError:
    return FetchError(Fault.GONE if number == 410 else Fault.HTTP_STATUS, "No.", status=number)


def robots(sites: Sites, clock: StandingClock | None = None, *broken: str) -> SiteRobots:
    return SiteRobots(sites, WorkersHere(*broken), clock or StandingClock())


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /news/", False),
        ("User-agent: *\nDisallow: /sport/", True),
        ("User-agent: newsthread\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: Newsthread\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\nAllow: /news/ships", True),
        ("<html>no robots here</html>", True),
    ],
)
async def test_robots_txt_decides_for_our_agent(text: str, allowed: bool) -> None:
    assert await robots(Sites(robots=text)).allow(URL) is allowed


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ('[{"location": "/*", "tdm-reservation": 1}]', False),
        ('[{"location": "/news/", "tdm-reservation": 1, "tdm-policy": "https://example.org/p"}]', False),
        ('[{"location": "/", "tdm-reservation": 1}, {"location": "/news/", "tdm-reservation": 0}]', True),
        ('[{"location": "/sport/", "tdm-reservation": 1}]', True),
        ('[{"location": 5}, "x", {"location": "/\\nDisallow: /news", "tdm-reservation": 1}]', True),
        ("<html>", True),
        ('{"location": "/"}', True),
    ],
)
async def test_a_reservation_against_mining_counts_as_much(text: str, allowed: bool) -> None:
    assert await robots(Sites(robots="User-agent: *\nAllow: /", tdm=text)).allow(URL) is allowed


@pytest.mark.parametrize("number", [404, 401, 403, 410])
async def test_a_site_without_robots_txt_allows_everything(number: int) -> None:
    assert await robots(Sites(robots=status(number))).allow(URL)


@pytest.mark.parametrize("error", [status(500), status(503), FetchError(Fault.TIMEOUT, "Slow.")])
async def test_a_site_whose_robots_txt_cannot_be_had_allows_nothing_for_an_hour(error: FetchError) -> None:
    clock = StandingClock()
    sites = Sites(robots=error)
    site = robots(sites, clock)
    assert not await site.allow(URL)
    sites.answers["robots"] = ""
    assert not await site.allow(URL)
    clock.move(timedelta(hours=1))
    assert await site.allow(URL)


async def test_a_host_is_asked_once_a_day_however_many_pages_it_has() -> None:
    clock, sites = StandingClock(), Sites(robots="User-agent: *\nDisallow: /private")
    site = robots(sites, clock)
    assert all(await asyncio.gather(*(site.allow(f"https://example.org/{n}") for n in range(5))))
    assert not await site.allow("https://example.org/private")
    assert sites.asked == ["https://example.org/robots.txt", "https://example.org/.well-known/tdmrep.json"]
    await site.allow("https://example.org:8443/")
    assert sites.asked[2] == "https://example.org:8443/robots.txt"
    clock.move(timedelta(days=1))
    await site.allow(URL)
    assert len(sites.asked) == 6


async def test_rules_that_take_for_ever_allow_nothing() -> None:
    assert not await robots(Sites(robots="User-agent: *\nDisallow: /x"), None, "permits").allow(URL)


async def test_rules_fetched_by_a_clock_that_is_set_back_are_fetched_anew() -> None:
    clock, sites = StandingClock(), Sites(robots="User-agent: *\nDisallow: /")
    asking = robots(sites, clock)
    assert not await asking.allow(URL)
    clock.move(-timedelta(days=400))
    sites.answers["robots"] = ""
    assert await asking.allow(URL)
