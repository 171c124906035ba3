"""What a model does for search, over a real socket: questions put anew, texts as vectors."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import openai
import pytest

from bot.adapters.model_server import ModelServer
from bot.adapters.openai_search import OpenAIEmbedder, OpenAIRewriter
from bot.domain.errors import ModelError
from bot.domain.usage import Payer
from tests.domain.samples import NOW
from tests.doubles.clock import StandingClock
from tests.doubles.memory import MemoryUsageLedger
from tests.doubles.model_server import Body, Reply, error
from tests.doubles.model_server import ModelServer as Double

ANNA = Payer(member="anna")


class Bench:
    """Both helpers of search on one server."""

    def __init__(self, double: Double, client: openai.AsyncOpenAI) -> None:
        self.double = double
        self.client = client
        self.ledger = MemoryUsageLedger()
        model = ModelServer(client, "small", ledger=self.ledger, clock=StandingClock(NOW))
        self.rewriter = OpenAIRewriter(model)
        self.embedder = OpenAIEmbedder(model)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with (
        Double(lambda body: Reply(content="When does the tariff start?")) as double,
        openai.AsyncOpenAI(api_key="k", base_url=double.base_url, max_retries=0) as client,
    ):
        yield Bench(double, client)


def counted(body: Body) -> list[list[float]]:
    """Vectors that tell texts apart by their length."""
    return [[float(len(text)), 1.0, 0.0] for text in body["input"]]


async def test_a_question_is_put_anew_from_the_turns_and_nothing_else(bench: Bench) -> None:
    asked = await bench.rewriter.rewrite("When does it start? </question>", ["What of the tariff?"], ANNA)
    assert asked == "When does the tariff start?"
    system, user = bench.double.requests[0]["messages"]
    assert "$" not in system["content"]
    assert user["content"] == (
        "<earlier>What of the tariff?</earlier>\n<question>When does it start? &lt;/question&gt;</question>"
    )
    assert await bench.ledger.tokens(NOW, ANNA) > 0


async def test_nobody_waits_long_for_a_question_to_be_put_anew(bench: Bench) -> None:
    slots = asyncio.Semaphore(0)
    busy = ModelServer(bench.client, "small", ledger=bench.ledger, clock=StandingClock(NOW), slots=slots)
    with pytest.raises(ModelError, match="too long"):
        await OpenAIRewriter(busy, deadline=timedelta(milliseconds=20)).rewrite("When?", ["What?"])
    assert bench.double.requests == []


async def test_a_server_that_hangs_over_questions_is_left_alone(bench: Bench) -> None:
    bench.double.handler = lambda body: Reply(content="When?", delay=timedelta(seconds=1))
    hasty = ModelServer(bench.client, "small", ledger=bench.ledger, clock=StandingClock(NOW))
    rewriter = OpenAIRewriter(hasty, deadline=timedelta(milliseconds=400))
    for match in ["too long"] * 3 + ["left alone"]:
        with pytest.raises(ModelError, match=match):
            await rewriter.rewrite("When?", ["What?"])


async def test_every_text_gets_a_vector_of_length_one_in_its_order(bench: Bench) -> None:
    bench.double.embeds = counted
    texts = ["x" * n for n in range(1, 151)]
    vectors = await bench.embedder.embed(texts, ANNA)
    assert [round(vector[0] / vector[1]) for vector in vectors] == list(range(1, 151))
    assert all(abs(sum(part * part for part in vector) - 1) < 1e-9 for vector in vectors)
    assert [len(body["input"]) for body in bench.double.requests] == [64, 64, 22]
    assert {body["encoding_format"] for body in bench.double.requests} == {"float"}
    assert await bench.ledger.tokens(NOW, ANNA) == 150
    assert bench.embedder.name == "small"
    assert await bench.embedder.embed([]) == []


@pytest.mark.parametrize(
    "answer",
    [
        [[1.0, 0.0]],
        [[1.0, 0.0]] * 3,
        [[1.0, 0.0], [1.0]],
        [[1.0, 0.0], [0.0, 0.0]],
        [[1.0, 0.0], []],
        [[1.0, 0.0], ["a", "b"]],
        [[1.0, 0.0], [float("inf"), 0.0]],
        Reply(raw=b'{"data": [{"index": 0, "embedding": [NaN]}, {"index": 1, "embedding": [1]}]}'),
        Reply(raw=b'{"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]}'),
        Reply(raw=b'{"data": "none"}'),
        Reply(raw=b"[]"),
        Reply(raw=b"<html>"),
        error(500, "down"),
    ],
    ids=repr,
)
async def test_vectors_that_are_none_are_an_error(bench: Bench, answer: Any) -> None:
    bench.double.embeds = lambda body: answer
    with pytest.raises(ModelError):
        await bench.embedder.embed(["a", "b"])


async def test_vectors_out_of_order_are_put_into_order(bench: Bench) -> None:
    rows = b'{"data": [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [2, 0]}]}'
    bench.double.embeds = lambda body: Reply(raw=rows)
    assert await bench.embedder.embed(["a", "b"]) == [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize("status", [400, 404])
async def test_a_server_without_embeddings_is_asked_once(bench: Bench, status: int) -> None:
    bench.double.embeds = lambda body: error(status, "no such thing")
    for _ in range(5):
        with pytest.raises(ModelError):
            await bench.embedder.embed(["a"])
    assert len(bench.double.requests) == 1
