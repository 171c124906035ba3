"""Behaviours 1 to 23 of a good feed client, "Asking": what a server sees of us, and when.

Each test is one behaviour, driven through `poll`, `refresh` and `check` against servers on loopback.
"""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from aiohttp import web

from bot.domain.articles import Tier
from bot.domain.feeds import FeedUrl
from tests.behaviours.world import DAY, EVERY, HOUR, MINUTE, World, html
from tests.doubles.clock import NOON
from tests.doubles.news_site import Item, rss

MODIFIED = "Sun, 18 Jan 2026 11:00:00 GMT"
ODD_TAG = 'W/"1 2,\'"'


async def test_a_first_fetch_sends_no_validators_and_keeps_those_that_come_byte_for_byte(world: World) -> None:
    """Behaviour 1."""
    url = world.site.feed("/feed", [world.item("ships")], etag=ODD_TAG, last_modified=MODIFIED)
    await world.follow(url)
    await world.ingest.poll()
    (asked,) = world.site.asked("/feed")
    assert {"If-None-Match", "If-Modified-Since"}.isdisjoint(asked.headers)
    state = await world.state(url)
    assert (state.etag, state.last_modified) == (ODD_TAG, MODIFIED)


async def test_the_next_fetch_carries_exactly_those_validators(world: World) -> None:
    """Behaviour 2."""
    await world.follow(world.site.feed("/feed", [world.item("ships")], etag=ODD_TAG, last_modified=MODIFIED))
    await world.ingest.poll()
    await world.begin()
    await world.poll_after(EVERY)
    headers = world.site.asked("/feed")[1].headers
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == (ODD_TAG, MODIFIED)


