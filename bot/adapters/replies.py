"""What a model replied, read into a draft: fences and thinking stripped, the shape checked, nothing believed."""

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from bot.domain.briefings import Role
from bot.domain.drafts import Draft, DraftClaim, Support
from bot.domain.errors import ModelError

_SUPPORT: Mapping[str, object] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"source": {"type": "string"}, "quote": {"type": "string"}},
        "required": ["source", "quote"],
        "additionalProperties": False,
    },
}


def _schema(name: str, first: Mapping[str, object], claim: Mapping[str, object]) -> Mapping[str, object]:
    properties = {**claim, "text": {"type": "string"}, "support": _SUPPORT}
    item = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    whole = {**first, "claims": {"type": "array", "items": item}}
    schema = {"type": "object", "properties": whole, "required": list(whole), "additionalProperties": False}
    return {"name": name, "strict": True, "schema": schema}


STORY_SCHEMA = _schema(
    "story", {"headline": {"type": "string"}}, {"role": {"type": "string", "enum": [role.value for role in Role]}}
)
ANSWER_SCHEMA = _schema("answer", {"status": {"type": "string", "enum": ["answered", "not_covered"]}}, {})


class _Support(msgspec.Struct):
    source: str
    quote: str


class _Claim(msgspec.Struct):
    text: str
    support: list[_Support]
    role: str = Role.POINT.value


class _Reply(msgspec.Struct):
    claims: list[_Claim]
    headline: str = ""
    status: str = "answered"


def read_draft(reply: str) -> Draft:
    """Reads a reply in either schema of the contract. Raises ModelError when it is none."""
    try:
        read = msgspec.convert(_json_object(reply), _Reply)
    except (msgspec.ValidationError, ValueError) as error:
        raise ModelError("The model replied with something that is not the JSON it was asked for") from error
    claims = tuple(
        DraftClaim(
            text=claim.text,
            support=tuple(Support(source=each.source, quote=each.quote) for each in claim.support),
            role=Role(claim.role) if claim.role in set(Role) else Role.POINT,
        )
        for claim in read.claims
    )
    return Draft(claims=claims, headline=read.headline, covered=read.status != "not_covered")


def draft_as_json(draft: Draft) -> str:
    """A draft in the words of the wire, to be shown to the model again."""
    claims = [
        {
            "role": claim.role.value,
            "text": claim.text,
            "support": [{"source": each.source, "quote": each.quote} for each in claim.support],
        }
        for claim in draft.claims
    ]
    return json.dumps({"headline": draft.headline, "claims": claims}, ensure_ascii=False)


def _json_object(reply: str) -> Any:
    """The first JSON object in a reply, past a model's thinking, a code fence and words around it.

    Raises ValueError where there is none.
    """
    text = re.sub(r"<think>.*?</think>", "", reply, flags=re.DOTALL)
    start = text.find("{")
    if start < 0:
        raise ValueError("no object")
    return json.JSONDecoder().raw_decode(text, start)[0]
