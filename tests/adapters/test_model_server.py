"""One model on any compatible server, over a real socket: what it takes, what it costs, when it is left alone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import openai
import pytest

from bot.adapters.model_server import AT_ONCE, Call, ModelServer
from bot.adapters.purse import Purse
from bot.domain.errors import BudgetError, ModelError
from bot.domain.schedules import ServerId
from bot.domain.servers import Server
from bot.domain.status import ModelState
from bot.domain.usage import EVERYONE, Budgets, Payer, Usage
from tests.domain.samples import NOW
from tests.doubles.clock import StandingClock
from tests.doubles.memory import MemoryUsageLedger
from tests.doubles.model_server import BROKEN, Body, Reply, error, refusing
from tests.doubles.model_server import ModelServer as Double

SCHEMA = {"name": "answer", "schema": {"type": "object"}}
CALL = Call(task="story", system="Be brief.", user="<topic/>", deadline=timedelta(seconds=5), schema=SCHEMA)
MINUTE = timedelta(minutes=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ANNA, BEN = Payer(server="discord:1", member="anna"), Payer(server="discord:1", member="ben")
CARL = Payer(server="discord:2", member="carl")


def yes(body: Body) -> Reply:
    """A model of few words."""
    return Reply(content="yes")


class Bench:
    """A model on a server, with its ledger and a clock that a test moves."""

    def __init__(self, double: Double, client: openai.AsyncOpenAI) -> None:
        self.double = double
        self.client = client
        self.ledger = MemoryUsageLedger()
        self.clock = StandingClock(NOW)
        self.servers: dict[ServerId, Server] = {}
        self.model = self.with_budgets()

    def with_budgets(self, **tokens: int) -> ModelServer:
        purse = Purse(self.ledger, self.clock, Budgets(**tokens), self._settings_of)
        return ModelServer(self.client, "m", ledger=self.ledger, clock=self.clock, purse=purse)

    async def _settings_of(self, server: ServerId) -> Server:
        return self.servers.get(server, Server(id=server))

    async def fails(self, times: int = 1, match: str = "The model") -> None:
        for _ in range(times):
            with pytest.raises(ModelError, match=match):
                await self.model.complete(CALL, str)

    @property
    def asked(self) -> int:
        return len(self.double.requests)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with (
        Double(yes) as double,
        openai.AsyncOpenAI(api_key="k", base_url=double.base_url, max_retries=0) as client,
    ):
        yield Bench(double, client)


@pytest.mark.parametrize("wrong", BROKEN.values(), ids=BROKEN.keys())
async def test_every_broken_reply_becomes_an_error_of_ours(bench: Bench, wrong: Reply) -> None:
    bench.double.script(wrong)
    await bench.fails()


async def test_a_reply_in_parts_is_joined_without_its_thoughts(bench: Bench) -> None:
    parts = b'[{"type": "thinking", "thinking": []}, {"type": "text", "text": "ye"}, {"type": "text", "text": "s"}]'
    raw = b'{"id": "c", "choices": [{"index": 0, "finish_reason": "stop", "message": {"content": %s}}]}' % parts
    bench.double.script(Reply(raw=raw))
    assert await bench.model.complete(CALL, str) == "yes"


@pytest.mark.parametrize(
    ("refused", "sent"),
    [
        ((), ["json_schema max_tokens"] * 2),
        (("json_schema",), ["json_schema max_tokens", "json_object max_tokens", "json_object max_tokens"]),
        (
            ("json_schema", "json_object"),
            ["json_schema max_tokens", "json_object max_tokens"] + ["None max_tokens"] * 2,
        ),
        (("max_tokens",), ["json_schema max_tokens"] + ["json_schema max_completion_tokens"] * 2),
        (
            ("max_tokens", "max_completion_tokens"),
            ["json_schema max_tokens", "json_schema max_completion_tokens", "json_schema ", "json_schema "],
        ),
    ],
)
async def test_what_a_server_does_not_take_is_not_sent_again(
    bench: Bench, refused: tuple[str, ...], sent: list[str]
) -> None:
    bench.double.handler = refusing(yes, *refused)
    for _ in range(2):
        await bench.model.complete(CALL, str)
    shapes = [
        f"{(body.get('response_format') or {}).get('type')} {''.join(name for name in body if name.startswith('max_'))}"
        for body in bench.double.requests
    ]
    assert shapes == sent


async def test_a_request_refused_whatever_it_holds_teaches_nothing(bench: Bench) -> None:
    bench.double.script(*[error(400, "maximum context length is 4096 tokens")] * 3)
    await bench.fails(match="HTTP status 400")
    await bench.model.complete(CALL, str)
    assert bench.double.requests[-1]["response_format"]["type"] == "json_schema"


async def test_a_call_without_a_schema_asks_for_no_format(bench: Bench) -> None:
    await bench.model.check()
    assert "response_format" not in bench.double.requests[0]


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (401, "OPENAI_API_KEY"),
        (403, "OPENAI_API_KEY"),
        (404, "OPENAI_MODEL"),
        (429, "quota"),
        (418, "HTTP status 418"),
        (503, "HTTP status 503"),
    ],
)
async def test_what_the_operator_can_mend_is_named_and_nothing_of_the_servers_own_words(
    bench: Bench, status: int, hint: str
) -> None:
    bench.double.script(error(status, "secret detail of the server"))
    with pytest.raises(ModelError, match=hint) as caught:
        await bench.model.complete(CALL, str)
    assert "secret" not in str(caught.value)


async def test_a_server_that_is_not_there_is_said_to_be_so(bench: Bench) -> None:
    async with openai.AsyncOpenAI(api_key="k", base_url="http://127.0.0.1:9/v1", max_retries=0) as client:
        model = ModelServer(client, "m", ledger=bench.ledger, clock=bench.clock)
        with pytest.raises(ModelError, match="OPENAI_BASE_URL"):
            await model.complete(CALL, str)


async def test_a_model_that_takes_too_long_is_given_up(bench: Bench) -> None:
    bench.double.script(Reply(content="yes", delay=timedelta(seconds=1)))
    hasty = Call(task="t", system="s", user="u", deadline=timedelta(milliseconds=50))
    with pytest.raises(ModelError, match="too long"):
        await bench.model.complete(hasty, str)


async def test_after_three_failures_the_model_is_left_alone_for_a_minute(bench: Bench) -> None:
    bench.double.script(*[error(500, "down")] * 3)
    await bench.fails(4)
    assert bench.asked == 3
    bench.clock.move(MINUTE - timedelta(seconds=1))
    await bench.fails(match="left alone")
    bench.clock.move(timedelta(seconds=1))
    assert await bench.model.complete(CALL, str) == "yes"
    bench.double.script(error(500, "down"))
    await bench.fails()
    assert await bench.model.complete(CALL, str) == "yes", "one failure is not three in a row"


async def test_a_trial_that_fails_opens_the_breaker_for_another_minute(bench: Bench) -> None:
    bench.double.script(*[error(500, "down")] * 4)
    await bench.fails(3)
    bench.clock.move(MINUTE)
    await bench.fails(2)
    assert bench.asked == 4
    bench.clock.move(MINUTE)
    assert await bench.model.complete(CALL, str) == "yes"


async def test_the_trial_is_one_call_however_many_are_waiting(bench: Bench) -> None:
    bench.double.script(*[error(500, "down")] * 3, Reply(content="yes", delay=timedelta(milliseconds=100)))
    await bench.fails(3)
    bench.clock.move(MINUTE)
    results = await asyncio.gather(*(bench.model.complete(CALL, str) for _ in range(4)), return_exceptions=True)
    assert bench.asked == 4
    assert [result for result in results if result == "yes"] == ["yes"]
    assert await bench.model.complete(CALL, str) == "yes"


async def test_a_trial_that_is_cancelled_leaves_room_for_another(bench: Bench) -> None:
    asked, never = asyncio.Event(), asyncio.Event()

    async def hangs(body: Body) -> None:
        asked.set()
        await never.wait()

    bench.double.script(*[error(500, "down")] * 3)
    await bench.fails(3)
    bench.clock.move(MINUTE)
    bench.double.handler = hangs
    trial = asyncio.create_task(bench.model.complete(CALL, str))
    await asked.wait()
    bench.double.handler = yes
    trial.cancel()
    await asyncio.gather(trial, return_exceptions=True)
    assert await bench.model.complete(CALL, str) == "yes"


async def test_a_clock_set_back_does_not_keep_the_model_alone_for_longer(bench: Bench) -> None:
    bench.double.script(*[error(500, "down")] * 3)
    await bench.fails(3)
    bench.clock.move(-timedelta(days=1))
    assert await bench.model.complete(CALL, str) == "yes"


async def test_replies_that_nobody_can_read_count_as_failures(bench: Bench) -> None:
    def unreadable(reply: str) -> str:
        raise ModelError("The model replied with something else")

    for _ in range(3):
        with pytest.raises(ModelError, match="something else"):
            await bench.model.complete(CALL, unreadable)
    await bench.fails(match="left alone")


async def test_no_more_than_so_many_calls_run_at_once_on_all_models(bench: Bench) -> None:
    running = most = 0
    over = asyncio.Event()

    async def slow(body: Body) -> Reply:
        nonlocal running, most
        running, most = running + 1, max(most, running + 1)
        if running == AT_ONCE:
            asyncio.get_running_loop().call_later(0.05, over.set)
        await over.wait()
        running -= 1
        return Reply(content="yes")

    bench.double.handler = slow
    slots = asyncio.Semaphore(AT_ONCE)
    two = [ModelServer(bench.client, n, ledger=bench.ledger, clock=bench.clock, slots=slots) for n in ("a", "b")]
    await asyncio.gather(*(two[n % 2].complete(CALL, str) for n in range(10)))
    assert most == AT_ONCE


async def test_a_call_is_booked_on_whoever_pays_for_it(bench: Bench) -> None:
    call = Call(task="answer", system="s s", user="u", deadline=MINUTE, payer=ANNA)
    await bench.model.complete(call, str)
    sums = [await bench.ledger.tokens(LONG_AGO, payer) for payer in (EVERYONE, Payer(member="anna"), CARL)]
    assert sums == [4, 4, 0]


@pytest.mark.parametrize(
    ("reply", "tokens"),
    [
        (Reply(content="yes", finish_reason="length"), 4),
        (Reply(content=None, refusal="No."), 3),
        (Reply(content="x" * 400, usage=False), 4 + 100),
        (Reply(raw=b'{"error": {"message": "overloaded"}, "usage": {"prompt_tokens": 9, "completion_tokens": 2}}'), 11),
        (Reply(raw=b'{"error": {"message": "overloaded"}}'), 0),
        (Reply(raw=b'{"choices": [], "usage": {"prompt_tokens": -9, "completion_tokens": "many"}}'), 0),
        (error(500, "down"), 0),
    ],
)
async def test_what_a_call_cost_is_booked_usable_or_not(bench: Bench, reply: Reply, tokens: int) -> None:
    bench.double.script(reply)
    await asyncio.gather(bench.model.complete(CALL, str), return_exceptions=True)
    assert await bench.ledger.tokens(LONG_AGO) == tokens


@pytest.mark.parametrize(
    ("budgets", "payer", "sentence"),
    [
        ({"whole": 10}, EVERYONE, "The bot's 10 tokens of today are used up; more at midnight UTC"),
        ({"whole": 10}, CARL, "The bot's 10 tokens"),
        ({"server": 10}, BEN, "This server's 10 tokens"),
        ({"server": 10}, CARL, None),
        ({"server": 10}, EVERYONE, None),
        ({"member": 10}, ANNA, "Your 10 tokens"),
        ({"member": 10}, BEN, None),
        ({"member": 10, "server": 10, "whole": 10}, ANNA, "The bot's 10 tokens"),
        ({"member": 11, "server": 11, "whole": 11}, ANNA, None),
        ({}, ANNA, None),
    ],
)
async def test_a_budget_that_is_used_up_is_named_before_anything_is_asked(
    bench: Bench, budgets: dict[str, int], payer: Payer, sentence: str | None
) -> None:
    await bench.ledger.add(Usage(at=NOW, task="t", model="m", prompt_tokens=9, completion_tokens=1, payer=ANNA))
    model = bench.with_budgets(**budgets)
    call = Call(task="t", system="s", user="u", deadline=MINUTE, payer=payer)
    if sentence is None:
        assert await model.complete(call, str) == "yes"
        return
    with pytest.raises(BudgetError) as caught:
        await model.complete(call, str)
    assert str(caught.value).startswith(sentence)
    assert bench.asked == 0
    with pytest.raises(BudgetError):
        await model.embed(["x"], str, deadline=MINUTE, payer=payer)


@pytest.mark.parametrize(
    ("own", "operators", "payer", "sentence"),
    [
        ({"tokens": 10}, {}, BEN, "This server's 10 tokens"),
        ({"tokens": 10}, {"server": 9}, BEN, "This server's 9 tokens"),
        ({"tokens": 99}, {"server": 10}, BEN, "This server's 10 tokens"),
        ({"tokens": 10}, {"server": 99}, BEN, "This server's 10 tokens"),
        ({"tokens": 10}, {}, CARL, None),
        ({"tokens": 11}, {}, BEN, None),
        ({"member_tokens": 10}, {}, ANNA, "Your 10 tokens"),
        ({"member_tokens": 99}, {"member": 10}, ANNA, "Your 10 tokens"),
        ({"member_tokens": 10}, {}, BEN, None),
        ({"member_tokens": 10}, {}, replace(ANNA, server="discord:2"), None),
        ({"role_tokens": {"editors": 10}}, {}, replace(BEN, roles=("guests", "editors")), "Your role's 10 tokens"),
        ({"role_tokens": {"guests": 10}}, {}, replace(BEN, roles=("guests", "editors")), None),
        ({"role_tokens": {"editors": 10}}, {}, BEN, None),
        ({"role_tokens": {"editors": 10}}, {}, EVERYONE, None),
        ({"tokens": 10, "member_tokens": 10}, {}, EVERYONE, None),
    ],
)
async def test_a_servers_own_budgets_hold_beside_the_operators(
    bench: Bench, own: dict[str, Any], operators: dict[str, int], payer: Payer, sentence: str | None
) -> None:
    home = ServerId(ANNA.server)
    bench.servers[home] = Server(id=home, **own)
    paid = replace(ANNA, roles=("editors",))
    await bench.ledger.add(Usage(at=NOW, task="t", model="m", prompt_tokens=9, completion_tokens=1, payer=paid))
    call = Call(task="t", system="s", user="u", deadline=MINUTE, payer=payer)
    if sentence is None:
        assert await bench.with_budgets(**operators).complete(call, str) == "yes"
        return
    with pytest.raises(BudgetError) as caught:
        await bench.with_budgets(**operators).complete(call, str)
    assert str(caught.value).startswith(sentence)
    assert bench.asked == 0


async def test_budgets_are_new_at_midnight_utc(bench: Bench) -> None:
    model = bench.with_budgets(whole=3)
    await model.complete(CALL, str)
    with pytest.raises(BudgetError):
        await model.complete(CALL, str)
    bench.clock.set(NOW.replace(hour=0) + timedelta(days=1))
    await model.complete(CALL, str)


async def test_calls_side_by_side_overshoot_a_budget_by_no_more_than_one_of_them(bench: Bench) -> None:
    model = bench.with_budgets(member=1_300)
    reply = Reply(content="x" * 2_400, usage=False)  # 600 tokens, at four characters each
    bench.double.script(*[reply] * 12)
    calls = (model.complete(replace(CALL, payer=ANNA), str) for _ in range(12))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(result, BudgetError) for result in results) == 12 - bench.asked
    assert 1_300 - 610 <= await bench.ledger.tokens(LONG_AGO) < 1_300 + 610


async def test_what_one_spends_holds_up_nobody_with_another_budget(bench: Bench) -> None:
    model = bench.with_budgets(member=1)
    calls = (model.complete(replace(CALL, payer=payer), str) for payer in (ANNA, BEN, CARL))
    assert await asyncio.gather(*calls) == ["yes"] * 3


async def test_a_call_that_failed_holds_nothing_back(bench: Bench) -> None:
    model = bench.with_budgets(member=1)
    bench.double.script(error(500, "down"))
    with pytest.raises(ModelError, match="status 500"):
        await model.complete(replace(CALL, payer=ANNA), str)
    assert await model.complete(replace(CALL, payer=ANNA), str) == "yes"


async def test_a_budget_used_up_is_no_failure_of_the_model(bench: Bench) -> None:
    model = bench.with_budgets(member=1)
    await bench.ledger.add(Usage(at=NOW, task="t", model="m", prompt_tokens=9, completion_tokens=1, payer=ANNA))
    for _ in range(4):
        with pytest.raises(BudgetError):
            await model.complete(Call(task="t", system="s", user="u", deadline=MINUTE, payer=ANNA), str)
    assert await model.complete(CALL, str) == "yes"


async def test_what_is_known_of_a_model_is_what_its_calls_came_to(bench: Bench) -> None:
    assert bench.model.state() == ModelState(model="m")
    await bench.model.complete(CALL, str)
    answered = bench.clock.now()
    assert bench.model.state() == ModelState(model="m", answered_at=answered)
    bench.clock.move(MINUTE)
    bench.double.script(*[error(500, "down")] * 3)
    await bench.fails(3)
    failed = bench.clock.now()
    state = bench.model.state()
    assert (state.answered_at, state.failed_at, state.rests_until) == (answered, failed, failed + MINUTE)
    assert state.fails
    assert state.reason == "The model's server answered with HTTP status 500"
    bench.clock.move(MINUTE)
    assert bench.model.state().rests_until is None
    await bench.model.complete(CALL, str)
    assert not bench.model.state().fails


async def test_a_budget_used_up_says_nothing_of_the_model(bench: Bench) -> None:
    model = bench.with_budgets(whole=1)
    await bench.ledger.add(Usage(at=NOW, task="t", model="m", prompt_tokens=9, completion_tokens=1))
    with pytest.raises(BudgetError):
        await model.complete(CALL, str)
    assert model.state() == ModelState(model="m")