async def test_validators_that_are_no_text_are_not_kept_and_hinder_no_other_feed(world: World) -> None:
    async def odd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = rss([world.item("tugs")]).encode()
        head = b'HTTP/1.1 200 OK\r\nETag: "\xff"\r\nLast-Modified: \xfe\r\nContent-Type: text/xml\r\n'
        writer.write(head + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
        writer.close()

    async with await asyncio.start_server(odd, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"
        await world.follow(url, world.site.feed("/feed", [world.item("ships")]))
        for again in range(2):
            assert (await world.poll_after(again * DAY)).failed == ()
    assert set(await world.articles()) == {"Ships", "Tugs"}
    state = await world.state(url)
    assert (state.etag, state.last_modified) == (None, None)


async def test_a_304_is_no_error_parses_nothing_and_leaves_the_validators_that_came_with_it(world: World) -> None:
    """Behaviour 3."""
    url = world.site.feed("/feed", [world.item("ships")], etag='"1"')
    await world.follow(url)
    await world.ingest.poll()

    async def unchanged(request: web.Request) -> web.Response:
        return web.Response(status=304, headers={"ETag": '"2"'})

    world.site.handler("/feed", unchanged)
    world.workers.calls.clear()
    report = await world.poll_after(EVERY)
    assert (report.not_modified, report.failed, world.workers.calls) == (1, (), [])
    state = await world.state(url)
    assert (state.etag, state.checked_at, state.error) == ('"2"', NOON + EVERY, None)
    assert len(world.site.asked("/ships")) == 1


async def test_the_same_body_again_is_unchanged_also_without_validators(world: World) -> None:
    """Behaviour 4."""
    await world.follow(world.site.feed("/feed", [world.item("ships")]))
    await world.ingest.poll()
    world.workers.calls.clear()
    report = await world.poll_after(EVERY)
    assert (report.feeds, report.not_modified, world.workers.calls) == (1, 1, [])


async def test_a_server_that_says_304_for_eight_days_is_asked_once_without_validators(world: World) -> None:
    """Behaviour 5."""
    await world.follow(world.site.feed("/feed", [world.item("ships")], etag='"1"'))
    for _ in range(12):
        await world.poll_after(DAY)
    with_validators = ["If-None-Match" in asked.headers for asked in world.site.asked("/feed")]
    assert with_validators == [False, *[True] * 8, False, True, True]


async def test_the_next_due_time_survives_a_restart(world: World) -> None:
    """Behaviour 6."""
    await world.follow(world.site.feed("/feed", [world.item("ships")]))
    await world.ingest.poll()
    await world.begin()
    assert not await world.asked_after(EVERY - timedelta(seconds=1))
    await world.begin()
    assert await world.asked_after(timedelta(seconds=1))


async def test_a_refresh_that_is_repeated_asks_each_feed_once_in_ten_minutes(world: World) -> None:
    """Behaviour 7."""
    urls = [FeedUrl(world.site.feed(f"/{name}", [world.item(f"{name}-ships")])) for name in ("one", "two", "three")]
    await world.follow(*urls[:2])
    assert (await world.ingest.refresh(urls)).feeds == 2, "the third is not followed"
    for _ in range(3):
        world.clock.move(3 * MINUTE)
        assert (await world.ingest.refresh(urls)).feeds == 0
    assert (await world.ingest.poll(force=True)).feeds == 2, "what the operator asks for has no floor"
    world.clock.move(10 * MINUTE)
    assert (await world.ingest.refresh(urls[:1])).feeds == 1
    assert [len(world.site.asked(f"/{name}")) for name in ("one", "two", "three")] == [3, 2, 0]


@pytest.mark.parametrize(
    ("headers", "markup", "rest"),
    [
        ({"Cache-Control": "public, max-age=7200"}, "", 2 * HOUR),
        ({"Expires": "Sun, 18 Jan 2026 15:00:00 GMT", "Date": "Sun, 18 Jan 2026 12:00:00 GMT"}, "", 3 * HOUR),
        ({"Cache-Control": "max-age=7200"}, "<ttl>240</ttl>", 4 * HOUR),
        ({"Cache-Control": "max-age=18000"}, "<ttl>240</ttl>", 5 * HOUR),
        ({"Cache-Control": "max-age=31536000"}, "<ttl>999999</ttl>", DAY),
        ({"Cache-Control": "no-cache, max-age=7200"}, "", EVERY),
        ({"Cache-Control": "max-age=60"}, "<ttl>1</ttl>", EVERY),
    ],
)
async def test_the_longest_wish_of_headers_and_feed_is_obeyed_up_to_a_day(
    world: World, headers: dict[str, str], markup: str, rest: timedelta
) -> None:
    """Behaviour 8."""
    url = FeedUrl(world.site.feed("/feed", [world.item("ships")], headers=headers, markup=markup, etag='"1"'))
    await world.follow(url)
    await world.ingest.poll()
    for _ in range(2):  # the answers after the first are 304, which brings no document
        assert not await world.asked_after(rest - MINUTE)
        assert rest == EVERY or (await world.ingest.refresh([url])).feeds == 0
        assert await world.asked_after(MINUTE)


@pytest.mark.parametrize(
    ("markup", "until"),
    [
        ("<skipHours><hour>12</hour><hour>13</hour></skipHours>", NOON.replace(hour=14)),
        ("<skipDays><day>Sunday</day><day>Monday</day></skipDays>", datetime(2026, 1, 20, tzinfo=UTC)),
    ],
)
async def test_hours_and_days_that_a_feed_skips_are_not_used(world: World, markup: str, until: datetime) -> None:
    """Behaviour 9."""
    url = FeedUrl(world.site.feed("/feed", [world.item("ships")], markup=markup))
    await world.follow(url)
    await world.ingest.poll()
    assert not await world.asked_after(until - NOON - MINUTE)
    assert (await world.ingest.refresh([url])).feeds == 0
    assert await world.asked_after(MINUTE)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "rest"),
    [
        ({"Retry-After": "7200"}, 2 * HOUR),
        ({"Retry-After": "Fri, 01 Jan 1999 05:00:00 GMT", "Date": "Fri, 01 Jan 1999 00:00:00 GMT"}, 5 * HOUR),
        ({}, 10 * MINUTE),
    ],
)
async def test_a_host_that_is_busy_rests_with_all_its_feeds_as_long_as_it_asks(
    world: World, status: int, headers: dict[str, str], rest: timedelta
) -> None:
    """Behaviour 10."""
    other = world.site.feed("/feed", [world.item("ships")])
    await world.follow(other)
    await world.ingest.poll()
    busy, also = (world.site.page(path, b"", status=status, headers=headers) for path in ("/busy", "/busy?2"))
    await world.follow(busy, also)
    await world.poll_after(EVERY - MINUTE)
    assert len(world.site.asked("/busy")) == (2 if (status, headers) == (503, {}) else 1)
    assert await world.rest(busy) >= rest
    assert await world.rest(other) == rest
    assert not await world.asked_after(rest - MINUTE)


