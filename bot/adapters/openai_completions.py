"""What servers answer through the openai package: a reply's text, what it cost, and each way in which it is none.

All errors of the package, and the shape errors that it lets through, become ModelError here and nowhere else. Nothing
of a server's own text gets into an error of ours: it may hold anything.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import openai

from bot.domain.errors import ModelError
from bot.domain.wording import failures

_LONGEST_REPLY_CHARS: Final = 100_000
_MOST_TOKENS: Final = 10**9
_CHARS_A_TOKEN: Final = 4


def content(completion: Any) -> str:
    """The reply's text, not empty and not cut off. Raises ModelError for every shape that is no whole reply."""
    choices = getattr(completion, "choices", None)
    if not isinstance(choices, list) or not choices:
        raise ModelError(failures.NO_COMPLETION)
    message = getattr(choices[0], "message", None)
    if getattr(message, "refusal", None):
        raise ModelError(failures.MODEL_REFUSED)
    if getattr(choices[0], "finish_reason", None) != "stop":
        raise ModelError(failures.REPLY_CUT_OFF)
    text = "".join(_texts(getattr(message, "content", None)))
    if not text.strip():
        raise ModelError(failures.REPLY_EMPTY)
    if len(text) > _LONGEST_REPLY_CHARS:
        raise ModelError(failures.REPLY_TOO_LONG)
    return text


def tokens(answer: Any, asked: Sequence[str]) -> tuple[int, int]:
    """Prompt and completion tokens as the server reports them; an estimate where it replied and does not say.

    (0, 0) for what is no reply and reports nothing: an error costs nothing.
    """
    usage = getattr(answer, "usage", None)
    reported = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    replies = getattr(answer, "choices", None) or getattr(answer, "data", None)
    if reported == (None, None) and not replies:
        return 0, 0
    prompt, completion = reported
    if prompt is None:
        prompt = estimated(asked)
    if completion is None:
        completion = _written(answer) // _CHARS_A_TOKEN
    return prompt, completion


def estimated(asked: Sequence[str]) -> int:
    """About how many tokens these texts are."""
    return sum(len(text) for text in asked) // _CHARS_A_TOKEN


def translated(error: Exception) -> ModelError:
    """One sentence for each way of failing."""
    match error:
        case TimeoutError() | openai.APITimeoutError():
            return ModelError(failures.MODEL_TOO_SLOW)
        case openai.APIConnectionError():
            return ModelError(failures.MODEL_UNREACHABLE)
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return ModelError(failures.MODEL_KEY)
        case openai.NotFoundError():
            return ModelError(failures.MODEL_UNKNOWN)
        case openai.RateLimitError():
            return ModelError(failures.MODEL_LIMITED)
        case openai.APIStatusError():
            return ModelError(failures.model_status(error.status_code))
        case _:
            return ModelError(failures.NO_COMPLETION)


def _texts(given: Any) -> Iterator[str]:
    """The text of a message; some servers send it in parts, of which thoughts are one sort."""
    if isinstance(given, str):
        yield given
    elif isinstance(given, list):
        yield from (str(part.get("text") or "") for part in given if isinstance(part, dict) and "text" in part)


def _written(answer: Any) -> int:
    choices = getattr(answer, "choices", None)
    message = getattr(choices[0], "message", None) if isinstance(choices, list) and choices else None
    return sum(len(text) for text in _texts(getattr(message, "content", None)))


def _count(usage: Any, name: str) -> int | None:
    given = getattr(usage, name, None)
    known = isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= _MOST_TOKENS
    return given if known else None
