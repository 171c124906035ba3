import asyncio
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address, ip_network

import pytest
from yarl import URL

from bot.adapters.guard import AddressGuard, HostTurns, RefusedAddressError, is_public
from tests.doubles.clock import StandingClock

PRIVATE = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1"),
    *("198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808"),
    *("64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::1", "2001:0:1::1", "2001:db8::1", "3fff::1", "5f00::1"),
    *("fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "100::1", "2606:4700::1%eth0"),
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "100.63.255.255", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]


def guard(*allowed: str, **names: Sequence[str]) -> AddressGuard:
    async def lookup(host: str, port: int) -> Sequence[str]:
        return names[host.partition(".")[0]]

    return AddressGuard([ip_network(block) for block in allowed], lookup)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_of_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))
    host = f"[{address.replace('%', '%25')}]" if ":" in address else address
    with pytest.raises(RefusedAddressError):
        guard().check(URL(f"http://{host}/feed"))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_not(address: str) -> None:
    assert is_public(ip_address(address))
    guard().check(URL(f"https://[{address}]/" if ":" in address else f"https://{address}/"))


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "127.0.0.1.", "0", "1.2.3.4.5", "017700000001"),
        *("127。0。0。1", "１２７.0.0.1", "example.0x7f", "10.1."),
    ],
)
def test_odd_spellings_of_an_address_are_refused(host: str) -> None:
    with pytest.raises((RefusedAddressError, ValueError)):
        guard().check(URL(f"http://{host}/"))


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://example.org/a", "data:text/plain,x", "gopher://example.org/", "//example.org/"),
        *(
            "http://example.org:22/",
            "https://example.org:8443/",
            "http://8.8.8.8:8080/",
            "javascript:alert(1)",
            "/feed",
        ),
    ],
)
def test_other_schemes_and_ports_are_refused(url: str) -> None:
    with pytest.raises(RefusedAddressError):
        guard().check(URL(url))


def test_no_redirect_leads_from_https_to_http() -> None:
    secure, plain = URL("https://example.org/"), URL("http://example.org/")
    guard().check(secure, came_from=plain)
    with pytest.raises(RefusedAddressError, match="https to http"):
        guard().check(plain, came_from=secure)


def test_allowed_networks_are_open_on_any_port() -> None:
    tests = guard("127.0.0.0/8", "fd00::/8")
    tests.check(URL("http://127.0.0.1:8080/feed"))
    tests.check(URL("http://[fd00::1]:9999/feed"))
    for other in ("http://10.0.0.1/", "http://8.8.8.8:8080/", "http://[::1]:8080/"):
        with pytest.raises(RefusedAddressError):
            tests.check(URL(other))


async def test_a_name_is_good_when_all_its_addresses_are() -> None:
    names = guard(good=["93.184.216.34", "2606:4700::1111"], mixed=["93.184.216.34", "10.0.0.1"], bad=["127.0.0.1"])
    assert await names.addresses(URL("https://good.example/")) == ["93.184.216.34", "2606:4700::1111"]
    for host in ("mixed.example", "bad.example"):
        with pytest.raises(RefusedAddressError) as refused:
            await names.addresses(URL(f"https://{host}/"))
        assert "10.0.0.1" not in str(refused.value)
        assert "127" not in str(refused.value)
    with pytest.raises(RefusedAddressError, match="ports"):
        await names.addresses(URL("http://good.example:8080/"))


async def test_of_a_names_addresses_only_allowed_ones_are_connected_to() -> None:
    names = guard("127.0.0.0/8", local=["::1", "127.0.0.1"])
    assert await names.addresses(URL("http://local.example:8080/")) == ["127.0.0.1"]


async def test_a_host_is_asked_once_at_a_time_with_a_pause_between() -> None:
    clock = StandingClock()
    turns = HostTurns(clock, pause=timedelta(seconds=1), at_once=50)
    running = most = 0

    async def ask(host: str) -> None:
        nonlocal running, most
        async with turns.turn(host):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(ask("one.example:443") for _ in range(4)))
    assert most == 1
    assert [span for span in clock.slept if span > timedelta()] == [timedelta(seconds=1)] * 3
    await asyncio.gather(*(ask(f"host-{n}.example:443") for n in range(4)))
    assert most == 4
    assert len([span for span in clock.slept if span > timedelta()]) == 3


async def test_a_host_rests_as_long_as_it_asks_and_no_longer_for_a_clock_that_is_set_back() -> None:
    clock = StandingClock()
    turns = HostTurns(clock, pause=timedelta(), at_once=2)

    async def left(host: str = "one.example:443") -> timedelta | None:
        async with turns.turn(host):
            return turns.rest_of(host)

    async with turns.turn("one.example:443"):
        turns.let_rest("one.example:443", timedelta(hours=2))
    assert (await left(), await left("two.example:443")) == (timedelta(hours=2), None)
    clock.move(timedelta(hours=1))
    assert await left() == timedelta(hours=1)
    clock.move(timedelta(days=-1))
    assert await left() is None
    clock.move(timedelta(days=1, hours=1))
    assert await left() is None


async def test_waiting_for_a_slow_host_takes_no_room_from_others() -> None:
    turns = HostTurns(StandingClock(), pause=timedelta(), at_once=2)
    release = asyncio.Event()

    async def ask(host: str) -> None:
        async with turns.turn(host):
            if host == "slow.example:443":
                await release.wait()

    waiting = [asyncio.create_task(ask("slow.example:443")) for _ in range(10)]
    await asyncio.sleep(0)
    await asyncio.wait_for(asyncio.gather(*(ask(f"{n}.example:443") for n in range(10))), 1)
    assert not any(task.done() for task in waiting)
    release.set()
    await asyncio.gather(*waiting)


async def test_a_clock_that_is_set_back_makes_no_pause_longer() -> None:
    clock = StandingClock()
    turns = HostTurns(clock, pause=timedelta(seconds=1), at_once=2)
    async with turns.turn("one.example:443"):
        pass
    clock.move(timedelta(hours=-1))
    async with turns.turn("one.example:443"):
        pass
    assert clock.slept[-1] == timedelta(seconds=1)