async def test_refusals_rest_long_and_what_is_gone_is_never_asked_again_and_told_once(world: World) -> None:
    """Behaviour 11."""
    forbidden, missing = (world.site.page(f"/{status}", b"", status=status) for status in (403, 404))
    gone = world.site.page("/gone", b"", status=410)
    await world.follow(world.site.feed("/feed", [world.item("ships")]), forbidden, missing, gone)
    rests: dict[str, list[timedelta]] = {forbidden: [], missing: []}
    for _ in range(8):
        await world.poll_after(3 * DAY)
        for url, waits in rests.items():
            waits.append(await world.rest(url))
    assert rests[forbidden][1:] == [4 * HOUR] * 7
    assert all(one <= two for one, two in pairwise(rests[missing]))
    assert (rests[missing][0], rests[missing][-1]) == (HOUR, 2 * DAY)
    await world.begin()
    await world.ingest.poll(force=True)
    assert len(world.site.asked("/gone")) == 1
    of_gone = [text for text in await world.told() if "gone for good" in text]
    assert len(of_gone) == 1
    assert world.site.url("/gone") in of_gone[0]


async def test_a_permanent_redirect_is_adopted_the_second_time_and_a_temporary_one_never(world: World) -> None:
    """Behaviour 12."""
    new = world.site.feed("/new", [world.item("ships")])
    moved, for_now = world.site.redirect("/old", "/new", 308), world.site.redirect("/for-now", "/new", 302)
    refused = world.site.redirect("/refused", "http://10.0.0.1/feed", 301)
    await world.follow(moved, for_now, refused)
    await world.ingest.poll()
    assert set(await world.followed()) == {moved, for_now, refused}
    await world.poll_after(EVERY)
    assert set(await world.followed()) == {new, for_now, refused}
    assert set(await world.folder.feed_states.all()) == {new, for_now, refused}
    report = await world.poll_after(DAY)
    assert (report.feeds, report.new_articles) == (3, 0)
    assert set(await world.followed()) == {new, for_now, refused}


async def test_a_permanent_redirect_to_a_log_in_page_is_never_stored(world: World) -> None:
    """Behaviour 13."""
    world.site.page("/login", html())
    old = world.site.redirect("/feed", "/login", 301)
    await world.follow(old, world.site.feed("/other", [world.item("ships")]))
    for _ in range(4):
        report = await world.poll_after(3 * DAY)
        assert [failed.error for failed in report.failed] == ["not_a_feed"]
    assert old in await world.followed()
    assert (await world.state(old)).moved_to is None


async def test_failures_back_off_with_jitter_are_silent_at_first_told_after_three_and_told_when_over(
    world: World,
) -> None:
    """Behaviour 14."""
    good = world.site.feed("/good", [world.item("ships")])
    bad = world.site.page("/bad", b"", status=500)
    await world.follow(good, bad)
    waits = []
    for luck in (0.0, 0.0, 0.0, 1.0):
        assert (await world.told() == []) is (len(waits) < 3)
        world.luck = lambda luck=luck: luck
        await world.poll_after(5 * HOUR)
        waits.append(await world.rest(bad))
    assert waits == [EVERY, 2 * EVERY, 4 * EVERY, 8 * EVERY * 0.75]
    (text,) = await world.told()
    assert "failing" in text
    assert bad in text
    world.site.feed("/bad", [world.item("cranes")])
    for _ in range(2):
        await world.begin()
        await world.poll_after(DAY)
    (_, again) = await world.told()
    assert "well again" in again
    assert bad in again


