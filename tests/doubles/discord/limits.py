"""Discord's limits on what a bot sends, written down from its documentation by hand.

Each check returns what is wrong as (path, message) pairs, an empty list for a sound body. They must not repair or
shorten anything, and must not be shared with the program: two counts made by one hand agree even when wrong.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.doubles.discord.messages import COMPONENTS_V2, walk

Json = dict[str, Any]
Finding = tuple[str, str]

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, SECTION, TEXT, THUMBNAIL, GALLERY = 1, 2, 3, 4, 9, 10, 11, 12
FILE, SEPARATOR, CONTAINER, LABEL, UPLOAD = 13, 14, 17, 18, 19
SELECTS = {STRING_SELECT, 5, 6, 7, 8}
_V2_INNER = {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR}
_V2_TOP = {*_V2_INNER, CONTAINER}
_LABELLED = {TEXT_INPUT, *SELECTS, UPLOAD, 21, 22, 23}


def _length(path: str, value: Any, high: int, low: int = 0) -> Iterator[Finding]:
    size = len(value if value is not None else "")
    if not low <= size <= high:
        yield path, f"Must be between {low} and {high} in length, is {size}."


def _unique(path: str, names: Iterable[Any], what: str) -> Iterator[Finding]:
    seen = list(names)
    if len(seen) != len(set(seen)):
        yield path, f"{what} must be unique: {sorted(n for n in set(seen) if seen.count(n) > 1)}"


def edit(body: Mapping[str, Any], standing: Mapping[str, Any], flags: int) -> list[Finding]:
    """A change to a message that has `flags` and stands with this content and these embeds."""
    becomes_v2 = (body.get("flags") or 0) & COMPONENTS_V2
    return message({**standing, **body} if becomes_v2 else body, flags)


def message(body: Mapping[str, Any], flags: int = 0) -> list[Finding]:
    """A message's body; `flags` are those the message has besides the ones in the body."""
    findings = list(_length("content", body.get("content"), 2000))
    findings += _length("nonce", str(body.get("nonce") or ""), 25)
    findings += _length("attachments", body.get("attachments"), 10)
    findings += _embeds(body.get("embeds") or [])
    findings += _mentions(body.get("allowed_mentions") or {})
    components = body.get("components") or []
    v2 = bool((flags | (body.get("flags") or 0)) & COMPONENTS_V2)
    if v2 and (body.get("content") or body.get("embeds")):
        findings.append(("content", "Content and embeds cannot stand beside Components V2."))
    return findings + list(_layout_v2(components) if v2 else _rows(components)) + list(_parts(components))


def _embeds(embeds: list[Json]) -> Iterator[Finding]:
    yield from _length("embeds", embeds, 10)
    total = 0
    for n, embed in enumerate(embeds):
        fields, at = embed.get("fields") or [], f"embeds.{n}"
        texts = [("title", embed.get("title"), 256), ("description", embed.get("description"), 4096)]
        texts += [("footer.text", (embed.get("footer") or {}).get("text"), 2048)]
        texts += [("author.name", (embed.get("author") or {}).get("name"), 256)]
        for name, text, high in texts:
            yield from _length(f"{at}.{name}", text, high)
        yield from _length(f"{at}.fields", fields, 25)
        for k, part in enumerate(fields):
            yield from _length(f"{at}.fields.{k}.name", part.get("name"), 256, 1)
            yield from _length(f"{at}.fields.{k}.value", part.get("value"), 1024, 1)
            texts += [("", part.get("name"), 0), ("", part.get("value"), 0)]
        if embed.get("url") and not str(embed["url"]).startswith(("http://", "https://")):
            yield f"{at}.url", "Scheme must be http or https."
        total += sum(len(text or "") for _, text, _ in texts)
    if total > 6000:
        yield "embeds", f"Embeds must be 6000 characters or fewer together, are {total}."


def _mentions(allowed: Mapping[str, Any]) -> Iterator[Finding]:
    parse = allowed.get("parse") or []
    if set(parse) - {"users", "roles", "everyone"}:
        yield "allowed_mentions.parse", f"Unknown kinds in {parse}."
    for kind in ("users", "roles"):
        yield from _length(f"allowed_mentions.{kind}", allowed.get(kind), 100)
        if kind in parse and allowed.get(kind):
            yield "allowed_mentions", f"parse:[{kind!r}] and {kind}: [ids...] are mutually exclusive."


