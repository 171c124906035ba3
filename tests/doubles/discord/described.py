"""Bodies held against Discord's own description of its API, where a copy of it is at hand.

NEWSTHREAD_DISCORD_OPENAPI names the file; without it nothing is checked. The description misses many limits, so it
stands beside `limits`, never in its place.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs

Json = dict[str, Any]


class Description:
    """Validators by method and route, built when first needed."""

    def __init__(self, file: Path) -> None:
        self._doc = json.loads(file.read_text())
        # The library sends ids as numbers, which the API takes and the description does not.
        self._doc["components"]["schemas"]["SnowflakeType"] = {"type": ["string", "integer"]}
        self._paths = {_bare(path): item for path, item in self._doc["paths"].items()}
        self._validators: dict[str, jsonschema_rs.Validator | None] = {}

    def request(self, method: str, route: str, body: Any) -> list[str]:
        """What is wrong with the body of a request to that route."""
        return self._errors(method, route, body, "requestBody")

    def answer(self, method: str, route: str, status: int, body: Any) -> list[str]:
        """What is wrong with an answer of the double's own."""
        return self._errors(method, route, body, "responses", str(status))

    def _errors(self, method: str, route: str, body: Any, *where: str) -> list[str]:
        key = " ".join((method, route, *where))
        if key not in self._validators:
            self._validators[key] = self._validator(method, route, where)
        validator = self._validators[key]
        found = validator.iter_errors(body) if validator and body is not None else []
        return [f"{method} {route} {'.'.join(map(str, e.instance_path))}: {e.message[:200]}" for e in found]

    def _validator(self, method: str, route: str, where: tuple[str, ...]) -> jsonschema_rs.Validator | None:
        node: Any = self._paths.get(_bare(route), {}).get(method.lower(), {})
        for step in (*where, "content", "application/json", "schema"):
            node = node.get(step, {})
        return jsonschema_rs.Draft202012Validator(node | {"components": self._doc["components"]}) if node else None


def _bare(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)