async def test_when_everything_fails_at_once_no_feed_is_penalised_and_the_operator_is_told(world: World) -> None:
    """Behaviour 15."""
    urls = [world.site.feed(f"/{n}", [world.item(f"ships-{n}")]) for n in range(3)]
    await world.follow(*urls)
    await world.ingest.poll()
    for n in range(3):
        world.site.drops(f"/{n}")
    for _ in range(6):
        await world.poll_after(EVERY)
        states = [await world.state(url) for url in urls]
        assert [state.failures for state in states] == [0, 0, 0]
        assert all(timedelta() < state.due_at - world.clock.now() <= EVERY for state in states)
    (text,) = await world.told()
    assert "No feed has answered since 2026-01-18 12:30 UTC" in text
    for n in range(3):
        world.site.feed(f"/{n}", [world.item(f"cranes-{n}")])
    assert (await world.poll_after(EVERY)).new_articles == 3
    assert [text.partition(".")[0] for text in (await world.told())[1:]] == ["Feeds answer again"]


async def test_a_host_gets_one_request_at_a_time_a_second_apart_and_delays_no_other(world: World) -> None:
    """Behaviour 16."""
    await world.begin(host_pause=timedelta(seconds=1))
    slow, quick = world.site, await world.another_site()
    done = asyncio.Event()

    async def waits_for_the_other(request: web.Request) -> web.Response:
        await asyncio.wait_for(done.wait(), 20)
        return web.Response(body=b"<rss><channel><title>Slow</title></channel></rss>", content_type="text/xml")

    async def last_of_the_other(request: web.Request) -> web.Response:
        done.set()
        return web.Response(body=b"<rss><channel><title>Quick</title></channel></rss>", content_type="text/xml")

    urls = [slow.handler(f"/{n}", waits_for_the_other) for n in range(3)]
    urls += [quick.feed(f"/{n}", []) for n in range(2)] + [quick.handler("/last", last_of_the_other)]
    await world.follow(*urls)
    report = await world.ingest.poll()
    assert (report.feeds, report.failed) == (6, ())
    assert (slow.most_at_once, quick.most_at_once) == (1, 1)
    pauses = [span for span in world.clock.slept if span > timedelta()]
    assert pauses
    assert all(span <= timedelta(seconds=1) for span in pauses)
    assert world.clock.now() - NOON >= timedelta(seconds=2), "three requests to a host take two pauses"


async def test_feeds_that_are_all_due_at_the_start_are_spread_by_jitter(world: World) -> None:
    """Behaviour 17."""
    world.luck = random.Random(7).random
    urls = [world.site.feed(f"/{n}", []) for n in range(30)]
    await world.follow(*urls)
    assert (await world.ingest.poll()).feeds == 30
    rests = sorted([await world.rest(url) for url in urls])
    assert len(set(rests)) == 30
    assert EVERY * 0.9 <= rests[0] < rests[-1] <= EVERY
    assert rests[-1] - rests[0] > 2 * MINUTE


async def test_requests_say_who_we_are_and_carry_no_cookie_referer_or_disguise(world: World) -> None:
    """Behaviour 18."""
    await world.begin(contact="https://example.org/bot")
    world.site.feed("/new", [world.item("ships")], headers={"Set-Cookie": "who=me; Path=/"})
    await world.follow(world.site.redirect("/feed", "/new", 302))
    for _ in range(2):
        await world.poll_after(EVERY)
    assert {"/feed", "/new", "/ships", "/robots.txt"} <= {asked.path for asked in world.site.requests}
    for asked in world.site.requests:
        agent = asked.headers["User-Agent"]
        assert agent.startswith("Newsthread/")
        assert agent.endswith(" (+https://example.org/bot)")
        assert "Mozilla" not in agent
        assert {"Cookie", "Referer"}.isdisjoint(asked.headers)


