"""Structured logs on standard error, secrets taken out. Nothing else writes to the log's stream."""

import logging
import re
import sys
from collections.abc import Collection
from contextlib import suppress
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

_HIDDEN = (
    re.compile(r"(?<=://)[^/@\s]+@"),  # user name and password of an address
    re.compile(r"(?<=/webhooks/)\d+/[\w.-]+|(?<=/interactions/)\d+/[\w.-]+"),  # tokens of Discord's, some for good
    re.compile(
        r"[?&](?:[\w.-]*[_.-])?(?:access|api|auth|client|feed|private|rss|session|user)?"
        r"(?:auth|key|pass(?:word|wd)?|pwd|secret|sig(?:nature)?|token)=[^&#\s'\"]+",
        re.IGNORECASE,
    ),
)
"""What is secret wherever it stands, since addresses of others stand in what libraries say."""


def set_up_logs(*, as_json: bool, level: str, secrets: Collection[str] = (), stream: TextIO | None = None) -> None:
    """Sends our events, and the warnings of the libraries, to `stream` (standard error) from `level` on.

    `secrets` are replaced wherever they stand; so are passwords, keys and tokens in addresses.
    """
    out = stream or sys.stderr
    redact = _Redactor(tuple(secret for secret in secrets if secret))
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=out.isatty())
    )
    number = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


class _Redactor:
    """Takes secrets out of every value of an event; what is neither text nor figure becomes text first."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {key: value if key.startswith("_") else self._clean(value) for key, value in event.items()}

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._shown(value)
        if value is None or isinstance(value, int | float):
            return value
        if isinstance(value, dict):
            return {self._clean(key): self._clean(each) for key, each in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return self._clean_all(value)
        return self._shown(repr(value))

    def _clean_all(self, values: Collection[Any]) -> list[Any]:
        with suppress(TypeError):  # not all of them are texts
            joined = "\n".join(values)
            if self._shown(joined) == joined:
                return list(values)
        return [self._clean(each) for each in values]

    def _shown(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        if "/" in text or "=" in text:
            for hidden in _HIDDEN:
                text = hidden.sub(_stars, text)
        return text


def _stars(found: re.Match[str]) -> str:
    """What stands in the place of a secret: the mark that shows what it was stays."""
    text = found[0]
    if text.endswith("@"):
        return "***@"
    return text.partition("=")[0] + "=***" if "=" in text else text.partition("/")[0] + "/***"
