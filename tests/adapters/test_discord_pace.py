"""No second sees more requests than Discord takes, however they come and however the loop stumbles."""

import asyncio
import random
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

import discord
import pytest

from bot.adapters.discord_delivery.pace import AT_ONCE, PER_SECOND, Pace, paced
from tests.doubles.discord import DiscordServer

DISCORDS = 50


class Ticking:
    """A time that passes when somebody sleeps, by `late` too much each time."""

    def __init__(self, late: Sequence[float] = (0.0,)) -> None:
        self.at = 100.0
        self.late = late
        self.slept = 0

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds + self.late[self.slept % len(self.late)]
        self.slept += 1


async def sent(pace: Pace, time: Ticking, count: int) -> list[float]:
    found = []
    for _ in range(count):
        await pace.wait()
        found.append(time.at)
    return found


def most_in_a_second(times: list[float]) -> int:
    return max(number + 1 - bisect_left(times, at - 1 + 1e-9) for number, at in enumerate(times))


@pytest.mark.parametrize("late", [[0.0], [0.0, 0.005], [0.0] * 9 + [0.3], [2.0, 0.0]], ids=str)
async def test_no_second_has_more_than_discord_takes(late: list[float]) -> None:
    time = Ticking(late)
    times = await sent(Pace(now=time.now, sleep=time.sleep), time, 500)
    assert most_in_a_second(times) <= PER_SECOND + AT_ONCE <= DISCORDS


async def test_what_comes_at_any_times_keeps_the_pace_and_its_order() -> None:
    chance, time, times = random.Random(7), Ticking([0.0, 0.02]), []
    pace = Pace(now=time.now, sleep=time.sleep)
    for _ in range(800):
        time.at += chance.choice([0.0, 0.0, 0.0, 0.001, 0.2])
        await pace.wait()
        times.append(time.at)
    assert most_in_a_second(times) <= DISCORDS
    assert all(first <= second for first, second in pairwise(times))


async def test_small_delays_cost_no_throughput() -> None:
    time = Ticking([0.0, 0.01, 0.03])
    times = await sent(Pace(now=time.now, sleep=time.sleep), time, 461)
    assert times[-1] - times[0] == pytest.approx(460 / PER_SECOND, abs=0.2)


async def test_every_request_of_a_client_waits_its_turn_but_for_answers_to_interactions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    time = Ticking()
    pace = Pace(2, 1, now=time.now, sleep=time.sleep)
    async with DiscordServer() as server:
        monkeypatch.setattr(discord.http.Route, "BASE", server.api_url)
        async with discord.Client(intents=discord.Intents.none(), http_trace=paced(pace)) as client:
            await client.login(server.token)
            before = time.at
            await client.fetch_user(server.owner.id)
            assert time.at == before + 0.5
            with pytest.raises(discord.NotFound):
                await discord.Webhook.partial(1, "nothing", client=client).send("x")
            assert time.at == before + 0.5
            server.fail_next("GET", "/users/", status=500)
            repeated = asyncio.create_task(client.fetch_user(server.owner.id))
            await server.wait_for(lambda: [call.status for call in server.requests][-1] == 500)
            await repeated
            assert time.at == before + 1.5