async def test_every_coding_is_decoded_and_the_limits_count_decoded_bytes_and_stop_the_transfer(world: World) -> None:
    """Behaviour 19."""
    for coding in ("gzip", "br", "zstd", "deflate"):
        check = await world.ingest.check(world.site.feed("/feed", [world.item("ships")], encoding=coding))
        assert (check.error, len(check.entries)) == (None, 1)
    bomb = world.site.gzip_bomb("/bomb", plain_bytes=64 << 20)
    assert (await world.ingest.check(bomb)).error == "too_large"
    item = world.item("ships", summary="Forty ships waited.")
    world.site.endless("/ships", b"<p>" + b"x" * 100_000, head=b"<html>")
    await world.follow(world.site.feed("/feed", [item]))
    await world.ingest.poll()
    assert (await world.articles())["Ships"].tier is Tier.EXCERPT
    (endless,) = world.site.asked("/ships")
    await asyncio.wait_for(endless.done.wait(), 20)
    assert endless.sent_bytes < 15_000_000


async def test_a_body_that_drips_meets_a_deadline_for_all_of_it(world: World) -> None:
    """Behaviour 20."""
    await world.begin(share=0.03)
    drip = world.site.drips("/drip", b"<rss>" + b" " * 1_000, pause=timedelta(seconds=0.02))
    check = await world.ingest.check(drip)
    assert (check.error, check.detail) == ("timeout", "The server took too long to answer.")
    assert {request.total for request in world.web.asked} == {timedelta(seconds=30)}
    assert sum(asked.sent_bytes for asked in world.site.asked("/drip")) < 1_000


async def test_a_web_page_where_a_feed_should_be_is_not_a_feed_and_changes_nothing_stored(world: World) -> None:
    """Behaviour 21."""
    url = world.site.feed("/feed", [world.item("ships")], etag='"1"')
    await world.follow(url, world.site.feed("/other", []))
    await world.ingest.poll()
    before = await world.state(url)
    world.site.page("/feed", html(), etag='"2"')
    report = await world.poll_after(EVERY)
    assert [(failed.url, failed.error) for failed in report.failed] == [(url, "not_a_feed")]
    after = await world.state(url)
    assert (after.etag, after.body_hash, after.succeeded_at) == (before.etag, before.body_hash, before.succeeded_at)


async def test_a_feed_that_many_follow_is_asked_once(world: World) -> None:
    """Behaviour 22."""
    url = world.site.feed("/feed", [world.item("ships")])
    for topics in (("Ships",), ("Harbours",), ("Ships", "Harbours")):
        await world.follow(url, topics=topics)
    reports = await asyncio.gather(
        world.ingest.poll(), world.ingest.poll(), *(world.ingest.refresh([FeedUrl(url)]) for _ in range(5))
    )
    assert sum(report.feeds for report in reports) == 1
    assert (len(world.site.asked("/feed")), len(world.site.asked("/ships"))) == (1, 1)


async def test_a_sites_address_leads_to_its_feed_by_what_it_names_and_then_by_the_usual_places(world: World) -> None:
    """Behaviour 23."""
    usual = world.site.feed("/rss.xml", [world.item("ships")])
    front = world.site.page("/", html())
    assert (await world.ingest.check(front)).feed_url == usual
    named = world.site.feed("/deep/feed", [Item("Ships", world.site.url("/ships"))])
    world.site.page("/", html(head='<link rel="alternate" type="application/rss+xml" href="deep/feed">'))
    check = await world.ingest.check(front)
    assert (check.url, check.feed_url, check.error) == (front, named, None)
