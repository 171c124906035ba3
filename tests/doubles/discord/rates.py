"""Rate limits, in real time: so many requests a second in all, and so many messages in a while for each channel.

Off unless a test sets them. What is over a limit is refused before it is looked at, as Discord does.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.doubles.discord.calls import Call, json_answer

_MESSAGES = re.compile(r"/channels/(\d+)/messages$")
_UNCOUNTED = ("/interactions/", "/webhooks/")  # of the limit for all
_VIA = {"Via": "1.1 google"}


@dataclass(eq=False, slots=True)
class Rates:
    """`per_second` for all requests together, `per_channel` messages in `channel_seconds`; `refused` counts 429s."""

    per_second: int | None = None
    per_channel: int | None = None
    channel_seconds: float = 5.0
    now: Callable[[], float] = time.monotonic
    refused: int = 0
    most_in_a_second: int = 0
    _all: deque[float] = field(default_factory=deque)
    _channels: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def refusal(self, call: Call) -> web.Response | None:
        """A 429 for a request over a limit, which else is counted."""
        now, place = self.now(), self._place(call)
        if self.per_second is not None and not call.path.startswith(_UNCOUNTED):
            _forget(self._all, now - 1.0)
            if len(self._all) >= self.per_second:
                return self._refused(self._all[0] + 1.0 - now, {"X-RateLimit-Global": "true"})
        if place is not None:
            sent = self._sent(place, now)
            if len(sent) >= (self.per_channel or 0):
                return self._refused(sent[0] + self.channel_seconds - now, self.headers(call))
            sent.append(now)
        if self.per_second is not None and not call.path.startswith(_UNCOUNTED):
            self._all.append(now)
            self.most_in_a_second = max(self.most_in_a_second, len(self._all))
        return None

    def headers(self, call: Call) -> dict[str, str]:
        """What an answer says of the limit of its channel."""
        place, now = self._place(call), self.now()
        if place is None:
            return {}
        sent = self._sent(place, now)
        resets = sent[0] + self.channel_seconds - now if sent else 0.0
        own = {"Limit": self.per_channel, "Remaining": (self.per_channel or 0) - len(sent), "Bucket": "messages"}
        own |= {"Reset": f"{time.time() + resets:.3f}", "Reset-After": f"{resets:.3f}"}
        return {f"X-RateLimit-{name}": str(value) for name, value in own.items()}

    def _place(self, call: Call) -> str | None:
        match = _MESSAGES.search(call.path) if self.per_channel and call.method == "POST" else None
        return match[1] if match else None

    def _sent(self, place: str, now: float) -> deque[float]:
        _forget(self._channels[place], now - self.channel_seconds)
        return self._channels[place]

    def _refused(self, wait: float, headers: dict[str, str]) -> web.Response:
        self.refused += 1
        of_all = "X-RateLimit-Global" in headers
        body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": of_all}
        return json_answer(429, body, _VIA | {"Retry-After": f"{wait:.3f}"} | headers)


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
