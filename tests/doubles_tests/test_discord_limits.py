"""The limits, each at its edge: what is just allowed passes, one more does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.discord import limits
from tests.doubles.discord.described import Description

V2 = 1 << 15


def button(n: int = 0, **fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "x", "custom_id": f"b{n}"} | fields


def rows(*rows_of: list[dict[str, Any]]) -> dict[str, Any]:
    return {"components": [{"type": 1, "components": list(row)} for row in rows_of]}


def v2(*components: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"flags": V2, "components": list(components)} | fields


def text(size: int) -> dict[str, Any]:
    return {"type": 10, "content": "x" * size}


def embeds(*sizes: int) -> dict[str, Any]:
    return {"embeds": [{"description": "x" * size} for size in sizes]}


def fields(count: int, name: int = 1, value: int = 1) -> dict[str, Any]:
    return {"embeds": [{"fields": [{"name": "n" * name, "value": "v" * value}] * count}]}


def select(options: int = 1, **given: Any) -> dict[str, Any]:
    offered = [{"label": f"o{n}", "value": f"o{n}"} for n in range(options)]
    return {"type": 3, "custom_id": "s", "options": offered} | given


def labelled(part: dict[str, Any]) -> dict[str, Any]:
    return {"title": "t", "custom_id": "m", "components": [{"type": 18, "label": "l", "component": part}]}


def modal(count: int = 1, title: int = 45, label: int = 45, **input_fields: Any) -> dict[str, Any]:
    inputs = [{"type": 4, "custom_id": f"i{n}", "style": 1} | input_fields for n in range(count)]
    parts = [{"type": 18, "label": "l" * label, "component": part} for part in inputs]
    return {"title": "t" * title, "custom_id": "m", "components": parts}


def command(**given: Any) -> list[dict[str, Any]]:
    return [{"name": "ask", "description": "d", "type": 1} | given]


def option(**given: Any) -> list[dict[str, Any]]:
    return command(options=[{"name": "q", "description": "d", "type": 3} | given])


Check = Callable[[Any], list[limits.Finding]]
CASES: list[tuple[Check, Any, Any]] = [
    (limits.message, {"content": "x" * 2000}, {"content": "x" * 2001}),
    (limits.message, {"nonce": "x" * 25}, {"nonce": "x" * 26}),
    (limits.message, embeds(*[1] * 10), embeds(*[1] * 11)),
    (limits.message, embeds(4096, 1904), embeds(4096, 1905)),
    (limits.message, embeds(4096), embeds(4097)),
    (limits.message, {"embeds": [{"title": "x" * 256}]}, {"embeds": [{"title": "x" * 257}]}),
    (limits.message, {"embeds": [{"footer": {"text": "x" * 2048}}]}, {"embeds": [{"footer": {"text": "x" * 2049}}]}),
    (limits.message, fields(25), fields(26)),
    (limits.message, fields(1, name=256), fields(1, name=257)),
    (limits.message, fields(1, value=1024), fields(1, value=1025)),
    (limits.message, fields(1), fields(1, value=0)),
    (limits.message, {"embeds": [{"url": "https://a.example"}]}, {"embeds": [{"url": "a.example"}]}),
    (limits.message, rows([button(n) for n in range(5)]), rows([button(n) for n in range(6)])),
    (limits.message, rows(*[[button(n)] for n in range(5)]), rows(*[[button(n)] for n in range(6)])),
    (limits.message, rows([button(1), button(2)]), rows([button(1), button(1)])),
    (limits.message, rows([button(label="x" * 80)]), rows([button(label="x" * 81)])),
    (limits.message, rows([button(custom_id="x" * 100)]), rows([button(custom_id="x" * 101)])),
    (limits.message, rows([button(style=5, url="https://a.example", custom_id=None)]), rows([button(style=5)])),
    (limits.message, rows([button()]), rows([])),
    (limits.message, rows([button()]), {"components": [button()]}),
    (limits.message, v2(text(4000)), v2(text(2000), text(2001))),
    (limits.message, v2(*[text(1)] * 40), v2(*[text(1)] * 41)),
    (limits.message, v2(text(1)), v2(text(1), content="x")),
    (limits.message, v2(text(1)), v2(button())),
    (limits.message, v2(text(1)), {"components": [text(1)]}),
    (
        limits.message,
        v2({"type": 9, "components": [text(1)], "accessory": button()}),
        v2({"type": 9, "components": [text(1)]}),
    ),
    (
        limits.message,
        v2({"type": 17, "components": [text(1)]}),
        v2({"type": 17, "components": [{"type": 17, "components": [text(1)]}]}),
    ),
    (limits.message, rows([select(25)]), rows([select(26)])),
    (limits.message, rows([select(3, min_values=0, max_values=3)]), rows([select(3, max_values=4)])),
    (limits.message, rows([select()]), rows([select(min_values=2)])),
    (limits.message, rows([select(placeholder="x" * 150)]), rows([select(placeholder="x" * 151)])),
    (limits.message, rows([select()]), rows([select(), button()])),
    (limits.message, rows([{"type": 8, "custom_id": "s", "max_values": 25}]), rows([{"type": 8, "custom_id": ""}])),
    (limits.modal, labelled(select(25)), labelled(select(26))),
    (limits.modal, labelled({"type": 19, "custom_id": "f"}), labelled(button())),
    (
        limits.message,
        {"allowed_mentions": {"parse": [], "users": ["1"]}},
        {"allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    ),
    (limits.thread, {"name": "x" * 100}, {"name": "x" * 101}),
    (limits.thread, {"name": "x", "auto_archive_duration": 10080}, {"name": "x", "auto_archive_duration": 90}),
    (limits.modal, modal(title=45), modal(title=46)),
    (limits.modal, modal(count=5), modal(count=6)),
    (limits.modal, modal(label=45), modal(label=46)),
    (limits.modal, modal(placeholder="x" * 100), modal(placeholder="x" * 101)),
    (limits.choices, {"choices": [{"name": "x", "value": "x"}] * 25}, {"choices": [{"name": "x", "value": "x"}] * 26}),
    (limits.choices, {"choices": [{"name": "x" * 100, "value": 1}]}, {"choices": [{"name": "x" * 101, "value": 1}]}),
    (limits.commands, command(name="x" * 32), command(name="x" * 33)),
    (limits.commands, command(name="grønland-1"), command(name="grøn land")),
    (limits.commands, command(), command(name="Ask")),
    (limits.commands, command(description="x" * 100), command(description="x" * 101)),
    (limits.commands, command(), command(description="")),
    (limits.commands, command(), command() * 2),
    (limits.commands, option(description="x"), option(description="")),
    (
        limits.commands,
        option(choices=[{"name": "x", "value": 1}] * 25),
        option(choices=[{"name": "x", "value": 1}] * 26),
    ),
    (
        limits.commands,
        command(options=[{"name": n, "description": "d", "type": 3, "required": n == "a"} for n in "ab"]),
        command(options=[{"name": n, "description": "d", "type": 3, "required": n == "b"} for n in "ab"]),
    ),
    (limits.commands, command(name="Ask about this", description="", type=3), command(description="x", type=3)),
]


@pytest.mark.parametrize(("check", "allowed", "refused"), CASES)
def test_what_is_just_allowed_passes_and_one_more_is_found(check: Check, allowed: Any, refused: Any) -> None:
    assert check(allowed) == []
    assert check(refused) != []


def test_a_message_with_the_flag_of_components_v2_keeps_it_when_edited() -> None:
    assert limits.message({"components": [text(1)]}, V2) == []
    assert limits.message({"content": "x"}, V2) != []


def test_bodies_are_held_against_a_description_that_takes_ids_as_numbers(tmp_path: Path) -> None:
    body = {"properties": {"id": {"$ref": "#/components/schemas/SnowflakeType"}}, "required": ["id"]}
    content = {"content": {"application/json": {"schema": body}}}
    path = {"post": {"requestBody": content, "responses": {"200": content}}}
    components = {"schemas": {"SnowflakeType": {"type": "string"}}}
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps({"paths": {"/users/{id}": path}, "components": components}))
    described = Description(file)
    assert described.request("POST", "/users/{user_id}", {"id": 7}) == []
    assert described.request("POST", "/users/{user_id}", {"id": None}) == [
        ("id", 'null is not of types "integer", "string"')
    ]
    assert described.answer("POST", "/users/{user_id}", {}) == [("/users/{user_id}", '"id" is a required property')]
    assert described.request("GET", "/elsewhere", {}) == []


def test_a_message_becomes_one_of_components_v2_only_without_its_old_content() -> None:
    standing = {"content": "x", "embeds": []}
    change = {"flags": V2, "components": [text(1)]}
    assert limits.edit({"content": "y"}, standing, 0) == []
    assert limits.edit(change, standing, 0) != []
    assert limits.edit({**change, "content": None}, standing, 0) == []
