"""What the gate says: its rules, its refusals and its verdict.

Standard library only, no I/O. The checks themselves live beside this module.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.briefings import Claim


class Rule(StrEnum):
    """The rules of the gate, numbered from 1 in the docs."""

    SOURCE = "source"
    QUOTE = "quote"
    FIGURE = "figure"
    NAME = "name"
    OVERLAP = "overlap"
    SHAPE = "shape"
    NEGATION = "negation"
    DIRECTION = "direction"
    OPINION = "opinion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A claim or headline that did not pass: its text, a rule it broke, and one sentence that says how."""

    text: str
    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The claims that passed and one refusal for each that did not, both in the draft's order.

    `doubts` are about claims that passed and may yet say the opposite of their quotes: worth a repair, never withheld.
    """

    claims: tuple[Claim, ...]
    refusals: tuple[Refusal, ...]
    doubts: tuple[Refusal, ...] = ()