def _rows(components: list[Json]) -> Iterator[Finding]:
    yield from _length("components", components, 5)
    for n, row in enumerate(components):
        if row.get("type") != ROW:
            yield f"components.{n}", "Only rows stand here without the flag of Components V2."


def _layout_v2(components: list[Json]) -> Iterator[Finding]:
    parts = list(walk(components))
    if len(parts) > 40:
        yield "components", f"Must be 40 or fewer, nested ones counted, are {len(parts)}."
    written = sum(len(part.get("content", "")) for part in parts if part.get("type") == TEXT)
    if written > 4000:
        yield "components", f"Text must be 4000 characters or fewer together, is {written}."
    for n, part in enumerate(components):
        if part.get("type") not in _V2_TOP:
            yield f"components.{n}", f"Type {part.get('type')} cannot stand at the top."


def _parts(components: list[Json]) -> Iterator[Finding]:
    parts = list(walk(components))
    yield from _unique("components", (p["custom_id"] for p in parts if p.get("custom_id")), "custom_id")
    for n, part in enumerate(parts):
        kind, at, inner = part.get("type"), f"components[{n}]", part.get("components", [])
        if kind == ROW:
            kinds = [p.get("type") for p in inner]
            one_select = len(kinds) == 1 and kinds[0] in SELECTS
            if not one_select and (set(kinds) != {BUTTON} or len(kinds) > 5):
                yield at, f"A row holds 1 to 5 buttons or one select, not {kinds}."
        elif kind == BUTTON:
            yield from _button(at, part)
        elif kind in SELECTS:
            yield from _select(at, part)
        elif kind == SECTION:
            if not 1 <= len(inner) <= 3 or {p.get("type") for p in inner} != {TEXT}:
                yield at, "A section holds 1 to 3 texts."
            if (part.get("accessory") or {}).get("type") not in (BUTTON, THUMBNAIL):
                yield at, "A section needs a button or a thumbnail as its accessory."
        elif kind == TEXT:
            yield from _length(f"{at}.content", part.get("content"), 4000, 1)
        elif kind == GALLERY:
            yield from _length(f"{at}.items", part.get("items"), 10, 1)
        elif kind == CONTAINER and (not inner or {p.get("type") for p in inner} - _V2_INNER):
            yield at, f"A container holds rows, sections, texts and pictures, not {[p.get('type') for p in inner]}."


def _button(at: str, part: Json) -> Iterator[Finding]:
    yield from _length(f"{at}.label", part.get("label"), 80)
    if not part.get("label") and not part.get("emoji"):
        yield at, "A button needs a label or an emoji."
    if part.get("style") == 5:
        yield from _length(f"{at}.url", part.get("url"), 512, 1)
        if not str(part.get("url")).startswith(("http://", "https://", "discord://")) or part.get("custom_id"):
            yield at, "A link has an http address and no custom_id."
    else:
        yield from _length(f"{at}.custom_id", part.get("custom_id"), 100, 1)


def _select(at: str, part: Json) -> Iterator[Finding]:
    yield from _length(f"{at}.custom_id", part.get("custom_id"), 100, 1)
    yield from _length(f"{at}.placeholder", part.get("placeholder"), 150)
    low, high = part.get("min_values", 1), part.get("max_values", 1)
    most = len(part.get("options") or []) if part.get("type") == STRING_SELECT else 25
    if not 0 <= low <= high <= min(most, 25) or high < 1:
        yield at, f"Takes {low} to {high} values, of {most}."
    if part.get("type") == STRING_SELECT:
        options = part.get("options") or []
        yield from _length(f"{at}.options", options, 25, 1)
        yield from _unique(f"{at}.options", (o.get("value") for o in options), "value")
        for k, option in enumerate(options):
            yield from _length(f"{at}.options.{k}.label", option.get("label"), 100, 1)
            yield from _length(f"{at}.options.{k}.value", option.get("value"), 100, 1)
            yield from _length(f"{at}.options.{k}.description", option.get("description"), 100)


def thread(body: Mapping[str, Any]) -> list[Finding]:
    """The name and resting time of a thread or forum post, or of a change to one."""
    findings = list(_length("name", body["name"], 100, 1)) if "name" in body else []
    findings += _length("applied_tags", body.get("applied_tags"), 5)
    if body.get("auto_archive_duration") not in (None, 60, 1440, 4320, 10080):
        findings.append(("auto_archive_duration", "Must be one of (60, 1440, 4320, 10080)."))
    return findings


