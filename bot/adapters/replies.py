"""What a model replied, read: fences and thinking stripped, the shape checked, nothing believed."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from bot.domain.briefings import Role
from bot.domain.drafts import Draft, DraftClaim, Support
from bot.domain.errors import ModelError
from bot.domain.text import normalise
from bot.domain.wording import failures

MAX_REWRITTEN_CHARS: Final = 300
_MOST_OPENINGS: Final = 50
_YES, _NO = frozenset({"yes", "true", "supported"}), frozenset({"no", "not", "false", "unsupported"})
_LINK = re.compile(r"\S*(?:://|www\.|@)\S*|[<>\[\]]")

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
    read = next(filter(None, map(_as_reply, _objects(reply))), None)
    if read is None:
        raise ModelError(failures.REPLY_NOT_JSON)
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


def read_opinion(reply: str) -> bool:
    """Reads a yes or a no, in a word or as the one value of a JSON object. Raises ModelError when it is neither."""
    said = _spoken(reply)
    if (found := next(_objects(said), None)) is not None:
        said = next((str(value) for value in found.values()), "")
    first = re.search(r"[^\W\d_]+", said.casefold())
    word = first.group() if first else ""
    if word not in _YES | _NO:
        raise ModelError(failures.REPLY_NOT_YES_OR_NO)
    return word in _YES


def read_question(reply: str) -> str:
    """Reads one question on one line, MAX_REWRITTEN_CHARS at most, without links. Raises ModelError for none."""
    lines = [" ".join(_LINK.sub(" ", line).split()).strip("\"“”'`*") for line in _spoken(reply).splitlines()]
    asked = [line for line in lines if line]
    question = next((line for line in asked if line.endswith("?")), asked[0] if asked else "")
    if not any(char.isalnum() for char in question):
        raise ModelError(failures.REPLY_NO_QUESTION)
    return normalise(question)[:MAX_REWRITTEN_CHARS].strip()


def _as_reply(found: Mapping[str, Any]) -> _Reply | None:
    try:
        return msgspec.convert(_whole(found), _Reply)
    except (msgspec.ValidationError, RecursionError):
        return None


def _whole(found: Any) -> Any:
    """A JSON value with U+FFFD for each half of a character, which can be neither kept nor sent (RFC 8259 §8.2)."""
    return json.loads(
        json.dumps(found, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def _objects(reply: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a reply, past a model's thinking, a code fence and words around them; each outermost one."""
    text, decoder = _spoken(reply), json.JSONDecoder()
    start = text.find("{")
    for _ in range(_MOST_OPENINGS):
        if start < 0:
            return
        end = start + 1
        try:
            found, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            yield found
        start = text.find("{", end)


def _spoken(reply: str) -> str:
    """A reply without thoughts and fences; some servers cut off the tag that opens the thoughts."""
    thought = re.sub(r"<(think|thinking)>.*?</\1>", "", reply, flags=re.DOTALL)
    said = re.split(r"</think(?:ing)?>", thought)[-1]
    return re.sub(r"^\s*```\w*\s*$", "", said, flags=re.MULTILINE).strip()
