"""Usage: the tokens of model calls, and who they are booked on. Standard library only, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Whose budget a call is booked on besides the whole bot's: ids of server and member, empty where there is none.

    What is written for everyone (stories) has neither.
    """

    server: str = ""
    member: str = ""


EVERYONE = Payer()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """So many tokens a day for all that is booked on `payer`; `whose` begins the sentence that they are used up."""

    payer: Payer
    tokens: int
    whose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """Tokens a day (UTC) of the whole bot, of each server and of each member; 0 is no limit."""

    whole: int = 0
    server: int = 0
    member: int = 0

    def of(self, payer: Payer) -> tuple[Budget, ...]:
        """The budgets that a call of `payer` has to keep to, the widest first."""
        every = (
            Budget(payer=EVERYONE, tokens=self.whole, whose="The bot's"),
            Budget(payer=Payer(server=payer.server), tokens=self.server if payer.server else 0, whose="This server's"),
            Budget(payer=Payer(member=payer.member), tokens=self.member if payer.member else 0, whose="Your"),
        )
        return tuple(budget for budget in every if budget.tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One model call. `task` is the prompt's name; a server that reports no tokens gets an estimate of ours."""

    at: datetime
    task: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    payer: Payer = EVERYONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What some calls took together."""

    calls: int
    prompt_tokens: int
    completion_tokens: int

    @classmethod
    def of(cls, calls: Sequence[Usage]) -> "Spent":
        """The sum of `calls`."""
        return cls(
            calls=len(calls),
            prompt_tokens=sum(each.prompt_tokens for each in calls),
            completion_tokens=sum(each.completion_tokens for each in calls),
        )
