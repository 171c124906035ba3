"""Usage: the tokens of model calls. Standard library only, no I/O."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One model call. `task` is the prompt's name; a server that reports no tokens gets an estimate of ours."""

    at: datetime
    task: str
    model: str
    prompt_tokens: int
    completion_tokens: int
