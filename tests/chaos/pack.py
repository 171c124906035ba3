"""The pack: every kind of fault there is, dealt in an order by lot. Must not know how a fault strikes."""

import random
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.chaos.faults import Fault, OnDiscord, OnDisk, OnFeed, OnGateway, OnModel, OnPermissions
from tests.chaos.servers import BadReply, Spoiling
from tests.doubles import models
from tests.doubles.model_server import BROKEN, Body
from tests.doubles.news_site import RSS, NewsSite


def _always(reply: Any) -> Callable[[Body], Any]:
    """A model that says the same to everything."""
    return lambda _: reply


_POSTS, _PLAIN_POSTS = r"^/channels/.*(messages|threads)$", r"^/channels/\d+/messages(/\d+/threads)?$"
_FORUM_POSTS = r"^/channels/\d+/threads$"
_LOOKS = r"^/channels/\d+/messages|^/channels/\d+/threads|^/guilds/\d+/threads/active"
_LOG_IN = r"^/users/@me$|^/gateway/bot$"
_WAIT = {
    "headers": {"Via": "1.1 google", "Retry-After": "0.2"},
    "body": {"message": "You are being rate limited.", "retry_after": 0.2, "global": False},
}
_ON_DISCORD: Mapping[str, Mapping[str, Any]] = {
    "429": {"method": "POST", "pattern": _POSTS, "status": 429, **_WAIT},
    "500": {"method": "POST", "pattern": _PLAIN_POSTS, "status": 500},
    "502": {"method": "POST", "pattern": _PLAIN_POSTS, "status": 502},
    "taken, answered 502": {"method": "POST", "pattern": _PLAIN_POSTS, "stored": True},
}
_ON_DISCORD_AND_REST: Mapping[str, Mapping[str, Any]] = {
    "429 without Via": {"method": "POST", "pattern": _POSTS, "status": 429},
    "503": {"method": "POST", "pattern": _POSTS, "status": 503},
    "dropped": {"method": "POST", "pattern": _POSTS, "drop": "before"},
    "taken, then dropped": {"method": "POST", "pattern": _POSTS, "drop": "after"},
    "forum post answered 502": {"method": "POST", "pattern": _FORUM_POSTS, "status": 502},
    "forum post taken, answered 502": {"method": "POST", "pattern": _FORUM_POSTS, "stored": True},
    "forum post taken, then dropped": {"method": "POST", "pattern": _FORUM_POSTS, "drop": "after"},
    "500 on looking": {"method": "GET", "pattern": _LOOKS, "status": 500},
    "503 on looking": {"method": "GET", "pattern": _LOOKS, "status": 503},
    "dropped on looking": {"method": "GET", "pattern": _LOOKS, "drop": "before"},
    "503 on log-in": {"method": "GET", "pattern": _LOG_IN, "status": 503},
}
_ON_PERMISSIONS: Mapping[str, Mapping[str, Any]] = {
    "sending pulled": {
        "method": "POST",
        "pattern": _POSTS,
        "pulled": ("send_messages", "send_messages_in_threads", "create_public_threads"),
    },
    "channel hidden": {"method": "POST", "pattern": _POSTS, "pulled": ("view_channel",)},
    "history pulled": {"method": "GET", "pattern": _LOOKS, "pulled": ("read_message_history",)},
}
_REPLIES: Mapping[str, Callable[[Body], Any]] = {
    **{name: _always(reply) for name, reply in BROKEN.items()},
    "garbage": models.garbage,
    "quotes altered": models.alters_quotes,
    "a text that obeys": models.obeys_injection,
}
_FEEDS: Mapping[str, Callable[[NewsSite, str], str]] = {
    "500": lambda site, path: site.page(path, b"", status=500),
    "503": lambda site, path: site.page(path, b"", status=503),
    "dropped": lambda site, path: site.drops(path),
    "dropped half way": lambda site, path: site.drops(path, after=b"<?xml version='1.0'?><rss><channel>"),
    "garbage": lambda site, path: site.page(path, bytes(range(256)), RSS),
    "truncated": lambda site, path: site.page(path, b"<rss version='2.0'><channel><item><title>Half a", RSS),
}
_GATEWAY = ("link cut", "op 7", "op 9")
_SHARES = {"Discord": 8, "permissions": 1, "gateway": 4, "feed": 2, "model": 3, "disk": 2}
"""How many of each group a pack holds, every kind of a group in turn."""


class Pack:
    """Faults in an order by lot. With `at_once` only those after which the bot need not rest for 15 s."""

    def __init__(self, rng: random.Random, *, at_once: bool) -> None:
        self._rng = rng
        self._drawn = 0
        self._cards: list[str] = []
        self._kinds: dict[str, list[str]] = {
            "Discord": [*_ON_DISCORD, *([] if at_once else _ON_DISCORD_AND_REST)],
            "permissions": list(_ON_PERMISSIONS),
            "gateway": [*_GATEWAY, *([] if at_once else ["malformed event"])],
            "feed": list(_FEEDS),
            "model": list(_REPLIES),
            "disk": [] if at_once else ["archive busy", *(["full"] if sys.platform == "linux" else [])],
        }
        for kinds in self._kinds.values():
            rng.shuffle(kinds)

    def draw(self, *, with_model: bool) -> Fault:
        """The next one; those of the model only where there is one."""
        if not any(with_model or not name.startswith("model") for name in self._cards):
            self._cards += self._fresh()
        name = next(name for name in self._cards if with_model or not name.startswith("model"))
        self._cards.remove(name)
        self._drawn += 1
        return self._made(name)

    def put_back(self, fault: Fault) -> None:
        """For one that was not met."""
        self._cards.append(fault.name)

    def _fresh(self) -> list[str]:
        cards = []
        for group, kinds in self._kinds.items():
            for _ in range(_SHARES[group] if kinds else 0):
                cards.append(f"{group}: {kinds[0]}")
                kinds.append(kinds.pop(0))
        self._rng.shuffle(cards)
        return cards

    def _made(self, name: str) -> Fault:
        group, _, kind = name.partition(": ")
        delay = timedelta(seconds=self._rng.uniform(0, 1.5))
        match group:
            case "Discord":
                request = {**_ON_DISCORD, **_ON_DISCORD_AND_REST}[kind]
                skip = self._rng.randint(0, 3) if request["pattern"] == _POSTS else 0
                return OnDiscord(name=name, spoiling=Spoiling(**request, skip=skip))
            case "permissions":
                request = _ON_PERMISSIONS[kind]
                return OnPermissions(name=name, spoiling=Spoiling(**request, skip=self._rng.randint(0, 3)), lasts=delay)
            case "gateway":
                return OnGateway(name=name, delay=delay)
            case "model":
                return OnModel(name=name, bad=BadReply(reply=_REPLIES[kind]))
            case "feed":
                return OnFeed(name=name, path=f"/wire-{self._drawn}.xml", spoil=_FEEDS[kind])
            case _:
                return OnDisk(name=name, lasts=delay)
