"""Bodies held against Discord's own description of its API, where a copy of it is at hand.

NEWSTHREAD_DISCORD_OPENAPI names the file; without it nothing is checked. The description misses many limits, so it
stands beside `limits`, never in its place.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.doubles.discord.limits import Finding


class Description:
    """Validators by method and route, built when first needed."""

    def __init__(self, file: Path) -> None:
        self._doc = json.loads(file.read_text())
        # The library sends ids as numbers, which the API takes and the description does not.
        self._doc["components"]["schemas"]["SnowflakeType"] = {"type": ["string", "integer"]}
        self._paths = {_bare(path): item for path, item in self._doc["paths"].items()}
        self._validators: dict[tuple[str, str, str], jsonschema_rs.Validator | None] = {}

    def request(self, method: str, route: str, body: Any) -> list[Finding]:
        """What is wrong with the body of a request to that route."""
        return self._findings(method, route, body, "requestBody")

    def answer(self, method: str, route: str, body: Any) -> list[Finding]:
        """What is wrong with an answer of the double's own."""
        return self._findings(method, route, body, "responses")

    def _findings(self, method: str, route: str, body: Any, part: str) -> list[Finding]:
        key = (method, route, part)
        if key not in self._validators:
            self._validators[key] = self._validator(*key)
        validator = self._validators[key]
        found = validator.iter_errors(body) if validator and body is not None else []
        return [(".".join(map(str, e.instance_path)) or route, e.message[:200]) for e in found]

    def _validator(self, method: str, route: str, part: str) -> jsonschema_rs.Validator | None:
        node: Any = self._paths.get(_bare(route), {}).get(method.lower(), {}).get(part, {})
        if part == "responses":
            node = next((answer for status, answer in node.items() if status in ("200", "201")), {})
        for step in ("content", "application/json", "schema"):
            node = node.get(step, {})
        return jsonschema_rs.Draft202012Validator(node | {"components": self._doc["components"]}) if node else None


@cache
def description_of(file: Path) -> Description:
    """The description in a file, read once: it and its validators take megabytes each."""
    return Description(file)


def _bare(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)