def modal(body: Mapping[str, Any]) -> list[Finding]:
    """A modal as it is opened: rows of one text input, or labels round a component, or texts."""
    findings = [*_length("title", body.get("title"), 45, 1), *_length("custom_id", body.get("custom_id"), 100, 1)]
    components = body.get("components") or []
    findings += _length("components", components, 5, 1)
    parts = list(walk(components))
    findings += _unique("components", (p["custom_id"] for p in parts if p.get("custom_id")), "custom_id")
    for n, part in enumerate(components):
        kinds = [p.get("type") for p in part.get("components", [])]
        kinds += [part["component"].get("type")] if "component" in part else []
        fits = {LABEL: len(kinds) == 1 and set(kinds) <= _LABELLED, TEXT: True, ROW: kinds == [TEXT_INPUT]}
        if not fits.get(part.get("type")):
            findings.append((f"components.{n}", f"Type {part.get('type')} with {kinds} cannot stand in a modal."))
    for n, part in enumerate(parts):
        findings += _input(f"components[{n}]", part)
    return findings


def _input(at: str, part: Json) -> Iterator[Finding]:
    if part.get("type") in (LABEL, TEXT_INPUT) and part.get("label") is not None:
        yield from _length(f"{at}.label", part["label"], 45, 1)
    if part.get("type") == LABEL:
        yield from _length(f"{at}.description", part.get("description"), 100)
    elif part.get("type") == TEXT_INPUT:
        yield from _length(f"{at}.custom_id", part.get("custom_id"), 100, 1)
        yield from _length(f"{at}.placeholder", part.get("placeholder"), 100)
        yield from _length(f"{at}.value", part.get("value"), min(4000, part.get("max_length") or 4000))
    elif part.get("type") in SELECTS:
        yield from _select(at, part)


def choices(body: Mapping[str, Any]) -> list[Finding]:
    """What an autocomplete offers."""
    offered = body.get("choices") or []
    findings = list(_length("choices", offered, 25))
    for n, choice in enumerate(offered):
        findings += _length(f"choices.{n}.name", choice.get("name"), 100, 1)
        findings += _length(f"choices.{n}.value", str(choice.get("value")), 100, 1)
    return findings


def commands(registered: list[Json]) -> list[Finding]:
    """All commands of one scope, as a bulk overwrite sends them."""
    findings = list(_length("commands", [c for c in registered if c.get("type", 1) == 1], 100))
    findings += _unique("commands", ((c.get("type", 1), c.get("name")) for c in registered), "name")
    for n, command in enumerate(registered):
        if command.get("type", 1) == 1:
            findings += _named(str(n), command, depth=0)
        else:
            findings += _length(f"{n}.name", command.get("name"), 32, 1)
            if command.get("description"):
                findings.append((f"{n}.description", "A context menu command has no description."))
    return findings


def _named(at: str, node: Json, *, depth: int) -> Iterator[Finding]:
    name, options = str(node.get("name")), node.get("options") or []
    yield from _length(f"{at}.name", name, 32, 1)
    if not all(c in "-_'" or unicodedata.category(c)[0] in "LN" for c in name) or name != name.lower():
        yield f"{at}.name", f"{name!r} does not match the pattern of names, or is not in lower case."
    yield from _length(f"{at}.description", node.get("description"), 100, 1)
    yield from _length(f"{at}.options", options, 25)
    yield from _unique(f"{at}.options", (o.get("name") for o in options), "name")
    required = [bool(o.get("required")) for o in options]
    if required != sorted(required, reverse=True):
        yield f"{at}.options", "Required options must be placed before non-required options."
    yield from _length(f"{at}.choices", node.get("choices"), 25)
    for k, choice in enumerate(node.get("choices") or []):
        yield from _length(f"{at}.choices.{k}.name", choice.get("name"), 100, 1)
        yield from _length(f"{at}.choices.{k}.value", str(choice.get("value")), 100)
    if node.get("type") in (1, 2) and depth > 2 - (node["type"] == 2):
        yield at, "Groups are at most two deep."
    for k, option in enumerate(options):
        yield from _named(f"{at}.options.{k}", option, depth=depth + 1)
