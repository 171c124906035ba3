"""The model double, spoken to by the real openai package."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest

from tests.doubles import models
from tests.doubles.model_server import BROKEN, ModelServer, Reply, error, fenced, refusing, thinking

STORY = """
<source id="S1" outlet="Northern &quot;Post&quot;" published="2026-03-01" tier="full">Ministers met in Nuuk on Monday \
to talk about the airport. The runway will cost &lt;400&gt; million kroner, the minister said.</source>
<source id="S2" outlet="Ledger" published="2026-03-01" tier="feed">A second airport is planned in Ilulissat by the \
same company.</source>
"""
QUESTION = "\n<question>What will the runway cost?</question>"


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(models.honest) as running:
        yield running


@pytest.fixture
async def client(server: ModelServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=server.base_url, api_key="dummy", max_retries=0) as made:
        yield made


async def ask(client: openai.AsyncOpenAI, text: str, **options: Any) -> Any:
    messages: Any = [{"role": "system", "content": "fixed"}, {"role": "user", "content": text}]
    return await client.chat.completions.create(model="test-model", messages=messages, **options)


async def content(client: openai.AsyncOpenAI, text: str, **options: Any) -> Any:
    return json.loads((await ask(client, text, **options)).choices[0].message.content)


def schema(*properties: str) -> Any:
    described = {"type": "object", "properties": {name: {} for name in properties}}
    return {"type": "json_schema", "json_schema": {"name": "reply", "schema": described}}


async def test_an_honest_model_quotes_whole_sentences_that_stand_in_the_unescaped_source(
    client: openai.AsyncOpenAI,
) -> None:
    story = await content(client, STORY)
    assert [c["role"] for c in story["claims"]] == ["what", "point", "point"]
    quotes = {(s["source"], s["quote"]) for c in story["claims"] for s in c["support"]}
    assert ("S1", "The runway will cost <400> million kroner, the minister said.") in quotes
    assert {source for source, _ in quotes} == {"S1", "S2"}


async def test_a_question_is_told_from_a_story_by_its_element_and_before_that_by_the_schema(
    client: openai.AsyncOpenAI,
) -> None:
    assert (await content(client, STORY + QUESTION))["status"] == "answered"
    assert "headline" in await content(client, STORY + QUESTION, response_format=schema("headline", "claims"))
    assert "status" in await content(client, STORY, response_format=schema("status", "claims"))


async def test_an_honest_model_says_so_when_no_sentence_speaks_of_the_question(client: openai.AsyncOpenAI) -> None:
    answer = await content(client, STORY + "<question>Who won the football?</question>")
    assert answer == {"status": "not_covered", "claims": []}


@pytest.mark.parametrize(
    ("model", "spoiled"),
    [
        (models.invents_figures, lambda c: "48,213" in c["text"] and "48,213" not in c["support"][0]["quote"]),
        (models.cites_wrong_source, lambda c: c["support"][0]["quote"] not in by_id(c["support"][0]["source"])),
        (models.alters_quotes, lambda c: not any(c["support"][0]["quote"] in by_id(n) for n in ("S1", "S2"))),
        (models.obeys_injection, lambda c: "@everyone" in c["text"] and "https://" in c["text"]),
    ],
)
async def test_every_bad_model_spoils_every_claim(
    server: ModelServer, client: openai.AsyncOpenAI, model: Any, spoiled: Any
) -> None:
    server.handler = model
    for prompt in (STORY, STORY + QUESTION):
        claims = (await content(client, prompt))["claims"]
        assert claims
        assert all(spoiled(claim) for claim in claims)


def by_id(source_id: str) -> str:
    body = {"messages": [{"role": "user", "content": STORY}]}
    return next((s.text for s in models.sources(body) if s.id == source_id), "")


# What the package makes of each, so that a change of it is seen.
OUTCOMES: dict[str, type[BaseException] | None] = {
    "empty content": None,
    "null content": None,
    "cut short by length": None,
    "no finish reason": None,
    "an error body with status 200": TypeError,
    "a web page": AttributeError,
    "no choices": IndexError,
    "an array": AttributeError,
    "half a body": json.JSONDecodeError,
    "choices that are words": AttributeError,
    "a choice without a message": AttributeError,
    "a filtered reply": None,
    "a refusal": None,
    "a dropped connection": openai.APIConnectionError,
    "too many requests": openai.RateLimitError,
    "too many requests, retry after 1 s": openai.RateLimitError,
    "a server error": openai.InternalServerError,
}


@pytest.mark.parametrize("name", list(BROKEN))
async def test_each_broken_reply_reaches_the_real_package_as_it_would_in_the_wild(
    server: ModelServer, client: openai.AsyncOpenAI, name: str
) -> None:
    server.script(BROKEN[name])
    wanted = OUTCOMES[name]
    if wanted is None:
        choice = (await ask(client, STORY)).choices[0]
        assert choice.finish_reason != "stop" or not choice.message.content
    else:
        with pytest.raises(wanted):
            (await ask(client, STORY)).choices[0].message.content  # noqa: B018


async def test_scripted_replies_come_before_the_handler(server: ModelServer, client: openai.AsyncOpenAI) -> None:
    server.script(fenced('{"a": 1}'), thinking('{"b": 2}'), {"c": 3}, Reply(content="{}", usage=False))
    replies = [await ask(client, STORY) for _ in range(5)]
    texts = [r.choices[0].message.content for r in replies]
    assert "```json" in texts[0]
    assert texts[1].startswith("<think>")
    assert texts[2:4] == ['{"c": 3}', "{}"]
    assert "headline" in texts[4]
    assert [r.usage is None for r in replies] == [False, False, False, True, False]
    assert len(server.requests) == 5
    assert server.authorizations[0] == "Bearer dummy"


async def test_a_server_refuses_what_it_does_not_know(server: ModelServer, client: openai.AsyncOpenAI) -> None:
    server.handler = refusing(models.honest, "json_schema", "json_object", "max_tokens")
    for refused in ({"response_format": schema("x")}, {"response_format": {"type": "json_object"}}):
        with pytest.raises(openai.BadRequestError, match="response_format"):
            await ask(client, STORY, **refused)
    with pytest.raises(openai.BadRequestError, match="max_completion_tokens"):
        await ask(client, STORY, max_tokens=9)
    assert await content(client, STORY, max_completion_tokens=9)


async def test_a_stream_may_be_cut_off_without_an_error(server: ModelServer, client: openai.AsyncOpenAI) -> None:
    server.script(Reply(content="whole"), Reply(content="halved", drop=True))
    seen = []
    for _ in range(2):
        chunks = [chunk async for chunk in await ask(client, STORY, stream=True)]
        seen.append(("".join(c.choices[0].delta.content or "" for c in chunks), chunks[-1].choices[0].finish_reason))
    assert seen == [("whole", "stop"), ("hal", None)]


async def test_the_models_are_listed(client: openai.AsyncOpenAI) -> None:
    assert [m.id async for m in client.models.list()] == ["test-model"]


async def test_an_errors_headers_are_sent(server: ModelServer, client: openai.AsyncOpenAI) -> None:
    server.script(error(429, "slow down", Retry_After="7"))
    with pytest.raises(openai.RateLimitError) as caught:
        await ask(client, STORY)
    assert caught.value.response.headers["retry-after"] == "7"
