"""The fixed prompts, read from the `prompts` package. Holds no text of a prompt itself."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from string import Template

from bot.domain.errors import PromptError


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt with its placeholders filled in. `sha256` is that of the file, so it names the wording alone."""

    name: str
    text: str
    sha256: str


def load_prompt(name: str, values: Mapping[str, object]) -> Prompt:
    """Reads `prompts/<name>.md` and fills in its $placeholders.

    Raises PromptError when the file is missing or invalid, or names every placeholder that has no value.
    """
    try:
        raw = resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"The prompt prompts/{name}.md cannot be read: {type(error).__name__}") from error
    template = Template(raw)
    if not template.is_valid():
        raise PromptError(f"The prompt prompts/{name}.md has a $ that starts no placeholder; write $$ for a plain one")
    missing = sorted(set(template.get_identifiers()) - set(values))
    if missing:
        raise PromptError(f"The prompt prompts/{name}.md has placeholders without a value: {', '.join(missing)}")
    return Prompt(name=name, text=template.substitute(values), sha256=hashlib.sha256(raw.encode()).hexdigest())
